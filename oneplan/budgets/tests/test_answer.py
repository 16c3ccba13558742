"""Questions of money: exact, by any name, from the smallest table; and what may not be added is not."""

from decimal import Decimal

import pytest

from oneplan.access.actors import PUBLIC
from oneplan.budgets.assembling import Part
from oneplan.budgets.choices import AmountType, How, Length, Statement
from oneplan.budgets.cube import Question, answer, ask_by, read_by, read_cuts, read_order
from oneplan.budgets.cube.planning import planned
from oneplan.budgets.cube.writing import written
from oneplan.budgets.tests.conftest import built_of, receive
from oneplan.budgets.tests.records import figure
from oneplan.platform.errors import RuleBroken
from oneplan.warehouse import engines
from oneplan.warehouse.statements import kept
from tests.kept import kept_fixture

pytestmark = pytest.mark.django_db
ORIGINAL = {"amount_type": "original"}


def said(question, by=PUBLIC):
    """The cells as (labels …, rand)."""
    found = answer(question, by=by)
    return [
        (*(found.labels.get(each.name, {}).get(key, {}).get("code", key)
           for each, key in zip(question.by, cell.key, strict=True)), cell.amount)
        for cell in found.cells
    ]  # fmt: skip


def build(_world):
    return built_of(municipal_income_expenditure=[
        figure("mun-ec157", "10", function="f:water"), figure("mun-ec157", "5", function="f:roads"),
        figure("mun-dc15", "20", function="f:water"), figure("mun-eth", "40", function="f:water", year=2023),
        figure("mun-eth", "80", function="f:water"),
    ])  # fmt: skip


kept_warehouse = kept_fixture(build)


@pytest.fixture
def two_spaces(lent):
    return lent


@pytest.mark.parametrize(
    ("by", "cuts", "cells"),
    [
        ("", "", [("155",)]),
        ("function", "", [("roads", "5"), ("water", "150")]),
        ("institution.space", "function.code:water", [("DC15", "30"), ("ETH", "120")]),
        ("space.code", "", [("DC15", "35"), ("ETH", "120")]),
        ("financial_year.start", "space.code:ETH", [(2023, "40"), (2024, "80")]),
        ("institution", 'space.code:"DC15"|function:water', [("mun-dc15", "20"), ("mun-ec157", "10")]),
        ("demarcation.code", "financial_year_end.year:2024", [("ETH", "40")]),
        ("function|space.code", "financial_year.start:2024;2023|institution.code:mun-eth;mun-dc15",
         [("water", "DC15", "20"), ("water", "ETH", "120")]),
        ("function", "space.code:DC36", []),
    ],
)  # fmt: skip
def test_totals_are_exact_by_every_name(two_spaces, by, cuts, cells):
    question = Question(read_by(by), read_cuts(cuts))
    expected = [(*cell[:-1], Decimal(cell[-1])) for cell in cells]
    assert sorted(said(question), key=str) == sorted(expected, key=str)


def test_the_smallest_table_that_has_what_is_asked_answers(two_spaces):
    assert answer(ask_by("function"), by=PUBLIC).source == "by_year"
    assert answer(ask_by("function", institution="mun-eth"), by=PUBLIC).source == "by_institution"
    assert answer(ask_by("item", function="water"), by=PUBLIC).source == "by_item"
    assert answer(ask_by("project"), by=PUBLIC).source == "facts"


def test_pages_hold_part_of_the_cells_and_the_total_of_all(two_spaces):
    question = Question(read_by("institution"), order=read_order("amount:desc", read_by("institution")), page_size=2)
    first, second = (answer(Question(**{**vars(question), "page": page}), by=PUBLIC) for page in (1, 2))
    assert [cell.amount for cell in first.cells] == [Decimal(120), Decimal(20)]
    assert [cell.amount for cell in second.cells] == [Decimal(15)]
    assert {found.total.amount for found in (first, second) if found.total} == {Decimal(155)}
    assert first.cell_count == 3


def test_a_page_behind_the_last_still_tells_the_total_of_all(two_spaces):
    found = answer(Question(read_by("institution"), page=3, page_size=2), by=PUBLIC)
    assert found.total
    assert (found.cells, found.total.amount, found.cell_count) == ([], Decimal(155), 3)


def test_a_top_list_and_its_total_are_one_statement(two_spaces, monkeypatch):
    asked = []

    def counted(*given):
        asked.append(given)
        return engines.ask(*given)

    monkeypatch.setattr("oneplan.budgets.cube.answering.ask", counted)
    by = read_by("institution")
    found = answer(Question(by, order=read_order("amount:desc", by), page_size=1), by=PUBLIC)
    assert found.total
    assert [cell.amount for cell in found.cells] == [Decimal(120)]
    assert (found.total.amount, found.cell_count) == (Decimal(155), 3)
    assert len(asked) == 1


def test_rand_of_which_only_a_later_part_falls_to_a_place_is_not_nothing(warehouse, monkeypatch):
    """The first part of a figure counts it; a place may have another part alone."""
    halves = [Part(0, How.NOT_PLACED, Decimal("0.5")), Part(1, How.INDIVISIBLE, Decimal("0.5"))]
    monkeypatch.setattr("oneplan.budgets.placing.Placer.__call__", lambda self, asked: [halves for _each in asked])
    warehouse(municipal_income_expenditure=[figure("mun-eth", "10")])
    found = answer(ask_by(place="ZA"), by=PUBLIC)
    assert [(cell.amount, cell.figures) for cell in found.cells] == [(Decimal(5), 0)]


def test_a_sum_longer_than_any_figure_is_exact_to_the_cent(warehouse):
    """Each release tells as much as one may; eleven years of it have a digit more than a figure can."""
    for year in range(2013, 2024):
        receive("municipal-income-expenditure", [figure("mun-eth", "999999999999999.99", year=year)])
    warehouse()
    found = answer(ask_by("institution"), by=PUBLIC)
    assert [cell.amount for cell in found.cells] == [Decimal("10999999999999999.89")]
    assert '"amount.gross":"10999999999999999.89"' in written(found)


def test_a_question_is_answered_by_the_build_with_which_it_began(warehouse, monkeypatch):
    """Numbers of places and functions differ from build to build: codes of one must never be asked of another."""
    first = warehouse(municipal_income_expenditure=[figure("mun-eth", "10", function="f:water")])

    def then_another_is_served(*given):
        plan = planned(*given)
        receive("municipal-income-expenditure", [figure("mun-eth", "7", function="f:air", year=2023)])
        warehouse()
        return plan

    monkeypatch.setattr("oneplan.budgets.cube.answering.planned", then_another_is_served)
    question = ask_by("function", function="water")
    begun = answer(question, by=PUBLIC)
    monkeypatch.undo()
    assert (begun.build, [cell.amount for cell in begun.cells]) == (first.name, [Decimal(10)])
    assert said(question) == [("water", Decimal(10))]
    assert said(ask_by("function")) == [("air", Decimal(7)), ("water", Decimal(10))]


def test_values_never_seen_before_need_no_new_statement(two_spaces):
    answer(ask_by("function", institution="mun-eth", **ORIGINAL), by=PUBLIC)
    misses = kept.misses
    answer(ask_by("function", institution="mun-dc15", **ORIGINAL), by=PUBLIC)
    answer(ask_by("function", institution="mun-ec157", amount_type="audited"), by=PUBLIC)
    assert kept.misses == misses


def test_a_grant_through_three_spheres_is_counted_once(warehouse):
    """R100 from the nation: R60 on to a municipality by the province, which spends R40; the municipality spends R60."""
    warehouse(
        receivers={"e:to-provinces": "provincial", "e:to-municipalities": "local"},
        national_expenditure=[figure("nat-dws", "100", item="e:to-provinces")],
        provincial_expenditure=[
            figure("ec-health", "60", item="e:to-municipalities"), figure("ec-health", "40", item="e:goods"),
        ],
        municipal_capital=[figure("mun-ec157", "60", statement=Statement.CAPITAL)],
    )  # fmt: skip
    [cell] = answer(ask_by(), by=PUBLIC).cells
    assert (cell.gross, cell.passed_on, cell.amount) == (Decimal(260), Decimal(160), Decimal(100))
    by_sphere = answer(ask_by("institution.sphere"), by=PUBLIC)
    assert {cell.key[0]: cell.amount for cell in by_sphere.cells} == {
        "national": Decimal(100), "provincial": Decimal(100), "local": Decimal(60),
    }  # fmt: skip
    assert by_sphere.total is not None
    assert (by_sphere.total.gross, by_sphere.total.passed_on, by_sphere.total.amount) == (
        Decimal(260),
        Decimal(160),
        Decimal(100),
    )
    assert "stands in two lines, once in the total" in by_sphere.notes[-1]
    [two] = answer(ask_by(institution__sphere=["national", "provincial"]), by=PUBLIC).cells
    assert (two.gross, two.passed_on) == (Decimal(200), Decimal(100))


REFUSED = [
    ([figure("mun-eth", "1"), figure("mun-eth", "2", amount_type=AmountType.AUDITED)],
     "Original budget and Actual, audited", "amount_type.code"),
    ([figure("mun-eth", "1"), figure("mun-eth", "2", statement=Statement.REVENUE)],
     "Revenue", "statement.code"),
    ([figure("mun-eth", "1"), figure("mun-eth", "2", basis=4)], "begin in different months", "first_month"),
    ([figure("mun-eth", "1"), figure("mun-eth", "2", length=Length.MONTH, period=3)], "already holds", "period.length"),
]  # fmt: skip


@pytest.mark.parametrize(("figures", "why", "remedy"), REFUSED)
def test_what_may_not_be_added_is_refused_in_words(warehouse, figures, why, remedy):
    warehouse(municipal_income_expenditure=figures)
    with pytest.raises(RuleBroken, match=why) as refusal:
        answer(ask_by("institution"), by=PUBLIC)
    assert remedy in refusal.value.sentence


@pytest.mark.parametrize(("figures", "why", "remedy"), REFUSED)
def test_what_may_not_be_added_can_be_asked_apart(warehouse, figures, why, remedy):
    warehouse(municipal_income_expenditure=figures)
    apart = ["amount_type", "statement", "financial_year.first_month", "period.length"]
    found = answer(ask_by("institution", *apart), by=PUBLIC)
    assert sorted(cell.amount for cell in found.cells) == [Decimal(1), Decimal(2)]
    assert found.total is None  # a sum of them all would add the same


def test_operating_and_capital_spending_may_be_added(warehouse):
    warehouse(municipal_income_expenditure=[figure("mun-eth", "1")],
              municipal_capital=[figure("mun-eth", "2", statement=Statement.CAPITAL)])  # fmt: skip
    assert said(ask_by("institution")) == [("mun-eth", Decimal(3))]


def test_years_that_begin_in_different_months_are_added_only_when_asked(warehouse):
    warehouse(municipal_income_expenditure=[figure("mun-eth", "1")],
              national_expenditure=[figure("nat-dws", "2", basis=4)])  # fmt: skip
    labelled = Question(read_by("financial_year.start"), years_as_labelled=True)
    assert said(labelled) == [(2024, Decimal(3))]


def test_datasets_that_tell_the_same_rand_are_never_added(warehouse):
    warehouse(municipal_income_expenditure=[figure("mun-eth", "1")], municipal_projects=[figure("mun-eth", "2")])
    assert said(ask_by("institution")) == [("mun-eth", Decimal(1))]  # without a name the main ones are meant
    with pytest.raises(RuleBroken, match="the same rand in different ways"):
        answer(ask_by("institution", dataset=["municipal-income-expenditure", "municipal-projects"]), by=PUBLIC)
    assert said(ask_by("dataset")) == [
        ("municipal-income-expenditure", Decimal(1)), ("municipal-projects", Decimal(2)),
    ]  # fmt: skip


def test_real_and_invented_figures_are_never_in_one_total(warehouse):
    receive("municipal-income-expenditure", [figure("mun-eth", "7")], standing="sample")
    warehouse(municipal_income_expenditure=[figure("mun-eth", "1", year=2023)])
    assert said(ask_by("institution")) == [("mun-eth", Decimal(1))]
    assert said(Question(read_by("institution"), is_sample=True)) == [("mun-eth", Decimal(7))]


def test_what_is_inside_government_is_in_no_total_of_the_public(warehouse, world):
    receive("municipal-income-expenditure", [figure("mun-eth", "7")], standing="government")
    warehouse(municipal_income_expenditure=[figure("mun-eth", "1", year=2023)])
    assert said(ask_by("institution")) == [("mun-eth", Decimal(1))]
    assert said(ask_by("institution"), by=world.thandi) == [("mun-eth", Decimal(1))]
    assert said(ask_by("institution"), by=world.analyst) == [("mun-eth", Decimal(8))]


@pytest.mark.parametrize(
    ("read", "text", "why"),
    [
        (read_cuts, "functon.code:water", "There is nothing called “functon.code”.*function.code"),
        (read_cuts, f'function.code:{" " * 3_990}"x', "cannot be read from"),  # at once, whatever its length
        (read_cuts, "function.code=water", "cannot be read from “function.code=water”"),
        (read_by, "function|function.code", "stands twice"),
        (lambda text: read_order(text, ()), "amount:down", "not with “down”"),
        (lambda text: read_order(text, ()), "function.code", "only be ordered by"),
    ],
)
def test_what_cannot_be_read_is_answered_in_words(read, text, why):
    with pytest.raises(RuleBroken, match=why):
        read(text)
