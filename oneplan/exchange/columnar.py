"""Files of millions of rows: read as text columns, judged by their room in statements, reported as every import is.

The fast way reads the file as it lies. Where it cannot be read so exactly (a workbook, another encoding, blank lines,
line breaks inside cells), its rows are written out anew, numbered, and read from there: the same rows, more slowly.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from django.utils.translation import gettext as _

from oneplan.exchange import mapping as maps
from oneplan.exchange.choices import IssueKind, Severity
from oneplan.exchange.issues import ISSUES_LISTED, IssueFound, IssueLog
from oneplan.exchange.kinds import ColumnReader, Judged, Kind, TextTable
from oneplan.exchange.mapping import MappingSpec
from oneplan.exchange.readers import Table, open_table
from oneplan.exchange.readers.csv_file import CsvTable
from oneplan.exchange.report import ACCEPTED, FIRST_REASON, REFUSED, UNCHANGED
from oneplan.exchange.rows import shown
from oneplan.warehouse.connection import workshop
from oneplan.warehouse.store import spill_folder
from oneplan.warehouse.texts import NotPlain, read_texts

if TYPE_CHECKING:
    from oneplan.exchange.checking import Checked, Progress

SET_ASIDE = ISSUES_LISTED  # refused rows kept for correction; a file with more is mended at its source
_SAMPLES, _BECAUSE = 10, 5
_AT_ONCE, _BATCH = 10_000_000, 500_000  # outcomes of rows


def check_columns(
    path: Path, kind: Kind, given: MappingSpec | None, checked: Checked, reader: ColumnReader, log: IssueLog,
    progress: Progress | None,
) -> None:  # fmt: skip
    """Fill the report of a file that its room judges by columns. Raises FileRefused."""
    report = checked.report
    with _text_table(path, kind, given, log) as table:
        report.sheet, report.header_row, report.rows_read = table.sheet, table.header_row, table.rows
        if progress:
            progress(table.rows)
        if not table.rows:
            return
        judged = reader.judge(table, log)
        _count(table, judged, checked)
        _sample(table, judged, checked)


@contextmanager
def _text_table(path: Path, kind: Kind, given: MappingSpec | None, log: IssueLog) -> Iterator[TextTable]:
    from oneplan.exchange.checking import choose_sheet

    with open_table(path, log, kind.limits) as table, workshop(order_matters=True) as cursor:
        head, at = choose_sheet(table.heads, kind, given, log)
        headers = maps.clean_headers(head.rows[at])
        spec = maps.fitted(given, headers) if given else maps.layout_of(kind, headers)
        if spec is None:
            spec = maps.automatic_spec(kind, headers)
        elif not given:
            log.warn(
                IssueKind.NORMALISED,
                _("The columns are those of the layout “%(name)s”; read so.") % {"name": spec.name},
                sheet=head.sheet, row=at + 1,
            )  # fmt: skip
        rows = _read(cursor, table, head.sheet, at, len(headers), log)
        ends_open = isinstance(table, CsvTable) and table.ends_open
        yield TextTable(cursor, head.sheet, at + 1, headers, head.rows[:at], head.rows[at + 1 :], rows, spec, ends_open)


def _read(cursor: Any, table: Table, sheet: str, at: int, width: int, log: IssueLog) -> int:
    if isinstance(table, CsvTable) and table.is_plain and _lines_are_rows(table.heads[0].rows[:at]):
        try:
            return read_texts(
                cursor, table.path, delimiter=table.delimiter, skip=at + 1, width=width, lines=table.line_count
            )
        except NotPlain:
            pass  # the careful way tells why, or reads it
    with tempfile.NamedTemporaryFile("w", suffix=".csv", dir=spill_folder(), encoding="utf-8", newline="") as numbered:
        formulas = _write_numbered(numbered, table, sheet, at, width)
        numbered.flush()
        if formulas:
            log.warn(
                IssueKind.FORMULA,
                _("%(count)s cells hold formulas; the results saved with the file were read.") % {"count": formulas},
                sheet=sheet,
            )
        return read_texts(cursor, Path(numbered.name), delimiter=",", skip=0, width=width, is_numbered=True)


def _lines_are_rows(rows: Sequence[Sequence[Any]]) -> bool:
    return not any("\n" in str(cell) for row in rows for cell in row)


def _write_numbered(out: Any, table: Table, sheet: str, at: int, width: int) -> int:
    writer, formulas = csv.writer(out, lineterminator="\n"), 0
    for raw in table.rows(sheet):
        if raw.number <= at + 1 or not any(cell not in ("", None) for cell in raw.cells):
            continue
        formulas += sum(mark == "f" for mark in raw.odd.values())
        cells = [_("(error)") if raw.odd.get(index) == "e" else _one_line(cell) for index, cell in enumerate(raw.cells)]
        beyond = next((cell for cell in cells[width:] if cell), None)
        writer.writerow([raw.number, *cells[:width], *([beyond] if beyond else [])])
    return formulas


def _one_line(cell: Any) -> str:
    """A cell as text; a number with the fifteen digits that Excel keeps."""
    if isinstance(cell, float) and not cell.is_integer():
        return f"{cell:.15g}"
    return " ".join(str(shown(cell) if not isinstance(cell, str) else cell).split("\n"))


def _count(table: TextTable, judged: Judged, checked: Checked) -> None:
    report = checked.report
    counts = dict(table.cursor.execute("SELECT outcome, count(*) FROM judged GROUP BY outcome").fetchall())
    report.rows_accepted, report.rows_unchanged = counts.pop(ACCEPTED, 0), counts.pop(UNCHANGED, 0)
    report.rows_refused = counts.pop(REFUSED, 0)
    report.rows_left_out = {judged.reasons[code - FIRST_REASON]: counts[code] for code in sorted(counts)}
    report.totals = dict(judged.totals)
    for outcomes in _outcomes(table):
        report.outcomes.frombytes(outcomes)
    for rows in _cells(table, REFUSED, SET_ASIDE):
        checked.refused.put([(table.sheet, row, cells) for row, cells in rows])


def _outcomes(table: TextTable) -> Iterator[bytes]:
    """What became of each row, in the order of the file: each put in its place, which is less work than sorting."""
    [(last,)] = table.cursor.execute('SELECT coalesce(max("row"), 0) FROM judged').fetchall()
    for first in range(table.header_row + 1, last + 1, _AT_ONCE):
        found = table.cursor.sql(
            f'SELECT "row" - {first} AS place, outcome::USMALLINT AS outcome FROM judged '
            f'WHERE "row" BETWEEN {first} AND {first + _AT_ONCE - 1}'
        )
        most = min(_AT_ONCE, last - first + 1)
        outcomes, is_row = np.zeros(most, np.uint16), np.zeros(most, bool)
        for batch in found.to_arrow_reader(_BATCH):
            place = batch.column(0).to_numpy()
            outcomes[place], is_row[place] = batch.column(1).to_numpy(), True
        yield outcomes[is_row].tobytes()


def _cells(table: TextTable, outcome: int, most: int) -> Iterator[list[tuple[int, dict[str, str]]]]:
    """The first rows of an outcome, as header → cell, in batches."""
    listed = ", ".join(f"source.c{index}" for index in range(len(table.headers)))
    found = table.cursor.execute(
        f'SELECT "row", {listed} FROM source WHERE spot IN (SELECT spot_of("row") FROM judged '
        f'WHERE outcome = {outcome} ORDER BY "row" LIMIT {most}) ORDER BY "row"'
    )
    while batch := found.fetchmany(1000):
        yield [
            (row, {header: shown(cell) for header, cell in zip(table.headers, cells, strict=True) if cell})
            for row, *cells in batch
        ]


def _sample(table: TextTable, judged: Judged, checked: Checked) -> None:
    report = checked.report
    because: dict[int, list[str]] = {}
    for name, outcome in (("accepted", ACCEPTED), ("refused", REFUSED)):
        for rows in _cells(table, outcome, _SAMPLES):
            for row, cells in rows:
                sample: dict[str, Any] = {"sheet": table.sheet, "row": row, "source": cells}
                if name == "accepted":
                    sample["values"] = dict(judged.values.get(row, {}))
                else:
                    because[row] = sample["because"] = []
                report.samples[name].append(sample)
    checked.because = because


def say_because(checked: Checked, issues: Sequence[IssueFound]) -> None:
    """Put what the log says of the sampled refused rows beside them."""
    for issue in issues:
        said = checked.because.get(issue.row)
        if said is not None and issue.severity == Severity.ERROR and len(said) < _BECAUSE:
            said.append(issue.message)
