"""Real files: the outlines of the Municipal Demarcation Board laid over one another, and Census 2011 on both borders.

Used by the tests marked `shared` and by `scripts/measure_demarcations.py`, which writes what was measured into the
product.
"""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from oneplan.geometry import checks
from oneplan.geometry.reading import read_vector
from oneplan.indicators.demarcations.book import COLUMNS, book
from oneplan.indicators.demarcations.converting import Method, Nature, Observed, convert, convert_shares
from oneplan.indicators.demarcations.errors import Deviation, Direction, Known, ShareDeviation, deviations, is_recount
from oneplan.indicators.demarcations.outlines import Outlines, crossed
from oneplan.indicators.demarcations.pieces import Correspondence

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
    """Every piece of the municipal areas of 2011 and 2016, with the wards of 2020 in it: the file that is shipped."""
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
    people = next(each for each in counts if each.table == POPULATION)
    shipped = book().correspondence(OLDER, NEWER)
    return {
        "area": shipped,
        "wards": book().best(OLDER, NEWER),
        "wards and the people of their municipality": book().best(OLDER, NEWER, {NEWER: people.newer}),
        "population": book().best(OLDER, NEWER, {OLDER: people.older, NEWER: people.newer}),
    }


def compared(counts: list[Counted], correspondence: Correspondence, direction: Direction) -> list[Deviation]:
    """Each recount converted and set beside what was counted; without the population, to which one basis is fitted."""
    forward = direction == Direction.FORWARD
    weights = correspondence.forward() if forward else correspondence.backward()
    found = []
    for each in counts:
        if each.is_recount and each.table != POPULATION:
            before, after = (each.older, each.newer) if forward else (each.newer, each.older)
            found += deviations(each.name, convert(observed(before), weights, Nature.COUNT), after)
    return found


def of_spaces(counts: list[Counted]) -> list[Counted]:
    """The same columns summed to the 52 spaces, each border by its own membership."""
    [shipped] = book().shipped.values()
    return [
        Counted(
            each.table, each.category, summed(each.older, shipped.older_space), summed(each.newer, shipped.newer_space)
        )
        for each in counts
    ]


def summed(column: Column, space_of: Mapping[str, str]) -> Column:
    sums: dict[str, int] = defaultdict(int)
    for code, value in column.items():
        sums[space_of[code]] += value
    return sums


@dataclass(frozen=True)
class Measured:
    """What came out: deviations by direction and basis, and which columns could not be compared."""

    counts: list[Counted]
    by: dict[tuple[Direction, str], list[Deviation]]
    shares: dict[tuple[Direction, str], list[ShareDeviation]]
    spaces: list[Deviation]

    @cached_property
    def known(self) -> list[Known]:
        """What goes into the product: whole areas and each basis by itself, without the one that needs people."""
        found = []
        for direction in Direction:
            for method, basis in METHODS.items():
                counts, shares = self.by[direction, basis], self.shares[direction, basis]
                if known := Known.of(method, direction, counts, shares, RECOUNTS):
                    found.append(known)
        return found

    @property
    def as_yaml(self) -> str:
        """The file of known errors."""
        lines = [
            "# How far conversions lay from recounts, in per cent. Written by scripts/measure_demarcations.py; what "
            "each",
            "# figure means stands in demarcations/errors.py and docs/evidence/demarcations.md.",
            "known:",
        ]
        for each in self.known:
            lines += [
                f"  - method: {each.method}",
                f"    direction: {each.direction}",
                f"    count: {each.count}",
                f'    median: "{each.median}"',
                f'    p95: "{each.p95}"',
                f'    worst: "{each.worst}"',
                f'    within: "{each.within}"',
                f'    points: "{each.points}"',
                f"    recounts: {each.recounts}",
            ]
        return "\n".join(lines) + "\n"

    def held_out(self, direction: Direction, method: Method) -> tuple[int, int, int, int]:
        """Each table told by what the others taught: how many counts, how many within the error; likewise shares."""
        counts = [each for each in self.by[direction, METHODS[method]] if each.method == method]
        shares = [each for each in self.shares[direction, METHODS[method]] if each.method == method]
        tally = [0, 0, 0, 0]
        for table in sorted({table_of(each) for each in counts}):
            other_counts = [each for each in counts if table_of(each) != table]
            other_shares = [each for each in shares if table_of(each) != table]
            known = Known.of(method, direction, other_counts, other_shares, RECOUNTS)
            assert known is not None
            for place, found, most in ((0, counts, known.within), (2, shares, known.points)):
                scaled = [each.scaled for each in found if table_of(each) == table and each.scaled is not None]
                tally[place] += len(scaled)
                tally[place + 1] += sum(100 * each <= float(most) for each in scaled)
        one, two, three, four = tally
        return one, two, three, four


def table_of(found: Deviation | ShareDeviation) -> str:
    return found.table.partition(":")[0]


METHODS = {
    Method.SAME: "area", Method.EXACT: "area", Method.BY_POPULATION: "population", Method.BY_WARDS: "wards",
    Method.BY_AREA: "area",
}  # fmt: skip


def measure(path: Path) -> Measured:
    """Every count of the file that has a recount, both ways, by every basis."""
    counts = read_counts(path)
    bases = correspondences(counts)
    ways = [(direction, basis) for direction in Direction for basis in bases]
    [shipped] = book().shipped.values()
    spaces = compared(of_spaces(counts), shipped.lifted(bases["population"]), Direction.FORWARD)
    return Measured(
        counts,
        {(direction, basis): compared(counts, bases[basis], direction) for direction, basis in ways},
        {(direction, basis): shares_compared(counts, bases[basis], direction) for direction, basis in ways},
        spaces,
    )


def shares_compared(
    counts: list[Counted], correspondence: Correspondence, direction: Direction
) -> list[ShareDeviation]:
    """Each category as a share of all categories of its table that have a recount, where these count 1 000 or more."""
    forward = direction == Direction.FORWARD
    weights = correspondence.forward() if forward else correspondence.backward()
    tables: dict[str, list[tuple[str, Column, Column]]] = defaultdict(list)
    for each in counts:
        if each.is_recount and each.table != POPULATION:
            sides = (each.older, each.newer) if forward else (each.newer, each.older)
            tables[each.table].append((each.name, *sides))
    found = []
    for columns in tables.values():
        before = added([one for _name, one, _other in columns])
        after = added([other for _name, _one, other in columns])
        for name, one, other in columns if len(columns) > 1 else ():
            for code, share in convert_shares(observed(one), observed(before), weights).items():
                if after[code] >= 1000 and share.share is not None:
                    gap, whole = abs(float(share.share) - other[code] / after[code]), share.denominator
                    found.append(ShareDeviation(code, name, whole.method, gap, whole.part_at_stake))
    return found


def added(columns: list[Column]) -> Column:
    """The sum of columns, area by area."""
    return {code: sum(column[code] for column in columns) for code in columns[0]}


def observed(column: Column) -> dict[str, Observed]:
    return {code: Observed(value) for code, value in column.items()}
