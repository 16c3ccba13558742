"""What the formulas of the registry need of the observations: which categories stand above and below the line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """One category of a table as a build numbers it. `is_apart`: no part of the universe that was asked."""

    number: int
    category: str
    is_apart: bool


@dataclass(frozen=True)
class Part:
    """A category of a formula: how often it stands above the line and below it."""

    cell: int
    above: int
    below: int


@dataclass(frozen=True)
class Formula:
    factor: float
    divides: bool
    needed: int

    def parts(self, by_table: Mapping[str, Sequence[Cell]]) -> Iterator[Part]:
        return iter(())


@dataclass(frozen=True)
class Computed:
    number: int
    code: str
    title: str
    unit: str
    universe: str
    formulas: tuple[Formula, ...]


def computed() -> tuple[Computed, ...]:
    return ()


def computed_digest() -> str:
    return ""
