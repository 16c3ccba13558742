"""The ledger: of one space, of the country, of one institution; on a page and as CSV."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from oneplan.access.checks import check, passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.commitments import queries
from oneplan.commitments.choices import PLACED, CommitmentState, FundingStatus, PlaceQuality
from oneplan.commitments.forms import LedgerFilter
from oneplan.commitments.measures import apportion
from oneplan.commitments.models import Commitment
from oneplan.commitments.queries import LedgerFilters, Level, Money, YearLine
from oneplan.periods import clock
from oneplan.periods.years import Basis
from oneplan.plans.queries import readable_spaces
from oneplan.platform.web.lists import chips, paginate, sorting
from oneplan.platform.web.responses import csv_response, render_page_or_part
from oneplan.spaces.models import Space

SORTS = {
    "ref": "ref",
    "title": "title",
    "lead": "lead__name",
    "state": "state",
    "rand": "pledged",
    "funding": "funding",
    "place": "place_quality",
    "due": "finish_on",
    "changed": "changed_at",
}
_FUNDING = {"funded": "funded", "part": "part_funded", "unfunded": "unfunded", "": "unknown"}
MINI_HEIGHT, MINI_STEP = 22, 9
PER_PAGE = 25


@dataclass(frozen=True)
class Mini:
    """One small bar: a year's rand, drawn to the row's own scale."""

    x: int
    y: float
    height: float
    tone: str
    title: str


@dataclass
class Line:
    """One line of the ledger."""

    commitment: Commitment
    part: Decimal
    money: Money
    minis: list[Mini]
    width: int
    funding: str
    place: str
    is_late: bool

    @property
    def by_basis(self) -> list[tuple[str, Decimal, Decimal]]:
        """(basis, pledged, unfunded) where there is any: bases are never added together silently."""
        rows = [
            (basis.value, self.money.total(basis=basis), self.money.total(FundingStatus.UNFUNDED, basis=basis))
            for basis in Basis
        ]
        return [row for row in rows if row[1] or row[2]]


def lines_of(rows: list[Commitment], space: Space | None) -> list[Line]:
    """Lines of commitments that came through queries.for_ledger; their rand by this space's share."""
    return [_line(row, space) for row in rows]


def _line(row: Commitment, space: Space | None) -> Line:
    fractions = {share.space_id: share.fraction for share in row.shares.all()}
    part = fractions.get(space.pk, Decimal(1)) if space else Decimal(1)
    money = Money()
    for party in row.parties.all():
        for pledge in party.pledges.all():
            amount = apportion(pledge.amount, fractions)[space.pk] if space and part != 1 else pledge.amount
            money.add(pledge.financial_year, pledge.status, pledge.acceptance, amount)
    minis = _minis(money.lines)
    return Line(
        commitment=row,
        part=part,
        money=money,
        minis=minis,
        width=max(1, len(minis)) * MINI_STEP,
        funding=_FUNDING[row.funding],
        place=_place_state(row),
        is_late=bool(row.finish_on and row.finish_on < clock.today())
        and row.state not in (CommitmentState.DELIVERED, CommitmentState.WITHDRAWN),
    )


def _place_state(row: Commitment) -> str:
    if row.place_quality in PLACED:
        return "placed"
    return "approximate" if row.place_quality == PlaceQuality.APPROXIMATE else "not_placed"


def _minis(lines: list[YearLine]) -> list[Mini]:
    most = max((line.pledged + line.unfunded for line in lines), default=Decimal(0))
    if not most:
        return []
    bars = []
    for place, line in enumerate(lines):
        amount = line.pledged + line.unfunded
        height = max(1.0, round(float(amount / most) * MINI_HEIGHT, 1)) if amount else 0.0
        tone = "done" if line.secured and not line.unfunded else "missing" if not line.pledged else "part"
        words = ", ".join(f"{part[0]} {part[1]}" for part in line.parts if part[1])
        bars.append(
            Mini(place * MINI_STEP, MINI_HEIGHT - height, height, tone, f"{line.year.label} {line.year.basis}: {words}")
        )
    return bars


class _Counted(Sequence[Commitment]):
    """A queryset whose length is known already: paging costs no count."""

    def __init__(self, rows: "QuerySet[Commitment]", length: int) -> None:
        self._rows, self._length = rows, length

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, part: Any) -> Any:
        return self._rows[part]


def show_ledger(
    request: ActorHttpRequest,
    base: "QuerySet[Commitment]",
    rows: "QuerySet[Commitment]",
    *,
    space: Space | None,
    csv_path: str,
    more: dict[str, Any],
) -> HttpResponse:
    form = LedgerFilter(request.GET, parties=queries.parties_in(base), space=space)
    order = sorting(request, SORTS, "ref")
    state_counts = queries.counts(rows)
    counted = sum(n for _state, _funding, n in state_counts)
    page = paginate(request, _Counted(queries.for_ledger(order.apply(rows)), counted), PER_PAGE)
    level = Level.SPACE if space else Level.COUNTRY
    money = queries.rollup(rows, level).get(space.pk if space else "ZA", Money())
    states = {state.value: sum(n for code, _f, n in state_counts if code == state) for state in CommitmentState}
    context = {
        "form": form,
        "chips": chips(request, form),
        "page": page,
        "lines": lines_of(list(page), space),
        "sorting": order,
        "money": money,
        "bases": [(b.value, money.of_basis(b)) for b in Basis if money.of_basis(b)],
        "totals": [
            (b.value, money.total(basis=b), money.total(FundingStatus.UNFUNDED, basis=b))
            for b in Basis
            if money.of_basis(b)
        ],
        "states": [(code, n) for code, n in states.items() if n],
        "counted": counted,
        "signed": states["signed"] + states["delivered"],
        **{
            code: sum(n for _state, funding, n in state_counts if (funding or "unknown") == code)
            for code in ("funded", "part", "unfunded", "unknown")
        },
        "csv": f"{csv_path}{'&' if '?' in csv_path else '?'}{request.GET.urlencode()}",
        "space": space,
        "is_sample": any(line.is_sample for line in page),
        "mini_height": MINI_HEIGHT,
        "is_filtered": not LedgerFilters.read(request.GET).is_empty,
        "as_at": clock.now(),
        **more,
    }
    return render_page_or_part(request, "commitments/ledger.html", "commitments/_ledger_rows.html", context)


def readable_space(request: ActorHttpRequest, code: str) -> Space:
    """A space whose commitments the reader may see: its drafts, or some commitment there; else 404."""
    space: Space = get_object_or_404(Space.objects.select_related("province"), pk=code)
    actor, read = request.actor, Permission.PLAN_READ
    if actor.may(read, space.scopes()):
        return space
    if readable_spaces(actor).filter(pk=code).exists():
        return space
    if queries.ledger(request.actor, LedgerFilters(), space=space).exists():
        return space
    raise Http404


@login_required
@require_safe
def ledger(request: ActorHttpRequest, code: str) -> HttpResponse:
    """What is promised in one space, by whom, with which money, where, and how far it is."""
    space = readable_space(request, code)
    filters = LedgerFilters.read(request.GET)
    base = queries.ledger(request.actor, LedgerFilters(), space=space)
    rows = queries.ledger(request.actor, filters, space=space)
    more = {
        "place": {"name": space.name, "code": space.pk, "href": f"/spaces/{space.pk}/"},
        "may_propose": bool(request.actor.scopes_with(Permission.COMMITMENT_PROPOSE)),
        "may_import": passes(check, request.actor, Permission.COMMITMENT_IMPORT, space),
    }
    return show_ledger(request, base, rows, space=space, csv_path=f"/spaces/{code}/commitments/ledger.csv", more=more)


@login_required
@require_safe
def national_ledger(request: ActorHttpRequest) -> HttpResponse:
    """Every commitment that the reader may see; a shared one stands and counts once."""
    base = queries.visible_to(request.actor)
    rows = queries.ledger(request.actor, LedgerFilters.read(request.GET))
    return show_ledger(request, base, rows, space=None, csv_path="/commitments/ledger.csv", more={"is_national": True})


@login_required
@require_safe
def ledger_csv(request: ActorHttpRequest, code: str = "") -> StreamingHttpResponse:
    """The current filter, every row of it, with source and sample columns."""
    space = readable_space(request, code) if code else None
    rows = queries.ledger(request.actor, LedgerFilters.read(request.GET), space=space).order_by("ref")
    return csv_response(csv_rows(rows, space), f"commitments-{code or 'south-africa'}")


_HEAD = (
    "ref",
    "title",
    "kind",
    "transformation_area",
    "state",
    "novelty",
    "catalytic",
    "lead_code",
    "lead",
    "parties",
    "agreed",
    "home_space",
    "share_of_space",
    "municipal_areas",
    "ward",
    "place_quality",
    "start",
    "finish",
    "project_stage",
    "total_cost",
    "spent_before",
    "funding",
    "delivered_on",
    "markers",
    "source",
    "source_row",
    "sample",
)


def csv_rows(rows: "QuerySet[Commitment]", space: Space | None) -> Iterator[list[Any]]:
    """Headings, then a row each; rand of a space's file by its share, exact to the cent.

    One column a year and status.
    """
    used = queries.years_in(rows)
    yield [
        *_HEAD,
        *(f"{year.label} {year.basis} {kind}" for year in used for kind in ("pledged", "unfunded", "accepted")),
    ]
    loaded = queries.for_ledger(rows).prefetch_related("municipal_areas", "markings")
    for row in loaded.iterator(chunk_size=500):
        line = _line(row, space)
        parties = list(row.parties.all())
        money = {each.year: each for each in line.money.lines}
        years: list[Any] = []
        for year in used:
            each = money.get(year)
            years += [each.pledged, each.unfunded, each.accepted] if each else ["", "", ""]
        yield [
            row.ref,
            row.title,
            row.kind,
            queries.area_label(row.area),
            row.state,
            row.novelty,
            row.is_catalytic,
            row.lead_id,
            row.lead.name,
            "; ".join(party.institution.name for party in parties),
            sum(party.acceptance == "accepted" for party in parties),
            row.home_space_id,
            line.part,
            "; ".join(area.pk for area in row.municipal_areas.all()),
            row.ward_id,
            row.place_quality,
            row.start_on,
            row.finish_on,
            row.project_stage,
            row.total_cost,
            row.spent_before,
            row.funding or _("unknown"),
            row.delivered_on,
            "; ".join(marking.marker for marking in row.markings.all()),
            row.source,
            row.source_row,
            row.is_sample,
            *years,
        ]
