"""The lines of the ledger as they are shown: the cells of each, written once for all that a reader scrolls through.

Twenty-five lines of ten cells are most of the page. Their cells are put together here rather than by a template's tags,
which takes a third of the time; the template keeps the columns.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from oneplan.commitments.choices import PLACED, Acceptance, CommitmentState, FundingStatus, PlaceQuality
from oneplan.commitments.lines import Row
from oneplan.commitments.measures import apportion
from oneplan.commitments.queries import Money, YearLine
from oneplan.periods import clock
from oneplan.periods.years import Basis, FinancialYear
from oneplan.platform.web.templatetags.web import day, rand, state
from oneplan.spaces.models import Space

MINI_HEIGHT, MINI_STEP = 22, 9
_FUNDING = {"funded": "funded", "part": "part_funded", "unfunded": "unfunded", "": "unknown"}
_ANSWERS: dict[str, str] = {Acceptance.ACCEPTED: "agreed", Acceptance.DECLINED: "declined"}
_OVER = (CommitmentState.DELIVERED, CommitmentState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the ledger: its cells in the order of the columns, each safe to print."""

    ref: SafeString
    title: SafeString
    lead: SafeString
    parties: SafeString
    state: SafeString
    years: SafeString
    rand: SafeString
    funding: SafeString
    place: SafeString
    due: SafeString


def lines_of(rows: Iterable[Row], space: Space | None) -> list[Line]:
    """The lines of a page, their rand by the space's share where there is a space."""
    words = _Words()
    return [_line(row, space, words) for row in rows]


def by_share(
    pledges: Iterable[tuple[FinancialYear, str, str, Decimal]], fractions: dict[str, Decimal], space: Space | None
) -> tuple[Decimal, Money]:
    """A commitment's share of the space (1 without one), and its pledges by that share."""
    part = fractions.get(space.pk, Decimal(1)) if space else Decimal(1)
    money = Money()
    for year, status, acceptance, pledged in pledges:
        amount = apportion(pledged, fractions)[space.pk] if space and part != 1 else pledged
        money.add(year, status, acceptance, amount)
    return part, money


class _Words:
    """The words that many lines repeat, in the reader's language."""

    def __init__(self) -> None:
        self.catalytic, self.share = escape(_("catalytic")), escape(_("share"))
        self.unfunded, self.today = escape(_("unfunded")), clock.today()
        self.no_year = _safe(f'<span class="unknown">{escape(_("none"))}</span>')
        self.no_pledge = _safe(f'<span class="unknown">{escape(_("no pledge"))}</span>')


def _safe(markup: str) -> SafeString:
    return mark_safe(markup)  # noqa: S308 - put together here from escaped words and our own signs


def _line(row: Row, space: Space | None, words: _Words) -> Line:
    part, money = by_share(row.pledges, row.fractions, space)
    is_late = bool(row.finish_on and row.finish_on < words.today) and row.state not in _OVER
    ref = escape(row.ref)
    return Line(
        ref=_safe(
            f'<a class="code" href="/commitments/{ref}/">{ref}</a>'
            + (f" {state('sample', compact=True)}" if row.is_sample else "")
        ),
        title=_title(row, part, space, words),
        lead=escape(row.lead),
        parties=_safe(
            "".join(state(_ANSWERS.get(given, "proposed"), name, compact=True) for given, name in row.parties)
        ),
        state=state(row.state),
        years=_years(money.lines) or words.no_year,
        rand=_rand(money, words),
        funding=state(_FUNDING[row.funding]),
        place=state(_place_state(row), label=row.place, compact=True),
        due=_safe((f"{state('late', compact=True)} " if is_late else "") + day(row.finish_on)),
    )


def _title(row: Row, part: Decimal, space: Space | None, words: _Words) -> SafeString:
    """The title, and quietly what is special: catalytic, shared, of which space."""
    quiet = [
        words.catalytic if row.is_catalytic else "",
        f"{words.share} {part.normalize():f}" if part != 1 else "",
        "" if space else escape(row.home_space),
    ]
    return _safe(escape(row.title) + "".join(f' <span class="muted small">{each}</span>' for each in quiet if each))


def _rand(money: Money, words: _Words) -> SafeString:
    """Pledged and unfunded by basis, where there is any: bases are never added together silently."""
    parts = []
    for basis in Basis:
        pledged, missing = money.total(basis=basis), money.total(FundingStatus.UNFUNDED, basis=basis)
        if pledged or missing:
            short = f'<div class="small">{rand(missing)} {words.unfunded}</div>' if missing else ""
            parts.append(f'<div>{rand(pledged)} <span class="muted small">{basis.value}</span>{short}</div>')
    return _safe("".join(parts)) if parts else words.no_pledge


def _place_state(row: Row) -> str:
    if row.place_quality in PLACED:
        return "placed"
    return "approximate" if row.place_quality == PlaceQuality.APPROXIMATE else "not_placed"


def _years(years: list[YearLine]) -> SafeString:
    """A small bar for each year, to the line's own scale, in words for those who do not see them; "" for none."""
    most = max((line.pledged + line.unfunded for line in years), default=Decimal(0))
    if not most:
        return SafeString("")
    bars, said = [], []
    for place, line in enumerate(years):
        amount = line.pledged + line.unfunded
        height = max(1.0, round(float(amount / most) * MINI_HEIGHT, 1)) if amount else 0.0
        tone = "done" if line.secured and not line.unfunded else "missing" if not line.pledged else "part"
        firmness = ", ".join(f"{name} {rand}" for name, rand in line.parts if rand)
        words = escape(f"{line.year.label} {line.year.basis}: {firmness}")
        said.append(words)
        bars.append(
            f'<g class="tone-{tone}"><rect x="{place * MINI_STEP}" y="{MINI_HEIGHT - height:.1f}" width="6"'
            f' height="{height:.1f}"><title>{words}</title></rect></g>'
        )
    width = len(years) * MINI_STEP
    return _safe(
        f'<svg class="mini-bars" width="{width}" height="{MINI_HEIGHT}" viewBox="0 0 {width} {MINI_HEIGHT}" role="img"'
        f' aria-label="{"; ".join(said)}">{"".join(bars)}</svg>'
    )
