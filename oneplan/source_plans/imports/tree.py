"""The rows of a table as the items of a tree. Pure but for the refusals that it leaves on rows.

Two forms are read. A list has a row for each item, with its number and that of the item above. A table of levels has
the levels side by side (Goal | Outcome | Indicator), as IDPs, APPs and SDBIPs print them: each distinct text is an item
under the one to its left, and a cell that is left empty, or merged with the one above, means what stands above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from oneplan.exchange.choices import IssueKind
from oneplan.exchange.rows import Row
from oneplan.exchange.values import fold
from oneplan.source_plans.choices import ItemKind

KINDS: tuple[str, ...] = tuple(ItemKind.values)
_FACTS = (
    "description", "institution", "space", "municipality", "place", "unit", "baseline", "target", "first_year",
    "last_year", "basis", "cost",
)  # fmt: skip
_MEASURED = ("unit", "baseline", "target")  # what is said of an indicator, whichever level stands last
_LONGEST_TARGET = 120
_WORDS = r"(?:[A-Za-z]+\s+){0,2}(?:goal|outcome|objective|priority|pillar|chapter|kpa|kpi|indicator|project|output)"
_NUMBERED = re.compile(
    rf"(?P<word>{_WORDS}\s*(?:no\.?\s*)?|[A-Z]{{2,6}}[-/ ]?)?"
    r"(?P<number>\d+(?:[./-]\d+)*[a-z]?)\s*(?P<mark>[.:)–—-]*)\s+(?P<title>\S.*)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:19|20)\d{2}(?:\s*[/–-]\s*\d{2,4})?\b")
_UNIT = re.compile(
    r"(km|m|m2|m²|ha|ml|kl|mw|kw|mva|kva|%|percent|per|million|billion|households?|units?)\b", re.IGNORECASE
)


@dataclass
class Node:
    """One item as the file states it. `row` is the first that does; `facts` are its values by target."""

    ref: str
    kind: str
    title: str
    parent: str
    row: Row
    facts: dict[str, Any] = field(default_factory=dict)


def numbered(text: str) -> tuple[str, str] | None:
    """(number, title) of a text that begins with the number of its document; None for one that does not.

    >>> numbered("Goal 1: Water for all"), numbered("1.2 Bulk supply"), numbered("KPI 3.1.1 – Taps that work")
    (('Goal 1', 'Water for all'), ('1.2', 'Bulk supply'), ('KPI 3.1.1', 'Taps that work'))
    >>> numbered("2 reservoirs"), numbered("2.5 Ml reservoir"), numbered("Water")
    (None, None, None)
    """
    found = _NUMBERED.fullmatch(text)
    if found is None:
        return None
    word, number, mark, title = (found[name] or "" for name in ("word", "number", "mark", "title"))
    begins = title[0].isupper() and not _UNIT.match(title)
    is_sure = mark.strip("-") or ((word.strip() or "." in number) and (mark or begins))
    ref = f"{' '.join(word.split())} {number}".strip() if word[-1:].isspace() or not word else f"{word}{number}"
    return (ref, title) if is_sure and len(ref) <= 60 else None


def facts_of(row: Row) -> dict[str, Any]:
    """What a row says besides number, title and place in the tree; targets of years become one text."""
    facts = {name: row[name] for name in _FACTS if row[name] is not None}
    if by_year := row["targets"]:
        years = {label: found[0] for label in by_year if (found := _YEAR.search(label))}
        is_plain = len(set(years.values())) == len(by_year)  # each its own year: quarters keep their words
        told = "; ".join(f"{years[label] if is_plain else label}: {value}" for label, value in by_year.items())
        whole = f"{facts['target']}; {told}" if facts.get("target") else told
        if len(whole) > _LONGEST_TARGET:
            row.refuse(
                "targets", IssueKind.TOO_LONG,
                _("The targets of the years have %(length)s letters together; at most %(most)s fit. Match fewer years,"
                  " or shorten them.") % {"length": len(whole), "most": _LONGEST_TARGET}, value=whole,
            )  # fmt: skip
        facts["target"] = whole
    return facts


def listed(rows: Sequence[Row]) -> Iterator[tuple[Row, list[Node]]]:
    """Each row of a list with its item. A row without number, kind or title is refused."""
    for row in rows:
        if row.is_refused:
            continue
        for name, sentence in (
            ("ref", _("The item has no number. Write the one that the document gives it.")),
            ("kind", _("It is not said what the item is. Use one of: %(kinds)s.") % {"kinds": ", ".join(KINDS)}),
            ("title", _("The item has no title. Write what the document says there.")),
        ):
            if not row[name]:
                row.refuse(name, IssueKind.REQUIRED, sentence)
        facts = facts_of(row)
        if not row.is_refused:
            yield row, [Node(row["ref"], row["kind"], row["title"], row["parent"] or "", row, facts)]


class Levels:
    """A table with its levels side by side.

    `places` are the columns of the levels, whose order is that of the tree; `known` are the items that the plan has,
    (number of the item above, kind, folded title) → number; `taken` are all numbers that the plan has ever given.
    """

    def __init__(
        self, places: Mapping[str, int], known: Mapping[tuple[str, str, str], str], taken: set[str]
    ) -> None:  # fmt: skip
        self._places, self._levels = places, sorted(places, key=lambda level: (places[level], KINDS.index(level)))
        self._known, self._taken = known, set(taken)
        self._nodes: dict[tuple[str, str, str], Node] = {}
        self._next: dict[str, int] = {}
        self._above: dict[str, str] = {}  # texts of the row before, by level
        self._numbers: dict[str, dict[str, tuple[str, str]]] = {}

    def read(self, rows: Sequence[Row]) -> Iterator[tuple[Row, list[Node]]]:
        """Each row with its items, the highest first. What it takes over from above is written into its values."""
        filled = [(row, chain) for row in rows if (chain := self._take_over(row))]
        self._numbers = {level: self._numbers_of(level, [chain for _row, chain in filled]) for level in self._levels}
        stated = {row["ref"] for row, _chain in filled if row["ref"]}
        self._taken |= stated | {ref for known in self._numbers.values() for ref, _title in known.values()}
        for row, chain in filled:
            if not row.is_refused:
                yield row, self._chain(row, chain)

    def _take_over(self, row: Row) -> dict[str, str]:
        """The texts of a row by level, with those that it takes over from the rows above; "" for one not read."""
        said = {level: row[level] or "" for level in self._levels if row[level] or self._is_unread(row, level)}
        if not said:
            if not row.is_refused:
                row.refuse(
                    self._levels[-1], IssueKind.REQUIRED,
                    _("The row names no item: %(levels)s are empty. Write the text again that it belongs to, or join it"
                      " with the row above.") % {"levels": ", ".join(self._levels)},
                )  # fmt: skip
            return {}
        last = max(self._levels.index(level) for level in said)
        above, chain, is_other = self._above, dict[str, str](), False
        for level in self._levels[: last + 1]:
            if level in said:
                is_other = is_other or fold(said[level]) != fold(above.get(level, ""))
                chain[level] = said[level]
            elif not is_other and level in above:
                chain[level] = above[level]
                if not above[level] and not row.is_refused:
                    row.refuse(
                        level, IssueKind.REQUIRED,
                        _("The row takes over from a row above what could not be read there. Mend that row, or write"
                          " the text here too."),
                    )  # fmt: skip
        self._above = chain
        row.values.update({level: text for level, text in chain.items() if text})
        return chain

    def _is_unread(self, row: Row, level: str) -> bool:
        """Whether the cell of a refused row holds something that was not read."""
        place = self._places[level]
        return row.is_refused and place < len(row.cells) and row.cells[place] not in ("", None)

    def _numbers_of(self, level: str, chains: Sequence[Mapping[str, str]]) -> dict[str, tuple[str, str]]:
        """Text → (number, title) where every text of a level is numbered and no number stands for two texts."""
        texts = {chain[level] for chain in chains if chain.get(level)}
        read = {text: numbered(text) for text in texts}
        meant: dict[str, str] = {}
        for found in read.values():
            if found is None or fold(meant.setdefault(found[0], found[1])) != fold(found[1]):
                return {}
        others = {ref for known in self._numbers.values() for ref, _title in known.values()}
        numbers = {text: found for text, found in read.items() if found}
        return {} if others & {ref for ref, _title in numbers.values()} else numbers

    def _chain(self, row: Row, chain: Mapping[str, str]) -> list[Node]:
        nodes: list[Node] = []
        last = list(chain)[-1]
        for level, text in chain.items():
            above = next((node for node in reversed(nodes) if KINDS.index(node.kind) <= KINDS.index(level)), None)
            parent = above.ref if above else ""
            number, title = self._numbers.get(level, {}).get(text, ("", text))
            number = (row["ref"] if level == last else "") or number
            key = (parent, level, number or fold(title))
            node = self._nodes.get(key)
            if node is None:
                node = self._nodes[key] = Node(number or self._number(parent, level, title), level, title, parent, row)
            nodes.append(node)
        self._give(row, nodes)
        row.values["ref"], row.values["parent"] = nodes[-1].ref, nodes[-1].parent or None
        return nodes

    def _number(self, parent: str, level: str, title: str) -> str:
        """The number that the plan gave this item before, else the next under its parent."""
        if before := self._known.get((parent, level, fold(title))):
            return before
        while True:
            self._next[parent] = count = self._next.get(parent, 0) + 1
            ref = f"{parent}.{count}" if parent else str(count)
            if ref not in self._taken:
                self._taken.add(ref)
                return ref

    @staticmethod
    def _give(row: Row, nodes: Sequence[Node]) -> None:
        """Hand what a row says to the item that it is said of: measures to the indicator, cost to the project, the rest
        to the last. A row that says something else than an earlier one is refused."""
        by_kind = {node.kind: node for node in nodes}
        for name, value in facts_of(row).items():
            kind = ItemKind.INDICATOR if name in _MEASURED else ItemKind.PROJECT if name == "cost" else ""
            node = by_kind.get(kind, nodes[-1])
            if node.facts.setdefault(name, value) != value:
                row.refuse(
                    name, IssueKind.RULE_BROKEN,
                    _("“%(title)s” is stated with %(before)s in row %(row)s and with %(now)s here. Keep the one that"
                      " the document means.")
                    % {"title": node.title, "before": node.facts[name], "row": node.row.number, "now": value},
                )  # fmt: skip
