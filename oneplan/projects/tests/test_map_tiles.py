"""Tiles of projects: exact, filtered, and never drawn for one reader from what another may see."""

import mapbox_vector_tile
import numpy as np
import pytest
import shapely

from oneplan.accounts.actions import make_token
from oneplan.geometry.measures import to_wkb
from oneplan.geometry.mercator import DEPTH, cells, columns_and_rows
from oneplan.projects.choices import Audience, ProjectKind, Stage
from oneplan.projects.queries import on_map
from oneplan.projects.tests import factories

HERE = (28.40, -24.70)


def tile_at(zoom, place=HERE):
    column, row = columns_and_rows(cells([place[0]], [place[1]]))
    return f"{zoom}/{int(column[0]) >> (DEPTH - zoom)}/{int(row[0]) >> (DEPTH - zoom)}"


def features(client, zoom, query="", kind="projects", layer="projects"):
    answer = client.get(f"/tiles/{kind}/{tile_at(zoom)}.mvt{query}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/vnd.mapbox-vector-tile"
    return mapbox_vector_tile.decode(answer.content).get(layer, {}).get("features", []) if answer.content else []


def pin(title="Clinic", *, audience=Audience.PUBLIC, at=HERE, **fields):
    return factories.project(title, audience=audience, longitude=at[0], latitude=at[1], **fields)


def counted(found):
    return sum(feature["properties"].get("n", 1) for feature in found)


def test_a_low_zoom_counts_exactly_and_sums_what_is_known(world, client):
    for place in range(7):
        pin(f"Clinic {place}", total_cost=None if place == 0 else 1000)
    (group,) = features(client, 6)
    assert group["properties"] == {"n": 7, "cost": 6000, "unpriced": 1}


def test_a_project_alone_is_itself_at_any_zoom(world, client):
    row = pin(stage=Stage.TENDER, total_cost=1250)
    for zoom in (5, 9, 14):
        (alone,) = features(client, zoom)
        assert alone["properties"] == {"ref": row.ref, "phase": "planning", "confidence": "high", "cost": 1250}


def test_what_is_not_stated_is_left_out_and_never_zero(world, client):
    pin(stage="", total_cost=None)
    (alone,) = features(client, 12)
    assert set(alone["properties"]) == {"ref", "confidence"}


def test_a_high_zoom_shows_each_project(world, client):
    refs = {pin(f"School {place}").ref for place in range(5)}
    assert {feature["properties"]["ref"] for feature in features(client, 12)} == refs


def test_a_crowded_tile_is_gathered_without_losing_one(world, client, monkeypatch):
    monkeypatch.setattr(on_map, "MOST_POINTS", 3)
    for place in range(9):
        pin(at=(HERE[0] + place / 10_000, HERE[1]))
    found = features(client, 12)
    assert counted(found) == 9


def test_counts_of_a_zoom_add_up_to_the_list(world, client):
    for place in range(30):
        pin(at=(18 + place / 2, -33 + place / 4), stage=Stage.TENDER if place % 3 else "")
    total = 0
    for column in range(34, 40):
        for row in range(34, 42):
            answer = client.get(f"/tiles/projects/6/{column}/{row}.mvt?phase=planning")
            total += counted(mapbox_vector_tile.decode(answer.content)["projects"]["features"]) if answer.content else 0
    assert total == 20


def test_the_public_sees_what_is_published_and_nothing_else(world, client):
    shown, hidden = pin("Shown"), pin("Hidden", audience=Audience.GOVERNMENT)
    assert [feature["properties"]["ref"] for feature in features(client, 12)] == [shown.ref]
    hub = world.client(world.hub36)
    assert {feature["properties"]["ref"] for feature in features(hub, 12)} == {shown.ref, hidden.ref}
    (other,) = features(world.client(world.thandi), 12)
    assert other["properties"]["ref"] == shown.ref


def test_hidden_projects_do_not_show_through_counts(world, client):
    for place in range(4):
        pin(audience=Audience.GOVERNMENT if place else Audience.PUBLIC)
    assert counted(features(client, 5)) == 1
    assert counted(features(world.client(world.analyst), 5)) == 4


def test_one_filter_draws_one_map(world, client):
    pin(stage=Stage.CONSTRUCTION_25)
    pin(stage=Stage.TENDER)
    assert counted(features(client, 6, "?phase=building")) == 1
    assert counted(features(client, 12, "?phase=building")) == 1
    assert counted(features(client, 6, "?phase=building&phase=planning")) == 2
    assert features(client, 6, "?phase=flying") == []


def test_rows_that_are_no_works_have_no_pin(world, client):
    factories.project("Transfer", audience=Audience.PUBLIC, kind=ProjectKind.TRANSFER)
    assert features(client, 6) == []


def test_only_the_public_unfiltered_tile_may_be_shared(world, client):
    pin()
    address = f"/tiles/projects/{tile_at(6)}.mvt"
    shared = client.get(address)
    assert shared["Cache-Control"].startswith("public")
    assert {"Cookie", "Authorization"} <= {each.strip() for each in shared["Vary"].split(",")}
    filtered = client.get(f"{address}?phase=planning")
    assert filtered["Cache-Control"].startswith("private")
    assert "ETag" not in filtered
    signed_in = world.client(world.hub36).get(address)
    assert signed_in["Cache-Control"].startswith("private")


def test_a_shared_tile_is_asked_for_again_only_after_something_was_written(world, client):
    pin()
    address = f"/tiles/projects/{tile_at(6)}.mvt"
    tag = client.get(address)["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    world.hub36  # noqa: B018  a role is granted, and the log says so
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200


def test_lines_and_areas_of_works_are_drawn_where_the_reader_may_see_them(world, client):
    line = np.array([shapely.LineString([HERE, (HERE[0] + 0.02, HERE[1] + 0.02)])], dtype=object)
    west, south, east, north = shapely.bounds(line)[0]
    for audience in (Audience.PUBLIC, Audience.GOVERNMENT):
        row = pin("Main", audience=audience)
        factories.placement(row, wkb=to_wkb(line)[0], minx=west, miny=south, maxx=east, maxy=north)
    drawn = features(client, 12, kind="project-shapes", layer="project_shapes")
    assert len(drawn) == 1
    assert drawn[0]["geometry"]["type"] == "LineString"
    assert len(features(world.client(world.analyst), 12, kind="project-shapes", layer="project_shapes")) == 2


@pytest.mark.parametrize("tile", ["3/8/0", "3/0/8", "29/0/0"])
def test_a_tile_that_does_not_exist_is_404(world, client, tile):
    assert client.get(f"/tiles/projects/{tile}.mvt").status_code == 404


def test_a_token_opens_what_its_person_sees_and_a_wrong_one_nothing(world, client):
    hidden = pin(audience=Audience.GOVERNMENT)
    _token, secret = make_token(world.analyst.user, name="QGIS", may_write=False, days=30, by=world.analyst)
    address = f"/tiles/projects/{tile_at(12)}.mvt"
    answer = client.get(address, headers={"Authorization": f"Bearer {secret}"})
    (found,) = mapbox_vector_tile.decode(answer.content)["projects"]["features"]
    assert found["properties"]["ref"] == hidden.ref
    assert client.get(address, headers={"Authorization": "Bearer wrong"}).status_code == 401
