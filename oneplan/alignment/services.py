"""Services: what findings, commitments and budget functions have in common, by dated lists of words with reasons."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path

from oneplan.frameworks.loading import load

_FILE = Path(__file__).parent / "parameters" / "services.yaml"


@dataclass(frozen=True)
class Service:
    """One service and the words by which need and money are known to be for it."""

    code: str
    label: str
    words: tuple[str, ...]
    functions: tuple[str, ...]
    reason: str

    @cached_property
    def _needs(self) -> re.Pattern[str]:
        return _any_of(self.words)

    @cached_property
    def _spends(self) -> re.Pattern[str]:
        return _any_of(self.functions)

    def is_needed_by(self, text: str) -> bool:
        return bool(self._needs.search(text))

    def is_served_by(self, function: str) -> bool:
        return bool(self._spends.search(function))


@dataclass(frozen=True)
class ServiceList:
    """The services from one day on."""

    valid_from: date
    reason: str
    services: tuple[Service, ...]

    def of_words(self, text: str) -> Service | None:
        """The service that a finding or commitment speaks of, the first that fits."""
        return next((each for each in self.services if each.is_needed_by(text)), None)

    def of_function(self, names: str) -> Service | None:
        """The service that a budget function, written with its groups, is for."""
        return next((each for each in self.services if each.is_served_by(names)), None)


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


def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(re.escape(word) for word in words) + ")", re.IGNORECASE)
