"""From text to observations, in statements over the whole file: what each cell means, and what is wrong with it.

`source` (text) → a table of meanings for each group of targets → `typed`: one row for each cell, with the bits of what
is wrong → `judged`: the outcome of each row → `observed`: what the record keeps. Python sees only distinct texts,
counts, and the first rows at fault.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext as _

from oneplan.exchange.mapping import LeaveOut
from oneplan.exchange.report import ACCEPTED, FIRST_REASON, REFUSED
from oneplan.exchange.values import fold
from oneplan.indicators import facts
from oneplan.indicators.choices import Status
from oneplan.indicators.facts import number_of
from oneplan.indicators.feeds.binding import Bound
from oneplan.indicators.feeds.meanings import SHAPES, Findings, Said
from oneplan.indicators.feeds.targets import GROUPS
from oneplan.indicators.tables import tables
from oneplan.warehouse.checks import Check, costly, mask
from oneplan.warehouse.texts import insert_rows, quoted

Rows = list[tuple[Any, ...]]
_ABSENT = ("", "-", "–", ".", "..", "n/a", "na", "nan", "null", "*", "x")  # how sources write that there is no value
_NUMBER = facts.NUMBER.upper()
_EITHER_WAY = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_MOST = 10_000_000_000  # of anything that is counted in one place
# What a cell tells. Two spellings of one category are parts of one value, so that rows are the same only if both
# mean and say the same.
_KEY = "series, key, borders, year, length, part, level, place, status"


class Figures:
    """The statements that judge one file. Call `mean` for each group, then `type_cells`, then `judge`."""

    def __init__(self, cursor: Any, bound: Bound, found: Findings, rules: Sequence[LeaveOut] = ()) -> None:
        self._cursor, self._bound, self._found, self._rules = cursor, bound, found, rules
        self.checks: list[Check] = []
        self._reasons: list[str] = []

    def mean(self, group: str, meaning: Callable[[Findings, Sequence[Said]], Rows]) -> None:
        """Make the table `m_<group>`: the texts that occur and what they mean; of a subject for each cell."""
        targets = GROUPS[group]
        listed = ", ".join(f"{self._bound.text(target)} AS t_{target}" for target in targets)
        rows: Rows = self._cursor.execute(
            f'SELECT {listed}, count(*), min("row") FROM source GROUP BY ALL ORDER BY min("row")'
        ).fetchall()
        said = [Said(dict(zip(targets, row, strict=False)), row[-2], row[-1]) for row in rows]
        each = len(self._bound.values) if group == "subject" else 1
        told = [(*row[:-2], cell) for row in rows for cell in range(each)]
        columns = {**{f"t_{target}": pa.string() for target in targets}, "cell": pa.int16(), **SHAPES[group]}
        insert_rows(
            self._cursor, f"m_{group}", columns,
            [(*texts, *means) for texts, means in zip(told, meaning(self._found, said), strict=True)],
        )  # fmt: skip

    def type_cells(self) -> None:
        """Make the table `typed`: "row", cell, the meanings, the value (NULL: there is none), and `faults`."""
        values = self._bound.values
        numbers, texts = (
            ", ".join(map(str, range(len(values)))),
            ", ".join(self._bound.value(column) for column in values),
        )
        spread = (
            f"SELECT *, 0::SMALLINT AS cell, {texts} AS text FROM source"
            if len(values) == 1 else
            f"SELECT *, unnest([{numbers}])::SMALLINT AS cell, unnest([{texts}]) AS text FROM source"
        )  # fmt: skip
        self._read_odd(spread)
        self._leave_out()
        ruled = self._rule_out()
        width = len(self._bound.headers)
        self.checks = self._all_checks()
        faults = f"CASE WHEN is_ruled_out THEN 0 ELSE {mask(self.checks)} END AS faults"
        self._cursor.execute(
            f"""CREATE TABLE typed AS SELECT *, {faults} FROM (
            SELECT "row", cells.cell, text, CASE WHEN c{width - 1} IS NULL THEN 1
                    WHEN coalesce(beyond, '') <> '' THEN 2 ELSE 0 END::TINYINT AS ragged,
                p.level, p.code AS place, p.fault AS place_fault,
                s.series, s.key, s.borders, s.year, s.length, s.part, s.lowest, s.is_count, s.most, s.is_one_of,
                s.fault AS subject_fault, s.spelling AS said,
                (CASE WHEN q.status < 0 THEN s.sure ELSE q.status END)::TINYINT AS status, q.method,
                q.fault AS quality_fault,
                lower(text) IN ({", ".join(map(quoted, _ABSENT))}) AS is_absent,
                coalesce(TRY_CAST(text AS {_NUMBER}), odd.value) AS value, {ruled} IS NOT NULL AS is_ruled_out,
                coalesce({ruled}, l.outcome) AS out
            FROM ({spread}) cells
            JOIN m_place p ON {self._same("p", "place")} JOIN m_subject s ON {self._same("s", "subject")}
                AND s.cell = cells.cell
            JOIN m_quality q ON {self._same("q", "quality")} LEFT JOIN odd ON odd.word = cells.text
            LEFT JOIN left_out l ON l.series = s.series AND l.level = p.level)"""
        )

    def _same(self, table: str, group: str) -> str:
        """The condition by which a row finds its meaning: equal in every text in which rows differ at all."""
        differ = [target for target in GROUPS[group] if target in self._bound.columns]
        return " AND ".join(f"{table}.t_{target} = {self._bound.text(target)}" for target in differ) or "true"

    def _read_odd(self, spread: str) -> None:
        """Values that are no plain numbers ("1 234,5", "45 %"), each read once; what is none stays unread."""
        found = self._cursor.execute(
            f"SELECT DISTINCT text FROM ({spread}) WHERE TRY_CAST(text AS {_NUMBER}) IS NULL AND text <> ''"
        ).fetchall()
        rows = [(text, value) for (text,) in found if (value := _number(text)) is not None]
        insert_rows(self._cursor, "odd", {"word": pa.string(), "value": pa.decimal128(28, 8)}, rows)

    def _all_checks(self) -> list[Check]:
        known = "subject_fault = 0"
        modelled = number_of(Status.MODELLED)
        said = '"row"', "cell"
        return [
            Check("ragged", "ragged <> 0", words=("ragged",)),
            Check("place", "place_fault <> 0", words=("place_fault",)),
            Check("subject", "subject_fault <> 0", words=("subject_fault",)),
            Check("quality", "quality_fault <> 0", words=("quality_fault",)),
            Check("number", "value IS NULL AND NOT is_absent", value="text", words=("cell",), told_by=said),
            Check("negative", f"{known} AND is_count AND value < 0", value="text", words=("cell",), told_by=said),
            Check(
                "percent", f"{known} AND is_count AND ends_with(trim(text), '%')", value="text", words=("cell",),
                told_by=said,
            ),
            Check("large", f"{known} AND is_count AND value > {_MOST}", value="text", words=("cell",), told_by=said),
            Check(
                "share", f"{known} AND most IS NOT NULL AND (value < 0 OR value > most)", value="text",
                words=("cell", "most"), told_by=said,
            ),
            Check(
                "too_low",
                f"{known} AND place_fault = 0 AND level > lowest AND status <> {modelled} AND out IS NULL",
                value="place", words=("series",),
            ),
        ]  # fmt: skip

    def judge(self) -> list[str]:
        """Make the table `judged`, and `repeated`: cells that say again what an earlier row says. Returns the reasons
        for which rows were left out."""
        bad = costly(self.checks)
        self._cursor.execute(
            f'CREATE TABLE repeated AS SELECT "row", cell, first, first_cell FROM (SELECT "row", cell, '
            f'first_value("row") OVER w AS first, first_value(cell) OVER w AS first_cell '
            f"FROM typed WHERE (faults & {bad}) = 0 AND out IS NULL AND hash({_KEY}, said) IN ("
            f"SELECT hash({_KEY}, said) AS h FROM typed WHERE (faults & {bad}) = 0 AND out IS NULL GROUP BY h "
            f'HAVING count(*) > 1) WINDOW w AS (PARTITION BY {_KEY}, said ORDER BY "row", cell)) '
            f'WHERE "row" > first OR cell <> first_cell'
        )
        self._cursor.execute(
            f"""CREATE TABLE judged AS SELECT "row", max(CASE WHEN (faults & {bad}) <> 0 THEN {REFUSED}
                ELSE coalesce(out, {ACCEPTED}) END)::UTINYINT AS outcome
            FROM typed GROUP BY "row" """
        )
        self._cursor.execute(
            f"UPDATE judged SET outcome = {REFUSED} WHERE outcome = {ACCEPTED} "
            'AND "row" IN (SELECT "row" FROM repeated)'
        )
        self._cursor.execute(
            'CREATE VIEW told_in_rows AS SELECT typed.* FROM typed JOIN judged USING ("row") '
            f"WHERE outcome = {ACCEPTED}"
        )
        self._cursor.execute(f"CREATE VIEW observed AS FROM told_in_rows {self._not_told()}")
        return self._reasons

    def _not_told(self) -> str:
        """Of tables of which one category is true: that the others are not, told by the same row. More SQL, or ""."""
        met = sorted({series for series, _key in self._found.categories})
        one_of = [tables()[code] for code in met if tables()[code].is_one_of]
        if not one_of:
            return ""
        keys = [(table.code, key) for table in one_of for key in self._found.all_keys(table)]
        insert_rows(self._cursor, "one_of", {"series": pa.string(), "other": pa.string()}, keys)
        return (
            "UNION ALL SELECT r.* REPLACE (other AS key, 0 AS value) FROM told_in_rows r JOIN one_of USING (series) "
            "WHERE r.is_one_of AND other <> r.key"
        )

    def _rule_out(self) -> str:
        """The outcome of a row that a rule of the mapping leaves out, as SQL; NULL for every other row."""
        outcomes = []
        for number, rule in enumerate(self._rules):
            index = next((i for i, header in enumerate(self._bound.headers) if fold(header) == fold(rule.column)), None)
            if index is None:
                continue
            cell = self._bound.cell(index)
            said = [text for (text,) in self._cursor.execute(f"SELECT DISTINCT {cell} FROM source").fetchall()]
            insert_rows(
                self._cursor, f"ruled_{number}", {"word": pa.string()}, [(text,) for text in said if rule.matches(text)]
            )
            if rule.reason not in self._reasons:
                self._reasons.append(rule.reason)
            code = FIRST_REASON + self._reasons.index(rule.reason)
            outcomes.append(f"CASE WHEN {cell} IN (SELECT word FROM ruled_{number}) THEN {code} END")
        if self._bound.is_sdmx:
            reason = _("a total over categories that the table tells one by one")
            self._reasons.append(reason)
            outcomes.append(f"CASE WHEN s.is_total THEN {FIRST_REASON + self._reasons.index(reason)} END")
        return f"coalesce({', '.join(outcomes)})" if outcomes else "NULL::INTEGER"

    def _leave_out(self) -> None:
        """Make the table `left_out`: what is in the file and is not read, as the registry says, and why."""
        met = sorted({series for series, _key in self._found.categories})
        found = [
            (code, number_of(level), str(why)) for code in met for level, why in tables()[code].left_out.items()
        ]  # fmt: skip
        self._reasons = list(dict.fromkeys(why for _code, _level, why in found))
        insert_rows(
            self._cursor, "left_out", {"series": pa.string(), "level": pa.int8(), "outcome": pa.int8()},
            [(code, level, FIRST_REASON + self._reasons.index(why)) for code, level, why in found],
        )  # fmt: skip


def _number(text: str) -> Decimal | None:
    """A number as people write it: spaces between thousands, a decimal comma, a percent sign. None too where a comma
    may part thousands as well as decimals: 1,234."""
    bare = text.replace(" ", "").replace("\u00a0", "").removesuffix("%")
    if _EITHER_WAY.fullmatch(bare):
        return None
    is_decimal = bare.count(",") == 1 and "." not in bare
    bare = bare.replace(",", "." if is_decimal else "")
    try:
        value = Decimal(bare)
    except InvalidOperation:
        return None
    return value.quantize(Decimal("1e-8")) if value.is_finite() and abs(value) < Decimal("1e19") else None
