"""The charts by which sources code their figures: which codes there are in which years, and what each means."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from oneplan.exchange.values import fold
from oneplan.frameworks.loading import load

_FOLDER = Path(__file__).parents[1] / "charts"
EVER = (0, 9999)
_STEPS = re.compile(r"\s*[/:>|]\s*|\s+[-–]\s+")


@dataclass(frozen=True)
class Entry:
    """One line of a chart.

    `statement`: in which statement figures of it stand, where the chart says that; `parts`: of which lines it is the
    sum (a line with a minus sign before it is taken off); `apart`: why its rand is no figure of this dataset.
    """

    code: str
    label: str
    category: str
    subcategory: str
    statement: str
    is_subtotal: bool
    parts: tuple[str, ...]
    apart: str
    receiver: str
    position: int
    years: tuple[int, int]


@dataclass(frozen=True)
class _Stated:
    """A chart as charts.yaml names it. `mark` stands before its codes where another chart uses the same for others."""

    code: str
    table: str
    title: str
    source: str
    from_year: int
    to_year: int = EVER[1]
    decides_statement: bool = False
    mark: str = ""


@dataclass(frozen=True)
class _Charts:
    charts: tuple[_Stated, ...]


@dataclass(frozen=True)
class _Heading:
    """What stands above several lines of a chart, as words.yaml names it."""

    code: str
    label: str
    category: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Words:
    """The words for lines of one chart, of financial years that begin in `from_year` and later."""

    chart: str
    from_year: int
    reference: str
    reason: str
    levels: tuple[str, ...]
    headings: tuple[_Heading, ...]
    lines: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class _WordLists:
    lists: tuple[_Words, ...]


@dataclass(frozen=True)
class Chart:
    """A chart and its lines. `decides_statement`: without its line nobody knows in which statement a figure stands."""

    code: str
    title: str
    source: str
    years: tuple[int, int]
    decides_statement: bool
    mark: str
    entries: tuple[Entry, ...] = field(repr=False)
    words: _Words | None = field(default=None, repr=False)

    def key(self, code: str) -> str:
        """A code as records know it."""
        return f"{self.code}:{self.mark}{code}"

    @cached_property
    def by_code(self) -> Mapping[str, Entry]:
        """Lines by code, as written and without zeros in front: spreadsheets drop them."""
        found: dict[str, Entry] = {}
        for entry in (*self.entries, *self.headings):
            found.setdefault(entry.code, entry)
        for entry in self.entries:
            found.setdefault(entry.code.lstrip("0"), entry)
        return found

    @cached_property
    def headings(self) -> tuple[Entry, ...]:
        """What stands above several lines, for figures of which no line is told."""
        if self.words is None:
            return ()
        years = (self.words.from_year, self.years[1])
        return tuple(
            Entry(each.code, each.label, each.category, each.label, "", False, (), "", "", 0, years)
            for each in self.words.headings
        )

    @cached_property
    def by_position(self) -> Mapping[str, Entry]:
        return {str(entry.position): entry for entry in self.entries}

    @cached_property
    def by_label(self) -> Mapping[str, Entry]:
        found: dict[str, Entry] = {}
        for entry in self.entries:
            if not entry.is_subtotal:
                found.setdefault(fold(entry.label), entry)
        return found

    def of_words(self, text: str) -> Entry | None:
        """The line or heading that words name, alone or at the end of a path of the chart; None where nobody said so.

        >>> charts()["municipal-functions-v2"].of_words("Trading services/Water Distribution").code
        '4202'
        >>> charts()["municipal-functions-v2"].of_words("Function:Water Management").code
        '42'
        >>> charts()["municipal-functions-v2"].of_words("Municipal Works/Water Distribution")
        """
        steps = [step for step in _steps(text) if step not in self._levels]
        for start in range(len(steps)):
            if found := self._by_words.get("/".join(steps[start:])):
                return found if self._above.issuperset(steps[:start]) else None
        return None

    @cached_property
    def _by_words(self) -> Mapping[str, Entry]:
        """Labels before headings, since some are both; then further names."""
        found: dict[str, Entry] = {}
        for entry in (*(each for each in self.entries if not each.is_subtotal), *self.headings):
            found.setdefault("/".join(_steps(entry.label)), entry)
        if self.words:
            for heading in self.words.headings:
                for words in heading.words:
                    found.setdefault("/".join(_steps(words)), self.by_code[heading.code])
            for code, names in self.words.lines.items():
                for words in names:
                    found.setdefault("/".join(_steps(words)), self.by_code[code])
        return found

    @cached_property
    def _levels(self) -> frozenset[str]:
        return frozenset(step for level in (self.words.levels if self.words else ()) for step in _steps(level))

    @cached_property
    def _above(self) -> frozenset[str]:
        """Words that may stand before those of a line."""
        headings = self.words.headings if self.words else ()
        told = {each for entry in self.entries for each in (entry.category, entry.subcategory)}
        named = {each for heading in headings for each in (heading.label, *heading.words)}
        return frozenset(step for each in told | named for step in _steps(each))

    def near(self, code: str, label: str = "") -> list[Entry]:
        """Lines whose code or label resembles what was written, the nearest first; at most three."""
        from rapidfuzz import fuzz, process  # here: slow to load, and only unknown codes need it

        pool = {**{entry.code: entry for entry in self.entries}, **{fold(entry.label): entry for entry in self.entries}}
        asked = fold(label or code)
        found = process.extract(asked, list(pool), scorer=fuzz.ratio, limit=6, score_cutoff=60)
        near = {pool[key].code: pool[key] for key, _score, _index in found}
        if not near and code.isdigit():
            numbered = [entry for entry in self.entries if entry.code.isdigit()]
            near = {each.code: each for each in sorted(numbered, key=lambda each: abs(int(each.code) - int(code)))[:3]}
        return list(near.values())[:3]


@cache
def charts() -> Mapping[str, Chart]:
    """Every chart, by its code."""
    stated = load(_FOLDER / "charts.yaml", _Charts).charts
    words = {each.chart: each for each in load(_FOLDER / "words.yaml", _WordLists).lists}
    return {
        each.code: Chart(
            each.code, each.title, each.source, (each.from_year, each.to_year), each.decides_statement, each.mark,
            _entries(each), words.get(each.code),
        )
        for each in stated
    }  # fmt: skip


def _entries(stated: _Stated) -> tuple[Entry, ...]:
    with (_FOLDER / f"{stated.code}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Entry(
                row["code"], row["label"], row["category"], row["subcategory"], row["statement"],
                row["is_subtotal"] == "yes", tuple(row["parts"].split()), row["apart"], row["receiver"],
                int(row["position"]),
                (int(row["from_year"] or stated.from_year), int(row["to_year"] or stated.to_year)),
            )
            for row in csv.DictReader(file)
        )  # fmt: skip


def _steps(text: str) -> list[str]:
    """Words as a path, each step as it is compared."""
    return [fold(step.replace("&", " and ")) for step in _STEPS.split(text) if step.strip()]


@cache
def receivers() -> Mapping[str, str]:
    """Words of economic classifications, folded → who receives: a sphere, or "agencies"."""
    with (_FOLDER / "receivers.csv").open(encoding="utf-8", newline="") as file:
        return {fold(row["words"]): row["receiver"] for row in csv.DictReader(file)}


def receiver_of(levels: tuple[str, ...]) -> str:
    """Who receives what is classified so: the deepest level that says it; "" where rand is spent, not passed on.

    >>> receiver_of(("Transfers and subsidies", "Provinces and municipalities", "Municipalities"))
    'local'
    >>> receiver_of(("Current payments", "Goods and services"))
    ''
    """
    known = receivers()
    for level in reversed(levels):
        if found := known.get(fold(level.replace("&", " and "))):
            return found
    return ""
