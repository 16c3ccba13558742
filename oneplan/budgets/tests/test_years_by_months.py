"""Years that begin in different months, brought to one by months: exact fractions, nothing guessed, nothing lost."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneplan.budgets.choices import AmountType, Length, Statement
from oneplan.budgets.months import Window, part_of, settled, within
from oneplan.budgets.tests.conftest import built_of
from oneplan.budgets.tests.records import figure
from tests.kept import kept_fixture

AGGREGATE, FACTS = "/api/v1/budgets/aggregate", "/api/v1/budgets/facts"
MONTHS = {"length": Length.MONTH, "amount_type": AmountType.ACTUAL}

months = st.integers(1, 12)
figures = st.tuples(
    st.integers(-(10**13), 10**13), months, st.integers(2015, 2030),
    st.sampled_from([(Length.YEAR, 0), *((Length.QUARTER, n) for n in range(1, 5)),
                     *((Length.MONTH, n) for n in range(1, 13))]),
)  # fmt: skip


# --- what every figure keeps ---------------------------------------------------------------------------------------


@given(figures, months)
def test_the_years_of_a_figure_are_together_the_figure(told, first_month):
    cents, basis, year, (length, period) = told
    amount = Decimal(cents).scaleb(-2)
    parts = [part_of(amount, Window(first_month, y), basis, year, length, period) for y in range(year - 2, year + 3)]
    assert sum(parts) == amount
    assert parts[0] == parts[-1] == 0  # it reaches no farther than the years beside its own


@given(st.lists(figures, max_size=30), months)
def test_the_years_of_a_sum_are_together_the_sum_to_the_cent(every, first_month):
    """Sums are settled as the warehouse does: in twelfths, of the figures that lie in a year at all."""
    whole = 0
    for year in range(2013, 2034):
        window, upto, before = Window(first_month, year), 0, 0
        for cents, basis, at, (length, period) in every:
            ends, begins, of = within(window, basis, at, length, period)
            if ends > begins:
                upto += cents * ends * (12 // of)
                before += cents * begins * (12 // of)
        whole += settled(upto, before)
    assert whole == sum(each[0] for each in every)


@pytest.mark.parametrize(
    ("window", "basis", "year", "length", "period", "months_in"),
    [
        (Window(4, 2024), 7, 2024, Length.YEAR, 0, 9), (Window(4, 2024), 7, 2023, Length.YEAR, 0, 3),
        (Window(7, 2024), 4, 2024, Length.YEAR, 0, 9), (Window(7, 2024), 4, 2025, Length.YEAR, 0, 3),
        (Window(4, 2024), 4, 2024, Length.YEAR, 0, 12), (Window(4, 2024), 4, 2023, Length.YEAR, 0, 0),
        (Window(4, 2024), 7, 2023, Length.MONTH, 10, 1), (Window(4, 2024), 7, 2023, Length.MONTH, 9, 0),
        (Window(4, 2024), 7, 2024, Length.QUARTER, 3, 3), (Window(4, 2024), 7, 2024, Length.QUARTER, 4, 0),
        (Window(4, 2024), 10, 2024, Length.YEAR, 0, 6), (Window(4, 2024), 1, 2024, Length.YEAR, 0, 9),
        (Window(4, 2024), 3, 2024, Length.QUARTER, 1, 2),
    ],
)  # fmt: skip
def test_months_fall_where_the_calendar_puts_them(window, basis, year, length, period, months_in):
    upto, before, _of = within(window, basis, year, length, period)
    assert upto - before == months_in


# --- the interface -------------------------------------------------------------------------------------------------


def asked(client, **said):
    cut = said.pop("cut", "amount_type.code:original|financial_year.start:2024")
    return client.get(AGGREGATE, {"years": "apportioned", "first_month": 4, "cut": cut, **said})


def build(_world):
    """The nation in April years; EC157 in July years of which two are in; eThekwini in one alone."""
    return built_of(
        national_expenditure=[figure("nat-dws", "1000", basis=4)],
        municipal_income_expenditure=[
            figure("mun-ec157", "120", year=2023), figure("mun-ec157", "240.10"), figure("mun-eth", "500"),
        ],
    )  # fmt: skip


kept_warehouse = kept_fixture(build)


@pytest.fixture
def two_calendars(lent):
    return lent


@pytest.mark.django_db
def test_a_municipal_year_is_nine_twelfths_of_one_and_three_of_the_year_before(two_calendars, client):
    told = asked(client, drilldown="institution").json()
    # 120 × 3/12 + 240.10 × 9/12 = 30.00 + 180.075, settled: 420.10 − 1/4 of 240.10 … up to the end 300.075 → 300.08
    assert {cell["institution.code"]: cell["amount.sum"] for cell in told["cells"]} == {
        "nat-dws": "1000.00", "mun-ec157": "210.08",
    }  # fmt: skip
    assert told["summary"]["amount.sum"] == "1210.08"
    assert told["apportioned"]["months"] == "April 2024 – March 2025"
    assert [(each["first_month"], each["financial_year"], each["months"], each["of"])
            for each in told["apportioned"]["shares"]] == [
        (4, "2024/25", 12, 12), (7, "2023/24", 3, 12), (7, "2024/25", 9, 12),
    ]  # fmt: skip


@pytest.mark.django_db
def test_who_lacks_a_year_is_left_out_and_named(two_calendars, client):
    told = asked(client).json()
    assert told["apportioned"]["left_out"] == [{"label": "eThekwini Metropolitan Municipality",
                                                "missing": "2023/24 is not in"}]  # fmt: skip
    assert any("Left out" in note and "2023/24 is not in" in note for note in told["notes"])
    here = asked(client, cut="amount_type.code:original|financial_year.start:2024|space.code:DC15").json()
    assert here["apportioned"]["left_out"] == []  # nothing of eThekwini's lies there
    assert here["summary"]["amount.sum"] == "210.08"


@pytest.mark.django_db
def test_the_years_that_are_asked_for_are_together_what_was_there(warehouse, client):
    warehouse(municipal_income_expenditure=[
        figure("mun-ec157", amount, year=year, function=f"f:f{at}")
        for year in range(2019, 2026) for at, amount in enumerate(("0.01", "100.07", "-3.33", "12345678901.11"))
    ])  # fmt: skip
    whole: dict[str, Decimal] = {}
    for year in range(2020, 2025):
        cut = f"amount_type.code:original|financial_year.start:{year}"
        for cell in asked(client, cut=cut, drilldown="function").json()["cells"]:
            code = cell["function.code"]
            whole[code] = whole.get(code, Decimal(0)) + Decimal(cell["amount.sum"])
    told = {f"f{at}": Decimal(amount) for at, amount in enumerate(("0.01", "100.07", "-3.33", "12345678901.11"))}
    # April 2020 to March 2025: the last three months of 2019/20, four years, nine months of 2024/25. The rand of each
    # year is the same, so what is cut off at one edge is what the other adds: five years, to the cent.
    assert whole == {code: 5 * amount for code, amount in told.items()}


@pytest.mark.django_db
def test_months_are_taken_where_they_lie_and_years_by_twelfths(warehouse, client):
    """EC157 spent R100 in each month of 2023/24 and R10 in each of 2024/25; eThekwini tells whole years."""
    warehouse(municipal_income_expenditure=[
        *(figure("mun-ec157", "100" if year == 2023 else "10", year=year, period=n, **MONTHS)
          for year in (2023, 2024) for n in range(1, 13)),
        *(figure("mun-eth", "12", year=year, amount_type=AmountType.ACTUAL) for year in (2023, 2024)),
    ])  # fmt: skip
    told = asked(client, cut="amount_type.code:actual|financial_year.start:2024", drilldown="institution").json()
    assert {cell["institution.code"]: cell["amount.sum"] for cell in told["cells"]} == {
        "mun-ec157": "390.00", "mun-eth": "12.00",
    }  # fmt: skip
    assert told["apportioned"]["by_own_periods"] == {"month": 1}


@pytest.mark.django_db
def test_eleven_months_are_no_year(warehouse, client):
    warehouse(municipal_income_expenditure=[
        figure("mun-ec157", "10", period=n, **MONTHS) for n in range(1, 12)
    ])  # fmt: skip
    told = asked(client, cut="amount_type.code:actual|financial_year.start:2024", first_month=7).json()
    assert told["cells"] == []
    assert told["summary"] is None
    assert [each["missing"] for each in told["apportioned"]["left_out"]] == ["11 of 12 months in"]


@pytest.mark.django_db
def test_an_entity_with_a_year_of_its_own_is_apportioned_like_everybody(warehouse, client):
    warehouse(entity_capital_plans=[
        figure("soe-eskom", "1200", basis=4, statement=Statement.CAPITAL),
        *(figure("soe-transnet", "600", basis=10, year=year, statement=Statement.CAPITAL) for year in (2023, 2024)),
    ])  # fmt: skip
    cut = "dataset:entity-capital-plans|amount_type.code:original|financial_year.start:2024"
    plain = client.get(AGGREGATE, {"cut": cut})
    assert plain.status_code == 409
    assert "begin in different months" in plain.json()["detail"]
    told = asked(client, cut=cut).json()
    assert told["summary"]["amount.sum"] == "1800.00"  # 1200 + 6/12 of 600 + 6/12 of 600


@pytest.mark.django_db
def test_a_transfer_is_apportioned_with_the_year_of_who_passes_it_on(warehouse, client):
    warehouse(
        receivers={"e:to-municipalities": "local"},
        provincial_expenditure=[figure("ec-health", "60", basis=4, item="e:to-municipalities")],
        municipal_capital=[
            figure("mun-ec157", "60", statement=Statement.CAPITAL, year=year) for year in (2023, 2024)
        ],
    )  # fmt: skip
    told = asked(client).json()
    assert (told["summary"]["amount.gross"], told["summary"]["amount.passed_on"]) == ("120.00", "60.00")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "status", "sentence"),
    [
        ({"cut": "amount_type.code:original"}, 409, "ask once for each: financial_year.start:2024."),
        ({"cut": "amount_type.code:original|financial_year.start:2023;2024"}, 409,
         "ask once for each: financial_year.start:2023, then financial_year.start:2024."),
        ({"cut": "amount_type.code:original;audited|financial_year.start:2024"}, 409,
         "ask once for each: amount_type.code:original, then amount_type.code:audited."),
        ({"cut": "financial_year.start:2024"}, 409, "one kind of amount"),
        ({"drilldown": "financial_year.start"}, 409, "Ask once for each year"),
        ({"drilldown": "period.number"}, 409, "Ask once for each year"),
        ({"first_month": 13}, 422, ""),
        ({"first_month": 0}, 409, "first_month=4"),
        ({"cut": "amount_type.code:original|financial_year.start:2024|statement.code:position"}, 409, "is of a day"),
    ],
)  # fmt: skip
def test_what_cannot_be_apportioned_is_refused_with_a_remedy(two_calendars, client, said, status, sentence):
    answer = asked(client, **said)
    assert answer.status_code == status
    assert sentence in answer.json()["detail"]


@pytest.mark.django_db
def test_a_first_month_without_apportioning_is_not_passed_over_in_silence(two_calendars, client):
    assert client.get(AGGREGATE, {"first_month": 4}).status_code == 409


@pytest.mark.django_db
def test_figures_of_an_apportioned_year_say_how_much_of_them_lies_in_it(two_calendars, client):
    cut = "amount_type.code:original|financial_year.start:2024|institution:mun-ec157"
    told = client.get(FACTS, {"cut": cut, "years": "apportioned", "first_month": 4}).json()
    assert [(line["amount"], line["financial_year"], line["apportioned"]) for line in told["items"]] == [
        ("120.00", 2023, {"months": 3, "of": 12, "amount": "30.00"}),
        ("240.10", 2024, {"months": 9, "of": 12, "amount": "180.08"}),
    ]  # fmt: skip
    assert told["apportioned"]["financial_year"] == "2024/25"


@pytest.mark.django_db
def test_cells_come_in_order_and_by_pages(warehouse, client):
    warehouse(municipal_income_expenditure=[
        figure("mun-ec157", amount, year=year, function=f"f:{name}")
        for year, amounts in ((2023, ("10", "20", "900")), (2024, ("300", "200", "0")))
        for name, amount in zip(("a", "b", "c"), amounts, strict=True)
    ])  # fmt: skip
    pages = [asked(client, drilldown="function", order="amount:desc", pagesize=2, page=page).json() for page in (1, 2)]
    assert [[(c["function.code"], c["amount.sum"]) for c in page["cells"]] for page in pages] == [
        [("a", "227.50"), ("c", "225.00")], [("b", "155.00")],
    ]  # fmt: skip
    assert {page["summary"]["amount.sum"] for page in pages} == {"607.50"}
