"""Observations in a folder of their own, received as an import leaves them."""

from __future__ import annotations

import csv
from datetime import date
from typing import Any

import pytest

from oneplan.access.actors import system
from oneplan.exchange.pipeline import run_import
from oneplan.indicators.actions import build_observations
from oneplan.indicators.shelf import reading

BY = system("tests")
TIDY = ("table", "geo_version", "geo_level", "geo_code", "dimension", "category", "value")


@pytest.fixture
def house(settings, tmp_path):
    """A OnePlan of its own: records and builds of this test alone."""
    settings.HOME = tmp_path / "home"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.HOME.mkdir()
    return settings.HOME


@pytest.fixture
def take(house):
    """Imports a file of observations as the command line does, but for building."""

    def run(path, layout="wazimap", **asked: Any):
        asked = {"source": "A statistics office", "as_at": date(2011, 10, 9), **asked}
        return run_import("indicators", path, by=system("tests"), layout=layout, **asked)

    return run


@pytest.fixture
def tidy(tmp_path):
    """Writes rows (table, borders, level, place, category, value) in the form of the census file."""

    def write(*rows, name="census.csv"):
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(TIDY)
            for table, borders, level, place, category, value in rows:
                writer.writerow((table, borders, level, place, table, category, value))
        return path

    return write


def served(sql):
    """What a build of everything that is published answers."""
    build_observations(by=system("tests"))
    with reading() as turn:
        return turn.rows(sql)


def sexes(place, female, male, level="municipality", borders=2016):
    """Persons by sex at one place."""
    return [("gender", borders, level, place, "Female", female), ("gender", borders, level, place, "Male", male)]
