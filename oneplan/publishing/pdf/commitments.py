"""One commitment as a card: the six elements of its protocol, who stands behind it, and its money year by year."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oneplan.commitments.choices import FundingStatus, PartyRole
from oneplan.money import format_rand_short
from oneplan.platform.web.numerals import grouped
from oneplan.publishing.pdf.blocks import Block, Cell, day, muted, state, strong, table
from oneplan.publishing.pdf.reading import MONTHS, Json, PledgeLine, Reading, decimal, marking, quantity, where

_YEARS_ABREAST = 5
_FUNDING = {"part": "part_funded", "": "unknown"}
_ANSWERS = {
    "accepted": gettext_lazy("accepted"),
    "declined": gettext_lazy("declined"),
    "asked": gettext_lazy("not answered"),
}
_LEAST_GAP = 1000  # rand; less is the rounding of pledges by year


def commitment_card(plan: Reading, row: Json) -> Block:
    """A heading, its states, the six elements, the parties and the pledges."""
    stands, lines = plan.state_of(row), plan.pledges(row)
    marks = [
        state(stands, _state_words(stands)),
        state(_FUNDING.get(str(row["funding"]), str(row["funding"]))),
    ]
    marks.append(_place_state(row["place"]["quality"]))
    if row["is_catalytic"]:
        marks.append(state("catalytic", _("Catalytic")))
    return {
        "k": "commitment",
        "ref": row["ref"],
        "title": row["title"],
        "states": marks,
        "kind": f"{row['kind_label']} · {row['novelty_label']}" if row["novelty_label"] else row["kind_label"],
        "description": row["description"],
        "elements": _elements(row),
        "parties": _parties(plan, row),
        "money": _money(lines),
        "budget-label": _("6 Budget"),
        "budget": _budget(row, lines),
    }


def _state_words(code: str) -> str:
    return {
        "proposed": _("Proposed, not agreed"),
        "agreed": _("Agreed, not signed by all"),
        "signed": _("Signed by all"),
    }.get(code, "")


def _place_state(quality: str) -> Cell:
    if quality in ("located", "named"):
        return state("placed")
    if quality == "whole_space":
        return state("part", _("The whole space"))
    return state("approximate" if quality == "approximate" else "not_placed")


def _elements(row: Json) -> list[tuple[str, Cell]]:
    """The six elements of the protocol (the Framework, 5.2), then what the ledger adds."""
    indicator, dates = row["indicator"], row["timeline"]
    measured = indicator["statement"] or _("no indicator stated")
    target = _("%(measured)s: %(baseline)s → %(target)s") % {
        "measured": measured,
        "baseline": _("baseline unknown") if indicator["baseline"] in (None, "") else quantity(indicator["baseline"]),
        "target": quantity(indicator["target"], indicator["unit"]),
    }
    if indicator.get("target_on"):
        target += " " + _("by %(day)s") % {"day": day(indicator["target_on"])}
    said: list[tuple[str, Cell]] = [
        (_("1 Objective"), row["objective"] or _("not stated")),
        (_("2 Indicator"), target),
        (_("3 Outputs"), row["outputs"] or _("not stated")),
        (
            _("4 Responsibility"),
            ", ".join(each for each in (row["accountable_post_title"], row["lead_name"]) if each) or _("nobody named"),
        ),
        (
            _("5 Timeline"),
            _("%(start)s to %(finish)s") % {"start": day(dates["start_on"]), "finish": day(dates["finish_on"])},
        ),
    ]
    serves = ", ".join(each["ref"] for each in row["serves"])
    rest = [(_("Place"), where(row["place"])), (_("Serves"), serves or _("no outcome or strategy yet"))]
    share = decimal(row["share"])
    if share is not None and share != 1:
        rest.append((_("Share"), _("%(percent)s %% of it belongs to this space") % {"percent": grouped(share * 100)}))
    if row["source"]:
        rest.append((_("Source"), row["source"]))
    if row["markings"]:
        rest.append((_("Marked"), "; ".join(marking(each) for each in row["markings"])))
    return said + rest


def _budget(row: Json, lines: list[PledgeLine]) -> str:
    """The sixth element in one sentence: cost, what is secured, and what is not."""
    cost, spent = decimal(row["total_cost"]), decimal(row["spent_before"])
    secured = sum(
        (line.total for line in lines if line.status in _SECURED and line.acceptance != "declined"), Decimal(0)
    )
    indicative = sum((line.total for line in lines if line.status == FundingStatus.INDICATIVE), Decimal(0))
    unfunded = sum((line.total for line in lines if line.status == FundingStatus.UNFUNDED), Decimal(0))
    told = [
        _("total cost %(rand)s") % {"rand": format_rand_short(cost)},
        _("committed or tabled %(rand)s") % {"rand": format_rand_short(secured)},
    ]
    if spent:
        told.append(_("spent before %(rand)s") % {"rand": format_rand_short(spent)})
    if indicative:
        told.append(_("only indicative %(rand)s") % {"rand": format_rand_short(indicative)})
    told.append(_("said to be unfunded %(rand)s") % {"rand": format_rand_short(unfunded)})
    if cost is not None and (gap := cost - (spent or 0) - secured - indicative - unfunded) >= _LEAST_GAP:
        told.append(_("no source named for %(rand)s") % {"rand": format_rand_short(gap)})
    sentence = "; ".join(told) + "."
    return sentence[0].upper() + sentence[1:]


_SECURED = (FundingStatus.COMMITTED, FundingStatus.TABLED)


def _parties(plan: Reading, row: Json) -> Block:
    return table(
        [(_("Party"), "1fr"), (_("Responsibility"), "1.5fr"), (_("Stands"), "34mm")],
        [
            [
                [strong(party["name"]), muted(_role(party["role"]))],
                party["responsibility"] or _("not stated"),
                _party_state(plan.party_standing(row["ref"], party["institution"])),
            ]
            for party in sorted(row["parties"], key=lambda party: party["role"] != PartyRole.LEAD)
        ],
    )


def _role(code: str) -> str:
    return str(PartyRole(code).label) if code in PartyRole.values else code


def _party_state(stands: Json) -> list[Any]:
    """Where a party stood on the day; never more than it did."""
    signature = stands.get("signature")
    if signature and signature["of_these_terms"]:
        return [state("signed"), muted(day(signature["signed_at"]))]
    if stands.get("acceptance") == "declined":
        return [state("declined"), muted(stands.get("reason") or "")]
    if stands.get("acceptance") == "accepted" and stands.get("agreed_to_these_terms"):
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
