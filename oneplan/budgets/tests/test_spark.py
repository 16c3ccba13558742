"""The way out of one machine: every measure on a Spark cluster gives what DuckDB gives, row for row."""

import shutil

import pytest

from oneplan.access.actors import PUBLIC
from oneplan.budgets.choices import AmountType, Length, Statement
from oneplan.budgets.cube import ATTRIBUTES, Question, answer, list_facts, read_by, read_cuts, read_order
from oneplan.budgets.tests.records import figure
from oneplan.warehouse import engines

pytestmark = [
    pytest.mark.django_db, pytest.mark.cluster,
    pytest.mark.skipif(shutil.which("java") is None, reason="needs Java (openjdk-17-jre-headless)"),
]  # fmt: skip

QUESTIONS = [
    Question(read_by(by), read_cuts(cuts), read_order(order, read_by(by)), page, size, years_as_labelled=True)
    for by, cuts, order, page, size in [
        ("", "amount_type:original|statement:operating", "", 1, 50),
        ("function", "demarcation.code:EC157|financial_year.start:2024|amount_type:original", "", 1, 50),
        ("institution|financial_year.start|function", "institution.space:DC15|amount_type:original", "", 1, 50),
        ("financial_year.start|function|amount_type|statement", "", "", 1, 50),
        ("item", "function.code:water;roads|amount_type:original", "amount:desc", 1, 2),
        ("item", "function.code:water;roads|amount_type:original", "amount:desc", 2, 2),
        ("project", "demarcation.code:ETH|financial_year.start:2024|amount_type:original", "amount:desc", 1, 50),
        ("period.number|amount_type", "demarcation.code:ETH|period.length:month", "", 1, 50),
        ("space.code|how", "amount_type:original|statement:operating;capital", "amount:desc", 1, 50),
        ("", "dataset:national-expenditure;provincial-expenditure;municipal-capital|amount_type:original", "", 1, 50),
        *((name, "amount_type:original|statement:operating|period.length:year", "", 1, 50) for name in ATTRIBUTES),
    ]
] + [
    Question(read_by(by), read_cuts(f"{cuts}|financial_year.start:2024"), read_order(order, read_by(by)), 1, size,
             first_month=first_month)
    for by, cuts, order, size, first_month in [
        ("", "amount_type.code:original", "", 50, 4), ("", "amount_type.code:original", "", 50, 7),
        ("function", "amount_type.code:original|institution.sphere:local", "amount:desc", 1, 4),
        ("space.code|institution.sphere", "amount_type.code:original", "", 50, 4),
        ("institution", "amount_type.code:actual", "", 50, 7),
    ]
]  # fmt: skip
# Five Java processes for a minute's work: compiling twice, and threads that collect, would cost more than they give.
BRIEF = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


@pytest.fixture
def loaded(warehouse):
    """A grant through three spheres, several years, months, projects, parts of a cent."""
    warehouse(
        receivers={"e:to-provinces": "provincial", "e:to-municipalities": "local"},
        municipal_income_expenditure=[
            *(figure("mun-ec157", f"{n}.0{n}", function=f, item=f"i:i{n}", year=2023 + n % 2)
              for n in range(1, 7) for f in ("f:water", "f:roads")),
            *(figure("mun-eth", f"{n * 11}.11", amount_type=AmountType.ACTUAL, length=Length.MONTH, period=n)
              for n in range(1, 13)),
            *(figure("mun-eth", f"{n}.33", project=f"P{n}") for n in range(1, 6)),
            figure("mun-dc15", "-3.10", evidence={"municipality": "EC157"}),
        ],
        national_expenditure=[figure("nat-dws", "100.01", item="e:to-provinces", basis=4)],
        provincial_expenditure=[
            figure("ec-health", "60.00", item="e:to-municipalities", basis=4), figure("ec-health", "40.01", basis=4),
        ],
        municipal_capital=[figure("mun-ec157", "60.00", statement=Statement.CAPITAL)],
    )  # fmt: skip


def test_a_cluster_answers_every_question_with_the_same_rows(loaded, settings, tmp_path_factory, monkeypatch):
    from oneplan.warehouse.tests.cluster import cluster

    monkeypatch.setenv("JAVA_TOOL_OPTIONS", BRIEF)
    here = [answer(question, by=PUBLIC) for question in QUESTIONS]
    lines = list_facts(Question(cuts=read_cuts("space.code:DC15")), by=PUBLIC).lines
    assert sum(len(found.cells) for found in here) > 60
    with cluster(tmp_path_factory.mktemp("spark")) as address:
        settings.WAREHOUSE_SPARK = address
        try:
            for question, expected in zip(QUESTIONS, here, strict=True):
                found = answer(question, by=PUBLIC)
                assert (found.cells, found.total, found.cell_count) == (
                    expected.cells, expected.total, expected.cell_count,
                ), question  # fmt: skip
            assert list_facts(Question(cuts=read_cuts("space.code:DC15")), by=PUBLIC).lines == lines
        finally:
            engines.leave_cluster()
