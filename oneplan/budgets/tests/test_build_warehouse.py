"""Building from what was received: by whom it may be done, what it serves, and that a failure changes nothing."""

from decimal import Decimal

import pytest

from oneplan.access.actors import system
from oneplan.budgets.actions import build_warehouse
from oneplan.budgets.choices import How
from oneplan.budgets.facts import number_of
from oneplan.budgets.tests.conftest import receive
from oneplan.budgets.tests.records import figure
from oneplan.platform.errors import NotAllowed, RuleBroken
from oneplan.platform.models import LogEntry
from oneplan.warehouse import store
from oneplan.warehouse.connection import NothingBuilt, reading

pytestmark = pytest.mark.django_db
BY = system("tests")


@pytest.fixture(autouse=True)
def own_folder(warehouse):
    """Nothing is built yet."""


def served(sql):
    with reading() as turn:
        return turn.rows(sql)


def test_each_municipality_s_own_budget_lies_where_it_governs():
    receive("municipal-income-expenditure", [
        figure("mun-ec157", "1"), figure("mun-dc15", "2"), figure("mun-eth", "4"),
        figure("nat-dws", "8", evidence={"municipality": "EC157"}), figure("nat-dws", "16"),
    ])  # fmt: skip
    build_warehouse(by=BY)
    assert served(
        "SELECT amount, level, places.code, space, how FROM facts JOIN places ON places.id = place ORDER BY amount"
    ) == [
        (Decimal(1), "municipal_area", "EC157", "DC15", number_of(How.MUNICIPALITY)),
        (Decimal(2), "space", "DC15", "DC15", number_of(How.SPACE)),
        (Decimal(4), "municipal_area", "ETH", "ETH", number_of(How.MUNICIPALITY)),
        (Decimal(8), "municipal_area", "EC157", "DC15", number_of(How.MUNICIPALITY)),
        (Decimal(16), "none", "", "", number_of(How.NOT_PLACED)),
    ]


def test_what_lies_in_a_space_is_one_range_of_places():
    receive("municipal-capital", [figure("mun-eth", "1")])
    build_warehouse(by=BY)
    for column in ("province", "space", "municipal_area"):
        [(torn,)] = served(
            f"SELECT count(*) FROM (SELECT {column} FROM places WHERE {column} <> '' GROUP BY 1 "
            "HAVING max(id) - min(id) + 1 <> count(*))"
        )
        assert torn == 0, column


def test_nobody_builds_without_the_right(world):
    receive("municipal-capital", [figure("mun-eth", "1")])
    with pytest.raises(NotAllowed):
        build_warehouse(by=world.thandi)
    assert store.current() is None


def test_there_is_nothing_to_build_from_nothing():
    with pytest.raises(RuleBroken, match="nothing to build"):
        build_warehouse(by=BY)
    with pytest.raises(NothingBuilt), reading():
        pass


def test_a_build_that_fails_leaves_what_is_served(settings):
    receive("municipal-capital", [figure("mun-eth", "1")])
    first = build_warehouse(by=BY)
    receive("municipal-capital", [figure("mun-eth", "5", year=2025)], total=Decimal(6))
    with pytest.raises(RuleBroken, match="R5,00 in the build, R6,00"):
        build_warehouse(by=BY)
    assert store.current_name() == first.name
    assert served("SELECT sum(amount) FROM facts") == [(Decimal(1),)]
    assert [path.name for path in (settings.HOME / "warehouse" / "builds").iterdir()] == [first.name]


def test_what_a_killed_build_left_is_removed_by_the_next():
    receive("municipal-capital", [figure("mun-eth", "1")])
    left = store.root() / "builds" / "20200101.making"
    left.mkdir(parents=True)
    build_warehouse(by=BY)
    assert not left.exists()


def test_a_reader_under_way_finishes_on_the_build_it_began_with():
    receive("municipal-capital", [figure("mun-eth", "1")])
    build_warehouse(by=BY)
    with reading() as turn:
        receive("municipal-capital", [figure("mun-eth", "5", year=2025)])
        build_warehouse(by=BY)
        assert served("SELECT sum(amount) FROM facts") == [(Decimal(6),)]
        assert turn.rows("SELECT sum(amount) FROM facts") == [(Decimal(1),)]


def test_one_builds_at_a_time():
    receive("municipal-capital", [figure("mun-eth", "1")])
    with store.new_build(), pytest.raises(RuleBroken, match="being built just now"):
        build_warehouse(by=BY)


def test_old_builds_go_when_newer_ones_stand():
    receive("municipal-capital", [figure("mun-eth", "1")])
    names = [build_warehouse(by=BY).name for _each in range(5)]
    assert [build.name for build in store.builds()] == names[:1:-1]


def test_the_step_back_serves_the_build_before():
    receive("municipal-capital", [figure("mun-eth", "1")])
    first = build_warehouse(by=BY)
    receive("municipal-capital", [figure("mun-eth", "5", year=2025)])
    build_warehouse(by=BY)
    store.serve(first.name)
    assert served("SELECT sum(amount) FROM facts") == [(Decimal(1),)]


def test_every_build_is_remembered():
    receive("municipal-capital", [figure("mun-eth", "1")])
    build_warehouse(by=BY, reason="First figures")
    entry = LogEntry.objects.get(event="warehouse.built")
    assert (entry.reason, entry.facts["facts"]) == ("First figures", 1)
