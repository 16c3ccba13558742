"""The national board: 52 spaces at one glance, then as a table."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.frameworks.queries import CONCEPTS, ruleset_in_force
from oneplan.periods import clock
from oneplan.platform.web.lists import Sorting
from oneplan.platform.web.responses import csv_response
from oneplan.portal.measures import ATTENTION, MEASURES, Measure, alarms, glyph_of, table_order
from oneplan.portal.queries.board import SpaceRow, board_rows
from oneplan.portal.queries.projects import projects_of_country
from oneplan.spaces.queries import fold, national_map, tile_grid


@login_required
@require_safe
def board(request: ActorHttpRequest) -> HttpResponseBase:
    """Every space as far as the reader may see it; measure, view, filter and order live in the address."""
    asked = request.GET
    measure = MEASURES.get(asked.get("measure", ""), MEASURES["stage"])
    every = board_rows(request.actor)
    rows, sorting = ordered(narrowed(every, asked), asked.get("sort", ""))
    if asked.get("format") == "csv":
        return csv_response(csv_lines(rows), f"spaces-{clock.today():%Y-%m-%d}.csv")
    is_map = asked.get("view") == "map"
    context = {
        "rows": rows, "sorting": sorting, "measure": measure, "measures": MEASURES.values(), "is_map": is_map,
        "picture": _map(every, measure) if is_map else None,
        "tiles": None if is_map else _tiles(every, measure),
        "legend": measure.legend(), "strip": stage_counts(every), "alarms": alarms(every),
        "only": asked.get("only", ""),
        "readable": sum(row.is_readable for row in every), "all_count": len(every),
        **adopted_in(every), "now": clock.now(),
        "totals": totals_of(rows), "is_filtered": len(rows) != len(every),
        "is_sample": any(row.is_sample for row in every), "projects": projects_of_country(request.actor),
    }  # fmt: skip
    return render(request, "portal/board.html", context)


def narrowed(rows: list[SpaceRow], asked: Any) -> list[SpaceRow]:
    """The rows that the address asks for: by attention, stage, province and text."""
    counts = ATTENTION.get(asked.get("only", ""))
    if counts:
        rows = [row for row in rows if counts(row)]
    if stage := asked.get("stage"):
        rows = [row for row in rows if row.stage == stage]
    if province := asked.get("province"):
        rows = [row for row in rows if row.province_code == province]
    if words := fold(asked.get("q", "")):
        rows = [row for row in rows if words in fold(row.name) or words == row.code.lower()]
    return rows


def ordered(rows: list[SpaceRow], asked: str) -> tuple[list[SpaceRow], Sorting]:
    """In the order asked for; what is unknown comes last, up or down. Unasked: by province, the quiet ones last."""
    if not asked:
        return sorted(rows, key=lambda row: row.is_quiet), Sorting("", ())
    keys = table_order()
    key = asked.removeprefix("-")
    if key not in keys:
        asked = key = "province"
    known = [row for row in rows if keys[key](row) is not None]
    known.sort(key=keys[key], reverse=asked.startswith("-"))
    return [*known, *(row for row in rows if keys[key](row) is None)], Sorting(asked, ())


def _title(row: SpaceRow, measure: Measure) -> str:
    return f"{row.name} ({row.code}): {measure.words_of(row)}. {row.standing}"


def _tiles(rows: list[SpaceRow], measure: Measure) -> list[dict[str, Any]]:
    by_code = {row.code: row for row in rows}
    return [
        {
            "code": tile.code, "name": by_code[tile.code].name, "col": tile.column, "row": tile.row,
            "class": measure.shade_of(by_code[tile.code]), "glyph": glyph_of(by_code[tile.code]),
            "href": by_code[tile.code].href, "title": _title(by_code[tile.code], measure),
        }
        for tile in tile_grid().tiles
    ]  # fmt: skip


def _map(rows: list[SpaceRow], measure: Measure) -> dict[str, Any]:
    by_code = {row.code: row for row in rows}
    drawn = national_map()
    shapes = [
        {
            "code": shape.code, "name": shape.name, "path": shape.path, "class": measure.shade_of(by_code[shape.code]),
            "href": by_code[shape.code].href, "title": _title(by_code[shape.code], measure),
        }
        for shape in drawn.shapes
        if shape.code in by_code
    ]  # fmt: skip
    return {"shapes": shapes, "map": drawn}


def stage_counts(rows: list[SpaceRow]) -> list[dict[str, Any]]:
    """How many spaces are in each stage, by the words of the rule set in force; invented plans apart."""
    counted = Counter(row.stage for row in rows if row.stage and not row.edition_is_sample)
    invented = Counter(row.stage for row in rows if row.stage and row.edition_is_sample)
    most = max((counted[code] + invented[code] for code in CONCEPTS), default=0)
    words = ruleset_in_force(clock.today())
    return [
        {
            "code": code, "number": words.stage(code).number, "label": words.stage(code).label, "count": counted[code],
            "invented": invented[code], "parts": [("current", counted[code]), ("sample", invented[code])],
            "most": most or 1,
        }
        for code in CONCEPTS
    ]  # fmt: skip


def adopted_in(rows: list[SpaceRow]) -> dict[str, int]:
    """How many spaces have an adopted plan, and how many an invented one."""
    adopted = [row.adopted_is_sample for row in rows if row.adopted_number]
    return {"adopted": adopted.count(False), "adopted_samples": adopted.count(True)}


def totals_of(rows: list[SpaceRow]) -> dict[str, int]:
    """Sums over the rows shown and visible, of what is real; of what is invented where nothing else is (`is_sample`).

    `invented` and `invented_plans` are what is left out. Shared commitments count in each of their spaces, and the page
    says so.
    """
    real = any(_has(row, invented=False) for row in rows)
    is_sample = not real and any(_has(row, invented=True) for row in rows)
    plans = [row for row in rows if row.edition is not None and row.edition_is_sample == is_sample]
    counted = [row for row in rows if row.commitments is not None and row.commitments_are_sample == is_sample]
    totals = {name: sum(getattr(row, name) or 0 for row in plans) for name in ("contributed", "asked", "silent")}
    totals |= {name: sum(getattr(row, name) or 0 for row in counted) for name in ("commitments", "funded", "placed")}
    totals["late"] = sum(row.late_of(invented=is_sample) or 0 for row in rows)
    totals["is_sample"] = is_sample
    totals["invented"] = sum(
        row.invented + (row.commitments or 0 if row.commitments_are_sample and not is_sample else 0) for row in rows
    )
    totals["invented_plans"] = sum(1 for row in rows if row.edition_is_sample and not is_sample)
    return totals


def _has(row: SpaceRow, *, invented: bool) -> bool:
    return row.late_of(invented=invented) is not None


def csv_lines(rows: list[SpaceRow]) -> Iterator[list[Any]]:
    yield [
        "code", "space", "province", "visible_to_you", "sample", "standing", "edition_in_progress", "stage",
        "stage_due", "adopted_edition", "adopted_on", "parties_asked", "parties_contributed", "parties_declined",
        "parties_silent", "commitments", "funded", "unfunded", "placed", "commitments_overdue", "immediate_overdue",
        "late", "last_change", "last_change_by", "edition_is_sample", "commitments_are_sample", "invented_besides",
    ]  # fmt: skip
    for row in rows:
        hidden = not row.is_readable
        yield [
            row.code, row.name, row.province, row.is_readable, row.is_sample, row.standing, row.edition,
            row.stage_label, row.stage_due, row.adopted_number, row.adopted_on, row.asked,
            *((None,) * 3 if row.asked is None else (row.contributed, row.declined, row.silent)),
            *((None,) * 5 if hidden or row.commitments is None else
              (row.commitments, row.funded, row.unfunded, row.placed, row.overdue)),
            None if hidden or row.edition is None else row.urgent_overdue, row.late,
            row.last_change.isoformat() if row.last_change else None, row.last_who,
            *((None,) * 3 if hidden else (row.edition_is_sample, row.commitments_are_sample, row.invented)),
        ]  # fmt: skip
