"""The medium-term budgets that were tabled: how far ahead money can be more than indicative."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from oneplan.frameworks.definitions import Standing
from oneplan.frameworks.loading import load
from oneplan.periods.years import Basis, FinancialYear

PARAMETERS = Path(__file__).parent.parent / "parameters"


@dataclass(frozen=True)
class MediumTermBudget:
    """One tabled medium-term budget: which years it covers, on which basis, since when."""

    basis: Basis
    tabled_on: date
    first_year: int
    last_year: int
    standing: Standing
    reference: str

    @property
    def last(self) -> FinancialYear:
        """The last financial year that it covers."""
        return FinancialYear(self.last_year, self.basis)


@dataclass(frozen=True)
class MediumTermBudgets:
    """The parameter file."""

    budgets: tuple[MediumTermBudget, ...]


@lru_cache(maxsize=1)
def medium_term_budgets() -> tuple[MediumTermBudget, ...]:
    """Every tabled medium-term budget known, from `parameters/medium_term_budgets.yaml`."""
    return load(PARAMETERS / "medium_term_budgets.yaml", MediumTermBudgets).budgets


def latest_tabled(basis: Basis, on: date) -> MediumTermBudget | None:
    """The latest medium-term budget of a basis that was tabled on or before a day."""
    tabled = [each for each in medium_term_budgets() if each.basis == basis and each.tabled_on <= on]
    return max(tabled, key=lambda each: each.tabled_on, default=None)
