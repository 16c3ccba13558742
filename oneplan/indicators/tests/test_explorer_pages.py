"""The list of indicators, the explorer, the page of one value, comparison and scorecard: what they show to whom."""

import csv
import io

import pytest
from openpyxl import load_workbook

from oneplan.indicators.tests.known import publish, rows_of_sexes, told, words_of
from oneplan.spaces.queries.maps import NationalMap, Shape

__all__ = ["told"]
pytestmark = pytest.mark.django_db
TOILETS = "/indicators/no-toilet/"
WOMEN = "/indicators/female-share/"


def lines_of(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def rows(response):
    """Of the table: what stands in each row, by its first words."""
    body = response.content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
    return [words_of(type("Part", (), {"content": row.encode()})) for row in body.split("</tr>") if row.strip()]


# --- the list ------------------------------------------------------------------------------------------------------


def test_without_values_the_list_still_says_what_is_measured(house, client):
    said = words_of(client.get("/indicators/"))
    assert "No observation has been published yet" in said
    assert "Households without a toilet" in said
    assert "No shipped file holds hunger or food security" in said


def test_the_list_tells_newest_year_unit_and_who_is_counted(told, client):
    page = client.get("/indicators/", {"q": "households without any toilet"})
    assert "1 indicator of" in words_of(page)
    assert rows(page)[0].startswith("Households without a toilet Share of households without any toilet. 2011 %")


def test_the_list_is_searched_by_chapter_and_by_what_has_values(told, client):
    assert "Turnout" not in words_of(client.get("/indicators/", {"chapter": "demography"}))
    only = lines_of(client.get("/indicators/", {"have": "yes", "format": "csv"}))
    assert {"population", "no-toilet", "female-share"} <= {line["code"] for line in only}
    assert "clean-audits" not in {line["code"] for line in only}
    assert "No indicator fits" in words_of(client.get("/indicators/", {"q": "unicorns"}))


# --- the explorer --------------------------------------------------------------------------------------------------


def test_a_view_shows_values_with_what_was_divided_and_unknown_as_unknown(told, client):
    page = client.get(TOILETS, {"level": "municipal_area"})
    shown = {row.split()[-5] if "unknown" not in row else row: row for row in rows(page)}
    assert any(row.startswith("King Sabata Dalindyebo EC157 DC15, EC 30,0 % 30 100") for row in shown.values())
    assert any("EC155" in row and "unknown" in row and "0,0 %" not in row for row in shown.values())
    said = words_of(page)
    assert "2 of 4 places have a value" in said


def test_the_map_says_its_classes_how_many_are_in_each_and_hatches_what_is_unknown(told, client, monkeypatch):
    shapes = [Shape(code, "", f"M{at} 0h1v1z", 0, 0) for at, code in enumerate(("EC157", "EC155", "LIM366"))]
    drawn = NationalMap(shapes, "0 0 3 3", "Areas as at 2016", "approximate", "")
    monkeypatch.setattr("oneplan.indicators.picturing.national_map", lambda *_asked, **_only: drawn)
    page = client.get(TOILETS, {"level": "municipal_area", "place": "LIM366"})
    said, body = words_of(page), page.content.decode().replace("\xa0", " ")
    assert "6,7 % to 30,0 % ( 1 ) 30,0 % ( 1 ) unknown ( 2 )" in said
    assert "Classes are fifths of the places" in said
    assert "Lower is better: dark is high." in said
    assert "1 place of these borders has no outline" in said  # eThekwini
    assert 'class="seq-5" d="M0 0h1v1z"><title>King Sabata Dalindyebo (EC157): 30,0 %' in body
    assert 'class="tone-unplaced" fill="url(#texture-unplaced)" d="M1 0h1v1z"' in body
    assert 'class="seq-1 is-here" d="M2 0h1v1z"' in body
    natural = words_of(client.get(TOILETS, {"level": "municipal_area", "classes": "natural"}))
    assert "natural breaks: values within one differ least" in natural


def test_where_higher_is_worse_the_worst_comes_first_and_the_order_can_be_changed(told, client):
    view = {"level": "municipal_area"}
    assert "EC157" in rows(client.get(TOILETS, view))[0]
    assert "LIM366" in rows(client.get(TOILETS, {**view, "sort": "value"}))[0]
    assert "EC157" in rows(client.get(TOILETS, {**view, "sort": "place; DROP TABLE"}))[0]


def test_borders_on_which_an_indicator_does_not_exist_are_said(told, client, tidy):
    publish(tidy(*rows_of_sexes(borders=2011), name="older.csv"))
    page = client.get(TOILETS, {"boundary": "2011"})
    said = words_of(page)
    assert "was not published on the borders of 2011: values are converted from those of 2016" in said
    assert "boundary=2016&amp;borders=2011" in page.content.decode()
    assert "Districts and metros on the borders of 2016" in said
    assert "Place by place" not in said


def test_a_breakdown_has_a_column_for_each_category(told, client):
    page = client.get("/indicators/population/", {"level": "space", "by": "sex"})
    assert "OR Tambo DC15 EC 80 120" in rows(page)
    assert ">Female</th>" in page.content.decode()


def test_a_view_within_a_province_shows_it_alone_beside_province_and_country(told, client):
    page = client.get(WOMEN, {"level": "municipal_area", "within": "EC"})
    assert len([row for row in rows(page) if "EC1" in row]) == 2
    assert "LIM366" not in words_of(page).partition("Place by place")[2].partition("What it is")[0]
    assert "South Africa ZA 60,0 % 600 1 000" in words_of(page)
    assert "Eastern Cape EC EC 60,0 % 300 500" in words_of(page)


def test_what_an_address_says_wrongly_counts_as_not_asked(told, client):
    asked = {"level": "galaxy", "boundary": "12", "year": "x", "by": "zodiac", "within": "'", "classes": "?"}
    assert client.get(TOILETS, asked).status_code == 200
    assert client.get("/indicators/no-such-thing/").status_code == 404


def test_an_indicator_without_values_shows_its_descriptor(told, client):
    said = words_of(client.get("/indicators/clean-audits/"))
    assert "No value of this indicator has been imported yet." in said
    assert "Means of verification" in said


def test_the_files_hold_what_the_table_shows(told, client):
    view = {"level": "municipal_area", "boundary": "2016", "year": "2011"}
    lines = {line["place"]: line for line in lines_of(client.get(TOILETS, {**view, "format": "csv"}))}
    assert (lines["EC157"]["value"], lines["EC157"]["numerator"], lines["EC157"]["denominator"]) == (
        "30.0", "30.0", "100.0",
    )  # fmt: skip
    assert lines["EC155"]["value"] == ""
    assert lines["EC157"]["fact"].startswith("/indicators/values/no-toilet/EC157/2016/2011/")
    book = load_workbook(io.BytesIO(client.get(TOILETS, {**view, "format": "xlsx"}).content))
    head, *body = book.worksheets[0].iter_rows(values_only=True)
    at = {name: number for number, name in enumerate(head)}
    assert {row[at["place"]]: row[at["value"]] for row in body}["LIM366"] == pytest.approx(100 * 5 / 75)


def test_sample_values_stand_alone_and_are_marked(house, tidy, client, told):
    publish(tidy(*rows_of_sexes([("district", "DC15", 1, 3)]), name="sample.csv"), details={"standing": "sample"})
    real, sample = client.get(WOMEN, {"level": "space"}), client.get(WOMEN, {"level": "space", "sample": "yes"})
    assert "OR Tambo DC15 EC 60,0 % 120 200" in words_of(real)
    assert "invented for demonstration" not in words_of(real)
    assert "OR Tambo DC15 EC 25,0 % 1 4" in words_of(sample)
    assert "invented for demonstration" in words_of(sample)


def test_where_only_invented_figures_are_known_they_are_shown_as_such_and_count_as_no_values(house, tidy, client):
    sexes = rows_of_sexes([("district", "DC15", 1, 3)])
    publish(tidy(*sexes, name="sample.csv"), details={"standing": "sample"})
    said = words_of(client.get("/indicators/"))
    assert "0 have values. Of 3 more there are invented figures alone" in said
    assert "2011 Sample" in words_of(client.get("/indicators/", {"have": "sample"}))
    for name in ("scorecard", "compare"):
        page = client.get(f"/indicators/{name}/", {"space": "DC15", "indicator": "female-share"})
        assert ("25,0 %" in words_of(page), "invented for demonstration" in words_of(page)) == (True, True)
        assert "Figures" not in words_of(page)
    publish(tidy(*rows_of_sexes([("district", "DC15", 3, 1)])))
    assert "Of 3 more" not in words_of(client.get("/indicators/"))
    page = words_of(client.get("/indicators/scorecard/?indicator=female-share"))
    assert ("75,0 %" in page, "25,0 %" in page, "Figures real sample, invented" in page) == (True, False, True)


def test_values_inside_government_are_for_its_readers(house, tidy, world):
    publish(tidy(*rows_of_sexes([("district", "DC15", 3, 1)])), details={"standing": "government"})
    at = "/indicators/values/female-share/DC15/2016/2011/?standing=government"
    for actor, is_seen in ((world.public, False), (world.charlie, False), (world.analyst, True)):
        client = world.client(actor)
        assert ("75,0 %" in words_of(client.get(WOMEN, {"level": "space"}))) == is_seen
        assert client.get(at).status_code == (200 if is_seen else 404)


# --- the page of a value -------------------------------------------------------------------------------------------


def test_a_value_is_followed_to_the_rows_of_its_file(told, client):
    page = client.get(f"{TOILETS}?level=municipal_area")
    address = page.content.decode().partition("EC157</span></th>")[2].partition('href="')[2].partition('"')[0]
    said = words_of(client.get(address.replace("&amp;", "&")))
    assert "100 × 30 ÷ 100 = 30" in said
    row = 1 + 2 * 8 + 2 * 8 + 1  # the head, the sexes, two districts of eight toilets, and the first of EC157
    assert f"None 30 above Households by toilet by toilet facilities {told.ref} {row} value" in said
    assert "A statistics office" in said
    assert "census.csv" in said


def test_the_page_of_an_unknown_value_says_why(told, client):
    said = words_of(client.get("/indicators/values/no-toilet/EC155/2016/2011/"))
    assert "unknown" in said
    assert "Its source states no number in 1 of the cells that the formula needs." in said.replace("2 of", "1 of")
    assert " = " not in said.partition("How it is made")[2].partition("Share of")[0]


def test_cells_are_had_as_a_file_and_nothing_else_is_there(told, client):
    at = "/indicators/values/female-share/DC15/2016/2011/"
    lines = lines_of(client.get(f"{at}?format=csv"))
    assert {(line["side"], line["category"], line["cell_value"]) for line in lines} == {
        ("above", "Female", "120.0"), ("below", "Female", "120.0"), ("below", "Male", "80.0"),
    }  # fmt: skip
    for missing in (
        "/indicators/values/female-share/DC15/2016/2010/", "/indicators/values/female-share/DC99/2016/2011/",
        "/indicators/values/female-share/DC15/2016/soon/", "/indicators/values/nothing/DC15/2016/2011/",
        f"{at}?status=audited", f"{at}?by=sex&category=Female",
    ):  # fmt: skip
        assert client.get(missing).status_code == 404, missing


def test_a_metro_is_a_space_and_an_area_with_a_page_each(told, client):
    at = "/indicators/values/female-share/ETH/2016/2011/"
    assert "District or metropolitan space" in words_of(client.get(at))
    area = words_of(client.get(f"{at}?level=municipal_area"))
    assert "100 × 90 ÷ 200 = 45" in area
    assert "eThekwini ETH , Municipal area" in area


# --- spaces beside each other --------------------------------------------------------------------------------------


def test_spaces_stand_beside_each_other_in_figures_and_words(told, client):
    page = client.get("/indicators/compare/", {"space": ["DC15", "DC36"], "indicator": ["female-share", "no-toilet"]})
    assert rows(page)[0].startswith("Women and girls %, 2011 60,0 % EC 60,0 % 60,0 % 60,0 %")
    said = words_of(page)
    assert "Households without a toilet in OR Tambo: 26,3 % of households" in said
    lines = lines_of(client.get(f"{page.wsgi_request.get_full_path()}&format=csv"))
    assert {line["place"] for line in lines} == {"DC15", "DC36", "EC", "LIM", "ZA"}


def test_no_more_than_six_spaces_and_only_known_ones_are_compared(told, client):
    page = client.get("/indicators/compare/", {"space": ["DC15", "XX", "DC1", "DC2", "DC3", "DC4", "DC5", "DC6"]})
    assert "Garden Route" in words_of(page)
    assert "Namakwa." not in words_of(page).partition("Compare spaces")[2][:200]
    assert "Choose two spaces or more" in words_of(client.get("/indicators/compare/"))


def test_the_scorecard_has_every_space_in_groups_and_no_rank(told, client):
    page = client.get("/indicators/scorecard/", {"indicator": "female-share"})
    assert page.content.decode().count('<tr><th scope="row"') == 52
    assert "OR Tambo DC15 60,0 %" in words_of(page)
    assert words_of(page).count("unknown") >= 49
    lines = lines_of(client.get("/indicators/scorecard/", {"indicator": "female-share", "format": "csv"}))
    assert len(lines) == 52
    assert "rank" not in lines[0]


def test_pages_ask_no_more_of_the_database_than_they_need(told, client, django_assert_max_num_queries):
    client.get(TOILETS)  # what holds for long is kept in memory from here on
    for address, most in (  # one of them asks which definitions stand
        ("/indicators/", 1), (f"{TOILETS}?level=municipal_area", 4), (TOILETS, 4),
        ("/indicators/values/no-toilet/DC15/2016/2011/", 3), ("/indicators/compare/?space=DC15&space=DC36", 1),
        ("/indicators/scorecard/", 1),
    ):  # fmt: skip
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200
