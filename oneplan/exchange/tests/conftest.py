from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from oneplan.access.actors import system
from oneplan.exchange import kinds
from oneplan.exchange.pipeline import run_import
from oneplan.exchange.report import Report
from oneplan.exchange.tests import wells

HEADER = ["Well id", "Well name", "Place", "Cost", "Start date", "End date", "Basis", "Financial year"]
GOOD = ["W-1", "Spring", "DC36", "1000.50", "2026-01-01", "2026-02-01", "PFMA", "2026/27"]


@pytest.fixture(autouse=True)
def _wells() -> Iterator[None]:
    """The kind "wells" is offered during a test, and its store is empty."""
    before = dict(kinds._kinds)
    kinds.register(wells.KIND)
    wells.STORED.clear()
    yield
    kinds._kinds.clear()
    kinds._kinds.update(before)


@pytest.fixture
def csv_file(tmp_path: Path) -> Callable[..., Path]:
    def make(*rows: list[str], header: list[str] | None = None, name: str = "wells.csv") -> Path:
        path = tmp_path / name
        lines = [",".join(f'"{cell}"' if "," in cell else cell for cell in row) for row in (header or HEADER, *rows)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return make


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    def make(*rows: list[Any], header: list[str] | None = None, name: str = "wells.xlsx") -> Path:
        path = tmp_path / name
        with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
            sheet = book.add_worksheet("Wells")
            table: list[list[Any]] = [list(header or HEADER), *rows]
            for number, row in enumerate(table):
                for column, cell in enumerate(row):
                    if isinstance(cell, tuple):
                        sheet.write_formula(number, column, *cell)
                    else:
                        sheet.write(number, column, cell)
        return path

    return make


@pytest.fixture
def take() -> Callable[..., Report]:
    def run(path: Path, **asked: object) -> Report:
        return run_import("wells", path, by=system("test"), **{"source": "Test wells", **asked})  # type: ignore[arg-type]

    return run
