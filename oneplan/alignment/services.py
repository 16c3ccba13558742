"""Services: what findings, commitments and budgets have in common, by dated lists of words and codes with reasons."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from functools import cache, cached_property
from pathlib import Path

from oneplan.budgets.feeds.charts import charts
from oneplan.exchange.values import fold
from oneplan.frameworks.loading import load

_FILE = Path(__file__).parent / "parameters" / "services.yaml"


@dataclass(frozen=True)
class Functions:
    """Codes of a chart of municipal functions that pay for a service."""

    chart: str
    codes: tuple[str, ...]

    @property
    def named(self) -> list[tuple[str, str]]:
        """Code and label of each."""
        known = charts()[self.chart].by_code
        return [(code, known[code].label) for code in self.codes]


@dataclass(frozen=True)
class Department:
    """A department that pays for a service: a code of the register, or *-name for one in each province.

    Without programmes it counts as a whole.
    """

    institution: str
    programmes: tuple[str, ...] = ()

    def is_meant(self, institution: str, programme: str) -> bool:
        if not fnmatchcase(institution, self.institution):
            return False
        return not self.programmes or fold(programme) in {fold(each) for each in self.programmes}


@dataclass(frozen=True)
class Service:
    """One service: the words by which need speaks of it, and the codes by which budgets pay for it."""

    code: str
    label: str
    words: tuple[str, ...]
    functions: tuple[Functions, ...]
    reason: str
    departments: tuple[Department, ...] = ()
    backlog: tuple[str, ...] = ()

    @cached_property
    def _needs(self) -> re.Pattern[str]:
        return re.compile(r"\b(?:" + "|".join(re.escape(word) for word in self.words) + ")", re.IGNORECASE)

    def is_needed_by(self, text: str) -> bool:
        return bool(self._needs.search(text))


@dataclass(frozen=True)
class ChartNamed:
    """A chart by whose codes municipal rand is counted, and where its codes are published."""

    code: str
    reference: str


@dataclass(frozen=True)
class ServiceList:
    """The services from one day on."""

    valid_from: date
    reason: str
    charts: tuple[ChartNamed, ...]
    departments_reference: str
    services: tuple[Service, ...]

    @cached_property
    def _by_function(self) -> Mapping[tuple[str, str], Service]:
        return {
            (each.chart, charts()[each.chart].mark + code): service
            for service in self.services for each in service.functions for code in each.codes
        }  # fmt: skip

    def of_words(self, text: str) -> Service | None:
        """The service that a finding or commitment speaks of, the first that fits."""
        return next((each for each in self.services if each.is_needed_by(text)), None)

    def of_function(self, chart: str, code: str, year: int) -> Service | None:
        """The service for which municipalities spend under a function, by the code that figures are kept under.

        Figures of tables without codes are kept under words, which are read by the charts of the year.
        """
        if found := self._by_function.get((chart, code)):
            return found
        for each in self.charts:
            known = charts()[each.code]
            if known.years[0] <= year <= known.years[1] and (entry := known.of_words(code)):
                return self._by_function.get((each.code, known.mark + entry.code))
        return None

    def of_department(self, institution: str, programme: str) -> Service | None:
        """The service for which a department spends under a programme. A programme named goes before a department."""
        found = None
        for service in self.services:
            for each in service.departments:
                if each.is_meant(institution, programme):
                    if each.programmes:
                        return service
                    found = found or service
        return found


@dataclass(frozen=True)
class _Lists:
    lists: tuple[ServiceList, ...]


@cache
def _lists() -> tuple[ServiceList, ...]:
    return load(_FILE, _Lists).lists


def services_on(day: date) -> ServiceList:
    """The list in force on a day; before the first one, the first."""
    known = sorted(_lists(), key=lambda each: each.valid_from)
    return next((each for each in reversed(known) if each.valid_from <= day), known[0])
