"""From text to figures, in statements over the whole file: what each row means, what is wrong with it, what it is of.

`source` (text) → a table of meanings for each group of targets → `typed`: one row for each amount of each row, with the
bits of what is wrong → `judged`: the outcome of each row → `figures`: what the record keeps. Python sees only distinct
texts, counts, and the first rows at fault.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext as _

from oneplan.budgets.choices import AmountType, Length
from oneplan.budgets.facts import number_of
from oneplan.budgets.feeds.binding import Bound, Cell
from oneplan.budgets.feeds.charts import charts
from oneplan.budgets.feeds.meanings import SHAPES, WORDED, Findings, Said
from oneplan.budgets.feeds.repeated import find_repeated
from oneplan.budgets.feeds.targets import GROUPS, PROGRAMME, PROJECT
from oneplan.exchange.report import ACCEPTED, FIRST_REASON, REFUSED, UNCHANGED
from oneplan.money import BadAmount, exact_rand
from oneplan.warehouse.checks import Check, costly, mask
from oneplan.warehouse.connection import all_match
from oneplan.warehouse.texts import insert_rows, quoted, the_same

Rows = list[tuple[Any, ...]]
Meaning = Callable[[Sequence[Said]], Rows]
_MANY = 50  # amounts from which the absence of one form of them means something
RETURN = "institution, statement, amount_type, basis, year, length, period"  # by which figures are reported, replaced
_TYPED = (
    "cell", "institution", "statement", "amount_type", "basis", "year", "length", "period", "function", "item", "fund",
    "programme", "project", "evidence", "receiver", "apart",
)  # fmt: skip
_HELD = {  # what a column of these can hold in this file
    "cell": "SELECT cell FROM cells", "statement": "SELECT statement FROM m_item",
    "basis": "SELECT basis FROM m_institution", "fund": "SELECT key FROM m_fund",
    "evidence": "SELECT id FROM m_evidence",
    "programme": "SELECT id FROM m_programmes UNION SELECT 0", "project": "SELECT id FROM m_projects UNION SELECT 0",
    "receiver": "SELECT code FROM m_receiver UNION SELECT receiver FROM m_item",
    "apart": "SELECT apart FROM m_item UNION SELECT apart FROM m_period UNION SELECT apart FROM cells",
}  # fmt: skip
_NO_AMOUNT = 0  # the first of the reasons why a row is left out


@dataclass(frozen=True)
class Sums:
    """Rand of one column of amounts, exactly as the file has it, in rand: and what became of it."""

    read: Decimal
    accepted: Decimal
    refused: Decimal
    apart: Decimal
    kept: Decimal  # accepted, each figure to the cent
    rounded: int  # figures that had parts of a cent
    first_rounded: int


class Figures:
    """The statements that judge one file. Call `mean` for each group, then `type_rows`, then `judge`."""

    def __init__(self, cursor: Any, bound: Bound, found: Findings) -> None:
        self._cursor, self._bound, self._found = cursor, bound, found
        self._width = len(bound.headers)
        self._lost_point = "false"
        self.checks: list[Check] = []
        # int64 holds them: four decimals of a rand, or what of a thousand or a million makes the same
        self._scale = {1: 4, 1_000: 7, 1_000_000: 10}[bound.layout.unit]

    # What the texts mean

    def mean(self, group: str, meaning: Meaning) -> None:
        """Make the table `m_<group>`: the texts that occur, and what they mean."""
        targets = GROUPS[group]
        rows = self._occurring(targets)
        said = [Said(dict(zip(targets, row, strict=False)), row[-2], row[-1]) for row in rows]
        words = [index for index, name in enumerate(SHAPES[group]) if name in WORDED]
        meant = [
            tuple(self._found.word(str(value)) if index in words else value for index, value in enumerate(row))
            for row in meaning(said)
        ]
        columns = {**{f"t_{target}": pa.string() for target in targets}, **SHAPES[group]}
        insert_rows(
            self._cursor, f"m_{group}",
            columns, [(*row[:-2], *means) for row, means in zip(rows, meant, strict=True)],
        )  # fmt: skip

    def _occurring(self, targets: Sequence[str]) -> Rows:
        """The texts of targets that occur, with how many rows that state an amount have them, and the first of these.

        Where all that occur are tidy already, their columns need no tidying from then on: of millions of rows that is
        a third of the work.
        """
        bound = self._bound
        alone = {index for target in targets if (index := bound.alone(target)) is not None}
        self._bound = replace(bound, tidy=bound.tidy | alone)
        rows = self._asked(targets)
        if any(text is None or text != text.strip() for row in rows for text in row[: len(targets)]):
            self._bound = bound
            rows = self._asked(targets)
        return rows

    def _asked(self, targets: Sequence[str]) -> Rows:
        if not any(target in self._bound.columns for target in targets):  # the same for every row
            return [(*(self._bound.constants.get(target, "") for target in targets), *self._stating[:2])]
        listed = ", ".join(f"t_{target}" for target in targets)
        found: Rows = self._cursor.execute(
            f'SELECT {self._texts(targets)}, {self._counts()} FROM source GROUP BY {listed} ORDER BY min("row")'
        ).fetchall()
        return found

    @cached_property
    def _stating(self) -> tuple[int, int, bool]:
        """How many rows state an amount, the first of them, and whether all do."""
        stated = " OR ".join(f"c{cell.index} <> ''" for cell in self._bound.cells)
        [(count, first, rows)] = self._cursor.execute(
            f'SELECT count(*) FILTER ({stated}), coalesce(min("row") FILTER ({stated}), 0), count(*) FROM source'
        ).fetchall()
        return count, first, count == rows

    def _counts(self) -> str:
        """How many rows state an amount, and the first of them, as SQL: looked at in each only where not all do."""
        if self._stating[2]:
            return 'count(*), min("row")'
        stated = " OR ".join(f"c{cell.index} <> ''" for cell in self._bound.cells)
        return f'count(*) FILTER ({stated}), coalesce(min("row") FILTER ({stated}), 0)'

    def number_programmes(self) -> None:
        """The tables `m_programmes` and `m_projects`: each thing named, by institution, with a number from 1."""
        whose = ", ".join(f"t_{target}" for target in GROUPS["institution"])
        for table, targets in (("programmes", PROGRAMME), ("projects", PROJECT)):
            key = {
                "programmes": "code, t_vote, t_programme, t_programme_name, t_subprogramme, t_subprogramme_name",
                "projects": "code, t_project, CASE WHEN t_project = '' THEN t_project_name ELSE '' END",
            }[table]
            named = " OR ".join(f"t_{target} <> ''" for target in targets if target not in ("vote", "vote_name"))
            listed = ", ".join(f"t_{target}" for target in targets)
            self._cursor.execute(
                f"CREATE TABLE m_{table} AS SELECT dense_rank() OVER (ORDER BY {key})::INTEGER AS id, code, {whose}, "
                f"{listed} FROM (SELECT DISTINCT {self._texts((*GROUPS['institution'], *targets))} FROM source) "
                f"JOIN m_institution USING ({whose}) WHERE code <> 0 AND ({named})"
            )

    def _texts(self, targets: Sequence[str]) -> str:
        return ", ".join(f"{self._bound.text(target)} AS t_{target}" for target in targets)

    # What each amount of each row is

    def type_rows(self) -> None:
        """Make `typed`: "row", cell, the meanings by number, the amount in rand, and `faults`."""
        insert_rows(
            self._cursor, "words", {"id": pa.int32(), "word": pa.string()},
            [(number, word) for word, number in self._found.words.items()],
        )  # fmt: skip
        self._make_cells()
        self._make_odd_amounts()
        self.checks = self._all_checks()
        joins = "".join(f" JOIN m_{group} ON {self._same(group, GROUPS[group])}" for group in SHAPES)
        for table, targets in (("programmes", PROGRAMME), ("projects", PROJECT)):
            joins += f" LEFT JOIN m_{table} ON {self._same(table, (*GROUPS['institution'], *targets))}"
        cells = self._bound.cells
        texts = [f"source.c{cell.index}" for cell in cells]
        numbers = [str(number) for number in range(len(cells))]
        odd, exact = "", "plain"
        if self._count("odd"):
            odd = "LEFT JOIN odd ON odd.text = CASE WHEN plain IS NULL THEN trim(read.text) END"
            exact = "coalesce(plain, odd.amount)"
        alike = the_same(self._cursor, _HELD)
        written = ", ".join(name for name in _TYPED if name not in alike)
        typing = f"""CREATE TABLE told AS
            WITH meant AS (
                SELECT source."row", {self._ragged()} AS ragged,
                    m_institution.code AS institution, m_institution.basis, m_institution.gone,
                    m_institution.fault AS institution_fault, m_period.year AS said_year,
                    m_period.length AS said_length,
                    m_period.period AS said_period, m_period.amount_type AS said_type, m_period.fault AS period_fault,
                    m_function.key AS function, m_function.from_year AS function_from,
                    m_function.to_year AS function_to,
                    m_function.fault AS function_fault, m_item.key AS item, m_item.statement,
                    m_item.receiver AS to_whom,
                    m_item.from_year AS item_from, m_item.to_year AS item_to, m_item.fault AS item_fault,
                    m_fund.key AS fund, m_fund.fault AS fund_fault, m_receiver.code AS receiver,
                    m_receiver.fault AS receiver_fault, m_evidence.id AS evidence,
                    {self._or_zero("programmes")} AS programme, {self._or_zero("projects")} AS project,
                    greatest(m_item.apart, m_period.apart) AS said_apart,
                    {self._unnested(numbers)}::SMALLINT AS cell, {self._unnested(texts)} AS text
                FROM source{joins}
            ), read AS (
                SELECT *, {self._plain("text")} AS plain FROM meant
            ), known AS (
                SELECT read.* EXCLUDE (said_length, said_period, said_type, said_apart),
                    coalesce(cells.length, said_length) AS length, coalesce(cells.period, said_period) AS period,
                    coalesce(cells.amount_type, said_type) AS amount_type,
                    coalesce(cells.year, nullif(said_year, 0) + cells.years_on, 0)::SMALLINT AS year,
                    greatest(said_apart, cells.apart) AS apart,
                    {exact} AS exact
                FROM read JOIN cells USING (cell) {odd}
            )
            SELECT "row", {written}, exact, {self._faults()} AS faults
            FROM (SELECT * REPLACE (coalesce(nullif(receiver, 0), to_whom) AS receiver) FROM known)"""
        with all_match(self._cursor):
            self._cursor.execute(typing)
        listed = ", ".join(f"{alike[name]} AS {name}" if name in alike else name for name in _TYPED)
        self._cursor.execute(
            f'CREATE VIEW typed AS SELECT "row", {listed}, exact, round(exact, 2)::DECIMAL(18, 2) AS amount, faults '
            "FROM told"
        )

    def _plain(self, text: str) -> str:
        """A plain number as rand; NULL for anything else, or where it is more than R100 trillion."""
        unit = self._bound.layout.unit
        return f"TRY_CAST({text} AS DECIMAL(18, {self._scale}))" + (f" * {unit}" if unit > 1 else "")

    def _unnested(self, listed: Sequence[str]) -> str:
        return f"unnest([{', '.join(listed)}])" if len(listed) > 1 else listed[0]

    def _or_zero(self, table: str) -> str:
        return f"coalesce(m_{table}.id, 0)"

    def _same(self, table: str, targets: Sequence[str]) -> str:
        """The condition by which a row finds its meaning: equal in every text in which rows differ at all."""
        differ = [target for target in targets if target in self._bound.columns]
        return " AND ".join(f"m_{table}.t_{target} = {self._bound.text(target)}" for target in differ) or "true"

    def _make_cells(self) -> None:
        columns = {
            "cell": pa.int16(), "header": pa.string(), "amount_type": pa.int8(), "length": pa.int8(),
            "period": pa.int8(), "year": pa.int16(), "years_on": pa.int8(), "apart": pa.int16(),
        }  # fmt: skip
        insert_rows(
            self._cursor, "cells", columns,
            [
                (
                    number, cell.header, number_of(AmountType(cell.amount_type)) if cell.amount_type else None,
                    number_of(Length(cell.length)) if cell.length else None, cell.period if cell.length else None,
                    cell.year or None, cell.years_on, self._found.reason(_apart(cell, self._bound)),
                )
                for number, cell in enumerate(self._bound.cells)
            ],
        )  # fmt: skip

    def _make_odd_amounts(self) -> None:
        """Amounts that are no plain numbers ("R1 234,50", "(500)"), each read once; what is none stays unread."""
        wanted = " UNION ".join(
            f"SELECT DISTINCT trim(c{cell.index}) FROM source WHERE TRY_CAST(c{cell.index} AS DECIMAL(18, "
            f"{self._scale})) IS NULL AND trim(c{cell.index}) <> ''"
            for cell in self._bound.cells
        )
        rows: list[tuple[object, ...]] = []
        for (text,) in self._cursor.execute(wanted).fetchall():
            try:
                rows.append((text, exact_rand(text) * self._bound.layout.unit))
            except (BadAmount, ArithmeticError):
                continue
        insert_rows(self._cursor, "read_odd", {"text": pa.string(), "amount": pa.decimal128(38, 10)}, rows)
        exact = f"DECIMAL(28, {self._scale})" if self._bound.layout.unit > 1 else f"DECIMAL(18, {self._scale})"
        self._cursor.execute(f"CREATE TABLE odd AS SELECT text, TRY_CAST(amount AS {exact}) AS amount FROM read_odd")

    def look_for_lost_points(self) -> bool:
        """Whether whole amounts are a thousand times too large, because their decimal point was lost.

        A program that takes a point before three digits for a mark of thousands makes 4788 of 4.788, and leaves all
        other decimals alone: then no amount has exactly three decimals, among many that have more or fewer.
        """
        texts = "[" + ", ".join(f"trim(source.c{cell.index})" for cell in self._bound.cells) + "]"
        [(whole, three, others)] = self._cursor.execute(
            f"""SELECT count(*) FILTER (point = 0), count(*) FILTER (length(text) - point = 3 AND point > 0),
                count(*) FILTER (point > 0)
            FROM (SELECT text, instr(text, '.') AS point FROM (SELECT unnest({texts}) AS text FROM source)
                WHERE TRY_CAST(text AS DOUBLE) <> 0)"""
        ).fetchall()
        if whole >= _MANY and not three and others > whole:
            self._lost_point = "true"
        return self._lost_point == "true"

    # What may be wrong

    def _ragged(self) -> str:
        """1 where a row has fewer cells than the header, 2 where it has more."""
        return (
            f"CASE WHEN source.c{self._width - 1} IS NULL THEN 1 WHEN coalesce(source.beyond, '') <> '' THEN 2 "
            "ELSE 0 END::TINYINT"
        )

    def _all_checks(self) -> list[Check]:
        chart = charts().get(self._bound.layout.charts.get("item", ""))
        other_years = bool(self._bound.layout.other_years)  # by its chart such a row would be misread
        item_costs = other_years or (chart is not None and chart.decides_statement)
        whole = "exact IS NOT NULL AND apart = 0"
        return [
            Check("ragged", "ragged <> 0", words=("ragged",)),
            *(
                Check(group, f"{group}_fault <> 0", words=(f"{group}_fault",))
                for group in ("institution", "period", "function", "item", "fund", "receiver")
            ),
            self._check("ended", "institution_fault = 0 AND year >= gone AND year <> 0", "institution"),
            Check(
                "amount", "exact IS NULL", column="header", value="text", told_by=('"row"', "cell"),
            ),
            Check(
                "lost_point", f"{self._lost_point} AND NOT contains(text, '.') AND exact <> 0", column="header",
                value="text", told_by=('"row"', "cell"),
            ),
            self._check("year", f"year = 0 AND period_fault = 0 AND {whole}", "year"),
            self._check("type", f"amount_type < 0 AND period_fault = 0 AND {whole}", "amount_type"),
            self._check("statement", f"statement < 0 AND item_fault = 0 AND {whole}", "statement"),
            self._check(
                "item_year", "item_fault = 0 AND year <> 0 AND (year < item_from OR year > item_to)", "item",
                costs_row=item_costs,
            ),
            self._check(
                "function_year", "function_fault = 0 AND year <> 0 AND (year < function_from OR year > function_to)",
                "function", costs_row=other_years,
            ),
        ]  # fmt: skip

    def _faults(self) -> str:
        """Of a row that was cut off nothing else is said, and nothing of one that states no amount."""
        others = mask(self.checks[1:], first=1)
        stated = "CASE WHEN exact IS NOT NULL THEN true ELSE coalesce(trim(text), '') <> '' END"
        return f"{mask(self.checks[:1])} + CASE WHEN ragged = 0 AND {stated} THEN {others} ELSE 0 END"

    def _check(self, name: str, condition: str, target: str, *, costs_row: bool = True) -> Check:
        return Check(
            name, condition, column=quoted(self._bound.header_of(target)), value=self._bound.text(target, "at_fault"),
            costs_row=costs_row,
        )  # fmt: skip

    def keep_faults(self) -> None:
        """Make the table `at_fault`: what `typed` holds of refused rows, beside what the source says and why."""
        groups = ("institution", "period", "function", "item", "fund", "receiver")
        joins = "".join(f" JOIN m_{group} ON {self._same(group, GROUPS[group])}" for group in groups)
        faults = ", ".join(f"m_{group}.fault AS {group}_fault" for group in groups)
        texts = "".join(f" WHEN {number} THEN source.c{cell.index}" for number, cell in enumerate(self._bound.cells))
        self._cursor.execute(
            f"CREATE TABLE at_fault AS WITH bad AS MATERIALIZED (SELECT * FROM typed WHERE (faults & "
            f"{costly(self.checks)}) <> 0), source AS MATERIALIZED (SELECT * FROM source WHERE spot IN (SELECT "
            f'spot_of("row") FROM bad)) SELECT source.*, bad.cell, bad.faults, bad.year, cells.header, {faults}, '
            f"{self._ragged()} AS ragged, CASE bad.cell{texts} END AS text "
            f'FROM bad JOIN source ON source.spot = spot_of(bad."row") JOIN cells USING (cell){joins}'
        )

    # What became of each row

    def find_repeated(self, key: Sequence[str]) -> None:
        """Make the table `repeated`: rows that say what an earlier row of the file says already, and which that is."""
        find_repeated(self._cursor, self._bound, costly(self.checks), key)

    def _count(self, source: str) -> int:
        [(count,)] = self._cursor.execute(f"SELECT count(*) FROM {source}").fetchall()
        return int(count)

    def judge(self) -> list[str]:
        """Make `judged` (row, outcome), the view `figures`, and `returned`: what it holds, of whom.

        Returns the reasons for which rows are left out.
        """
        bad = costly(self.checks)
        self._cursor.execute(
            f'CREATE TABLE refused AS SELECT "row" FROM typed WHERE (faults & {bad}) <> 0 UNION SELECT "row"'
            f" FROM repeated"
        )
        reasons = [_("No amount is stated"), *self._found.reasons]
        one_each = len(self._bound.cells) == 1
        taken = "exact IS NOT NULL AND apart = 0"
        left = f"CASE WHEN exact IS NULL THEN {_NO_AMOUNT} ELSE apart END"
        outcome = (
            f"CASE WHEN {taken} THEN {ACCEPTED} ELSE {FIRST_REASON} + {left} END"
            if one_each
            else f"CASE WHEN bool_or({taken}) THEN {ACCEPTED} ELSE {FIRST_REASON} + max({left}) END"
        )
        self._cursor.execute(
            f"""CREATE TABLE judged AS SELECT typed."row",
                CASE WHEN {"refused" if one_each else "bool_or(refused)"} THEN {REFUSED} ELSE {outcome} END::USMALLINT
                    AS outcome
            FROM (SELECT typed.*, refused."row" IS NOT NULL AS refused FROM typed LEFT JOIN refused USING ("row")) typed
            {"" if one_each else 'GROUP BY "row"'}"""
        )
        self._cursor.execute(
            f'CREATE VIEW figures AS SELECT * FROM typed ANTI JOIN refused USING ("row") WHERE {taken}'
        )
        self._cursor.execute(
            f"CREATE TABLE returned AS SELECT {RETURN}, count(*) AS figures, sum(amount)::DECIMAL(18, 2) AS amount "
            f"FROM figures GROUP BY {RETURN}"
        )
        return reasons

    def mark_unchanged(self) -> None:
        """Every row that would be taken is what an earlier release of the same file holds."""
        self._cursor.execute(f"UPDATE judged SET outcome = {UNCHANGED} WHERE outcome = {ACCEPTED}")

    # What it adds up to

    def sums(self) -> dict[str, Sums]:
        """The rand of each column of amounts, by its header."""
        zero = f"CAST(0 AS DECIMAL(38, {self._scale}))"

        def total(condition: str, what: str = "exact") -> str:
            return f"coalesce(sum({what}) FILTER ({condition}), {zero})"

        taken = "NOT refused AND NOT apart"
        rows = self._cursor.execute(
            f"""SELECT header, {total("true")}, {total(taken)}, {total("refused")}, {total("NOT refused AND apart")},
                {total(taken, "amount")}, coalesce(sum(rounded) FILTER ({taken}), 0)::BIGINT,
                coalesce(min(first) FILTER ({taken}), 0)
            FROM (SELECT cell, refused, apart, sum(exact) AS exact, sum(amount) AS amount,
                    count(*) FILTER (exact <> amount) AS rounded, min("row") FILTER (exact <> amount) AS first
                FROM (SELECT cell, "row", exact, amount, apart <> 0 AS apart, refused."row" IS NOT NULL AS refused
                    FROM typed LEFT JOIN refused USING ("row"))
                GROUP BY cell, refused, apart)
            JOIN (SELECT cell, header FROM cells) USING (cell) GROUP BY cell, header ORDER BY cell"""
        ).fetchall()
        return {header: Sums(*rest) for header, *rest in rows}


def _apart(cell: Cell, bound: Bound) -> str:
    if cell.parts:
        parts = ", ".join(bound.headers[index] for index in cell.parts)
        return str(_("“%(header)s” is the sum of %(parts)s") % {"header": cell.header, "parts": parts})
    return cell.apart
