"""Rand by space and sphere, of one year or of all, on one basis at a time; real and invented pledges apart."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.commitments.queries import read_year
from oneplan.periods import clock
from oneplan.periods.years import Basis
from oneplan.platform.web.lists import Sorting
from oneplan.platform.web.responses import csv_response
from oneplan.portal.queries.board import SpaceRow, space_rows
from oneplan.portal.queries.money import Cube, Spread, by_space, money_cubes, total


@dataclass(frozen=True)
class MoneyRow:
    """One space and its rand on the basis shown: of real pledges, or of invented ones."""

    space: SpaceRow
    money: Spread
    is_sample: bool


_ORDER = {
    "space": lambda row: row.space.name, "province": lambda row: (row.space.province, row.space.name),
    "national": lambda row: row.money.national, "provincial": lambda row: row.money.provincial,
    "local": lambda row: row.money.local, "partners": lambda row: row.money.partners,
    "secured": lambda row: row.money.secured, "indicative": lambda row: row.money.indicative,
    "unfunded": lambda row: row.money.unfunded,
}  # fmt: skip


def money_table(asked: Mapping[str, Any], cubes: tuple[Cube, Cube], spaces: Iterable[SpaceRow]) -> dict[str, Any]:
    """What the table of rand by space and sphere shows: the basis and year that the address asks for.

    The total is of real pledges, `money_besides` of the invented ones; where nothing is real it is of these.
    """
    year = read_year(asked.get("year", ""))
    told = {each for cube in cubes for _space, each in cube}
    known = {year.basis for year in told}
    basis = year.basis if year else Basis.MFMA if asked.get("basis") == "MFMA" or known == {Basis.MFMA} else Basis.PFMA
    spreads = [by_space(cube, basis, year.start if year else None) for cube in cubes]
    rows = [
        MoneyRow(space, spread[space.code], bool(kind))
        for space in spaces for kind, spread in enumerate(spreads) if space.code in spread
    ]  # fmt: skip
    is_sample = not any(not row.is_sample for row in rows)
    counted = [row for row in rows if row.is_sample == is_sample]
    besides = [row.money for row in rows if row.is_sample != is_sample]
    return {
        "basis": basis.value, "bases": [each.value for each in Basis], "year": year,
        "years": sorted(each for each in told if each.basis == basis),
        "money_rows": rows, "money_counted": counted, "money_total": total(row.money for row in counted),
        "money_is_sample": is_sample, "money_besides": total(besides) if besides else None,
        "biggest": max((row.money.secured + row.money.indicative + row.money.unfunded for row in rows), default=0),
    }  # fmt: skip


@login_required
@require_safe
def money(request: ActorHttpRequest) -> HttpResponseBase:
    """Who pays in which space: every space whose plan the reader may read. A shared commitment counts by its shares."""
    asked = request.GET
    every = [row for row in space_rows(request.actor, asked.get("province", "")) if row.is_readable]
    cubes = money_cubes([row.code for row in every])
    if asked.get("format") == "csv":
        return csv_response(_lines(every, cubes), f"money-by-sphere-{clock.today():%Y-%m-%d}.csv")
    shown = money_table(asked, cubes, every)
    key = asked.get("sort", "").removeprefix("-")
    order = asked["sort"] if key in _ORDER else "-secured"
    shown["money_rows"].sort(key=_ORDER[order.removeprefix("-")], reverse=order.startswith("-"))
    context = {
        **shown, "sorting": Sorting(order, ()), "readable": len(every), "now": clock.now(),
        "province": {"code": every[0].province_code, "name": every[0].province}
        if asked.get("province") and every else None,
        "is_sample": any(row.is_sample for row in shown["money_rows"]),
        "unfunded": sum(1 for row in shown["money_counted"] if row.money.unfunded),
    }  # fmt: skip
    return render(request, "portal/money.html", context)


def _lines(spaces: list[SpaceRow], cubes: tuple[Cube, Cube]) -> Iterator[list[Any]]:
    """One line for each space, financial year and kind of pledges: every year of both Acts, whatever the page shows."""
    yield [
        "space_code", "space", "province", "financial_year", "basis", "national_secured", "provincial_secured",
        "local_secured", "others_secured", "secured", "indicative", "unfunded", "sample",
    ]  # fmt: skip
    named = {space.code: space for space in spaces}
    told = [(*key, kind, line) for kind, cube in enumerate(cubes) for key, line in cube.items()]
    for code, year, kind, line in sorted(told, key=lambda each: each[:3]):
        yield [
            code, named[code].name, named[code].province, year.label, year.basis.value, line.national, line.provincial,
            line.local, line.partners, line.secured, line.indicative, line.unfunded, bool(kind),
        ]  # fmt: skip
