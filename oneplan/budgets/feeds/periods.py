"""Financial years, months and amount types as sources write them: 2020M01, 2018AUDA, 2026/27, "Main appropriation"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from oneplan.budgets.choices import AmountType, Length
from oneplan.budgets.facts import number_of
from oneplan.budgets.feeds.meanings import UNKNOWN, Findings, Said
from oneplan.exchange.choices import IssueKind
from oneplan.exchange.values import fold

# Amount types as Municipal Money codes them: (type, how many years after the year of the code).
_CODES = {
    "ORGB": (AmountType.ORIGINAL, 0), "ADJB": (AmountType.ADJUSTED, 0), "TABB": (AmountType.TABLED, 0),
    "ACT": (AmountType.ACTUAL, 0), "PAUD": (AmountType.PRE_AUDIT, 0), "AUDA": (AmountType.AUDITED, 0),
    "RAUD": (AmountType.RESTATED, 0), "IBY1": (AmountType.INDICATIVE_1, 1), "IBY2": (AmountType.INDICATIVE_2, 2),
    "SCHD": (AmountType.ALLOCATED, 0), "TRFR": (AmountType.TRANSFERRED, 0),
}  # fmt: skip
_TABLED_INDICATIVE = ("ITY1", "ITY2")
_CODE = re.compile(r"^(\d{4})\s*([A-Z]{3,4}\d?)?(?:M(\d{1,2})|Q([1-4]))?$")
_YEAR = re.compile(r"^(\d{4})(?:\s*[/–-]\s*(\d{2}|\d{4}))?(?:\.0)?(?:\b.*)?$")
_FIRST_YEAR, _LAST_YEAR = 1994, 2060
_MOST = {Length.MONTH: 12, Length.QUARTER: 4, Length.YEAR: 0}


@dataclass(frozen=True)
class When:
    """What a row says of time. `year` is the calendar year in which its financial year begins; 0: its column says."""

    year: int = 0
    length: Length = Length.YEAR
    period: int = 0
    amount_type: AmountType | None = None
    is_indicative: bool = False  # of the newest main budget, some years on
    apart: str = ""


def periods(found: Findings, all_said: Sequence[Said]) -> list[tuple[object, ...]]:
    """Rows of meanings.SHAPES["period"]."""
    read: list[When | int] = []
    for said in all_said:
        try:
            read.append(_when(found, said))
        except _Unread as problem:
            read.append(found.fault(problem.kind, problem.target, problem.message))
    mains = [each.year for each in read if isinstance(each, When) and each.amount_type == AmountType.ORIGINAL]
    rows: list[tuple[object, ...]] = []
    for each in read:
        if isinstance(each, When) and each.is_indicative:
            each = _ahead(found, each, max(mains, default=0))
        if isinstance(each, int):
            rows.append((0, 0, 0, UNKNOWN, 0, each))
        else:
            amount_type = number_of(each.amount_type) if each.amount_type else UNKNOWN
            rows.append((each.year, number_of(each.length), each.period, amount_type, found.reason(each.apart), 0))
    return rows


def _ahead(found: Findings, when: When, main: int) -> When | int:
    """An estimate is one, two or three years ahead of the newest main budget in the file."""
    types = (AmountType.INDICATIVE_1, AmountType.INDICATIVE_2, AmountType.INDICATIVE_3)
    ahead = when.year - main
    if main and 1 <= ahead <= len(types):
        return replace(when, amount_type=types[ahead - 1])
    message = (
        _("This is an estimate for %(year)s, but the newest main budget in the file is that of %(main)s: only one to"
          " three years ahead are estimates.") % {"year": when.year, "main": main}
        if main else
        _("This is an estimate for %(year)s, but the file has no main budget: nobody can say how many years ahead it"
          " is. Import it together with the main budget.") % {"year": when.year}
    )  # fmt: skip
    return found.fault(IssueKind.BAD_PERIOD, "amount_type", message)


class _Unread(Exception):
    def __init__(self, kind: IssueKind, target: str, message: str) -> None:
        self.kind, self.target, self.message = kind, target, message


def _when(found: Findings, said: Said) -> When:
    texts, layout = said.texts, found.bound.layout
    on = -1 if layout.year_is == "end" else 0
    when = When()
    if code := texts["period_code"].upper():
        when = _coded(code, on)
        if _year(texts["year"], on) not in (0, when.year) and when.amount_type not in _CODED_AHEAD:
            raise _Unread(
                IssueKind.BAD_PERIOD, "year",
                _("The period %(code)s and the year %(year)s of the row disagree. Correct one of them.")
                % {"code": code, "year": texts["year"]},
            )  # fmt: skip
        return when
    when = replace(when, year=_year(texts["year"], on))
    if not when.year and found.bound.has("year"):
        raise _Unread(
            IssueKind.BAD_YEAR, "year",
            _("“%(said)s” is no financial year. Write it as 2026/27, or as the year in which it %(is)s.")
            % {"said": texts["year"], "is": _("ends") if on else _("begins")},
        )  # fmt: skip
    when = _timed(when, texts["length"], texts["period"])
    when = _typed(found, when, texts["amount_type"])
    kind, whole = texts["amount_kind"], layout.total_kinds
    if kind and whole and fold(kind) not in map(fold, whole):
        return replace(when, apart=str(_("Parts of an amount whose total stands beside them")))
    return when


_CODED_AHEAD = (AmountType.INDICATIVE_1, AmountType.INDICATIVE_2)


def _coded(code: str, on: int) -> When:
    found = _CODE.match(code)
    if not found:
        raise _no_period(code)
    year = int(found[1]) + on
    _check_year(year, code, "period_code")
    when, code_of_type = When(year, amount_type=AmountType.ACTUAL), found[2] or ""
    if found[3] or found[4]:
        when = _timed(when, (Length.MONTH if found[3] else Length.QUARTER).value, found[3] or found[4], "period_code")
    elif not code_of_type:
        raise _no_period(code)
    if code_of_type in _TABLED_INDICATIVE:
        apart = str(_("Indicative years of a tabled budget: the adopted budget gives them again"))
        return replace(when, amount_type=AmountType.INDICATIVE_1, apart=apart)
    if code_of_type not in (*_CODES, ""):
        raise _Unread(
            IssueKind.BAD_PERIOD, "period_code",
            _("“%(code)s” names no amount type that is known. Known are: %(known)s.")
            % {"code": code, "known": ", ".join(_CODES)},
        )  # fmt: skip
    amount_type, ahead = _CODES.get(code_of_type, (AmountType.ACTUAL, 0))
    return replace(when, year=year + ahead, amount_type=amount_type)


def _no_period(code: str) -> _Unread:
    return _Unread(
        IssueKind.BAD_PERIOD, "period_code",
        _("“%(code)s” is no period. It is the year with a month or an amount type, such as 2020M01, 2020ORGB or"
          " 2020ADJBM01.") % {"code": code},
    )  # fmt: skip


def _year(text: str, on: int) -> int:
    """The calendar year in which a financial year begins: 2026/27 says so, 2026 is what the layout means."""
    found = _YEAR.match(text.strip())
    if not found:
        return 0
    year = int(found[1]) + (0 if found[2] else on)
    _check_year(year, text, "year")
    return year


def _check_year(year: int, said: str, target: str) -> None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise _Unread(
            IssueKind.BAD_YEAR, target,
            _("“%(said)s” is no financial year between %(first)s and %(last)s.")
            % {"said": said, "first": _FIRST_YEAR, "last": _LAST_YEAR},
        )  # fmt: skip


def _timed(when: When, length: str, period: str, target: str = "period") -> When:
    lengths = {fold(word): each for each in Length for word in (each.value, str(each.label))}
    known = lengths.get(fold(length)) if length else None
    number = re.sub(r"\D", "", period.removesuffix(".0"))
    if known is None and length:
        raise _Unread(
            IssueKind.BAD_PERIOD, "length",
            _("“%(said)s” is no length of a period. Write year, quarter or month.") % {"said": length},
        )  # fmt: skip
    if known is None:
        if not number:
            return when
        known = Length.QUARTER if fold(period).startswith("q") else Length.MONTH
    if known == Length.YEAR:
        return when
    if not number or not 1 <= int(number) <= _MOST[known]:
        raise _Unread(
            IssueKind.BAD_PERIOD, target,
            _("“%(said)s” is no %(length)s of a financial year: they are numbered 1 to %(most)s from its beginning.")
            % {"said": period, "length": known.label, "most": _MOST[known]},
        )  # fmt: skip
    return replace(when, length=known, period=int(number))


def _typed(found: Findings, when: When, said: str) -> When:
    if not said:
        return when
    meant = found.bound.values.get("amount_type", {}).get(fold(said), said)
    named = {fold(key): value for key, value in found.bound.layout.amount_types.items()}
    meant = named.get(fold(meant), meant)
    if meant == "indicative":
        return replace(when, is_indicative=True)
    if meant.upper() in _CODES:
        amount_type, ahead = _CODES[meant.upper()]
        return replace(when, amount_type=amount_type, year=when.year + ahead)
    for each in AmountType:
        if fold(meant) in (each.value.replace("_", " "), fold(each.label)):
            return replace(when, amount_type=each)
    known = list(found.bound.layout.amount_types) or list(AmountType.values)
    raise _Unread(
        IssueKind.BAD_CHOICE, "amount_type",
        _("“%(said)s” is no amount type. Write one of: %(known)s.") % {"said": said, "known": ", ".join(known)},
    )  # fmt: skip
