"""The sample's money: its files (budget_files.py) go through the same entrance as real ones, standing as sample."""

import csv
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter

from oneplan.access.actors import system
from oneplan.budgets.actions import build_warehouse
from oneplan.budgets.choices import Standing
from oneplan.demo import budget_files as files
from oneplan.exchange.pipeline import run_import
from oneplan.periods import clock
from oneplan.platform.errors import RuleBroken

SOURCE = "Sample: invented by OnePlan"


def receive_budgets() -> Iterator[str]:
    """Write the files and import each; yields a line. Raises RuleBroken where a row of them is refused."""
    as_at: date = files.written()["as_at"]
    with tempfile.TemporaryDirectory() as name, clock.pretending(_received(9)):
        folder = Path(name)
        for layout, title, written in _tables():
            _receive(_csv(folder / f"{layout}.csv", *written), title, as_at, layout=layout)
        header, rows, mapping = files.capital_by_ward()
        _receive(_csv(folder / "wards.csv", header, rows), "capital budget by ward", as_at, mapping=mapping,
                 details={"dataset": "municipal-capital"})  # fmt: skip
        for code in files.written()["on_the_map"]:
            path = _workbook(folder / f"sa36-{code}.xlsx", *files.projects_on_the_map(code))
            _receive(path, f"capital projects of {code}", as_at, layout="sa36")
    yield f"Sample: budgets and spending as at {as_at}: files of municipalities, provinces and departments."


def _tables() -> Iterator[tuple[str, str, tuple[files.Row, list[files.Row]]]]:
    yield "municipal-income-expenditure", "income and expenditure of municipalities", files.income_and_expenditure()
    yield "municipal-capital", "capital expenditure of municipalities", files.capital()
    yield "municipal-grants", "grants received by municipalities", files.grants_received()
    yield "grant-allocations", "grants allocated to municipalities", files.grant_allocations()
    yield "ene", "estimates of national expenditure", files.estimates(of_provinces=False)
    yield "epre", "estimates of provincial expenditure", files.estimates(of_provinces=True)
    yield "in-year", "spending in the year", files.ledger()


def serve_budgets() -> str:
    """Build what the pages of money show."""
    with clock.pretending(_received(10)):
        build = build_warehouse(by=system("demonstration"), reason="The sample's budgets were received")
    return f"Sample: {build.facts['facts']} figures of budgets and spending are served."


def _received(hour: int) -> datetime:
    return datetime.combine(files.written()["as_at"], time(hour), tzinfo=UTC)


def _receive(path: Path, title: str, as_at: date, *, details: dict[str, str] | None = None, **said: Any) -> None:
    details = {"standing": Standing.SAMPLE.value, "title": f"Sample: {title}", **(details or {})}
    report = run_import(
        "budget", path, by=system("demonstration"), source=SOURCE, as_at=as_at, details=details, **said
    )  # fmt: skip
    if report.rows_refused or report.is_file_error:
        raise RuleBroken(f"{title}: {report.issues[0].message if report.issues else 'a row was refused'}")


def _csv(path: Path, header: files.Row, rows: list[files.Row]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def _workbook(path: Path, above: list[files.Row], header: files.Row, rows: list[files.Row]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("SA36")
        for number, row in enumerate([*above, header, *rows]):
            sheet.write_row(number, 0, row)
    return path
