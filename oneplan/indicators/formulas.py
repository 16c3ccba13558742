"""What the formulas of the registry need of the observations: which categories stand above and below the line.

A formula that leaves a standard breakdown open (sex, age, population group, disability) gives the value of each of its
categories too; of a dimension that is the year, one value by year.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from oneplan.indicators.registry import Defined, Formula, Observed, Picked, Ratio, Share, Total, registry, totals_of
from oneplan.indicators.tables import BREAKDOWNS, SEPARATOR, YEAR, Table, tables

WHOLE = ("", "")  # no breakdown
Breakdown = tuple[str, str]  # dimension and category


@dataclass(frozen=True)
class Cell:
    """One category of a table as a build numbers it: `key` has what stands for each dimension but the year."""

    number: int
    table: str
    key: str

    def told(self, table: Table) -> dict[str, str]:
        """What stands for each dimension."""
        names = [name for name in table.by if name != YEAR]
        return dict(zip(names, self.key.split(SEPARATOR) if self.key else [], strict=True))


@dataclass(frozen=True)
class Part:
    """One cell of a formula, of the whole or of a breakdown: above the line, below it, or both."""

    breakdown: Breakdown
    cell: int
    is_above: bool
    is_below: bool


@dataclass(frozen=True)
class Asked:
    """One formula of an indicator: its place in the list, by what its sum is multiplied, and what it divides by."""

    indicator: int
    number: int
    table: str  # above the line
    factor: int
    divides: bool
    is_ratio: bool  # below the line stands another table, perhaps of another year
    parts: tuple[Part, ...]


def asked(cells: Sequence[Cell], indicators: Iterable[Defined]) -> Iterator[Asked]:
    """Every formula of indicators, which are numbered from 1, over the categories that occur; left out where a category
    it names does not."""
    by_table: dict[str, list[Cell]] = {}
    for cell in cells:
        by_table.setdefault(cell.table, []).append(cell)
    for indicator, defined in enumerate(indicators, start=1):
        for number, formula in enumerate(defined.formulas):
            parts = tuple(_parts(formula, by_table))
            if any(part.is_above for part in parts):
                yield Asked(
                    indicator, number, totals_of(formula)[0].table, _factor(formula),
                    isinstance(formula, Share | Ratio), isinstance(formula, Ratio), parts,
                )  # fmt: skip


def digest() -> str:
    """Tells one registry from another: where it changes, values are computed anew."""
    told = repr([(each.code, each.formulas) for each in registry().values()])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _factor(formula: Formula) -> int:
    match formula:
        case Share():
            return 100
        case Ratio(per=per):
            return per
        case Observed(times=times):
            return times
        case Total():
            return 1


def _parts(formula: Formula, by_table: Mapping[str, Sequence[Cell]]) -> Iterator[Part]:
    match formula:
        case Ratio(numerator=numerator, denominator=denominator):
            yield from _side(numerator, by_table, is_above=True, broken_down=False)
            yield from _side(denominator, by_table, is_above=False, broken_down=False)
        case Share():
            whole = Total(formula.table, formula.among)
            counted, without = Total(formula.table, formula.of), formula.without
            yield from _side(counted, by_table, is_above=True, without=without, open_in=formula.among)
            yield from _side(whole, by_table, is_above=False, without=without, open_in=formula.of)
        case Total() | Observed():
            yield from _side(Total(formula.table, formula.of), by_table, is_above=True)


def _side(
    total: Total,
    by_table: Mapping[str, Sequence[Cell]],
    *,
    is_above: bool,
    without: Picked | None = None,
    open_in: Picked | None = None,
    broken_down: bool = True,
) -> Iterator[Part]:
    """The cells of one side of the line, of the whole and of each category of each open breakdown.

    `open_in`: what the other side names, since a breakdown is open only where neither side names it.
    """
    table = tables()[total.table]
    cells = [(cell, cell.told(table)) for cell in by_table.get(total.table, ())]
    picked = [(cell, told) for cell, told in cells if _is_in(told, total.of, table)]
    if not _are_all_there(total.of, [told for _cell, told in picked]):
        return
    taken = [(cell, told) for cell, told in picked if not (without and _names(told, without))]
    named = {name for side in (total.of, open_in or {}) for name in side}
    for cell, told in taken:
        yield Part(WHOLE, cell.number, is_above, not is_above)
        for name in BREAKDOWNS if broken_down else ():
            if name in told and name not in named and told[name] != table.total:
                yield Part((name, told[name]), cell.number, is_above, not is_above)


def _is_in(told: Mapping[str, str], of: Picked, table: Table) -> bool:
    """Whether a cell is picked. Where nothing is named, the table's total is, else all that is not set apart."""
    if not of and table.total:
        return table.total in told.values()
    return all(
        category in of[name] if name in of else category not in table.set_apart and category != table.total
        for name, category in told.items()
    )


def _names(told: Mapping[str, str], of: Picked) -> bool:
    return all(told.get(name) in categories for name, categories in of.items() if name != YEAR)


def _are_all_there(of: Picked, found: Sequence[Mapping[str, str]]) -> bool:
    """Whether every category that is named occurs at all: else the sum would silently be of fewer."""
    return bool(found) and all(
        category in {told[name] for told in found} for name, categories in of.items() if name != YEAR
        for category in categories
    )  # fmt: skip
