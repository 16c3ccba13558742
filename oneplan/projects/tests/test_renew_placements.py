"""Boundaries change: every computed place is read again, what moved is told, what a person said is kept."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from oneplan.platform.errors import NotAllowed
from oneplan.platform.models import LogEntry
from oneplan.projects.actions import locate_project, renew_placements
from oneplan.projects.choices import Event
from oneplan.projects.models import Placement, Project
from oneplan.projects.tests.conftest import BOXES, BY, publish_boxes
from oneplan.spaces.placing import PlaceEvidence

POINT: dict[str, Any] = {"longitude": 28.7, "latitude": -31.2}
REDRAWN = date(2026, 11, 4)


def redraw():
    """Matatiele (DC44) takes the ground of Nyandeni (DC15)."""
    publish_boxes({**BOXES, "EC155": (26, -32), "EC441": (28, -32)}, as_at=REDRAWN, sha="d")


def test_only_what_moved_is_written_and_it_is_told_in_works_and_in_rand(boxes, receive):
    moves, stays, by_name = receive(
        {"at": POINT, "total_cost": Decimal("1000000")},
        {"at": {"longitude": 29.5, "latitude": -31.5}, "total_cost": Decimal("500000")},
        {"at": {"municipal_areas": ("EC155",)}, "total_cost": Decimal("300000")},
    )
    redraw()
    preview = renew_placements(as_at=REDRAWN, by=BY, is_dry_run=True)
    assert preview.moved == 1 and Placement.objects.count() == 3
    done = renew_placements(as_at=REDRAWN, by=BY)
    assert (done.looked_at, done.moved, done.restated, done.by_hand) == (3, 1, 0, 0)
    assert {code: (line.rand_before, line.rand_after) for code, line in done.by_space.items()} == {
        "DC15": (Decimal("1000000.00"), 0), "DC44": (0, Decimal("1000000.00")),
    }  # fmt: skip
    rows = {row.pk: row for row in Project.objects.all()}
    assert (rows[moves.pk].space_id, rows[moves.pk].revision) == ("DC44", 2)
    assert (rows[stays.pk].space_id, rows[stays.pk].revision) == ("DC15", 1)
    assert rows[by_name.pk].space_id == "DC15"
    held = list(moves.placements.order_by("pk"))
    assert [each.as_at == REDRAWN for each in held] == [False, True] and held[0].superseded_at is not None
    assert held[1].submission_id == held[0].submission_id and held[1].boundary_version.endswith("2026-11-04")
    entry = LogEntry.objects.get(event=Event.PLACEMENTS_RENEWED)
    assert entry.facts["moved"] == 1 and entry.facts["spaces"] == {"DC15": "-1000000.00", "DC44": "1000000.00"}


def test_doing_it_again_writes_nothing(boxes, receive):
    receive({"at": POINT})
    redraw()
    renew_placements(as_at=REDRAWN, by=BY)
    again = renew_placements(as_at=REDRAWN, by=BY)
    assert (again.moved, again.restated, again.by_space) == (0, 0, {})
    assert Placement.objects.count() == 2


def test_what_a_person_said_is_kept_and_waits_for_a_look_where_the_boundaries_disagree(boxes, receive, world):
    [row] = receive({"at": {"spaces": ("DC15",)}})
    row = locate_project(row, PlaceEvidence(**POINT), revision=1, by=world.thandi, reason="A site visit")
    redraw()
    done = renew_placements(as_at=REDRAWN, by=BY)
    row.refresh_from_db()
    assert (done.by_hand, done.contradicted, done.moved) == (1, 1, 0)
    assert row.space_id == "DC15" and row.is_doubtful


def test_only_who_places_for_the_whole_country_may(boxes, receive, world):
    receive({"at": POINT})
    with pytest.raises(NotAllowed):
        renew_placements(by=world.thandi)
    assert renew_placements(by=world.office).moved == 0
