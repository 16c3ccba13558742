"""The money of a row by financial year: one year a row, years side by side, or months."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from oneplan.exchange.choices import IssueKind
from oneplan.exchange.rows import Row
from oneplan.periods.years import Basis, FinancialYear
from oneplan.projects.actions import MoneyOfYear

_YEAR = re.compile(r"(\d{4}\s*[/–-]\s*\d{2,4})(?:\D*\b(PFMA|MFMA)\b)?", re.IGNORECASE)
_QUARTERS = ("q1", "q2", "q3", "q4")
_OF_THE_YEAR = ("budget", "adjustment", "spent", *_QUARTERS)
_SIDE_BY_SIDE = {"budgets": "budget", "adjusted_budgets": "adjusted", "audited": "spent"}
_PHASES = {"budget": "budget", "adjusted": "adjusted", "spent": "spent", "audited": "spent"}


class Money:
    """The years of one run. A row that names no year means the one in which the day of its file lies."""

    def __init__(self, as_at: date, basis: Basis) -> None:
        self._as_at, self._basis = as_at, basis
        self._this = {each: FinancialYear.containing(as_at, each) for each in Basis}

    def of(self, row: Row) -> tuple[MoneyOfYear, ...]:
        """What the row states, by year."""
        values = row.values
        years: dict[FinancialYear, dict[str, Any]] = {}
        plain = {name: values[name] for name in _OF_THE_YEAR if values.get(name) is not None}
        if months := values.get("months"):
            plain |= self._quarters(row, months, plain)
        if (amount := values.get("amount")) is not None:
            phase = values.get("phase") or "budget"
            plain[_PHASES[phase]] = amount
            if phase == "audited":
                plain["is_audited"] = True
        if plain:
            year = values.get("year") or self._this[Basis(values["basis"]) if values.get("basis") else self._basis]
            years[year] = plain
        for target, column in _SIDE_BY_SIDE.items():
            for label, amount in (values.get(target) or {}).items():
                if (year := self._year(row, target, label)) is not None:
                    said = years.setdefault(year, {})
                    said[column] = amount
                    if target == "audited":
                        said["is_audited"] = True
        return tuple(self._made(year, said) for year, said in years.items())

    def _made(self, year: FinancialYear, said: dict[str, Any]) -> MoneyOfYear:
        if "spent" not in said and (quarters := [said[name] for name in _QUARTERS if name in said]):
            said["spent"] = sum(quarters, Decimal(0))
        return MoneyOfYear(year.start, year.basis.value, **said)

    def _year(self, row: Row, target: str, label: str) -> FinancialYear | None:
        match = _YEAR.search(label)
        basis = Basis(match[2].upper()) if match and match[2] else Basis(row.values.get("basis") or self._basis)
        try:
            return FinancialYear.parse(match[1] if match else label, basis)
        except ValueError as error:
            row.warn(target, IssueKind.BAD_YEAR, str(error), value=label)
            return None

    def _quarters(self, row: Row, months: Mapping[str, Decimal], stated: Mapping[str, Decimal]) -> dict[str, Decimal]:
        """Months as quarters of their year, where no quarter is stated; where one is and differs it stands."""
        found: dict[str, Decimal] = {}
        for label, amount in months.items():
            number = re.sub(r"\D", "", label)
            if number and 1 <= int(number) <= 12:
                quarter = _QUARTERS[(int(number) - 1) // 3]
                found[quarter] = found.get(quarter, Decimal(0)) + amount
        for quarter in [name for name in found if name in stated]:
            if found.pop(quarter) != stated[quarter]:
                row.warn(
                    quarter, IssueKind.ODD_AMOUNT,
                    _("The months of %(quarter)s do not add up to it. The quarter is kept as stated.")
                    % {"quarter": quarter.upper()},
                )  # fmt: skip
        return found
