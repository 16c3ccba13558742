"""The meeting brief: owners, four numbers, two maps, three sentences and the decisions to take, on one A4."""

from collections import Counter
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oneplan.access.actors import Actor
from oneplan.money import format_rand_short
from oneplan.publishing import maps
from oneplan.publishing.briefs.figures import NAMED, Figures
from oneplan.publishing.briefs.page import drawing, one_page
from oneplan.publishing.briefs.standing import Standing, columns, is_late, numbers, short, standing
from oneplan.publishing.pdf.blocks import Block, Pages, day, facts, heading, notice, words
from oneplan.spaces.models import Space

_MOST_DECISIONS = 6


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
    owners = [heading(_("Owners")), facts(told.owners, columns=2)]
    if told.figures is None:
        return [notice(told.standing_words, title=_("Nothing to decide yet.")), *owners]
    figures = told.figures
    decisions = list(_decisions(told, figures))
    return [
        *owners,
        numbers(figures),
        *_maps(told, figures, pages),
        heading(_("Where it stands")),
        {"k": "list", "title": "", "lines": _sentences(told, figures)},
        heading(_("Decisions to take")),
        {"k": "list", "title": "", "ordered": True, "lines": decisions[:_MOST_DECISIONS]}
        if decisions
        else words(_("No decision is waiting: no gate is open and nothing is overdue.")),
        *_more(len(decisions) - _MOST_DECISIONS),
    ]


def _more(left: int) -> list[Block]:
    if left <= 0:
        return []
    sentence = ngettext(
        "%(n)s further decision is in the workspace.", "%(n)s further decisions are in the workspace.", left
    )
    return [words(sentence % {"n": left}, style="muted")]


def _maps(told: Standing, figures: Figures, pages: Pages) -> list[Block]:
    """Where commitments land, and where money is missing."""
    if not told.drawn.shapes:
        return [notice(_("No boundaries are known, so nothing can be drawn."))]
    land = maps.counts_by_area(
        told.drawn,
        figures.landing,
        title=_("Where commitments land"),
        what=_("Commitments by municipal area"),
        elsewhere=figures.source,
        letters=1.4,
    )
    lacking = maps.counts_by_area(
        told.drawn,
        figures.short,
        title=_("Where money is missing"),
        what=_("Commitments not fully funded, by municipal area"),
        elsewhere=figures.source,
        letters=1.4,
    )
    return [columns([drawing(pages, land, height_mm=60)], [drawing(pages, lacking, height_mm=60)])]


# --- three sentences -------------------------------------------------------------------------------------------------


def _sentences(told: Standing, figures: Figures) -> list[str]:
    return [_stage_sentence(told, figures), _party_sentence(figures), _money_sentence(figures)]


def _stage_sentence(told: Standing, figures: Figures) -> str:
    """The stage in which the work stands, and whether it is late."""
    current = next((each for each in figures.stages if each.state == "current"), None)
    if current is None:
        return told.standing_words + "."
    named = {
        "n": current.number,
        "all": len(figures.stages),
        "label": current.label,
        "day": day(current.due_on),
    }
    if is_late(current, told.today):
        return _("The plan stands in stage %(n)s of %(all)s, %(label)s, which was due on %(day)s and is late.") % named
    return _("The plan stands in stage %(n)s of %(all)s, %(label)s, due on %(day)s.") % named


def _party_sentence(figures: Figures) -> str:
    """Who is silent, or has not signed."""
    if figures.silent:
        return _("Silent past the date: %(parties)s.") % {"parties": _names(figures.silent)}
    if figures.unsigned:
        return _("Nobody is silent; not signed by: %(parties)s.") % {"parties": _names(figures.unsigned)}
    if not figures.asked:
        return _("No party was asked for a contribution yet.")
    return _("No party let its date pass: %(made)s of %(asked)s contributions are made.") % {
        "made": figures.contributed,
        "asked": figures.asked,
    }


def _money_sentence(figures: Figures) -> str:
    """What is secured, what is not, and the largest gap."""
    told = {
        "secured": format_rand_short(figures.secured_rand),
        "unfunded": format_rand_short(figures.unfunded_rand),
    }
    if not figures.gaps:
        return _("%(secured)s is committed or tabled, and no commitment says that it is unfunded.") % told
    gap = figures.gaps[0]
    return _(
        "%(secured)s is committed or tabled; %(unfunded)s is said to be unfunded, the largest part of it for %(ref)s, "
        "%(title)s (%(rand)s)."
    ) % {**told, "ref": gap.ref, "title": short(gap.title, 12), "rand": format_rand_short(gap.rand)}


def _names(names: Sequence[str]) -> str:
    """A few names, and how many more."""
    said, left = ", ".join(names[:NAMED]), len(names) - NAMED
    if left <= 0:
        return said
    return ngettext("%(said)s and %(n)s more", "%(said)s and %(n)s more", left) % {"said": said, "n": left}


# --- decisions -------------------------------------------------------------------------------------------------------


def _decisions(told: Standing, figures: Figures) -> Iterator[str]:
    """What only this meeting can settle, the most pressing first; each says who owes it."""
    for issue in figures.urgent:
        yield _("Immediate issue %(ref)s is past %(day)s: %(what)s. It is for %(who)s.") % {
            "ref": issue.ref,
            "day": day(issue.due_on),
            "what": issue.what,
            "who": issue.who,
        }
    yield from _gates(told)
    if figures.silent:
        yield _("Agree who speaks to %(parties)s, and by when; or go on without them and record an exception.") % {
            "parties": _names(figures.silent)
        }
    for gap in figures.gaps:
        yield _("Find a source for %(rand)s of %(ref)s, %(title)s, led by %(lead)s; or drop it.") % {
            "rand": format_rand_short(gap.rand),
            "ref": gap.ref,
            "title": short(gap.title, 12),
            "lead": gap.lead or _("nobody"),
        }
    if figures.unsigned:
        yield _("Ask for the signatures of %(parties)s.") % {"parties": _names(figures.unsigned)}
    if unplaced := figures.every - figures.placed:
        yield ngettext(
            "Name a place for %(n)s commitment: %(refs)s.",
            "Name a place for %(n)s commitments, such as %(refs)s.",
            unplaced,
        ) % {"n": unplaced, "refs": ", ".join(figures.unplaced_refs)}
    if figures.late:
        yield ngettext(
            "Unblock or close %(n)s commitment past its date: %(refs)s.",
            "Unblock or close %(n)s commitments past their date, such as %(refs)s.",
            figures.late,
        ) % {"n": figures.late, "refs": ", ".join(figures.late_refs)}


def _gates(told: Standing) -> Iterator[str]:
    """The next gate: how much it still misses, and who owes most of it."""
    gate = told.gate
    if gate is None or not gate.missing:
        return
    owed = Counter(str(each.owed) for each in gate.missing)
    debtor, count = owed.most_common(1)[0]
    yield ngettext(
        "Clear the gate of stage %(n)s, %(label)s: %(all)s thing is missing; it is for %(who)s.",
        "Clear the gate of stage %(n)s, %(label)s: %(all)s things are missing, %(count)s of them from %(who)s.",
        len(gate.missing),
    ) % {"n": gate.stage.number, "label": gate.stage.label, "all": len(gate.missing), "count": count, "who": debtor}
