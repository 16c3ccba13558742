"""The phases of an import up to, but without, storing: read, match, parse, ask the room, tally, set aside on disk."""

import hashlib
import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from oneplan.exchange import mapping as maps
from oneplan.exchange.binding import Binding
from oneplan.exchange.choices import IssueKind
from oneplan.exchange.collector import patient_collector
from oneplan.exchange.columnar import check_columns, say_because
from oneplan.exchange.issues import FileRefused, IssueLog
from oneplan.exchange.kinds import (
    WHOLE_MOST,
    ColumnReader,
    ImportOrder,
    Kind,
    RowReader,
    TableHead,
    TableReader,
    WholeReader,
)
from oneplan.exchange.mapping import MappingSpec
from oneplan.exchange.models import StoredRow
from oneplan.exchange.readers import Head, RawRow, Table, open_table
from oneplan.exchange.report import ACCEPTED, FIRST_REASON, REFUSED, UNCHANGED, UPDATED, Report, Total
from oneplan.exchange.rows import Row, Standing, shown
from oneplan.exchange.values import cents_of
from oneplan.platform.web.numerals import grouped

BATCH = 500
SAMPLES = 10
Progress = Callable[[int], None]
Money = list[int | None]


class Spool:
    """Plain values set aside in a temporary file of our own, in order: what memory need not hold."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        self._pickler = pickle.Pickler(self._file, protocol=5)

    def put(self, batch: list[Any]) -> None:
        if batch:
            self._pickler.clear_memo()
            self._pickler.dump(batch)

    def __iter__(self) -> Iterator[Any]:
        end = self._file.tell()
        self._file.seek(0)
        while self._file.tell() < end:
            yield from pickle.load(self._file)  # noqa: S301 - written by this process a moment ago
        self._file.seek(end)

    def close(self) -> None:
        self._file.close()


@dataclass
class Checked:
    """A file that was read and checked: its report, and the rows set aside on disk, accepted and refused apart.

    `because`: for the sampled rows that a ColumnReader refused, what is wrong with them.
    """

    report: Report
    reader: RowReader | ColumnReader | None = None
    accepted: Spool = field(default_factory=Spool)
    refused: Spool = field(default_factory=Spool)
    because: dict[int, list[str]] = field(default_factory=dict)

    def rows(self) -> Iterator[tuple[Row, str]]:
        """Every accepted row with its digest."""
        for sheet, number, values, key, standing, subject, found, digest in self.accepted:
            row = Row(sheet, number, values, key=key)
            row.standing, row.subject, row.found = standing, subject, found
            yield row, digest

    def close(self) -> None:
        self.accepted.close()
        self.refused.close()
        if isinstance(self.reader, ColumnReader):
            self.reader.close()


@patient_collector()
def check_file(
    path: Path, order: ImportOrder, kind: Kind, spec: MappingSpec | None, *, progress: Progress | None = None
) -> Checked:
    """Read and check a whole file; writes nothing to the database. A file error is in the report, not raised.

    Raises RuleBroken where the order itself is wrong (the room's reader says so).
    """
    report = Report(
        kind=kind.name, source=order.source, as_at=order.as_at, level=order.level, space=order.space,
        province=order.province, mapping=spec.name if spec else "", file_name=order.file_name,
    )  # fmt: skip
    checked, log = Checked(report, kind.reader(order)), IssueLog()
    try:
        if isinstance(checked.reader, ColumnReader):
            check_columns(path, kind, spec, checked, checked.reader, log, progress)
        elif kind.read is not None:
            rows = kind.read(path, order, log)
            _Run(checked, order, kind, kind.row_key, log, [], progress).take((row, []) for row in rows)
        else:
            with open_table(path, log) as table:
                _check_table(table, checked, order, kind, spec, log, progress)
        if not report.rows_read:
            raise FileRefused(IssueKind.NO_ROWS, _("The file holds a header but no rows."), sheet=report.sheet)
    except FileRefused as refusal:
        _clear(checked)
        log.add(refusal.issue)
    except BaseException:
        checked.close()
        raise
    try:
        report.file_sha256 = order.file_sha256
    except BaseException:  # the file could not be copied
        checked.close()
        raise
    report.issues = log.all()
    say_because(checked, report.issues)
    return checked


def _clear(checked: Checked) -> None:
    """Nothing of a refused file counts."""
    report = checked.report
    report.rows_accepted = report.rows_updated = report.rows_unchanged = 0
    report.rows_refused, report.rows_left_out = report.rows_read, {}
    report.totals = {name: Total(total.read, 0) for name, total in report.totals.items()}
    report.samples = {"accepted": [], "refused": []}
    del report.outcomes[:]
    checked.close()
    checked.accepted, checked.refused = Spool(), Spool()


def _check_table(
    table: Table, checked: Checked, order: ImportOrder, kind: Kind, given: MappingSpec | None, log: IssueLog,
    progress: Progress | None,
) -> None:  # fmt: skip
    report = checked.report
    head, at = choose_sheet(table.heads, kind, given, log)
    headers = maps.clean_headers(head.rows[at])
    spec = maps.fitted(given, headers) if given else maps.automatic_spec(kind, headers, order.details)
    report.sheet, report.header_row = head.sheet, at + 1
    maps.check_headers(headers, spec, kind, log, sheet=head.sheet, row=at + 1)
    money = maps.money_columns(kind, spec, headers, head.rows[at + 1 :])
    report.totals = {name: Total() for name in money}
    said: Mapping[str, Any] = {}
    if isinstance(checked.reader, TableReader):
        fed, places_of = maps.fed_targets(spec, headers), maps.places_of(spec, headers)
        unread = maps.unread_headers(spec, headers)
        table_head = TableHead(head.sheet, head.rows[:at], headers, fed, places_of, unread)
        said = checked.reader.meet(table_head, log)
    binding = Binding(kind, spec, headers, head.sheet, log, said)
    places = list(money.values())

    def rows() -> Iterator[tuple[Row, Money]]:
        width = len(headers)
        for raw in table.rows(head.sheet):
            cells = raw.cells
            if raw.number <= at + 1 or (not any(cell not in ("", None) for cell in cells) and not raw.odd):
                continue
            cents = [cents_of(cells[place]) if place < len(cells) else None for place in places]
            if len(cells) == width or (not any(cells[width:]) and len(cells) > width):
                yield binding.row(raw), cents
            else:
                yield _ragged(raw, head.sheet, width), cents

    key = tuple(spec.row_key) or kind.row_key
    if key and not all(name in spec.columns or name in spec.constants or name in said for name in key):
        key = ()
    if not key and not isinstance(checked.reader, WholeReader):
        log.warn(
            IssueKind.NO_ROW_KEY,
            _("No column identifies a row; each is known by all its values, so a changed row will count as a new one."),
            sheet=head.sheet, row=at + 1,
        )  # fmt: skip
    _Run(checked, order, kind, key, log, headers, progress).take(rows())


def choose_sheet(heads: list[Head], kind: Kind, spec: MappingSpec | None, log: IssueLog) -> tuple[Head, int]:
    """The sheet and row where the header stands; other sheets are named in the log. Raises FileRefused."""
    if spec and spec.columns:
        wanted = [column for source in spec.columns.values() for column in maps.columns_of(source)]
    else:
        wanted = [name for target in kind.targets for name in target.headers()]
    found = [
        (head, *maps.find_header(head.rows, wanted))
        for head in heads
        if not (spec and spec.sheet) or head.sheet == spec.sheet
    ]
    if spec and spec.sheet and not found:
        raise FileRefused(
            IssueKind.NO_HEADER,
            _("There is no visible sheet “%(sheet)s”. The sheets are: %(sheets)s.")
            % {"sheet": spec.sheet, "sheets": ", ".join(head.sheet for head in heads)},
        )
    best = max(found, key=lambda item: item[2], default=None)
    if best is None or best[1] < 0:
        raise FileRefused(
            IssueKind.NO_HEADER,
            _("No header row was found in the first rows. Put the names of the columns in one row above the values."),
        )
    for head, *_rest in found:
        if head is not best[0] and len(head.rows) > 1:
            log.warn(
                IssueKind.SHEET_NOT_READ,
                _("The sheet “%(sheet)s” was not read; one sheet is read at a time. Import it alone if it is meant.")
                % {"sheet": head.sheet},
                sheet=head.sheet,
            )
    return best[0], best[1]


def _ragged(raw: RawRow, sheet: str, width: int) -> Row:
    row = Row(sheet, raw.number, {}, cells=raw.cells)
    message = _(
        "The row has %(cells)s cells, the header %(width)s. A mark inside a cell may stand for a column, or the file"
        " was cut off here: put cells that hold the delimiter in quotation marks and export again."
    ) % {"cells": len(raw.cells), "width": width}
    row.refuse("", IssueKind.RAGGED_ROW, message, value=shown(raw.cells[0]) if raw.cells else "")
    return row


class _Run:
    """One pass over the rows, batch by batch."""

    def __init__(
        self, checked: Checked, order: ImportOrder, kind: Kind, key: tuple[str, ...], log: IssueLog,
        headers: list[str], progress: Progress | None,
    ) -> None:  # fmt: skip
        self._checked, self._report = checked, checked.report
        self._reader = None if isinstance(checked.reader, ColumnReader) else checked.reader
        self._order, self._kind, self._key, self._log = order, kind, key, log
        self._headers, self._progress = headers, progress
        self._version = kind.version(order)
        self._seen: dict[str, int] = {}
        self._reasons: dict[str, int] = {}

    def take(self, rows: Iterable[tuple[Row, Money]]) -> None:
        stream = iter(rows)
        if isinstance(self._reader, WholeReader):
            stream = self._surveyed(self._reader, stream)
        while batch := list(islice(stream, BATCH)):
            self._take_batch(batch)
            if self._progress:
                self._progress(self._report.rows_read)
        if isinstance(self._reader, TableReader):
            self._reader.leave(self._seen.keys(), self._log)

    @staticmethod
    def _surveyed(reader: WholeReader, rows: Iterator[tuple[Row, Money]]) -> Iterator[tuple[Row, Money]]:
        """All rows, once the room has seen them beside one another. Raises FileRefused where they are too many."""
        held = list(islice(rows, WHOLE_MOST + 1))
        if len(held) > WHOLE_MOST:
            raise FileRefused(
                IssueKind.TOO_LARGE,
                _("The table has more than %(most)s rows, which belong together and are judged as one. Split it by its"
                  " highest level and import the parts one after the other.") % {"most": grouped(WHOLE_MOST)},
            )  # fmt: skip
        reader.survey([row for row, _cents in held if not row.left_out])
        return iter(held)

    def _take_batch(self, batch: list[tuple[Row, Money]]) -> None:
        fit = [row for row, _cents in batch if not row.left_out and not row.is_refused]
        digests = {id(row): _digest(row) for row in fit}
        for row, _cents in batch:
            if not row.left_out:
                self._name(row, digests.get(id(row), ""))
        fit = [row for row in fit if not row.is_refused]
        self._recognise(fit, digests)
        if self._reader:
            self._reader.check([row for row in fit if row.standing != Standing.UNCHANGED])
        self._settle(batch, digests)

    def _name(self, row: Row, digest: str) -> None:
        """Give the row its key; refuse the second row of a key."""
        if self._key and not row.key:
            row.key = "|".join("" if (value := row.values.get(name)) is None else str(value) for name in self._key)
            if len(row.key) > 200:
                row.key = hashlib.sha256(row.key.encode()).hexdigest()
        key = row.key or digest
        if not key.strip("|"):
            return
        row.key = key
        first = self._seen.setdefault(key, row.number)
        if first != row.number:
            row.refuse(
                self._key[0] if self._key else "", IssueKind.DUPLICATE_ROW,
                _("The row id “%(key)s” stands in row %(first)s already. Keep one of the two, or give each its own id.")
                % {"key": key, "first": first}, value=key,
            )  # fmt: skip

    def _recognise(self, rows: list[Row], digests: dict[int, str]) -> None:
        """Tell rows that an earlier run stored from new ones: one query a batch."""
        stored = {
            key: (digest, subject)
            for key, digest, subject in StoredRow.objects.filter(
                kind=self._kind.name,
                source=self._order.source,
                version=self._version,
                key__in=[row.key for row in rows],
            ).values_list("key", "digest", "subject")
        }
        for row in rows:
            if row.key in stored:
                digest, row.subject = stored[row.key]
                row.standing = Standing.UNCHANGED if digest == digests[id(row)] else Standing.CHANGED

    def _settle(self, batch: list[tuple[Row, Money]], digests: dict[int, str]) -> None:
        report = self._report
        accepted, refused = [], []
        totals = list(report.totals.values())
        for row, cents in batch:
            report.rows_read += 1
            for issue in row.issues:
                self._log.add(issue)
            if row.is_refused:
                report.rows_refused += 1
                outcome = REFUSED
                refused.append((row.sheet, row.number, self._cells(row)))
                self._sample("refused", row)
            elif row.left_out:
                report.rows_left_out[row.left_out] = report.rows_left_out.get(row.left_out, 0) + 1
                outcome = FIRST_REASON + self._reasons.setdefault(row.left_out, len(self._reasons))
            elif row.standing == Standing.UNCHANGED:
                report.rows_unchanged += 1
                outcome = UNCHANGED
            else:
                report.rows_accepted += 1
                changed = row.standing == Standing.CHANGED
                report.rows_updated += changed
                outcome = UPDATED if changed else ACCEPTED
                values = {} if self._kind.by_found else row.values
                accepted.append(
                    (row.sheet, row.number, values, row.key, row.standing, row.subject, row.found, digests[id(row)])
                )
                self._sample("accepted", row)
            report.outcomes.append(min(outcome, 65_535))
            taken = outcome in (ACCEPTED, UPDATED)
            for total, cent in zip(totals, cents, strict=False):
                if cent:
                    total.read += cent
                    if taken:
                        total.accepted += cent
        self._checked.accepted.put(accepted)
        self._checked.refused.put(refused)

    def _cells(self, row: Row) -> dict[str, str]:
        if row.cells:
            named = dict(zip(self._headers, (shown(cell) for cell in row.cells), strict=False))
            return {header: cell for header, cell in named.items() if cell}
        return {name: shown(value) for name, value in row.values.items() if not isinstance(value, bytes)}

    def _sample(self, which: str, row: Row) -> None:
        """The first ten of each stay beside their source in the report."""
        kept = self._report.samples[which]
        if len(kept) >= SAMPLES:
            return
        sample: dict[str, Any] = {"sheet": row.sheet, "row": row.number, "source": self._cells(row)}
        if which == "accepted":
            sample["values"] = {
                name: {label: shown(part) for label, part in value.items()} if isinstance(value, dict) else shown(value)
                for name, value in row.values.items()
                if value is not None and not isinstance(value, bytes)
            }
        else:
            sample["because"] = [issue.message for issue in row.issues]
        kept.append(sample)


def _digest(row: Row) -> str:
    text = repr(sorted(row.values.items(), key=lambda item: item[0]))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def headers_of(path: Path, kind: Kind, spec: MappingSpec | None) -> tuple[list[str], list[list[str]]]:
    """(headers, up to three sample rows as shown) for the page on which columns are matched. Raises FileRefused."""
    log = IssueLog()
    with open_table(path, log, kind.limits, heads_alone=True) as table:
        head, at = choose_sheet(table.heads, kind, spec, log)
        return maps.clean_headers(head.rows[at]), [[shown(cell) for cell in row] for row in head.rows[at + 1 : at + 4]]
