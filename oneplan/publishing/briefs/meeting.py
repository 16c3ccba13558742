"""The meeting brief: owners, four numbers, two maps, three sentences and the decisions to take, on one A4."""

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oneplan.access.actors import Actor
from oneplan.money import format_rand_short
from oneplan.publishing import maps
from oneplan.publishing.briefs.page import drawing, one_page
from oneplan.publishing.briefs.standing import Standing, columns, cost, short, standing
from oneplan.publishing.pdf.blocks import Block, Pages, day, facts, heading, muted, notice, words
from oneplan.publishing.pdf.plan import source_of
from oneplan.publishing.pdf.reading import Json, Reading, post
from oneplan.spaces.models import Space

_MOST_DECISIONS = 6
_NAMED = 3  # how many parties or references a sentence names before it counts the rest


def meeting_brief(actor: Actor, space: Space) -> bytes:
    """One A4 page for a meeting about a space, as a tagged PDF, as far as the actor may see it.

    For readers of the drafts it speaks of the edition in progress and its gates; for all others of what is adopted.
    Names of persons stand in it only for who is signed in. Raises Space.DoesNotExist.
    """
    told = standing(actor, space)
    pages = Pages()
    title = _("Meeting brief: %(space)s") % {"space": told.space.name}
    return one_page(told, title, _blocks(told, pages), pages.pictures)


def _blocks(told: Standing, pages: Pages) -> list[Block]:
    owners = [heading(_("Owners"), level=2), facts(told.owners or [(_("Champion"), muted(_("none named")))], columns=2)]
    if told.plan is None:
        return [notice(told.standing_words, title=_("Nothing to decide yet.")), *owners]
    decisions = list(_decisions(told, told.plan))
    return [
        *owners,
        told.numbers(),
        *_maps(told, told.plan, pages),
        heading(_("Where it stands"), level=2),
        {"k": "list", "title": "", "lines": _sentences(told, told.plan)},
        heading(_("Decisions to take"), level=2),
        {"k": "list", "title": "", "ordered": True, "lines": decisions[:_MOST_DECISIONS]}
        if decisions
        else words(_("No decision is waiting: every gate is passed and nothing is overdue.")),
        *_more(len(decisions) - _MOST_DECISIONS),
    ]


def _more(left: int) -> list[Block]:
    if left <= 0:
        return []
    sentence = ngettext(
        "%(n)s further decision is in the workspace.", "%(n)s further decisions are in the workspace.", left
    )
    return [words(sentence % {"n": left}, style="muted")]


# --- two maps --------------------------------------------------------------------------------------------------------


def _maps(told: Standing, plan: Reading, pages: Pages) -> list[Block]:
    """Where commitments land, and where money is missing."""
    if not told.drawn.shapes:
        return [notice(_("No boundaries are known, so nothing can be drawn."))]
    source = source_of(plan)
    short_by_area = Counter(
        area["code"] for each in told.short_of_money for area in each["place"].get("municipal_areas") or ()
    )
    land = maps.counts_by_area(
        told.drawn,
        plan.placed_counts,
        title=_("Where commitments land"),
        what=_("Commitments by municipal area"),
        elsewhere=source,
        letters=1.4,
    )
    lacking = maps.counts_by_area(
        told.drawn,
        short_by_area,
        title=_("Where money is missing"),
        what=_("Commitments not fully funded, by municipal area"),
        elsewhere=source,
        letters=1.4,
    )
    return [columns([drawing(pages, land, height_mm=60)], [drawing(pages, lacking, height_mm=60)])]


# --- three sentences -------------------------------------------------------------------------------------------------


def _sentences(told: Standing, plan: Reading) -> list[str]:
    return [_stage_sentence(told, plan), _party_sentence(told, plan), _money_sentence(told)]


def _stage_sentence(told: Standing, plan: Reading) -> str:
    """The stage in which the work stands, and whether it is late."""
    current = next((each for each in plan.content["stages"] if each["state"] == "current"), None)
    if current is None:
        return told.standing_words + "."
    named = {
        "n": current["number"],
        "all": len(plan.content["stages"]),
        "label": current["label"],
        "day": day(current["due_on"]),
    }
    if current["due_on"] and current["due_on"] < told.today.isoformat():
        return _("The plan stands in stage %(n)s of %(all)s, %(label)s, which was due on %(day)s and is late.") % named
    return _("The plan stands in stage %(n)s of %(all)s, %(label)s, due on %(day)s.") % named


def _party_sentence(told: Standing, plan: Reading) -> str:
    """Who is silent, or has not signed."""
    if told.silent:
        return _("Silent past the date: %(parties)s.") % {"parties": _names(told.silent)}
    unsigned = [each["name"] for each in plan.content["outstanding"]]
    if unsigned:
        return _("Nobody is silent; not signed by: %(parties)s.") % {"parties": _names(unsigned)}
    return _("Every party asked has answered, and every party has signed what is said of it.")


def _money_sentence(told: Standing) -> str:
    """What is secured, what is not, and the largest gap."""
    gaps = sorted(told.short_of_money, key=cost, reverse=True)
    if not gaps or not cost(gaps[0]):
        return _("%(secured)s is committed or tabled, and no commitment says that it is unfunded.") % {
            "secured": format_rand_short(told.secured_rand)
        }
    return _(
        "%(secured)s is committed or tabled; %(unfunded)s is not funded, most of it for %(ref)s, %(title)s (%(rand)s)."
    ) % {
        "secured": format_rand_short(told.secured_rand),
        "unfunded": format_rand_short(told.unfunded_rand),
        "ref": gaps[0]["ref"],
        "title": short(gaps[0]["title"], 12),
        "rand": format_rand_short(cost(gaps[0])),
    }


def _names(names: list[str]) -> str:
    """A few names, and how many more."""
    said = ", ".join(names[:_NAMED])
    left = len(names) - _NAMED
    return (
        ngettext("%(said)s and %(n)s more", "%(said)s and %(n)s more", left) % {"said": said, "n": left}
        if left > 0
        else said
    )


# --- decisions -------------------------------------------------------------------------------------------------------


def _decisions(told: Standing, plan: Reading) -> Iterator[str]:
    """What only this meeting can settle, the most pressing first; each says who owes it."""
    yield from _urgent(told, plan)
    yield from _gates(told)
    if told.silent:
        yield _("Agree who speaks to %(parties)s, and by when; or go on without them and record an exception.") % {
            "parties": _names(told.silent)
        }
    yield from _gaps(told)
    if unsigned := [each["name"] for each in plan.content["outstanding"]]:
        yield _("Ask for the signatures of %(parties)s.") % {"parties": _names(unsigned)}
    if told.unplaced:
        yield _("Name a place for %(n)s commitments, such as %(refs)s.") % {
            "n": len(told.unplaced),
            "refs": _refs(told.unplaced),
        }
    if told.late:
        yield _("Unblock or close %(n)s commitments past their date, such as %(refs)s.") % {
            "n": len(told.late),
            "refs": _refs(told.late),
        }


def _urgent(told: Standing, plan: Reading) -> Iterator[str]:
    for issue in plan.plan["immediate_issues"]:
        if issue["due_on"] < told.today.isoformat():
            yield _("Immediate issue %(ref)s is past %(day)s: %(what)s. It is for %(who)s.") % {
                "ref": issue["ref"],
                "day": day(issue["due_on"]),
                "what": issue["service"] or issue["kind"]["label"],
                "who": post(issue["owner"]),
            }


def _gates(told: Standing) -> Iterator[str]:
    """The next gate: how much it still misses, and who owes most of it."""
    gate = told.gates.current if told.gates else None
    if gate is None or not gate.missing:
        return
    owed = Counter(str(each.owed) for each in gate.missing)
    debtor, count = owed.most_common(1)[0]
    yield ngettext(
        "Clear the gate of stage %(n)s, %(label)s: %(all)s thing is missing; it is for %(who)s.",
        "Clear the gate of stage %(n)s, %(label)s: %(all)s things are missing, %(count)s of them from %(who)s.",
        len(gate.missing),
    ) % {"n": gate.stage.number, "label": gate.stage.label, "all": len(gate.missing), "count": count, "who": debtor}


def _gaps(told: Standing) -> Iterator[str]:
    gaps = [each for each in sorted(told.short_of_money, key=cost, reverse=True) if cost(each)]
    for each in gaps[:2]:
        yield _("Find a source for %(rand)s of %(ref)s, %(title)s, led by %(lead)s; or drop it.") % {
            "rand": format_rand_short(cost(each)),
            "ref": each["ref"],
            "title": short(each["title"], 12),
            "lead": each["lead_name"] or _("nobody"),
        }


def _refs(rows: list[Json]) -> str:
    return ", ".join(each["ref"] for each in rows[:_NAMED])
