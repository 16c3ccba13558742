"""One commitment as a card: the six elements of its protocol, who stands behind it, and its money year by year."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oneplan.commitments.choices import PLACED, FundingStatus, PartyRole, PlaceQuality
from oneplan.money import format_rand_short
from oneplan.platform.web.numerals import grouped
from oneplan.portal.figures import MONTHS
from oneplan.publishing.parts import Commitment, Party, PledgeLine
from oneplan.publishing.pdf.blocks import Block, Cell, day, muted, state, strong, table
from oneplan.publishing.words import figure

_YEARS_ABREAST = 5
_FUNDING = {"part": "part_funded"}
_ANSWERS = {
    "accepted": gettext_lazy("accepted"),
    "declined": gettext_lazy("declined, not counted"),
    "asked": gettext_lazy("not answered"),
}
_LEAST_GAP = 1000  # rand; less is the rounding of pledges by year


def commitment_card(row: Commitment) -> Block:
    """A heading, its states, the six elements, the parties and the pledges."""
    lines = row.pledge_lines
    marks = [
        state(row.state, _state_words(row.state)),
        state(_FUNDING.get(row.funding, row.funding)),
        _place_state(row.place_quality),
    ]
    if row.is_catalytic:
        marks.append(state("catalytic", _("Catalytic")))
    return {
        "k": "commitment",
        "ref": row.ref,
        "title": row.title,
        "states": marks,
        "kind": f"{row.kind} · {row.novelty}" if row.novelty else row.kind,
        "description": row.description,
        "elements": _elements(row),
        "parties": _parties(row),
        "money": _money(lines),
        "budget-label": _("6 Budget"),
        "budget": _budget(row),
    }


def _state_words(code: str) -> str:
    return {
        "proposed": _("Proposed, not agreed"),
        "agreed": _("Agreed, not signed by all"),
        "signed": _("Signed by all"),
    }.get(code, "")


def _place_state(quality: str) -> Cell:
    if quality in PLACED:
        return state("placed")
    if quality == PlaceQuality.WHOLE_SPACE:
        return state("part", _("The whole space"))
    return state("approximate" if quality == PlaceQuality.APPROXIMATE else "not_placed")


def _elements(row: Commitment) -> list[tuple[str, Cell]]:
    """The six elements of the protocol (the Framework, 5.2), then what the ledger adds."""
    target = _("%(measured)s: %(baseline)s → %(target)s") % {
        "measured": row.indicator or _("no indicator stated"),
        "baseline": figure(row.baseline, none=_("baseline unknown")),
        "target": figure(row.target, row.unit),
    }
    if row.target_on:
        target += " " + _("by %(day)s") % {"day": day(row.target_on)}
    dates = {"start": day(row.start_on), "finish": day(row.finish_on)}
    said: list[tuple[str, Cell]] = [
        (_("1 Objective"), row.objective or _("not stated")),
        (_("2 Indicator"), target),
        (_("3 Outputs"), row.outputs or _("not stated")),
        (_("4 Responsibility"), ", ".join(each for each in (row.office, row.lead) if each) or _("nobody named")),
        (_("5 Timeline"), _("%(start)s to %(finish)s") % dates),
    ]
    serves = ", ".join(row.serves)
    rest = [
        (_("Place"), row.place or _("place unknown")),
        (_("Serves"), serves or _("no outcome or strategy yet")),
    ]
    if row.share is not None and row.share != 1:
        percent = grouped(row.share * 100)
        rest.append((_("Share"), _("%(percent)s %% of it belongs to this space") % {"percent": percent}))
    if row.source:
        rest.append((_("Source"), row.source))
    if row.markings:
        rest.append((_("Marked"), "; ".join(row.markings)))
    return said + rest


def _budget(row: Commitment) -> str:
    """The sixth element in one sentence: cost, what is secured, and what is not."""
    cost, spent, sums = row.total_cost, row.spent_before, row.sums
    told = [
        _("total cost %(rand)s") % {"rand": format_rand_short(cost)},
        _("committed or tabled %(rand)s") % {"rand": format_rand_short(sums.secured)},
    ]
    if spent:
        told.append(_("spent before %(rand)s") % {"rand": format_rand_short(spent)})
    if sums.indicative:
        told.append(_("only indicative %(rand)s") % {"rand": format_rand_short(sums.indicative)})
    told.append(_("said to be unfunded %(rand)s") % {"rand": format_rand_short(sums.unfunded)})
    if cost is not None and (gap := cost - (spent or 0) - sums.pledged - sums.unfunded) >= _LEAST_GAP:
        told.append(_("no source named for %(rand)s") % {"rand": format_rand_short(gap)})
    sentence = "; ".join(told) + "."
    return sentence[0].upper() + sentence[1:]


def _parties(row: Commitment) -> Block:
    return table(
        [(_("Party"), "1fr"), (_("Responsibility"), "1.5fr"), (_("Stands"), "34mm")],
        [
            [
                [strong(party.name), muted(party.role_label)],
                party.responsibility or _("not stated"),
                _party_state(party),
            ]
            for party in sorted(row.parties, key=lambda party: party.role != PartyRole.LEAD)
        ],
    )


def _party_state(party: Party) -> list[Any]:
    """Where a party stood on the day; never more than it did."""
    if party.signature and party.signature.of_these_terms:
        return [state("signed"), muted(day(party.signature.signed_on))]
    if party.has_declined:
        return [state("declined"), muted(party.reason)]
    if party.has_agreed:
        return [state("agreed", _("Agreed, not signed"))]
    return [state("proposed", _("Asked, not answered"))]


def _money(lines: list[PledgeLine]) -> list[Block]:
    """Pledges by party and financial year, a few years abreast; a commitment without any says so."""
    years = sorted({year for line in lines for year in line.years})
    return [
        _pledge_table(lines, years[start : start + _YEARS_ABREAST]) for start in range(0, len(years), _YEARS_ABREAST)
    ]


def _pledge_table(lines: list[PledgeLine], years: list[str]) -> Block:
    return table(
        [(_("Pledge"), "1fr"), (_("How firm"), "33mm"), *((year, ">19mm") for year in years)],
        [
            [
                [
                    line.party,
                    muted(f"{line.source or _('source unknown')} · {MONTHS.get(line.basis, line.basis)}"),
                ],
                [state(line.status), *_answer(line)],
                *(format_rand_short(line.years[year]) if year in line.years else "–" for year in years),
            ]
            for line in lines
            if any(year in line.years for year in years)
        ],
    )


def _answer(line: PledgeLine) -> list[Any]:
    if line.status == FundingStatus.UNFUNDED:
        return []
    words = _ANSWERS.get(line.acceptance)
    return [muted(str(words) if words else line.acceptance)]
