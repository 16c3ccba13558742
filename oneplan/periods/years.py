"""Financial years. National and provincial government (PFMA) and municipalities (MFMA) count differently.

Public Finance Management Act 1 of 1999: 1 April to 31 March. Municipal Finance Management Act 56 of 2003:
1 July to 30 June. A year without its basis is meaningless, so neither a number nor a string is ever used for one.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_LABEL = re.compile(r"^\s*(\d{4})\s*[/–-]\s*(\d{2}|\d{4})\s*$")


class Basis(StrEnum):
    """Which Act's year is meant."""

    PFMA = "PFMA"
    MFMA = "MFMA"


_FIRST_MONTH = {Basis.PFMA: 4, Basis.MFMA: 7}
_MONTHS = {Basis.PFMA: "Apr–Mar", Basis.MFMA: "Jul–Jun"}


@dataclass(frozen=True, order=True)
class FinancialYear:
    """One financial year: the calendar year in which it starts, and its basis.

    >>> year = FinancialYear(2026, Basis.MFMA)
    >>> year.label, year.long, year.starts_on.isoformat(), year.ends_on.isoformat()
    ('2026/27', '2026/27 (Jul–Jun)', '2026-07-01', '2027-06-30')
    """

    start: int
    basis: Basis

    def __post_init__(self) -> None:
        if not 1994 <= self.start <= 2100:
            raise ValueError(f"{self.start} is not a financial year between 1994/95 and 2100/01.")

    @property
    def label(self) -> str:
        return f"{self.start}/{(self.start + 1) % 100:02d}"

    @property
    def long(self) -> str:
        return f"{self.label} ({_MONTHS[self.basis]})"

    @property
    def starts_on(self) -> date:
        return date(self.start, _FIRST_MONTH[self.basis], 1)

    @property
    def ends_on(self) -> date:
        """The last day of the year (inclusive)."""
        return date.fromordinal(date(self.start + 1, _FIRST_MONTH[self.basis], 1).toordinal() - 1)

    def next(self, years: int = 1) -> "FinancialYear":
        return FinancialYear(self.start + years, self.basis)

    def __str__(self) -> str:
        return self.long

    @classmethod
    def containing(cls, day: date, basis: Basis) -> "FinancialYear":
        """The financial year of a date.

        >>> FinancialYear.containing(date(2026, 5, 1), Basis.MFMA).label
        '2025/26'
        """
        return cls(day.year if day.month >= _FIRST_MONTH[basis] else day.year - 1, basis)

    @classmethod
    def parse(cls, text: str, basis: Basis | None) -> "FinancialYear":
        """Read "2026/27" or "2026-2027". Raises ValueError with a sentence when the year or its basis is missing.

        >>> FinancialYear.parse("2026/27", Basis.PFMA).long
        '2026/27 (Apr–Mar)'
        """
        if basis is None:
            raise ValueError(
                f"The year {text!r} has no basis. Say PFMA (April to March) or MFMA (July to June) beside it."
            )
        match = _LABEL.match(text)
        if not match:
            raise ValueError(f"{text!r} is not a financial year. Write it like 2026/27.")
        start, end = int(match[1]), match[2]
        if int(end) % 100 != (start + 1) % 100 or (len(end) == 4 and int(end) != start + 1):
            raise ValueError(f"{text!r} is not one financial year: {start} is followed by {start + 1}.")
        return cls(start, basis)
