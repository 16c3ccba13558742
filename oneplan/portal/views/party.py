"""One institution in all spaces: what waits for it, what it promised, with which rand."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.commitments.choices import FundingStatus
from oneplan.commitments.queries import Money
from oneplan.frameworks.queries import ruleset_in_force
from oneplan.institutions import queries as institutions
from oneplan.joint_planning.queries import NEVER_ASKED
from oneplan.periods import clock
from oneplan.periods.years import Basis
from oneplan.platform.web.lists import Sorting
from oneplan.platform.web.responses import csv_response
from oneplan.portal.queries.party import PartySpace, PartyView, money_of, party_view
from oneplan.spaces.queries import fold

ONLY: dict[str, Callable[[PartySpace], Any]] = {
    "silent": lambda row: row.answers.silent,
    "unanswered": lambda row: row.answers.waiting,
    "to_accept": lambda row: row.to_accept,
    "to_sign": lambda row: row.to_sign,
    "late": lambda row: row.late,
    "unfunded": lambda row: row.money.unfunded,
}
_ORDER: dict[str, Callable[[PartySpace], Any]] = {
    "space": lambda row: row.name,
    "province": lambda row: (row.province, row.name),
    "unanswered": lambda row: (row.answers.silent, row.unanswered),
    "commitments": lambda row: row.commitments,
    "led": lambda row: row.led,
    "rand": lambda row: row.money.pledged,
    "to_accept": lambda row: row.to_accept,
    "to_sign": lambda row: row.to_sign,
    "late": lambda row: row.late,
}


@login_required
@require_safe
def party_board(request: ActorHttpRequest, code: str) -> HttpResponseBase:
    """My commitments in 52 spaces: asked and answered, by state, rand by year, and what waits for my name."""
    institution = get_object_or_404(institutions.visible_to(request.actor), code=code)
    view = party_view(institution, request.actor)
    is_own = request.actor.may(Permission.PLAN_READ, [f"institution:{code}", "national"])
    if not is_own and not view.spaces:
        raise Http404
    rows, sorting = _shown(view.spaces, request.GET)
    if request.GET.get("format") == "csv":
        return csv_response(_lines(rows), f"board-{code}-{clock.today():%Y-%m-%d}.csv")
    stages = [each for each in ruleset_in_force(clock.today()).stages if each.code not in NEVER_ASKED]
    is_whole = len(rows) == len(view.spaces)
    money = view.money if is_whole else money_of(rows)
    context = {
        "institution": institution, "view": view, "biggest": _biggest(money), "rows": rows,
        "sorting": sorting, "now": clock.now(),
        "only": request.GET.get("only", ""), "needs": _needs(view), "is_filtered": not is_whole, "money": money,
        "bases": [(basis.value, money.of_basis(basis), money.total(basis=basis),
                   money.total(FundingStatus.UNFUNDED, basis=basis)) for basis in Basis if money.of_basis(basis)],
        "stages": stages, "answers": [(row, [(stage, row.stages.get(stage.code)) for stage in stages]) for row in rows
                                      if row.stages],
        "totals": {name: sum(getattr(row, name) for row in rows)
                   for name in ("led", "to_accept", "to_sign", "late", "unanswered", "commitments")},
        "is_sample": any(row.is_sample for row in rows), "today": clock.today(),
    }  # fmt: skip
    return render(request, "portal/party_board.html", context)


def _biggest(money: Money) -> Decimal:
    """The rand of the biggest year: the length of the longest bar."""
    return max((line.pledged + line.unfunded for line in money.lines), default=Decimal(0))


def _shown(rows: list[PartySpace], asked: Any) -> tuple[list[PartySpace], Sorting]:
    if wanted := ONLY.get(asked.get("only", "")):
        rows = [row for row in rows if wanted(row)]
    if province := asked.get("province"):
        rows = [row for row in rows if row.province_code == province]
    if words := fold(asked.get("q", "")):
        rows = [row for row in rows if words in fold(row.name) or words == row.code.lower()]
    order = asked.get("sort", "")
    key = order.removeprefix("-")
    if key in _ORDER:
        return sorted(rows, key=_ORDER[key], reverse=order.startswith("-")), Sorting(order, ())
    return rows, Sorting("", ())


def _needs(view: PartyView) -> list[tuple[str, str, str]]:
    """(what to show, state, sentence) of what waits for the institution, over all the spaces the reader may see."""
    words: dict[str, tuple[str, Callable[[int], str]]] = {
        "silent": ("silent", lambda n: ngettext(
            "%(n)s request passed its date unanswered", "%(n)s requests passed their date unanswered", n)),
        "unanswered": ("due", lambda n: ngettext(
            "%(n)s request waits for an answer", "%(n)s requests wait for an answer", n)),
        "to_accept": ("asked", lambda n: ngettext("%(n)s commitment to answer", "%(n)s commitments to answer", n)),
        "to_sign": ("agreed", lambda n: ngettext("%(n)s commitment to sign", "%(n)s commitments to sign", n)),
        "late": ("late", lambda n: ngettext(
            "%(n)s commitment past its date", "%(n)s commitments past their date", n)),
    }  # fmt: skip
    told = []
    for only, (state, sentence) in words.items():
        if number := sum(int(ONLY[only](row)) for row in view.spaces):
            told.append((only, state, sentence(number) % {"n": number}))
    return told


def _lines(rows: list[PartySpace]) -> Iterator[list[Any]]:
    """A line for each space; rand by the space's share, one column for each year, basis and status."""
    years = sorted({year for row in rows for year in row.money.by_year})
    yield [
        "space_code", "space", "province", "asked", "contributed", "declined", "silent", "not_yet_answered",
        "commitments", "led", "proposed", "agreed", "signed", "delivered", "withdrawn", "to_accept", "to_sign", "late",
        *(f"{year.label} {year.basis} {status.value}" for year in years for status in FundingStatus), "sample",
    ]  # fmt: skip
    for row in rows:
        told = row.answers
        yield [
            row.code, row.name, row.province, told.asked, told.contributed, told.declined, told.silent, told.waiting,
            row.commitments, row.led,
            *(row.states.get(each, 0) for each in ("proposed", "agreed", "signed", "delivered", "withdrawn")),
            row.to_accept, row.to_sign, row.late,
            *(row.money.by_year.get(year, {}).get(status, 0) for year in years for status in FundingStatus),
            row.is_sample,
        ]  # fmt: skip
