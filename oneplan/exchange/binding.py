"""A mapping bound to one header: turns a raw row into a Row with parsed values and the issues found on the way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from oneplan.exchange.choices import IssueKind, Severity
from oneplan.exchange.issues import FileRefused, IssueFound, IssueLog
from oneplan.exchange.kinds import Kind
from oneplan.exchange.mapping import MappingSpec, columns_of
from oneplan.exchange.readers import RawRow
from oneplan.exchange.rows import Row, shown
from oneplan.exchange.targets import Target, TargetType
from oneplan.exchange.values import BadValue, Read, as_text, fold, is_formula_text, reader_for
from oneplan.periods.years import Basis

_SUSPECT = frozenset("=@+- \t")


@dataclass(frozen=True, slots=True)
class _Place:
    """One source column of one target."""

    target: Target
    index: int
    label: str  # of a target fed by several columns
    is_spare: bool  # read only where the target is still empty
    read: Read
    by_basis: dict[Basis | None, Read] | None
    meant: dict[str, Any] | None
    times: int


class Binding:
    """The mapping of one file."""

    def __init__(
        self, kind: Kind, spec: MappingSpec, headers: list[str], sheet: str, log: IssueLog,
        given: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        self._kind, self._spec, self._sheet, self._log = kind, spec, sheet, log
        self._headers = headers
        self._places = {fold(header): index for index, header in enumerate(headers)}
        self._columns: dict[str, tuple[str, int]] = {target.name: (str(target.label), -1) for target in kind.targets}
        self._constants = self._read_constants() | dict(given or {})
        self._cells = list(self._plan())
        self._required = [target.name for target in kind.targets if target.required]
        self._rules = [(self._places[fold(rule.column)], rule) for rule in spec.rules()]
        for name, times in spec.multiply.items():
            message = _("Every amount was multiplied by %(times)s, as the mapping says.") % {"times": times}
            log.warn(IssueKind.NORMALISED, message, sheet=sheet, column=self._columns[name][0])

    def _read_constants(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        ordered = sorted(self._spec.constants.items(), key=lambda item: item[0] in self._by_basis())
        for name, given in ordered:
            target = self._kind.target(name)
            if target is None or given in (None, ""):
                continue
            try:
                basis = values.get(target.basis_from)
                cell = given if isinstance(given, str | int | float | bool) else str(given)
                read = reader_for(target, basis=Basis(basis) if basis else None, date_order=self._spec.date_order)
                values[name] = read(float(cell) if type(cell) is int else cell)[0]
            except BadValue as error:
                raise FileRefused(
                    IssueKind.BAD_MAPPING, str(error), sheet=self._sheet, column=str(target.label)
                ) from None
        return values

    def _by_basis(self) -> set[str]:
        return {target.name for target in self._kind.targets if target.basis_from}

    def _plan(self) -> Iterator[_Place]:
        """Every cell to read, financial years last: their basis may stand in another column."""
        by_basis = self._by_basis()
        for target in sorted(self._kind.targets, key=lambda target: target.name in by_basis):
            source = self._spec.columns.get(target.name)
            if source is None:
                continue
            meant = {fold(said): value for said, value in self._spec.values.get(target.name, {}).items()} or None
            first = True
            for column in columns_of(source):
                index = self._places.get(fold(column), -1)
                if index < 0:
                    continue
                if first:
                    self._columns[target.name] = (self._headers[index], index)
                yield self._place(target, index, source[column] if isinstance(source, dict) else "", not first, meant)
                first = False

    def _place(self, target: Target, index: int, label: str, is_spare: bool, meant: dict[str, Any] | None) -> _Place:
        order = self._spec.date_order
        fixed = self._constants.get(target.basis_from) if target.basis_from else None
        readers: dict[Basis | None, Read] | None = None
        if target.type == TargetType.FINANCIAL_YEAR and target.basis_from and not fixed:
            readers = {basis: reader_for(target, basis=basis) for basis in (None, *Basis)}
        read = reader_for(target, basis=Basis(fixed) if fixed else None, date_order=order)
        times = self._spec.multiply.get(target.name, 1)
        return _Place(target, index, str(label), is_spare and not label, read, readers, meant, times)

    def row(self, raw: RawRow) -> Row:
        """Read a row. Its issues say what could not be read; a row that is not wanted comes back left out."""
        cells = raw.cells
        row = Row(self._sheet, raw.number, dict(self._constants), cells=cells, columns=self._columns)
        for index, rule in self._rules:
            if rule.matches(cells[index] if index < len(cells) else None):
                row.leave_out(rule.reason)
                return row
        values = row.values
        for place in self._cells:
            cell = cells[place.index]
            if raw.odd and place.index in raw.odd and not self._is_fit(row, place, raw.odd[place.index], cell):
                continue
            if cell == "" or cell is None or (place.is_spare and values.get(place.target.name) is not None):
                continue
            if type(cell) is str:
                if cell[0] in _SUSPECT and is_formula_text(cell):
                    self._refuse(row, place, IssueKind.FORMULA, _formula_sentence(), cell)
                    continue
                if cell.isspace():
                    continue
            if place.meant is not None and (said := fold(as_text(cell))) in place.meant:
                cell = place.meant[said]
                if cell is None:
                    continue
                cell = float(cell) if type(cell) is int else cell
            self._read(row, place, cell)
        for name in self._required:
            if values.get(name) is None and not any(issue.column == self._columns[name][0] for issue in row.issues):
                row.refuse(
                    name,
                    IssueKind.REQUIRED,
                    _("“%(target)s” is empty; every row needs it.") % {"target": self._label(name)},
                )
        for first, last in self._kind.ordered:
            if (start := values.get(first)) is not None and (end := values.get(last)) is not None and end < start:
                row.refuse(
                    last, IssueKind.DATES_REVERSED,
                    _("“%(last)s” (%(end)s) lies before “%(first)s” (%(start)s). Correct one of them.")
                    % {"last": self._label(last), "end": end, "first": self._label(first), "start": start},
                )  # fmt: skip
        return row

    def _label(self, name: str) -> str:
        target = self._kind.target(name)
        return str(target.label) if target else name

    def _read(self, row: Row, place: _Place, cell: Any) -> None:
        read = place.read
        if place.by_basis is not None:
            basis = row.values.get(place.target.basis_from)
            read = place.by_basis[Basis(basis) if basis else None]
        try:
            value, said = read(cell)
        except BadValue as error:
            self._refuse(row, place, error.kind, str(error), cell)
            return
        if said:
            column = self._headers[place.index]
            self._log.repeat(
                IssueFound(self._sheet, row.number, column, shown(cell), IssueKind.NORMALISED, Severity.WARNING, said)
            )
        if place.times != 1:
            value = value * (Decimal(place.times) if isinstance(value, Decimal) else place.times)
        if place.target.many:
            row.values.setdefault(place.target.name, {})[place.label or self._headers[place.index]] = value
        elif value != "":
            row.values[place.target.name] = value

    def _is_fit(self, row: Row, place: _Place, odd: str, cell: Any) -> bool:
        """Whether a cell with a formula or an error value may be read."""
        if odd == "e":
            message = _("The cell shows an error (like #REF! or #DIV/0!). Correct the formula or type the value.")
            self._refuse(row, place, IssueKind.CELL_ERROR, message, "#")
            return False
        if self._spec.formulas == "saved" and cell not in ("", None):
            said = _("Cells hold formulas; the results that Excel saved were read. Check that they are current.")
            column = self._headers[place.index]
            self._log.repeat(
                IssueFound(self._sheet, row.number, column, shown(cell), IssueKind.FORMULA, Severity.WARNING, said)
            )
            return True
        self._refuse(row, place, IssueKind.FORMULA, _formula_sentence(), cell)
        return False

    def _refuse(self, row: Row, place: _Place, kind: IssueKind, message: str, cell: object) -> None:
        severity = Severity.ERROR
        if place.target.lenient:
            severity, message = Severity.WARNING, message + " " + _("The value was left out; the row is kept.")
        issue = IssueFound(self._sheet, row.number, self._headers[place.index], shown(cell), kind, severity, message)
        row.issues.append(issue)


def _formula_sentence() -> str:
    return _(
        "The cell holds a formula; OnePlan takes values only. In Excel copy the column and paste it as values, then"
        " import again (or let the mapping take saved results: formulas: saved)."
    )
