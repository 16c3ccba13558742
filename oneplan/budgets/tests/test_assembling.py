"""A build from records: numbers for codes, places with exact parts, what replaces what, and proof to the cent."""

from decimal import Decimal
from typing import Any

import pytest

from oneplan.budgets import facts
from oneplan.budgets.assembling import Given, Part, assemble
from oneplan.budgets.choices import AmountType, Flow, How, Statement
from oneplan.budgets.datasets import datasets
from oneplan.budgets.tests.records import figure, sourced
from oneplan.platform.errors import RuleBroken
from oneplan.warehouse.connection import workshop

THIRD = Decimal(1) / 3
DIMENSIONS: dict[str, list[tuple[Any, ...]]] = {
    "datasets": [(n, d.code, d.title, d.publisher, d.is_main) for n, d in enumerate(datasets(), start=1)],
    "institutions": [
        (1, "nat-dws", "Water", "national", "", "", "", ""), (2, "ec-health", "Health", "provincial", "EC", "", "", ""),
        (3, "mun-dc15", "OR Tambo", "local", "EC", "DC15", "DC15", ""),
        (4, "mun-ec157", "King Sabata", "local", "EC", "DC15", "EC157", ""),
    ],
    "places": [
        (0, "", "", "none", "", "", ""), (1, "ZA", "South Africa", "country", "", "", ""),
        (2, "EC", "Eastern Cape", "province", "EC", "", ""), (3, "DC15", "OR Tambo", "space", "EC", "DC15", ""),
        (4, "EC157", "King Sabata", "municipal_area", "EC", "DC15", "EC157"),
    ],
}  # fmt: skip


def by_institution(questions):
    """Each municipality's rand in its area; the nation's in thirds; nobody knows of the province's."""
    answers = {
        "nat-dws": [Part(3, How.APPORTIONED, THIRD), Part(4, How.APPORTIONED, THIRD), Part(1, How.INDIVISIBLE, THIRD)],
        "ec-health": [Part(0, How.NOT_PLACED, Decimal(1))],
        "mun-dc15": [Part(3, How.SPACE, Decimal(1))],
        "mun-ec157": [Part(4, How.MUNICIPALITY, Decimal(1))],
    }
    return [answers[each.institution] for each in questions]


@pytest.fixture
def build(tmp_path, settings):
    """Builds from releases and hands over the connection for questions."""
    settings.HOME = tmp_path
    opened = []

    def make(*releases, placing=by_institution, **given):
        shop = workshop()
        cursor = shop.__enter__()
        opened.append(shop)
        folder = tmp_path / "made"
        folder.mkdir()
        told = assemble(cursor, Given(list(releases), DIMENSIONS, placing, **given), folder)
        return cursor, told, folder

    yield make
    for shop in opened:
        shop.__exit__(None, None, None)


def rows(cursor, sql):
    return cursor.execute(sql).fetchall()


def test_figures_keep_their_rand_row_and_words(build, tmp_path):
    cursor, told, _folder = build(
        sourced(tmp_path, 1, "municipal-income-expenditure", [
            figure("mun-ec157", "100.10"), figure("mun-ec157", "-0.10", item="i:salaries", project="P1"),
        ])
    )  # fmt: skip
    assert told["facts"] == 2
    assert rows(cursor, 'SELECT i.code, p.code, "row", amount FROM facts f JOIN items i ON i.id = f.item '
                        "LEFT JOIN projects p ON p.id = f.project ORDER BY 3") == [
        ("goods", "", 2, Decimal("100.10")), ("salaries", "P1", 3, Decimal("-0.10")),
    ]  # fmt: skip


def test_parts_of_a_figure_sum_to_it_to_the_cent(build, tmp_path):
    amounts = ["100.00", "0.01", "0.02", "-100.01", "99999999999999.99"]
    cursor, _told, _folder = build(
        sourced(tmp_path, 1, "national-expenditure", [figure("nat-dws", amount, basis=4) for amount in amounts])
    )
    assert rows(cursor, 'SELECT sum(amount), count(*) FROM facts GROUP BY "row" ORDER BY "row"') == [
        (Decimal(amount), 3) for amount in amounts
    ]
    assert rows(cursor, "SELECT place, amount FROM facts WHERE \"row\" = 2 ORDER BY part") == [
        (3, Decimal("33.33")), (4, Decimal("33.34")), (1, Decimal("33.33")),
    ]  # fmt: skip
    assert rows(cursor, "SELECT sum(figures), sum(rows) FROM by_year") == [(5, 15)]


def test_a_newer_release_replaces_all_that_it_reports_anew_and_nothing_else(build, tmp_path):
    first = [figure("mun-dc15", "10"), figure("mun-dc15", "5", item="i:salaries"), figure("mun-ec157", "7")]
    second = [figure("mun-dc15", "12"), figure("mun-dc15", "99", amount_type=AmountType.ADJUSTED)]
    cursor, told, _folder = build(
        sourced(tmp_path, 1, "municipal-income-expenditure", first),
        sourced(tmp_path, 2, "municipal-income-expenditure", second),
    )
    assert rows(cursor, "SELECT release, amount FROM facts ORDER BY 1, 2") == [
        (1, Decimal(7)), (2, Decimal(12)), (2, Decimal(99)),
    ]  # fmt: skip
    assert told["replaced"] == 2
    assert rows(cursor, "SELECT sum(amount) FROM earlier") == [(Decimal(15),)]


def test_the_same_of_two_datasets_replaces_nothing(build, tmp_path):
    _cursor, told, _folder = build(
        sourced(tmp_path, 1, "municipal-income-expenditure", [figure("mun-dc15", "10")]),
        sourced(tmp_path, 2, "municipal-projects", [figure("mun-dc15", "10")]),
    )
    assert (told["facts"], told["replaced"]) == (2, 0)


def test_a_grant_through_three_spheres_is_found_once(build, tmp_path):
    """R100 from the nation: R60 on to a municipality by the province, which spends R40; the municipality spends R60."""
    cursor, _told, _folder = build(
        sourced(tmp_path, 1, "national-expenditure", [figure("nat-dws", "100", item="e:to-provinces", basis=4)],
                receivers={"e:to-provinces": "provincial"}),
        sourced(tmp_path, 2, "provincial-expenditure", [
            figure("ec-health", "60", item="e:to-municipalities", basis=4),
            figure("ec-health", "40", item="e:goods", basis=4),
        ], receivers={"e:to-municipalities": "local"}),
        sourced(tmp_path, 3, "municipal-capital", [figure("mun-ec157", "60", statement=Statement.CAPITAL)]),
    )  # fmt: skip
    by_flow = dict(rows(cursor, "SELECT flow, sum(amount) FROM facts GROUP BY flow"))
    assert by_flow == {
        facts.number_of(Flow.SPENT): Decimal(100), facts.number_of(Flow.TO_PROVINCIAL): Decimal(100),
        facts.number_of(Flow.TO_LOCAL): Decimal(60),
    }  # fmt: skip


def test_a_transfer_whose_receiver_has_not_reported_is_not_followed(build, tmp_path):
    cursor, _told, _folder = build(
        sourced(tmp_path, 1, "national-expenditure", [
            figure("nat-dws", "30", receiver="mun-ec157", basis=4),
            figure("nat-dws", "20", receiver="mun-dc15", basis=4),
        ]),
        sourced(tmp_path, 2, "municipal-income-expenditure", [figure("mun-dc15", "20")]),
    )  # fmt: skip
    assert rows(cursor, "SELECT flow, amount FROM facts WHERE institution = 1 AND part = 0 ORDER BY amount DESC") == [
        (facts.number_of(Flow.NOT_FOLLOWED), Decimal("10.00")), (facts.number_of(Flow.TO_LOCAL), Decimal("6.67")),
    ]  # fmt: skip


def test_places_are_asked_once_for_what_is_alike(build, tmp_path):
    asked = []

    def placing(questions):
        asked.extend(questions)
        return [[Part(4, How.WARD, Decimal(1))] for _each in questions]

    ward = {"evidence": {"ward": "21507001", "ward_year": 2021}}
    figures = [figure("mun-ec157", "1", **ward) for _each in range(50)] + [figure("mun-ec157", "1", project="P2")]
    build(sourced(tmp_path, 1, "municipal-projects", figures), placing=placing)
    assert sorted(each.ward for each in asked) == ["", "21507001"]


def test_what_rules_tell_apart_is_asked_apart(build, tmp_path):
    asked = []

    def placing(questions):
        asked.extend(questions)
        return [[Part(4 if each.fund else 0, How.REGION, Decimal(1))] for each in questions]

    figures = [figure("mun-ec157", "1", fund="g:mig"), figure("mun-ec157", "2")]
    cursor, _told, _folder = build(
        sourced(tmp_path, 1, "municipal-projects", figures), placing=placing, asked_by=frozenset({"fund"})
    )
    assert sorted(each.fund for each in asked) == ["", "g:mig"]
    assert rows(cursor, "SELECT place, amount FROM facts ORDER BY 1") == [(0, Decimal(2)), (4, Decimal(1))]


def test_what_is_served_stands_in_parquet_too(build, tmp_path):
    cursor, told, folder = build(sourced(tmp_path, 1, "national-expenditure", [figure("nat-dws", "9", basis=4)]))
    for name in told["tables"]:
        served = rows(cursor, f"SELECT count(*) FROM {name}")
        assert rows(cursor, f"SELECT count(*) FROM read_parquet('{folder}/{name}/*.parquet')") == served, name


def test_parquet_holds_the_facts_of_the_native_file_in_their_order(build, tmp_path):
    figures = [figure("mun-ec157", str(n), function=f"f:fn{n * 7 % 10}") for n in range(1, 11)]
    again = [figure("mun-ec157", "4", function="f:fn4")]
    cursor, _told, folder = build(
        sourced(tmp_path, 1, "municipal-income-expenditure", figures),
        sourced(tmp_path, 2, "municipal-income-expenditure", again), sourced(tmp_path, 3, "municipal-capital", figures),
    )  # fmt: skip
    for name, count in (("facts", 11), ("earlier", 10)):
        served = rows(cursor, f"SELECT * FROM {name}")
        files = sorted((folder / name).glob("*.parquet"), key=lambda path: path.stem != "municipal-income-expenditure")
        assert [row for path in files for row in rows(cursor, f"SELECT * FROM '{path}'")] == served, name
        assert len(served) == count


def test_a_roll_up_that_would_be_as_long_as_the_facts_is_not_made(build, tmp_path, monkeypatch):
    """Ten figures of one function and ten items: a year by function is one row, by item as many as there are."""
    monkeypatch.setattr("oneplan.budgets.rolling._FEW", 0)
    figures = [figure("mun-ec157", str(n), item=f"i:i{n}") for n in range(1, 11)]
    cursor, told, folder = build(sourced(tmp_path, 1, "municipal-income-expenditure", figures))
    assert "by_item" not in told["tables"]
    assert not (folder / "by_item").exists()
    assert rows(cursor, "SELECT amount, rows, figures FROM by_year") == [(Decimal(55), 10, 10)]


def test_a_roll_up_is_the_same_whether_made_of_facts_or_of_a_finer_one(build, tmp_path):
    figures = [figure("nat-dws", f"{n}.01", function=f"f:fn{n % 3}", year=2020 + n % 2, basis=4) for n in range(1, 30)]
    cursor, told, _folder = build(sourced(tmp_path, 1, "national-expenditure", figures))
    for roll_up in facts.ROLL_UPS:
        columns = ", ".join(roll_up.all_columns)
        sums = "sum(amount), count(*), count(*) FILTER (part = 0)"
        wanted = rows(cursor, f"SELECT {columns}, {sums} FROM facts GROUP BY ALL ORDER BY ALL")
        assert rows(cursor, f"SELECT * FROM {roll_up.name} ORDER BY ALL") == wanted, roll_up.name
        assert roll_up.name in told["tables"]


def test_a_build_that_is_not_the_sum_of_its_sources_is_given_up(build, tmp_path):
    def less(questions):
        return [[] for _each in questions]

    with pytest.raises(RuleBroken, match="R0,00 in the build"):
        build(sourced(tmp_path, 1, "municipal-capital", [figure("mun-dc15", "5")]), placing=less)
