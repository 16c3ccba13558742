"""Indicators by municipal area: by what rand is shared out, and per what it is told, with series, year and unit."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from oneplan.budgets.dimensions import COUNTRY
from oneplan.frameworks.loading import load
from oneplan.spaces.models import MunicipalArea

_FOLDER = Path(__file__).parent / "parameters"


@dataclass(frozen=True)
class Indicator:
    """One series of one year. Its values are whole numbers of `unit` by municipal area."""

    code: str
    title: str
    unit: str
    series: str
    year: int
    source: str
    note: str
    file: str
    column: str

    @property
    def stated(self) -> str:
        """Which numbers these are, as they are named beside a figure."""
        return self.series if str(self.year) in self.series else f"{self.series}, {self.year}"


@dataclass(frozen=True)
class _Indicators:
    indicators: tuple[Indicator, ...]


@cache
def indicators() -> Mapping[str, Indicator]:
    """Every indicator by its code."""
    known = load(_FOLDER / "indicators.yaml", _Indicators).indicators
    return MappingProxyType({each.code: each for each in known})


@cache
def by_municipal_area(code: str) -> Mapping[str, int]:
    """The values of an indicator by municipal area. Raises KeyError."""
    indicator = indicators()[code]
    with (_FOLDER / "indicators" / indicator.file).open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["code"] != COUNTRY and not row["code"].startswith("DC")]
    return MappingProxyType({row["code"]: int(row[indicator.column]) for row in rows})


def by_space(code: str) -> dict[str, int]:
    """The values of an indicator by space: the sum of its municipal areas. Raises KeyError."""
    return _summed(code, dict(MunicipalArea.objects.values_list("code", "space_id")))


def _summed(code: str, within: Mapping[str, str]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for area, value in by_municipal_area(code).items():
        if area in within:
            found[within[area]] += value
    return dict(found)
