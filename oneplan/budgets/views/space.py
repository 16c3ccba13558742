"""Who spends what in one space, on what, how it is known, and what became of it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oneplan.access.actors import Actor
from oneplan.access.middleware import ActorHttpRequest
from oneplan.budgets import cube
from oneplan.budgets.asking import Asked, read
from oneplan.budgets.coverage import Coverage, coverage
from oneplan.budgets.deflators import deflator, deflators
from oneplan.budgets.lines import said
from oneplan.budgets.people import people, series
from oneplan.budgets.views import overview as shown
from oneplan.budgets.views.course import course_of
from oneplan.budgets.views.filtering import SpendFilter, told_of
from oneplan.periods import clock
from oneplan.platform.errors import RuleBroken
from oneplan.platform.web.lists import paginate
from oneplan.platform.web.responses import render_page_or_part
from oneplan.platform.web.sheets import FORMS, file_of
from oneplan.spaces.models import Space
from oneplan.spaces.queries import space_named
from oneplan.spaces.views.frame import place_of

BY = ("group", "function", "institution", "sphere", "item-group", "item", "project", "fund", "how", "area")
_GRANTS = ("municipal-grants", "grant-allocations")


@require_safe
def space_budget(request: ActorHttpRequest, code: str) -> HttpResponseBase:
    """The page, its part for a changed filter, or its table as a file (`?format=`)."""
    space = space_named(code)
    if space is None:
        raise Http404
    context: dict[str, Any] = {
        "space": space, "as_at": clock.now(),
        "place": place_of(space),
    }  # fmt: skip
    try:
        known = coverage(request.actor, sample=request.GET.get("sample") == "yes")
        asked = read(request.GET, known, BY, space__code=space.pk)
    except cube.Misread as mistake:
        return render(request, "budgets/space.html", {**context, "mistake": mistake.sentence}, status=422)
    except RuleBroken as nothing:
        return render(request, "budgets/space.html", {**context, **told_of(nothing)})
    lives = people().get(space.pk)
    context |= {"asked": asked, "form": SpendFilter(asked, known, BY), "is_sample": asked.is_sample,
                "path": shown.path_of(asked), "known": known}  # fmt: skip
    try:
        seen = shown.overview(asked, request.actor, lives)
    except RuleBroken as refused:
        context["refused"] = refused.sentence
        return render_page_or_part(request, "budgets/space.html", "budgets/_space_part.html", context)
    context["covers"] = shown.covers(known, asked, _bodies(known, space))
    notes = list(filter(None, [context["covers"], *shown.notes_of(known, asked, seen, bool(lives))]))
    index = deflator(request.GET.get("deflator", ""))
    course = course_of(asked, known, request.actor, index)
    notes += shown.beside(course, asked)
    form = request.GET.get("format", "")
    if form in dict(FORMS):
        return file_of(shown.sheet_of(request, known, asked, seen, notes, f"budget-{space.pk}-{asked.year}"), form)
    picture, table = shown.drawn_flows(asked, request.actor, "how.code", {})
    context |= {
        "seen": seen, "notes": notes, "headline": shown.headline(seen.whole, asked, lives),
        "hows": shown.how_lines(seen.whole, asked), "page": paginate(request, seen.lines),
        "course": course, "flows": picture, "flow_lines": table,
        "grants": _grants(asked, request.actor), "returns": shown.returns_in(known, asked, _bodies(known, space)),
        "deflator": index, "deflators": deflators(), "chosen_deflator": "deflator" in request.GET, "series": series(),
        "downloads": [(label, f"{asked.address()}&format={form}") for form, label in FORMS],
    }  # fmt: skip
    return render_page_or_part(request, "budgets/space.html", "budgets/_space_part.html", context)


def _bodies(known: Coverage, space: Space) -> frozenset[int]:
    """Who could report of a space: its municipalities and the departments of its province."""
    return frozenset(
        number for number, body in known.bodies.items()
        if body["space"] == space.pk or (body["sphere"] == "provincial" and body["province"] == space.province_id)
    )  # fmt: skip


def _grants(asked: Asked, by: Actor) -> list[dict[str, Any]]:
    """Conditional grants by fund, as each dataset tells them; kinds of amounts stand side by side and are not added."""
    names = ("dataset", "fund", "amount_type.code", "period.length", "statement.code")
    without = ("amount_type.code", "period.length", "statement.code")
    # A municipality's grants are given to it, not placed: they are found by whose they are.
    cuts = {"dataset.code": _GRANTS, "institution.space": [value for _name, value in asked.within]}
    question = asked.question(*names, also=cuts, without=(*without, "space.code"))
    answer = cube.answer(question, by=by)
    lines = []
    for cell in answer.cells:
        told = [
            said(attribute, key, answer.labels.get(attribute.name, {}), {})
            for attribute, key in zip(question.by, cell.key, strict=True)
        ]
        codes = {attribute.name: [code] for attribute, (code, _label) in zip(question.by, told, strict=True)}
        lines.append({
            "dataset": told[0][1], "fund": told[1][1], "what": told[2][1],
            "length": "" if told[3][0] == "year" else told[3][1],
            "amount": cell.amount, "facts": asked.facts({**cuts, **codes}, without=("space.code",)),
        })  # fmt: skip
    return sorted(lines, key=lambda line: (line["dataset"], line["fund"], line["what"]))
