"""States as people see them: a shape, a tone and a word. Rooms keep the meaning; this file keeps the looks."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class State:
    """`tone` picks the colour and texture (CSS class `tone-…`), `glyph` the shape, `label` the word."""

    tone: str
    glyph: str
    label: str | Promise


STATES: dict[str, State] = {
    # whole, part, none
    "done": State("done", "full", _("Done")),
    "complete": State("done", "full", _("Complete")),
    "part": State("part", "half", _("In part")),
    "missing": State("missing", "ring", _("Missing")),
    "not_started": State("quiet", "ring", _("Not started")),
    "current": State("current", "target", _("In progress")),
    "unknown": State("quiet", "question", _("Unknown")),
    "none": State("quiet", "minus", _("None")),
    "late": State("late", "triangle", _("Late")),
    "due": State("part", "clock", _("Due")),
    # money
    "funded": State("done", "full", _("Funded")),
    "part_funded": State("part", "half", _("Funded in part")),
    "committed": State("done", "full", _("Committed")),
    "tabled": State("current", "three-quarter", _("Tabled")),
    "indicative": State("part", "quarter", _("Indicative")),
    "unfunded": State("missing", "ring", _("Unfunded")),
    # what became of it: the money ledger's axes
    "unchanged": State("quiet", "minus", _("Unchanged")),
    "increased": State("done", "arrow", _("Increased")),
    "reduced": State("late", "triangle", _("Reduced")),
    "moved": State("part", "dots", _("Moved")),
    "spent": State("done", "full", _("Spent")),
    "underspent": State("part", "half", _("Underspent")),
    "lapsed": State("late", "cross", _("Lapsed")),
    # commitments
    "proposed": State("proposed", "dashed", _("Proposed")),
    "agreed": State("current", "target", _("Agreed")),
    "signed": State("done", "check", _("Signed")),
    "delivered": State("delivered", "check-square", _("Delivered")),
    "withdrawn": State("quiet", "slash", _("Withdrawn")),
    # contributions
    "asked": State("current", "arrow", _("Asked")),
    "opened": State("current", "half", _("Opened")),
    "contributed": State("done", "full", _("Contributed")),
    "accepted": State("done", "check", _("Accepted")),
    "declined": State("missing", "cross", _("Declined")),
    "silent": State("late", "dots", _("Silent")),
    "not_asked": State("quiet", "minus", _("Not asked")),
    # place
    "placed": State("done", "pin", _("Placed")),
    "not_placed": State("unplaced", "hatch", _("Not placed")),
    "approximate": State("unplaced", "waves", _("Approximate")),
    "legal": State("done", "pin", _("Legal boundary")),
    # by which evidence a place is known, and how far it can be trusted
    "by_geometry": State("done", "pin", _("By geometry")),
    "by_ward": State("delivered", "full", _("By ward")),
    "by_municipality": State("current", "three-quarter", _("By municipality")),
    "by_service_area": State("part", "half", _("By the area served")),
    "by_space": State("proposed", "dashed", _("Somewhere in the space")),
    "by_apportionment": State("quiet", "quarter", _("Apportioned")),
    "high": State("done", "full", _("High confidence")),
    "medium": State("part", "half", _("Medium confidence")),
    "low": State("late", "quarter", _("Low confidence")),
    "doubtful": State("part", "question", _("To review")),
    # projects: the phase of their stage, their standing, their audience
    "planning": State("quiet", "ring", _("Planning")),
    "building": State("current", "half", _("Building")),
    "stopped": State("part", "minus", _("Stopped")),
    "named": State("done", "full", _("Named")),
    "live": State("done", "full", _("Live")),
    "vanished": State("late", "dots", _("Not in the latest submission")),
    "merged": State("quiet", "check", _("One with another")),
    "apart": State("quiet", "cross", _("Kept apart")),
    "public": State("done", "check", _("Published")),
    "government": State("quiet", "lock", _("Inside government")),
    "works": State("current", "pin", _("Works on the ground")),
    # ties and clashes
    "confirmed": State("done", "check", _("Confirmed")),
    "disputed": State("missing", "cross", _("Disputed")),
    "rejected": State("quiet", "cross", _("Not the same")),
    "dismissed": State("quiet", "slash", _("Dismissed")),
    "gone": State("quiet", "minus", _("No longer found")),
    "same_place": State("late", "triangle", _("Same place, same time")),
    "missing_prerequisite": State("missing", "ring", _("What must be there first is not")),
    "duplicate": State("part", "half", _("Perhaps the same works twice")),
    # quality of a fact
    "sample": State("sample", "diamond", _("Sample")),
    "verified": State("done", "check", _("Verified")),
    "unverified": State("part", "question", _("Unverified")),
    "stale": State("part", "clock", _("Out of date")),
    "guessed": State("unplaced", "waves", _("Guessed")),
    # how sure an observation is
    "audited": State("done", "seal", _("Audited")),
    "official": State("done", "full", _("Official")),
    "provisional": State("part", "three-quarter", _("Provisional")),
    "self_reported": State("part", "half", _("As reported by whoever is measured")),
    "unofficial": State("part", "quarter", _("Published by others than the official source")),
    "modelled": State("proposed", "dashed", _("Modelled")),
    "computed": State("current", "full", _("Computed here")),
    "converted": State("unplaced", "waves", _("Converted to other borders")),
    # plans, gates and editions
    "draft": State("proposed", "pencil", _("Draft")),
    "frozen": State("current", "lock", _("Frozen for signing")),
    "submitted": State("current", "arrow", _("Submitted")),
    "approved": State("done", "check", _("Approved")),
    "adopted": State("done", "seal", _("Adopted")),
    "sealed": State("done", "seal", _("Sealed")),
    "superseded": State("quiet", "slash", _("Superseded")),
    "passed": State("done", "check", _("Passed")),
    "not_passed": State("missing", "ring", _("Not passed")),
    "exception": State("part", "flag", _("Passed with an exception")),
    # imports, jobs and people
    "error": State("late", "triangle", _("Error")),
    "warning": State("part", "half", _("Warning")),
    "note": State("quiet", "dots", _("Note")),
    "refused": State("missing", "cross", _("Refused")),
    "quarantined": State("part", "lock", _("Set aside")),
    "waiting": State("quiet", "clock", _("Waiting")),
    "running": State("current", "three-quarter", _("Running")),
    "finished": State("done", "check", _("Finished")),
    "failed": State("late", "triangle", _("Failed")),
    "active": State("done", "full", _("Active")),
    "expired": State("quiet", "slash", _("Expired")),
    "open": State("current", "ring", _("Open")),
    "closed": State("quiet", "full", _("Closed")),
}


def state_of(code: str) -> State:
    """The looks of a state; a code this file does not know is shown in words, quietly, never hidden."""
    code = str(code)
    known = STATES.get(code.replace("-", "_"))
    return known or State("quiet", "question", capfirst(code.replace("_", " ").replace("-", " ")) or _("Unknown"))
