"""Cells: how a value is written into one and read back. Pure; what is written and read again is the same value."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from oneplan.exchange.choices import IssueKind
from oneplan.exchange.rows import Cell
from oneplan.exchange.targets import Target, TargetType
from oneplan.exchange.values import BadValue, Read, as_text, fold, is_formula_text, reader_for
from oneplan.money import format_rand

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST = 32_767  # characters that a cell can hold
_DEGREES_KEPT = 9  # decimals: a tenth of a millimetre; no program keeps the seventeen figures of a float
_MARK = " · "
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_PARTS = re.compile(r"[;\n]+")
_REFS = re.compile(r"[;,\s]+")
_DECIMAL = re.compile(r"[+-]?\d+(\.\d+)?")

Options = Mapping[str, str]


class Listed(dict[str, str]):
    """The codes of a list with their words. `english` are the words that pass besides in another language."""

    def __init__(self, *given: Any, english: Options | None = None) -> None:
        super().__init__(*given)
        self.english: Options = english or {}


class Kind(StrEnum):
    """What a column holds, and what reading one of its cells gives."""

    LINE = "line"  # str without line breaks
    TEXT = "text"  # str, line breaks kept
    AMOUNT = "amount"  # Decimal rand, two places, or None
    DECIMAL = "decimal"  # Decimal, at most four places, or None
    DEGREES = "degrees"  # float or None
    INTEGER = "integer"  # int or None
    DAY = "day"  # date or None
    YEAR = "year"  # FinancialYear with its basis, or None
    CHOICE = "choice"  # a key of the options, or ""
    CODE = "code"  # a key of the options, written “code · label”, or ""
    CODES = "codes"  # a sorted tuple of such keys, parted by semicolons
    REFS = "refs"  # a sorted tuple of references


_TYPES = {
    Kind.LINE: TargetType.TEXT, Kind.AMOUNT: TargetType.AMOUNT, Kind.DEGREES: TargetType.NUMBER,
    Kind.INTEGER: TargetType.INTEGER, Kind.DAY: TargetType.DATE, Kind.YEAR: TargetType.FINANCIAL_YEAR,
    Kind.CHOICE: TargetType.CHOICE,
}  # fmt: skip
_WORDS = frozenset({Kind.LINE, Kind.TEXT, Kind.CHOICE, Kind.CODE})
_MANY = frozenset({Kind.CODES, Kind.REFS})
_NUMBERS = frozenset({Kind.AMOUNT, Kind.DECIMAL, Kind.DEGREES, Kind.INTEGER})


@dataclass(frozen=True)
class Column:
    """A column of a sheet. `options` names its list; `only_new` opens it in new rows alone."""

    key: str
    label: "StrOrPromise"
    kind: Kind = Kind.LINE
    width: int = 16
    options: str = ""
    is_open: bool = True  # may be filled at all
    only_new: bool = False
    most: int = 0
    help: "StrOrPromise" = ""


def clean(words: str) -> str:
    """Text as a cell can hold it: no signs that XML forbids, one kind of line break, at most what fits."""
    words = _NOT_XML.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


def is_cut(cell: Any) -> bool:
    """Whether a cell holds only the beginning of a text."""
    return isinstance(cell, str) and len(cell) >= LONGEST


def to_cell(kind: Kind, value: Any, options: Options) -> Any:
    """A value as a JSON cell: text, a number that Excel keeps exactly, or a day as 2026-11-22. Nothing is ""."""
    if value is None or value == "" or value == ():
        return ""
    if kind in _MANY:
        return clean("; ".join(_named(code, options) for code in sorted(value)))
    if kind == Kind.CHOICE:
        return options.get(value, str(value))
    if kind == Kind.CODE:
        return clean(_named(value, options))
    if kind == Kind.YEAR:
        return f"{value.label} {value.basis}"
    if isinstance(value, date):
        return value.isoformat()
    if kind == Kind.DEGREES:
        return round(float(value), _DEGREES_KEPT)
    if isinstance(value, Decimal):
        near = float(value)
        if Decimal(f"{near:.15g}") != value:
            return f"{value:f}"
        return int(near) if near.is_integer() else near
    return value if kind in _NUMBERS else clean(str(value))


def _named(code: str, options: Options) -> str:
    label = options.get(code, "")
    return f"{code}{_MARK}{label.replace(';', ',')}" if label else code


def plain(cell: Cell) -> Any:
    """A cell that was read, as it is kept: JSON types, days as 2026-11-22."""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return cell if isinstance(cell, str | int | float) else "" if cell is None else str(cell)


def is_empty(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def nothing(kind: Kind) -> Any:
    """What an empty cell says."""
    return "" if kind in _WORDS else () if kind in _MANY else None


def read(column: Column, cell: Any, options: Options) -> tuple[Any, str]:
    """The value of a cell and what was changed in reading it ("" nothing). Raises BadValue with a sentence."""
    if is_empty(cell):
        return nothing(column.kind), ""
    if column.kind == Kind.TEXT:
        return _text(column, cell), ""
    if column.kind == Kind.DECIMAL:
        return _decimal(cell)
    if column.kind == Kind.REFS:
        return tuple(sorted({part.upper() for part in _REFS.split(as_text(cell)) if part})), ""
    if column.kind in (Kind.CODE, Kind.CODES):
        parts = _PARTS.split(as_text(cell)) if column.kind == Kind.CODES else [as_text(cell)]
        codes = tuple(sorted({_code(part, options) for part in parts if part.strip()}))
        return (codes if column.kind == Kind.CODES else codes[0]), ""
    if column.kind == Kind.CHOICE:
        return _choice(column, _unescaped(cell), options)
    return _reader(column, options)(_unescaped(cell))


def _choice(column: Column, cell: Any, options: Options) -> tuple[Any, str]:
    """A word in the language of the workbook, its code, or the English word."""
    try:
        return _reader(column, options)(cell)
    except BadValue:
        english = {fold(words): code for code, words in getattr(options, "english", {}).items()}
        if code := english.get(fold(as_text(cell))):
            return code, ""
        raise


def _reader(column: Column, options: Options) -> Read:
    return reader_for(Target(column.key, column.label, _TYPES[column.kind], choices=options, most=column.most))


def _unescaped(cell: Any) -> Any:
    """Some programs keep “_x000D_” as it stands in the file instead of the sign that it means."""
    if not isinstance(cell, str) or "_x" not in cell:
        return cell
    return _NOT_XML.sub("", _ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell))


def _text(column: Column, cell: Any) -> str:
    words = clean(_unescaped(as_text(cell))).replace("\xa0", " ")
    words = "\n".join(line.rstrip() for line in words.split("\n")).strip()
    if column.most and len(words) > column.most:
        raise BadValue(
            IssueKind.TOO_LONG,
            _("The text has %(length)s letters; at most %(most)s fit. Shorten it.")
            % {"length": len(words), "most": column.most},
        )
    return words


def _decimal(cell: Any) -> tuple[Decimal, str]:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        value, said = Decimal(f"{cell:.15g}"), ""
    else:
        text = re.sub(r"\s", "", as_text(cell))
        comma = bool(re.fullmatch(r"[+-]?\d+,\d+", text))
        text = text.replace(",", ".") if comma else text
        if not _DECIMAL.fullmatch(text):
            raise BadValue(
                IssueKind.BAD_NUMBER, _("“%(text)s” is not a number. Write it like 68.5.") % {"text": str(cell)[:60]}
            )
        value, said = Decimal(text), _("A decimal comma was read as a point.") if comma else ""
    if abs(value) >= Decimal(10) ** 14 or value != value.quantize(Decimal("0.0001")):
        raise BadValue(IssueKind.BAD_NUMBER, _("A number has at most four decimals and fourteen figures before them."))
    return value, said


def _code(part: str, options: Options) -> str:
    written = part.strip()
    code = written.partition(_MARK.strip())[0].strip() if _MARK.strip() in written else written
    if code in options:
        return code
    wanted = fold(code)
    found = [known for known, label in options.items() if wanted in (fold(known), fold(label))]
    if len(found) == 1:
        return found[0]
    raise BadValue(
        IssueKind.BAD_CODE,
        _("“%(text)s” is not in the list of this column. Choose from the list, or write a code of it.")
        % {"text": written[:60]}
        if not found
        else _("“%(text)s” means more than one thing: %(codes)s. Write the code.")
        % {"text": written[:60], "codes": ", ".join(found)},
    )


def same(column: Column, one: Any, other: Any, options: Options) -> bool:
    """Whether two cells say the same. A cell that cannot be read is the same only as itself."""
    if one == other:
        return True
    try:
        return bool(read(column, one, options)[0] == read(column, other, options)[0])
    except BadValue:
        return False


def check_typed(column: Column, cell: Any) -> None:
    """Raise BadValue for a text that a spreadsheet program would run."""
    if isinstance(cell, str) and column.kind not in _NUMBERS and is_formula_text(cell):
        raise BadValue(
            IssueKind.FORMULA, _("The text begins like a formula. Begin it with a word, or with the figure itself.")
        )


def shown(column: Column, cell: Any) -> str:
    """A cell in words, for the comparison."""
    if is_empty(cell):
        return ""
    if column.kind == Kind.AMOUNT:
        try:
            return format_rand(read(column, cell, {})[0])
        except BadValue:
            return as_text(cell)
    return as_text(cell)


def listed(options: Options, kind: Kind) -> Iterable[str]:
    """The entries of a drop-down as they are written into cells."""
    return options.values() if kind == Kind.CHOICE else (_named(code, options) for code in options)
