"""What the tests of this room share."""

import csv
from collections.abc import Callable, Iterator
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from benchmarks import _irm_workbooks as workbooks
from oneplan.access.actors import system
from oneplan.exchange.pipeline import run_import
from oneplan.exchange.report import Report
from oneplan.projects.actions import Name, ReceivedProject, receive_submission
from oneplan.projects.choices import ProjectKind
from oneplan.projects.models import Project
from oneplan.spaces.actions import publish_boundaries
from oneplan.spaces.models import BoundaryRelease
from oneplan.spaces.placing import PlaceEvidence, place
from oneplan.spaces.tests.approximate import put_approximate_map
from tests.kept import Kept, kept

JUNE, SEPTEMBER = date(2023, 6, 30), date(2023, 9, 30)
Irm = Callable[..., Report]


@pytest.fixture(scope="session")
def map_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder for the session: the index of the map is built once."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def kept_boundaries(django_db_setup: None, django_db_blocker: Any, map_home: Path) -> Iterator[Kept[Any]]:
    with kept(put_approximate_map, django_db_blocker, map_home) as standing:
        yield standing


@pytest.fixture
def boundaries(kept_boundaries: Kept[Any], db: None, settings: Any, map_home: Path) -> None:
    """The approximate map: every point of the country lies somewhere."""
    settings.HOME = map_home


def irm_row(number: int = 1, **said: Any) -> dict[str, Any]:
    """A row of the IRM: a clinic in Lephalale, but for what is said; `c8` is the cell of column 8."""
    row = dict(enumerate(workbooks.invented(1, seed=7)[1]))
    row |= {
        0: number, 1: f"W/{number:04d}", 2: f"Clinic {number} at Lephalale", 3: "Limpopo", 4: "Health", 5: "Health",
        6: "Lephalale", 7: "Waterberg", 8: -23.69, 9: 27.70, 10: "Design", 11: "2022-04-01", 12: "", 13: "2026-03-31",
        15: "", 36: "Upgrading and Additions",
    }  # fmt: skip
    return {"cells": [said.get(f"c{index}", cell) for index, cell in row.items()]}


@pytest.fixture
def irm(boundaries: None, tmp_path: Path) -> Irm:
    """Import rows (see `irm_row`) as an IRM file: `irm(rows, as_at=…, header=…, by=…)`."""

    def run(rows: list[dict[str, Any]], *, as_at: date = JUNE, header: list[str] | None = None, **order: Any) -> Report:
        path = tmp_path / "irm.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(header or workbooks.HEADER)
            writer.writerows(row["cells"] for row in rows)
        return run_import("irm", path, **{"by": system("tests"), "as_at": as_at, **order})

    return run


def said(report: Report) -> list[tuple[str, int, str]]:
    """(kind, row, severity) of the issues of a report, without the tidying."""
    return [
        (issue.kind.value, issue.row, issue.severity.value)
        for issue in report.issues
        if issue.kind.value not in ("normalised", "delimiter")
    ]


BY = system("tests")
BOXES = {"EC155": (28, -32), "EC156": (29, -32), "EC441": (30, -32), "ETH": (31, -30)}


def publish_boxes(boxes: dict[str, tuple[int, int]], *, as_at: date, sha: str) -> None:
    """Legal boundaries of municipal areas as boxes of one degree."""
    outlines = np.array([shapely.box(x, y, x + 1, y + 1) for x, y in boxes.values()])
    publish_boundaries(
        list(boxes), outlines, level="municipal_area", as_at=as_at, source="a test", file_sha256=sha * 64, by=BY
    )


@pytest.fixture
def boxes(db, settings, tmp_path_factory):
    """Nyandeni and Mhlontlo (DC15), Matatiele (DC44) and eThekwini as boxes side by side, and no other boundaries."""
    settings.HOME = tmp_path_factory.mktemp("home")
    BoundaryRelease.objects.all().delete()
    publish_boxes(BOXES, as_at=date(2021, 11, 1), sha="e")


@pytest.fixture
def receive(db):
    """Takes projects in as one submission; each is a dict of what its row says, `at` being its place."""
    rows = count(1)

    def take(*items: dict[str, Any], as_at: date = date(2026, 6, 30)) -> list[Project]:
        received = []
        for item in items:
            row = next(rows)
            given = {"title": f"Works {row}", "kind": ProjectKind.WORKS.value, **item}
            at = PlaceEvidence(**given.pop("at", {}), is_on_ground=given["kind"] == ProjectKind.WORKS)
            key = given.pop("key", f"row {row}")
            [answer] = place([at])
            received.append(
                ReceivedProject(
                    row, (Name("source", "A test", key),), place=answer, evidence=at.plain(), wkb=at.wkb, **given
                )
            )
        receive_submission([received], feed="projects", source="A test", as_at=as_at, by=BY)
        rows_of = {project.ref: project for project in Project.objects.filter(ref__in=[item.ref for item in received])}
        return [rows_of[item.ref] for item in received]

    return take
