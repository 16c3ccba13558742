"""Reading a returned file: which workbook it is, and which of its rows differ from what was issued.

Rows that came back as they went out are recognised cell by cell without reading their values; only what differs is
looked at further. A file that cannot be a return of its workbook is refused whole (FileRefused), with a sentence.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from oneplan.exchange.choices import IssueKind, Severity
from oneplan.exchange.issues import FileRefused, IssueFound, IssueLog
from oneplan.exchange.readers.guard import LIMITS, guard
from oneplan.exchange.readers.workbook import WorkbookTable
from oneplan.exchange.rows import Cell, shown
from oneplan.exchange.values import fold
from oneplan.workbooks.cells import Kind, is_empty, plain
from oneplan.workbooks.models import FORMAT, Workbook
from oneplan.workbooks.sheets import BY_KEY, ID, META, REVISION, Sheet

_HEAD = 40  # rows in which the heading may stand
MOST_CHANGED = 5_000  # rows of a return; each is rehearsed, and nobody else can write meanwhile
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Facts:
    """What the hidden sheet says the file is."""

    workbook: int
    format: int
    space: str
    edition: int
    party: str
    digest: str


@dataclass
class Difference:
    """A row that differs from what was issued: `cells` by column as plain JSON, `id` empty for a new row."""

    sheet: str
    row: int
    id: str
    cells: dict[str, Any]
    flaws: list[IssueFound] = field(default_factory=list)


@dataclass
class Returned:
    """What a file holds beside what was issued."""

    differences: list[Difference]
    gone: list[tuple[str, str]]  # (sheet, identity) of rows that are no longer there
    warnings: list[IssueFound]
    rows_read: int = 0
    unchanged: int = 0


@contextmanager
def open_returned(path: Path, log: IssueLog) -> Iterator[WorkbookTable]:
    """The file, opened by the guarded reader. Raises FileRefused."""
    if guard(path) != "xlsx":
        raise FileRefused(
            IssueKind.NOT_A_TABLE,
            _("This is not an Excel workbook (.xlsx). Return the workbook itself, saved as an Excel workbook."),
        )
    table = WorkbookTable(path, log, LIMITS, hidden=(META,))
    try:
        yield table
    finally:
        table.close()


def facts_of(table: WorkbookTable) -> Facts:
    """Which workbook a file says it is. Raises FileRefused where it is none of ours."""
    head = next((head for head in table.heads if head.sheet == META), None)
    said = {str(row[0]): str(row[1]) for row in head.rows if len(row) > 1} if head else {}
    try:
        if said["oneplan"] != "workbook":
            raise KeyError("oneplan")
        return Facts(
            int(said["workbook"]), int(said["format"]), said["space"], int(said["edition"]), said["party"],
            said["digest"],
        )  # fmt: skip
    except (KeyError, ValueError):
        raise FileRefused(
            IssueKind.NOT_A_TABLE,
            _(
                "This file does not say which OnePlan workbook it is: its hidden sheet is missing or was changed. Make"
                " a new workbook, copy your values into it and return that; a table of your own goes through Imports."
            ),
        ) from None


def check_is(facts: Facts, workbook: Workbook) -> None:
    """Raise FileRefused where a file is not this workbook as it was issued."""
    if facts.format != FORMAT or workbook.format != FORMAT:
        raise FileRefused(
            IssueKind.NOT_A_TABLE,
            _(
                "The workbook is of format %(theirs)s; this version of OnePlan reads format %(ours)s. Make a new"
                " workbook and copy your values into it."
            )
            % {"theirs": facts.format, "ours": FORMAT},
        )
    party = workbook.institution_id or ""
    told = (workbook.space_id, workbook.edition.number, party, workbook.digest)
    if (facts.space, facts.edition, facts.party, facts.digest) != told:
        raise FileRefused(
            IssueKind.NOT_A_TABLE,
            _(
                "The file says that it is %(name)s, but its hidden sheet is not the one that was issued with it. Make a"
                " new workbook and copy your values into it."
            )
            % {"name": workbook.name},
        )


def read_rows(table: WorkbookTable, workbook: Workbook, log: IssueLog, progress: Progress | None = None) -> Returned:
    """What differs from what was issued. Raises FileRefused for a sheet or column that is missing or occurs twice."""
    returned = Returned([], [], [])
    names = {head.sheet for head in table.heads}
    for key, issued in workbook.issued["sheets"].items():
        sheet, title = BY_KEY[key], issued["title"]
        if title not in names:
            if not any(row[2] for row in issued["rows"]) and not issued["takes_new"]:
                continue  # it was only for reading
            raise FileRefused(
                IssueKind.MISSING_COLUMN,
                _("The sheet “%(sheet)s” is missing. Sheets are not renamed or deleted; give it back its name.")
                % {"sheet": title},
                sheet=title,
            )
        _SheetReader(table, sheet, issued, returned, log).read()
        if progress:
            progress(returned.rows_read)
    ours = {issued["title"] for issued in workbook.issued["sheets"].values()}
    returned.warnings = [
        issue
        for issue in log.all()
        if issue.kind not in (IssueKind.HIDDEN_SHEET, IssueKind.MERGED_CELLS)
        and (not issue.sheet or issue.sheet in ours)
    ]
    return returned


class _SheetReader:
    def __init__(
        self, table: WorkbookTable, sheet: Sheet, issued: dict[str, Any], returned: Returned, log: IssueLog
    ) -> None:
        self.table, self.sheet, self.issued, self.returned, self.log = table, sheet, issued, returned, log
        self.title: str = issued["title"]
        self.keys: list[str] = issued["columns"]
        self.lines = {row[0]: _as_read(sheet, row[3]) for row in issued["rows"]}
        self.header_row, self.places = self._header()
        self.merged = {
            number: area for area in table.merged.get(self.title, ()) for number in range(area[0], area[2] + 1)
        }

    def read(self) -> None:
        seen: dict[str, int] = {}
        twice: Counter[str] = Counter()
        width = max(self.places) + 1
        differences: dict[str, Difference] = {}
        for raw in self.table.rows(self.title):
            if raw.number <= self.header_row:
                continue
            cells = raw.cells if len(raw.cells) >= width else [*raw.cells, *([""] * (width - len(raw.cells)))]
            identity = cells[self.places[0]]
            values = [cells[place] for place in self.places[2:]]
            if not identity and not raw.odd and all(is_empty(cell) for cell in values):
                continue
            identity = str(identity).strip()
            self.returned.rows_read += 1
            if identity in seen:
                twice[identity] += 1
            seen.setdefault(identity, raw.number) if identity else None
            is_merged = (raw.number - 1) in self.merged
            if identity and not raw.odd and not is_merged and self.lines.get(identity) == values:
                self.returned.unchanged += 1
                if identity not in twice:
                    continue
            found = Difference(
                self.sheet.key, raw.number, identity, dict(zip(self.keys, map(plain, values), strict=True))
            )
            self._flaws(found, raw.odd, cells)
            self.returned.differences.append(found)
            if len(self.returned.differences) > MOST_CHANGED:
                raise FileRefused(
                    IssueKind.TOO_LARGE,
                    _(
                        "More than %(most)s rows were changed or added. Return them in parts: undo some of the changes"
                        " in a copy and return that first. A table of your own goes through Imports."
                    )
                    % {"most": MOST_CHANGED},
                    sheet=self.title, row=raw.number,
                )  # fmt: skip
            if identity:
                differences.setdefault(identity, found)
        self._refuse_twins(twice, seen, differences)
        self.returned.gone += [(self.sheet.key, identity) for identity in self.lines if identity not in seen]

    def _header(self) -> tuple[int, list[int]]:
        """The heading's row (counted from 1) and where each column stands: identity, revision, then as issued."""
        wanted = [ID, REVISION, *self.issued["headers"]]
        head = next(head for head in self.table.heads if head.sheet == self.title)
        folded = [fold(each) for each in wanted]
        best, number = 0, 0
        for index, row in enumerate(head.rows[:_HEAD]):
            hits = len({fold(cell) for cell in row if not is_empty(cell)} & set(folded))
            if hits > best:
                best, number = hits, index
        if best < 2:
            raise FileRefused(
                IssueKind.NO_HEADER,
                _("The sheet “%(sheet)s” has lost its headings. Return the workbook with its headings as issued.")
                % {"sheet": self.title},
                sheet=self.title,
            )
        found = [fold(cell) if not is_empty(cell) else "" for cell in head.rows[number]]
        self._check_headers(wanted, folded, found, number + 1, head.rows[number])
        return number + 1, [found.index(each) for each in folded]

    def _check_headers(
        self, wanted: list[str], folded: list[str], found: list[str], number: int, row: list[Cell]
    ) -> None:
        counted = Counter(found)
        for name, header in zip(wanted, folded, strict=True):
            if counted[header] == 1:
                continue
            kind = IssueKind.DUPLICATE_HEADER if counted[header] else IssueKind.MISSING_COLUMN
            sentence = (
                _("The sheet “%(sheet)s” has the column “%(column)s” twice. Remove one of them.")
                if counted[header]
                else _(
                    "The sheet “%(sheet)s” has no column “%(column)s”. Columns are not renamed or deleted: give it back"
                    " this heading in row %(row)s and return the workbook again."
                )
            )
            raise FileRefused(
                kind, sentence % {"sheet": self.title, "column": name, "row": number}, sheet=self.title, row=number,
                column=name,
            )  # fmt: skip
        for header, cell in zip(found, row, strict=True):
            if header and header not in folded:
                self.log.warn(
                    IssueKind.SHEET_NOT_READ,
                    _("The column “%(column)s” is not one of ours and was not read.") % {"column": cell},
                    sheet=self.title, row=number, column=str(cell),
                )  # fmt: skip

    def _flaws(self, found: Difference, odd: dict[int, str], cells: list[Cell]) -> None:
        """What makes a row unreadable: a formula, an error value, a merged area."""
        for key, header, place in zip(self.keys, self.issued["headers"], self.places[2:], strict=True):
            if place not in odd:
                continue
            where = f"{letters(place)}{found.row}"
            if odd[place] == "e":
                kind, sentence = IssueKind.CELL_ERROR, _("%(cell)s shows an error. Type the value.")
            else:
                kind, sentence = (
                    IssueKind.FORMULA,
                    _("%(cell)s holds a formula; OnePlan takes values only. Copy the cell and paste it as a value."),
                )
            found.flaws.append(self._flaw(found, header, kind, sentence % {"cell": where}, found.cells[key]))
        if area := self.merged.get(found.row - 1):
            top, left, bottom, right = area
            sentence = _("%(first)s:%(last)s is merged, so its cells hold one value for all. Unmerge it.") % {
                "first": f"{letters(left)}{top + 1}", "last": f"{letters(right)}{bottom + 1}",
            }  # fmt: skip
            found.flaws.append(self._flaw(found, "", IssueKind.MERGED_CELLS, sentence))

    def _refuse_twins(self, twice: Counter[str], seen: dict[str, int], known: dict[str, Difference]) -> None:
        """Every row of an identity that stands twice is refused: nobody can tell which one is meant."""
        for identity in twice:
            first = known.get(identity)
            if first is None or first.row != seen[identity]:
                first = Difference(self.sheet.key, seen[identity], identity, {})
                self.returned.differences.append(first)
                self.returned.unchanged -= 1
            for each in self.returned.differences:
                if each.sheet == self.sheet.key and each.id == identity:
                    sentence = _(
                        "%(id)s stands in this sheet more than once, first in row %(row)s. Delete the copies; for a new"
                        " row clear its hidden column A."
                    ) % {"id": identity, "row": seen[identity]}
                    each.flaws.append(self._flaw(each, "", IssueKind.DUPLICATE_ROW, sentence))

    def _flaw(self, found: Difference, column: str, kind: IssueKind, sentence: str, value: Any = "") -> IssueFound:
        return IssueFound(self.title, found.row, column, shown(value), kind, Severity.ERROR, sentence)


def _as_read(sheet: Sheet, cells: list[Any]) -> list[Any]:
    """Issued cells in the types in which the reader gives them, so that whole rows are compared at once."""
    return [
        date.fromisoformat(cell) if column.kind == Kind.DAY and cell and cell >= "1900-03-01" else cell
        for column, cell in zip(sheet.columns, cells, strict=True)
    ]


def letters(column: int) -> str:
    """The name of a column, counted from 0.

    >>> letters(0), letters(27)
    ('A', 'AB')
    """
    name, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
