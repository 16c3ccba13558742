"""The computed measures as their readers meet them: pages, files, the interface, the profile, files of one's own."""

import csv
import io
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from oneplan.indicators.actions import build_observations
from oneplan.indicators.models import ObservationRelease
from oneplan.indicators.tests.known import BY, publish, rows_of_sexes, words_of
from oneplan.spaces.queries import Neighbours

pytestmark = pytest.mark.django_db
BANDS = (
    "No income", "R 1 - R 4800", "R 4801 - R 9600", "R 9601 - R 19200", "R 19201 - R 38400", "R 38401 - R 76800",
    "R 76801 - R 153600", "R 153601 - R 307200", "R 307201 - R 614400", "R 614401 - R 1228800",
    "R 1228801 - R 2457600", "R 2457601 or more",
)  # fmt: skip
PLACES = (("district", "DC36"), ("municipality", "LIM366"), ("municipality", "LIM367"), ("country", "ZA"))
POVERTY = "/indicators/measures/multidimensional-poverty/own/"
INDICATORS = (
    "child_mortality", "years_of_schooling", "school_attendance", "fuel_for_lighting", "fuel_for_heating",
    "fuel_for_cooking", "water_access", "sanitation", "dwelling", "assets", "unemployment",
)  # fmt: skip


@pytest.fixture
def served(house, tidy):
    """Earnings by band of two areas of Waterberg; of a third the lowest band is unknown. Workers by sector."""
    counts = {"LIM366": (50, 50), "LIM367": (0, 80), "DC36": (50, 130), "ZA": (500, 1300)}
    rows: list[tuple[Any, ...]] = [
        ("employedindividualannualincome", 2016, level, place, band, number)
        for level, place in PLACES
        for band, number in zip(BANDS, (*counts[place], 0, 0, 0, 0, 20, 0, 0, 0, 0, 0), strict=True)
    ]
    rows += [("employedindividualannualincome", 2016, "municipality", "LIM368", band, "") for band in BANDS[:1]]
    rows += [("employedindividualannualincome", 2016, "municipality", "LIM368", band, 5) for band in BANDS[1:]]
    rows += [
        ("typeofsector", 2016, level, place, sector, number)
        for level, place in PLACES
        for sector, number in (("In the formal sector", 60), ("In the informal sector", 20), ("Private household", 20))
    ]
    return publish(tidy(*rows_of_sexes(), *rows))


def lines_of(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_list_says_of_each_measure_whether_it_can_be_worked_out_and_what_was_typed_from_memory(served, client):
    said = words_of(client.get("/indicators/measures/"))
    assert "Gini coefficient of earnings" in said and "borders of 2016: Census 2011" in said
    assert "this is no multidimensional poverty index" in said
    assert "The wording of the other nine deprivation cut-offs was written from memory" in said
    rows = {row["code"]: row for row in lines_of(client.get("/indicators/measures/", {"format": "csv"}))}
    assert rows["gini"]["worked_out"] and not rows["gini"]["why_not"]
    assert "life expectancy at birth" in rows["human-development"]["why_not"]
    assert "piped water in the dwelling or yard" in rows["basic-services"]["why_not"]
    assert "of one moment alone (2011)" in rows["shift-share"]["why_not"]


def test_without_a_build_measures_are_listed_and_none_is_worked_out(house, client):
    assert "0 can be worked out" in words_of(client.get("/indicators/measures/"))
    assert "No observation has been published yet" in words_of(client.get("/indicators/measures/gini/"))
    assert client.get("/indicators/measures/happiness/").status_code == 404


def test_inequality_from_bands_is_modelled_bounded_linked_and_not_told_over_an_unknown_band(served, client):
    page = client.get("/indicators/measures/gini/", {"level": "municipal_area"})
    said = words_of(page)
    assert "Modelled" in said and "R3 200, R6 789" in said
    assert "/indicators/values/low-earners/LIM366/2016/2011/" in page.content.decode()
    assert "A band of income is not told here." in said
    rows = {row["place"]: row for row in lines_of(
        client.get("/indicators/measures/gini/", {"level": "municipal_area", "format": "csv"})
    )}  # fmt: skip
    bela_bela = rows["LIM366"]
    assert float(bela_bela["least"]) < float(bela_bela["gini"]) < float(bela_bela["most"])
    assert bela_bela["told"] == "120" or float(bela_bela["told"]) == 120
    assert (rows["LIM368"]["gini"], bela_bela["quality"]) == ("", "modelled")


def test_theil_is_parted_between_and_within_areas_or_says_why_not(served, client):
    rows = {row["place"]: row for row in lines_of(client.get("/indicators/measures/theil/", {"format": "csv"}))}
    assert rows["DC36"]["theil"] == ""  # Modimolle's lowest band is unknown
    assert "not told of one of its municipal areas" in rows["DC36"]["why_unknown"]


def test_specialisation_is_told_beside_the_country(served, client):
    rows = {
        row["place"]: row for row in lines_of(client.get("/indicators/measures/location-quotients/", {"format": "csv"}))
    }
    assert float(rows["DC36"]["quotient_1"]) == 1.0
    assert "Types of employment, not industries" in rows["DC36"]["notes"]


def in_a_row(codes):
    """Outlines that lie beside each other in a row; the last touches none."""
    release: Any = SimpleNamespace(
        pk=1, name="Areas in a row", is_legal=True, level="municipal_area", get_quality_display=lambda: "Legal"
    )
    last = len(codes) - 2
    left = np.array([*range(last), *range(1, last + 1)])
    right = np.array([*range(1, last + 1), *range(last)])
    return Neighbours(release, tuple(codes), left, right)


@pytest.fixture
def provinces_apart(house, tidy, monkeypatch):
    """Women are many in the Eastern Cape and few in Limpopo; of Makhuduthamaga nothing is known, one touches nobody."""
    high = ["EC101", "EC102", "EC104", "EC105", "EC106", "EC108", "EC109", "EC121", "EC122", "EC123", "EC124", "EC126"]
    low = ["LIM331", "LIM332", "LIM333", "LIM334", "LIM335", "LIM341", "LIM343", "LIM344", "LIM351", "LIM353", "LIM354"]
    places = [*high, *low, "LIM366"]
    rows = rows_of_sexes([("municipality", place, 600 if place in high else 400, 400) for place in places])
    publish(tidy(*rows, ("gender", 2016, "municipality", "LIM367", "Male", 3)))
    near = in_a_row(places)
    monkeypatch.setattr("oneplan.indicators.worked.resemblance.neighbours", lambda *_asked: near)
    monkeypatch.setattr("oneplan.indicators.worked.resemblance.releases_in_force", lambda *_asked: [near.release])
    return high, low


def test_a_planted_pattern_of_neighbours_is_found_with_islands_and_what_was_left_out(provinces_apart, client):
    high, _low = provinces_apart
    asked = {"indicator": "female-share", "level": "municipal_area"}
    said = words_of(client.get("/indicators/measures/neighbours/", asked))
    assert "Yes: neighbours are more alike than chance makes them" in said
    assert "Without a neighbour Bela-Bela (LIM366)" in said
    assert "seed 20240701" in said and "Its value is unknown." in said
    rows = {row["place"]: row for row in lines_of(
        client.get("/indicators/measures/neighbours/", {**asked, "format": "csv"})
    )}  # fmt: skip
    assert {rows[code]["cluster"] for code in high[2:8]} <= {"high-high", "none"}
    assert not {"high-low", "low-high"} & {row["cluster"] for row in rows.values()}
    assert float(rows[high[4]]["neighbours"]) == 2 and float(rows["LIM366"]["neighbours"]) == 0
    told = client.get("/api/v1/indicators/measures/neighbours", asked).json()
    assert told["moran"]["islands"] == ["LIM366"] and told["moran"]["left_out"] == ["LIM367"]
    assert told["moran"]["value"] > 0.5 and told["moran"]["p_value"] < 0.01


def test_a_neighbourhood_with_holes_is_refused_and_the_explorer_leads_to_the_question(
    provinces_apart, client, monkeypatch
):
    asked = {"indicator": "female-share", "level": "municipal_area"}
    page = client.get("/indicators/female-share/", {"level": "municipal_area"})
    assert "Do neighbours resemble each other?" in words_of(page)
    few = in_a_row(["EC101", "EC102", "EC104", "EC105"])
    few.release.pk = 2
    monkeypatch.setattr("oneplan.indicators.worked.resemblance.neighbours", lambda *_asked: few)
    monkeypatch.setattr("oneplan.indicators.worked.resemblance.releases_in_force", lambda *_asked: [few.release])
    said = words_of(client.get("/indicators/measures/neighbours/", asked))
    assert "It cannot be worked out." in said and "What is left is another neighbourhood" in said


def test_the_interface_has_the_numbers_of_the_page_and_the_refusals(served, client):
    told = client.get("/api/v1/indicators/measures/gini").json()
    columns = [each["code"] for each in told["columns"]]
    waterberg = next(each for each in told["values"] if each["place"] == "DC36")
    [page] = [
        row for row in lines_of(client.get("/indicators/measures/gini/", {"format": "csv"})) if row["place"] == "DC36"
    ]
    assert waterberg["numbers"][columns.index("gini")] == pytest.approx(float(page["gini"]))
    assert told["quality"] == "modelled" and waterberg["inputs"]
    refused = client.get("/api/v1/indicators/measures/human-development").json()
    assert refused["values"] == [] and "Missing: life expectancy" in refused["why_not"]
    assert {each["code"] for each in client.get("/api/v1/indicators/measures").json()} >= {"gini", "neighbours"}


def test_the_profile_tells_what_can_be_worked_out_and_why_the_rest_cannot(served, client):
    said = words_of(client.get("/spaces/DC36/profile/full/"))
    assert "Worked out by a published method" in said
    assert "Gini coefficient of earnings 2011, borders of 2016: Census 2011 0," in said
    assert "Multidimensional poverty (SAMPI)" in said and "no multidimensional poverty index" in said


def test_human_development_is_worked_out_from_figures_of_ones_own(house, client):
    page = "/indicators/measures/human-development/"
    own = {"life_expectancy": "64", "mean_schooling": "10,2", "expected_schooling": "13", "income": "13121"}
    assert "Index 0,704" in words_of(client.get(page, own))
    assert "cannot be right" in words_of(client.get(page, {**own, "life_expectancy": "12"}))


def microdata(*rows, lacking=()):
    names = [*(each for each in INDICATORS if each not in lacking), "municipality", "weight"]
    text = "\n".join(",".join(map(str, row)) for row in (names, *rows))
    return SimpleUploadedFile("households.csv", text.encode(), content_type="text/csv")


POOR = [1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 0]  # 1/4 + 1/8 + 7/28
WELL = [0] * 11
TOLD = {
    "title": "A survey of 2016", "as_at": "2016-03-06", "covers": "country", "boundary": "2016", "missing": "refuse"
}  # fmt: skip


def test_households_are_worked_out_by_area_and_kept_only_as_modelled_with_the_method(served, client, world):
    client.force_login(world.office.user)
    file = microdata([*POOR, "LIM366", 1], [*WELL, "LIM366", 1], [*WELL, "LIM367", 2])
    page = client.post(POVERTY, {**TOLD, "file": file})
    said = words_of(page)
    assert "Headcount H 25,0 %" in said and "Intensity A 62,5 %" in said and "Index M0 = H × A 0,156" in said
    assert "Few households" in said and "Bela-Bela" in said
    before = ObservationRelease.objects.count()
    result = {"result": page.context["result"]}
    [whole, *areas] = lines_of(client.post(f"{POVERTY}result/", result))
    assert (whole["place"], whole["source"], len(areas)) == ("ZA", "A survey of 2016", 2)
    assert ObservationRelease.objects.count() == before
    assert client.post(f"{POVERTY}result/", {"result": result["result"] + "x"}).status_code == 404
    kept = client.post(f"{POVERTY}result/", {**result, "keep": "yes"})
    release = ObservationRelease.objects.latest("id")
    assert kept["Location"] == f"/indicators/releases/{release.ref}/"
    assert (release.source, release.as_at) == ("A survey of 2016", date(2016, 3, 6))
    assert sorted(release.tables) == ["microdata-headcount", "microdata-intensity"]
    build_observations(by=BY)
    said = words_of(client.get("/indicators/measures/multidimensional-poverty/"))
    assert "South Africa: 0,156" in said and "Modelled" in said and "microdata that somebody brought" in said
    value = client.get("/indicators/values/sampi-headcount/LIM366/2016/2016/")
    assert "This is no official figure: it was modelled." in words_of(value)


def test_a_file_without_all_deprivations_or_with_unknown_ones_is_refused_in_words(served, client, world):
    client.force_login(world.office.user)
    lacking = microdata([*POOR[1:], "LIM366", 1], lacking=["child_mortality"])
    assert "needs child_mortality as well" in words_of(client.post(POVERTY, {**TOLD, "file": lacking}))
    unknown = [*POOR[:-1], "", "LIM366", 1]
    said = words_of(client.post(POVERTY, {**TOLD, "file": microdata(unknown, [*WELL, "LIM366", 1])}))
    assert "It is unknown of 1 of 2 households" in said
    told = {**TOLD, "missing": "leave_out", "file": microdata(unknown, [*WELL, "LIM366", 1])}
    assert "With an unknown deprivation 1 ( 50,0 %) left out" in words_of(client.post(POVERTY, told))
    client.force_login(world.technical.user)
    assert client.get(POVERTY).status_code in (403, 404)


def test_a_file_of_some_areas_is_kept_as_nothing_of_the_country(served, client, world):
    client.force_login(world.office.user)
    page = client.post(POVERTY, {**TOLD, "covers": "areas", "file": microdata([*POOR, "LIM366", 1])})
    result = {"result": page.context["result"]}
    assert [row["place"] for row in lines_of(client.post(f"{POVERTY}result/", result))] == ["", "LIM366"]
    client.post(f"{POVERTY}result/", {**result, "keep": "yes"})
    build_observations(by=BY)
    assert client.get("/indicators/values/sampi-headcount/LIM366/2016/2016/").status_code == 200
    assert client.get("/indicators/values/sampi-headcount/ZA/2016/2016/").status_code == 404
    later = client.post(POVERTY, {**TOLD, "as_at": "2999-01-01", "file": microdata([*POOR, "LIM366", 1])})
    assert "Enter a day from 1900 until today." in words_of(later)


SHIFTS = "place,sector,start,end\nZA,Mining,{},110\nDC36,Mining,10,15\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SHIFTS.format("NaN"), "“NaN” is no number, at ZA, Mining"),
        (SHIFTS.format("1e300"), "“1e300” is no number, at ZA, Mining"),
        ("place," + SHIFTS.format("1").replace("\n", "\nZA,").removesuffix("ZA,"), "names place more than once"),
    ],
)
def test_what_is_no_number_or_stands_twice_in_a_file_is_refused_in_words(served, client, world, text, said):
    client.force_login(world.office.user)
    file = SimpleUploadedFile("work.csv", text.encode())
    assert said in words_of(client.post("/indicators/measures/shift-share/own/", {"file": file}))


def test_shifts_between_two_moments_add_up_to_the_change(served, client, world):
    client.force_login(world.office.user)
    text = "place,sector,start,end\nZA,Mining,100,110\nZA,Farming,100,90\nDC36,Mining,10,15\nDC36,Farming,20,18\n"
    page = client.post("/indicators/measures/shift-share/own/", {"file": SimpleUploadedFile("work.csv", text.encode())})
    said = words_of(page)
    assert "Mining 10 15 5,0 0,0 1,0 4,0" in said and "All sectors 3,0 0,0 −1,0 4,0" in said
    without = SimpleUploadedFile("work.csv", b"place,sector,start,end\nDC36,Mining,10,15\n")
    assert "needs rows of the place ZA" in words_of(
        client.post("/indicators/measures/shift-share/own/", {"file": without})
    )
