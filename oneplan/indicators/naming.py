"""What the numbers of a build stand for. Read once for each build: joining small tables anew costs more than a scan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oneplan.warehouse.connection import Reading


@dataclass(frozen=True)
class Names:
    """Codes and labels by number, and the other way round. A metropolitan space and its municipal area share a code."""

    places: Mapping[int, tuple[str, str, str, str, str]]  # code, label, province, space, municipal area
    numbers_of: Mapping[str, Sequence[int]]  # of the places with a code
    breakdowns: Mapping[int, tuple[str, str]]  # dimension and category
    dimensions: Mapping[str, Mapping[str, int]]  # the number of each category of a dimension
    indicators: Mapping[int, str]
    tables: Mapping[int, str]
    releases: Mapping[int, str]
    cells: Mapping[int, str]
    methods: Mapping[int, str]

    def told_places(self, codes: Sequence[str]) -> tuple[str, dict[str, int | str]]:
        """The places with one of these codes as the right side of IN, and the values that it names."""
        numbers = (number for code in codes for number in self.numbers_of.get(code, ()))
        told: dict[str, int | str] = {f"place{at}": number for at, number in enumerate(numbers)}
        return f"({', '.join(f'${name}' for name in told) or 'NULL'})", told

    def breakdowns_by(self, dimension: str, category: str | None = None) -> list[int]:
        """The numbers of the categories of a dimension, or of one of them."""
        known = self.dimensions.get(dimension, {})
        if category is None:
            return list(known.values())
        return [known[category]] if category in known else []


def names_in(turn: Reading) -> Names:
    """The names of the build that is read."""
    if "names" not in turn.memory:
        turn.memory["names"] = _read(turn)
    names: Names = turn.memory["names"]
    return names


def _read(turn: Reading) -> Names:
    told = turn.rows("SELECT id, code, label, province, space, municipal_area FROM places")
    places = {number: (code, label, province, space, area) for number, code, label, province, space, area in told}
    numbers_of: dict[str, list[int]] = {}
    for number, (code, *_label) in places.items():
        numbers_of.setdefault(code, []).append(number)
    breakdowns = turn.rows("SELECT id, dimension, category FROM breakdowns")
    dimensions: dict[str, dict[str, int]] = {}
    for number, by, each in breakdowns:
        dimensions.setdefault(by, {})[each] = number
    return Names(
        places, numbers_of, {number: (by, each) for number, by, each in breakdowns}, dimensions,
        indicators=dict(turn.rows("SELECT id, code FROM indicators")),
        tables=dict(turn.rows("SELECT id, code FROM series")), releases=dict(turn.rows("SELECT id, ref FROM releases")),
        cells=dict(turn.rows("SELECT id, label FROM cells")), methods=dict(turn.rows("SELECT id, label FROM methods")),
    )  # fmt: skip


def listed(numbers: Sequence[int]) -> str:
    """Numbers as the right side of IN; of none, what nothing is in."""
    return f"({', '.join(map(str, numbers)) or 'NULL'})"
