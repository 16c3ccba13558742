"""Projects come in as lines, areas and points: the attribute table is the table, the shape is the place."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import shapely

from oneplan.access.actors import system
from oneplan.exchange.pipeline import run_import
from oneplan.platform.errors import NotAllowed
from oneplan.projects.models import Placement, Project

BY = system("tests")
PIPE = shapely.LineString([(28.5, -31.5), (30.5, -31.5)])
SITE = shapely.box(28.2, -31.3, 28.3, -31.2)


def file_of(path: Path, *features: tuple[shapely.Geometry | None, dict[str, Any]]) -> Path:
    held = [
        {"type": "Feature", "geometry": shape and json.loads(shapely.to_geojson(shape)), "properties": said}
        for shape, said in features
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": held}), encoding="utf-8")
    return path


def take(path: Path, **given: Any):
    return run_import("shapes", path, **{"by": BY, "source": "Bulk water GIS", "as_at": date(2026, 6, 30), **given})


def test_lines_areas_and_points_are_placed_by_what_they_are(boxes, tmp_path):
    path = file_of(
        tmp_path / "works.geojson",
        (PIPE, {"id": "1", "title": "Trunk main", "stage": "design", "total_cost": 5_000_000}),
        (SITE, {"id": "2", "title": "Treatment works", "municipality": "Nyandeni"}),
        (shapely.Point(29.5, -31.5), {"id": "3", "title": "Reservoir"}),
    )
    report = take(path)
    assert (report.rows_accepted, report.rows_refused) == (3, 0)
    pipe, site, point = Project.objects.order_by("ref")
    assert {share.space_id for share in pipe.placements.get().shares.all()} == {"DC15", "DC44"}
    assert (pipe.stage, pipe.total_cost, pipe.feed) == ("design", Decimal(5_000_000), "shapes")
    assert bytes(pipe.placements.get().wkb or b"") and pipe.cell is not None
    assert (site.municipal_area_id, site.confidence, site.method) == ("EC155", "high", "geometry")
    assert (point.longitude, point.latitude, point.placements.get().wkb) == (29.5, -31.5, None)
    assert pipe.latest is not None and pipe.latest.cells[1] == "Trunk main"
    assert pipe.latest.submission.headers[:2] == ["id", "title"]


def test_the_same_file_again_changes_nothing_and_another_line_is_another_place(boxes, tmp_path):
    path = file_of(tmp_path / "works.geojson", (PIPE, {"id": "1", "title": "Trunk main"}))
    take(path)
    assert take(path).rows_unchanged == 1 and Placement.objects.count() == 1
    shorter = shapely.LineString([(28.5, -31.5), (28.9, -31.5)])
    take(file_of(tmp_path / "works.geojson", (shorter, {"id": "1", "title": "Trunk main"})), as_at=date(2026, 9, 30))
    project = Project.objects.get()
    assert project.municipal_area_id == "EC155" and project.placements.count() == 2


def test_a_crossed_outline_is_mended_with_a_word_and_an_empty_shape_is_set_aside(boxes, tmp_path):
    bow = shapely.Polygon([(28, -31), (28.2, -31.2), (28.2, -31), (28, -31.2)])
    report = take(file_of(tmp_path / "w.geojson", (bow, {"id": "1", "title": "A"}), (None, {"id": "2", "title": "B"})))
    said = [issue.message for issue in report.issues if issue.kind.value == "bad_geometry"]
    assert (report.rows_accepted, report.rows_refused) == (1, 1)
    assert "was mended" in said[0] and "empty" in said[1]


def test_only_who_may_import_projects_does(boxes, tmp_path, world):
    path = file_of(tmp_path / "works.geojson", (PIPE, {"id": "1", "title": "Trunk main"}))
    for actor in (world.charlie, world.public):
        with pytest.raises(NotAllowed):
            take(path, by=actor)
