"""The spending gap of a space: what is needed, what is promised, and what budgets give and spend, by service."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.alignment.queries.gap import Gap, GapLine, gap_of
from oneplan.alignment.services import services_on
from oneplan.budgets.asking import Asked, read
from oneplan.budgets.coverage import Coverage, coverage
from oneplan.institutions.choices import Sphere
from oneplan.periods import clock
from oneplan.platform.errors import RuleBroken
from oneplan.spaces.queries import space_named
from oneplan.spaces.views.frame import place_of


@require_safe
def gap(request: ActorHttpRequest, code: str) -> HttpResponse:
    """Need is shown as its reader may read the plan; money as its reader may see it."""
    space = space_named(code)
    if space is None:
        raise Http404
    context: dict[str, Any] = {
        "space": space, "as_at": clock.now(),
        "place": place_of(space),
    }  # fmt: skip
    services, asked, known = services_on(clock.today()), None, None
    try:
        known = coverage(request.actor, sample=request.GET.get("sample") == "yes")
        asked = read(request.GET, known, ("function",), space__code=space.pk)
        found = gap_of(space, asked, known, services, request.actor)
    except RuleBroken as without_money:
        context["without_money"] = without_money.sentence
        asked = known = None
        found = gap_of(space, None, None, services, request.actor)
    is_sample = any(finding.edition.is_sample for line in found.lines for finding in line.findings)
    return render(request, "alignment/gap.html", {
        **context, "gap": found, "lines": [_shown(line, found, asked) for line in found.lines], "asked": asked,
        "known": known, "services": services, "is_sample": is_sample or bool(asked and asked.is_sample),
        "budgeted_by": _told_by(known, asked), "spent_by": _told_by(known, found.spent_asked),
        "needed": sum(1 for line in found.lines if line.has_need),
    })  # fmt: skip


def _told_by(known: Coverage | None, asked: Asked | None) -> list[str]:
    """Titles of the datasets that a kind of amount of a year is of."""
    return [line.title for line in known.of(asked.year, asked.amount_type)] if known and asked else []


def _shown(line: GapLine, found: Gap, asked: Asked | None) -> dict[str, Any]:
    """One service with the addresses of the figures behind its rand."""
    cuts = {"function.code": sorted(set(line.functions))}
    spent = found.spent_asked
    spheres = []
    for sphere in Sphere:
        amount = line.spheres.get(sphere)
        href = asked.facts({**cuts, "institution.sphere": [sphere]}) if asked and amount is not None else ""
        spheres.append((sphere.label, amount, href))
    return {
        "line": line, "spheres": spheres, "allocated_href": asked.facts(cuts) if asked else "",
        "spent_href": spent.facts({"function.code": sorted(set(line.spent_functions))}) if spent else "",
    }  # fmt: skip
