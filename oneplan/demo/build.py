"""Builds the demonstration: three pilots with sample plans, each at another stage (demo/README.md).

Everything goes through the same actions that people use, at invented times, from fixed seeds; so the samples show real
gates, real hashes, a real seal and a real history. It refuses to run where plans exist already.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from django.db import transaction

from oneplan.demo.budgets import receive_budgets, serve_budgets
from oneplan.demo.evidence import receive_evidence, serve_evidence
from oneplan.demo.people import Cast
from oneplan.demo.projects import tell_stories, write_projects
from oneplan.demo.rounds import ACTS, Round
from oneplan.demo.sample import PILOTS, read_sample
from oneplan.periods import clock
from oneplan.plans.models import OnePlan
from oneplan.platform.audit import seal_log
from oneplan.platform.errors import RuleBroken


def at(day: date, hour: int = 9) -> datetime:
    """An instant of the sample's story, in the morning unless told."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def build(pilots: tuple[str, ...] = PILOTS) -> Iterator[str]:
    """Make the samples; yields a line per step. Raises RuleBroken where any plan exists."""
    if OnePlan.objects.exists():
        raise RuleBroken("There are plans in this data folder already. The sample is only loaded into an empty one.")
    with transaction.atomic():
        yield from _stories(pilots)
        codes = tuple(read_sample(pilot).space for pilot in pilots)
        yield from write_projects(codes)
        tell_stories(codes)
        yield from receive_budgets()
        yield receive_evidence()
    yield serve_budgets()  # from what is committed: a build that tells of more would outlive a failure
    yield serve_evidence()
    seal_log()


def _stories(pilots: tuple[str, ...]) -> Iterator[str]:
    """Day by day over all pilots, so that the log tells them in the order in which they happened."""
    samples = [read_sample(pilot) for pilot in pilots]
    days = sorted(((day.on, number, day) for number, sample in enumerate(samples) for day in sample.story),
                  key=lambda each: each[:2])  # fmt: skip
    with clock.pretending(at(days[0][0])):
        cast = Cast()
        rounds = [Round(cast, sample) for sample in samples]
    for on, number, day in days:
        with clock.pretending(at(on)):
            for act in day.acts:
                ACTS[act.name](rounds[number], **act.told)
        if day.say:
            yield f"Sample: {samples[number].name}: {day.say}."
