"""The pages of money: numbers as sums by hand, refusals in words, samples marked, nothing of government for all."""

import io
import re
from decimal import Decimal

import pyarrow.parquet as pq
import pytest

from oneplan.budgets.assembling import Part
from oneplan.budgets.choices import AmountType, How, Length, Statement
from oneplan.budgets.tests.conftest import built_of, receive
from oneplan.budgets.tests.records import figure
from oneplan.warehouse import engines
from tests.kept import kept_fixture

pytestmark = pytest.mark.django_db
SPACE = "/spaces/DC15/budget/"
PAGES = ("/budgets/", SPACE, "/budgets/facts/", "/budgets/equity/")


def plain(response):
    """The words of a page with their rand as exact numbers."""
    text = re.sub(
        r'<data class="rand num" value="([^"]*)"[^>]*>.*?</data>', r" [\1] ", response.content.decode(), flags=re.S
    )
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def build(_world):
    """King Sabata Dalindyebo (EC157), in OR Tambo (DC15), and eThekwini."""
    return built_of(
        municipal_income_expenditure=[
            figure("mun-ec157", "100", function="f:water"), figure("mun-ec157", "60.50", function="f:roads"),
            figure("mun-eth", "1000", function="f:water"),
            figure("mun-ec157", "120", function="f:water", amount_type=AmountType.ADJUSTED),
            figure("mun-ec157", "90", function="f:water", amount_type=AmountType.AUDITED),
            figure("mun-ec157", "130", function="f:water", amount_type=AmountType.INDICATIVE_1, year=2025),
            figure("mun-ec157", "7", function="f:water", statement=Statement.REVENUE),
            figure("mun-ec157", "3", function="f:water", length=Length.MONTH, period=1),
        ],
    )  # fmt: skip


kept_warehouse = kept_fixture(build)


@pytest.fixture
def loaded(lent):
    return lent


def test_a_space_is_the_sum_of_its_budget_and_of_nothing_else(loaded, client):
    said = plain(client.get(SPACE, {"by": "function"}))
    assert "Original budget, 2024/25: [160.50]" in said
    assert "Water water [100.00]" in said
    assert "Roads roads [60.50]" in said
    assert "[1000.00]" not in said
    assert "[163.50]" not in said  # a year already holds its months


def test_a_budget_of_operating_or_capital_expenditure_alone_says_so(warehouse, client):
    alone, capital = "Of operating expenditure alone: no capital expenditure is in.", {"statement": Statement.CAPITAL}
    warehouse(municipal_income_expenditure=[figure("mun-ec157", "100"), figure("mun-eth", "5")])
    for path in ("/budgets/", SPACE):
        assert alone in plain(client.get(path))
        assert alone in b"".join(client.get(path, {"format": "csv"}).streaming_content).decode()
    warehouse(municipal_capital=[figure("mun-eth", "7", **capital), figure("mun-ec157", "9", year=2023, **capital)])
    assert alone not in plain(client.get("/budgets/"))
    assert alone in plain(client.get(SPACE))
    assert "Of capital expenditure alone" in plain(client.get(SPACE, {"year": "2023"}))


def test_where_no_figure_is_in_no_rand_is_shown(loaded, client):
    said = plain(client.get(SPACE, {"sphere": "provincial"}))
    assert "No figure is in for this." in said
    assert "[0.00]" not in said


def test_what_became_of_a_budget_stands_side_by_side(loaded, client):
    said = plain(client.get(SPACE))
    assert "Adjusted budget [120.00]" in said
    assert "Actual, audited [90.00]" in said
    assert "[30.00] of the budget was not spent ( 25,0 % )" in said.replace("\u00a0", " ")
    assert "2025/26: Indicative budget, one year ahead [130.00]" in said


def test_who_has_no_spending_in_is_not_counted_as_not_having_spent(loaded, client):
    """eThekwini has a budget of R1 000 and no spending in: the country's R30 is EC157's alone."""
    said = plain(client.get("/budgets/"))
    assert "[30.00] of the budget was not spent" in said
    assert "of the 1 return of which both are in" in said


def test_a_grant_through_three_spheres_stands_gross_passed_on_and_once(warehouse, client):
    warehouse(
        receivers={"e:to-provinces": "provincial", "e:to-municipalities": "local"},
        national_expenditure=[figure("nat-dws", "100", item="e:to-provinces")],
        provincial_expenditure=[
            figure("ec-health", "60", item="e:to-municipalities"), figure("ec-health", "40", item="e:goods"),
        ],
        municipal_capital=[figure("mun-ec157", "60", statement=Statement.CAPITAL)],
    )  # fmt: skip
    said = plain(client.get("/budgets/"))
    assert "Counted once [100.00] Gross, as each sphere reports it [260.00]" in said
    assert "Passed on to another sphere that reports it again [160.00]" in said


def test_the_country_adds_up_to_all(loaded, client):
    said = plain(client.get("/budgets/"))
    assert "Original budget, 2024/25: [1160.50] counted once" in said
    assert re.search(r"eThekwini ETH .*?no return no return \[1000.00\]", said)
    assert "and what is not placed [1160.50]" in said


def test_a_line_opens_and_the_way_back_is_shown(loaded, client):
    page = client.get(SPACE, {"by": "function"})
    [href] = re.findall(r'href="([^"]*)">Water</a>', page.content.decode())
    said = plain(client.get(SPACE + href.replace("&amp;", "&")))
    assert "Function: water" in said
    assert "[100.00]" in said
    assert "[60.50]" not in said.split("Conditional grants")[0].split("From budget to spending")[0]


def test_every_number_of_a_page_leads_to_figures_that_add_up_to_it(loaded, client):
    content = client.get(SPACE, {"by": "function"}).content.decode()
    links = set(re.findall(r'<a class="num-link" href="([^"]+)"><data class="rand num" value="([^"]+)"', content))
    apart = set()
    for href, amount in links:
        found = plain(client.get(href.replace("&amp;", "&")))
        total = re.search(r"The figures behind a number \[([-\d.]+)\]", found)
        if total is None or total[1] != amount:
            apart.add(amount)
    assert len(links) > 6
    assert apart == {"0.00"}  # a person's and a household's part of a total, which leads to the total's figures


def test_a_figure_that_is_shared_out_is_one_figure_in_every_place_into_which_it_falls(warehouse, client, monkeypatch):
    """Of two figures of R10, half lies nowhere; the other half falls to the country in two parts."""
    parts = [
        Part(0, How.NOT_PLACED, Decimal("0.5")), Part(1, How.APPORTIONED, Decimal("0.3")),
        Part(1, How.APPORTIONED, Decimal("0.2")),
    ]  # fmt: skip
    monkeypatch.setattr("oneplan.budgets.placing.Placer.__call__", lambda self, asked: [parts for _each in asked])
    warehouse(municipal_income_expenditure=[figure("mun-eth", "10"), figure("mun-eth", "10", function="f:roads")])
    said = plain(client.get("/budgets/facts/", {"cut": "place:ZA"}))
    assert "from 2 figures in 4 lines: what is shared out among places stands in a line for each." in said
    assert re.search(r"B1 Release 1 .*? 2 \[10.00\]", said)
    assert said.count("part 2 of its figure") == said.count("part 3 of its figure") == 2
    assert "from 2 figures." in plain(client.get("/budgets/facts/"))
    assert "from 2 figures." in plain(client.get("/budgets/facts/", {"cut": "how.code:not_placed"}))


def test_figures_tell_their_release_row_and_column(loaded, client):
    said = plain(client.get("/budgets/facts/", {"cut": "space.code:DC15|function:roads|amount_type:original"}))
    assert "[60.50] , from 1 figure" in said or "[60.50], from 1 figure" in said
    assert "B1 Release 1 A treasury; row 3 , column “Amount”" in said.replace("row 3,", "row 3 ,")


def test_replaced_figures_are_shown_when_asked(loaded, client, warehouse):
    warehouse(municipal_income_expenditure=[figure("mun-eth", "1100", function="f:water")])
    asked = {"cut": "institution:mun-eth"}
    assert "[1100.00]" in plain(client.get("/budgets/facts/", asked))
    earlier = plain(client.get("/budgets/facts/", asked | {"replaced": "yes"}))
    assert "[1000.00]" in earlier
    assert "[1100.00]" not in earlier


def test_what_may_not_be_added_has_figures_but_no_total(loaded, client):
    page = client.get("/budgets/facts/", {"cut": "institution:mun-ec157"})
    said = plain(page)
    assert "These figures have no total." in said
    assert "may not be added" in said
    assert "[60.50]" in said


def test_a_page_that_cannot_be_added_up_says_the_sentence(loaded, client, warehouse):
    warehouse(municipal_projects=[figure("mun-ec157", "5")])
    page = client.get(SPACE, {"cut": "dataset:municipal-projects;municipal-income-expenditure"})
    assert "This has no total." in plain(page)
    assert "They tell the same rand in different ways" in plain(page)


@pytest.mark.parametrize("path", PAGES[:3])
def test_a_cut_that_cannot_be_read_is_said(loaded, client, path):
    page = client.get(path, {"cut": "nothing.code:1"})
    assert page.status_code == 422
    assert "There is nothing called" in plain(page)


@pytest.mark.parametrize("path", PAGES)
def test_nothing_loaded_teaches_how_to_begin(warehouse, client, path):
    page = client.get(path)
    assert page.status_code == 200
    assert "No budget has been loaded yet" in plain(page)


@pytest.mark.parametrize("path", PAGES[:2])
def test_invented_figures_are_marked_and_alone(warehouse, client, path):
    warehouse(standing="sample", municipal_income_expenditure=[figure("mun-ec157", "9")])
    assert "invented" in plain(client.get(path))
    assert "[9.00]" in plain(client.get(path))
    warehouse(municipal_income_expenditure=[figure("mun-ec157", "5")])
    real = plain(client.get(path))
    assert "[5.00]" in real
    assert "[9.00]" not in real
    assert "[9.00]" in plain(client.get(path, {"sample": "yes"}))


@pytest.mark.parametrize("path", PAGES)
def test_nothing_inside_government_is_shown_to_everybody(warehouse, client, world, path):
    receive("municipal-capital", [figure("mun-ec157", "77123.45")], standing="government")
    warehouse(municipal_income_expenditure=[figure("mun-ec157", "5")])
    assert "77123.45" not in plain(client.get(path))
    assert "77128.45" not in plain(client.get(path))
    client.force_login(world.analyst.user)
    assert "77128.45" in plain(client.get(path))


def test_who_has_not_reported_is_no_return_and_never_zero(loaded, client):
    said = plain(client.get("/budgets/"))
    assert "2 of 257 returns in" in said
    assert "255 institutions: no return" in said
    assert "1 of 6 returns in" in plain(client.get(SPACE))
    equity = plain(client.get("/budgets/equity/"))
    assert "50 spaces have no figure in" in equity
    assert "Alfred Nzo DC44 no return no return" in equity


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_a_view_is_handed_out_with_its_source(loaded, client, form):
    answer = client.get(SPACE, {"by": "function", "format": form})
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if form == "csv":
        text = content.decode("utf-8-sig")
        assert "Municipal income and expenditure" in text
        assert "water,Water,100.00" in text
    if form == "parquet":
        table = pq.read_table(io.BytesIO(content))
        assert [str(each) for each in table["amount"].to_pylist()] == ["100.00", "60.50", "160.50"]
        assert table.schema.metadata[b"unit"] == b"rand"
    assert len(content) > 100


def test_a_part_is_given_to_a_changed_filter(loaded, client):
    part = client.get(SPACE, headers={"HX-Request": "true"})
    assert b"<html" not in part.content
    assert "[160.50]" in plain(part)


@pytest.mark.parametrize("path", PAGES)
def test_queries_and_questions_do_not_grow_with_rows(
    warehouse, client, path, django_assert_max_num_queries, monkeypatch
):
    asked = []

    def counted(*given):
        asked.append(given)
        return engines.ask(*given)

    monkeypatch.setattr("oneplan.budgets.cube.answering.ask", counted)
    counts = []
    for number in (2, 60):
        warehouse(municipal_income_expenditure=[
            figure("mun-ec157", str(at + 1), function=f"f:fn{at}") for at in range(number)
        ])  # fmt: skip
        client.get(path)
        asked.clear()
        with django_assert_max_num_queries(12):
            assert client.get(path).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_space_that_does_not_exist_is_404(loaded, client):
    assert client.get("/spaces/XX9/budget/").status_code == 404


# --- years of two calendars ----------------------------------------------------------------------------------------

BY_MONTHS = {"year": "2024", "type": "original", "years": "4"}


@pytest.fixture
def two_calendars(warehouse):
    """The nation in years from April, placed in OR Tambo; EC157 in two years from July; eThekwini in one of them."""
    warehouse(
        national_expenditure=[
            figure("nat-dws", "1000", basis=4, function="f:water", evidence={"municipality": "EC157"}),
        ],
        municipal_income_expenditure=[
            figure("mun-ec157", "120", year=2023, function="f:water"),
            figure("mun-ec157", "240", function="f:water"), figure("mun-eth", "500", function="f:water"),
        ],
    )  # fmt: skip


@pytest.mark.parametrize("path", ["/budgets/", SPACE])
def test_years_of_two_calendars_stand_as_labelled_until_their_reader_chooses(two_calendars, client, path):
    said = plain(client.get(path, {"year": "2024"}))
    assert "added as labelled, not by months" in said
    assert "Years brought to" not in said


@pytest.mark.parametrize(("path", "rand"), [("/budgets/", "1210.00"), (SPACE, "1210.00")])
def test_a_year_by_months_states_its_fractions_and_who_is_left_out(two_calendars, client, path, rand):
    said = plain(client.get(path, BY_MONTHS))
    assert f"Original budget, 2024/25 (April 2024 – March 2025): [{rand}]" in said
    assert "2023/24 July 3/12 1" in said
    assert "2024/25 July 9/12 1" in said
    assert "2024/25 April 12/12 1" in said
    assert "added as labelled" not in said
    assert ("eThekwini Metropolitan Municipality: 2023/24 is not in" in said) == (path == "/budgets/")


def test_every_number_of_a_year_by_months_leads_to_figures_that_add_up_to_it(two_calendars, client):
    content = client.get(SPACE, {**BY_MONTHS, "by": "function"}).content.decode()
    links = set(re.findall(r'<a class="num-link" href="([^"]+)"><data class="rand num" value="([^"]+)"', content))
    assert any("years=4" in href for href, _amount in links)
    for href, amount in links:
        found = plain(client.get(href.replace("&amp;", "&")))
        total = re.search(r"The figures behind a number \[([-\d.]+)\]", found)
        assert total is not None, href
        assert total[1] == amount or amount == "0.00", href


def test_figures_of_a_year_by_months_say_how_many_of_their_months_count(two_calendars, client):
    cut = {"cut": "institution:mun-ec157|financial_year.start:2024|amount_type:original", "years": "4"}
    said = plain(client.get("/budgets/facts/", cut))
    assert "The figures behind a number [210.00]" in said
    assert "[120.00] 3 of 12 months: [30.00]" in said
    assert "[240.00] 9 of 12 months: [180.00]" in said


def test_a_year_by_months_is_handed_out_with_its_method(two_calendars, client):
    answer = client.get(SPACE, {**BY_MONTHS, "format": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "April 2024 – March 2025" in text
    assert "3/12 of 2023/24 of years from July: 1 institution." in text


@pytest.mark.parametrize("path", ["/budgets/equity/", "/budgets/spatial/"])
def test_boards_by_space_take_years_by_months(two_calendars, client, path):
    said = plain(client.get(path, BY_MONTHS))
    assert "2023/24 July 3/12 1" in said
    assert "[1210.00]" in said
    assert "eThekwini Metropolitan Municipality: 2023/24 is not in" in said


# --- from budget to spending ---------------------------------------------------------------------------------------


def months(institution, amount, count, **said):
    return [
        figure(institution, amount, amount_type=AmountType.ACTUAL, length=Length.MONTH, period=n, **said)
        for n in range(1, count + 1)
    ]


def test_twelve_months_are_a_year_of_spending(warehouse, client):
    warehouse(municipal_income_expenditure=[
        figure("mun-ec157", "100"), figure("mun-ec157", "150", amount_type=AmountType.ADJUSTED),
        *months("mun-ec157", "10", 12),
    ])  # fmt: skip
    said = plain(client.get(SPACE, {"year": "2024"}))
    assert "[30.00] of the budget was not spent ( 20,0 % )" in said.replace("\u00a0", " ")
    assert "Actual, in the year all 12 months in [120.00]" in said
    assert "[100.00] [150.00] [120.00] Actual, in the year; all 12 months [30.00] 20,0 %" in said.replace("\u00a0", " ")


def test_rand_passed_on_month_by_month_is_counted_once_in_the_year(warehouse, client):
    """The nation gives R10 a month to a province, which spends R8 of it: a year of R216 gross is R96 once."""
    given = {"basis": 4, "item": "e:to-provinces"}
    warehouse(
        receivers={"e:to-provinces": "provincial"}, national_expenditure=months("nat-dws", "10", 12, **given),
        provincial_expenditure=months("ec-health", "8", 12, basis=4),
    )  # fmt: skip
    page = client.get("/budgets/", {"type": "actual"})
    assert "Actual, in the year all 12 months in [96.00]" in plain(page)
    [href] = set(re.findall(r'href="(/budgets/facts/[^"]+)"><data class="rand num" value="96.00"', step_of(page)))
    found = plain(client.get(href.replace("&amp;", "&")))
    assert "[96.00] counted once: [216.00] gross, less [120.00] passed on" in found


def step_of(page):
    """The table of the course of a page."""
    return page.content.decode().split("From budget to spending", 1)[1]


def test_eleven_months_are_no_year_and_nothing_is_unspent(warehouse, client):
    warehouse(municipal_income_expenditure=[figure("mun-ec157", "100"), *months("mun-ec157", "10", 11)])
    said = plain(client.get(SPACE, {"year": "2024"}))
    assert "of the budget was not spent" not in said
    assert "11 of 12 months in" in said
    assert "[100.00] no return 11 of 12 months in unknown" in said
    spending = plain(client.get(SPACE, {"year": "2024", "type": "actual"}))
    assert "Actual, in the year, 2024/25 (so far: 11 of 12 months in): [110.00]" in spending


def test_who_has_all_months_counts_beside_who_has_not(warehouse, client):
    warehouse(municipal_income_expenditure=[
        figure("mun-ec157", "100"), *months("mun-ec157", "5", 12), figure("mun-ec155", "900"),
        *months("mun-ec155", "7", 2),
    ])  # fmt: skip
    said = plain(client.get(SPACE, {"year": "2024"}))
    assert "[40.00] of the budget was not spent" in said
    assert "so far: 1 of 2 returns have all 12 months in; the others are not counted" in said
    assert (
        "Actual, in the year so far: 1 of 2 returns have all 12 months in; the others are not counted [60.00]" in said
    )


def test_who_tells_months_is_named_beside_a_table_of_whole_years(warehouse, client):
    warehouse(municipal_income_expenditure=[
        figure("mun-ec157", "60", amount_type=AmountType.ACTUAL), *months("mun-ec155", "5", 12),
        figure("mun-ec155", "100"), figure("mun-ec157", "100"),
    ])  # fmt: skip
    said = plain(client.get(SPACE, {"year": "2024", "type": "actual"}))
    assert "Actual, in the year, 2024/25: [60.00]" in said
    assert "1 return that tells months or quarters is in none of these lines" in said
    assert "Actual, in the year all 12 months in [120.00]" in said
    assert "[80.00] of the budget was not spent" in said


def test_months_of_a_budget_are_no_budget_of_a_year(warehouse, client):
    warehouse(municipal_income_expenditure=[
        *months("mun-ec157", "10", 12),
        *(figure("mun-ec157", "20", length=Length.MONTH, period=n) for n in range(1, 6)),
    ])  # fmt: skip
    said = plain(client.get(SPACE, {"year": "2024"}))
    assert "5 of 12 months in no return [120.00]" in said
    assert "of the budget was not spent" not in said


def test_an_audited_year_goes_before_the_months_of_it(warehouse, client):
    warehouse(municipal_income_expenditure=[
        figure("mun-ec157", "100"), figure("mun-ec157", "90", amount_type=AmountType.AUDITED),
        *months("mun-ec157", "5", 12),
    ])  # fmt: skip
    assert "[10.00] of the budget was not spent" in plain(client.get(SPACE, {"year": "2024"}))


def test_a_month_without_spending_on_something_was_reported_all_the_same(warehouse, client):
    warehouse(municipal_income_expenditure=[
        figure("mun-ec157", "100", function="f:roads"), *months("mun-ec157", "10", 12, function="f:water"),
        figure("mun-ec157", "40", function="f:roads", amount_type=AmountType.ACTUAL, length=Length.MONTH, period=3),
    ])  # fmt: skip
    said = plain(client.get(SPACE, {"year": "2024", "cut": "function:roads"}))
    assert "[60.00] of the budget was not spent" in said


def test_months_of_government_alone_do_not_make_a_year_for_everybody(warehouse, client, world):
    receive("municipal-income-expenditure", months("mun-ec157", "10", 12)[11:], standing="government")
    warehouse(municipal_income_expenditure=[figure("mun-ec157", "200"), *months("mun-ec157", "10", 11)])
    assert "11 of 12 months in" in plain(client.get(SPACE, {"year": "2024"}))
    client.force_login(world.analyst.user)
    assert "[80.00] of the budget was not spent" in plain(client.get(SPACE, {"year": "2024"}))


def test_figures_behind_spending_show_the_budget_beside_it(warehouse, client):
    warehouse(municipal_income_expenditure=[figure("mun-ec157", "100"), *months("mun-ec157", "10", 3)])
    cut = "institution:mun-ec157|financial_year.start:2024|statement.code:operating|amount_type:actual"
    said = plain(client.get("/budgets/facts/", {"cut": cut}))
    assert "so far: 3 of 12 months in" in said
    assert "This is no year’s total." in said
    assert "[100.00] no return 3 of 12 months in unknown" in said


# --- constant prices -----------------------------------------------------------------------------------------------


def test_an_index_is_chosen_and_each_rate_names_its_document(loaded, client):
    newest = plain(client.get("/budgets/", {"prices": "constant"}))
    assert "prices of 2025" in newest
    assert "were compared with no publication" not in newest
    assert "P0141, December 2020, Table B2, average of the year" in newest
    older = plain(client.get("/budgets/", {"prices": "constant", "deflator": "cpi-2024"}))
    assert "prices of 2024" in older
