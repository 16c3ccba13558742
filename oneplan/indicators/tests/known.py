"""A small known world: a few rows in the form of the census file, imported, published and built as a user would."""

from __future__ import annotations

from datetime import date
from html import unescape
from typing import Any

import pytest

from oneplan.access.actors import system
from oneplan.exchange.pipeline import run_import
from oneplan.indicators.actions import build_observations, publish_observations
from oneplan.indicators.choices import ReleaseState
from oneplan.indicators.models import ObservationRelease

BY = system("tests")
# Persons by sex on the borders of 2016: (level, place, female, male).
SEXES = (
    ("country", "ZA", 600, 400), ("province", "EC", 300, 200), ("district", "DC15", 120, 80),
    ("district", "DC36", 60, 40), ("municipality", "EC157", 70, 50), ("municipality", "EC155", 50, 30),
    ("municipality", "LIM366", 60, 40), ("municipality", "ETH", 90, 110),
)  # fmt: skip
TOILETS = (
    "Flush toilet (connected to sewerage system)", "Flush toilet (with septic tank)", "Chemical toilet",
    "Pit latrine with ventilation (VIP)", "Pit latrine without ventilation", "Bucket latrine", "Other",
)  # fmt: skip


def rows_of_sexes(sexes: Any = SEXES, borders: int = 2016) -> list[tuple[Any, ...]]:
    return [
        ("gender", borders, level, place, sex, number)
        for level, place, female, male in sexes for sex, number in (("Female", female), ("Male", male))
    ]  # fmt: skip


def rows_of_toilets() -> list[tuple[Any, ...]]:
    """Households by toilet: 30 of 100 have none in EC157, 5 in LIM366; of EC155 it is not stated how many have none."""
    return [
        ("toiletfacilities", 2016, level, place, category, number)
        for level, place, without in (
            ("district", "DC15", 25), ("district", "DC36", 5), ("municipality", "EC157", 30),
            ("municipality", "EC155", ""), ("municipality", "LIM366", 5),
        )
        for category, number in (("None", without), *((each, 10) for each in TOILETS))
    ]  # fmt: skip


def publish(path: Any, **asked: Any) -> ObservationRelease:
    """Import a file and publish it, errors or not; what is served is built anew."""
    given = {"source": "A statistics office", "as_at": date(2011, 10, 9), **asked}
    run_import("indicators", path, by=BY, layout="wazimap", **given)
    release = ObservationRelease.objects.order_by("-id")[0]
    if release.state == ReleaseState.HELD:
        release = publish_observations(release, reason="Known to be so", revision=release.revision, by=BY)
    build_observations(by=BY)
    return release


@pytest.fixture
def told(house, tidy):
    """The known world is served."""
    return publish(tidy(*rows_of_sexes(), *rows_of_toilets()))


def words_of(response: Any) -> str:
    """The words of a page."""
    import re

    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(unescape(text).replace("\xa0", " ").split())
