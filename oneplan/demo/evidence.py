"""The sample's evidence: a file of invented census tables, through the same entrance as real ones, standing as sample.

Persons and households of each area are those that were counted; how they part is invented (samples/evidence.yaml).
"""

import csv
import random
import tempfile
from collections import defaultdict
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from oneplan.access.actors import system
from oneplan.budgets.people import people
from oneplan.exchange.pipeline import run_import
from oneplan.indicators.actions import build_observations
from oneplan.indicators.choices import Standing
from oneplan.periods import clock
from oneplan.platform.errors import RuleBroken
from oneplan.spaces.choices import Category
from oneplan.spaces.models import MunicipalArea

SOURCE = "Sample: invented by OnePlan"
TITLE = "Sample: population, work and services of municipal areas"
MARGIN = "Invented: there is no error to state."
_FILE = Path(__file__).parent / "samples" / "evidence.yaml"
_HEAD = ("table", "geo_version", "geo_level", "geo_code", "dimension", "category", "value")
_VARIED = 0.45  # the standard deviation of a part, by its size

Row = tuple[str, int, str, str, str, str, int]


@cache
def _written() -> dict[str, Any]:
    raw: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return raw


def receive_evidence() -> str:
    """Write the file and import it. Raises RuleBroken where a row of it is refused."""
    told = _written()
    with tempfile.TemporaryDirectory() as folder, clock.pretending(_on(told, 11)):
        path = Path(folder) / "evidence.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([_HEAD, *_rows(told)])
        report = run_import(
            "indicators", path, by=system("demonstration"), source=SOURCE, as_at=told["as_at"], layout="wazimap",
            details={"standing": Standing.SAMPLE.value, "title": TITLE, "margin": MARGIN},
        )  # fmt: skip
    if report.rows_refused or report.is_file_error:
        raise RuleBroken(f"{TITLE}: {report.issues[0].message if report.issues else 'a row was refused'}")
    return f"Sample: {report.rows_accepted} observations of municipal areas."


def serve_evidence() -> str:
    """Build what the pages of indicators and profiles show."""
    with clock.pretending(_on(_written(), 12)):
        build = build_observations(by=system("demonstration"), reason="The sample's evidence was received")
    return f"Sample: {build.facts['observations']} observations and {build.facts['values']} values are served."


def _rows(told: dict[str, Any]) -> list[Row]:
    """Of each area, and of each district the sum of its areas; a metropolitan space has the values of its one area."""
    draw, counted, rows = random.Random(told["seed"]), people(), list[Row]()
    areas = MunicipalArea.objects.filter(space__in=told["spaces"]).order_by("space", "code")
    sums: dict[tuple[str, str, str, str], int] = defaultdict(int)
    for area, space, category_of_space in areas.values_list("code", "space", "space__category"):
        if area not in counted:
            continue
        for table in told["tables"]:
            parted = _parted(draw, getattr(counted[area], table["of"]), table["parts"])
            for category, number in parted.items():
                rows.append(_row(told, table, "municipality", area, category, number))
                if category_of_space == Category.DISTRICT:
                    sums[space, table["table"], table["dimension"], category] += number
    return rows + [
        (table, told["borders"], "district", space, dimension, category, number)
        for (space, table, dimension, category), number in sums.items()
    ]


def _row(told: dict[str, Any], table: dict[str, Any], level: str, place: str, category: str, number: int) -> Row:
    return table["table"], told["borders"], level, place, table["dimension"], category, number


def _parted(draw: random.Random, whole: int, parts: dict[str, int]) -> dict[str, int]:
    """Whole numbers that add up to the whole, near the parts that are written."""
    weights = {each: part * draw.lognormvariate(0.0, _VARIED * (1 - part / 100)) for each, part in parts.items()}
    every = sum(weights.values())
    found = {each: int(whole * weight / every) for each, weight in weights.items()}
    found[max(found, key=lambda each: found[each])] += whole - sum(found.values())
    return found


def _on(told: dict[str, Any], hour: int) -> datetime:
    return datetime.combine(told["as_at"], time(hour), tzinfo=UTC)
