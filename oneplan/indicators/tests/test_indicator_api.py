"""Values as data: addresses that name their edition and never change, and the interface."""

import pytest

from oneplan.access.actors import system
from oneplan.indicators.actions import build_observations
from oneplan.indicators.queries import edition
from oneplan.indicators.tests.known import publish, rows_of_sexes, told

__all__ = ["told"]
pytestmark = pytest.mark.django_db
ASKED = {"level": "space", "boundary": "2016"}


def at(code="female-share", of=None):
    return f"/indicators/data/{of or edition()}/{code}.json"


def values(response):
    told = response.json()
    return {row[0]: dict(zip(told["columns"], row, strict=True)) for row in told["values"]}


def test_an_edition_is_kept_for_ever_and_holds_what_was_divided(told, client):
    response = client.get(at(), ASKED)
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Cookie" not in response.get("Vary", "")
    row = values(response)["DC15"]
    assert (row["value"], row["numerator"], row["denominator"], row["period"]) == (60.0, 120.0, 200.0, 2011)
    assert (row["status"], row["release"]) == ("official", told.ref)
    assert response.json()["edition"] == edition()


def test_the_address_without_an_edition_leads_to_the_newest_for_a_minute(told, client):
    response = client.get("/indicators/data/female-share.json", ASKED)
    assert (response.status_code, response["Location"]) == (302, f"{at()}?level=space&boundary=2016")
    assert response["Cache-Control"] == "public, max-age=60"


def test_an_edition_that_is_served_no_more_is_gone_with_a_sentence(told, client):
    before = at()
    build_observations(by=system("tests"), reason="Anew")
    response = client.get(before, ASKED)
    assert response.status_code == 410
    assert "is not served any more" in response.json()["detail"]
    assert "/indicators/data/female-share.json" in response.json()["remedy"]
    assert "immutable" not in response["Cache-Control"]


@pytest.mark.parametrize("address", [at(of="latest"), at(of="..%2f..%2fetc"), "/indicators/data/nothing.json"])
def test_what_never_was_an_edition_or_indicator_is_not_there(told, client, address):
    assert client.get(address, ASKED).status_code == 404


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"boundary": "2016"}, "Say which level"), ({"level": "galaxy", "boundary": "2016"}, "Say which level"),
        ({"level": "space"}, "as numbers"), ({**ASKED, "year": "2011,soon"}, "as numbers"),
        ({**ASKED, "colour": "red"}, "no “colour” to ask by"),
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_read_is_refused_in_words(told, client, asked, said):
    response = client.get(at(), asked)
    assert (response.status_code, said in response.json()["detail"]) == (422, True)


def test_years_breakdowns_and_places_within_are_in_the_address(told, client):
    assert values(client.get(at(), {**ASKED, "year": "1999"})) == {}
    inside = values(client.get(at(), {"level": "municipal_area", "boundary": "2016", "within": "DC15"}))
    assert set(inside) == {"EC157", "EC155"}
    by_sex = client.get(at("population"), {**ASKED, "by": "sex", "within": "DC15"}).json()["values"]
    assert sorted((row[3], row[4]) for row in by_sex) == [("Female", 120.0), ("Male", 80.0)]


def test_unknown_is_null(told, client):
    areas = values(client.get(at("no-toilet"), {"level": "municipal_area", "boundary": "2016"}))
    assert areas["EC155"]["value"] is None
    assert areas["EC157"]["value"] == 30.0


def test_what_stays_inside_government_is_in_no_edition_but_in_the_interface_for_its_readers(house, tidy, world):
    publish(tidy(*rows_of_sexes([("district", "DC15", 3, 1)])), details={"standing": "government"})
    for actor, there in ((world.public, {}), (world.charlie, {}), (world.analyst, {"DC15": 75.0})):
        client = world.client(actor)
        assert values(client.get(at(), ASKED)) == {}
        response = client.get("/api/v1/indicators/female-share/values", ASKED)
        assert {place: row["value"] for place, row in values(response).items()} == there
        assert ("private" in response["Cache-Control"]) == actor.is_signed_in


def test_invented_values_are_had_alone(told, tidy, client):
    publish(tidy(*rows_of_sexes([("district", "DC15", 1, 3)]), name="s.csv"), details={"standing": "sample"})
    assert values(client.get(at(), ASKED))["DC15"]["value"] == 60.0
    assert {k: v["value"] for k, v in values(client.get(at(), {**ASKED, "sample": "yes"})).items()} == {"DC15": 25.0}


def test_the_interface_lists_indicators_with_their_descriptors(told, client):
    listed = {each["code"]: each for each in client.get("/api/v1/indicators").json()}
    toilets = listed["no-toilet"]
    assert (toilets["unit"], toilets["direction"], toilets["newest_year"]) == ("percent", "lower", 2011)
    assert toilets["formulas"][0]["times"] == 100
    assert listed["clean-audits"]["newest_year"] is None
    found = client.get("/api/v1/indicators", {"text": "households without any toilet"}).json()
    assert [each["code"] for each in found] == ["no-toilet"]
    assert client.get("/api/v1/indicators/no-toilet").json() == toilets
    assert client.get("/api/v1/indicators/nothing").status_code == 404


def test_the_interface_says_nothing_twice_while_the_same_build_is_served(told, client):
    address = "/api/v1/indicators/female-share/values"
    first = client.get(address, ASKED)
    assert client.get(address, ASKED, headers={"If-None-Match": first["ETag"]}).status_code == 304
    build_observations(by=system("tests"), reason="Anew")
    assert client.get(address, ASKED, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_the_interface_refuses_what_it_cannot_read(house, client):
    address = "/api/v1/indicators/female-share/values"
    assert client.get(address, {"level": "galaxy", "boundary": "2016"}).status_code == 422
    assert client.get(address, {"level": "space"}).status_code == 422
    assert client.get("/api/v1/indicators/nothing/values", ASKED).status_code == 404
    unbuilt = client.get(address, ASKED)
    assert (unbuilt.status_code, "No observation has been published yet" in unbuilt.json()["detail"]) == (409, True)
