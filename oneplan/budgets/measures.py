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

BEFORE = {"gross": "gross_before", "passed_on": "passed_before"}  # sums up to the beginning of a year
_LENGTHS = ((12, 1), (3, 4), (1, 12))  # of a year, a quarter, a month: its months, and twelfths of a month


Lengths = tuple[tuple[int, int], ...]  # numbers of lengths, each with how many institutions are listed


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

    With `lengths` the sums are of one year, in twelfths: `gross` and `passed_on` up to its end, `gross_before` and
    `passed_before` up to its beginning, of figures of these lengths (numbers), each of so many listed institutions
    (0: of all).
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
    lengths: Lengths = ()
    of_all: bool = False

    @property
    def sums(self) -> tuple[str, ...]:
        """The columns of sums; none of rand passed on where no flow counts as such."""
        rand = ("gross", *(("passed_on",) if self.passed_on else ()))
        return (*rand, "figures", *(BEFORE[name] for name in rand if self.lengths))

    def write(self, marks: Marks) -> Any:
        """One row a cell: its keys, sums, spans of watched guards, and where wanted what holds for all cells."""
        cells = self._cells(marks)
        cells = cells.mutate(**self._of_all()) if self.of_all else cells
        is_ordered = bool(self.order or self.of_all)  # else texts are made first: by all threads, which an order ends
        cells = cells if is_ordered else cells.select(self._told(cells))
        keys = [self._key(name, descends) for name, descends in self.order]
        names = [each.name for each in self.by]
        cells = cells.order_by([*keys, *names]) if keys or names else cells
        cells = cells.limit(self.limit, offset=self.offset)
        return cells.select(self._told(cells)) if is_ordered else cells

    def _told(self, cells: Any) -> list[Any]:
        """Figures in 32 bits, since DuckDB adds whole numbers up in 128; rand as text, which engines give exactly."""
        told = []
        for name in cells.columns:
            sums, of = cells[name], name.removeprefix("all_")
            if of == "figures":
                sums = sums.cast("int32")
            elif of in self.sums:  # most fit into the digits of a fact, of which a text is made much faster
                sums = sums.try_cast(facts.RAND).cast("string").fill_null(sums.cast("string"))
            told.append(sums.name(name))
        return told

    def _key(self, name: str, descends: bool) -> Any:
        value = row.gross - row.gross_before if name == "gross" and self.lengths else row[name]
        return ibis.desc(value) if descends else ibis.asc(value)

    def _cells(self, marks: Marks) -> Any:
        asked = table(self.source, facts.columns_of(self.source))
        within = asked.filter(*_conditions(asked, self.cuts, marks)) if self.cuts else asked
        within = _by_months(within, self.lengths, marks)
        columns = [each.column for each in _columns(self.by)]
        cells = within.group_by(columns).agg(**self._sums(marks)) if columns else within.aggregate(**self._sums(marks))
        return self._by_attribute(cells) if any(each.attribute for each in self.by) else cells

    def _of_all(self) -> dict[str, Any]:
        """Rand, figures, cells, and the spans of guards, of all cells together: columns of each of them."""
        told = {f"all_{name}": row[name].sum() for name in self.sums}
        told["all_cells"] = row.count()
        for guard in self.watched:
            told[f"all_least_{guard}"] = row[f"least_{guard}"].min()
            told[f"all_greatest_{guard}"] = row[f"greatest_{guard}"].max()
        for guard in self.apart:
            told[f"all_least_{guard}"], told[f"all_greatest_{guard}"] = row[guard].min(), row[guard].max()
        return {name: each.over(ibis.window()) for name, each in told.items()}

    def _sums(self, marks: Marks) -> dict[str, Any]:
        flows = [marks.whole(f"flow_{index}") for index in range(self.passed_on)]
        sums: dict[str, Any] = {}

        def add_up(rand: Any, gross: str, passed_on: str) -> None:
            sums[gross] = rand.sum()
            if flows:
                sums[passed_on] = rand.sum(where=row.flow.isin(flows)).fill_null(0)

        add_up(row.amount * row.upto if self.lengths else row.amount, *BEFORE)
        if self.lengths:
            add_up(row.amount * row.before, *BEFORE.values())
        sums["figures"] = (row.part == 0).sum() if self.source == "facts" else row.figures.sum()
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
        again = {name: row[name].sum() for name in self.sums}
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
    lengths: Lengths = ()  # as in Totals: figures of which nothing lies in the year are left out

    def write(self, marks: Marks) -> Any:
        asked = table(self.source, facts.FACTS)
        within = asked.filter(*_conditions(asked, self.cuts, marks)) if self.cuts else asked
        ordered = _by_months(within, self.lengths, marks).order_by(["release", "row", "cell", "part"])
        told = {name: ordered[name] for name in facts.FACTS} | {"amount": ordered.amount.cast("string")}
        return ordered.select(**told).limit(self.limit, offset=self.offset)


@dataclass(frozen=True)
class Behind:
    """How many lines stand under cuts, and how many figures of sources they are, whole or in part, by two numbers."""

    cuts: tuple[CutShape, ...]
    by: tuple[str, str]
    lengths: Lengths = ()

    def write(self, marks: Marks) -> Any:
        asked = table("facts", facts.FACTS)
        within = asked.filter(*_conditions(asked, self.cuts, marks)) if self.cuts else asked
        within = _by_months(within, self.lengths, marks)
        # One whole number for where a source says it: 15 bits of the release, 32 of the row, 16 of the column.
        said = (within["release"].cast("int64") * 2**32 + within["row"]) * 2**16 + within["cell"]
        return within.group_by(list(self.by)).agg(figures=said.nunique(), lines=within.count())


Shape = Totals | Figures | Behind
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


def _by_months(asked: Any, lengths: Lengths, marks: Marks) -> Any:
    """Figures of the year that begins in the month `window`, with how many twelfths lie before its end and beginning.

    Periods are numbered within their year; a figure of a whole year has none.
    """
    if not lengths:
        return asked
    first = asked.year.cast("int32") * 12 + asked.basis.cast("int32") - 1
    months, weight = (ibis.literal(each, "int32") for each in _LENGTHS[0])
    if lengths != ((0, lengths[0][1]),):
        months, weight = (
            ibis.cases(*((asked.length == number, each[at]) for number, each in enumerate(_LENGTHS))).cast("int32")
            for at in (0, 1)
        )
        first = first + months * ibis.greatest(asked.period.cast("int32") - 1, 0)
    start = marks.whole("window").cast("int32")
    twelfths = {
        name: (ibis.greatest(ibis.least(end - first, months), 0) * weight).cast("int32")
        for name, end in (("upto", start + 12), ("before", start))
    }
    told = asked.mutate(**twelfths)
    chosen = []
    for length, count in lengths:
        numbers = [marks.whole(f"of_{length}_{index}") for index in range(count)]
        fits = told.length == length
        chosen.append(fits & told.institution.isin(numbers) if numbers else fits)
    condition = chosen[0]
    for each in chosen[1:]:
        condition = condition | each
    return told.filter(condition, told.upto > told.before)


def _columns(by: Iterable[Grouped]) -> list[Grouped]:
    """Each fact column once, though two of its attributes may be asked for."""
    return list({each.column: each for each in by}.values())
