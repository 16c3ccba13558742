"""Values on other borders than those they were published on: explorer, lineage, data; and what befell the borders."""

import csv
from datetime import date

import pytest

from oneplan.access.actors import system
from oneplan.exchange.pipeline import run_import
from oneplan.indicators.actions import build_observations
from oneplan.indicators.queries import edition
from oneplan.indicators.tests.conftest import TIDY, sexes
from oneplan.indicators.tests.known import words_of
from oneplan.indicators.tests.test_explorer_pages import lines_of, rows
from oneplan.indicators.tests.test_layouts import AGES
from tests.kept import kept_fixture

pytestmark = pytest.mark.django_db
BY = system("tests")
JOBS, TURNOUT, BORDERS = "/indicators/unemployment/", "/indicators/turnout-municipal/", "/indicators/borders/"
ON_2016 = {"level": "municipal_area", "boundary": "2011", "borders": "2016"}
VALUE = "/indicators/values/unemployment/{}/2016/2011/from/2011/?level=municipal_area"
API = "/api/v1/indicators/unemployment/values"


def jobs(place, employed, unemployed, borders=2011):
    told = {"Employed": employed, "Unemployed": unemployed}
    return [("officialemploymentstatus", borders, "municipality", place, "", each, told[each]) for each in told]


def votes(year, place, registered, cast):
    told = {"registered_voters": registered, "total_votes": cast}
    return [(f"voter_turnout_municipal_{year}", year, "municipality", place, "", each, told[each]) for each in told]


def build(_world):
    """Jobs of 2011 in three municipalities that became one, which was recounted, in two that were divided, and in one
    that stayed; votes of 2011 and 2016, each on the borders of its time."""
    from django.conf import settings

    told = [*jobs("EC101", 700, 300), *jobs("EC103", 150, 50), *jobs("EC107", 450, 150), *jobs("WC011", 80, 20),
            *jobs("LIM343", 600, 400), *jobs("LIM344", 900, 100), *jobs("EC101", 1290, 510, 2016),
            *votes(2011, "WC011", 100, 60), *votes(2016, "WC011", 110, 55), *votes(2011, "EC103", 10, 5)]  # fmt: skip
    path = settings.HOME / "told.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([TIDY, *told])
    run_import("indicators", path, by=BY, layout="wazimap", source="A statistics office", as_at=date(2011, 10, 9))
    build_observations(by=BY)


kept_series = kept_fixture(build)


@pytest.fixture
def told(kept_series, world, settings, tmp_path, monkeypatch):
    settings.HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "documents"
    monkeypatch.setattr("oneplan.warehouse.connection._now", {})
    return kept_series.lend(world, tmp_path)


def row_of(response, code):
    return next(row for row in rows(response) if code in row)


def test_times_told_on_no_stated_borders_stand_beside_those_of_a_year(told, client, settings):
    """Some sources name no borders of spaces: no view of them fails, and a chart on others leaves their times out."""
    census, survey, later = (settings.HOME / f"{name}.csv" for name in ("census", "survey", "later"))
    with census.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([TIDY, *(
            (*row[:4], "gender", *row[4:]) for row in sexes("JHB", 400, 300, "district", 2011)
        )])  # fmt: skip
    survey.write_text(f"ADM3_ID,{AGES}\nJHB,{'40,' * 18}720\n", encoding="utf-8")
    later.write_text("code,name,population_2022\nJHB,City of Johannesburg,800\n", encoding="utf-8")
    for path, layout in ((census, "wazimap"), (survey, "community-survey-2016"), (later, "census-2022-sample")):
        run_import("indicators", path, by=BY, layout=layout, source="A statistics office", as_at=date(2022, 2, 2))
    build_observations(by=BY)
    newest = words_of(client.get("/indicators/population/"))
    assert "the other of no stated year" in newest
    assert "Draw all times on the borders of 2016, converted" in newest
    converted = client.get("/indicators/population/", {"boundary": "2011", "borders": "2016"})
    assert "told on the borders of no stated year: 2022." in words_of(converted)


# --- the explorer --------------------------------------------------------------------------------------------------


def test_a_view_on_other_borders_marks_each_value_and_says_how_it_came_about(told, client):
    page = client.get(JOBS, ON_2016)
    said = words_of(page)
    assert "converted from the borders of 2011 to those of 2016" in said
    assert "1 place: exact: whole areas put together" in said and "estimated by wards" in said
    merged = row_of(page, "EC101")
    assert "27,8 % ≈" in merged.replace("Converted to other borders", "≈")
    assert "exact: whole areas put together off by 0,6 points, measured; the source itself: 28,3 %" in merged
    assert "within" in row_of(page, "WC011") and "expected" in row_of(page, "WC011")
    assert "South Africa in" not in said  # no published figure in the sentence of converted ones


def test_totals_are_conserved_and_what_is_not_shown_is_told(told, client):
    said = words_of(client.get(JOBS, ON_2016))
    counted = said.partition("Totals conserved. Counted: ")[2].partition("Show them")[0]
    assert counted.startswith("1 020 in 6 places before, ")
    after, hidden = (counted.partition(mark)[2].partition(" in ")[0] for mark in ("before, ", "after. "))
    assert int(after.replace(" ", "")) + int(hidden.partition(" more")[0].replace(" ", "")) == 1020
    assert "The sums differ" not in said


def test_where_an_indicator_does_not_exist_the_way_to_converted_values_is_offered(told, client):
    page = client.get(TURNOUT, {"level": "municipal_area", "boundary": "2016", "year": "2016"})
    assert "Draw all times on the borders of 2016, converted" in words_of(page)
    missing = client.get("/indicators/unemployment/", {"level": "municipal_area", "boundary": "2021"})
    assert "was not published on the borders of 2021, but on those of 2016, which are the same" in words_of(missing)
    assert "boundary=2016&amp;borders=2021" in missing.content.decode()


def test_a_place_that_did_not_exist_on_the_borders_is_said_to(told, client):
    said = words_of(client.get(JOBS, {**ON_2016, "place": "EC103"}))
    assert "EC103 did not exist on the borders of 2016; its ground lay in EC101." in said


def test_a_line_ends_where_the_borders_changed_and_goes_on_dashed_where_it_was_converted(told, client):
    broken = client.get(TURNOUT, {"level": "municipal_area", "boundary": "2016"})
    body = broken.content.decode()
    assert "one is on the boundaries of 2016, the other on those of 2011" in words_of(broken)
    assert ">borders of 2016</text>" in body and 'stroke-dasharray="5 4"' not in body
    throughout = client.get(TURNOUT, {**ON_2016, "place": "WC011"})
    body = throughout.content.decode()
    assert 'class="line-strong" stroke-dasharray="5 4"' in body
    assert "Dashed: to or from values that were converted." in words_of(throughout)


def test_files_say_of_each_converted_value_its_method_error_and_parts(told, client):
    lines = {line["place"]: line for line in lines_of(client.get(JOBS, {**ON_2016, "format": "csv"}))}
    merged = lines["EC101"]
    assert (merged["boundary"], merged["converted_from"], merged["status"], merged["method"]) == (
        "2016", "2011", "converted", "exact",
    )  # fmt: skip
    assert (merged["error_is"], merged["parts"]) == ("measured", "EC101 1; EC103 1; EC107 1")
    assert float(merged["recount"]) == pytest.approx(100 * 510 / 1800)
    assert "converted" not in lines_of(client.get(JOBS, {"level": "municipal_area", "format": "csv"}))[0]


# --- lineage -------------------------------------------------------------------------------------------------------


def test_a_converted_value_leads_to_its_parts_and_these_to_the_rows_of_their_file(told, client):
    table = client.get(JOBS, ON_2016).content.decode()
    href = table.partition("EC101</span></th>")[2].partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    page = client.get(href)
    said = words_of(page)
    assert "Dr Beyers Naudé: 27,8 %" in said and "The 3 published values that went into it" in said
    assert "Use that figure; the conversion is shown so that it can be checked." in said
    assert "gained on 3 Aug 2016: Baviaans (EC107), Ikwezi (EC103)" in said
    part = page.content.decode().partition("EC107</span>")[2].partition('class="num-link" href="')[2].partition('"')[0]
    cells = words_of(client.get(part.replace("&amp;", "&")))
    assert "100 × 150 ÷ 600 = 25" in cells and "Converted to the borders of 2016" not in cells  # it ended
    lines = lines_of(client.get(href + "&format=csv"))
    assert [(line["part_of"], line["side"], line["amount"]) for line in lines][:2] == [
        ("EC101", "above", "300"), ("EC103", "above", "50"),
    ]  # fmt: skip


def test_an_estimate_says_its_weights_and_one_that_lacks_a_part_what_is_missing(told, client):
    split = words_of(client.get(VALUE.format("LIM345")))
    assert "estimated by wards" in split and "percentage points either way" in split and "At stake" in split
    lacking = words_of(client.get(VALUE.format("LIM343")))
    assert "Not computed: the value of LIM342 is missing." in lacking


@pytest.mark.parametrize("address", [
    VALUE.format("EC103"), VALUE.format("LIM345").replace("level=municipal_area", "level=ward"),
    VALUE.format("LIM345").replace("from/2011", "from/2013"),
    VALUE.format("LIM345").replace("/2011/from", "/2012/from"),
])  # fmt: skip
def test_what_was_not_converted_is_not_there(told, client, address):
    assert client.get(address).status_code == 404


# --- data ----------------------------------------------------------------------------------------------------------


def test_data_and_interface_give_the_numbers_of_the_page(told, client):
    asked = {"level": "municipal_area", "boundary": "2011", "borders": "2016"}
    served = client.get(f"/indicators/data/{edition()}/unemployment.json", asked).json()
    assert client.get(API, asked).json() == served
    found = {row[0]: dict(zip(served["columns"], row, strict=True)) for row in served["values"]}
    assert (served["boundary"], served["converted_from"]) == (2016, 2011)
    merged = found["EC101"]
    assert merged["value"] == pytest.approx(100 * 500 / 1800)
    assert (merged["converted"], merged["method"], merged["error_is"]) == (True, "exact", "measured")
    assert found["LIM343"]["value"] is None
    published = client.get(API, {"level": "municipal_area", "boundary": "2011"}).json()
    assert published["converted_from"] is None and "converted" not in published["columns"]


def test_data_that_cannot_be_converted_are_refused_in_words(told, client):
    asked = {"level": "municipal_area", "boundary": "2011", "borders": "2013"}
    response = client.get(f"/indicators/data/{edition()}/unemployment.json", asked)
    assert (response.status_code, "known are 2011, 2016, 2021" in response.json()["detail"]) == (422, True)
    response = client.get(API, {**asked, "borders": "2016", "level": "province"})
    assert (response.status_code, "are converted to other borders" in response.json()["detail"]) == (409, True)


# --- borders -------------------------------------------------------------------------------------------------------


def test_what_befell_an_area_and_a_space_is_told_with_its_pieces(world, client):
    area = words_of(client.get(f"{BORDERS}LIM345/"))
    assert "Collins Chabane (LIM345) was formed on 3 Aug 2016 from 74 % of Thulamela (LIM343)" in area
    assert "Thulamela LIM343 Collins Chabane LIM345 4 305 73,9 % 86,1 %" in area
    space = words_of(client.get(f"{BORDERS}DC10/"))
    assert "Ikwezi (EC103) ended on 3 Aug 2016 and lies in Dr Beyers Naudé (EC101)." in space
    assert client.get(f"{BORDERS}EC103/").status_code == 200  # it ended, and is still told of
    assert client.get(f"{BORDERS}NOWHERE/").status_code == 404
    assert "On 3 Aug 2016 234 municipal areas became 213" in words_of(client.get(BORDERS))
