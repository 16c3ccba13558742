"""Rules of where rand belongs: who sets them, what they may say, where they put rand, what moved when they changed."""

import csv
import gzip
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import TestCase
from hypothesis import given, settings
from hypothesis import strategies as st

from oneplan.access.actors import system
from oneplan.access.roles import Role
from oneplan.budgets.actions import build_warehouse, end_placement_rule, serve_build, set_placement_rule
from oneplan.budgets.choices import AmountType, How
from oneplan.budgets.dimensions import places
from oneplan.budgets.indicators import by_municipal_area, by_space, indicators
from oneplan.budgets.models import PlacementRule
from oneplan.budgets.moving import what_moved
from oneplan.budgets.placement_rules import Resolving, parts_of_one, rules_on, shipped_rules
from oneplan.budgets.regions import Regions
from oneplan.budgets.rules import check_can_set_placement_rule
from oneplan.budgets.shelf import reading, shelf
from oneplan.budgets.tasks import build_warehouse_anew
from oneplan.budgets.tests.conftest import receive
from oneplan.budgets.tests.records import figure
from oneplan.config.schedule import SCHEDULE
from oneplan.periods import clock
from oneplan.platform.errors import NotAllowed, RuleBroken, StaleRevision
from oneplan.platform.models import LogEntry
from oneplan.spaces.models import MunicipalArea

pytestmark = pytest.mark.django_db
BY = system("tests")
WHY = "Its offices serve these places alone."


@pytest.fixture(autouse=True)
def own_folder(warehouse):
    """Nothing is built yet."""


def setting(**said):
    given = {"how": How.SPACE, "places": ["DC15"], "institution": "nat-dws", "reason": WHY, "by": BY, **said}
    return set_placement_rule(**given)


def lying():
    """Rand by place and how, as it is served."""
    with reading() as turn:
        rows = turn.rows(
            "SELECT places.code, how, sum(amount) FROM facts JOIN places ON places.id = place GROUP BY ALL"
        )
    return {(code, list(How)[how]): amount for code, how, amount in rows}


# --- setting and ending --------------------------------------------------------------------------------------------


def test_a_rule_puts_rand_that_nothing_else_places():
    receive("national-expenditure", [figure("nat-dws", "8", basis=4), figure("nat-dsd", "16", basis=4)])
    setting()
    build_warehouse(by=BY)
    assert lying() == {("DC15", How.SPACE): Decimal(8), ("", How.NOT_PLACED): Decimal(16)}


def test_evidence_of_a_figure_goes_before_any_rule():
    receive("national-expenditure", [figure("nat-dws", "8", basis=4, evidence={"municipality": "EC157"})])
    setting(places=["ETH"])
    build_warehouse(by=BY)
    assert lying() == {("EC157", How.MUNICIPALITY): Decimal(8)}


def test_rules_tell_functions_and_programmes_apart():
    water = figure("nat-dws", "1", basis=4, programme=("4", "2", "1"))
    receive("national-expenditure", [water, figure("nat-dws", "2", basis=4, function="f:roads")])
    setting(function="f:water", places=["DC15"])
    setting(function="f:roads", places=["ETH"])
    setting(programme="4/2", places=["DC36"])  # set last, so it counts
    build_warehouse(by=BY)
    assert lying() == {("DC36", How.SPACE): Decimal(1), ("ETH", How.SPACE): Decimal(2)}


def test_a_rule_counts_from_its_first_day_until_its_last():
    day = clock.today()
    rule = setting(valid_from=day - timedelta(days=9), valid_to=day + timedelta(days=9))
    ours = [[each.ref for each in rules_on(day + timedelta(days=by)) if each.ref == rule.ref] for by in (-10, -9, 8, 9)]
    assert ours == [[], [rule.ref], [rule.ref], []]


def test_who_keeps_budgets_sets_rules_and_nobody_else(world):
    keeper = world._person("Palesa", Role.BUDGET_KEEPER, "national")
    assert setting(by=keeper).set_by == keeper.user
    for actor in (world.analyst, world.thandi, world.charlie, world.public):
        with pytest.raises(NotAllowed):
            setting(by=actor)
    assert PlacementRule.objects.count() == 1


def test_a_rule_is_remembered_with_its_reason():
    rule = setting()
    entry = LogEntry.objects.get(event="placement_rule.set")
    assert (entry.reason, entry.after["places"], entry.after["how"]) == (WHY, ["DC15"], "space")
    end_placement_rule(rule, by=BY, revision=1, on=rule.valid_from + timedelta(days=1), reason="It moved its offices.")
    assert LogEntry.objects.get(event="placement_rule.ended").before == {"valid_to": None}


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"reason": "because"}, "at least 10 signs"),
        ({"how": How.WARD}, "cannot say that rand was placed by evidence"),
        ({"how": How.NOT_PLACED}, "cannot say that rand was placed by evidence"),
        ({"institution": ""}, "what the rule is about"),
        ({"institution": "nat-nobody"}, "no institution “nat-nobody”"),
        ({"dataset": "dreams"}, "no dataset “dreams”"),
        ({"places": ["DC99"]}, "no place with the code DC99"),
        ({"places": ["DC15", "DC15"]}, "named twice"),
        ({"places": []}, "to which place"),
        ({"places": ["DC15", "ETH"]}, "To share among several, apportion"),
        ({"places": ["EC"]}, "one space or one municipal area"),
        ({"how": How.REGION}, "words of the regional identifier"),
        ({"how": How.INDIVISIBLE}, "the country (ZA) or to one province"),
        ({"how": How.APPORTIONED}, "Name the indicator"),
        ({"how": How.APPORTIONED, "indicator": "happiness"}, "no indicator “happiness”. Known: population, households"),
        ({"how": How.APPORTIONED, "indicator": "population", "places": ["ETH"]}, "shares with nobody"),
        ({"how": How.SERVICE_AREA, "places": ["umzimvubu-catchment"]}, "Name the indicator"),
        ({"how": How.SERVICE_AREA, "places": ["ZA"]}, "An area served is named by its code"),
        ({"indicator": "population"}, "leave the indicator empty"),
        ({"valid_to": date(2020, 1, 1)}, "ends before it begins"),
    ],
)
def test_what_no_rule_can_say(said, sentence):
    with pytest.raises(RuleBroken) as refusal:
        setting(**said)
    assert sentence in refusal.value.sentence
    assert not PlacementRule.objects.exists()


def test_a_rule_ends_once_with_a_reason_on_the_version_that_was_seen():
    rule = setting(valid_from=clock.today() - timedelta(days=5))
    with pytest.raises(RuleBroken, match="at least 10 signs"):
        end_placement_rule(rule, by=BY, revision=1, reason="no")
    with pytest.raises(RuleBroken, match="stands for a day at least"):
        end_placement_rule(rule, by=BY, revision=1, reason=WHY, on=rule.valid_from)
    end_placement_rule(rule, by=BY, revision=1, reason=WHY)
    with pytest.raises(StaleRevision):
        end_placement_rule(rule, by=BY, revision=1, reason=WHY)
    with pytest.raises(RuleBroken, match="ended already"):
        end_placement_rule(rule, by=BY, revision=2, reason=WHY)
    assert rule.ref not in {each.ref for each in rules_on(clock.today())}


def test_every_shipped_rule_is_one_that_a_person_could_set():
    for rule in shipped_rules():
        matchers = {name: getattr(rule, name) for name in ("dataset", "institution", "function", "item", "fund")}
        check_can_set_placement_rule(
            matchers, rule.how, rule.places, rule.indicator, rule.valid_from, rule.valid_to, rule.reason
        )


def test_what_defence_spends_belongs_to_the_country_as_a_whole():
    receive("national-expenditure", [figure("nat-dod", "8", basis=4)])
    build_warehouse(by=BY)
    assert lying() == {("ZA", How.INDIVISIBLE): Decimal(8)}


# --- sharing out ---------------------------------------------------------------------------------------------------


@settings(deadline=None)  # a busy machine is no fault
@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 10**9), min_size=1, max_size=60))
def test_parts_sum_to_exactly_one_and_no_part_is_nothing(weights):
    parts = parts_of_one(weights)
    assert sum(parts.values()) == 1
    assert all(part > 0 and part == round(part, 12) for part in parts.values())
    for code, part in parts.items():
        assert abs(part - Decimal(weights[code]) / sum(weights.values())) <= Decimal("0.000000000001")


def test_the_country_is_shared_among_its_spaces_to_the_cent():
    receive("national-expenditure", [figure("nat-dsd", "1000000.01", basis=4)])
    setting(institution="nat-dsd", how=How.APPORTIONED, places=["ZA"], indicator="population")
    build_warehouse(by=BY)
    found = lying()
    assert {how for _code, how in found} == {How.APPORTIONED}
    assert len(found) == 52
    assert sum(found.values()) == Decimal("1000000.01")
    whole, oliver = sum(by_space("population").values()), by_space("population")["DC15"]
    expected = Decimal("1000000.01") * oliver / whole
    assert abs(found["DC15", How.APPORTIONED] - expected) <= Decimal("0.01")


def test_a_province_a_space_and_an_area_served_share_among_what_lies_in_them():
    weights = Resolving(places().numbers).weights
    eastern = weights(["EC"], "population")
    assert sorted(eastern) == ["BUF", "DC10", "DC12", "DC13", "DC14", "DC15", "DC44", "NMA"]
    assert sorted(weights(["DC15"], "households")) == ["EC153", "EC154", "EC155", "EC156", "EC157"]
    assert weights(["DC15", "ETH"], "population") == {
        "DC15": by_space("population")["DC15"], "ETH": by_municipal_area("population")["ETH"],
    }  # fmt: skip
    assert "KZN433" in weights(["umzimvubu-catchment"], "population")


def test_the_indicators_cover_every_municipal_area_and_state_what_they_are():
    areas = set(MunicipalArea.objects.values_list("code", flat=True))
    for code, indicator in indicators().items():
        assert set(by_municipal_area(code)) == areas
        assert (indicator.stated, bool(indicator.source)) == ("Census 2011", True)
    assert sum(by_municipal_area("population").values()) == 51_770_564
    assert sum(by_space("households").values()) == 15_065_006


# --- regional identifiers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("DISTR MUN: JOE GQABI 17", ("space", "DC14")),
        ("METRO MUN: ETHEKWINI 17", ("space", "ETH")),
        ("DISTR MUN: UTHUNGULU 17", ("space", "DC28")),  # King Cetshwayo since
        ("DISTR MUN: EHALANZENI 17", ("space", "DC32")),  # spelt so by the ledger
        ("EASTERN CAPE 17 | DISTR MUN: OR TAMBO 17 | LO MTHATHA 17", ("space", "DC15")),
        ("GAUTENG 17 | DISTR MUN: OR TAMBO 17", ("province", "GT")),  # a contradiction says nothing
        ("EASTERN CAPE 17", ("province", "EC")),
        ("NAT FUNCTION:WHOLE COUNTRY DOM", ("country", "ZA")),
        ("LOCAL MUN: MHLONTLO", ("municipal_area", "EC156")),
        ("LOCAL MUN: EMALAHLENI", None),  # two have that name
        ("PSP MP CIVIC CENTRE 17", None),
        ("NO REGION", None),
        ("", None),
    ],
)
def test_a_regional_identifier_means(text, place):
    assert Regions(date(2024, 7, 1)).place(text) == place


@pytest.mark.shared
def test_every_municipality_that_a_real_ledger_names_is_found(shared_data):
    path = shared_data / "budget" / "iym_home_affairs_2021-22_q4_vulindlela.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        texts = {row["Responsibility_Level_7"] for row in csv.DictReader(lines)}
    named = {text for text in texts if "MUN:" in text}
    regions = Regions(date(2024, 7, 1))
    found = {text: regions.place(text) for text in named}
    assert len(named) >= 50
    assert {text for text, place in found.items() if place is None or place[0] != "space"} == set()


def test_a_region_that_names_a_space_goes_before_rules_and_one_that_names_a_province_after():
    setting(institution="nat-dha", places=["ETH"], dataset="in-year-spending", region="eastern cape")
    receive("in-year-spending", [
        figure("nat-dha", "1", basis=4, evidence={"region": "DISTR MUN: JOE GQABI 17"}),
        figure("nat-dha", "2", basis=4, evidence={"region": "EASTERN CAPE 17"}),
        figure("nat-dha", "4", basis=4, evidence={"region": "GAUTENG 17"}),
        figure("nat-dha", "8", basis=4, evidence={"region": "NAT FUNCTION:WHOLE COUNTRY DOM"}),
    ])  # fmt: skip
    build_warehouse(by=BY)
    assert lying() == {
        ("DC14", How.REGION): Decimal(1), ("ETH", How.SPACE): Decimal(2), ("GT", How.NOT_PLACED): Decimal(4),
        ("ZA", How.INDIVISIBLE): Decimal(8),
    }  # fmt: skip


def test_a_province_s_own_budget_lies_in_the_province_and_in_none_of_its_spaces():
    receive("provincial-expenditure", [figure("lim-health", "8", basis=4)])
    build_warehouse(by=BY)
    assert lying() == {("LIM", How.NOT_PLACED): Decimal(8)}


# --- what moved ----------------------------------------------------------------------------------------------------


def test_a_build_tells_what_a_rule_moved_and_nothing_else():
    receive("national-expenditure", [figure("nat-dws", "8", basis=4), figure("nat-dsd", "16", basis=4)])
    build_warehouse(by=BY)
    setting()
    receive("municipal-capital", [figure("mun-eth", "1")])  # came in; it did not move
    build = build_warehouse(by=BY, reason="PR1")
    assert build.facts["moved"] == 2
    assert [(one.ref, one.space, one.how, one.before, one.after) for one in what_moved(build)] == [
        ("B1", "", How.NOT_PLACED, Decimal(24), Decimal(16)),
        ("B1", "DC15", How.SPACE, Decimal(0), Decimal(8)),
    ]
    assert sum(one.change for one in what_moved(build)) == 0


def test_years_and_kinds_of_amounts_that_moved_are_told_apart():
    receive("national-expenditure", [
        figure("nat-dws", "8", basis=4, year=year, amount_type=kind)
        for year in (2024, 2025) for kind in (AmountType.ORIGINAL, AmountType.ADJUSTED)
    ])  # fmt: skip
    build_warehouse(by=BY)
    setting()
    moved: dict[tuple[int, str, str], Decimal] = defaultdict(Decimal)
    for one in what_moved(build_warehouse(by=BY)):
        moved[one.year, str(one.amount_type), one.space] += one.change
    assert len(moved) == 8
    assert set(moved.values()) == {Decimal(8), Decimal(-8)}


def test_the_first_build_moved_nothing():
    receive("municipal-capital", [figure("mun-eth", "1")])
    build = build_warehouse(by=BY)
    assert (build.facts["moved"], what_moved(build)) == (0, [])


def test_a_build_says_who_made_it_why_and_by_which_rules():
    rule = setting()
    receive("municipal-capital", [figure("mun-eth", "1")])
    told = build_warehouse(by=BY, reason="First figures").facts
    assert (told["reason"], told["rules"][0], told["as_at"]) == ("First figures", rule.ref, str(clock.today()))
    assert told["built_by"]


def test_a_changed_rule_builds_anew(django_capture_on_commit_callbacks):
    receive("national-expenditure", [figure("nat-dws", "8", basis=4)])
    build_warehouse(by=BY)
    with django_capture_on_commit_callbacks(execute=True):
        rule = setting(valid_from=clock.today() - timedelta(days=3))
    assert lying() == {("DC15", How.SPACE): Decimal(8)}
    with django_capture_on_commit_callbacks(execute=True):
        end_placement_rule(rule, by=BY, revision=1, reason=WHY)
    assert lying() == {("", How.NOT_PLACED): Decimal(8)}
    served = shelf.current()
    assert served
    assert served.facts["reason"] == f"{rule.ref}: {WHY}"


@pytest.fixture
def on_the_day():
    """The act of the schedule that places by the rules of the day, so many days from now."""
    [act] = [each for each in SCHEDULE if each.name == "place by the rules of the day"]

    def run(days):
        with time_machine.travel(clock.now() + timedelta(days=days)), TestCase.captureOnCommitCallbacks(execute=True):
            act.run()

    return run


def test_a_rule_that_begins_in_future_takes_effect_on_its_day(on_the_day):
    receive("national-expenditure", [figure("nat-dws", "8", basis=4)])
    begins = clock.today() + timedelta(days=10)
    rule = setting(valid_from=begins, valid_to=begins + timedelta(days=5))
    first = build_warehouse(by=BY)
    on_the_day(9)
    assert shelf.current_name() == first.name
    on_the_day(10)
    assert lying() == {("DC15", How.SPACE): Decimal(8)}
    begun = shelf.current()
    assert begun
    assert begun.facts["reason"] == f"Rules of placement begin: {rule.ref}"
    assert begun.facts["as_at"] == str(begins)
    on_the_day(11)
    assert shelf.current_name() == begun.name
    on_the_day(17)  # the days before were missed
    assert lying() == {("", How.NOT_PLACED): Decimal(8)}
    ended = shelf.current()
    assert ended
    assert ended.facts["reason"] == f"Rules of placement end: {rule.ref}"


def test_a_step_back_to_an_earlier_build_is_not_undone_by_the_rules_of_the_day(on_the_day):
    receive("national-expenditure", [figure("nat-dws", "8", basis=4)])
    first = build_warehouse(by=BY)
    setting(valid_from=clock.today() + timedelta(days=3))
    on_the_day(3)
    serve_build(first.name, by=BY, reason="The rule was wrong")
    on_the_day(4)
    assert shelf.current_name() == first.name


def test_where_nothing_is_built_no_rule_makes_a_build(on_the_day):
    setting(valid_from=clock.today() + timedelta(days=3))
    on_the_day(3)
    assert shelf.current() is None


def test_building_anew_waits_for_a_build_under_way(monkeypatch):
    receive("municipal-capital", [figure("mun-eth", "1")])
    before = build_warehouse(by=BY)
    other = shelf.new_build()
    other.__enter__()
    monkeypatch.setattr("oneplan.budgets.tasks.time.sleep", lambda _seconds: other.__exit__(None, None, None))
    build_warehouse_anew.call(None, "PR1: it changed")
    served = shelf.current()
    assert served
    assert served.name != before.name
    assert served.facts["reason"] == "PR1: it changed"


def test_an_earlier_build_is_put_in_service_with_a_reason(world):
    receive("municipal-capital", [figure("mun-eth", "1")])
    first = build_warehouse(by=BY)
    second = build_warehouse(by=BY)
    with pytest.raises(RuleBroken, match="is the one that is served"):
        serve_build(second.name, by=BY, reason=WHY)
    with pytest.raises(RuleBroken, match="no longer kept"):
        serve_build("../../etc", by=BY, reason=WHY)
    with pytest.raises(RuleBroken, match="at least 10 signs"):
        serve_build(first.name, by=BY, reason="")
    with pytest.raises(NotAllowed):
        serve_build(first.name, by=world.analyst, reason=WHY)
    assert shelf.current_name() == second.name
    serve_build(first.name, by=BY, reason=WHY)
    assert shelf.current_name() == first.name
    assert LogEntry.objects.get(event="warehouse.build_served").reason == WHY


# --- a fact says by which rule it was placed -----------------------------------------------------------------------


def test_a_fact_says_by_which_rule_it_was_placed(client):
    receive("national-expenditure", [
        figure("nat-dws", "8", basis=4), figure("nat-dsd", "16", basis=4),
        figure("nat-dws", "3", basis=4, evidence={"municipality": "EC157"}),
        figure("nat-dod", "5", basis=4),
    ])  # fmt: skip
    receive("municipal-income-expenditure", [figure("mun-eth", "7")])
    rule = setting(valid_from=date(2024, 1, 1))
    build_warehouse(by=BY)
    items = client.get("/api/v1/budgets/facts").json()["items"]
    told = {item["amount"]: (item["rule"]["code"], item["rule"]["version"]) for item in items}
    assert told == {
        "8.00": (rule.ref, "2024-01-01, revision 1"), "16.00": ("nothing", ""), "3.00": ("evidence", ""),
        "5.00": ("OP1", "1997-02-04"), "7.00": ("own-budget", ""),
    }  # fmt: skip
    assert next(item["rule"]["label"] for item in items if item["amount"] == "8.00") == WHY


def test_every_part_of_what_a_rule_shares_out_names_the_rule(client):
    receive("national-expenditure", [figure("nat-dws", "100", basis=4)])
    rule = setting(how=How.APPORTIONED, places=["DC15", "ETH"], indicator="population")
    build_warehouse(by=BY)
    items = client.get("/api/v1/budgets/facts").json()["items"]
    assert [item["rule"]["code"] for item in items] == [rule.ref, rule.ref]
    asked = {"cut": f"rule:{rule.ref}", "drilldown": "rule|space.code"}
    told = client.get("/api/v1/budgets/aggregate", asked).json()
    assert told["summary"]["amount.sum"] == "100.00"
    assert {cell["rule.code"] for cell in told["cells"]} == {rule.ref}


def test_the_rule_stands_on_the_page_of_a_number_and_in_its_file(client):
    receive("national-expenditure", [figure("nat-dws", "8", basis=4), figure("nat-dsd", "16", basis=4)])
    rule = setting()
    build_warehouse(by=BY)
    page = client.get("/budgets/facts/").content.decode()
    assert f'href="/budgets/rules/#rule-{rule.ref}"' in page
    assert WHY in page
    assert "nothing says where it belongs" in page
    assert f'id="rule-{rule.ref}"' in client.get("/budgets/rules/").content.decode()
    file = client.get("/budgets/facts/", {"format": "csv"})
    [head, *rows] = csv.reader(b"".join(file.streaming_content).decode("utf-8-sig").splitlines())
    at = head.index("rule")
    assert [row[at] for row in rows] == [rule.ref, "nothing"]
