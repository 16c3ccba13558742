"""The profile of a space: on one page, and in full."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.indicators.profile import profile_of
from oneplan.indicators.profile.words import Shaded, answer, borders_words, people
from oneplan.periods import clock
from oneplan.spaces.queries import SpaceMap, space_map, space_named
from oneplan.spaces.views.frame import place_of
from oneplan.warehouse.connection import BuiltBefore, NothingBuilt


@require_safe
def profile(request: ActorHttpRequest, code: str) -> HttpResponse:
    """Key figures of each chapter, what stands out, the map, the peers, and who is asked for what is missing."""
    return _page(request, code, "indicators/profile.html")


@require_safe
def full_profile(request: ActorHttpRequest, code: str) -> HttpResponse:
    """Every chapter with every indicator, beside others, over time, by category and by municipal area."""
    return _page(request, code, "indicators/profile_full.html")


def _page(request: ActorHttpRequest, code: str, template: str) -> HttpResponse:
    space = space_named(code)
    if space is None:
        raise Http404
    context: dict[str, Any] = {"space": space, "place": place_of(space), "as_at": clock.now()}
    try:
        told = profile_of(space, by=request.actor)
    except NothingBuilt as nothing:
        context |= {"nothing": nothing.sentence, "is_rebuilding": isinstance(nothing, BuiltBefore)}
        return render(request, template, context)
    drawn, where = space_map(space), people(told)
    context |= {
        "profile": told, "answer": answer(told), "map": drawn, "is_sample": told.is_sample,
        "shapes": _shapes(where, drawn), "where": where, "borders": borders_words(told),
    }  # fmt: skip
    return render(request, template, context)


def _shapes(where: Shaded, drawn: SpaceMap) -> list[dict[str, Any]]:
    """The municipal areas of today, shaded by how many live there."""
    parts = where.parts
    return [
        {
            "code": shape.code, "name": shape.name, "path": shape.path, "label": shape.name, "label_x": shape.label_x,
            "label_y": shape.label_y,
            "class": f"seq-{parts[shape.code].shade}" if shape.code in parts and parts[shape.code].shade else "no-data",
            "title": f"{shape.name}: {parts[shape.code].figure.shown if shape.code in parts else _('unknown')}",
        }
        for shape in drawn.shapes
    ]  # fmt: skip
