"""Tiles of boundaries and of planning layers: made ready once, made again where they are gone, guarded."""

import mapbox_vector_tile
import numpy as np
import pytest
import shapely

from oneplan.geometry.measures import to_wkb
from oneplan.periods import clock
from oneplan.spaces.boundary_tiles import archive_of
from oneplan.spaces.choices import LayerKind, Sensitivity
from oneplan.spaces.models import LayerFeature, PlanningLayer
from oneplan.spaces.queries.boundary_sets import boundary_set, boundary_sets


@pytest.fixture(scope="session")
def cut_once(tmp_path_factory):
    """A data folder in which the tiles of the approximate map are cut once for all tests of this file."""
    return tmp_path_factory.mktemp("tiles")


@pytest.fixture
def cut(approximate, settings, cut_once, monkeypatch):
    settings.HOME = cut_once
    monkeypatch.setattr("oneplan.spaces.boundary_tiles.ZOOMS", range(3, 7))
    monkeypatch.setattr("oneplan.spaces.views.tiles.ZOOMS", range(3, 7))


def tile(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return mapbox_vector_tile.decode(answer.content) if answer.content else {}


def test_a_tile_names_the_territories_on_it(cut, client):
    drawn = tile(client, "/tiles/boundaries/approximate/6/37/37.mvt")
    assert {"provinces", "spaces", "municipal_areas"} <= set(drawn)
    named = {feature["properties"]["code"]: feature["properties"]["name"] for feature in drawn["spaces"]["features"]}
    assert named["DC19"] == "Thabo Mofutsanyana"


def test_the_version_in_force_is_the_approximate_one_until_a_legal_one_is_imported(cut):
    (version,) = boundary_sets()
    assert (version.key, version.is_approximate, version.is_in_force) == ("approximate", True, True)


def test_a_file_that_is_gone_or_broken_is_cut_again(cut, client):
    version = boundary_set()
    assert version is not None
    path = archive_of(version)
    for harm in (path.unlink, lambda: path.write_bytes(b"no archive at all, and long enough to be read as one" * 9)):
        harm()
        assert tile(client, "/tiles/boundaries/approximate/6/37/37.mvt")
    assert len(list(path.parent.glob("*.mbtiles"))) == 1


def test_whoever_has_a_tile_is_told_that_it_stands(cut, client):
    address = "/tiles/boundaries/approximate/6/37/37.mvt"
    answer = client.get(address)
    assert answer["Cache-Control"].startswith("public")
    assert client.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_labels_stand_inside_the_country(cut, client):
    labels = client.get("/tiles/boundaries/approximate/labels.json").json()["labels"]
    assert {label["level"] for label in labels} == {"province", "space", "municipal_area"}
    assert all(16 < label["at"][0] < 38 and -47 < label["at"][1] < -22 for label in labels)


@pytest.mark.parametrize("address", ["2011-01-01/6/37/37.mvt", "approximate/2/2/2.mvt", "nix/labels.json"])
def test_what_is_not_there_is_404(cut, client, address):
    assert client.get(f"/tiles/boundaries/{address}").status_code == 404


def layer(code, sensitivity, **fields):
    area = np.array([shapely.box(28, -26, 29, -25)], dtype=object)
    made = PlanningLayer.objects.create(
        code=code, name=f"Layer {code}", kind=LayerKind.PRIORITY_AREA, custodian="Waterberg", sensitivity=sensitivity,
        source="SDF 2025", file_sha256="0" * 64, recorded_at=clock.now(), minx=28, miny=-26, maxx=29, maxy=-25,
        **fields,
    )  # fmt: skip
    LayerFeature.objects.create(
        layer=made, key="1", name="Core", category="urban", wkb=to_wkb(area)[0], minx=28, miny=-26, maxx=29, maxy=-25,
        tile=0,
    )  # fmt: skip
    return made


def test_a_public_layer_is_everybodys(world, client):
    layer("nodes", Sensitivity.PUBLIC)
    drawn = tile(client, "/tiles/layers/nodes/6/37/36.mvt")
    assert drawn["features"]["features"][0]["properties"] == {"key": "1", "name": "Core", "category": "urban"}
    assert tile(client, "/tiles/layers/nodes/6/30/30.mvt") == {}


def test_a_layer_inside_government_is_404_for_the_public(world, client):
    layer("guarded", Sensitivity.GOVERNMENT)
    assert client.get("/tiles/layers/guarded/6/37/36.mvt").status_code == 404
    answer = world.client(world.thandi).get("/tiles/layers/guarded/6/37/36.mvt")
    assert answer.status_code == 200
    assert answer["Cache-Control"].startswith("private")


def test_a_layer_that_was_withdrawn_is_gone(world, client):
    layer("old", Sensitivity.PUBLIC, withdrawn_at=clock.now())
    assert client.get("/tiles/layers/old/6/37/36.mvt").status_code == 404
