"""How many people and households live in each place, for rand per person. The series and its year are always said."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

_FILE = Path(__file__).parent / "parameters" / "indicators" / "census_2011.csv"
YEAR = 2011


@dataclass(frozen=True)
class People:
    """Of one place: persons, households, and signs of need in per cent of whom it is that they are counted of."""

    persons: int
    households: int
    no_toilet: Decimal | None  # per cent of households
    unemployed: Decimal | None  # per cent of the labour force, official definition
    no_water_scheme: Decimal | None  # per cent of persons whose source of water is known
    no_weekly_refuse: Decimal | None  # per cent of persons whose removal of refuse is known


def series() -> str:
    """Where the numbers come from, for every page that divides by them."""
    return _("Census 2011, Statistics South Africa, recut to the boundaries of 2016")


@cache
def people() -> dict[str, People]:
    """By register code: ZA, every space, every municipality."""
    with _FILE.open(encoding="utf-8", newline="") as lines:
        return {
            row["code"]: People(
                int(row["persons"]), int(row["households"]), _number(row["no_toilet_pct"]),
                _number(row["unemployment_pct"]), _number(row["no_water_scheme_pct"]),
                _number(row["no_weekly_refuse_pct"]),
            )
            for row in csv.DictReader(lines)
        }  # fmt: skip


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None
