"""The course of a project: its cost, its spending and its stage over time on one axis. Drawn on the server. Pure.

Places along the axis are per cent and heights are pixels, so that the picture is as wide as the page and its words stay
as large as they are. An estimate holds from the day it was stated until another was: its line goes in steps. Spending
to date grows between the days on which it was stated. What was not stated is not drawn.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _

from oneplan.money import format_rand_short
from oneplan.platform.web.axis import Axis, Stretch, axis_of
from oneplan.projects.choices import BUILDING, DONE, PLANNING, STOPPED, Stage

TOP, TALL = 44, 150  # pixels: over the plot, and of the plot
FLOOR = TOP + TALL
BAND_TOP, BAND_TALL = FLOOR + 12, 24
MARKS_TOP = BAND_TOP + BAND_TALL + 18
HEIGHT = MARKS_TOP + 30
ROOM_FOR_WORDS = 18  # per cent of the axis that a band needs to bear its own words


@dataclass(frozen=True)
class Told:
    """What one submission said, as far as the course shows it."""

    on: date
    stage: str
    total_cost: Decimal | None
    spent_to_date: Decimal | None
    spent_before: Decimal | None = None
    spent_before_on: date | None = None  # the first day of the year before which that was spent


@dataclass(frozen=True)
class Dated:
    """A dated event: planned, or happened."""

    label: str
    on: date
    is_actual: bool = False
    note: str = ""


@dataclass(frozen=True)
class Piece:
    """A straight piece of a line: x in per cent, y in pixels."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Spot:
    """A value that was stated, on the day it was."""

    x: float
    y: float
    said: str


@dataclass(frozen=True)
class Mark:
    """A dated event under the axis, by the number it has in the list of events."""

    number: int
    x: float
    event: Dated


@dataclass(frozen=True)
class BandPiece:
    """A stage from the day it was stated until the next one was."""

    stretch: Stretch
    label: str
    tone: str
    has_room: bool


@dataclass(frozen=True)
class Course:
    """All that the template draws; `words` says the finding of it."""

    axis: Axis
    now_x: float
    estimate: list[Piece] = field(default_factory=list)
    estimates: list[Spot] = field(default_factory=list)
    spending: list[Piece] = field(default_factory=list)
    spendings: list[Spot] = field(default_factory=list)
    bands: list[BandPiece] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    grid: list[tuple[float, str]] = field(default_factory=list)
    words: str = ""

    height = HEIGHT
    top, floor = TOP, FLOOR
    band_top, band_tall = BAND_TOP, BAND_TALL
    band_text, marks_top = BAND_TOP + 16, MARKS_TOP

    @property
    def estimate_label(self) -> Spot | None:
        return self.estimates[-1] if self.estimates else None

    @property
    def spending_label(self) -> Spot | None:
        return self.spendings[-1] if self.spendings else None


def tone_of(stage: str) -> str:
    """The shade of a stage by its phase; a stage that was not stated has the shade of no data."""
    if stage in PLANNING:
        return "seq-2"
    if stage in BUILDING:
        return "seq-4"
    if stage in DONE:
        return "seq-5"
    return "div-6" if stage in STOPPED else "no-data"


def course_of(told: Sequence[Told], events: Sequence[Dated], today: date) -> Course | None:
    """The course in the order of time; None where nothing at all has a day."""
    told = sorted(told, key=lambda each: each.on)
    events = sorted(events, key=lambda each: each.on)
    if not told and not events:
        return None
    days = [each.on for each in told] + [each.on for each in events]
    axis = axis_of([*days, *(each.spent_before_on for each in told[:1])], today)
    sums = [value for each in told for value in (each.total_cost, each.spent_to_date) if value is not None]
    most = max(sums, default=Decimal(0)) or Decimal(1)
    last = axis.place(max(today, told[-1].on)) if told else 0.0

    def height(value: Decimal) -> float:
        return round(FLOOR - TALL * float(max(value, Decimal(0)) / most), 1)

    estimates = [
        Spot(axis.place(each.on), height(each.total_cost), format_rand_short(each.total_cost))
        for each in told if each.total_cost is not None
    ]  # fmt: skip
    spendings = _spendings(told, axis, height)
    return Course(
        axis=axis, now_x=axis.place(today),
        estimates=estimates, estimate=_steps(estimates, last),
        spendings=spendings, spending=_slopes(spendings),
        bands=_bands(told, axis, today),
        marks=[Mark(number, axis.place(each.on), each) for number, each in enumerate(events, 1)],
        grid=[(height(most * part), format_rand_short(most * part)) for part in (Decimal("0.5"), Decimal(1))]
        if sums else [],
        words=_words(told),
    )  # fmt: skip


def _spendings(told: Sequence[Told], axis: Axis, height: Callable[[Decimal], float]) -> list[Spot]:
    """Spending to date by submission, and before them what the first says was spent before its year."""
    known = [(each.on, each.spent_to_date) for each in told if each.spent_to_date is not None]
    first = told[0] if told else None
    if first and first.spent_before is not None and first.spent_before_on and first.spent_before_on < first.on:
        known.insert(0, (first.spent_before_on, first.spent_before))
    return [Spot(axis.place(day), height(spent), format_rand_short(spent)) for day, spent in known]


def _steps(spots: Sequence[Spot], last: float) -> list[Piece]:
    pieces = []
    for spot, after in zip(spots, [*spots[1:], None], strict=True):
        end = after.x if after else max(last, spot.x)
        pieces.append(Piece(spot.x, spot.y, end, spot.y))
        if after:
            pieces.append(Piece(end, spot.y, end, after.y))
    return pieces


def _slopes(spots: Sequence[Spot]) -> list[Piece]:
    return [Piece(a.x, a.y, b.x, b.y) for a, b in pairwise(spots)]


def _bands(told: Sequence[Told], axis: Axis, today: date) -> list[BandPiece]:
    """One band for each run of equal stages; the last goes on until today."""
    runs: list[tuple[str, date, date]] = []
    for each, after in zip(told, [*told[1:], None], strict=True):
        end = after.on if after else max(today, each.on)
        if runs and runs[-1][0] == each.stage:
            runs[-1] = (each.stage, runs[-1][1], end)
        else:
            runs.append((each.stage, each.on, end))
    pieces = []
    for stage, start, end in runs:
        label = str(Stage(stage).label) if stage else _("stage not stated")
        x, width = axis.place(start), axis.place(end) - axis.place(start)
        stretch = Stretch(x, round(max(width, 0.6), 3), label, stage)
        pieces.append(BandPiece(stretch, label, tone_of(stage), width >= ROOM_FOR_WORDS))
    return pieces


def _words(told: Sequence[Told]) -> str:
    """The finding: how the estimate moved, and how much of it is spent."""
    costs = [each.total_cost for each in told if each.total_cost is not None]
    if not costs:
        return _("No submission states what it costs.")
    first, last = costs[0], costs[-1]
    if first == last:
        said = _("Estimated at %(cost)s") % {"cost": format_rand_short(last)}
    elif last > first:
        said = _("The estimate rose from %(first)s to %(last)s") % {
            "first": format_rand_short(first), "last": format_rand_short(last)}  # fmt: skip
    else:
        said = _("The estimate fell from %(first)s to %(last)s") % {
            "first": format_rand_short(first), "last": format_rand_short(last)}  # fmt: skip
    spent = next((each.spent_to_date for each in reversed(told) if each.spent_to_date is not None), None)
    if spent is None and told[-1].spent_before is not None:
        return _("%(said)s; %(spent)s was spent before its financial year, and nothing is stated since.") % {
            "said": said, "spent": format_rand_short(told[-1].spent_before)}  # fmt: skip
    if spent is None:
        return _("%(said)s; spending is not stated.") % {"said": said}
    return _("%(said)s; %(spent)s is spent.") % {"said": said, "spent": format_rand_short(spent)}
