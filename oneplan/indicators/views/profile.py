"""The profile of a space: on one page, and in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.indicators.definitions.current import definitions
from oneplan.indicators.profile import Profile, profile_of
from oneplan.indicators.profile.words import Shaded, answer, borders_words, people
from oneplan.periods import clock
from oneplan.spaces.queries import SpaceMap, space_map, space_named
from oneplan.spaces.views.frame import place_of
from oneplan.warehouse.connection import BuiltBefore, NothingBuilt

_KEPT = 24  # contents of pages; a full profile has half a megabyte


@require_safe
def profile(request: ActorHttpRequest, code: str) -> HttpResponse:
    """Key figures of each chapter, what stands out, the map, the peers, and who is asked for what is missing."""
    return _page(request, code, "profile")


@require_safe
def full_profile(request: ActorHttpRequest, code: str) -> HttpResponse:
    """Every chapter with every indicator, beside others, over time, by category and by municipal area."""
    return _page(request, code, "profile_full")


def _page(request: ActorHttpRequest, code: str, name: str) -> HttpResponse:
    space = space_named(code)
    if space is None:
        raise Http404
    context: dict[str, Any] = {"space": space, "place": place_of(space), "as_at": clock.now()}
    try:
        told = profile_of(space, by=request.actor)
    except NothingBuilt as nothing:
        context |= {"nothing": nothing.sentence, "is_rebuilding": isinstance(nothing, BuiltBefore)}
        return render(request, f"indicators/{name}.html", context)
    drawn = space_map(space)
    shown = _Shown(
        name, told.edition, definitions().version, told.code, told.name, get_language() or "",
        request.actor.is_national(Permission.OBSERVATION_READ),
        (drawn.release, drawn.quality, drawn.view_box, *(f"{shape.code} {shape.name}" for shape in drawn.shapes)),
        told, drawn,
    )  # fmt: skip
    context |= {
        "profile": told, "answer": answer(told), "borders": borders_words(told), "is_sample": told.is_sample,
        "content": _content(shown),
    }  # fmt: skip
    return render(request, f"indicators/{name}.html", context)


@dataclass(frozen=True)
class _Shown:
    """What the content of a page is drawn from; two that are alike but for the last two are drawn alike."""

    page: str
    edition: str
    definitions: str
    code: str
    name: str
    language: str
    sees_government: bool
    map: Sequence[str]
    profile: Profile = field(compare=False)
    drawn: SpaceMap = field(compare=False)


@lru_cache(maxsize=_KEPT)
def _content(shown: _Shown) -> SafeString:
    """The content of a page, which is the same for all who see as much of a build."""
    told, drawn, where = shown.profile, shown.drawn, people(shown.profile)
    context = {
        "profile": told, "map": drawn, "shapes": _shapes(where, drawn), "where": where, "borders": borders_words(told),
    }  # fmt: skip
    return render_to_string(f"indicators/_{shown.page}_content.html", context)


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
