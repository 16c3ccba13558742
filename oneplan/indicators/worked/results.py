"""What a measure gives: a number for each place, its parts, and the numbers that went in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from oneplan.indicators.queries import Place, Value
from oneplan.indicators.worked.given import Offer


class Role(StrEnum):
    """What a column of a measure is."""

    MEASURE = "measure"  # what the method gives
    INPUT = "input"  # what went in: it opens its own page


@dataclass(frozen=True)
class Column:
    """One column of numbers, told with so many `places` behind the point and its unit ("" for a bare number)."""

    code: str
    label: str
    places: int
    unit: str = ""
    role: Role = Role.MEASURE


@dataclass(frozen=True)
class Number:
    """One number. `value` None is unknown. `of` is the value of the build whose page shows it, or its cells."""

    value: float | None
    of: Value | None = None


@dataclass(frozen=True)
class Line:
    """One place with a number for each column; `why` says why its measure is unknown, "" where it is known."""

    place: Place
    numbers: Sequence[Number]
    why: str = ""


@dataclass(frozen=True)
class Worked:
    """A measure at every place of a level. `first` is the column that is drawn; `is_modelled` where it rests on a rule
    that is no observation. `around` are the country and the provinces, where they are told. `notes` say what a reader
    must know of it."""

    code: str
    offer: Offer
    columns: Sequence[Column]
    lines: Sequence[Line]
    around: Sequence[Line]
    is_modelled: bool
    notes: Sequence[str]
    first: int = 0

    @property
    def quality(self) -> str:
        """The state of every number of it."""
        return "modelled" if self.is_modelled else "computed"

    @property
    def known(self) -> list[Line]:
        """The lines whose measure is known."""
        return [line for line in self.lines if line.numbers[self.first].value is not None]

    @property
    def inputs(self) -> list[Value]:
        """Every value of the build that went in."""
        return [number.of for line in (*self.lines, *self.around) for number in line.numbers if number.of]

    @property
    def releases(self) -> list[str]:
        """The releases of what went in."""
        return sorted({each.release for each in self.inputs})

    @property
    def tables(self) -> list[str]:
        """The tables of what went in."""
        return list(dict.fromkeys(each.table for each in self.inputs))
