"""The map beside its list: one filter for both, and for every file of it."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import Count, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.geometry.frame import MAINLAND
from oneplan.periods import clock
from oneplan.platform.web.lists import chips, paginate
from oneplan.platform.web.numerals import grouped
from oneplan.platform.web.responses import render_page_or_part
from oneplan.projects import files, queries, tiles
from oneplan.projects.forms import ProjectFilter
from oneplan.projects.models import Project
from oneplan.projects.queries import ProjectFilters, on_map
from oneplan.projects.queries.on_map import Box
from oneplan.spaces.choices import PlaceMethod
from oneplan.spaces.models import Boundary, Space
from oneplan.spaces.queries import national_map
from oneplan.spaces.queries.boundary_sets import BoundarySet, boundary_sets
from oneplan.spaces.queries.layers import layers_visible_to

PER_PAGE = 25
WORLD = Box(-180, -85, 180, 85)
_STATE = ("at", "box", "boundaries", "layers", "page", "sort")  # of the map, not of the filter
_COARSE = (
    PlaceMethod.WARD, PlaceMethod.MUNICIPALITY, PlaceMethod.SERVICE_AREA, PlaceMethod.SPACE, PlaceMethod.APPORTIONED,
)  # fmt: skip


class _Dearest(Sequence[Project]):
    """The pins in a box, the greatest cost first; only the page that is asked for is read."""

    def __init__(self, request: ActorHttpRequest, filters: ProjectFilters, box: Box, count: int) -> None:
        self._asked = (request.actor, filters, box)
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, part: Any) -> Any:
        refs = on_map.dearest_in_box(*self._asked, offset=part.start or 0, limit=PER_PAGE)
        rows = {row.ref: row for row in queries.for_list(Project.objects.filter(ref__in=refs))}
        return [rows[ref] for ref in refs if ref in rows]


@require_safe
def project_map(request: ActorHttpRequest) -> HttpResponse:
    """The map page; for HTMX what it says of the filter."""
    filters = ProjectFilters.read(request.GET)
    base = queries.visible_to(request.actor)
    rows = filters.apply(base)
    form = ProjectFilter(request.GET, rows=base)
    versions = boundary_sets()
    chosen = _chosen(versions, request.GET.get("boundaries", ""))
    context = {
        **_in_view(request, filters), **_unplaced(request, rows), "form": form, "chips": chips(request, form),
        "query": filter_query(request), "downloads": files.FORMS, "versions": versions, "chosen": chosen,
        "layers": list(layers_visible_to(request.actor)), "phases": tiles.PHASES_SHOWN, "as_at": clock.now(),
        "config": _config(request, versions, chosen), "overview": _overview(rows),
        "is_sample": rows.filter(is_sample=True).exists(),
    }  # fmt: skip
    return render_page_or_part(request, "projects/map.html", "projects/_map_found.html", context)


@require_safe
def in_view(request: ActorHttpRequest) -> HttpResponse:
    """The list of what the map shows now: a part of the page."""
    return render(request, "projects/_map_in_view.html", _in_view(request, ProjectFilters.read(request.GET)))


@require_safe
def card(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """One project in a few lines, for the map."""
    row = queries.project_named(request.actor, ref)
    if row is None:
        raise Http404
    return render(request, "projects/_map_card.html", {"row": row})


def filter_query(request: ActorHttpRequest) -> str:
    """The filter in the address without what belongs to the map alone."""
    query = request.GET.copy()
    for name in _STATE:
        query.pop(name, None)
    return query.urlencode()


def _in_view(request: ActorHttpRequest, filters: ProjectFilters) -> dict[str, Any]:
    asked = request.GET.get("box", "")
    try:
        box = Box.read(asked) if asked else WORLD
    except ValueError:
        raise BadRequest(_("A box is four numbers of degrees: west, south, east, north.")) from None
    summary = on_map.box_summary(request.actor, filters, box)
    page = paginate(request, _Dearest(request, filters, box, summary.pins), PER_PAGE)
    return {
        "summary": summary, "page": page, "is_part": bool(asked),
    }  # fmt: skip


def _unplaced(request: ActorHttpRequest, rows: "QuerySet[Project]") -> dict[str, Any]:
    """What of the filter has no pin, and why: works known only roughly, works not placed, and what is no works."""
    totals = queries.placed_share(rows)
    coarse = sum(totals.by_method[method].projects for method in _COARSE if method in totals.by_method)
    return {"held": files.Held.of(totals), "coarse": coarse, "coarse_methods": [str(each) for each in _COARSE]}


def _chosen(versions: list[BoundarySet], key: str) -> BoundarySet | None:
    in_force = next((each for each in versions if each.is_in_force), None)
    return next((each for each in versions if each.key == key), in_force)


def _config(request: ActorHttpRequest, versions: list[BoundarySet], chosen: BoundarySet | None) -> dict[str, Any]:
    """What the script of the map needs."""
    return {
        "tiles": "/tiles/projects/{z}/{x}/{y}.mvt", "shapes": "/tiles/project-shapes/{z}/{x}/{y}.mvt",
        "layer": tiles.LAYER, "shapesLayer": tiles.SHAPES, "deepest": tiles.DEEPEST,
        "boundaries": [{"key": each.key, "digest": each.digest} for each in versions],
        "chosen": chosen.key if chosen else "", "bounds": _bounds(request),
        "phases": [{"code": code, "words": str(words)} for code, words in tiles.PHASES_SHOWN],
    }  # fmt: skip


def _bounds(request: ActorHttpRequest) -> list[float]:
    """The box that the map opens on: that of the spaces in the filter, else the mainland."""
    codes = [code for code in request.GET.getlist("space") if code]
    boxes = Boundary.objects.filter(code__in=codes).values_list("minx", "miny", "maxx", "maxy") if codes else []
    if not boxes:
        return list(MAINLAND)
    west, south, east, north = zip(*boxes, strict=True)
    return [min(west), min(south), max(east), max(north)]


def _overview(rows: "QuerySet[Project]") -> dict[str, Any]:
    """The country by space for who has no script: how many works with a place lie in each."""
    counts = dict(
        rows.order_by()
        .exclude(space=None)
        .values_list("space")
        .annotate(count=Count("pk"))
        .values_list("space", "count")
    )
    edges = _edges(list(counts.values()))
    known = national_map()
    names = dict(Space.objects.values_list("code", "name"))
    shapes = [
        {
            "code": shape.code, "name": shape.name, "path": shape.path, "href": f"/projects/map/?space={shape.code}",
            "css_class": f"seq-{1 + sum(counts.get(shape.code, 0) > edge for edge in edges)}",
            "title": f"{names.get(shape.code, shape.code)}: {grouped(counts.get(shape.code, 0))}",
        }
        for shape in known.shapes
    ]  # fmt: skip
    return {"shapes": shapes, "map": known, "legend": _legend(edges)}


def _edges(counts: list[int]) -> list[int]:
    """Up to four edges between five shades, at fifths of the counts."""
    ordered = sorted(counts)
    return sorted({ordered[len(ordered) * part // 5] for part in range(1, 5)}) if ordered else []


def _legend(edges: list[int]) -> list[tuple[str, str]]:
    if not edges:
        return []
    lows = [0, *(edge + 1 for edge in edges)]
    highs: list[int | None] = [*edges, None]
    return [
        (
            f"seq-{place}",
            _("%(n)s and more") % {"n": grouped(low)} if high is None else f"{grouped(low)}–{grouped(high)}",
        )
        for place, (low, high) in enumerate(zip(lows, highs, strict=True), 1)
    ]
