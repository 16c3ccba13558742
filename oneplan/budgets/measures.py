"""Measures of budget facts: an Ibis table in, an Ibis table out. Values come as marks, so that SQL is kept by shape.

Rand passed on to another sphere whose own figures are in is told apart (`passed_on`), so that a sum over both spheres
counts it once: gross − passed on = consolidated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import ibis
from ibis import _ as row

from oneplan.budgets import facts
from oneplan.warehouse.statements import Marks, table

_ALL = ("all_gross", "all_passed_on")
_TEXTS = {"gross": row.gross.cast("string"), "passed_on": row.passed_on.fill_null(0).cast("string")}


@dataclass(frozen=True)
class CutShape:
    """A cut without its values: a range of numbers, or so many numbers (within their range)."""

    column: str
    count: int = 0  # 0: a range alone


@dataclass(frozen=True)
class Grouped:
    """One column of an answer: a number of a fact, or an attribute of what the number stands for."""

    column: str
    dimension: str = ""  # with `attribute`: grouped by that column of that table
    attribute: str = ""

    @property
    def name(self) -> str:
        return f"{self.column}_{self.attribute}" if self.attribute else self.column


@dataclass(frozen=True)
class Totals:
    """Sums by columns under cuts: the shape of a question, and so the key under which its SQL is kept.

    `source` is "facts" or a roll-up. `passed_on` how many flows count as passed on within the question. `watched` are
    the guards of which the answer tells the least and greatest in each cell, so that nobody adds what must not be.
    `order` names columns of the answer, each with whether it descends. `of_all`: each row also tells what holds for all
    cells together, those on other pages as well; `apart` are the guards by which cells are grouped.
    """

    source: str
    by: tuple[Grouped, ...]
    cuts: tuple[CutShape, ...]
    passed_on: int
    watched: tuple[str, ...]
    apart: tuple[str, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()
    limit: int = 0
    offset: int = 0
    of_all: bool = False

    def write(self, marks: Marks) -> Any:
        """One row a cell: its keys, gross and passed on as text to the cent, figures, and spans of watched guards."""
        cells = self._cells(marks)
        if self.of_all:
            cells = cells.mutate(**self._of_all())
        keys = [ibis.desc(name) if descends else ibis.asc(name) for name, descends in self.order]
        names = [each.name for each in self.by]
        cells = cells.order_by([*keys, *names]) if keys or names else cells
        spans = [f"{end}_{guard}" for guard in self.watched for end in ("least", "greatest")]
        texts = {**_TEXTS, "figures": row.figures, **{name: row[name] for name in spans}}
        if self.of_all:
            texts |= {name: row[name] for name in self._of_all()} | {name: row[name].cast("string") for name in _ALL}
        return cells.limit(self.limit, offset=self.offset).select(*names, **texts)

    def _cells(self, marks: Marks) -> Any:
        asked = table(self.source, facts.columns_of(self.source))
        within = asked.filter(*_conditions(asked, self.cuts, marks)) if self.cuts else asked
        columns = [each.column for each in _columns(self.by)]
        cells = within.group_by(columns).agg(**self._sums(marks)) if columns else within.aggregate(**self._sums(marks))
        return self._by_attribute(cells) if any(each.attribute for each in self.by) else cells

    def _of_all(self) -> dict[str, Any]:
        """Rand, figures, cells, and the spans of guards, of all cells together: columns of each of them."""
        told = {
            "all_gross": row.gross.sum(), "all_passed_on": row.passed_on.fill_null(0).sum(),
            "all_figures": row.figures.sum(), "all_cells": row.count(),
        }  # fmt: skip
        for guard in self.watched:
            told[f"all_least_{guard}"] = row[f"least_{guard}"].min()
            told[f"all_greatest_{guard}"] = row[f"greatest_{guard}"].max()
        for guard in self.apart:
            told[f"all_least_{guard}"], told[f"all_greatest_{guard}"] = row[guard].min(), row[guard].max()
        return {name: each.over(ibis.window()) for name, each in told.items()}

    def _sums(self, marks: Marks) -> dict[str, Any]:
        flows = [marks.whole(f"flow_{index}") for index in range(self.passed_on)]
        sums = {
            "gross": row.amount.sum(),
            "passed_on": row.amount.sum(where=row.flow.isin(flows)) if flows else ibis.literal(0),
            "figures": (row.part == 0).sum() if self.source == "facts" else row.figures.sum(),
        }
        for guard in self.watched:
            sums[f"least_{guard}"] = row[guard].min()
            sums[f"greatest_{guard}"] = row[guard].max()
        return sums

    def _by_attribute(self, cells: Any) -> Any:
        """Cells by number become cells by an attribute of what the numbers stand for."""
        for each in self.by:
            if each.attribute:
                known = table(each.dimension, facts.DIMENSIONS[each.dimension])
                named = known.select(**{f"{each.name}_id": known.id, each.name: known[each.attribute]})
                cells = cells.join(named, cells[each.column] == named[f"{each.name}_id"]).drop(f"{each.name}_id")
        again = {name: row[name].sum() for name in ("gross", "passed_on", "figures")}
        for guard in self.watched:
            again[f"least_{guard}"] = row[f"least_{guard}"].min()
            again[f"greatest_{guard}"] = row[f"greatest_{guard}"].max()
        return cells.group_by([each.name for each in self.by]).agg(**again)


@dataclass(frozen=True)
class Figures:
    """Facts themselves, one by one, in the order of their source: the shape of a question for rows."""

    source: str  # "facts" or "earlier"
    cuts: tuple[CutShape, ...]
    limit: int
    offset: int

    def write(self, marks: Marks) -> Any:
        asked = table(self.source, facts.FACTS)
        within = asked.filter(*_conditions(asked, self.cuts, marks)) if self.cuts else asked
        ordered = within.order_by(["release", "row", "cell", "part"])
        return ordered.limit(self.limit, offset=self.offset)


Shape = Totals | Figures
Condition = Callable[[Any], Any]


def _conditions(asked: Any, cuts: Iterable[CutShape], marks: Marks) -> list[Any]:
    """A range is read fastest from a sorted file, so numbers that are listed are bounded as well."""
    found = []
    for cut in cuts:
        column = asked[cut.column]
        found.append(column.between(marks.whole(f"{cut.column}_from"), marks.whole(f"{cut.column}_to")))
        if cut.count:
            found.append(column.isin([marks.whole(f"{cut.column}_{index}") for index in range(cut.count)]))
    return found


def _columns(by: Iterable[Grouped]) -> list[Grouped]:
    """Each fact column once, though two of its attributes may be asked for."""
    return list({each.column: each for each in by}.values())
