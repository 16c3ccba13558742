"""Lists of projects: of the country and of one space."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.periods import clock
from oneplan.platform.web.lists import chips, paginate, sorting
from oneplan.platform.web.responses import render_page_or_part
from oneplan.projects import queries
from oneplan.projects.files import FORMS, Held
from oneplan.projects.forms import ProjectFilter
from oneplan.projects.models import Project
from oneplan.projects.queries import ProjectFilters
from oneplan.projects.views.shared import phase_of
from oneplan.spaces.models import Space
from oneplan.spaces.queries import space_named
from oneplan.spaces.views.frame import place_of

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


def _in_space(request: ActorHttpRequest, space: Space) -> "QuerySet[Project]":
    return queries.visible_to(request.actor).filter(queries.placed_in([space.pk]))


def _show(request: ActorHttpRequest, base: "QuerySet[Project]", space: Space | None) -> HttpResponse:
    filters = ProjectFilters.read(request.GET)
    rows = filters.apply(base)
    form = ProjectFilter(request.GET, rows=base, space=space)
    order = sorting(request, SORTS, "ref")
    totals = queries.placed_share(rows)
    sums = queries.sums_of(rows)
    page = paginate(request, _Counted(order.apply(rows), sums.rows), PER_PAGE)
    actor = request.actor
    context = {
        "form": form, "chips": chips(request, form), "page": page, "sorting": order, "space": space,
        "lines": [(row, phase_of(row.stage)) for row in page], "sums": sums,
        "totals": totals, "is_filtered": not filters.is_empty,
        "place": place_of(space),
        "query": _query(request, space=space), "downloads": [
            (label, f"{reverse('projects:download', args=(form,))}?{_query(request, lies_in=space)}")
            for form, label in FORMS
        ], "download_note": Held.of(totals).words,
        "may_import": bool(actor.scopes_with(Permission.PROJECT_IMPORT)),
        "may_register": bool(actor.scopes_with(Permission.PROJECT_REGISTER)),
        "reads_more": bool(actor.scopes_with(Permission.PROJECT_READ)) or actor.is_system,
        "is_sample": any(row.is_sample for row in page), "as_at": clock.now(),
    }  # fmt: skip
    return render_page_or_part(request, "projects/list.html", "projects/_list_rows.html", context)


def _query(request: ActorHttpRequest, **named: Space | None) -> str:
    """The filter as the map and the files take it, with the space of the page under the name that they know."""
    query = request.GET.copy()
    for name in ("page", "sort"):
        query.pop(name, None)
    for name, space in named.items():
        if space:
            query[name] = space.pk
    return query.urlencode()
