"""Features: the items of a collection and one of them."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from oneplan.access.middleware import ActorHttpRequest
from oneplan.api.ogc.answers import GEOJSON, Json, check_known, face, link, own_links, root_of, wants_page, whole_number
from oneplan.api.ogc.collections import Collection, collection_named
from oneplan.api.ogc.features import During, find, find_one, known_filters
from oneplan.api.ogc.systems import asked
from oneplan.periods import clock

LIMIT, MOST, PER_PAGE = 10, 10_000, 50
_PARAMETERS = ("f", "bbox", "bbox-crs", "crs", "limit", "offset", "datetime")


@face("*")
def items(request: ActorHttpRequest, collection: str) -> HttpResponse:
    """A page of features with the exact number of all that fit."""
    during = During.read(request)
    day = (during.last or during.first) if during else None
    each = collection_named(request.actor, collection, day, is_told=False)
    check_known(request, {*_PARAMETERS, *known_filters(each)})
    is_page = wants_page(request)
    limit = whole_number(request, "limit", PER_PAGE if is_page else LIMIT, 1, MOST)
    offset = whole_number(request, "offset", 0, 0, 10**9)
    where = asked(request)
    found = find(request, request.actor, each, where, during, offset, limit)
    told: Json = {
        "type": "FeatureCollection", "numberMatched": found.matched, "numberReturned": len(found.texts),
        "timeStamp": clock.now().isoformat(timespec="seconds"),
        "links": [*own_links(request, GEOJSON), *_turns(request, offset, limit, found.matched),
                  link(f"{root_of(request)}/collections/{each.id}", "collection", each.title)],
    }  # fmt: skip
    if is_page:
        return _page(request, each, told, [json.loads(text) for text in found.texts], offset)
    return _geojson(
        f'{json.dumps(told, ensure_ascii=False)[:-1]}, "features": [{", ".join(found.texts)}]}}', where.system
    )


@face("crs")
def item(request: ActorHttpRequest, collection: str, feature: str) -> HttpResponse:
    """One feature."""
    each = collection_named(request.actor, collection, is_told=False)
    where = asked(request)
    text = find_one(request.actor, each, feature, where)
    links = [*own_links(request, GEOJSON), link(f"{root_of(request)}/collections/{each.id}", "collection", each.title)]
    if wants_page(request):
        return render(request, "api/ogc/item.html", {"told": {**json.loads(text), "links": links}, "collection": each})
    return _geojson(f'{text[:-1]}, "links": {json.dumps(links, ensure_ascii=False)}}}', where.system)


def _geojson(text: str, system: str) -> HttpResponse:
    response = HttpResponse(text, content_type=GEOJSON)
    response["Content-Crs"] = f"<{system}>"
    return response


def _turns(request: HttpRequest, offset: int, limit: int, matched: int) -> list[dict[str, str]]:
    """`next` and `prev`, where there is one."""
    turns = []
    if offset + limit < matched:
        turns.append(link(_at(request, offset + limit, limit), "next", _("The next page"), GEOJSON))
    if offset:
        turns.append(link(_at(request, max(0, offset - limit), limit), "prev", _("The page before"), GEOJSON))
    return turns


def _at(request: HttpRequest, offset: int, limit: int) -> str:
    query = request.GET.copy()
    query["offset"], query["limit"] = str(offset), str(limit)
    return f"{request.build_absolute_uri(request.path)}?{query.urlencode()}"


def _page(request: HttpRequest, each: Collection, told: Json, features: list[Json], offset: int) -> HttpResponse:
    names = list(features[0]["properties"]) if features else []
    shown = names[: 8 if each.is_projects else 6]
    rows = [(one["id"], [one["properties"].get(name) for name in shown]) for one in features]
    turns = {one["rel"]: one["href"] for one in told["links"]}
    context = {
        "collection": each, "told": told, "names": shown, "rows": rows, "turns": turns,
        "first": offset + 1, "last": offset + len(rows), "as_at": clock.now(),
    }  # fmt: skip
    return render(request, "api/ogc/items.html", context)
