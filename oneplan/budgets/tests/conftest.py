"""Budgets in a folder of their own, received as an import leaves them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from oneplan.access.actors import system
from oneplan.budgets.actions import build_warehouse
from oneplan.budgets.models import BudgetRelease
from oneplan.budgets.shelf import reading, shelf
from oneplan.budgets.tests.records import keep_record
from oneplan.exchange.pipeline import run_import


def built_of(receivers=None, standing="public", **by_dataset):
    """Receives releases (dataset → figures) and builds what is served."""
    for dataset, figures in by_dataset.items():
        receive(dataset.replace("_", "-"), figures, receivers=receivers, standing=standing)
    return build_warehouse(by=system("tests"))


@pytest.fixture
def warehouse(settings, tmp_path, db):
    """An empty warehouse. Call it as `built_of` is called."""
    settings.HOME = tmp_path
    return built_of


@pytest.fixture
def lent(kept_warehouse, world, settings, tmp_path, monkeypatch):
    """The warehouse that the file keeps (its `kept_warehouse`), as if it had been built for this test."""
    settings.HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "documents"
    monkeypatch.setattr("oneplan.warehouse.connection._now", {})  # what another test read of it is not remembered
    return kept_warehouse.lend(world, tmp_path)


def receive(dataset, figures, *, receivers=None, **said):
    """A release as an import leaves it: each call a day later than the one before."""
    number = BudgetRelease.objects.count() + 1
    digest = f"{number:064}"
    keep_record(shelf.release_folder(digest), figures, receivers=receivers)
    return BudgetRelease.objects.create(
        ref=f"B{number}", dataset=dataset, layout="test", title=f"Release {number}", source="A treasury",
        as_at=date(2024, 5, number), received_at=datetime(2024, 6, 1, tzinfo=UTC), digest=digest, rows=len(figures),
        figures=len(figures), **{"total": sum((one["amount"] for one in figures), Decimal(0)), **said},
    )  # fmt: skip


def served(sql):
    """What a build of everything that was taken in answers."""
    build_warehouse(by=system("tests"))
    with reading() as turn:
        return turn.rows(sql)


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
        place = shelf.root() / "releases"
        return sorted(path.name for path in place.iterdir()) if place.exists() else []

    return names
