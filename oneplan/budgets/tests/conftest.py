"""Budgets in a folder of their own, received as an import leaves them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from oneplan.access.actors import system
from oneplan.budgets.actions import build_warehouse
from oneplan.budgets.models import BudgetRelease
from oneplan.budgets.tests.records import keep_record
from oneplan.warehouse import store


@pytest.fixture
def warehouse(settings, tmp_path, db):
    """An empty warehouse. Call it with releases (dataset → figures) to build what is served."""
    settings.HOME = tmp_path

    def build(receivers=None, standing="public", **by_dataset):
        for dataset, figures in by_dataset.items():
            receive(dataset.replace("_", "-"), figures, receivers=receivers, standing=standing)
        return build_warehouse(by=system("tests"))

    return build


def receive(dataset, figures, *, receivers=None, **said):
    """A release as an import leaves it: each call a day later than the one before."""
    number = BudgetRelease.objects.count() + 1
    digest = f"{number:064}"
    keep_record(store.release_folder(digest), figures, receivers=receivers)
    return BudgetRelease.objects.create(
        ref=f"B{number}", dataset=dataset, layout="test", title=f"Release {number}", source="A treasury",
        as_at=date(2024, 5, number), received_at=datetime(2024, 6, 1, tzinfo=UTC), digest=digest, rows=len(figures),
        figures=len(figures), **{"total": sum((one["amount"] for one in figures), Decimal(0)), **said},
    )  # fmt: skip
