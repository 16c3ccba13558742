"""The pages by space, of rules and of builds: what they show to whom, and what is done on them."""

import csv
import io
import re
from datetime import timedelta
from html import unescape

import pytest

from oneplan.access.actors import system
from oneplan.access.roles import Role
from oneplan.budgets.actions import build_warehouse, set_placement_rule
from oneplan.budgets.choices import AmountType, How, Standing
from oneplan.budgets.models import PlacementRule
from oneplan.budgets.shelf import shelf
from oneplan.budgets.tests.conftest import receive
from oneplan.budgets.tests.records import figure
from oneplan.periods import clock

pytestmark = pytest.mark.django_db
BY = system("tests")
WHY = "Its offices serve this space alone."
RULE = {
    "institution": "nat-dws", "how": "space", "places": "DC15", "valid_from": "2024-01-01", "reason": WHY,
}  # fmt: skip


@pytest.fixture(autouse=True)
def own_folder(warehouse):
    """Nothing is built yet."""


@pytest.fixture
def keeper(world):
    return world._person("Palesa", Role.BUDGET_KEEPER, "national")


def text_of(response):
    return unescape(" ".join(response.content.decode().split())).replace("\xa0", " ")


def lines_of(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def three_spheres():
    receive("municipal-capital", [figure("mun-eth", "3442361"), figure("mun-ec157", "1000"), figure("mun-dc15", "500")])
    receive("national-expenditure", [figure("nat-dod", "4", basis=4), figure("nat-dws", "8", basis=4)])
    receive("provincial-expenditure", [figure("lim-health", "2", basis=4)])
    build_warehouse(by=BY)


# --- by space ------------------------------------------------------------------------------------------------------


def test_without_a_build_the_page_says_so(world):
    response = world.client(world.public).get("/budgets/spatial/")
    assert (response.status_code, "No budget has been loaded yet." in text_of(response)) == (200, True)


def test_everybody_sees_rand_per_person_with_its_series(world):
    three_spheres()
    text = text_of(world.client(world.public).get("/budgets/spatial/"))
    assert "Original budget, 2024/25" in text
    assert "per person and per household (Census 2011)" in text
    assert "In no known place" in text
    assert "3 of 257" in re.sub("<[^>]+>", "", text)  # municipalities in


def test_the_csv_has_every_space_and_adds_up_to_the_source(world):
    three_spheres()
    lines = lines_of(world.client(world.public).get("/budgets/spatial/?format=csv"))
    by_code = {line["code"]: line for line in lines if line["code"]}
    assert len(by_code) == 52
    durban = by_code["ETH"]
    assert (durban["population"], durban["rand"], durban["rand_per_person"]) == ("3476686", "3442361.00", "0.99")
    assert durban["placed_share"] == "1.000000"
    assert (durban["municipalities_in"], durban["municipalities_expected"]) == ("1", "1")
    tambo = by_code["DC15"]
    assert (tambo["rand"], tambo["placed"], tambo["modelled"]) == ("1500.00", "1000.00", "500.00")
    assert (by_code["DC36"]["rand"], by_code["DC36"]["rand_per_person"]) == ("", "")  # not zero: nothing is in
    rest = {line["space"]: line["rand"] for line in lines if not line["code"]}
    assert rest == {"provinces": "2.00", "country": "4.00", "no known place": "8.00", "total": "3443875.00"}


def test_peers_are_of_the_same_category(world):
    three_spheres()
    lines = lines_of(world.client(world.public).get("/budgets/spatial/?format=csv"))
    medians = {line["code"]: line["median_per_person_of_category"] for line in lines}
    assert medians["ETH"] == medians["BUF"] == "0.99"
    assert medians["DC15"] == medians["DC36"] != "0.99"


def test_filters_are_in_the_address(world):
    three_spheres()
    receive("municipal-capital", [figure("mun-eth", "77", year=2025)])
    receive("municipal-capital", [figure("mun-eth", "55", amount_type=AmountType.ADJUSTED)])
    build_warehouse(by=BY)
    client = world.client(world.public)

    def total(query):
        return lines_of(client.get(f"/budgets/spatial/?format=csv&{query}"))[-1]["rand"]

    assert total("") == "77.00"  # the newest year
    assert total("year=2024&type=adjusted") == "55.00"
    assert total("year=2024&sphere=national") == "12.00"
    assert total("year=2024&sphere=dreams") == "3443875.00"


def test_every_sum_opens_its_figures(world):
    three_spheres()
    text = text_of(world.client(world.public).get("/budgets/spatial/"))
    assert "/budgets/facts/?cut=statement.code" in text
    assert "space.code%3A%22ETH%22" in text


def test_invented_figures_stand_alone_and_are_marked(world):
    receive("municipal-capital", [figure("mun-eth", "5")], standing=Standing.SAMPLE)
    build_warehouse(by=BY)
    client = world.client(world.public)
    assert "Every figure on this page was invented" in text_of(client.get("/budgets/spatial/"))
    three_spheres()
    real = text_of(client.get("/budgets/spatial/"))
    assert "Every figure on this page was invented" not in real
    lines = lines_of(client.get("/budgets/spatial/?sample=yes&format=csv"))
    assert (lines[-1]["rand"], lines[-1]["sample"]) == ("5.00", "yes")


def test_what_stays_inside_government_is_in_no_sum_of_the_public(world):
    receive("municipal-capital", [figure("mun-eth", "5")], standing=Standing.GOVERNMENT)
    receive("municipal-capital", [figure("mun-ec157", "1")])
    build_warehouse(by=BY)
    for actor, total in ((world.public, "1.00"), (world.charlie, "1.00"), (world.analyst, "6.00")):
        assert lines_of(world.client(actor).get("/budgets/spatial/?format=csv"))[-1]["rand"] == total


def test_years_tell_how_near_they_were_told(world):
    receive("municipal-capital", [
        figure("mun-eth", "100", amount_type=AmountType.INDICATIVE_1), figure("mun-eth", "90"),
    ])  # fmt: skip
    build_warehouse(by=BY)
    assert "10 % apart; 100 % had been told" in text_of(world.client(world.public).get("/budgets/spatial/"))


# --- rules ---------------------------------------------------------------------------------------------------------


def test_everybody_reads_the_rules_with_their_reasons(world, keeper):
    set_placement_rule(by=keeper, institution="nat-dws", how=How.SPACE, places=["DC15"], reason=WHY)
    text = text_of(world.client(world.public).get("/budgets/rules/"))
    assert WHY in text
    assert "OR Tambo" in text
    assert "Constitution of the Republic of South Africa, 1996, section 200(2)" in text
    assert "Palesa" not in text
    assert "Palesa" in text_of(world.client(world.charlie).get("/budgets/rules/"))


def test_a_keeper_sets_a_rule_and_ends_it(world, keeper):
    client = world.client(keeper)
    assert client.post("/budgets/rules/set/", RULE).status_code == 302
    rule = PlacementRule.objects.get()
    assert (rule.places, rule.set_by) == (["DC15"], keeper.user)
    home = f"/budgets/rules/{rule.ref}/end/"
    day = clock.today() + timedelta(days=1)
    assert client.post(home, {"revision": 7, "reason": WHY, "on": day}).status_code == 412
    assert client.post(home, {"revision": 1, "reason": WHY, "on": day}).status_code == 302
    rule.refresh_from_db()
    assert (rule.valid_to, rule.revision) == (day, 2)
    assert client.get("/budgets/rules/PR99/end/").status_code == 404


def test_a_rule_that_cannot_be_stands_with_its_sentence_on_the_form(world, keeper):
    client = world.client(keeper)
    refused = client.post("/budgets/rules/set/", {**RULE, "places": "DC99"})
    assert (refused.status_code, "no place with the code DC99" in text_of(refused)) == (409, True)
    assert client.post("/budgets/rules/set/", {**RULE, "reason": ""}).status_code == 422
    assert not PlacementRule.objects.exists()


def test_nobody_else_sets_a_rule(world):
    assert world.client(world.analyst).post("/budgets/rules/set/", RULE).status_code == 403
    assert world.client(world.public).post("/budgets/rules/set/", RULE).status_code == 302  # to sign in
    assert not PlacementRule.objects.exists()


# --- builds --------------------------------------------------------------------------------------------------------


def test_a_rule_set_on_the_page_builds_anew_and_shows_what_moved(world, keeper, django_capture_on_commit_callbacks):
    three_spheres()
    client = world.client(keeper)
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/budgets/rules/set/", RULE)
    name = shelf.current_name()
    text = text_of(client.get(f"/budgets/builds/{name}/"))
    assert f"PR{PlacementRule.objects.get().pk}: {WHY}" in text or WHY in text
    assert "2 sums moved, largest first" in text
    assert "OR Tambo" in text
    moved = lines_of(client.get(f"/budgets/builds/{name}/?format=csv"))
    assert {(line["space"], line["change"]) for line in moved} == {("DC15", "8.00"), ("", "-8.00")}


def test_builds_are_listed_and_one_is_put_in_service_again(world, keeper):
    three_spheres()
    first = shelf.current_name()
    build_warehouse(by=BY, reason="A second look")
    client = world.client(keeper)
    assert "A second look" in text_of(client.get("/budgets/builds/"))
    refused = client.post(f"/budgets/builds/{first}/serve/", {"reason": "no"})
    assert (refused.status_code, "at least 10 signs" in text_of(refused)) == (409, True)
    assert client.post(f"/budgets/builds/{first}/serve/", {"reason": WHY}).status_code == 302
    assert shelf.current_name() == first


def test_builds_are_for_who_reads_budgets_inside_government(world):
    three_spheres()
    name = shelf.current_name()
    for path in ("/budgets/builds/", f"/budgets/builds/{name}/"):
        assert world.client(world.analyst).get(path).status_code == 200
        assert world.client(world.charlie).get(path).status_code == 404
        assert world.client(world.public).get(path).status_code == 302  # to sign in
    assert world.client(world.analyst).post(f"/budgets/builds/{name}/serve/", {"reason": WHY}).status_code == 403
    assert world.client(world.analyst).get("/budgets/builds/..%2f..%2fetc/").status_code == 404
    assert world.client(world.analyst).get("/budgets/builds/20200101/").status_code == 404
