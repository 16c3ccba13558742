"""Observations by ward: brought in, served and shown; refused where their source does not stand by them."""

import pytest
import yaml

from oneplan.access.actors import PUBLIC
from oneplan.indicators.actions import publish_observations
from oneplan.indicators.choices import Level, Status
from oneplan.indicators.models import ObservationRelease
from oneplan.indicators.queries import cells_of, values_of
from oneplan.indicators.tests.conftest import BY, served
from oneplan.indicators.tests.known import publish, words_of
from oneplan.indicators.tests.test_explorer_pages import rows

pytestmark = pytest.mark.django_db
WOMEN = "/indicators/female-share/"
WARDS = ("93606001", "93606002")  # of Bela-Bela


def sexes(level, place, female, male, borders=2021):
    return [("gender", borders, level, place, sex, n) for sex, n in (("Female", female), ("Male", male))]


def test_wards_are_shown_within_their_municipal_area_and_followed_to_their_rows(house, tidy, client):
    wards = *sexes("ward", WARDS[0], 30, 10), *sexes("ward", WARDS[1], 20, 20)
    publish(tidy(*wards, *sexes("municipality", "LIM366", 50, 30)))
    page = client.get(WOMEN, {"level": "ward", "within": "LIM366"})
    assert [row.split(" 9360")[0] for row in rows(page)] == ["Bela-Bela, ward 1", "Bela-Bela, ward 2"]
    assert "93606001 LIM366, DC36, LIM 75,0 % 30 40" in rows(page)[0]
    assert "Wards" in words_of(client.get(WOMEN, {"level": "space"}))  # it can be chosen
    unasked = words_of(client.get(WOMEN, {"level": "ward"}))
    assert "75,0 %" not in unasked  # of the first space, not of the whole country
    [first, _second] = values_of("female-share", by=PUBLIC, level=Level.WARD, boundary=2021, within="LIM366")
    assert {cell.row for cell in cells_of(first)} == {2, 3}
    value = words_of(client.get(f"/indicators/values/female-share/{WARDS[0]}/2021/2011/?level=ward"))
    assert "100 × 30 ÷ 40 = 75" in value
    asked = {"level": "ward", "boundary": "2021", "within": "LIM366"}
    data = client.get("/api/v1/indicators/female-share/values", asked).json()
    assert [row[0] for row in data["values"]] == [*WARDS]
    absent = words_of(client.get(WOMEN, {"level": "province"}))
    assert "No value of this kind of place has been imported yet: Province." in absent
    refused = words_of(client.get(WOMEN, {"level": "ward", "within": "LIM366", "borders": "2016"}))
    assert "Only values of municipal areas and of districts and metros are converted" in refused


def test_a_municipal_area_that_is_not_the_sum_of_its_wards_is_told(take, tidy):
    report = take(tidy(*sexes("ward", WARDS[0], 3000, 1000), *sexes("municipality", "LIM366", 9000, 1000)))
    assert any("Bela-Bela is told as 9 000, and its 1 parts add up to 3 000" in each.message.replace("\xa0", " ")
               for each in report.issues)  # fmt: skip


def test_wards_of_another_delimitation_and_unknown_ones_are_refused(take, tidy):
    report = take(tidy(*sexes("ward", WARDS[0], 3, 1, borders=2016)[:1], *sexes("ward", "99999999", 3, 1)[:1]))
    assert report.rows_refused == 2
    said = " ".join(each.message for each in report.issues)
    assert "The register knows the wards of 2021 alone" in said and "There is no ward 99999999" in said


def test_below_what_its_source_stands_by_only_what_is_modelled_with_its_method_is_taken(take, tmp_path):
    spec = {
        "columns": {"place": "Ward", "status": "Sure", "method": "How", "values": "Homes"},
        "constants": {"table": "households_2022", "level": "ward", "boundary": "2021"},
    }
    mapping, path = tmp_path / "mapping.yaml", tmp_path / "homes.csv"
    mapping.write_text(yaml.safe_dump(spec), encoding="utf-8")
    path.write_text(
        f"Ward,Sure,How,Homes\n{WARDS[0]},,,100\n{WARDS[0]},modelled,,100\n{WARDS[1]},modelled,By night lights,90\n",
        encoding="utf-8",
    )
    report = take(path, layout="", mapping=str(mapping))
    assert (report.rows_accepted, report.rows_refused) == (1, 2)
    said = " ".join(each.message for each in report.issues)
    assert "does not say by which method" in said
    release = ObservationRelease.objects.get()
    publish_observations(release, reason="Two have no method", revision=release.revision, by=BY)
    assert served(
        "SELECT p.code, m.label, o.status FROM observations o JOIN places p ON p.id = o.place "
        "JOIN methods m ON m.id = o.method"
    ) == [(WARDS[1], "By night lights", list(Status).index(Status.MODELLED))]
