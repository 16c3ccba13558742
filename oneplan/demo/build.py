"""Builds the demonstration: Waterberg with one sample edition adopted and sealed, and the next in progress.

Everything goes through the same actions that people use, at invented times, from a fixed seed; so the sample shows real
gates, real hashes, a real seal and a real history. It refuses to run where plans exist already.
"""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime

from django.db import transaction

from oneplan.demo.people import BY, Cast
from oneplan.demo.rounds import FirstRound, SecondRound
from oneplan.demo.sample import read_sample
from oneplan.periods import clock
from oneplan.plans.models import OnePlan
from oneplan.platform.audit import seal_log
from oneplan.platform.errors import RuleBroken
from oneplan.spaces.models import Space

SEED = 36
SPACE = "DC36"


def at(day: date, hour: int = 9) -> datetime:
    """An instant of the sample's story, in the morning unless told."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def build() -> Iterator[str]:
    """Make the sample; yields a line per step. Raises RuleBroken where any plan exists."""
    if OnePlan.objects.exists():
        raise RuleBroken("There are plans in this data folder already. The sample is only loaded into an empty one.")
    with transaction.atomic():
        yield from _story()
    seal_log()


def _story() -> Iterator[str]:
    rng, sample, space = random.Random(SEED), read_sample(), Space.objects.get(code=SPACE)
    with clock.pretending(at(date(2024, 7, 15))):
        cast = Cast(space, rng)
        cast.name_champions()
    yield "Sample: invented people hold their posts."

    first = FirstRound(space, cast, sample, rng)
    with clock.pretending(at(date(2024, 8, 5))):
        first.open(by=BY)
        first.write_diagnostic()
    with clock.pretending(at(date(2024, 10, 14))):
        first.write_vision()
    with clock.pretending(at(date(2024, 12, 2))):
        first.write_strategies()
    yield "Sample: diagnostic, vision and strategies of the first edition are written."
    with clock.pretending(at(date(2025, 5, 23))):
        first.propose_commitments()
    with clock.pretending(at(date(2025, 6, 2))):
        first.answer_commitments()
    yield "Sample: commitments are proposed, pledged and answered."
    with clock.pretending(at(date(2025, 6, 9))):
        first.write_chapters()
        first.constitute_committees()
        first.freeze()
    with clock.pretending(at(date(2025, 6, 20))):
        first.sign()
    with clock.pretending(at(date(2025, 6, 26))):
        first.adopt()
    yield "Sample: the first edition is adopted and sealed."

    second = SecondRound(space, cast, sample, rng)
    with clock.pretending(at(date(2026, 7, 6))):
        second.deliver()
        second.open(by=BY)
        second.revise()
    with clock.pretending(at(date(2026, 10, 5))):
        second.ask()
    with clock.pretending(at(date(2026, 11, 2))):
        second.answer()
    yield "Sample: the next edition is in progress."
