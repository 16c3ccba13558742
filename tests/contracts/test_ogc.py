"""The open spatial data as other programs read it: GDAL's OAPIF driver, OWSLib, and what the standards require."""

import json
import math
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from django.test import Client
from owslib.ogcapi.features import Features
from owslib.ogcapi.records import Records

from oneplan.access.actors import system
from oneplan.geometry.measures import to_wkb
from oneplan.periods import clock
from oneplan.projects.choices import Audience, Stage
from oneplan.projects.models import Project
from oneplan.projects.tests import factories
from oneplan.spaces.actions import publish_boundaries
from oneplan.spaces.choices import LayerKind, Level, Sensitivity
from oneplan.spaces.models import BoundaryRelease, LayerFeature, PlanningLayer
from tests.contracts.calling import token_for
from tests.contracts.serving import served
from tests.world import World

CRS = "http://www.opengis.net/def/crs/"
EPSG_3857, EPSG_4326 = f"{CRS}EPSG/0/3857", f"{CRS}EPSG/0/4326"
# Three squares in a row stand for the spaces: west to east.
SPACES = {code: shapely.box(west, -25, west + 1, -24) for code, west in (("DC36", 27), ("DC35", 28), ("DC47", 29))}


@pytest.fixture
def data(world: World) -> dict[str, str]:
    """Refs of projects: public ones with a pin and without, one inside government; boundaries; two layers."""
    BoundaryRelease.objects.all().delete()
    made = {
        "clinic": factories.project(
            "Clinic", audience=Audience.PUBLIC, longitude=28.4, latitude=-24.7, total_cost="1250.55"
        ),
        "road": factories.project(
            "Road", audience=Audience.PUBLIC, longitude=27.7, latitude=-24.2, total_cost=None,
            stage=Stage.CONSTRUCTION_25, start_on=date(2027, 4, 1), finish_on=date(2028, 3, 31),
        ),
        "nowhere": factories.project("Nowhere", audience=Audience.PUBLIC, space=None),
        "hidden": factories.project("Hidden", longitude=28.41, latitude=-24.71),
    }  # fmt: skip
    publish_boundaries(
        list(SPACES), np.array(list(SPACES.values()), dtype=object), level=Level.SPACE, as_at=date(2021, 11, 1),
        source="Demarcation Board", licence="Open", file_sha256="a" * 64, by=system("tests"),
    )  # fmt: skip
    for code, sensitivity in (("nodes", Sensitivity.PUBLIC), ("guarded", Sensitivity.GOVERNMENT)):
        layer = PlanningLayer.objects.create(
            code=code, name=f"Layer {code}", kind=LayerKind.NODE, custodian="Waterberg", adopted_on=date(2025, 6, 1),
            sensitivity=sensitivity, source="SDF 2025", lineage="Digitised from the plan", licence="CC BY 4.0",
            file_sha256="0" * 64, recorded_at=clock.now(), minx=28, miny=-25, maxx=29, maxy=-24,
        )  # fmt: skip
        LayerFeature.objects.create(
            layer=layer, key="1", name="Town", category="urban", properties={"rank": 2}, minx=28, miny=-25, maxx=29,
            maxy=-24, wkb=to_wkb(np.array([shapely.box(28, -25, 29, -24)], dtype=object))[0], tile=0,
        )  # fmt: skip
    return {name: row.ref for name, row in made.items()}


def get(path: str, status: int = 200, **headers: str) -> Any:
    answer = Client().get(f"/ogc/{path}", headers=headers)
    assert answer.status_code == status, (path, answer.content[:500])
    return answer


def told(path: str, **headers: str) -> Any:
    return json.loads(get(path, 200, **headers).content)


def refs(path: str, **headers: str) -> list[str]:
    return [feature["id"] for feature in told(f"collections/projects/items{path}", **headers)["features"]]


# --- other programs --------------------------------------------------------------------------------------------------


@pytest.fixture
def address(data: dict[str, str]) -> Iterator[str]:
    with served() as root:
        yield f"{root}/ogc/"


_READER = """
import json, sys
import pyogrio, shapely
address, layer, box, more = json.loads(sys.stdin.read())
if not layer:
    print(json.dumps(pyogrio.list_layers(address).tolist()))
else:
    meta, _fids, shapes, values = pyogrio.raw.read(address, layer=layer, bbox=box and tuple(box), **more)
    columns = {str(name): [str(each) for each in column] for name, column in zip(meta["fields"], values)}
    print(json.dumps([columns, [shape and shapely.to_wkt(shapely.from_wkb(shape)) for shape in shapes]]))
"""


def gdal(address: str, layer: str = "", box: Any = None, **more: Any) -> Any:
    """What GDAL's driver reads, in a process of its own: it holds Python still while it waits for us."""
    given = json.dumps([f"OAPIF:{address}", layer, box, more])
    done = subprocess.run([sys.executable, "-c", _READER], input=given, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_gdal_lists_and_reads_every_collection(address: str, data: dict[str, str]) -> None:
    layers = dict(gdal(address))
    assert {"projects", "spaces", "layer-nodes"} <= set(layers)
    assert "layer-guarded" not in layers
    columns, shapes = gdal(address, "projects")
    assert sorted(columns["title"]) == ["Clinic", "Nowhere", "Road"]
    places = dict(zip(columns["title"], shapes, strict=True))
    assert places["Nowhere"] is None
    assert places["Clinic"] == "POINT (28.4 -24.7)"


def test_gdal_asks_for_a_box(address: str) -> None:
    assert len(gdal(address, "projects", [28, -25, 29, -24])[1]) == 1
    assert len(gdal(address, "spaces", [27.5, -24.5, 28.5, -24.4])[1]) == 2


def test_gdal_pages_through_more_than_one_answer(address: str) -> None:
    for place in range(25):
        factories.project(f"Tap {place}", audience=Audience.PUBLIC, longitude=28 + place / 100, latitude=-24.5)
    assert len(gdal(address, "projects", PAGE_SIZE=10)[1]) == 28


def test_owslib_finds_its_way_from_the_landing_page(address: str, data: dict[str, str]) -> None:
    features = Features(address)
    assert f"{CRS}OGC/1.3/CRS84" in features.collection("projects")["crs"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in features.conformance()["conformsTo"]
    assert "projects" in features.feature_collections()
    assert features.collection_items("projects", bbox=[28, -25, 29, -24])["numberMatched"] == 1
    assert features.collection_item("projects", data["clinic"])["properties"]["title"] == "Clinic"
    assert features.api()["openapi"].startswith("3.0")


def test_owslib_searches_the_catalogue(address: str) -> None:
    records = Records(address)
    assert "catalogue" in records.records()
    found = records.collection_items("catalogue", q="nodes")
    assert [each["id"] for each in found["features"]] == ["layer-nodes"]
    assert records.collection_item("catalogue", "layer-nodes")["properties"]["contacts"][0]["name"] == "Waterberg"


# --- what the standards require --------------------------------------------------------------------------------------


def test_the_landing_page_links_to_everything(data: dict[str, str]) -> None:
    page = told("")
    assert {"self", "alternate", "service-desc", "service-doc", "conformance", "data"} <= {
        link["rel"] for link in page["links"]
    }
    for link in page["links"]:
        assert Client().get(link["href"].replace("http://testserver", "")).status_code == 200, link


def test_every_collection_has_its_required_members_and_its_links_answer(data: dict[str, str]) -> None:
    for each in told("collections")["collections"]:
        assert {"id", "title", "links", "extent"} <= set(each)
        assert len(each["extent"]["spatial"]["bbox"][0]) == 4
        assert "items" in {link["rel"] for link in each["links"]}
        for link in each["links"]:
            assert Client().get(link["href"].replace("http://testserver", "")).status_code == 200, link


def test_features_carry_exact_numbers_and_the_way_on(data: dict[str, str]) -> None:
    first = told("collections/projects/items?limit=2")
    assert first["type"] == "FeatureCollection"
    assert (first["numberMatched"], first["numberReturned"], len(first["features"])) == (3, 2, 2)
    assert first["timeStamp"].endswith("Z") or "+" in first["timeStamp"]
    (way,) = (link["href"] for link in first["links"] if link["rel"] == "next")
    second = json.loads(Client().get(way.replace("http://testserver", "")).content)
    assert second["numberReturned"] == 1
    assert "next" not in {link["rel"] for link in second["links"]}
    seen = {feature["id"] for page in (first, second) for feature in page["features"]}
    assert seen == {data[name] for name in ("clinic", "road", "nowhere")}


def test_what_is_not_stated_is_null_and_rand_keeps_its_cents(data: dict[str, str]) -> None:
    clinic = told(f"collections/projects/items/{data['clinic']}")
    assert clinic["geometry"] == {"type": "Point", "coordinates": [28.4, -24.7]}
    assert clinic["properties"]["total_cost"] == 1250.55
    road = told(f"collections/projects/items/{data['road']}")["properties"]
    assert (road["total_cost"], road["start"], road["sample"]) == (None, "2027-04-01", False)
    assert told(f"collections/projects/items/{data['nowhere']}")["geometry"] is None


def test_boxes_filters_and_times_narrow_what_is_found(data: dict[str, str]) -> None:
    assert refs("?bbox=28,-25,29,-24") == [data["clinic"]]
    assert refs("?phase=building") == [data["road"]]
    assert refs("?bbox=27,-25,30,-24&phase=building") == [data["road"]]
    assert data["road"] not in refs("?datetime=../2026-12-31")
    assert refs("?bbox=27,-25,28,-24&datetime=2027-06-01") == [data["road"]]
    assert refs("?phase=flying") == []


def test_a_box_and_an_answer_may_be_in_another_system(data: dict[str, str]) -> None:
    assert refs(f"?bbox=-25,28,-24,29&bbox-crs={EPSG_4326}") == [data["clinic"]]
    assert refs(f"?bbox=3117000,-2880000,3228000,-2754000&bbox-crs={EPSG_3857}") == [data["clinic"]]
    turned = get(f"collections/projects/items/{data['clinic']}?crs={EPSG_4326}")
    assert turned["Content-Crs"] == f"<{EPSG_4326}>"
    assert json.loads(turned.content)["geometry"]["coordinates"] == [-24.7, 28.4]
    x, y = told(f"collections/projects/items/{data['clinic']}?crs={EPSG_3857}")["geometry"]["coordinates"]
    radius = 6_378_137
    north = radius * math.asinh(math.tan(math.radians(-24.7)))
    assert (round(x), round(y)) == (round(radius * math.radians(28.4)), round(north))
    corner = told(f"collections/spaces/items/DC36?crs={EPSG_4326}")["geometry"]["coordinates"][0][0]
    assert -26 < corner[0] < -23


def test_a_box_touches_shapes_and_not_only_their_boxes(data: dict[str, str]) -> None:
    found = told("collections/spaces/items?bbox=28.2,-24.8,28.4,-24.6")
    assert [each["id"] for each in found["features"]] == ["DC35"]
    assert found["features"][0]["properties"]["name"] == "Capricorn"


def line(row: Project, *points: tuple[float, float], **fields: Any) -> None:
    """The works of a project are this line."""
    shape = np.array([shapely.LineString(points)], dtype=object)
    west, south, east, north = shapely.bounds(shape)[0]
    factories.placement(row, wkb=to_wkb(shape)[0], minx=west, miny=south, maxx=east, maxy=north, **fields)


@pytest.fixture
def pipe(data: dict[str, str]) -> Project:
    """A public line from south to north whose pin is its middle, and one inside government beside it."""
    made = [
        factories.project(title, audience=audience, longitude=x, latitude=-24.5)
        for title, audience, x in (("Pipe", Audience.PUBLIC, 28.6), ("Secret pipe", Audience.GOVERNMENT, 28.61))
    ]
    for row in made:
        x = row.longitude or 0
        line(row, (x, -24.9), (x, -24.5), (x + 0.2, -24.1))
    return made[0]


def test_a_feature_is_the_line_that_its_source_drew(data: dict[str, str], pipe: Project) -> None:
    drawn = {"type": "LineString", "coordinates": [[28.6, -24.9], [28.6, -24.5], [28.8, -24.1]]}
    one = told(f"collections/projects/items/{pipe.ref}")["geometry"]
    assert {**one, "coordinates": [[round(x, 6) for x in point] for point in one["coordinates"]]} == drawn
    for query in ("?limit=100", "?bbox=28.5,-24.6,28.7,-24.4", "?bbox=28.5,-24.6,28.7,-24.4&datetime=2027-01-01"):
        found = {each["id"]: each["geometry"] for each in told(f"collections/projects/items{query}")["features"]}
        assert found[pipe.ref] == one, query
    turned = told(f"collections/projects/items/{pipe.ref}?crs={EPSG_4326}")["geometry"]["coordinates"]
    assert [round(x, 6) for x in turned[0]] == [-24.9, 28.6]


def test_a_box_finds_a_line_that_only_crosses_it(data: dict[str, str], pipe: Project, world: World) -> None:
    crossed = "?bbox=28.55,-24.8,28.65,-24.7"  # far from the pin
    assert refs(crossed) == [pipe.ref]
    assert told(f"collections/projects/items{crossed}")["numberMatched"] == 1
    assert refs(f"{crossed}&datetime=2027-01-01") == [pipe.ref]
    assert refs(f"{crossed}&phase=done") == []
    assert refs("?bbox=28.61,-24.2,28.65,-24.15") == []  # the line's bounding box reaches here, the line does not
    bearer = {"authorization": f"Bearer {token_for(world.analyst, may_write=False)}"}
    assert len(refs(crossed, **bearer)) == 2


def test_pages_of_a_box_hold_each_feature_once(data: dict[str, str], pipe: Project) -> None:
    box = "bbox=28.3,-24.8,28.65,-24.69"  # the clinic stands in it, the pipe crosses it
    pages = [refs(f"?{box}&limit=1&offset={offset}") for offset in range(3)]
    assert pages == [[data["clinic"]], [pipe.ref], []]
    assert refs(f"?{box}") == [data["clinic"], pipe.ref]


def test_a_shape_that_was_not_believed_is_never_drawn(data: dict[str, str]) -> None:
    row = factories.project("Road to the sea", audience=Audience.PUBLIC)
    line(row, (28.5, -24.5), (28.6, -24.6))
    assert told(f"collections/projects/items/{row.ref}")["geometry"] is None
    assert row.ref not in refs("?bbox=28.4,-24.7,28.7,-24.4")


@pytest.mark.parametrize(
    "query",
    ["bbox=1,2,3", "bbox=a,b,c,d", "bbox=nan,0,1,1", "bbox=30,-25,20,-24", "limit=0", "limit=-1", "limit=x",
     "offset=-1", "datetime=yesterday", "datetime=2027-01-01/2026-01-01", "crs=EPSG:9999", "bbox-crs=x",
     "f=shp", "unknown=1"],
)  # fmt: skip
def test_a_parameter_that_cannot_be_read_is_a_problem(data: dict[str, str], query: str) -> None:
    answer = get(f"collections/projects/items?{query}", status=400)
    assert answer["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content)["detail"]


@pytest.mark.parametrize(
    "path",
    ["nix", "collections/nix", "collections/nix/items", "collections/projects/items/NIX", "collections/wards",
     "collections/layer-guarded", "collections/layer-guarded/items", "collections/catalogue/items/layer-guarded",
     "collections/projects/tiles/WebMercatorQuad/3/9/0"],
)  # fmt: skip
def test_what_is_not_there_or_not_for_the_reader_is_404(data: dict[str, str], path: str) -> None:
    assert get(path, status=404)["Content-Type"] == "application/problem+json"


def test_nothing_is_written_through_these_faces(data: dict[str, str]) -> None:
    assert Client().post("/ogc/collections/projects/items", "{}", content_type="application/json").status_code == 405


def test_a_browser_gets_a_page_and_a_program_gets_json(data: dict[str, str]) -> None:
    page = get("collections/projects/items", accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert page["Content-Type"].startswith("text/html")
    assert "Clinic" in page.content.decode()
    assert get("collections/projects/items", accept="*/*")["Content-Type"] == "application/geo+json"
    assert get("collections/projects/items?f=json", accept="text/html")["Content-Type"] == "application/geo+json"


@pytest.mark.parametrize(
    "path",
    ["", "api", "conformance", "collections", "collections/projects", "collections/projects/items",
     "collections/layer-nodes/metadata", "collections/catalogue", "collections/catalogue/items",
     "collections/catalogue/items/layer-nodes", "collections/spaces/items/DC36", "collections/projects/tiles",
     "collections/projects/tiles/WebMercatorQuad", "tileMatrixSets", "tileMatrixSets/WebMercatorQuad"],
)  # fmt: skip
def test_every_answer_is_also_a_page(data: dict[str, str], path: str) -> None:
    assert "<h1>" in get(f"{path}?f=html").content.decode()


# --- who sees what ---------------------------------------------------------------------------------------------------


def test_a_token_opens_what_its_person_may_see(data: dict[str, str], world: World) -> None:
    bearer = {"authorization": f"Bearer {token_for(world.analyst, may_write=False)}"}
    assert data["hidden"] in refs("", **bearer)
    assert data["hidden"] not in refs("")
    assert told(f"collections/projects/items/{data['hidden']}", **bearer)["id"] == data["hidden"]
    assert told("collections/layer-guarded/items", **bearer)["numberMatched"] == 1
    answer = get("collections/layer-guarded/items", 200, **bearer)
    assert answer["Cache-Control"].startswith("private")
    assert get("collections", status=401, authorization="Bearer wrong")["WWW-Authenticate"] == "Bearer"


def test_numbers_never_count_what_is_hidden(data: dict[str, str]) -> None:
    assert told("collections/projects/items?bbox=28,-25,29,-24")["numberMatched"] == 1
    tile = get("collections/projects/tiles/WebMercatorQuad/6/36/37").content
    drawn = mapbox_vector_tile.decode(tile)["projects"]["features"]
    assert sum(feature["properties"].get("n", 1) for feature in drawn) == 1


# --- tiles and the catalogue -----------------------------------------------------------------------------------------


def test_a_tileset_says_how_tiles_are_asked_for(data: dict[str, str]) -> None:
    tileset = told("collections/projects/tiles/WebMercatorQuad")
    assert {"dataType", "crs", "tileMatrixSetURI", "links"} <= set(tileset)
    (template,) = (link["href"] for link in tileset["links"] if link["rel"] == "item")
    path = template.replace("{tileMatrix}", "6").replace("{tileRow}", "36").replace("{tileCol}", "37")
    answer = Client().get(path.replace("http://testserver", ""))
    assert answer["Content-Type"] == "application/vnd.mapbox-vector-tile"
    (limit,) = (each for each in tileset["tileMatrixSetLimits"] if each["tileMatrix"] == "6")
    assert limit["minTileRow"] <= 36 <= limit["maxTileRow"]
    assert limit["minTileCol"] <= 37 <= limit["maxTileCol"]


def test_metadata_says_who_keeps_a_layer_from_what_and_for_whom(data: dict[str, str]) -> None:
    core = told("collections/layer-nodes/metadata")
    assert core["contact"]["party"] == "Waterberg"
    assert core["resourceLineage"]["statement"] == "Digitised from the plan"
    constraints = core["identificationInfo"]["resourceConstraints"]
    assert (constraints["useLimitation"], constraints["classification"]) == ("CC BY 4.0", "unclassified")
    assert core["identificationInfo"]["citation"]["date"] == "2025-06-01"


def test_a_record_has_the_members_of_the_standard(data: dict[str, str]) -> None:
    record = told("collections/catalogue/items/spaces")
    assert {"id", "type", "geometry", "time", "properties", "links"} <= set(record)
    assert {"type", "title"} <= set(record["properties"])
    assert record["time"]["interval"][0] == "2021-11-01"
    assert told("collections/catalogue/items?q=nothing-like-it")["numberMatched"] == 0
