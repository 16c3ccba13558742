"""When stages begin and fall due, and how late they are. Pure: a rule set and dates in, dates out.

The law caps the whole (12 months to make a One Plan, 6 months to review it); how long each stage takes is in no
source. The typical months of the rule set are spread over the clock that runs, and stay labelled unverified.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from oneplan.frameworks.definitions import Clock, RuleSet, Standing
from oneplan.periods.clock import add_months


@dataclass(frozen=True)
class Deadline:
    """A due date as seen on a day. `days_left` is negative once it is past."""

    label: str
    due_on: date
    days_left: int
    is_limit: bool
    standing: Standing
    source: str

    @property
    def is_late(self) -> bool:
        return self.days_left < 0

    @property
    def days_late(self) -> int:
        return max(0, -self.days_left)


def clock_of(rules: RuleSet, *, is_review: bool) -> Clock:
    """The clock that runs while an edition is made: formulation for the first, review for those that follow."""
    return rules.clock("review" if is_review else "formulation")


def stage_dates(rules: RuleSet, opened_on: date, *, is_review: bool) -> dict[str, tuple[date, date]]:
    """First and last day of each stage that has a typical duration, spread over the clock that runs.

    The typical months count to twelve; a shorter clock shrinks them evenly, to the day.
    """
    clock = clock_of(rules, is_review=is_review)
    last = max(stage.duration.last_month for stage in rules.stages if stage.duration)
    whole = (add_months(opened_on, clock.months) - opened_on).days

    def on(month: int) -> date:
        if last == clock.months:
            return add_months(opened_on, month)
        return opened_on + timedelta(days=whole * month // last)

    return {
        stage.code: (on(stage.duration.first_month - 1), on(stage.duration.last_month))
        for stage in rules.stages
        if stage.duration
    }


def deadline(rules: RuleSet, opened_on: date, today: date, *, is_review: bool) -> Deadline:
    """When the edition must be adopted, and how many days are left."""
    clock = clock_of(rules, is_review=is_review)
    due_on = add_months(opened_on, clock.months)
    return Deadline(clock.label, due_on, (due_on - today).days, clock.is_limit, clock.standing, clock.source)


def next_review(rules: RuleSet, adopted_on: date, today: date) -> Deadline:
    """When the review of an adopted edition must open."""
    clock = rules.clock("next_review")
    due_on = add_months(adopted_on, clock.months)
    return Deadline(clock.label, due_on, (due_on - today).days, clock.is_limit, clock.standing, clock.source)
