"""Need beside money: drafts are their readers', money everybody's; need without money comes first."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from oneplan.access.actors import system
from oneplan.alignment.services import services_on
from oneplan.budgets.actions import build_warehouse
from oneplan.budgets.choices import AmountType, Length
from oneplan.budgets.models import BudgetRelease
from oneplan.budgets.tests.records import figure, keep_record
from oneplan.commitments.tests.factories import propose
from oneplan.plans.actions import open_edition, record_finding
from oneplan.spaces.models import Space
from oneplan.warehouse import store

pytestmark = pytest.mark.django_db
GAP = "/spaces/DC15/gap/"


@pytest.fixture
def money(settings, tmp_path, db):
    """DC15's water: R100 budgeted, R80 spent, by one municipality."""
    settings.HOME = tmp_path
    receive([
        figure("mun-ec157", "100", function="f:water"),
        figure("mun-ec157", "80", function="f:water", amount_type=AmountType.AUDITED),
    ])  # fmt: skip


def receive(figures):
    keep_record(store.release_folder("1" * 64), figures)
    BudgetRelease.objects.create(
        ref="B1", dataset="municipal-income-expenditure", layout="test", title="Release", source="A treasury",
        as_at=date(2024, 5, 1), received_at=datetime(2024, 6, 1, tzinfo=UTC), digest="1" * 64, rows=2, figures=2,
        total=sum((one["amount"] for one in figures), Decimal(0)),
    )  # fmt: skip
    build_warehouse(by=system("tests"))


@pytest.fixture
def need(db):
    """DC15's draft: households without sanitation, and a promise of water without money."""
    edition = open_edition(Space.objects.get(pk="DC15"), ruleset="framework_2020", start_year=2026, by=system("tests"))
    record_finding(
        edition,
        by=system("tests"),
        area="services",
        statement="Households share pit toilets",
        value=Decimal(4211),
        unit="households",
    )
    return propose(title="Bulk water to Mthatha", total_cost=Decimal("5000.00"))


def plain(response):
    text = re.sub(
        r'<data class="rand num" value="([^"]*)"[^>]*>.*?</data>', r" [\1] ", response.content.decode(), flags=re.S
    )
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_need_stands_beside_money_and_need_without_money_first(money, need, client, world):
    client.force_login(world.analyst.user)
    said = plain(client.get(GAP))
    assert "1 service is needed and no budget is known for it: sanitation." in said
    sanitation = re.search(r"Unfunded Sanitation .*?(?= Funded in part Water)", said)
    assert sanitation
    assert "Households share pit toilets" in sanitation[0]
    assert "none in" in sanitation[0]
    assert re.search(
        r"Water nothing said 1 commitment, 1 without money: .*? \[5000.00\] .*? \[100.00\] \[80.00\]", said
    )


def test_the_public_sees_money_and_no_draft(money, need, client):
    said = plain(client.get(GAP))
    assert "[100.00]" in said
    assert "pit toilets" not in said
    assert "Bulk water" not in said
    assert need.ref not in said


def test_need_is_shown_without_any_money(settings, tmp_path, need, client, world):
    settings.HOME = tmp_path
    client.force_login(world.analyst.user)
    said = plain(client.get(GAP))
    assert "No budget has been loaded yet" in said
    assert "Households share pit toilets" in said


def test_a_space_that_does_not_exist_is_404(client, db):
    assert client.get("/spaces/XX9/gap/").status_code == 404


def test_waste_water_is_sanitation_and_storage_is_water():
    services = services_on(date(2026, 1, 1))
    by_code = {each.code: each for each in services.services}
    assert services.of_function("Sewerage Waste water management Trading services") is by_code["sanitation"]
    assert services.of_function("Water Storage Water management") is by_code["water"]
    assert services.of_words("No clean WATER in 12 villages") is by_code["water"]
    assert services.of_words("A library") is None


def test_months_of_spending_are_no_year_of_it(settings, tmp_path, client):
    settings.HOME = tmp_path
    receive([
        figure("mun-ec157", "100", function="f:water"),
        *(figure("mun-ec157", "7", function="f:water", amount_type=AmountType.ACTUAL, length=Length.MONTH, period=n)
          for n in (1, 2, 3)),
    ])  # fmt: skip
    assert "Spent: Actual, in the year, 2024/25 (so far: 3 of 12 months in)" in plain(client.get(GAP))
