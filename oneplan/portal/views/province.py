"""A province: its spaces, what its departments answered, and its money by sphere."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.periods import clock
from oneplan.platform.web.responses import csv_response
from oneplan.portal.measures import alarms
from oneplan.portal.queries.answers import departments
from oneplan.portal.queries.board import board_rows
from oneplan.portal.queries.money import money_cube
from oneplan.portal.views.board import adopted_in, csv_lines, narrowed, ordered, stage_counts, totals_of
from oneplan.portal.views.money import money_table


@login_required
@require_safe
def province(request: ActorHttpRequest, code: str) -> HttpResponseBase:
    """The spaces of a province as the national board shows them; filter and order live in the address."""
    asked = request.GET
    every = board_rows(request.actor, code)
    if not every:
        raise Http404
    rows, sorting = ordered(narrowed(every, asked), asked.get("sort", ""))
    if asked.get("format") == "csv":
        return csv_response(csv_lines(rows), f"spaces-{code}-{clock.today():%Y-%m-%d}.csv")
    readable = [row.code for row in every if row.is_readable]
    spaces = [row for row in every if row.edition is not None]
    parties = departments(request.actor, code)
    asked_ones = [party for party in parties if party.total.asked]
    context: dict[str, Any] = {
        "province": {"code": code, "name": every[0].province},
        "rows": rows, "sorting": sorting, "strip": stage_counts(every), "alarms": alarms(every),
        "only": asked.get("only", ""), "readable": len(readable), "all_count": len(every),
        **adopted_in(every), "totals": totals_of(rows),
        "is_filtered": len(rows) != len(every), "now": clock.now(), "is_sample": any(row.is_sample for row in every),
        "spaces": spaces, "never_asked": [party for party in parties if not party.total.asked],
        "departments": [
            (party, [(space, party.by_space.get(space.code)) for space in spaces]) for party in asked_ones
        ],
        **money_table(asked, money_cube(readable), every),
    }  # fmt: skip
    return render(request, "portal/province.html", context)
