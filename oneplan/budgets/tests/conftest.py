from datetime import date
from typing import Any

import pytest

from oneplan.access.actors import system
from oneplan.exchange.pipeline import run_import
from oneplan.warehouse import store


@pytest.fixture
def home(settings, tmp_path):
    """A OnePlan of its own: records and builds of this test alone."""
    settings.HOME = tmp_path / "home"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.HOME.mkdir()
    return settings.HOME


@pytest.fixture
def take(home):
    """Imports a file of budgets as the command line does, but for building."""

    def run(path, layout="", **asked: Any):
        asked = {"as_at": date(2021, 3, 31), **asked}
        return run_import("budget", path, by=system("tests"), layout=layout, **asked)

    return run


@pytest.fixture
def kept():
    """What lies among the records: names of folders."""

    def names():
        place = store.root() / "releases"
        return sorted(path.name for path in place.iterdir()) if place.exists() else []

    return names
