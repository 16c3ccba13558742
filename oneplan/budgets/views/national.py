"""The country's money: what is loaded, space by sphere, function by year, and who has not reported."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oneplan.access.actors import Actor
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.budgets import cube
from oneplan.budgets.asking import Asked, read
from oneplan.budgets.choices import How
from oneplan.budgets.coverage import coverage
from oneplan.budgets.cube.writing import cell_values
from oneplan.budgets.deflators import Deflator, deflator, deflators
from oneplan.budgets.lines import ZERO, Line, names_for
from oneplan.budgets.months import year_label
from oneplan.budgets.people import people, series
from oneplan.budgets.views import overview as shown
from oneplan.budgets.views.course import course_of
from oneplan.budgets.views.filtering import SpendFilter, told_of
from oneplan.periods import clock
from oneplan.platform.errors import RuleBroken
from oneplan.platform.web.lists import paginate
from oneplan.platform.web.responses import render_page_or_part
from oneplan.platform.web.sheets import FORMS, file_of

BY = ("group", "function", "sphere", "institution", "item-group", "item", "fund", "how", "province", "space")
SPHERES = ("national", "provincial", "local", "")


@dataclass
class SpaceRow:
    """One space, or what lies in none: rand by sphere as each reports it, and counted once."""

    code: str
    name: str
    href: str
    spheres: dict[str, Decimal] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    whole: Line = field(default_factory=lambda: Line("", ""))

    @property
    def cells(self) -> list[tuple[Decimal | None, str]]:
        """By sphere in order; None: nobody of that sphere reported anything here."""
        return [(self.spheres.get(sphere), self.facts.get(sphere, "")) for sphere in SPHERES[:3]]


@dataclass
class YearRow:
    """One function group: rand by year, in the order of the years."""

    label: str
    cells: list[tuple[str, Decimal | None, str, str]]  # year, rand, figures behind it, words where nothing is in


@require_safe
def national(request: ActorHttpRequest) -> HttpResponseBase:
    """The page, its part for a changed filter, or its table as a file (`?format=`)."""
    actor = request.actor
    context: dict[str, Any] = {
        "as_at": clock.now(), "may_import": actor.is_national(Permission.BUDGET_IMPORT),
        "may_read_builds": actor.is_national(Permission.BUDGET_READ),
    }  # fmt: skip
    try:
        known = coverage(actor, sample=request.GET.get("sample") == "yes")
        asked = read(request.GET, known, BY)
    except cube.Misread as mistake:
        return render(request, "budgets/national.html", {**context, "mistake": mistake.sentence}, status=422)
    except RuleBroken as nothing:
        return render(request, "budgets/national.html", {**context, **told_of(nothing)})
    country = people().get("ZA")
    is_constant = request.GET.get("prices") == "constant"
    context |= {"asked": asked, "form": SpendFilter(asked, known, BY), "is_sample": asked.is_sample,
                "path": shown.path_of(asked), "known": known, "is_constant": is_constant}  # fmt: skip
    try:
        seen = shown.overview(asked, actor, country)
    except RuleBroken as refused:
        context["refused"] = refused.sentence
        return render_page_or_part(request, "budgets/national.html", "budgets/_national_part.html", context)
    if asked.by == "space":
        for line in seen.lines:
            line.persons = people()[line.code].persons if line.code in people() else None
    context["covers"] = shown.covers(known, asked)
    notes = list(filter(None, [context["covers"], *shown.notes_of(known, asked, seen, bool(country))]))
    index = deflator(request.GET.get("deflator", ""))
    course = course_of(asked, known, actor, index)
    notes += shown.beside(course, asked)
    form = request.GET.get("format", "")
    if form in dict(FORMS):
        return file_of(shown.sheet_of(request, known, asked, seen, notes, f"budget-south-africa-{asked.year}"), form)
    names = names_for("space")
    picture, table = shown.drawn_flows(asked, actor, "space.code", names)
    rows = space_rows(asked, actor, names)
    years, functions = function_years(asked, actor, index if is_constant else None)
    context |= {
        "seen": seen, "notes": notes, "headline": shown.headline(seen.whole, asked, country),
        "hows": shown.how_lines(seen.whole, asked), "page": paginate(request, seen.lines),
        "course": course, "flows": picture, "flow_lines": table, "spaces": rows,
        "most_of_spaces": max((row.whole.amount for row in rows if row.code), default=ZERO), "years": years,
        "functions": functions, "returns": shown.returns_in(known, asked), "loaded": known.returns(),
        "deflator": index, "deflators": deflators(), "chosen_deflator": "deflator" in request.GET, "series": series(),
        "downloads": [(label, f"{asked.address()}&format={form}") for form, label in FORMS],
    }  # fmt: skip
    return render_page_or_part(request, "budgets/national.html", "budgets/_national_part.html", context)


def space_rows(asked: Asked, by: Actor, names: dict[str, str]) -> list[SpaceRow]:
    """Every space with rand, what is for the country or a province, and what is not placed. They add up to all."""
    rows: dict[str, SpaceRow] = {}
    spaces = cube.answer(asked.question("space.code", "institution.sphere", "how.code"), by=by)
    once = cube.answer(asked.question("space.code", "how.code"), by=by)

    def row(code: str, how: How) -> tuple[SpaceRow, dict[str, list[str]]]:
        key = code or ("indivisible" if how == How.INDIVISIBLE else "not placed")
        cuts = {"space.code": [code]} if code else {"space.code": [""], "how.code": [str(how)]}
        if key not in rows:
            name = names.get(code, code) if code else str(how.label)
            rows[key] = SpaceRow(code, name, f"/spaces/{code}/budget/{asked.address(by='')}" if code else "")
            rows[key].whole.facts = asked.facts(cuts)
        return rows[key], cuts

    for cell in spaces.cells:
        code, sphere, how = cell.key[0], cell.key[1], list(How)[cell.key[2]]
        line, cuts = row(code, how)
        line.spheres[sphere] = line.spheres.get(sphere, ZERO) + cell.gross
        line.facts[sphere] = asked.facts({**cuts, "institution.sphere": [sphere]})
    for cell in once.cells:
        how = list(How)[cell.key[1]]
        line, _cuts = row(cell.key[0], how)
        line.whole.add(cell, how)
    known = people()
    for line in rows.values():
        line.whole.persons = known[line.code].persons if line.code in known else None
    return sorted(rows.values(), key=lambda line: (not line.code, -line.whole.amount))


def function_years(asked: Asked, by: Actor, index: Deflator | None) -> tuple[list[str], list[YearRow]]:
    """Function groups over the years as labelled, at the prices of each year or of one."""
    names = ("function.category", "financial_year.start", "financial_year.first_month", "period.length")
    without = ("financial_year.start", "period.length")
    answer = cube.answer(asked.question(*names, without=without), by=by)
    shortest: dict[int, int] = {}
    for cell in answer.cells:  # a whole year where there is one; it already holds its months
        shortest[cell.key[1]] = min(shortest.get(cell.key[1], 99), cell.key[3])
    years = sorted(shortest)
    sums: dict[str, dict[int, Decimal | None]] = {}
    for cell in answer.cells:
        group, year, month, length = cell.key
        if length != shortest[year]:
            continue
        amount = index.constant(cell.amount, year, month) if index else cell.amount
        known = sums.setdefault(group, {})
        before = known.get(year, ZERO)
        known[year] = None if amount is None or before is None else before + amount
    length_words = {
        year: str(cell_values(cube.attribute("period.length"), number, {})["period.length"])
        for year, number in shortest.items()
    }
    latest = years[-1] if years else 0
    rows = [
        YearRow(group, [
            (year_label(year), known.get(year), asked.facts({
                "function.category": [group], "financial_year.start": [str(year)],
                "period.length": [length_words[year]],
            }), "" if year in known else "no return")
            for year in years
        ])
        for group, known in sorted(sums.items(), key=lambda item: -(item[1].get(latest) or ZERO))
    ]  # fmt: skip
    return [year_label(year) for year in years], rows
