"""Real files: the outlines of the Municipal Demarcation Board laid over one another, and Census 2011 on both borders.

Used by the tests marked `shared` and by `scripts/measure_demarcations.py`, which writes what was measured into the product.
"""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from oneplan.geometry import checks
from oneplan.geometry.reading import read_vector
from oneplan.indicators.demarcations.book import COLUMNS, book
from oneplan.indicators.demarcations.converting import Method, Nature, Observed, convert
from oneplan.indicators.demarcations.errors import Deviation, Known, deviations, is_recount, spread
from oneplan.indicators.demarcations.outlines import Outlines, crossed
from oneplan.indicators.demarcations.pieces import Correspondence, Piece

OLDER, NEWER = "2011", "2016"
POPULATION = "population"
PLACES = {OLDER: 234, NEWER: 213}
RECOUNTS = "Census 2011 on the borders of 2011 and of 2016"

# ---- outlines


def outlines(path: Path, code: str, parent: str) -> Outlines:
    """One file, with outlines that are not valid mended."""
    file = read_vector(path)
    geometries, _repairs = checks.repair(file.geometries)
    return Outlines(list(map(str, file.columns[code])), geometries, list(map(str, file.columns[parent])))


def outlines_of_2011(folder: Path) -> Outlines:
    return outlines(folder / "mdb2011_municipalities.topojson", "CAT_B", "DISTRICT")


def outlines_of_2016(folder: Path) -> Outlines:
    """Those of 2020, which have the borders of 2016: the file of 2016 itself is too coarse."""
    return outlines(folder / "mdb2020_municipalities_from_wards.geojson", "code", "parent_code")


def wards_of_2020(folder: Path) -> Outlines:
    return outlines(folder / "mdb2020_wards.geojson.gz", "code", "parent_code")


def pieces_csv(folder: Path) -> str:
    """Every piece of the municipal areas of 2011 and 2016, with the wards of 2020 in it, as the file that is shipped."""
    before, after = outlines_of_2011(folder), outlines_of_2016(folder)
    older_space = dict(zip(before.codes, before.parents, strict=True))
    newer_space = dict(zip(after.codes, after.parents, strict=True))
    pieces = sorted(crossed(before, after, wards_of_2020(folder)), key=lambda piece: (piece.older, piece.newer))
    lines = [",".join(COLUMNS)] + [
        f"{p.older},{p.newer},{older_space[p.older]},{newer_space[p.newer]},{p.m2},{p.wards}" for p in pieces
    ]
    return "\n".join(lines) + "\n"


# ---- counts

Column = Mapping[str, int]  # by area


@dataclass(frozen=True)
class Counted:
    """One column of one table on both borders."""

    table: str
    category: str
    older: Column
    newer: Column

    @property
    def is_recount(self) -> bool:
        return is_recount(self.older.values(), self.newer.values())

    @property
    def name(self) -> str:
        return f"{self.table}: {self.category}"


def read_counts(path: Path) -> list[Counted]:
    """Every column of whole numbers that the file states of all municipal areas on both borders."""
    cells: dict[tuple[str, str], dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["geo_level"] == "municipality" and row["value"]:
                column = cells[row["table"], row["category"]][row["geo_version"]]
                column[row["geo_code"]] = float(row["value"])
    return [
        Counted(table, category, *({code: int(value) for code, value in both[year].items()} for year in PLACES))
        for (table, category), both in cells.items()
        if all(len(both[year]) == count for year, count in PLACES.items())
        and all(value.is_integer() for column in both.values() for value in column.values())
    ]


# ---- measuring


def correspondences(counts: list[Counted]) -> dict[str, Correspondence]:
    """By area, by wards, by wards that hold their municipality's people, by population fitted to both borders."""
    by_area = book().correspondence(OLDER, NEWER)
    people = next(each for each in counts if each.table == POPULATION)
    return {
        "area": by_area,
        "wards": by_area.by_wards(),
        "wards and their people": by_area.by_wards(people.newer),
        "population": by_area.fitted(people.older, people.newer),
    }


def converted(counts: list[Counted], correspondence: Correspondence, *, back: bool = False) -> list[Deviation]:
    """Each recount converted and set beside what was counted. Population itself is left out: one basis is fitted to it."""
    weights = correspondence.backward() if back else correspondence.forward()
    found = []
    for each in counts:
        if each.is_recount and each.table != POPULATION:
            before, after = (each.newer, each.older) if back else (each.older, each.newer)
            values = {code: Observed(value) for code, value in before.items()}
            found += deviations(each.name, convert(values, weights, Nature.COUNT), after)
    return found
