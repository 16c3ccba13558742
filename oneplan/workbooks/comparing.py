"""Three sides of each row that differs: as issued, as returned, as the house says now. Reads; never writes."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from oneplan.exchange.choices import IssueKind, Severity
from oneplan.exchange.issues import IssueFound
from oneplan.exchange.values import BadValue, fold
from oneplan.workbooks.cells import Column, Kind, Listed, check_typed, is_cut, is_empty, read, same, shown
from oneplan.workbooks.choices import Standing
from oneplan.workbooks.contents import House, Line
from oneplan.workbooks.models import Workbook
from oneplan.workbooks.pairing import pair_pledges
from oneplan.workbooks.reading import Difference
from oneplan.workbooks.sheets import BY_KEY, Sheet


@dataclass(frozen=True)
class Field:
    """One column of a row, on three sides, in words; `value` is what the returned cell means.

    `heading` is what the column is called in the workbook, in whose language the words are.
    """

    column: Column
    heading: str
    issued: str
    theirs: str
    now: str
    value: Any
    by_them: bool
    by_house: bool

    @property
    def is_translated(self) -> bool:
        """Whether the workbook calls the column something else than the page does."""
        return self.heading != str(self.column.label)

    @property
    def is_conflict(self) -> bool:
        """Whether both sides changed it, and differently."""
        return self.by_them and self.by_house

    @property
    def key(self) -> str:
        return self.column.key


@dataclass
class Compared:
    """One returned row, and what is to be decided about it. `line` is the row in the house now."""

    sheet: Sheet
    title: str
    row: int
    id: str
    words: str
    standing: Standing
    fields: list[Field] = field(default_factory=list)
    issues: list[IssueFound] = field(default_factory=list)
    line: Line | None = None
    note: str = ""
    is_changed_here: bool = False  # of a row that was deleted: whether the house changed it since it was issued

    @property
    def key(self) -> str:
        """Names the row in forms and in what was decided: commitments:14, or gone:commitments:DC36-C-0001."""
        return f"gone:{self.sheet.key}:{self.id}" if self.standing == Standing.GONE else f"{self.sheet.key}:{self.row}"

    @property
    def values(self) -> dict[str, Any]:
        """What the returned row says in the columns that they changed."""
        return {each.key: each.value for each in self.fields if each.by_them}

    @property
    def leaving(self) -> list[Any]:
        """What the house says in a row that was deleted, all of which would go."""
        return self.line.cells if self.line and self.standing == Standing.GONE else []

    @property
    def is_translated(self) -> bool:
        """Whether the workbook calls the sheet something else than the page does."""
        return self.title != str(self.sheet.title)

    @property
    def may_be_taken(self) -> bool:
        """Whether there is something to choose: not where the row is refused, or stays whatever anybody chooses."""
        return self.standing != Standing.REFUSED and not self.note

    @property
    def is_taken_by_itself(self) -> bool:
        """Whether it is taken in unless somebody chooses otherwise."""
        return self.standing in (Standing.CHANGED, Standing.NEW)

    @property
    def is_flawed(self) -> bool:
        """Whether something in it can only be refused; a warning does not refuse."""
        return any(issue.severity == Severity.ERROR for issue in self.issues)


@dataclass
class Comparison:
    """Every row of a return that says something else than the house."""

    workbook: Workbook
    rows: list[Compared]
    already: int = 0  # rows that were changed, and say what the house says now

    @property
    def counts(self) -> dict[str, int]:
        counted = Counter(row.standing.value for row in self.rows)
        return {standing.value: counted[standing.value] for standing in Standing}

    @property
    def seal(self) -> str:
        """Changes whenever the house changes a row that is compared: nobody accepts what was not shown."""
        told = [
            (row.key, row.standing, [(each.key, each.now) for each in row.fields], row.leaving) for row in self.rows
        ]
        return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()[:32]

    def narrowed(self, standings: Container[str] = (), sheet: str = "") -> list[Compared]:
        """The rows that stand so and are of that sheet, or all: what asks for a decision first."""
        order = {standing: number for number, standing in enumerate(Standing)}
        rows = [
            row for row in self.rows if (not standings or row.standing in standings) and sheet in ("", row.sheet.key)
        ]
        return sorted(rows, key=lambda row: order[row.standing])

    def find(self, key: str) -> Compared | None:
        return next((row for row in self.rows if row.key == key), None)


def compare(
    workbook: Workbook, differences: Iterable[Difference], gone: Sequence[Sequence[str]], house: House,
    taken: Iterable[Sequence[str]] = (),
) -> Comparison:  # fmt: skip
    """Put the rows that differ beside what was issued and what the house says now.

    `taken` names new rows of this workbook that an earlier return brought in: (sheet, words, reference). The number of
    queries does not grow with the rows.
    """
    rows = list(differences)
    wanted: dict[str, set[str]] = defaultdict(set)
    for each in rows:
        if each.id:
            wanted[each.sheet].add(each.id)
    for key, identity in gone:
        wanted[key].add(identity)
    now = {key: {line.id: line for line in house.lines(key, _known(workbook, key, ids))} for key, ids in wanted.items()}
    rows, gone = pair_pledges(workbook, rows, gone, house, now.get("pledges", {}))
    known_new = {(key, fold(words)): ref for key, words, ref in taken}
    judge = _Judge(workbook, house, now, known_new)
    comparison = Comparison(workbook, [])
    for each in rows:
        compared = judge.row(each)
        if compared is None:
            comparison.already += 1
        else:
            comparison.rows.append(compared)
    comparison.rows += [row for key, identity in gone if (row := judge.gone(key, identity))]
    return comparison


def _known(workbook: Workbook, key: str, ids: set[str]) -> list[str]:
    """Only identities that the workbook was issued with are looked up."""
    return [row[0] for row in workbook.issued["sheets"][key]["rows"] if row[0] in ids]


class _Judge:
    def __init__(
        self, workbook: Workbook, house: House, now: dict[str, dict[str, Line]], taken: dict[tuple[str, str], str]
    ) -> None:
        self.workbook, self.house, self.now, self.taken = workbook, house, now, taken
        self.sheets = workbook.issued["sheets"]
        self.headings = {
            key: dict(zip(kept["columns"], kept["headers"], strict=True)) for key, kept in self.sheets.items()
        }
        self._issued: dict[str, dict[str, list[Any]]] = {}

    def issued(self, key: str, identity: str) -> list[Any] | None:
        if key not in self._issued:
            self._issued[key] = {row[0]: row for row in self.sheets[key]["rows"]}
        return self._issued[key].get(identity)

    def row(self, found: Difference) -> Compared | None:
        """The row compared; None where it says nothing that the house does not say already."""
        sheet = BY_KEY[found.sheet]
        compared = Compared(
            sheet, self.sheets[sheet.key]["title"], found.row, found.id, self._words(sheet, found), Standing.CHANGED,
            issues=list(found.flaws),
        )  # fmt: skip
        if compared.issues:
            compared.standing = Standing.REFUSED
            return compared
        if not found.id:
            return self._new(compared, found)
        issued = self.issued(sheet.key, found.id)
        if issued is None:
            return self._refused(compared, IssueKind.BAD_CODE, _("This workbook was not issued with a row %(id)s. Column A is not to be changed; clear it for a new row.") % {"id": found.id})  # fmt: skip # noqa: E501
        return self._known_row(compared, found, issued)

    def _known_row(self, compared: Compared, found: Difference, issued: list[Any]) -> Compared | None:
        sheet = compared.sheet
        compared.line = line = self.now.get(sheet.key, {}).get(found.id)
        changed_open = False
        for place, column in enumerate(sheet.columns):
            was, theirs = issued[3][place], found.cells[column.key]
            stands = line.cells[place] if line else was
            if was == theirs == stands:
                continue
            known, may_change = self._options(column), column.is_open and not column.only_new
            by_them = not same(column, was, theirs, known)
            by_house = may_change and not same(column, was, stands, known)
            if by_them and not may_change:
                if line and same(column, stands, theirs, known):
                    continue
                self._locked(compared, column, theirs)
                continue
            if not (by_them or by_house):
                continue
            value = self._value(compared, column, theirs) if by_them else None
            if by_them and line and same(column, stands, theirs, known):
                continue  # the house says so already
            changed_open |= by_them
            if by_them and is_cut(was):
                self._add(compared, column, IssueKind.TOO_LONG, _("The text is longer than a cell can hold. Change it on its page."))  # fmt: skip # noqa: E501
            sides = self._shown(column, was), self._shown(column, theirs), self._shown(column, stands)
            heading = self.headings[sheet.key][column.key]
            compared.fields.append(Field(column, heading, *sides, value, by_them, by_house))
        if compared.is_flawed:
            compared.standing = Standing.REFUSED
            return compared
        if not changed_open:
            return None
        if line is None:
            return self._refused(compared, IssueKind.RULE_BROKEN, _("%(id)s was taken out of the plan in OnePlan since this workbook was made. Restore it on its page first.") % {"id": found.id})  # fmt: skip # noqa: E501
        if not (issued[2] and line.can_change):
            return self._refused(compared, IssueKind.NOT_ALLOWED, self._not_theirs(sheet))
        if any(each.by_house for each in compared.fields):
            compared.standing = Standing.STALE
        return compared

    def _new(self, compared: Compared, found: Difference) -> Compared | None:
        sheet = compared.sheet
        if ref := self.taken.get((sheet.key, fold(compared.words))):
            compared.id = ref
            return self._again(compared, found, ref)
        if not self.sheets[sheet.key]["takes_new"]:
            return self._refused(compared, IssueKind.NOT_ALLOWED, _("No rows are added to this sheet here."))
        if sheet.takes_new and not self.house.takes_new(sheet.key):
            return self._refused(compared, IssueKind.RULE_BROKEN, _("The edition is not open for writing any more, so nothing is added to the plan."))  # fmt: skip # noqa: E501
        compared.standing = Standing.NEW
        for column in sheet.columns:
            cell = found.cells[column.key]
            if is_empty(cell):
                continue
            if not column.is_open:
                continue  # OnePlan fills it itself
            value = self._value(compared, column, cell)
            heading, words = self.headings[sheet.key][column.key], self._shown(column, cell)
            compared.fields.append(Field(column, heading, "", words, "", value, by_them=True, by_house=False))
        if compared.is_flawed:
            compared.standing = Standing.REFUSED
        return compared if compared.fields or compared.issues else None

    def _again(self, compared: Compared, found: Difference, ref: str) -> Compared | None:
        """A new row that an earlier return brought in: nothing, where it says what it said; else refused."""
        line = next(iter(self.house.lines(compared.sheet.key, [ref])), None)
        if line is None:
            return self._refused(compared, IssueKind.DUPLICATE_ROW, _("This row was taken in as %(ref)s, which was taken out of the plan since.") % {"ref": ref})  # fmt: skip # noqa: E501
        for column, cell in zip(compared.sheet.columns, line.cells, strict=True):
            theirs = found.cells[column.key]
            if not column.is_open or column.only_new or is_empty(theirs):
                continue
            if not same(column, theirs, cell, self._options(column)):
                return self._refused(compared, IssueKind.DUPLICATE_ROW, _("This row was taken in as %(ref)s by an earlier return. Change it there, or in a new workbook, which has it.") % {"ref": ref})  # fmt: skip # noqa: E501
        return None

    def gone(self, key: str, identity: str) -> Compared | None:
        """A row that was deleted from the workbook: it stays, unless somebody chooses to withdraw it."""
        issued, line = self.issued(key, identity), self.now.get(key, {}).get(identity)
        if issued is None or line is None or key == "parties":
            return None
        sheet = BY_KEY[key]
        compared = Compared(
            sheet, self.sheets[key]["title"], 0, identity, self._named(sheet, line.cells), Standing.GONE, line=line
        )
        if not (issued[2] and line.can_change):
            compared.note = _("It is not yours to take out; it stays.")
        compared.is_changed_here = issued[3] != line.cells
        return compared

    def _value(self, compared: Compared, column: Column, cell: Any) -> Any:
        try:
            if not is_empty(cell):
                check_typed(column, cell)
            value, said = read(column, cell, self._options(column))
        except BadValue as flaw:
            self._add(compared, column, flaw.kind, str(flaw), cell)
            return None
        if said:
            self._add(compared, column, IssueKind.NORMALISED, said, cell, severity=Severity.WARNING)
        return value

    def _options(self, column: Column) -> dict[str, str]:
        return self.house.lists.known(column.options) if column.options else {}

    def _shown(self, column: Column, cell: Any) -> str:
        """A cell in words; of a list in another language with the English, which decides."""
        words, options = shown(column, cell), self._options(column)
        if column.kind != Kind.CHOICE or not words or not isinstance(options, Listed):
            return words
        try:
            english = options.english.get(read(column, cell, options)[0], "")
        except BadValue:
            return words
        return f"{words} ({english})" if english and fold(english) != fold(words) else words

    def _locked(self, compared: Compared, column: Column, cell: Any) -> None:
        sentence = _("“%(column)s” is for reading: OnePlan keeps it. Undo the change; it is changed on the page of the row.")  # fmt: skip # noqa: E501
        self._add(compared, column, IssueKind.NOT_ALLOWED, sentence % {"column": self._heading(compared, column)}, cell)

    def _add(
        self, compared: Compared, column: Column | None, kind: IssueKind, sentence: str, cell: Any = "", *,
        severity: Severity = Severity.ERROR,
    ) -> None:  # fmt: skip
        label = self._heading(compared, column) if column else ""
        words = shown(column, cell)[:200] if column else ""
        compared.issues.append(IssueFound(compared.title, compared.row, label, words, kind, severity, sentence))

    def _heading(self, compared: Compared, column: Column) -> str:
        """What the column is called where people look for it: in their workbook."""
        return str(self.headings[compared.sheet.key][column.key])

    def _refused(self, compared: Compared, kind: IssueKind, sentence: str) -> Compared:
        self._add(compared, None, kind, sentence)
        compared.standing = Standing.REFUSED
        return compared

    def _not_theirs(self, sheet: Sheet) -> str:
        if self.workbook.institution and sheet.key in ("commitments", "pledges"):
            return _(
                "This row belongs to another institution and is here for reading, or it is closed. Ask whoever it"
                " belongs to, or the hub."
            )
        return _("This row is closed for changes: it is here for reading.")

    def _words(self, sheet: Sheet, found: Difference) -> str:
        words = str(found.cells.get(sheet.names_row, "") or "")
        if sheet.key == "pledges" and not found.id:
            said = [found.cells.get(name, "") for name in ("commitment", "institution", "year", "funding_source")]
            return " · ".join(str(each) for each in said if each)
        issued = self.issued(sheet.key, found.id) if found.id and not words else None
        return words or (self._named(sheet, issued[3]) if issued else "")

    def _named(self, sheet: Sheet, cells: list[Any]) -> str:
        place = [column.key for column in sheet.columns].index(sheet.names_row)
        return str(cells[place])


def with_refusals(comparison: Comparison, refusals: dict[str, list[IssueFound]]) -> Comparison:
    """The comparison with what a rehearsal found: rows that the house would not take now are refused."""
    for row in comparison.rows:
        for issue in refusals.get(row.key, ()):
            row.issues.append(replace(issue, sheet=row.title, row=row.row))
            row.standing = Standing.REFUSED
    return comparison
