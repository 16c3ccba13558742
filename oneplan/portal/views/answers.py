"""Who answered where: parties by spaces, as far as the reader may see."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.periods import clock
from oneplan.platform.web.lists import Sorting, chips, paginate
from oneplan.platform.web.responses import csv_response
from oneplan.portal.forms import AnswersFilter
from oneplan.portal.queries.answers import PartyAnswers, party_answers
from oneplan.portal.queries.board import SpaceRow, space_rows
from oneplan.spaces.queries import fold

_ORDER = {
    "party": lambda row: row.name,
    "asked": lambda row: row.total.asked,
    "contributed": lambda row: row.total.contributed,
    "silent": lambda row: row.total.silent,
}


@login_required
@require_safe
def answers(request: ActorHttpRequest) -> HttpResponseBase:
    """Every party that was asked, by every space that asked it; the filter and the order live in the address."""
    asked = request.GET
    every = space_rows(request.actor)
    form = AnswersFilter(asked, spaces=every)
    form.is_valid()
    chosen = form.cleaned_data  # a value that no choice has is left out, and its field says so
    province = chosen.get("province", "")
    whole = party_answers(request.actor, **({"edition__plan__space__province": province} if province else {}))
    rows = _narrowed(whole, chosen)
    order = asked.get("sort", "")
    if order.removeprefix("-") in _ORDER:
        rows.sort(key=_ORDER[order.removeprefix("-")], reverse=order.startswith("-"))
    if asked.get("format") == "csv":
        return csv_response(_lines(rows, every), f"answers-{clock.today():%Y-%m-%d}.csv")
    asking = {code for row in rows for code in row.by_space}
    columns = [space for space in every if space.code in asking]
    page = paginate(request, rows)
    lines = [(row, [(space, row.by_space.get(space.code)) for space in columns]) for row in page]
    context = {
        "form": form, "chips": chips(request, form), "page": page, "lines": lines, "columns": columns,
        "sorting": Sorting(order, ()), "alarms": _alarms(whole), "only": chosen.get("state", ""),
        "asked": sum(row.total.asked for row in rows), "silent": sum(row.total.silent for row in rows),
        "contributed": sum(row.total.contributed for row in rows), "now": clock.now(),
        "is_sample": any(space.is_sample for space in columns), "is_filtered": bool(form.changed_data),
    }  # fmt: skip
    return render(request, "portal/answers.html", context)


def _narrowed(rows: list[PartyAnswers], chosen: dict[str, Any]) -> list[PartyAnswers]:
    sphere, state, words = chosen.get("sphere", ""), chosen.get("state", ""), fold(chosen.get("q", ""))
    wanted = "" if sphere == "other" else sphere
    return [
        row
        for row in rows
        if (not sphere or row.sphere == wanted)
        and (not state or state in row.states())
        and (not words or words in fold(row.name) or words == row.code)
    ]


def _alarms(rows: list[PartyAnswers]) -> list[tuple[str, str]]:
    """(state, sentence) of what needs somebody: pressing it shows those parties."""
    silent = sum(1 for row in rows if "silent" in row.states())
    declined = sum(1 for row in rows if "declined" in row.states())
    told = []
    if silent:
        words = ngettext("%(n)s party is silent somewhere", "%(n)s parties are silent somewhere", silent)
        told.append(("silent", words % {"n": silent}))
    if declined:
        words = ngettext("%(n)s party declined somewhere", "%(n)s parties declined somewhere", declined)
        told.append(("declined", words % {"n": declined}))
    return told


def _lines(rows: list[PartyAnswers], spaces: list[SpaceRow]) -> Iterator[list[Any]]:
    yield [
        "institution_code", "institution", "sphere", "space_code", "space", "province", "edition", "asked",
        "contributed", "declined", "silent", "not_yet_answered", "standing", "sample",
    ]  # fmt: skip
    for row in rows:
        for space in spaces:
            if told := row.by_space.get(space.code):
                yield [
                    row.code, row.name, row.sphere or _("outside the state"), space.code, space.name, space.province,
                    told.edition, told.asked, told.contributed, told.declined, told.silent, told.waiting, told.state,
                    space.is_sample,
                ]  # fmt: skip
