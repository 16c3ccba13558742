"""What befell the borders of a municipal area or a space: in sentences, and piece by piece; and of all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.indicators.choices import Level
from oneplan.indicators.demarcations.book import Shipped, book
from oneplan.indicators.demarcations.changes import befell, changes, history, national
from oneplan.periods import clock
from oneplan.platform.web.numerals import grouped
from oneplan.platform.web.responses import csv_response
from oneplan.spaces.queries import as_at


@dataclass(frozen=True)
class PieceShown:
    """What an area of the older borders and one of the newer have in common, as a part of each one's ground."""

    older: str
    older_name: str
    newer: str
    newer_name: str
    km2: float
    of_older: str
    of_newer: str


@require_safe
def all_borders(request: ActorHttpRequest) -> HttpResponseBase:
    """Every area and space that did not simply stay, or the pieces as a file."""
    pairs = sorted(book().shipped.items())
    if request.GET.get("format") == "csv":
        return csv_response(_lines(pairs), "borders-piece-by-piece")
    changed = []
    for (older, newer), shipped in pairs:
        names = {**_names(older), **_names(newer)}
        changed += [
            (each.code, names.get(each.code, each.code), each.sentence(names))
            for each in changes(shipped.correspondence, book().demarcation(newer).since)
        ]
    context = {"changed": changed, "told": _told(), "slivers": _slivers(), "now": clock.now()}
    return render(request, "indicators/borders_all.html", context)


@require_safe
def borders(request: ActorHttpRequest, code: str) -> HttpResponseBase:
    """One municipal area, that is or that has ended, or one space with its municipal areas."""
    years = [each.code for each in book().demarcations]
    names: dict[str, str] = {}
    for year in years:
        names |= _names(year)
    shipped = [each for _pair, each in sorted(book().shipped.items())]
    is_area = any(code in each.older_space or code in each.newer_space for each in shipped)
    spaces = {space for each in shipped for space in (*each.older_space.values(), *each.newer_space.values())}
    if not is_area and code not in spaces:
        raise Http404
    inside = sorted({
        area for each in shipped for by_area in (each.older_space, each.newer_space)
        for area, space in by_area.items() if space == code and area != code
    })  # fmt: skip
    space = next((each.newer_space.get(code) or each.older_space[code] for each in shipped if is_area), code)
    level = Level.MUNICIPAL_AREA if is_area else Level.SPACE
    context: dict[str, Any] = {
        "code": code, "name": names.get(code, code), "level_label": level.label,
        "space": (space, names.get(space, space)) if space != code else None,
        "said": history(code, book(), names, of_spaces=not is_area), "pieces": _pieces(code, shipped, names, is_area),
        "inside": [
            (area, names.get(area, area), history(area, book(), names)) for area in inside if befell(area, book())
        ],
        "told": _told(), "slivers": _slivers(), "now": clock.now(),
        "explorer": f"/indicators/population/?level={level.value}&place={code}",
    }  # fmt: skip
    return render(request, "indicators/borders.html", context)


def _names(year: str) -> Mapping[str, str]:
    """Of the municipal areas and spaces of a demarcation, as they were called on its last day."""
    this = book().demarcation(year)
    after = book().after(this)
    day = after.since - timedelta(days=1) if after else clock.today()
    return {
        each.code: each.name for level in (Level.SPACE, Level.MUNICIPAL_AREA) for each in as_at(str(level), day)
    }  # fmt: skip


def _pieces(code: str, shipped: list[Shipped], names: Mapping[str, str], is_area: bool) -> list[PieceShown]:
    found = []
    for each in shipped:
        whole = each.correspondence if is_area else each.lifted(each.correspondence)
        older, newer = defaultdict[str, int](int), defaultdict[str, int](int)
        for piece in whole.pieces:
            older[piece.older] += piece.m2
            newer[piece.newer] += piece.m2
        found += [
            PieceShown(
                piece.older, names.get(piece.older, piece.older), piece.newer, names.get(piece.newer, piece.newer),
                piece.m2 / 1e6, f"{grouped(100 * piece.m2 / older[piece.older], 1)} %",
                f"{grouped(100 * piece.m2 / newer[piece.newer], 1)} %",
            )
            for piece in whole.pieces if code in (piece.older, piece.newer)
        ]  # fmt: skip
    return found


def _told() -> list[str]:
    """How many municipal areas there were from one demarcation to the next, with the source."""
    return [national(before, after) for before, after in pairwise(book().demarcations)]


def _slivers() -> str:
    return " ".join(each.correspondence.slivers.sentence for each in book().shipped.values())


def _lines(pairs: list[tuple[tuple[str, str], Shipped]]) -> list[list[Any]]:
    lines: list[list[Any]] = [["older_borders", "newer_borders", "older", "newer", "km2", "wards"]]
    for (older, newer), shipped in pairs:
        lines += [
            [older, newer, piece.older, piece.newer, round(piece.m2 / 1e6, 3), piece.wards / 1000]
            for piece in shipped.correspondence.pieces
        ]
    return lines
