"""The codes of SDMX for what this room knows: categories, times, certainty, units; written and read by one rule."""

from __future__ import annotations

import re
from collections.abc import Iterable

from oneplan.indicators.choices import Length, Status, Unit, YearBasis

AGENCY, VERSION = "ONEPLAN", "1.0.0"
TOTAL = "_T"  # of a dimension: everything
NOT_APPLICABLE = "_Z"
BREAKDOWNS = {
    "sex": "SEX", "age": "AGE", "population group": "POPULATION_GROUP", "disability": "DISABILITY",
}  # fmt: skip
NORMAL, ESTIMATED, PROVISIONAL, MISSING = "A", "E", "P", "O"  # of the code list of observation statuses
YEAR_BEGINS = {YearBasis.CALENDAR: "", YearBasis.PFMA: "--04-01", YearBasis.MFMA: "--07-01"}

_SEXES = {"female": "F", "male": "M"}
_SPAN = re.compile(r"(\d+)\s*(?:-|–|to)\s*(\d+)(?: years)?")
_OPEN = re.compile(r"(?:>=\s*(\d+)|(\d+)\s*\+)(?: years)?")
_STATUSES = {
    Status.PROVISIONAL: PROVISIONAL, Status.MODELLED: ESTIMATED, Status.CONVERTED: ESTIMATED,
}  # fmt: skip
_UNITS = {Unit.NUMBER: "NUMBER", Unit.PERCENT: "PT", Unit.RAND: "ZAR"}
# What the lists of statistical offices call the same, as far as a wrong one would be a wrong figure.
_KINDS = {
    Unit.PERCENT: {"PT", "PC", "PERCENT", "PERCENTAGE", "%"}, Unit.RAND: {"ZAR", "RAND"},
    Unit.NUMBER: {"NUMBER", "NUM", "PS", "PERSONS", "PERS", "HH", "HOUSEHOLDS", "UNITS"},
}  # fmt: skip


def category_code(dimension: str, category: str) -> str:
    """The code of a category.

    >>> category_code("sex", "Female"), category_code("age", "0-4"), category_code("age", "85+")
    ('F', 'Y0T4', 'Y_GE85')
    >>> category_code("population group", "Indian or Asian"), category_code("age", "")
    ('INDIAN_OR_ASIAN', '_T')
    """
    if not category:
        return TOTAL
    if dimension == "sex" and category.lower() in _SEXES:
        return _SEXES[category.lower()]
    if dimension == "age":
        if span := _SPAN.fullmatch(category):
            return f"Y{int(span[1])}T{int(span[2])}"
        if since := _OPEN.fullmatch(category):
            return f"Y_GE{int(since[1] or since[2])}"
    return re.sub(r"[^A-Z0-9]+", "_", category.upper()).strip("_")


def category_of(dimension: str, code: str, known: Iterable[str]) -> str:
    """The category that a code stands for among those known; the code itself where it stands for none."""
    return next((each for each in known if category_code(dimension, each) == code.strip().upper()), code)


def time_code(year: int, length: Length, part: int, basis: YearBasis) -> str:
    """A time. A year that does not begin in January is a reporting year, named by the calendar year it begins in.

    >>> time_code(2011, Length.YEAR, 0, YearBasis.CALENDAR), time_code(2018, Length.YEAR, 0, YearBasis.MFMA)
    ('2011', '2018-A1')
    >>> time_code(2018, Length.QUARTER, 4, YearBasis.MFMA), time_code(2020, Length.MONTH, 3, YearBasis.CALENDAR)
    ('2018-Q4', '2020-03')
    """
    if length == Length.YEAR:
        return str(year) if basis == YearBasis.CALENDAR else f"{year}-A1"
    if length == Length.QUARTER:
        return f"{year}-Q{part}"
    return f"{year}-{part:02}" if basis == YearBasis.CALENDAR else f"{year}-M{part:02}"


def status_code(status: Status, value: float | None) -> str:
    """The status of an observation; an unknown value is a missing one."""
    return MISSING if value is None else _STATUSES.get(status, NORMAL)


def unit_code(unit: Unit) -> str:
    """The code of a unit.

    >>> unit_code(Unit.PERCENT), unit_code(Unit.PER_HUNDRED_THOUSAND)
    ('PT', 'PER_HUNDRED_THOUSAND')
    """
    return _UNITS.get(unit, str(unit).upper())


def units_of(code: str) -> set[Unit]:
    """The units that a code may mean; none where this room does not know it, and so cannot say that it is wrong."""
    return {unit for unit in Unit if code.strip().upper() in {unit_code(unit), *_KINDS.get(unit, ())}}
