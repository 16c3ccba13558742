"""The ledger: of one space, of the country, of one institution; on a page and as CSV."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from oneplan.access.checks import check, passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.commitments import lines, queries
from oneplan.commitments.choices import CommitmentState, FundingStatus
from oneplan.commitments.forms import LedgerFilter
from oneplan.commitments.lines import PER_PAGE, Row, rows_of
from oneplan.commitments.models import Commitment
from oneplan.commitments.queries import LedgerFilters, Level, Money
from oneplan.commitments.views.ledger_lines import by_share, lines_of
from oneplan.periods import clock
from oneplan.periods.years import Basis
from oneplan.plans.queries import readable_spaces
from oneplan.platform.web.lists import chips, paginate, sorting
from oneplan.platform.web.responses import csv_response, render_page_or_part
from oneplan.spaces.models import Space
from oneplan.spaces.queries import space_named
from oneplan.spaces.views.frame import place_of

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


class _Counted(Sequence[Row]):
    """The rows of a queryset whose length is known already: paging costs no count."""

    def __init__(self, rows: "QuerySet[Commitment]", length: int, opened: str = "") -> None:
        """`opened` is the space whose whole ledger by reference this is, where it is one."""
        self._rows, self._length, self._opened = rows, length, opened

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, part: Any) -> Any:
        if self._opened and not part.start:
            return rows_of(lines.first_of(self._opened), most=PER_PAGE)
        return rows_of(list(self._rows.values_list("pk", flat=True)[part]), most=PER_PAGE)


def show_ledger(
    request: ActorHttpRequest,
    base: "QuerySet[Commitment]",
    rows: "QuerySet[Commitment]",
    *,
    space: Space | None,
    csv_path: str,
    more: dict[str, Any],
    is_open: bool = False,
) -> HttpResponse:
    """A page of `rows`, filtered from `base`; with `is_open` from every commitment of the space."""
    filters = LedgerFilters.read(request.GET)
    opened = space.pk if space and is_open else ""
    parties = lines.parties_of(opened) if opened else queries.parties_in(base).values_list("pk", "name")
    form = LedgerFilter(request.GET, parties=parties, space=space)
    order = sorting(request, SORTS, "ref")
    is_whole = bool(opened) and filters.is_empty
    if is_whole:
        state_counts, money = lines.counts_of(opened), queries.money_of(opened)
    else:
        level = Level.SPACE if space else Level.COUNTRY
        state_counts = queries.counts(rows)
        withdrawn = CommitmentState.WITHDRAWN in filters.state
        money = queries.rollup(rows, level, withdrawn=withdrawn).get(space.pk if space else "ZA", Money())
    counted = sum(n for _state, _funding, n in state_counts)
    whole = opened if is_whole and order.asked == "ref" else ""
    page = paginate(request, _Counted(order.apply(rows), counted, whole), PER_PAGE)
    states = {state.value: sum(n for code, _f, n in state_counts if code == state) for state in CommitmentState}
    context = {
        "form": form,
        "chips": chips(request, form),
        "page": page,
        "lines": lines_of(page, space),
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
        "is_filtered": not filters.is_empty,
        "as_at": clock.now(),
        **more,
    }
    return render_page_or_part(request, "commitments/ledger.html", "commitments/_ledger_rows.html", context)


def readable_space(request: ActorHttpRequest, code: str) -> Space:
    """A space whose commitments the reader may see: its drafts, or some commitment there; else 404."""
    space = space_named(code)
    if space is None:
        raise Http404
    actor = request.actor
    if queries.reads_all(actor, space) or readable_spaces(actor).filter(pk=code).exists():
        return space
    if queries.ledger(actor, LedgerFilters(), space=space).exists():
        return space
    raise Http404


@login_required
@require_safe
def ledger(request: ActorHttpRequest, code: str) -> HttpResponse:
    """What is promised in one space, by whom, with which money, where, and how far it is."""
    space = readable_space(request, code)
    filters = LedgerFilters.read(request.GET)
    is_open = queries.reads_all(request.actor, space)
    rows = queries.ledger(request.actor, filters, space=space)
    base = rows if is_open else queries.ledger(request.actor, LedgerFilters(), space=space)
    more = {
        "place": place_of(space),
        "may_propose": bool(request.actor.scopes_with(Permission.COMMITMENT_PROPOSE)),
        "may_import": passes(check, request.actor, Permission.COMMITMENT_IMPORT, space),
    }
    path = f"/spaces/{code}/commitments/ledger.csv"
    return show_ledger(request, base, rows, space=space, csv_path=path, more=more, is_open=is_open)


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
        parties = list(row.parties.all())
        pledges = [
            (pledge.financial_year, pledge.status, pledge.acceptance, pledge.amount)
            for party in parties
            for pledge in party.pledges.all()
        ]
        part, summed = by_share(pledges, {share.space_id: share.fraction for share in row.shares.all()}, space)
        money = {each.year: each for each in summed.lines}
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
            part,
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
