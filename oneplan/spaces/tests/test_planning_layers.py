"""Planning layers: taken in from files and pages, replaced by a new version, and asked where something lies."""

import json
import zipfile
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import shapely

from oneplan.access.actors import PUBLIC, system
from oneplan.exchange.pipeline import run_import
from oneplan.geometry import overlay
from oneplan.geometry.tests.test_reading import write
from oneplan.platform.errors import NotAllowed, RuleBroken
from oneplan.platform.models import LogEntry
from oneplan.spaces.actions import NewFeature, publish_layer, withdraw_layer
from oneplan.spaces.models import LayerFeature, PlanningLayer
from oneplan.spaces.queries import Asked, layers_at, layers_visible_to

BY = system("tests")
SAID = {"code": "dc36-nodes", "name": "Nodes", "kind": "node", "custodian": "Waterberg", "sensitivity": "public"}
BOX, FURTHER = shapely.box(28, -24.5, 28.2, -24.3), shapely.box(28.5, -24.5, 28.7, -24.3)
BOW = shapely.Polygon([(28, -24), (28.2, -24.2), (28.2, -24), (28, -24.2)])


def geojson(path: Path, *shapes: shapely.Geometry | None, **columns: list[object]) -> Path:
    features = [
        {
            "type": "Feature", "geometry": shape and json.loads(shapely.to_geojson(shape)),
            "properties": {name: values[place] for name, values in columns.items()},
        }
        for place, shape in enumerate(shapes)
    ]  # fmt: skip
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def written(path: Path, *shapes: shapely.Geometry, crs: str = "EPSG:4326") -> Path:
    made: Path = write(
        path, list(shapes), crs=crs, name=np.array([f"Node {n}" for n in range(len(shapes))], dtype=object)
    )
    return made


def zipped(folder: Path, *, without: str = "", cut: str = "") -> Path:
    parts = folder / "parts"
    parts.mkdir()
    written(parts / "nodes.shp", BOX, FURTHER)
    target = folder / "nodes.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for part in sorted(parts.iterdir()):
            if part.suffix != without:
                held = part.read_bytes()
                archive.writestr(part.name, held[: len(held) // 2] if part.suffix == cut else held)
    return target


def take(path: Path, by=BY, **given):
    said = {**SAID, **given.pop("said", {})}
    order = {"source": "Waterberg SDF", "space": "DC36", "details": said, **given}
    return run_import("layer", path, by=by, **order)


def messages(report):
    return " ".join(issue.message for issue in report.issues)


def test_of_a_file_of_several_layers_the_one_that_is_named_comes_in(db, tmp_path):
    path = tmp_path / "sdf.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, shapes in (("nodes", [BOX]), ("roads", [BOX, FURTHER])):
            archive.write(geojson(tmp_path / f"{name}.geojson", *shapes, id=["a", "b"]), f"{name}.geojson")
    for given, said in (
        ({}, "The file holds several layers: nodes, roads. Name the one that is meant"),
        ({"layer": "rivers"}, "The file holds no layer rivers. It holds: nodes, roads."),
    ):
        report = take(path, said=given)
        assert (report.is_file_error, PlanningLayer.objects.count()) == (True, 0)
        assert said in messages(report)
    assert take(path, said={"layer": "roads"}).rows_accepted == 2
    assert LayerFeature.objects.count() == 2


def test_a_layer_comes_in_with_its_custodian_its_day_and_its_features(db, tmp_path):
    path = geojson(tmp_path / "n.geojson", BOX, FURTHER, id=["a", "b"], naam=["Lephalale", "Marapong"], rank=[1, 2])
    report = take(path, said={"adopted_on": "2025-05-30", "abstract": "Nodes of the framework"}, licence="CC BY 4.0")
    assert (report.rows_accepted, report.issues) == (2, [])
    layer = PlanningLayer.objects.get()
    assert (layer.code, layer.version, layer.custodian, layer.space_id) == ("dc36-nodes", 1, "Waterberg", "DC36")
    assert (layer.adopted_on, layer.licence, layer.feature_count) == (date(2025, 5, 30), "CC BY 4.0", 2)
    assert (layer.minx, layer.maxx) == (28, 28.7)
    feature = layer.features.get(key="a")
    assert (feature.name, feature.properties) == ("Lephalale", {"id": "a", "naam": "Lephalale", "rank": 1})
    assert LogEntry.objects.filter(event="layer.published", subject="layer:dc36-nodes").exists()


@pytest.mark.parametrize("suffix", ["gpkg", "geojson"])
def test_every_format_is_read_and_a_system_is_converted_with_a_word(db, tmp_path, suffix):
    flat = shapely.box(400_000, -2_700_000, 420_000, -2_680_000)
    report = take(written(tmp_path / f"n.{suffix}", flat, crs="ESRI:102022"))
    assert report.rows_accepted == 1 and "converted from" in messages(report)
    assert "Albers" in PlanningLayer.objects.get().crs_note
    assert 27 < (PlanningLayer.objects.get().minx or 0) < 29


def test_a_shapefile_in_a_zip_is_read_and_a_half_written_one_is_refused(db, tmp_path):
    (tmp_path / "whole").mkdir()
    assert take(zipped(tmp_path / "whole")).rows_accepted == 2
    for name, how in (("cut", {"cut": ".shp"}), ("index", {"cut": ".shx"}), ("table", {"cut": ".dbf"})):
        (tmp_path / name).mkdir()
        report = take(zipped(tmp_path / name, **how))
        assert report.is_file_error and "damaged or cut off" in messages(report), name
    (tmp_path / "lacks").mkdir()
    report = take(zipped(tmp_path / "lacks", without=".dbf"))
    assert report.is_file_error and "needs its .shp, .shx, .dbf" in messages(report)
    archive = tmp_path / "whole" / "nodes.zip"
    archive.write_bytes(archive.read_bytes()[:-40])
    assert take(archive, said={"name": "Again"}).is_file_error
    assert PlanningLayer.objects.count() == 1


def test_a_crossed_outline_is_mended_with_a_word_and_what_is_no_shape_is_set_aside(db, tmp_path):
    mixed = shapely.GeometryCollection([BOX, shapely.Point(28, -24)])
    path = geojson(tmp_path / "n.geojson", BOW, None, mixed, shapely.box(2, 48, 3, 49), BOX)
    report = take(path)
    assert (report.rows_accepted, report.rows_refused) == (2, 3)
    said = [(issue.row, issue.message) for issue in report.issues]
    assert [row for row, _message in said] == [1, 2, 3, 4]
    for (_row, message), words in zip(said, ("was mended", "empty", "cannot be mended", "outside South Africa"),
                                      strict=True):  # fmt: skip
        assert words in message
    shapes = shapely.from_wkb([bytes(wkb) for wkb in LayerFeature.objects.values_list("wkb", flat=True)])
    assert shapely.is_valid(shapes).all()


def test_a_file_of_another_country_or_with_a_wrong_system_is_refused(db, tmp_path):
    for place, shape in enumerate((shapely.box(2, 48, 3, 49), shapely.box(-24.5, 28, -24.3, 28.2))):
        report = take(geojson(tmp_path / f"{place}.geojson", shape))
        assert report.is_file_error and "No shape of the file lies in South Africa" in messages(report)
    flat = written(tmp_path / "flat.gpkg", shapely.box(90_000, -2_700_000, 95_000, -2_690_000), crs="EPSG:4326")
    assert "coordinate system may be stated wrongly" in messages(take(flat))
    assert not PlanningLayer.objects.exists()


def test_a_shape_of_three_million_vertices_is_refused_and_the_others_are_taken(db, tmp_path):
    angle = np.linspace(0, 2 * np.pi, 3_000_000, endpoint=False)
    huge = shapely.Polygon(np.column_stack([28 + np.cos(angle), -27 + np.sin(angle)]))
    path = tmp_path / "n.gpkg"
    report = take(written(path, huge, BOX))
    assert (report.rows_accepted, report.rows_refused) == (1, 1)
    assert "vertices" in messages(report) and overlay.LARGE < 500_000


def test_the_same_file_again_changes_nothing_and_another_is_a_new_version(db, tmp_path):
    path = geojson(tmp_path / "n.geojson", BOX, FURTHER)
    take(path)
    again = take(path)
    assert (again.rows_unchanged, again.rows_accepted) == (2, 0) and PlanningLayer.objects.count() == 1
    take(geojson(tmp_path / "m.geojson", BOX))
    first, second = PlanningLayer.objects.order_by("version")
    assert (second.version, second.feature_count, second.withdrawn_at) == (2, 1, None)
    assert first.withdrawn_at is not None and first.features.count() == 2


def test_a_dry_run_stores_nothing(db, tmp_path):
    report = take(geojson(tmp_path / "n.geojson", BOX), dry_run=True)
    assert report.rows_accepted == 1 and not PlanningLayer.objects.exists()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"kind": "motorway"}, "no what it shows"),
        ({"code": "DC36 Nodes"}, "cannot be the code"),
        ({"adopted_on": "next week"}, "is no date"),
        ({"custodian": ""}, "Custodian"),
        ({"colour": "red"}, "asks for nothing called colour"),
    ],
)
def test_it_refuses_an_order_that_lacks_or_confuses_something(db, tmp_path, said, words):
    with pytest.raises(RuleBroken, match=words):
        take(geojson(tmp_path / "n.geojson", BOX), said=said)


def test_a_layer_adopted_tomorrow_is_refused(db, tmp_path):
    report = take(geojson(tmp_path / "n.geojson", BOX), said={"adopted_on": "2999-01-01"})
    assert report.is_file_error and "a day to come" in messages(report)


def test_who_plans_for_a_space_publishes_there_and_nowhere_else(db, tmp_path, world):
    path = geojson(tmp_path / "n.geojson", BOX)
    assert take(path, by=world.hub36).rows_accepted == 1
    for actor, given in ((world.thandi, {}), (world.hub36, {"space": ""}), (world.charlie, {}), (PUBLIC, {})):
        with pytest.raises(NotAllowed):
            take(path, by=actor, **given)
    take(geojson(tmp_path / "c.geojson", BOX), by=BY, space="", said={"code": "country"})
    report = None
    with pytest.raises(NotAllowed):
        report = take(geojson(tmp_path / "d.geojson", FURTHER), by=world.hub36, said={"code": "country"})
    assert report is None and PlanningLayer.objects.get(code="country").space is None


def test_the_page_asks_for_what_the_file_does_not_say(world, tmp_path):
    client = world.client(world.hub36)
    page = client.get("/imports/new/layer/").content.decode()
    assert "Code of the layer" in page and "Custodian" in page and "Traditional council area" in page
    with geojson(tmp_path / "n.geojson", BOX).open("rb") as file:
        answer = client.post("/imports/new/layer/", {"file": file, "source": "SDF", "space": "DC36"})
    assert b"This field is required" in answer.content
    with geojson(tmp_path / "n.geojson", BOX).open("rb") as file:
        given = {f"detail_{name}": value for name, value in SAID.items()}
        answer = client.post("/imports/new/layer/", {"file": file, "source": "SDF", "space": "DC36", **given})
    assert answer.status_code == 302


# ---- in force


def publish(code="dc36-nodes", *shapes, **given):
    features = [NewFeature(f"f{n}", f"Feature {n}", "", shape.wkb) for n, shape in enumerate(shapes or (BOX,))]
    order = {**SAID, "code": code, "source": "A test", "file_sha256": "a" * 64, "by": BY, **given}
    return publish_layer(features, **order)


def test_a_layer_is_withdrawn_with_a_reason_and_kept(db, world):
    layer = publish(space=world.dc36)
    for by, reason, error in ((world.thandi, "Old", NotAllowed), (world.hub36, " ", RuleBroken)):
        with pytest.raises(error):
            withdraw_layer(layer, by=by, reason=reason)
    layer = withdraw_layer(layer, by=world.hub36, reason="The framework was set aside")
    assert layer.withdrawn_at and layer.features.count() == 1 and not layers_visible_to(BY).exists()
    with pytest.raises(RuleBroken, match="not in force"):
        withdraw_layer(layer, by=world.hub36, reason="Again")


def test_a_place_says_which_features_it_lies_in_or_that_no_layer_is_loaded(db, world):
    publish("dc36-nodes", BOX, FURTHER, space=world.dc36)
    publish("country-corridors", shapely.LineString([(28.1, -26), (28.1, -23)]).buffer(0.01), kind="corridor")
    inside, line, elsewhere = layers_at(
        [
            Asked(shapely.Point(28.1, -24.4).wkb, ["DC36"]),
            Asked(shapely.LineString([(28.15, -24.4), (28.6, -24.4)]).wkb, ["DC36"]),
            Asked(shapely.Point(28.6, -31).wkb, ["DC15"]),
        ],
        BY,
    )  # fmt: skip
    assert [hit.name for hit in inside.of("node") or ()] == ["Feature 0"] and len(inside.of("corridor") or ()) == 1
    assert [hit.key for hit in line.of("node") or ()] == ["f0", "f1"] and line.of("corridor") == []
    assert elsewhere.of("node") is None and elsewhere.of("corridor") == []
    assert elsewhere.of("catchment") is None
    assert [kind for kind, hits in inside.by_kind if hits is None][:2] == ["priority_area", "traditional_area"]


def test_what_is_inside_government_is_not_told_to_the_public(db, world):
    publish("secret", space=world.dc36, sensitivity="government")
    asked = [Asked(shapely.Point(28.1, -24.4).wkb, ["DC36"])]
    assert layers_at(asked, PUBLIC)[0].of("node") is None
    assert len(layers_at(asked, world.charlie)[0].of("node") or ()) == 1
    assert layers_at([], BY) == []
