"""The Framework's principles as indicators: by examples worked by hand, and by what must hold of any figures."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oneplan.access.actors import system
from oneplan.budgets import spatial
from oneplan.budgets.actions import build_warehouse, set_placement_rule
from oneplan.budgets.choices import AmountType, How
from oneplan.budgets.cube import ask_by
from oneplan.budgets.models import BudgetRelease
from oneplan.budgets.tests.conftest import receive
from oneplan.budgets.tests.records import figure
from oneplan.spaces.models import Space

pytestmark = pytest.mark.django_db
BY = system("tests")
WHY = "Shared out in this test."
ORIGINAL = replace(ask_by(amount_type="original"), years_as_labelled=True)


def rand(value):
    return Decimal(value)


def test_the_placed_share_counts_evidence_alone(warehouse):
    warehouse(
        municipal_capital=[figure("mun-ec157", "20"), figure("mun-dc15", "30")],
        national_expenditure=[figure("nat-dod", "10", basis=4), figure("nat-dws", "40", basis=4)],
    )
    whole = spatial.lying(ORIGINAL, by=BY).whole
    assert [whole.placed, whole.modelled, whole.indivisible, whole.not_placed] == [20, 30, 10, 40]
    assert whole.placed_share == rand("0.2")
    assert whole.shares() == {
        "placed": rand("0.2"), "modelled": rand("0.3"), "indivisible": rand("0.1"), "not_placed": rand("0.4"),
    }  # fmt: skip


def test_placed_shares_are_told_by_institution_space_and_year(warehouse):
    warehouse(municipal_capital=[
        figure("mun-ec157", "1"), figure("mun-dc15", "3"), figure("mun-dc15", "5", year=2025),
    ])  # fmt: skip
    within = ORIGINAL.cut("financial_year.start", "2024")
    by_institution = spatial.amounts_by(within, "institution.code", by=BY)
    assert {code: one.placed_share for code, one in by_institution.items()} == {"mun-ec157": 1, "mun-dc15": 0}
    assert spatial.amounts_by(within, "space.code", by=BY)["DC15"].placed_share == rand("0.25")
    by_year = spatial.amounts_by(ORIGINAL, "financial_year.start", by=BY)
    assert {year: one.placed_share for year, one in by_year.items()} == {2024: rand("0.25"), 2025: 0}


def test_nothing_has_no_placed_share(warehouse):
    warehouse(municipal_capital=[figure("mun-eth", "0")])
    assert spatial.lying(ORIGINAL, by=BY).whole.placed_share is None


def test_rand_lies_in_a_space_a_province_the_country_or_nowhere(warehouse):
    warehouse(
        municipal_capital=[figure("mun-eth", "1")],
        provincial_expenditure=[figure("lim-health", "2", basis=4)],
        national_expenditure=[figure("nat-dod", "4", basis=4), figure("nat-dws", "8", basis=4)],
    )
    found = spatial.lying(ORIGINAL, by=BY)
    assert {code: one.total for code, one in found.spaces.items()} == {"ETH": 1}
    assert [found.provinces.total, found.country.total, found.nowhere.total, found.whole.total] == [2, 4, 8, 15]


FIGURES = st.lists(
    st.tuples(
        st.sampled_from(["nat-dws", "nat-dod", "nat-dsd", "nat-dha"]),
        st.decimals(-10**9, 10**9, places=2),
        st.sampled_from([
            {}, {"municipality": "EC157"}, {"region": "DISTR MUN: JOE GQABI 17"}, {"region": "GAUTENG 17"},
            {"region": "NAT FUNCTION:WHOLE COUNTRY DOM"}, {"region": "SOMEWHERE"},
        ]),
    ),
    min_size=1, max_size=12,
)  # fmt: skip


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FIGURES)
def test_spaces_provinces_country_and_nowhere_are_always_the_source_s_total(warehouse, drawn):
    BudgetRelease.objects.all().delete()
    receive("national-expenditure", [figure(code, amount, basis=4, evidence=said) for code, amount, said in drawn])
    set_placement_rule(
        by=BY, how=How.APPORTIONED, places=["ZA"], indicator="households", institution="nat-dsd", reason=WHY
    )
    build_warehouse(by=BY)
    found = spatial.lying(ORIGINAL, by=BY)
    source = sum(amount for _code, amount, _said in drawn)
    parts = [*found.spaces.values(), found.provinces, found.country, found.nowhere]
    assert sum(each.total for each in parts) == found.whole.total == source
    assert set(found.spaces) <= set(Space.objects.values_list("code", flat=True))
    whole = found.whole
    assert whole.placed + whole.modelled + whole.indivisible + whole.not_placed == source


def test_what_was_told_a_year_before_is_held_against_what_was_decided(warehouse):
    told, decided = {"amount_type": AmountType.INDICATIVE_1}, {"amount_type": AmountType.ORIGINAL}
    warehouse(municipal_capital=[
        figure("mun-eth", "100", function="f:water", **told), figure("mun-eth", "50", function="f:roads", **told),
        figure("mun-eth", "90", function="f:water", **decided), figure("mun-eth", "60", function="f:parks", **decided),
        figure("mun-eth", "120", function="f:water", amount_type=AmountType.ADJUSTED),
    ])  # fmt: skip
    found = spatial.predictability(ask_by(), 2024, by=BY)
    assert [found.told, found.decided] == [150, 150]
    assert (found.deviation, found.coverage) == (rand("0.4"), rand("0.6"))  # (10 + 50) ÷ 150; 90 ÷ 150
    adjusted = spatial.predictability(ask_by(), 2024, by=BY, decided=AmountType.ADJUSTED)
    assert [adjusted.deviation, adjusted.coverage] == [(rand(20) + 50) / 150, 1]


def test_nothing_told_is_no_perfect_prediction(warehouse):
    warehouse(municipal_capital=[figure("mun-eth", "90")])
    found = spatial.predictability(ask_by(), 2024, by=BY)
    assert (found.deviation, found.coverage) == (None, None)


def test_concentration_stands_beside_people():
    found = spatial.concentration(
        {"A": rand(40), "B": rand(20), "C": rand(20), "D": rand(10), "E": rand(5), "F": rand(5), "G": rand(-3)},
        {"A": 10, "B": 10, "C": 10, "D": 10, "E": 10, "F": 50},
    )
    assert found.herfindahl == rand("0.255")  # 0.16 + 0.04 + 0.04 + 0.01 + 0.0025 + 0.0025
    assert found.of_people == rand("0.30")  # 5 × 0.01 + 0.25
    assert (found.largest, found.largest_share) == (("A", "B", "C", "D", "E"), rand("0.95"))
    assert found.largest_people == rand("0.5")


def test_nothing_is_not_concentrated():
    found = spatial.concentration({}, {"A": 1})
    assert (found.herfindahl, found.largest, found.largest_share) == (None, (), None)


def test_what_is_shared_out_by_an_indicator_says_nothing_of_where_rand_goes(warehouse):
    set_placement_rule(
        by=BY, how=How.APPORTIONED, places=["ZA"], indicator="population", institution="nat-dsd", reason=WHY
    )
    warehouse(
        national_expenditure=[figure("nat-dsd", "520", basis=4)], municipal_capital=[figure("mun-eth", "7")]
    )  # fmt: skip
    counted = spatial.told_by_evidence_or_rule(spatial.lying(ORIGINAL, by=BY))
    assert {code: amount for code, amount in counted.items() if amount} == {"ETH": 7}


def test_peers_are_those_of_the_same_category():
    values = {"M1": rand(10), "M2": rand(30), "D1": rand(1), "D2": rand(2), "D3": rand(9)}
    category_of = {code: "A" if code.startswith("M") else "C" for code in values}
    assert spatial.peers_median(values, category_of) == {"A": 20, "C": 2}
