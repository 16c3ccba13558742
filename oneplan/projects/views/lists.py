"""Lists of projects: of the country and of one space, as a page and as CSV."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.periods import clock
from oneplan.platform.web.lists import chips, paginate, sorting
from oneplan.platform.web.numerals import grouped
from oneplan.platform.web.responses import csv_response, render_page_or_part
from oneplan.projects import queries
from oneplan.projects.choices import ProjectKind
from oneplan.projects.forms import ProjectFilter
from oneplan.projects.models import Project
from oneplan.projects.queries import PlacedTotals, ProjectFilters
from oneplan.projects.views.shared import METHOD_STATES, phase_of
from oneplan.spaces.choices import PlaceMethod
from oneplan.spaces.models import Space
from oneplan.spaces.queries import space_named

PER_PAGE = 25
SORTS = {
    "ref": "ref",
    "title": "title",
    "institution": ("implementing__name", "implementing_text"),
    "stage": "stage",
    "cost": "total_cost",
    "spent": "spent_to_date",
    "place": ("space__name", "municipal_area__name"),
    "confidence": ("confidence", "method"),
    "finish": "finish_on",
    "changed": "changed_at",
}


class _Counted(Sequence[Project]):
    """Rows whose number is known already: paging costs no count."""

    def __init__(self, rows: "QuerySet[Project]", length: int) -> None:
        self._rows, self._length = rows, length

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, part: Any) -> Any:
        return queries.for_list(self._rows)[part]


@require_safe
def national_list(request: ActorHttpRequest) -> HttpResponse:
    """Every project that the reader may see; a merged one stands only where it is asked for."""
    return _show(request, queries.visible_to(request.actor), None)


@require_safe
def space_list(request: ActorHttpRequest, code: str) -> HttpResponse:
    """The projects whose works lie in one space, wholly or in part."""
    space = space_named(code)
    if space is None:
        raise Http404
    return _show(request, _in_space(request, space), space)


@require_safe
def list_csv(request: ActorHttpRequest, code: str = "") -> StreamingHttpResponse:
    """The current filter, every row of it."""
    space = space_named(code) if code else None
    if code and space is None:
        raise Http404
    base = _in_space(request, space) if space else queries.visible_to(request.actor)
    rows = ProjectFilters.read(request.GET).apply(base).order_by("ref")
    return csv_response(csv_rows(rows), f"projects-{code or 'south-africa'}")


def _in_space(request: ActorHttpRequest, space: Space) -> "QuerySet[Project]":
    return queries.visible_to(request.actor).filter(queries.placed_in([space.pk]))


def _show(request: ActorHttpRequest, base: "QuerySet[Project]", space: Space | None) -> HttpResponse:
    filters = ProjectFilters.read(request.GET)
    rows = filters.apply(base)
    form = ProjectFilter(request.GET, rows=base, space=space)
    order = sorting(request, SORTS, "ref")
    totals = queries.placed_share(rows)
    sums = rows.order_by().aggregate(
        count=Count("pk"), cost=Sum("total_cost"), priced=Count("total_cost"), spent=Sum("spent_to_date"),
        reported=Count("spent_to_date"),
    )  # fmt: skip
    page = paginate(request, _Counted(order.apply(rows), sums["count"]), PER_PAGE)
    actor = request.actor
    context = {
        "form": form, "chips": chips(request, form), "page": page, "sorting": order, "space": space,
        "lines": [(row, phase_of(row.stage)) for row in page], "sums": sums,
        "totals": totals, "methods": method_lines(totals), "parts": method_parts(totals),
        "placed_words": placed_words(totals), "apart": apart_lines(totals), "is_filtered": not filters.is_empty,
        "place": {"name": space.name, "code": space.pk, "href": f"/spaces/{space.pk}/"} if space else None,
        "csv": f"{request.path}list.csv?{request.GET.urlencode()}", "query": _with_space(request, space),
        "may_import": bool(actor.scopes_with(Permission.PROJECT_IMPORT)),
        "may_register": bool(actor.scopes_with(Permission.PROJECT_REGISTER)),
        "reads_more": bool(actor.scopes_with(Permission.PROJECT_READ)) or actor.is_system,
        "is_sample": any(row.is_sample for row in page), "as_at": clock.now(),
    }  # fmt: skip
    return render_page_or_part(request, "projects/list.html", "projects/_list_rows.html", context)


def _with_space(request: ActorHttpRequest, space: Space | None) -> str:
    """The filter as the map and the files take it: with the space of the page."""
    query = request.GET.copy()
    for name in ("page", "sort"):
        query.pop(name, None)
    if space:
        query["space"] = space.pk
    return query.urlencode()


def method_parts(totals: PlacedTotals) -> list[tuple[str, int, str]]:
    """The bar: works on the ground by how their place is known, best first."""
    return [
        (METHOD_STATES[method], totals.by_method[method].projects, str(method.label))
        for method in PlaceMethod
        if method in totals.by_method
    ]


def method_lines(totals: PlacedTotals) -> list[tuple[str, str, Any]]:
    """The table of the bar: (state, method in words, tally)."""
    return [
        (METHOD_STATES[method], str(method.label), totals.by_method[method])
        for method in PlaceMethod
        if method in totals.by_method
    ]


def apart_lines(totals: PlacedTotals) -> list[tuple[str, str, Any]]:
    """What is not on the ground, by kind: (kind, in words, tally)."""
    return [(kind.value, str(kind.label), totals.apart[kind]) for kind in ProjectKind if kind in totals.apart]


_HEAD = (
    "ref", "title", "kind", "stage", "nature_of_investment", "funding_status", "funding_source", "sector", "sphere",
    "implementing_code", "implementing", "funder_code", "start", "finish", "total_cost", "spent_to_date", "jobs",
    "standing", "audience", "place_method", "place_confidence", "space", "municipal_area", "ward", "longitude",
    "latitude", "place_to_review", "kind_of_source", "programme", "sample",
)  # fmt: skip


def csv_rows(rows: "QuerySet[Project]") -> Iterator[list[Any]]:
    """Headings, then a row for each project. An empty cell is not stated."""
    yield list(_HEAD)
    for row in queries.for_list(rows).iterator(chunk_size=2000):
        yield [
            row.ref, row.title, row.kind, row.stage, row.nature, row.funding, row.fund, row.sector, row.sphere,
            row.implementing_id, row.implementing.name if row.implementing else row.implementing_text, row.funder_id,
            row.start_on, row.finish_on, row.total_cost, row.spent_to_date, row.jobs, row.standing, row.audience,
            row.method, row.confidence, row.space_id, row.municipal_area_id, row.ward_id, row.longitude, row.latitude,
            row.is_doubtful, row.feed, row.programme.ref if row.programme else "", row.is_sample,
        ]  # fmt: skip


def placed_words(totals: PlacedTotals) -> str:
    """How much of the works on the ground has a place, in one sentence."""
    if not totals.works.projects:
        return _("None of these stands on the ground")
    return _("%(placed)s of %(works)s projects on the ground are placed") % {
        "placed": grouped(totals.placed.projects), "works": grouped(totals.works.projects),
    }  # fmt: skip
