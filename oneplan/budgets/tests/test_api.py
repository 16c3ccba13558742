"""The interface to money: totals, figures, members; mistakes and refusals in words; 304 for the same build."""

import json
import sys

import pytest

from oneplan.budgets.choices import AmountType
from oneplan.budgets.tests.conftest import built_of, receive
from oneplan.budgets.tests.records import figure
from tests.kept import kept_fixture

pytestmark = pytest.mark.django_db
AGGREGATE = "/api/v1/budgets/aggregate"


def build(_world):
    return built_of(municipal_income_expenditure=[
        figure("mun-ec157", "10.05", function="f:water"), figure("mun-eth", "20", function="f:roads"),
        figure("mun-eth", "5", function="f:water", amount_type=AmountType.AUDITED),
    ])  # fmt: skip


kept_warehouse = kept_fixture(build)


@pytest.fixture
def loaded(lent):
    return lent


def test_totals_are_what_users_of_municipal_money_expect(loaded, client):
    asked = {"cut": "amount_type.code:original", "drilldown": "demarcation.code|function", "order": "amount:desc"}
    answer = client.get(AGGREGATE, asked)
    assert answer.status_code == 200
    told = answer.json()
    assert told["cells"][1] == {
        "institution.municipality": "EC157", "function.code": "water", "function.label": "Water",
        "amount.sum": "10.05", "amount.gross": "10.05", "amount.passed_on": "0.00", "_count": 1,
    }  # fmt: skip
    assert (told["total_cell_count"], told["summary"]["amount.sum"]) == (2, "30.05")
    assert told["attributes"] == ["institution.municipality", "function.code"]


def test_what_may_not_be_added_is_409_with_a_remedy(loaded, client):
    answer = client.get(AGGREGATE, {"drilldown": "function"})
    assert answer.status_code == 409
    assert "group by amount_type.code" in answer.json()["detail"]


@pytest.mark.parametrize(
    "asked", [{"cut": "nothing.code:1"}, {"drilldown": "what"}, {"order": "amount:down"}, {"cut": "x"}]
)
def test_what_cannot_be_read_is_422_in_words(loaded, client, asked):
    answer = client.get(AGGREGATE, asked)
    assert answer.status_code == 422
    assert len(answer.json()["detail"]) > 20


@pytest.mark.parametrize("value", ["²", "--5", "٣", "-", "9" * 30, "9" * 3_900, "999999999", "-999999999"])
@pytest.mark.parametrize("name", ["financial_year.start", "financial_year_end.year", "period.number"])
def test_a_number_that_is_none_is_unknown_and_breaks_nothing(loaded, client, name, value):
    asked = {"cut": f"amount_type.code:original|{name}:{value}"}
    assert client.get(AGGREGATE, asked).json()["cells"] == []
    assert client.get("/api/v1/budgets/facts", asked).json()["items"] == []
    for page in ("/budgets/", "/spaces/DC15/budget/", "/budgets/facts/"):
        assert client.get(page, {**asked, "year": value, "page": value, "years": value}).status_code == 200


def test_figures_lead_to_the_row_of_their_source(loaded, client):
    told = client.get("/api/v1/budgets/facts", {"cut": "space.code:DC15"}).json()
    [line] = told["items"]
    assert (line["amount"], line["row"], line["column"], line["release"]) == ("10.05", 2, "Amount", "B1")
    assert (line["place"]["code"], line["how"], line["institution"]["code"]) == ("EC157", "municipality", "mun-ec157")


@pytest.mark.parametrize("library", ["pytz", "pandas"])
def test_figures_are_read_without_libraries_that_only_developers_have(loaded, client, monkeypatch, library):
    monkeypatch.setitem(sys.modules, library, None)  # as in a house that installed no more than it needs
    [line] = client.get("/api/v1/budgets/facts", {"cut": "space.code:DC15"}).json()["items"]
    assert line["release"] == "B1"
    for page in ("/budgets/facts/", "/budgets/", "/spaces/DC15/budget/", "/spaces/DC15/gap/", "/budgets/equity/",
                 "/budgets/spatial/"):  # fmt: skip
        assert client.get(page).status_code == 200, page


def test_replaced_figures_are_listed_apart(loaded, client, warehouse):
    warehouse(municipal_income_expenditure=[figure("mun-ec157", "11", function="f:water")])
    asked = {"cut": "institution:mun-ec157"}
    now, before = (
        client.get("/api/v1/budgets/facts", asked | {"replaced": replaced}).json()["items"]
        for replaced in ("no", "yes")
    )
    assert [line["amount"] for line in now] == ["11.00"]
    assert [line["amount"] for line in before] == ["10.05"]


def test_members_are_found_by_part_of_their_name(loaded, client):
    told = client.get("/api/v1/budgets/members/function", {"text": "WAT"}).json()
    assert [(row["code"], row["label"]) for row in told["items"]] == [("water", "Water")]
    assert client.get("/api/v1/budgets/members/amount_type").json()["total"] == len(AmountType)
    assert client.get("/api/v1/budgets/members/space.code", {"text": "DC15"}).json()["items"] == [{"code": "DC15"}]


def test_what_only_figures_inside_government_name_is_listed_for_government_alone(warehouse, client, world):
    receive("municipal-capital", [
        figure("mun-eth", "7", year=2031, project="P-secret", function="f:spies"),
        figure("mun-eth", "8", project="P-known"),
    ], standing="government")  # fmt: skip
    warehouse(municipal_income_expenditure=[figure("mun-eth", "1", project="P-known")])

    def told(name):
        items = client.get(f"/api/v1/budgets/members/{name}").json()["items"]
        return {value for row in items for value in (row["code"], row.get("label"))}

    names = ("project", "release", "function", "function.code", "financial_year.start")

    def notes(code):
        return client.get(AGGREGATE, {"cut": f'function:"{code}"|amount_type.code:original'}).json()["notes"]

    # A code cannot be guessed either: one that is secret is told of as one that there is not.
    assert [any("Nothing is known of" in note for note in notes(code)) for code in ("water", "spies", "none")] == [
        False, True, True,
    ]  # fmt: skip
    open_to_all = set().union(*map(told, names))
    assert {"P-known", "Release 2", "water", 2024} <= open_to_all
    assert not {"P-secret", "Release 1", "spies", 2031} & open_to_all
    client.force_login(world.analyst.user)
    assert {"P-known", "P-secret", "Release 2", "Release 1", "spies", 2031} <= set().union(*map(told, names))
    assert not any("Nothing is known of" in note for note in notes("spies"))


def test_every_attribute_of_the_model_can_be_asked_by(loaded, client):
    for attribute in client.get("/api/v1/budgets/model").json():
        asked = {"cut": "amount_type.code:original", "drilldown": attribute["name"]}
        answer = client.get(AGGREGATE, asked)
        assert answer.status_code == 200, attribute
        assert json.loads(answer.content)["summary"]["amount.sum"] == "30.05", attribute


def test_the_same_build_is_not_asked_twice(loaded, client, warehouse):
    tag = client.get(AGGREGATE, {"drilldown": "amount_type"})["ETag"]
    again = {"drilldown": "amount_type"}
    assert client.get(AGGREGATE, again, headers={"If-None-Match": tag}).status_code == 304
    warehouse(municipal_capital=[figure("mun-eth", "1")])
    assert client.get(AGGREGATE, again, headers={"If-None-Match": tag}).status_code == 200


def test_the_tag_of_one_is_not_that_of_another_who_sees_more(warehouse, client, world):
    receive("municipal-capital", [figure("mun-eth", "7")], standing="government")
    warehouse(municipal_income_expenditure=[figure("mun-eth", "1")])
    public = client.get(AGGREGATE)
    client.force_login(world.analyst.user)
    seen = client.get(AGGREGATE, headers={"If-None-Match": public["ETag"]})
    assert (public.json()["summary"]["amount.sum"], seen.status_code) == ("1.00", 200)
    assert seen.json()["summary"]["amount.sum"] == "8.00"
    assert seen["Cache-Control"].startswith("private")


def test_nothing_loaded_is_said(warehouse, client):
    answer = client.get(AGGREGATE)
    assert answer.status_code == 409
    assert "No budget has been loaded yet" in answer.json()["detail"]
