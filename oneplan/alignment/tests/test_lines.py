"""Budget lines: what names them, what the build says of them, and that together they are the whole budget."""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

import pytest

from oneplan.access.actors import PUBLIC
from oneplan.alignment.actions.recording import record_line
from oneplan.alignment.lines import amounts_of, codes_of, every_line, find_lines, now_serving
from oneplan.alignment.models import BudgetLine
from oneplan.budgets.choices import AmountType, How, Length, Standing, Statement
from oneplan.budgets.shelf import reading
from oneplan.budgets.tests import conftest as budgets
from oneplan.budgets.tests.records import figure
from oneplan.platform.errors import RuleBroken
from oneplan.warehouse.connection import NothingBuilt

warehouse = budgets.warehouse
CAPITAL = "municipal_capital"


def pipe(amount, **said):
    return figure("mun-lim366", amount, **{"project": "P1", "programme": ("V1", "Water", "Bulk"), **said})


def amounts(by=PUBLIC, **asked):
    lines = {line.terms.key: line.terms.codes for line in every_line(by=by)}
    return amounts_of(lines, by=by, **asked)


def test_a_line_is_told_by_year_and_kind_summed_over_its_items(warehouse):
    warehouse(**{CAPITAL: [
        pipe("100.10"), pipe("0.05", item="i:pumps"), pipe("90.00", amount_type=AmountType.ADJUSTED),
        pipe("7.00", project="P2"),
    ]})  # fmt: skip
    found = {line.terms.codes.project: line for line in every_line(by=PUBLIC)}
    assert (found["P1"].amount, found["P1"].amount_type, found["P1"].year.label) == (
        Decimal("90.00"), AmountType.ADJUSTED, "2024/25",
    )  # fmt: skip
    told = {(each.amount_type, each.amount) for each in amounts()[found["P1"].terms.key]}
    assert told == {(AmountType.ORIGINAL, Decimal("100.15")), (AmountType.ADJUSTED, Decimal("90.00"))}


def test_lines_of_a_dataset_sum_to_its_releases_to_the_cent(warehouse):
    figures = [
        figure("mun-lim366", f"{number}.{number % 100:02d}", project=f"P{number % 7}", function=f"f:{number % 5}",
               fund=f"g:{number % 3}" if number % 2 else "", item=f"i:{number}")
        for number in range(1, 200)
    ]  # fmt: skip
    warehouse(**{CAPITAL: figures})
    assert sum(each.amount for rows in amounts().values() for each in rows) == sum(one["amount"] for one in figures)


def test_a_year_and_its_months_are_never_added(warehouse):
    months = [pipe("10.00", length=Length.MONTH, period=month) for month in range(1, 13)]
    warehouse(**{CAPITAL: [pipe("130.00"), *months]})
    [rows] = amounts().values()
    assert [each.amount for each in rows] == [Decimal("130.00")]


@pytest.mark.parametrize(("count", "told"), [(12, [Decimal("120.00")]), (11, [])])
def test_months_are_a_year_when_all_are_in_and_not_before(warehouse, count, told):
    warehouse(**{CAPITAL: [pipe("10.00", length=Length.MONTH, period=month) for month in range(1, count + 1)]})
    assert [each.amount for rows in amounts().values() for each in rows] == told


def test_a_kind_of_which_one_statement_is_not_whole_is_not_told(warehouse):
    warehouse(**{CAPITAL: [
        pipe("50.00"), pipe("10.00", statement=Statement.CAPITAL, length=Length.MONTH, period=1),
    ]})  # fmt: skip
    assert amounts() == {}


def test_by_space_parts_sum_to_the_line(warehouse):
    warehouse(
        **{
            CAPITAL: [
                pipe("100.00", evidence={"municipality": "LIM366"}),
                pipe("11.00", evidence={"municipality": "LIM361"}),
            ]
        }
    )
    by_space: dict[str, Decimal] = defaultdict(Decimal)
    for rows in amounts(by_space=True).values():
        for each in rows:
            assert isinstance(each.how, How)
            by_space[each.space] += each.amount
    assert by_space == {"DC36": Decimal("111.00")}


def test_what_stays_inside_government_is_read_by_government_alone(warehouse, world):
    warehouse(standing=Standing.GOVERNMENT, **{CAPITAL: [pipe("100.00")]})
    assert not list(every_line(by=PUBLIC))
    assert not amounts_of({line.terms.key: line.terms.codes for line in every_line(by=world.office)}, by=PUBLIC)
    assert amounts(by=world.office)


def test_lines_are_found_by_words_and_by_whose_they_are(warehouse):
    warehouse(**{CAPITAL: [pipe("1.00"), figure("mun-eth", "2.00", project="Depot")]})
    assert [line.terms.codes.project for line in find_lines(by=PUBLIC, text="bulk water")] == ["P1"]
    assert [line.terms.codes.project for line in find_lines(by=PUBLIC, institutions=["mun-eth"])] == ["Depot"]
    assert [line.terms.codes.project for line in find_lines(by=PUBLIC, limit=1)] == ["Depot"]
    assert not find_lines(by=PUBLIC, text="nothing like it")
    assert not find_lines(by=PUBLIC, is_sample=True)
    assert len(find_lines(by=PUBLIC, is_sample=False)) == 2


def test_a_line_is_written_down_once_and_keeps_its_key(warehouse):
    warehouse(**{CAPITAL: [pipe("1.00")]})
    [line] = every_line(by=PUBLIC)
    first, second = (record_line(line.terms, build=now_serving()) for _turn in range(2))
    assert first == second
    assert first.label == "P1 · Bulk · Water · V1"
    assert codes_of(BudgetLine.objects.all()) == {line.terms.key: line.terms.codes}


def test_a_line_of_nobody_in_the_register_is_not_written_down(warehouse):
    warehouse(**{CAPITAL: [pipe("1.00")]})
    [line] = every_line(by=PUBLIC)
    stranger = replace(line.terms, codes=replace(line.terms.codes, institution="nobody"))
    with pytest.raises(RuleBroken, match="not in the register"):
        record_line(stranger, build="b")
    assert not BudgetLine.objects.exists()


def test_without_a_build_it_is_said(settings, tmp_path, db):
    settings.HOME = tmp_path
    with pytest.raises(NothingBuilt):
        now_serving()
    with pytest.raises(NothingBuilt), reading():
        pass
