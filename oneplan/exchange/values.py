"""Cells to values, one function per type of target. Pure; a reader says what it changed, or raises BadValue."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from oneplan.exchange.choices import IssueKind
from oneplan.exchange.rows import Cell
from oneplan.exchange.targets import Target, TargetType
from oneplan.money import BadAmount, parse_rand
from oneplan.periods.years import Basis, FinancialYear

_CENT = Decimal("0.01")
_RUNS = re.compile(r"\s+")
# A spreadsheet program would run these when a CSV is opened: "=…", "@SUM(…", "+cmd|…".
_FORMULA = re.compile(r"^\s*(=|@\w+\(|[+\-]\s*\w*[(|!])")
_NUMERIC_DATE = re.compile(r"^(\d{1,4})[/.\-](\d{1,2})[/.\-](\d{1,4})$")
_WORD_DATE = re.compile(r"^(\d{1,2})[ \-]([A-Za-z]{3,9})\.?[ \-,]+(\d{4})$")
_MONTHS = {
    name: i
    for i, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}
_BASIS = re.compile(r"\b(PFMA|MFMA)\b|\((Apr|Jul)\W", re.IGNORECASE)
_WORDS = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}
_EARLIEST, _LATEST = 1900, 2100


class BadValue(ValueError):
    """A cell cannot be read as its target wants. Carries the kind of issue and a sentence."""

    def __init__(self, kind: IssueKind, message: str) -> None:
        super().__init__(message)
        self.kind = kind


# A reader takes a cell that is not empty and gives (value, what was changed or "").
Read = Callable[[Any], tuple[Any, str]]


def fold(text: object) -> str:
    """Text for comparing headers and choices: no case, no accents, one space."""
    plain = str(text)
    if not plain.isascii():
        plain = "".join(sign for sign in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(sign))
    return _RUNS.sub(" ", plain.replace("_", " ")).strip().casefold()


def is_formula_text(cell: Cell) -> bool:
    """Whether a spreadsheet program would take this text for a formula.

    >>> is_formula_text("=1+1"), is_formula_text("-5"), is_formula_text("+cmd|' /C calc'!A0"), is_formula_text("- tar")
    (True, False, True, False)
    """
    return isinstance(cell, str) and bool(_FORMULA.match(cell))


def as_text(cell: Cell) -> str:
    """A cell as text: a whole number in Excel without its ".0", dates as 2026-11-22."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)


def read_text(target: Target) -> Read:
    most, tidied = target.most, _("Spaces and line breaks were tidied.")

    def read(cell: Cell) -> tuple[str, str]:
        text = as_text(cell)
        tidy = text if text.isascii() else unicodedata.normalize("NFC", text)
        tidy = _RUNS.sub(" ", tidy).strip() if "  " in tidy or tidy != tidy.strip() or not tidy.isprintable() else tidy
        if most and len(tidy) > most:
            raise BadValue(
                IssueKind.TOO_LONG,
                _("The text has %(length)s letters; at most %(most)s fit. Shorten it.")
                % {"length": len(tidy), "most": most},
            )
        return tidy, tidied if tidy != text else ""

    return read


def read_amount(target: Target) -> Read:
    rounded = _("The amount was rounded to the cent.")

    def read(cell: Cell) -> tuple[Decimal, str]:
        if isinstance(cell, date | bool):
            raise BadValue(
                IssueKind.BAD_AMOUNT, _("This is not an amount in rand. Write a number, for example 1234567.00.")
            )
        if isinstance(cell, float):
            if cell.is_integer() and abs(cell) < 1e15:
                return Decimal(int(cell)).quantize(_CENT), ""
            exact = Decimal(f"{cell:.15g}")  # the fifteen digits that Excel keeps
            try:
                amount = parse_rand(exact)
            except BadAmount as error:
                raise BadValue(IssueKind.BAD_AMOUNT, str(error)) from None
            return amount, rounded if amount != exact else ""
        text = str(cell)
        try:
            amount = parse_rand(text)
        except BadAmount as error:
            raise BadValue(IssueKind.BAD_AMOUNT, str(error)) from None
        try:
            if Decimal(text) != amount:
                return amount, rounded
        except ArithmeticError:
            return amount, _("An amount written with signs or spaces was read as a number.")
        return amount, ""

    return read


def read_date(target: Target, order: str = "") -> Read:
    """`order` says how 03/04/2024 is meant: "dmy", "mdy" or "ymd"; without it such a date is refused."""

    def read(cell: Cell) -> tuple[date, str]:
        if isinstance(cell, datetime):
            said = _("The time of day was dropped from a date.") if cell.time() != datetime.min.time() else ""
            return _within(cell.date()), said
        if isinstance(cell, date):
            return _within(cell), ""
        if not isinstance(cell, str):
            raise BadValue(
                IssueKind.BAD_DATE,
                _("This is a number, not a date. Format the column as a date in Excel, or write 2026-11-22."),
            )
        return _date_of(cell.strip(), order)

    return read


@lru_cache(maxsize=4096)
def _date_of(text: str, order: str) -> tuple[date, str]:
    if match := _WORD_DATE.match(text):
        month = _MONTHS.get(match[2][:3].lower(), 0)
        return _made(text, int(match[3]), month, int(match[1])), ""
    match = _NUMERIC_DATE.match(text.removesuffix(" 00:00:00").removesuffix("T00:00:00"))
    if not match:
        raise BadValue(
            IssueKind.BAD_DATE, _("“%(text)s” is not a date. Write it like 2026-11-22.") % {"text": text[:60]}
        )
    first, second, third = (int(part) for part in match.groups())
    if len(match[1]) == 4:
        return _made(text, first, second, third), ""
    if len(match[3]) != 4:
        raise BadValue(
            IssueKind.BAD_DATE,
            _("The year of “%(text)s” is not in four figures. Write it like 2026-11-22.") % {"text": text},
        )
    said = _("A date written with its day or month first was read.")
    if order == "mdy" or (not order and second > 12):
        return _made(text, third, first, second), said
    if order == "dmy" or first > 12 or first == second:
        return _made(text, third, second, first), said
    raise BadValue(
        IssueKind.BAD_DATE,
        _("“%(text)s” could be two dates. Write it like 2026-11-22, or say in the mapping if the day comes first.")
        % {"text": text},
    )


def _made(text: str, year: int, month: int, day: int) -> date:
    try:
        return _within(date(year, month, day))
    except ValueError as error:
        if isinstance(error, BadValue):
            raise
        raise BadValue(
            IssueKind.BAD_DATE, _("There is no day “%(text)s”. Write it like 2026-11-22.") % {"text": text}
        ) from None


def _within(day: date) -> date:
    if not _EARLIEST <= day.year <= _LATEST:
        raise BadValue(
            IssueKind.BAD_DATE,
            _("The year %(year)s is not between %(from)s and %(to)s. Correct the date.")
            % {"year": day.year, "from": _EARLIEST, "to": _LATEST},
        )
    return day


def read_year(target: Target, basis: Basis | None) -> Read:
    """A financial year like 2026/27, with its basis beside it ("2026/27 MFMA") or given."""

    def read(cell: Cell) -> tuple[FinancialYear, str]:
        return _year_of(as_text(cell).strip(), basis), ""

    return read


@lru_cache(maxsize=1024)
def _year_of(text: str, basis: Basis | None) -> FinancialYear:
    if match := _BASIS.search(text):
        word = (match[1] or {"apr": "PFMA", "jul": "MFMA"}[match[2].lower()]).upper()
        basis = Basis(word)
        text = text[: match.start()] + text[match.end() :] if match[1] else text[: match.start()]
        text = text.strip()
    try:
        return FinancialYear.parse(text, basis)
    except ValueError as error:
        raise BadValue(IssueKind.YEAR_WITHOUT_BASIS if basis is None else IssueKind.BAD_YEAR, str(error)) from None


def read_integer(target: Target) -> Read:
    def read(cell: Cell) -> tuple[int, str]:
        if isinstance(cell, int | float) and not isinstance(cell, bool) and float(cell).is_integer():
            return int(cell), ""
        text = _RUNS.sub("", str(cell))
        if not re.fullmatch(r"[+-]?\d{1,18}(\.0+)?", text):
            raise BadValue(IssueKind.BAD_NUMBER, _("“%(text)s” is not a whole number.") % {"text": str(cell)[:60]})
        return int(text.split(".")[0]), ""

    return read


def read_number(target: Target) -> Read:
    def read(cell: Cell) -> tuple[float, str]:
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return float(cell), ""
        text = str(cell).strip()
        comma = bool(re.fullmatch(r"[+-]?\d+,\d+", text))
        plain = text.replace(",", ".") if comma else text
        if not re.fullmatch(r"[+-]?\d+(\.\d+)?", plain):
            raise BadValue(
                IssueKind.BAD_NUMBER, _("“%(text)s” is not a number. Write it like -23.9045.") % {"text": text[:60]}
            )
        return float(plain), _("A decimal comma was read as a point.") if comma else ""

    return read


def read_yes_no(target: Target) -> Read:
    def read(cell: Cell) -> tuple[bool, str]:
        if isinstance(cell, bool):
            return cell, ""
        try:
            return _WORDS[fold(as_text(cell))], ""
        except KeyError:
            raise BadValue(
                IssueKind.BAD_CHOICE, _("“%(text)s” is neither yes nor no.") % {"text": str(cell)[:60]}
            ) from None

    return read


def read_choice(target: Target) -> Read:
    known = {fold(label): key for key, label in target.choices.items()} | {fold(key): key for key in target.choices}

    def read(cell: Cell) -> tuple[str, str]:
        text = as_text(cell)
        try:
            return known[fold(text)], ""
        except KeyError:
            raise BadValue(
                IssueKind.BAD_CHOICE,
                _("“%(text)s” is not one of: %(choices)s. Correct it, or say in the mapping what it means.")
                % {"text": text[:60], "choices": ", ".join(str(label) for label in target.choices.values())},
            ) from None

    return read


def reader_for(target: Target, *, basis: Basis | None = None, date_order: str = "") -> Read:
    """The function that reads cells of a target."""
    match target.type:
        case TargetType.AMOUNT:
            return read_amount(target)
        case TargetType.DATE:
            return read_date(target, date_order)
        case TargetType.FINANCIAL_YEAR:
            return read_year(target, basis or target.basis)
        case TargetType.INTEGER:
            return read_integer(target)
        case TargetType.NUMBER:
            return read_number(target)
        case TargetType.YES_NO:
            return read_yes_no(target)
        case TargetType.CHOICE:
            return read_choice(target)
        case _:
            return read_text(target)


def cents_of(cell: Cell) -> int | None:
    """The cell as cents if it is an amount, else None; for control totals, where a miss is not an issue."""
    if isinstance(cell, float):
        if cell.is_integer() and abs(cell) < 1e15:
            return int(cell) * 100
        if cell != cell or abs(cell) >= 1e15:
            return None
        return int((Decimal(f"{cell:.15g}") * 100).to_integral_value(ROUND_HALF_EVEN))
    if not cell or isinstance(cell, bool | date) or not isinstance(cell, str | int):
        return None
    try:
        return int(parse_rand(cell) * 100)
    except BadAmount:
        return None
