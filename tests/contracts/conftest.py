"""The stage of the access matrix, and a token for each member of the cast."""

import csv
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kept import Kept, kept_fixture
from tests.world import World

# Figures of everybody's: a budget, what became of it, a month, what was earned, and another year.
MONEY = [
    ("LIM366", "2025ORGB", "4202", "2000", "1200.50"), ("LIM366", "2025ADJB", "4202", "2000", "1300"),
    ("LIM366", "2025AUDA", "4202", "2000", "900"), ("LIM366", "2026M01", "4202", "2700", "-3.01"),
    ("DC36", "2025ORGB", "2502", "2000", "77"), ("CPT", "2026ORGB", "3205", "2700", "5000000"),
    ("CPT", "2026AUDA", "1204", "0200", "10"),
]  # fmt: skip


def set_stage_for_callers(world: World) -> dict[str, Any]:
    from tests.architecture.matrix_stage import set_stage
    from tests.contracts.calling import callers

    stage = set_stage(world)
    serve_money()
    return {**stage, "callers": callers(stage["cast"])}


def serve_money() -> None:
    """A build is served: figures of everybody's, invented ones, and those inside government that the stage received."""
    from oneplan.access.actors import system
    from oneplan.budgets.actions import build_warehouse
    from oneplan.exchange.pipeline import run_import
    from oneplan.periods import clock

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "money.csv"
        for standing, rows in (("public", MONEY), ("sample", MONEY[:2])):
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([
                    ("DEMARCATION_CDE", "YEARPERIOD", "FUNCTION_CDE", "INCEXP_CDE", "TCOST"), *rows
                ])  # fmt: skip
            report = run_import(
                "budget", path, by=system("tests"), layout="municipal-income-expenditure", as_at=clock.today(),
                details={"standing": standing},
            )  # fmt: skip
            assert not report.rows_refused, report.issues
    build_warehouse(by=system("tests"), reason="Callers ask it")


kept_stage = kept_fixture(set_stage_for_callers)


@pytest.fixture
def stage(kept_stage: Kept[dict[str, Any]], world: World, settings: Any, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """A plan in progress, an adopted one, a commitment, a run; `callers`: who calls with a token of their own."""
    settings.HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "documents"
    settings.API_CALLS = settings.API_PUBLIC_CALLS = 1_000_000
    logging.disable(logging.WARNING)
    yield kept_stage.lend(world, tmp_path)
    logging.disable(logging.NOTSET)
