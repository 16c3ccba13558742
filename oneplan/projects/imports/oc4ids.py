"""Projects of an OC4IDS package (Open Contracting for Infrastructure Data Standard): JSON, not a table."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from oneplan.exchange.choices import IssueKind
from oneplan.exchange.issues import FileRefused, IssueLog
from oneplan.exchange.kinds import ImportOrder
from oneplan.exchange.readers.shapes import SHAPE
from oneplan.exchange.rows import Row
from oneplan.geometry import measures
from oneplan.money import BadAmount, parse_rand
from oneplan.periods.years import Basis, FinancialYear
from oneplan.projects.actions import MoneyOfYear, Name, ReceivedProject
from oneplan.projects.choices import Audience, Scheme
from oneplan.projects.imports.rows import ProjectRows
from oneplan.projects.oc4ids import CURRENCY, NATURE_OF, SHAPES, SPENT, STAGE_OF, SUPPLIER

_LARGEST = 200 << 20  # bytes
_LONGEST = 200  # letters of an id


def read(path: Path, order: ImportOrder, log: IssueLog) -> Iterator[Row]:
    """The projects of a package, of a list, or the one project that the file is. Raises FileRefused."""
    if path.stat().st_size > _LARGEST:
        raise FileRefused(IssueKind.TOO_LARGE, _("The file is larger than 200 MB. Split the package."))
    try:
        held = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise FileRefused(
            IssueKind.NOT_A_TABLE, _("The file is no JSON: %(why)s.") % {"why": str(error)[:200]}
        ) from None
    projects = held.get("projects", [held] if "id" in held else None) if isinstance(held, dict) else held
    if not isinstance(projects, list):
        raise FileRefused(IssueKind.NOT_A_TABLE, _("There is no list of “projects” in the file: it is no OC4IDS."))
    seen: dict[str, int] = {}
    for number, project in enumerate(projects, start=1):
        yield _row(number, project, seen)


def _row(number: int, project: Any, seen: dict[str, int]) -> Row:
    said = project if isinstance(project, dict) else {}
    key = str(said.get("id") or "")[:_LONGEST]
    row = Row("", number, {"key": key, "title": _text(said.get("title"))}, key=key, cells=[said])  # type: ignore[list-item]
    if not key:
        row.refuse("id", IssueKind.REQUIRED, _("The project has no id, so it cannot be known again."))
    if not row["title"]:
        row.refuse("title", IssueKind.REQUIRED, _("The project has no title."))
    if not row.is_refused:
        row.values |= {name: value for name, value in _values(said, row).items() if value not in (None, "")}
    return row


def _values(said: dict[str, Any], row: Row) -> dict[str, Any]:
    period, works = _table(said, "period"), _table(said, "implementationPeriod")
    place: Any = next(iter(_list(said, "locations")), {})
    address, geometry = _table(place, "address"), _table(place, "geometry")
    longitude, latitude = _point(geometry)
    sectors = _list(said, "sector")
    codes = [each for each in _list(_table(place, "gazetteer"), "identifiers") if isinstance(each, str)]
    return {
        "description": _text(said.get("description")),
        "stage": _choice(said, "status", STAGE_OF, row),
        "nature": _choice(said, "type", NATURE_OF, row),
        "sector": str(sectors[0]) if sectors else "",
        "implementing": _text(_table(said, "publicAuthority").get("name")),
        "start_on": _day(period, "startDate", row), "finish_on": _day(period, "endDate", row),
        "construction_start_on": _day(works, "startDate", row), "construction_finish_on": _day(works, "endDate", row),
        "total_cost": _amount(said, row),
        "municipality": codes[0] if codes else _text(address.get("locality")),
        "province": _text(address.get("region")),
        "longitude": longitude, "latitude": latitude, SHAPE: _shape(geometry, row),
        "contractors": _suppliers(said), "years": _years(said, row),
        "audience": Audience.PUBLIC.value,
    }  # fmt: skip


def _text(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _table(held: Any, name: str) -> dict[str, Any]:
    found = held.get(name) if isinstance(held, dict) else None
    return found if isinstance(found, dict) else {}


def _list(held: Any, name: str) -> list[Any]:
    found = held.get(name) if isinstance(held, dict) else None
    return found if isinstance(found, list) else []


def _choice(said: dict[str, Any], name: str, known: dict[str, Any], row: Row) -> str:
    value = said.get(name)
    if value in (None, ""):
        return ""
    if isinstance(value, str) and value in known:
        return str(known[value].value)
    row.warn(name, IssueKind.BAD_CHOICE, _("“%(value)s” is none of the standard's words.") % {"value": value}, value)
    return ""


def _day(period: dict[str, Any], name: str, row: Row) -> date | None:
    value = period.get(name)
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        row.warn(name, IssueKind.BAD_DATE, _("“%(value)s” is not a date.") % {"value": value}, value)
        return None


def _amount(said: dict[str, Any], row: Row) -> Decimal | None:
    """The budget in rand. Another currency is not converted: its rate and day are not in the file."""
    return _rand(_table(_table(said, "budget"), "amount"), "budget", row)


def _rand(value: dict[str, Any], column: str, row: Row) -> Decimal | None:
    """An amount in rand; one in another currency, or that is no amount, is told."""
    amount, currency = value.get("amount"), value.get("currency")
    if amount is None:
        return None
    if currency != CURRENCY:
        row.warn(
            column, IssueKind.BAD_AMOUNT,
            _("The amount is in %(currency)s, not in rand; it is kept as read and counts nowhere.")
            % {"currency": currency or _("no currency")}, amount,
        )  # fmt: skip
        return None
    try:
        return parse_rand(amount)
    except BadAmount as error:
        row.warn(column, IssueKind.BAD_AMOUNT, str(error), amount)
        return None


def _point(geometry: dict[str, Any]) -> tuple[float | None, float | None]:
    at = geometry.get("coordinates")
    if geometry.get("type") != "Point" or not isinstance(at, list) or len(at) < 2:
        return None, None
    if not all(isinstance(each, int | float) for each in at[:2]):
        return None, None
    return float(at[0]), float(at[1])


def _shape(geometry: dict[str, Any], row: Row) -> bytes:
    """The WKB of a line or an area; one that is not valid is not used."""
    if geometry.get("type") not in SHAPES:
        return b""
    if not (wkb := measures.wkb_of_geojson(json.dumps(geometry))):
        row.warn(
            SHAPE, IssueKind.BAD_GEOMETRY, _("The shape is not valid, so it is not used. Draw it again."), value=""
        )
    return wkb


def _suppliers(said: dict[str, Any]) -> dict[str, str]:
    """Who builds, as "role: name", by the order in which they stand."""
    found = {}
    for number, party in enumerate(_list(said, "parties")):
        roles = [_text(role) for role in _list(party, "roles")]
        if SUPPLIER in roles and (name := _text(party.get("name"))):
            role = next((role for role in roles if role not in (SUPPLIER, "publicAuthority", "funder")), "")
            found[str(number)] = f"{role}: {name}"
    return found


def _years(said: dict[str, Any], row: Row) -> list[tuple[int, str, str, Decimal]]:
    """(year, basis, "budget" or "spent", rand) of every financial year of which budget and metrics speak."""
    found = []
    breakdowns = _list(_table(said, "budget"), "budgetBreakdowns")
    budgets = [part for each in breakdowns for part in _list(each, "budgetBreakdown")]
    metrics = [each for each in _list(said, "metrics") if isinstance(each, dict) and each.get("id") == SPENT]
    spent = [part for each in metrics for part in _list(each, "observations")]
    for what, key, parts in (("budget", "amount", budgets), (SPENT, "value", spent)):
        for part in parts:
            first, amount = _day(_table(part, "period"), "startDate", row), _rand(_table(part, key), what, row)
            basis = next(
                (each for each in Basis if first and first == FinancialYear.containing(first, each).starts_on), None
            )
            if first and basis and amount is not None:
                found.append((first.year, basis.value, what, amount))
    return found


class Oc4idsRows(ProjectRows):
    """Projects known by their id in the standard; every object is kept as read."""

    def __init__(self, order: ImportOrder) -> None:
        super().__init__(order)
        self._headers = ("project",)

    def _called(self, row: Row) -> tuple[Name, ...]:
        return (Name(Scheme.OC4IDS.value, "", row.key),)

    def _item(self, row: Row) -> ReceivedProject:
        item = super()._item(row)
        years: dict[tuple[int, str], dict[str, Any]] = {}
        for year, basis, what, amount in row.values.get("years") or ():
            years.setdefault((year, basis), {}).setdefault(what, amount)
        item.money = tuple(MoneyOfYear(*year, **said) for year, said in years.items())
        return item

    def _named(self) -> Iterator[Name]:
        return (Name(Scheme.OC4IDS.value, "", key) for key in self._keys)

    def _states(self) -> frozenset[str]:
        """The standard has a place for each of these; other fields it does not know."""
        return frozenset(
            {"title", "description", "kind", "stage", "nature", "sector", "implementing_id", "implementing_text",
             "province_id", "start_on", "finish_on", "construction_start_on", "construction_finish_on", "total_cost"}
        )  # fmt: skip
