"""Rand a person beside need: every space as a point, and its peers of the same category in a table."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.budgets import cube
from oneplan.budgets.asking import read
from oneplan.budgets.choices import How
from oneplan.budgets.coverage import coverage
from oneplan.budgets.lines import ZERO, Line
from oneplan.budgets.people import people, series
from oneplan.budgets.views.filtering import SpendFilter, told_of
from oneplan.periods import clock
from oneplan.platform.errors import RuleBroken
from oneplan.platform.web.numerals import grouped
from oneplan.platform.web.scatter import Point, scatter
from oneplan.spaces.choices import Category
from oneplan.spaces.models import Space


@dataclass(frozen=True)
class EquityRow:
    """One space: its rand a person beside a sign of need. `line` is None where no figure is in for it."""

    space: Space
    line: Line | None
    persons: int | None
    no_toilet: Decimal | None
    unemployed: Decimal | None
    href: str
    is_here: bool


@require_safe
def equity(request: ActorHttpRequest) -> HttpResponse:
    """All 52 spaces; `?space=` marks one and shows its peers first."""
    context: dict[str, Any] = {"as_at": clock.now(), "series": series()}
    try:
        known = coverage(request.actor, sample=request.GET.get("sample") == "yes")
        asked = read(request.GET, known, ("group",))
        answer = cube.answer(asked.question("space.code", "how.code"), by=request.actor)
    except cube.Misread as mistake:
        return render(request, "budgets/equity.html", {**context, "mistake": mistake.sentence}, status=422)
    except RuleBroken as nothing:
        return render(request, "budgets/equity.html", {**context, **told_of(nothing)})
    lines: dict[str, Line] = {}
    for cell in answer.cells:
        lines.setdefault(cell.key[0], Line(cell.key[0], "")).add(cell, list(How)[cell.key[1]])
    lives, rows = people(), list[EquityRow]()
    chosen = request.GET.get("space", "")
    for space in Space.objects.order_by("name"):
        line, life = lines.get(space.pk), lives.get(space.pk)
        if line:
            line.persons = life.persons if life else None
            line.facts = asked.facts({"space.code": [space.pk]})
        rows.append(EquityRow(
            space, line, life.persons if life else None, life.no_toilet if life else None,
            life.unemployed if life else None,
            f"/spaces/{space.pk}/budget/{asked.address(by='')}", space.pk == chosen,
        ))  # fmt: skip
    rows.sort(key=lambda row: row.line.per_person or ZERO if row.line else Decimal(-1), reverse=True)
    here = next((row for row in rows if row.is_here), None)
    form = SpendFilter(asked, known, ("group",))
    del form.fields["by"]
    context |= {
        "asked": asked, "known": known, "is_sample": asked.is_sample, "rows": rows, "here": here, "form": form,
        "peers": [row for row in rows if here and row.space.category == here.space.category],
        "apportioned": answer.apportioned, "drawn": scatter(_points(rows)),
        "without": sum(1 for row in rows if row.line is None),
        "kind": Category(here.space.category).label if here else "",
    }  # fmt: skip
    return render(request, "budgets/equity.html", context)


def _points(rows: list[EquityRow]) -> list[Point]:
    """Spaces of which both are known; the chosen one and the outermost are named."""
    both = [
        (row, float(row.no_toilet), float(row.line.per_person))
        for row in rows
        if row.line and row.line.per_person is not None and row.no_toilet is not None
    ]
    outermost = {row.space.pk for row, _x, _y in sorted(both, key=lambda each: -each[1])[:4]}
    outermost |= {row.space.pk for row, _x, _y in sorted(both, key=lambda each: -each[2])[:4]}
    return [
        Point(
            row.space.pk,
            _("%(name)s: %(toilet)s %% of households without a toilet, R%(rand)s a person")
            % {"name": row.space.name, "toilet": grouped(x, 1), "rand": grouped(y, 0)},
            x, y, "seq-4" if row.space.category == Category.METROPOLITAN else "seq-2",
            row.is_here or row.space.pk in outermost, row.is_here, row.href,
        )
        for row, x, y in both
    ]  # fmt: skip
