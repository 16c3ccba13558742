"""The real file of Census 2011 tables, and the plainest reading of a formula from it."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from functools import cache
from pathlib import Path

from oneplan.indicators.choices import Level
from oneplan.indicators.registry import Formula, Observed, Picked, Ratio, Share, Total
from oneplan.indicators.tables import Table, table_named, tables

LEVELS = {"district": Level.SPACE, "municipality": Level.MUNICIPAL_AREA}


class Census:
    """Values by table, borders, level and place."""

    def __init__(self, folder: Path) -> None:
        self.rows: dict[tuple[str, int, str, str], dict[tuple[str, ...], float]] = defaultdict(
            lambda: defaultdict(float)
        )
        self.read = 0
        self.unknown: set[tuple[str, int, str]] = set()
        known: dict[tuple[str, str, str], tuple[Table, tuple[str, ...]] | None] = {}
        with gzip.open(folder / "indicators" / "wazimap_census2011_long.csv.gz", "rt", encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                key = row["table"], row["geo_version"], row["category"]
                if key not in known:
                    known[key] = self._known(*key)
                self.read += 1
                level = LEVELS.get(row["geo_level"], row["geo_level"])
                if (found := known[key]) and row["value"] and level not in found[0].left_out:
                    place = found[0].code, int(row["geo_version"]), level, row["geo_code"]
                    self.rows[place][found[1]] += float(row["value"])

    def _known(self, name: str, version: str, category: str) -> tuple[Table, tuple[str, ...]] | None:
        table = table_named(name, int(version))
        try:
            if table is not None:
                return table, table.told(category)
        except KeyError:
            pass
        self.unknown.add((name, int(version), category))
        return None

    def value(self, formula: Formula, boundary: int, level: str, place: str) -> float | None:
        """The value of a formula for a place; none where a part of it is not known."""
        at = boundary, level, place
        if isinstance(formula, Ratio):
            return _divided(self._sum(formula.numerator, at), self._sum(formula.denominator, at), formula.per)
        if isinstance(formula, Share):
            among = Total(formula.table, formula.among)
            of = self._sum(Total(formula.table, formula.of), at, formula.without)
            return _divided(of, self._sum(among, at, formula.without), 100)
        if isinstance(formula, Observed):
            value = self._sum(Total(formula.table, formula.of), at)
            return None if value is None else value * formula.times
        return self._sum(formula, at)

    def _sum(self, total: Total, at: tuple[int, str, str], without: Picked | None = None) -> float | None:
        table = tables()[total.table]
        rows = self.rows.get((total.table, *at), {})
        found = [value for told, value in rows.items() if _stands(table, told, total.of, without or {})]
        return sum(found) if found else None


def _stands(table: Table, told: tuple[str, ...], of: Picked, without: Picked) -> bool:
    if not of and table.total:
        return table.total in told
    return all(
        category in of[dimension] if dimension in of else category not in (*table.set_apart, table.total)
        for dimension, category in zip(table.by, told, strict=True)
    ) and not any(category in without.get(dimension, ()) for dimension, category in zip(table.by, told, strict=True))


def _divided(above: float | None, below: float | None, times: int) -> float | None:
    return None if above is None or not below else times * above / below


@cache
def real_census(folder: Path) -> Census:
    """The real file, read once in a process."""
    return Census(folder)
