"""What is to come: projections with ranges, gaps and back-tests; backlogs under deliveries; both as pages and data."""

import csv
import re
from datetime import UTC, date, datetime

import pytest

from oneplan.access.actors import system
from oneplan.exchange.pipeline import run_import
from oneplan.indicators.actions import build_observations, publish_observations
from oneplan.indicators.choices import ReleaseState
from oneplan.indicators.models import ObservationRelease
from oneplan.indicators.projection.schedules import AGES
from oneplan.indicators.tests.conftest import TIDY, sexes
from oneplan.indicators.tests.known import words_of
from oneplan.periods.clock import pretending
from tests.kept import kept_fixture

pytestmark = pytest.mark.django_db
OUTLOOK, SERVICES = "/spaces/DC36/outlook/", "/spaces/DC36/outlook/services/"
DATA = "/api/v1/spaces/DC36/outlook"
BY = system("tests")
PEOPLE = {"DC36": 6_800, "DC10": 4_500}  # persons of 2011
HEADS = {"18-19": 20, "20-29": 300, "30-39": 400, "40-49": 400, "50-59": 300, "60-69": 200, "70-79": 130, "80+": 50}
FLUSH, BUCKET = "Flush toilet (connected to sewerage system)", "Bucket latrine"


def rows_of(code, persons):
    """The census of a space: half of each sex, fewer with every age; 1 800 households a 6 800 persons, a tenth without
    light, 5 of 100 without a toilet."""
    size = persons / 6_800
    weights = [0.87**at for at in range(18)]
    ages = [round(persons * each / sum(weights)) for each in weights]
    told = [("agegroupsin5years", 2011, age, n) for age, n in zip(AGES, ages, strict=True)]
    told += [("ageofhouseholdhead_genderofhouseholdhead", 2011, f"{sex} | {age}", round(n * size / 2))
             for sex in ("Male", "Female") for age, n in HEADS.items()]  # fmt: skip
    told += [("tenurestatus", borders, "Rented", round(1_800 * size)) for borders in (2011, 2016)]
    told += [("electricityforcooking_electricityforheating_electr", 2011,
              f"electricity for cooking | electricity for heating | {light} for lighting", round(n * size))
             for light, n in (("electricity", 1_620), ("no electricity", 180))]  # fmt: skip
    told += [("toiletfacilities", 2016, name, round(n * size)) for name, n in (("None", 90), (FLUSH, 1_710))]
    found = [(table, borders, "district", code, name, value) for table, borders, name, value in told]
    return [*found, *sexes(code, round(persons / 2), round(persons / 2), "district")]


def take(path, layout, source, as_at):
    run_import("indicators", path, by=BY, layout=layout, source=source, as_at=as_at)
    for release in ObservationRelease.objects.filter(state=ReleaseState.HELD):
        publish_observations(release, reason="A small country for tests.", revision=release.revision, by=BY)


def write(path, header, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def serve(world):
    """Census 2011 of two spaces, and what a file of two rows says of one of them in 2022."""
    from django.conf import settings

    census = [
        (table, borders, level, place, table, name, value)
        for code, persons in PEOPLE.items() for table, borders, level, place, name, value in rows_of(code, persons)
    ]  # fmt: skip
    take(write(settings.HOME / "census.csv", TIDY, census), "wazimap", "A statistics office", date(2011, 10, 9))
    later = write(settings.HOME / "later.csv", (
        "code", "name", "population_2022", "households_2022", "piped_water_share", "toilet_share",
        "electric_lighting_share", "refuse_share", "formal_dwelling_share", "informal_homes_share",
        "matric_adults_share",
    ), [("DC10", "Sarah Baartman", 5_000, 1_400, 0.9, 0.9, 0.95, 0.9, 0.9, 0.07, 0.4)])  # fmt: skip
    take(later, "census-2022-sample", "A sample", date(2022, 2, 2))
    build_observations(by=BY)


kept_census = kept_fixture(serve)


@pytest.fixture
def census(kept_census, world, tmp_path, settings):
    """The small country, on a day of 2026: deliveries are counted from this year on."""
    settings.HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "documents"
    kept_census.lend(world, tmp_path)
    with pretending(datetime(2026, 6, 1, tzinfo=UTC)):
        yield


def lines(response):
    return list(csv.DictReader(b"".join(response).decode("utf-8-sig").splitlines()))


# --- nothing to start from -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [OUTLOOK, SERVICES])
def test_a_page_says_that_nothing_was_published_and_what_it_needs(house, client, path):
    said = words_of(client.get(path))
    assert "No observation has been published yet" in said
    assert "A projection needs persons by sex and age of this space" in said


# --- people and households -------------------------------------------------------------------------------------------


def test_a_space_is_projected_by_year_with_ranges_that_are_not_called_calibrated(census, client):
    said = words_of(client.get(OUTLOOK))
    assert re.search(r"From 6 800 persons in 2011 to about [\d ]+ in 2036: 80 of 100 draws lie between", said)
    assert "projected, not counted" in said
    assert (
        "Not calibrated: 11 years ahead, ranges that should have held the outcome in 80 % of cases were tried" in said
    )
    assert "Not calibrated: no count of households" in said
    years = lines(client.get(f"{OUTLOOK}?format=csv"))
    assert [int(row["year"]) for row in years] == list(range(2011, 2037))
    assert (years[0]["persons"], years[0]["persons_low_80"]) == ("6800", "6800")
    assert int(years[0]["households"]) == pytest.approx(1_800, abs=1)  # ages are rounded
    last = years[-1]
    assert int(last["persons_low_80"]) < int(last["persons_low_50"]) < int(last["persons"])
    assert int(last["persons"]) < int(last["persons_high_50"]) < int(last["persons_high_80"])
    assert last["quality"] == "projected" and "Not calibrated" in last["ranges"]
    ages = lines(client.get(f"{OUTLOOK}?format=csv&part=ages"))
    assert abs(sum(int(row["persons"]) for row in ages if row["year"] == "2011") - 6_800) <= 18
    assert client.get(f"{OUTLOOK}?format=xlsx").content[:2] == b"PK"


def test_every_missing_input_is_listed_with_what_fills_it_and_who_is_asked(census, client):
    said = words_of(client.get(OUTLOOK))
    for missing in ("Births by age of the mother", "Deaths by age and sex", "Migration by age and sex"):
        assert f"{missing}, by space" in said
    assert "Nobody moves in or out, on balance." in said
    assert "World Population Prospects 2019" in said
    assert "Asked: Statistician-General, Statistics South Africa." in said
    assert "Households for each person by age as this space had them in Census 2011" in said


def test_the_back_test_stands_beside_naive_forecasts(census, client):
    said = words_of(client.get(OUTLOOK))
    assert "Persons, nobody moves Census 2011 (2011), held against Census 2022, as far as it is imported 11 1" in said
    assert "Ranges not calibrated." in said
    [test] = client.get(DATA).json()["tests"]
    assert (test["cases"], test["calibrates"], set(test["naive"])) == (1, False, {"unchanged", "national"})


def test_base_assumptions_and_year_stand_in_the_address_and_what_there_is_not_is_left_out(census, client):
    shorter = lines(client.get(f"{OUTLOOK}?assume=held&to=2021&format=csv"))
    assert shorter[-1]["year"] == "2021"
    assert shorter[-1]["assumptions"] == "National rates as before the base year; nobody moves, on balance"
    other = lines(client.get(f"{OUTLOOK}?base=mid-year&assume=moving&to=1999&format=csv"))
    assert (other[-1]["year"], other[-1]["starts_from"]) == ("2036", "Census 2011 (2011)")
    assert 'value="moving"' not in client.get(OUTLOOK).content.decode(), "two counts are needed to tell who moved"


def test_invented_figures_are_projected_by_themselves(census, client):
    assert "Nobody's ages by sex are served" in words_of(client.get(f"{OUTLOOK}?sample=yes"))


@pytest.mark.parametrize("path", ["/spaces/DC99/outlook/", "/spaces/LIM361/outlook/services/"])
def test_nothing_is_to_come_where_there_is_no_space(census, client, path):
    assert client.get(path).status_code == 404


def test_a_space_of_which_no_ages_are_told_says_so(census, client):
    assert "Nobody's ages by sex are served of this space" in words_of(client.get("/spaces/DC15/outlook/"))


# --- services --------------------------------------------------------------------------------------------------------


def test_a_backlog_goes_on_under_each_scenario_and_finishing_leaves_none(census, client):
    rows = lines(client.get(f"{SERVICES}?need=toilet&deliver=3&by=2031&format=csv"))
    by = {name: [int(row["without"]) for row in rows if row["scenario"] == name] for name in
          ("No delivery", "As asked", "To finish by 2031")}  # fmt: skip
    first, last = by["No delivery"][0], by["No delivery"][-1]
    assert first == by["As asked"][0]
    assert last > first, "households are added, and five of a hundred of them are without"
    assert by["No delivery"][5] - by["As asked"][5] == pytest.approx(15, abs=1)
    assert by["To finish by 2031"][2031 - 2026] <= 1
    assert rows[0]["new_households_served_percent"] == "95"
    said = words_of(client.get(f"{SERVICES}?need=toilet"))
    assert "The share of 2011 (5,0 % of households, Census 2011) is taken to have stayed" in said
    assert "Unit cost: unknown. No source of this house states one" in said


def test_a_cost_is_reckoned_only_from_what_is_entered_with_where_it_is_from(census, client):
    query = "?need=toilet&deliver=3&cost=21750,50&cost_source=Tender+of+2025"
    said = words_of(client.get(SERVICES + query))
    assert "Unit cost as entered: Tender of 2025." in said
    [asked] = [each for each in client.get(f"{DATA}/services?need=toilet&deliver=3&cost=21750.50").json()["scenarios"]
               if each["code"] == "mine"]  # fmt: skip
    assert asked["cost"]["amount"] == f"{asked['reached'] * 21750.5:.2f}"
    assert "is no cost in rand and whole cents" in words_of(client.get(f"{SERVICES}?cost=cheap"))
    assert "is no whole number" in words_of(client.get(f"{SERVICES}?deliver=-3"))
    for cost in ("-5", "0"):
        assert client.get(f"{DATA}/services", {"need": "toilet", "cost": cost}).status_code == 409
    told = lines(client.get(f"{SERVICES}?need=toilet&cost=5&cost_source==1%2B1&format=csv"))[0]
    assert "no count of households" in told["ranges"], "a backlog grows with households, whatever is said of persons"
    assert not told["cost_source"].startswith("=")


def test_what_nobody_counted_is_unknown_until_a_number_is_entered(census, client):
    said = words_of(client.get(f"{SERVICES}?need=water"))
    assert "Without water from a scheme unknown: nobody's count is served" in said
    assert "Enter your own to see what deliveries do" in said
    own = words_of(client.get(f"{SERVICES}?need=water&counted=400"))
    assert "the number that you entered. No source of this house stands behind it." in own
    assert "about 400 households in" in own


def test_those_without_are_the_share_of_all_households_and_never_more_than_there_are(census, client):
    """Draws in which households are few do not make fewer who are without."""
    households = next(
        int(row["households"]) for row in lines(client.get(f"{OUTLOOK}?format=csv")) if row["year"] == "2026"
    )
    told = lines(client.get(f"{SERVICES}?need=water&counted={households}&format=csv"))
    assert {row["without"] for row in told if row["year"] == "2026"} == {str(households)}
    assert told[0]["new_households_served_percent"] == "0"
    more = words_of(client.get(f"{SERVICES}?need=water&counted={households + 2}"))
    assert f"“{households + 2}” is no whole number from 0 to" in more
    assert client.get(f"{DATA}/services", {"need": "water", "counted": households + 2}).status_code == 409
    for digits in ("0" * 12 + "9" * 20, "9" * 5_000):
        assert "and is left out" in words_of(client.get(f"{SERVICES}?need=toilet&deliver={digits}"))


def test_the_pace_until_now_needs_two_counts_and_says_why_they_are_no_series(census, client):
    assert "How fast it went until now is not known" in words_of(client.get(f"{SERVICES}?need=electricity"))
    known = words_of(client.get("/spaces/DC10/outlook/services/?need=electricity"))
    assert re.search(r"From 2011 \(Census 2011\) to 2022 \(Census 2022.*?\) about 2\d households more had it", known)
    assert "The two are no series: the question changed" in known
    assert "As fast as until now" in known


# --- as data, and from where a reader looks --------------------------------------------------------------------------


def test_the_interface_tells_what_the_page_tells_and_refuses_what_there_is_not(census, client):
    told = client.get(DATA, {"assume": "closed", "to": 2036}).json()
    row = lines(client.get(f"{OUTLOOK}?assume=closed&to=2036&format=csv"))[-1]
    last = told["years"][-1]["persons"]
    assert (last["middle"], last["low"], last["high"]) == tuple(
        int(row[name]) for name in ("persons", "persons_low_80", "persons_high_80")
    )
    assert (told["is_calibrated"], len(told["ages"]), len(told["missing"])) == (False, 36, 3)
    refused = client.get(DATA, {"base": "mid-year"})
    assert refused.status_code == 409
    assert "Bases: census-2011" in refused.json()["detail"]
    assert client.get(DATA, {"to": 2027}).status_code == 409
    assert client.get(f"{DATA}/services", {"need": "bread"}).status_code == 409
    assert client.get(f"{DATA}/services", {"deliver": "many"}).status_code == 422
    assert client.get("/api/v1/spaces/DC99/outlook").status_code == 404


def test_the_pages_of_a_space_lead_to_what_is_to_come_and_say_how_many_live_there(census, client):
    for path in ("/spaces/DC36/", "/spaces/DC36/profile/", "/spaces/DC36/profile/full/"):
        html = client.get(path).content.decode()
        assert f'href="{OUTLOOK}"' in html and f'href="{SERVICES}"' in html, path
    said = words_of(client.get("/spaces/DC36/"))
    assert "People, newest known: 6 800 Census 2011 · households: 1 800 Census 2011" in said
    assert "People, newest known: unknown, no figures are imported" in words_of(client.get("/spaces/DC15/"))
