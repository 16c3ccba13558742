"""Which item of a plan is carried where, what hangs loose, and what is promised twice. Pure: no database.

Only confirmed links count. Proposed ones stand in a count of their own and never fill a cell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

Cell = tuple[int, str]  # item, space


@dataclass(frozen=True, slots=True)
class Carried:
    """One commitment that serves an item; `spaces`: codes of those that share in it."""

    item: int
    commitment: int
    spaces: tuple[str, ...]
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Covered:
    """Commitments of one item in one space. A commitment that is confirmed is not proposed as well."""

    confirmed: tuple[int, ...] = ()
    proposed: tuple[int, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether nothing confirmed carries the item here."""
        return not self.confirmed


def cover(links: Iterable[Carried]) -> dict[Cell, Covered]:
    """By item and space what is there. A cell that is missing has neither confirmed nor proposed commitments."""
    sure: dict[Cell, set[int]] = defaultdict(set)
    maybe: dict[Cell, set[int]] = defaultdict(set)
    for link in links:
        for space in link.spaces:
            (sure if link.is_confirmed else maybe)[link.item, space].add(link.commitment)
    return {
        cell: Covered(tuple(sorted(sure[cell])), tuple(sorted(maybe[cell] - sure[cell])))
        for cell in {*sure, *maybe}
    }  # fmt: skip


def open_cells(cells: Mapping[Cell, Covered], items: Iterable[int], spaces: Iterable[str]) -> list[Cell]:
    """Items without a confirmed commitment, by space, in the order given."""
    columns = tuple(spaces)
    return [(item, space) for item in items for space in columns if cells.get((item, space), Covered()).is_open]


def loose(those: Iterable[int], held: Set[int]) -> list[int]:
    """Those that no confirmed link holds, in the order given."""
    return [each for each in those if each not in held]


def promised_twice(cells: Mapping[Cell, Covered]) -> list[Cell]:
    """Items that two or more confirmed commitments of one space serve: to be looked at, not errors by themselves."""
    return sorted(cell for cell, covered in cells.items() if len(covered.confirmed) > 1)
