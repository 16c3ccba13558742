"""Ready-made projects for tests of what is read. What changes them is tested through the room's actions."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from oneplan.geometry.mercator import cells
from oneplan.periods.years import Basis, FinancialYear
from oneplan.projects.choices import Audience, Feed, ProjectKind, ProjectStanding, Purpose, Stage
from oneplan.projects.models import Placement, PlacementShare, Project, Snapshot, SnapshotMoney, Submission
from oneplan.spaces.choices import Confidence, PlaceMethod
from oneplan.spaces.models import MunicipalArea, Space

NOON = datetime(2026, 10, 5, 10, 0, tzinfo=UTC)
PFMA_2026 = FinancialYear(2026, Basis.PFMA)
_numbers = count(1)


def submission(as_at: date = date(2026, 9, 30), **fields: Any) -> Submission:
    """One file of one source."""
    given = {"feed": Feed.IRM, "source": "Limpopo Treasury", "received_at": NOON, "headers": ["Project Name"], **fields}
    return Submission.objects.create(as_at=as_at, **given)


def project(title: str = "Clinic at Mookgophong", *, space: str | None = "DC36", **fields: Any) -> Project:
    """A project; placed by its point where one is given."""
    number = next(_numbers)
    place = Space.objects.get(pk=space) if space else None
    given: dict[str, Any] = {
        "ref": f"P-{number:06d}", "kind": ProjectKind.WORKS, "stage": Stage.TENDER, "feed": Feed.IRM,
        "standing": ProjectStanding.LIVE, "audience": Audience.GOVERNMENT, "space": place,
        "province_id": place.province_id if place else None, "registered_at": NOON, "changed_at": NOON,
        "sphere": "provincial", "total_cost": Decimal("12500000.00"), "spent_to_date": Decimal("2500000.00"), **fields,
    }  # fmt: skip
    if given.get("longitude") is not None:
        given["cell"] = int(cells([given["longitude"]], [given["latitude"]])[0])
        given.setdefault("method", PlaceMethod.GEOMETRY)
        given.setdefault("confidence", Confidence.HIGH)
    elif place is not None and given["kind"] == ProjectKind.WORKS:
        given.setdefault("method", PlaceMethod.SPACE)
        given.setdefault("confidence", Confidence.LOW)
    given.setdefault("search_text", f"{title} {given['ref']}".lower())
    return Project.objects.create(title=title, **given)


def snapshot(row: Project, sent: Submission, **fields: Any) -> Snapshot:
    """What a submission said of a project; it becomes the latest."""
    given: dict[str, Any] = {
        "row": 7, "title": row.title, "kind": row.kind, "stage": row.stage, "total_cost": row.total_cost,
        "spent_to_date": row.spent_to_date, "cells": [row.title], **fields,
    }  # fmt: skip
    made = Snapshot.objects.create(project=row, submission=sent, **given)
    row.latest = made
    row.save(update_fields=["latest"])
    return made


def money(of: Snapshot, year: FinancialYear = PFMA_2026, **fields: Any) -> SnapshotMoney:
    """A financial year of a snapshot."""
    return SnapshotMoney.objects.create(snapshot=of, year=year.start, basis=year.basis, **fields)


def placement(
    row: Project, *, purpose: str = Purpose.WORKS, areas: dict[str, float] | None = None, **fields: Any
) -> Placement:
    """The place of a project, with the shares of municipal areas (or of its space) that are given."""
    given: dict[str, Any] = {
        "method": row.method, "confidence": row.confidence, "longitude": row.longitude, "latitude": row.latitude,
        "as_at": date(2026, 9, 30), "made_at": NOON, **fields,
    }  # fmt: skip
    made = Placement.objects.create(project=row, purpose=purpose, **given)
    for code, fraction in (areas or {}).items():
        area = MunicipalArea.objects.get(pk=code)
        PlacementShare.objects.create(placement=made, space_id=area.space_id, municipal_area=area, fraction=fraction)
    return made
