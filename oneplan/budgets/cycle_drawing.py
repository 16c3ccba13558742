"""Eighteen months of the budget cycle as a picture: a row for each cycle, a shape for each thing. Pure.

Coordinates are those of a drawing `WIDTH` wide; a shape and its label take a lane in which nothing else stands.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from oneplan.budgets.cycle import Occurrence
from oneplan.budgets.cycle_words import basis_name
from oneplan.periods.clock import add_months
from oneplan.periods.years import Basis, FinancialYear

MONTHS, BEFORE = 18, 3  # in the picture; of them before the month of today
WIDTH = 1280
LANE, HEAD, TITLE, GAP = 20, 26, 24, 14  # heights: of a lane, of the months, of a row's title, between rows
LETTER = 6.4  # width of a letter of a label, on the wide side
POINT = 6  # half the width of the sign of a single day
ROOM = 10  # between a label and what follows it


@dataclass(frozen=True)
class Field:
    """The months that are drawn, from the first day of one to the last day of another."""

    begin: date
    months: int = MONTHS

    @property
    def end(self) -> date:
        """The day after the last."""
        return add_months(self.begin, self.months)

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)

    def x(self, day: date) -> float:
        """Where a day begins; what lies outside stands at the edge."""
        days = (self.end - self.begin).days
        return round(WIDTH * max(0, min(days, (day - self.begin).days)) / days, 1)

    @property
    def marks(self) -> list[tuple[float, date]]:
        """Where each month begins."""
        firsts = (add_months(self.begin, number) for number in range(self.months))
        return [(self.x(day), day) for day in firsts]


@dataclass(frozen=True)
class Shape:
    """One thing in its lane: a bar from `x`, or the sign of a day at `x`; its label begins or ends at `label_x`."""

    key: str
    label: str
    x: float
    width: float
    y: float
    label_x: float
    is_label_left: bool
    is_point: bool
    is_verified: bool


@dataclass(frozen=True)
class Band:
    """A financial year behind its row."""

    x: float
    width: float
    label: str

    @property
    def end(self) -> float:
        return round(self.x + self.width, 1)


@dataclass(frozen=True)
class Row:
    """One cycle: its years, its shapes, and how much room they take."""

    name: str
    y: float
    height: float
    bands: tuple[Band, ...]
    shapes: tuple[Shape, ...]


@dataclass(frozen=True)
class Drawing:
    """The whole picture."""

    field: Field
    rows: tuple[Row, ...]
    height: float
    now_x: float

    @property
    def width(self) -> int:
        return WIDTH


def field_around(today: date) -> Field:
    """The months around a day."""
    return Field(add_months(today.replace(day=1), -BEFORE))


def draw(field: Field, shown: Sequence[Occurrence], today: date) -> Drawing:
    """What is shown, each cycle in its row; a cycle of which nothing is shown has none."""
    rows, y = [], float(HEAD)
    for basis in Basis:
        if not (own := [each for each in shown if each.duty.basis is basis]):
            continue
        shapes, lanes = _laid_out(field, own, y + TITLE)
        height = TITLE + LANE * lanes
        rows.append(Row(basis_name(basis), y, height, tuple(_bands(field, basis)), tuple(shapes)))
        y += height + GAP
    return Drawing(field, tuple(rows), max(y - GAP, HEAD), field.x(today))


def _bands(field: Field, basis: Basis) -> Iterable[Band]:
    year = FinancialYear.containing(field.begin, basis)
    while year.starts_on < field.end:
        x = field.x(year.starts_on)
        yield Band(x, round(field.x(year.ends_on + timedelta(days=1)) - x, 1), year.long)
        year = year.next()


def _laid_out(field: Field, own: list[Occurrence], top: float) -> tuple[list[Shape], int]:
    """Each in the first lane that is free from where it begins; the earliest first."""
    ends: list[float] = []
    shapes = []
    for each in sorted(own, key=lambda one: (one.opens_on, one.due_on)):
        x, after = field.x(each.opens_on), field.x(each.due_on + timedelta(days=1))
        reach = LETTER * len(each.duty.title) + ROOM
        is_left = after + reach > WIDTH
        begin, end = (x - reach, after + ROOM) if is_left else (x, after + reach)
        lane = next((number for number, free in enumerate(ends) if free <= begin), len(ends))
        ends[lane : lane + 1] = [end]
        shapes.append(
            Shape(
                each.key, each.duty.title, x, round(max(after - x, 2.0), 1), top + lane * LANE + LANE / 2,
                x - POINT - 2 if is_left else after + (POINT if not each.is_window else 3), is_left,
                not each.is_window, each.is_verified,
            )
        )  # fmt: skip
    return shapes, len(ends)
