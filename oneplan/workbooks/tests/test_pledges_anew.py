"""A pledge that was deleted and written anew for the same year and source is a change of it."""

from decimal import Decimal

import pytest

from oneplan.commitments.actions import remove_pledge
from oneplan.commitments.models import Pledge
from oneplan.workbooks import actions
from oneplan.workbooks.choices import Standing
from oneplan.workbooks.tests.conftest import comparison_of


def anew(waterberg, paper, **cells):
    """The pledge to bulk water, deleted; and a row for the same year and source. Gives the pledge."""
    pledge = Pledge.objects.get(party__commitment=waterberg.water)
    paper.sheet("pledges").delete_rows(paper.row("pledges", f"P-{pledge.pk}"))
    given = {
        "commitment": waterberg.water.ref, "year": f"{pledge.financial_year.label} {pledge.basis}",
        "funding_source": pledge.funding_source, "amount": 41_000_000, "status": "Tabled",
    }  # fmt: skip
    paper.add("pledges", **(given | cells))
    return pledge


@pytest.mark.parametrize("institution", [None, "nat-dws", "Department of Water and Sanitation"])
def test_it_is_read_as_a_change(waterberg, institution):
    hub, paper = waterberg.world.hub36, waterberg.paper(waterberg.issue())
    pledge = anew(waterberg, paper, institution=institution)
    row = waterberg.give_back(paper.save())
    [change] = comparison_of(row).rows
    assert (change.standing, change.id, change.issues) == (Standing.CHANGED, f"P-{pledge.pk}", [])
    assert {each.key for each in change.fields} >= {"amount", "status"}
    assert actions.take_in(row, seal=comparison_of(row).seal, by=hub).summary["taken"] == [f"P-{pledge.pk}"]
    pledge.refresh_from_db()
    assert (pledge.amount, pledge.status) == (Decimal(41_000_000), "tabled")
    assert comparison_of(waterberg.give_back(paper.path)).rows == []


def test_of_another_year_or_institution_it_is_another_pledge(waterberg):
    paper = waterberg.paper(waterberg.issue())
    anew(waterberg, paper, institution="lim-health")
    assert [each.standing for each in comparison_of(waterberg.give_back(paper.save())).rows] == [
        Standing.NEW, Standing.GONE
    ]  # fmt: skip


def test_of_two_rows_for_one_deleted_pledge_the_second_is_refused(waterberg):
    paper = waterberg.paper(waterberg.issue())
    anew(waterberg, paper)
    source = Pledge.objects.get(party__commitment=waterberg.water).funding_source
    year = Pledge.objects.get(party__commitment=waterberg.water).financial_year
    paper.add("pledges", commitment=waterberg.water.ref, year=f"{year.label} {year.basis}", funding_source=source,
              amount=5, status="Indicative")  # fmt: skip
    rows = comparison_of(waterberg.give_back(paper.save())).rows
    assert [each.standing for each in rows] == [Standing.CHANGED, Standing.REFUSED]
    assert "from this source already" in rows[1].issues[0].message


def test_a_pledge_that_the_house_removed_meanwhile_is_a_new_one(waterberg):
    hub, paper = waterberg.world.hub36, waterberg.paper(waterberg.issue())
    pledge = anew(waterberg, paper)
    remove_pledge(pledge, by=hub, reason="It was written down twice.")
    row = waterberg.give_back(paper.save())
    assert [each.standing for each in comparison_of(row).rows] == [Standing.NEW]
    actions.take_in(row, seal=comparison_of(row).seal, by=hub)
    assert Pledge.objects.get(party__commitment=waterberg.water).amount == Decimal(41_000_000)


def test_it_lacks_what_a_pledge_must_have(waterberg):
    paper = waterberg.paper(waterberg.issue())
    anew(waterberg, paper, status=None)
    [row] = comparison_of(waterberg.give_back(paper.save())).rows
    assert row.standing == Standing.REFUSED
    assert "funding status" in row.issues[0].message
