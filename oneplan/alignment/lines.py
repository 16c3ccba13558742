"""Budget lines as links know them: what names one, which there are, and what the served build says of each.

A line is named by its dataset, institution, vote, programme, subprogramme, project, function and fund, so it is the
same from one release to the next. Lines of a dataset do not overlap (`budgets.cube.paying`).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from decimal import Decimal

from oneplan.access.actors import Actor
from oneplan.alignment.models import BudgetLine
from oneplan.budgets.choices import AmountType, How, Standing
from oneplan.budgets.cube.paying import DECIDED, LineCodes, LineFound, LineNames, LineRand, list_lines, rand_of, serving
from oneplan.periods.years import Basis, FinancialYear

__all__ = [
    "DECIDED", "FoundLine", "LineAmount", "LineTerms", "amounts_of", "codes_of", "every_line", "find_lines",
    "now_serving", "terms_of",
]  # fmt: skip
_BASES = {4: Basis.PFMA, 7: Basis.MFMA}  # by the month in which the year begins; years of others cannot be pledged in
_LABEL = 600


@dataclass(frozen=True, slots=True)
class LineTerms:
    """What names a line, and the names that its source gives it."""

    codes: LineCodes
    names: LineNames

    @property
    def key(self) -> str:
        """SHA-256 of the codes: its identity over releases."""
        return hashlib.sha256("\x1f".join(map(str, astuple(self.codes))).encode()).hexdigest()

    @property
    def label(self) -> str:
        """What people read: the most particular name first, then what it is part of."""
        names, codes = self.names, self.codes
        told = (
            names.project_name or codes.project, names.subprogramme_name or codes.subprogramme,
            names.programme_name or codes.programme, names.function_name or codes.function,
            names.vote_name or codes.vote, names.fund_name or codes.fund,
        )  # fmt: skip
        return " · ".join(dict.fromkeys(filter(None, told)))[:_LABEL] or codes.institution


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A line of the served build with its newest decided amount. `space` and `municipal_area` where all of it lies."""

    terms: LineTerms
    amount: Decimal
    year: FinancialYear
    amount_type: AmountType
    space: str
    municipal_area: str


@dataclass(frozen=True, slots=True)
class LineAmount:
    """Rand of one line, of one kind, in one whole year; the part that lies in `space` where asked so ("": in none)."""

    key: str
    year: FinancialYear
    amount_type: AmountType
    amount: Decimal
    release: str
    space: str = ""
    how: How | None = None


def find_lines(
    *, by: Actor, text: str = "", institutions: Iterable[str] = (), space: str = "", dataset: str = "",
    is_sample: bool | None = None, limit: int = 50,
) -> list[FoundLine]:  # fmt: skip
    """Lines to choose from, the largest first. `is_sample`: invented or real ones alone. Raises NothingBuilt."""
    standing = Standing.SAMPLE if is_sample else None
    lines = list_lines(
        by=by, text=text, institutions=institutions, space=space, dataset=dataset, standing=standing,
        limit=limit if is_sample is not False else 0,
    )  # fmt: skip
    found = (line for line in _translated(lines) if is_sample is None or _is_sample(line) is is_sample)
    return [line for line, _number in zip(found, range(limit), strict=False)]


def every_line(*, by: Actor) -> Iterator[FoundLine]:
    """Every line of the served build, for those who look for candidates. Raises NothingBuilt."""
    return _translated(list_lines(by=by))


def _is_sample(line: FoundLine) -> bool:
    return line.terms.codes.standing == Standing.SAMPLE


def _translated(lines: Iterable[LineFound]) -> Iterator[FoundLine]:
    for line in lines:
        if line.basis in _BASES:
            year = FinancialYear(line.year, _BASES[line.basis])
            yield FoundLine(
                LineTerms(line.codes, line.names), line.amount, year, line.amount_type, line.space, line.municipal_area
            )


def amounts_of(lines: Mapping[str, LineCodes], *, by: Actor, by_space: bool = False) -> dict[str, list[LineAmount]]:
    """By key of a line: its amounts in the served build. `lines`: codes by key (`codes_of` of recorded lines).

    Lines that the reader may not see, and those that the build does not hold, have no entry. Raises NothingBuilt.
    """
    keys, found = list(lines), defaultdict(list)
    for rand in rand_of(list(lines.values()), by=by, by_space=by_space):
        if rand.basis in _BASES:
            found[keys[rand.line]].append(_amount(keys[rand.line], rand))
    return dict(found)


def _amount(key: str, rand: LineRand) -> LineAmount:
    year = FinancialYear(rand.year, _BASES[rand.basis])
    return LineAmount(key, year, rand.amount_type, rand.amount, rand.release, rand.space, rand.how)


def terms_of(line: BudgetLine) -> LineTerms:
    """The terms of a recorded line."""
    return LineTerms(
        LineCodes(
            line.dataset, Standing(line.standing), line.institution_id, line.vote, line.programme, line.subprogramme,
            line.project, line.function_chart, line.function, line.fund_chart, line.fund,
        ),
        LineNames(
            line.vote_name, line.programme_name, line.subprogramme_name, line.project_name, line.function_name,
            line.fund_name,
        ),
    )  # fmt: skip


def codes_of(lines: Iterable[BudgetLine]) -> dict[str, LineCodes]:
    """Codes of recorded lines by key, as `amounts_of` takes them."""
    return {line.key: terms_of(line).codes for line in lines}


def now_serving() -> str:
    """The name of the build from which amounts come. Raises NothingBuilt."""
    return serving()
