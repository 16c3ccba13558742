"""What the tests of this room share."""

from datetime import date
from itertools import count
from typing import Any

import numpy as np
import pytest
import shapely

from oneplan.access.actors import system
from oneplan.projects.actions import Name, ReceivedProject, receive_submission
from oneplan.projects.choices import ProjectKind
from oneplan.projects.models import Project
from oneplan.spaces.actions import publish_boundaries
from oneplan.spaces.models import BoundaryRelease
from oneplan.spaces.placing import PlaceEvidence, place

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
