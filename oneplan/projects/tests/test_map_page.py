"""The map page without a script: the list, what has no pin, the files; one filter for all of them."""

import csv
import io
import json
import re

import pyarrow.parquet
import pyogrio
import pytest

from oneplan.access.actors import system
from oneplan.platform.errors import RuleBroken
from oneplan.projects import kept
from oneplan.projects.choices import Audience, ProjectKind, Stage
from oneplan.projects.files import export_projects
from oneplan.projects.tests import factories
from oneplan.spaces.choices import Confidence, PlaceMethod

PUBLIC = Audience.PUBLIC


def pin(title="Clinic", **fields):
    return factories.project(title, **{"audience": PUBLIC, "longitude": 28.4, "latitude": -24.7, **fields})


@pytest.fixture
def some(world):
    """Two with a pin, one known by its ward, one not placed, one transfer; one pin that the public may not see."""
    pin("Clinic at Mookgophong", stage=Stage.TENDER, total_cost=5_000_000)
    pin("Road to Lephalale", stage=Stage.CONSTRUCTION_25, total_cost=None, longitude=27.7, latitude=-23.7)
    factories.project("Ward taps", audience=PUBLIC, method=PlaceMethod.WARD, confidence=Confidence.MEDIUM)
    factories.project("Lost school", audience=PUBLIC, space=None)
    factories.project("Grant", audience=PUBLIC, kind=ProjectKind.TRANSFER)
    pin("Secret depot", audience=Audience.GOVERNMENT)


def page_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    told = answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")
    return re.sub(r"</?(span|data)\b[^>]*>", "", told)


def test_the_list_beside_the_map_says_how_many_and_how_much_exactly(some, client):
    page = page_of(client, "/projects/map/")
    assert "2 projects" in page
    assert "(1 without a stated cost)" in page
    assert page.index("Clinic at Mookgophong") < page.index("Road to Lephalale")  # the greatest cost first
    assert "Secret depot" not in page


def test_what_has_no_pin_is_always_said_with_a_way_to_it(some, client):
    page = page_of(client, "/projects/map/?sample=no")
    assert "1 project is known only by its ward, municipality or space" in page
    assert "1 project is not placed" in page
    assert "/projects/?sample=no&amp;kind=works&amp;placed=not_placed" in page
    assert "1 row is not on the ground" in page


def test_a_reader_inside_government_sees_more_in_the_same_place(some, world):
    assert "3 projects" in page_of(world.client(world.hub36), "/projects/map/")


def test_the_view_narrows_the_list_to_its_box(some, client):
    part = page_of(client, "/projects/map/in-view/?box=28,-25,29,-24")
    assert "In this view" in part
    assert "1 project" in part
    assert "Road to Lephalale" not in part


def test_one_filter_holds_for_the_map_and_its_list(some, client):
    page = page_of(client, "/projects/map/?phase=building")
    assert "1 project" in page
    assert "Clinic at Mookgophong" not in page
    assert "/projects/download/csv/?phase=building" in page


@pytest.mark.parametrize("box", ["1,2,3", "a,b,c,d", "29,-24,28,-25", "nan,0,1,1", "-200,0,1,1"])
def test_a_box_that_is_none_is_refused_in_words(some, client, box):
    assert client.get(f"/projects/map/in-view/?box={box}").status_code == 400


def test_a_card_is_shown_to_whom_may_see_the_project(some, client, world):
    hidden = pin("Hidden", audience=Audience.GOVERNMENT)
    assert client.get(f"/projects/map/card/{hidden.ref}/").status_code == 404
    assert "Hidden" in page_of(world.client(world.hub36), f"/projects/map/card/{hidden.ref}/")


def test_pages_of_the_list_never_repeat_or_lose_a_project(world, client):
    refs = {pin(f"Tap {place}", longitude=20 + place / 10, total_cost=place % 4 or None).ref for place in range(60)}
    seen = []
    for number in (1, 2, 3):
        page = page_of(client, f"/projects/map/in-view/?box=16,-35,33,-22&page={number}")
        seen += [ref for ref in refs if f'data-ref="{ref}"' in page]
    assert sorted(seen) == sorted(refs)


# --- files -----------------------------------------------------------------------------------------------------------


def file_of(client, form, folder, query=""):
    answer = client.get(f"/projects/download/{form}/{query}")
    assert answer.status_code == 200
    assert f"projects.{form}" in answer["Content-Disposition"]
    path = folder / f"projects.{form}"
    path.write_bytes(b"".join(answer.streaming_content))
    return path


def test_csv_holds_the_filter_with_its_source_and_licence(some, client, tmp_path, settings):
    settings.CUSTODIAN, settings.DATA_LICENCE = "DDM office", "CC BY 4.0"
    rows = list(csv.DictReader(io.StringIO(file_of(client, "csv", tmp_path).read_text(encoding="utf-8-sig"))))
    assert sorted(row["title"] for row in rows) == [
        "Clinic at Mookgophong", "Grant", "Lost school", "Road to Lephalale", "Ward taps",
    ]  # fmt: skip
    by_title = {row["title"]: row for row in rows}
    assert by_title["Clinic at Mookgophong"]["total_cost"] == "5000000"
    assert by_title["Road to Lephalale"]["total_cost"] == ""
    assert by_title["Lost school"]["on_the_map"] == "no"
    counted = ("rows", "rows_on_the_map", "works", "works_without_place", "rows_counted_apart")
    assert {tuple(row[name] for name in counted) for row in rows} == {("5", "2", "4", "1", "1")}
    assert {(row["custodian"], row["licence"]) for row in rows} == {("DDM office", "CC BY 4.0")}
    assert len(file_of(client, "csv", tmp_path, "?phase=building").read_text(encoding="utf-8-sig").splitlines()) == 2


def test_geojson_says_how_many_have_no_place(some, client, tmp_path):
    told = json.loads(file_of(client, "geojson", tmp_path).read_text(encoding="utf-8"))
    held = told["metadata"]
    assert (held["rows"], held["rows_on_the_map"], held["works_without_place"]) == ("5", "2", "1")
    assert held["as_at"] == "No row names the day as at which it holds."
    assert sum(feature["geometry"] is None for feature in told["features"]) == 3


def test_a_geopackage_opens_with_its_metadata(some, client, tmp_path):
    path = file_of(client, "gpkg", tmp_path)
    told = pyogrio.read_info(path)
    assert (told["features"], told["crs"]) == (5, "EPSG:4326")
    assert told["layer_metadata"]["rows_on_the_map"] == "2"
    assert told["layer_metadata"]["works_without_place"] == "1"
    _meta, _fids, shapes, values = pyogrio.raw.read(path, columns=["title"])
    assert sum(shape is None for shape in shapes) == 3
    assert "Grant" in values[0]


def test_geoparquet_keeps_cents_and_declares_its_geometry(some, client, tmp_path):
    pin("Small", total_cost="0.07")
    table = pyarrow.parquet.read_table(file_of(client, "parquet", tmp_path))
    geo = json.loads(table.schema.metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    assert geo["columns"]["geometry"]["encoding"] == "WKB"
    assert geo["columns"]["geometry"]["geometry_types"] == ["Point"]
    assert table.schema.metadata[b"rows_on_the_map"] == b"3"
    assert table.schema.metadata[b"works_without_place"] == b"1"
    costs = dict(zip(table["title"].to_pylist(), map(str, table["total_cost"].to_pylist()), strict=True))
    assert (costs["Small"], costs["Road to Lephalale"]) == ("0.07", "None")


def test_no_file_holds_what_its_reader_may_not_see(some, client, world, tmp_path):
    assert "Secret depot" not in file_of(client, "csv", tmp_path).read_text(encoding="utf-8-sig")
    assert "Secret depot" in file_of(world.client(world.hub36), "csv", tmp_path).read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("form", ["csv", "geojson", "gpkg", "parquet"])
def test_a_filter_that_finds_nothing_gives_a_file_without_rows(world, client, tmp_path, form):
    path = file_of(client, form, tmp_path, "?phase=flying")
    if form == "parquet":
        assert pyarrow.parquet.read_table(path).num_rows == 0
    elif form != "csv":
        assert pyogrio.read_info(path, force_feature_count=True)["features"] == 0
    else:
        assert len(path.read_text(encoding="utf-8-sig").splitlines()) == 1


def test_a_form_that_is_not_offered_is_404(world, client):
    assert client.get("/projects/download/dwg/").status_code == 404


def test_the_command_line_writes_a_file_of_a_space_and_says_what_has_no_place(some, tmp_path):
    out = tmp_path / "dc36.gpkg"
    said = export_projects("gpkg", out=out, space="DC36", by=system("tests"))
    assert pyogrio.read_info(out)["features"] == 5  # the lost school is in no space
    assert "rows: 5; on the map: 3; works: 4, of them without a place: 0; no works and counted apart: 1." in said
    assert list(tmp_path.iterdir()) == [out]


def test_the_command_line_refuses_a_space_that_is_none(some, tmp_path):
    with pytest.raises(RuleBroken, match="no space DC99"):
        export_projects("csv", out=tmp_path / "x.csv", space="DC99", by=system("tests"))


def test_a_large_file_is_made_in_the_background_and_found_by_its_reader_alone(
    some, client, world, monkeypatch, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.HOME = tmp_path
    monkeypatch.setattr(kept, "DIRECT", 1)
    hub = world.client(world.hub36)
    assert "6 rows take longer" in page_of(hub, "/projects/download/csv/")
    with django_capture_on_commit_callbacks(execute=True):
        asked = hub.post("/projects/download/csv/")
    assert "Ready" in page_of(hub, asked.url)
    rows = b"".join(hub.get(f"{asked.url}?file=1").streaming_content).decode("utf-8-sig").splitlines()
    assert len(rows) == 7
    assert client.get(asked.url).status_code == 404
    assert world.client(world.thandi).get(f"{asked.url}?file=1").status_code == 404


def test_a_large_file_of_a_space_goes_the_same_way_and_holds_what_lies_in_it(
    some, client, monkeypatch, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.HOME = tmp_path
    monkeypatch.setattr(kept, "DIRECT", 1)
    assert "4 rows take longer" in page_of(client, "/projects/download/csv/?lies_in=DC36")
    with django_capture_on_commit_callbacks(execute=True):
        asked = client.post("/projects/download/csv/?lies_in=DC36")
        everything = client.post("/projects/download/csv/")
    assert everything.url != asked.url
    rows = b"".join(client.get(f"{asked.url}?file=1").streaming_content).decode("utf-8-sig").splitlines()
    assert len(rows) == 5
    assert not any("Lost school" in row for row in rows)


def test_the_pages_say_before_the_download_what_a_file_holds(some, client):
    said = "rows: 5; on the map: 2; works: 4, of them without a place: 1; no works and counted apart: 1"
    assert said in page_of(client, "/projects/map/")
    assert said in page_of(client, "/projects/")


def test_a_file_that_could_not_be_made_says_so(some, client, monkeypatch, settings, tmp_path):
    settings.HOME = tmp_path
    monkeypatch.setattr(kept, "DIRECT", 1)
    asked = client.post("/projects/download/csv/")
    assert "It is being made" in page_of(client, asked.url)
    key = asked.url.split("/")[-2]
    monkeypatch.setattr(kept, "write_file", lambda *_given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        kept.make(None, "csv", [], key)
    assert "It could not be made" in page_of(client, asked.url)


@pytest.mark.parametrize("key", ["..", "x", "0" * 33, "%2e%2e%2fsecret"])
def test_a_key_that_is_none_opens_nothing(world, client, key):
    assert client.get(f"/projects/download/csv/{key}/").status_code == 404
