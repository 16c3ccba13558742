"""Time on a picture: an axis of calendar years, and where days stand on it in per cent. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

MOST_LABELS = 8  # of years under an axis
MOST_YEARS = 100  # of the axis before today, and after


@dataclass(frozen=True)
class Stretch:
    """A piece of the axis: from `x`, `width` wide, in per cent."""

    x: float
    width: float
    label: str = ""
    code: str = ""


@dataclass(frozen=True)
class Axis:
    """Time from the first of January of one year to the end of another."""

    first_year: int
    last_year: int

    @property
    def begin(self) -> date:
        return date(self.first_year, 1, 1)

    @property
    def end(self) -> date:
        return date(self.last_year + 1, 1, 1)

    def place(self, day: date) -> float:
        """Where a day stands, 0 to 100; what lies outside stands at the edge."""
        days = (self.end - self.begin).days
        return round(100 * max(0, min(days, (day - self.begin).days)) / days, 3)

    def holds(self, day: date) -> bool:
        """Whether a day lies on the axis."""
        return self.begin <= day < self.end

    def stretch(self, start: date | None, finish: date | None) -> Stretch | None:
        """From one day to another, both included, as far as it lies on the axis; None where nothing of it does.

        With one date known it is a point of that day; with none there is nothing.
        """
        known = [day for day in (start, finish) if day is not None]
        if not known or max(known) < self.begin or min(known) >= self.end:
            return None
        x = self.place(min(known))
        after = min(max(known), self.end).toordinal() + 1
        return Stretch(x, round(max(self.place(date.fromordinal(after)) - x, 0.4), 3))

    @property
    def years(self) -> list[Stretch]:
        """The years to be written under the axis: all, or every second, fifth, tenth …"""
        count = self.last_year - self.first_year + 1
        step = next(each for each in (1, 2, 5, 10, 20, 50, 100) if count / each <= MOST_LABELS)
        return [
            Stretch(self.place(date(year, 1, 1)), 0, str(year))
            for year in range(self.first_year, self.last_year + 1)
            if (year - self.first_year) % step == 0
        ]


def axis_of(days: Iterable[date | None], today: date) -> Axis:
    """The axis that holds these days and today, but for days that can only be a slip: 9999-12-31, year 202."""
    years = [day.year for day in days if day is not None] + [today.year]
    return Axis(max(min(years), today.year - MOST_YEARS), min(max(years), today.year + MOST_YEARS))
