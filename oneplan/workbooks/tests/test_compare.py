"""Issued, returned, now: what is unchanged, changed, stale, new, gone and refused."""

from datetime import date
from decimal import Decimal

from oneplan.commitments.actions import amend_commitment
from oneplan.commitments.models import Commitment, Pledge
from oneplan.plans.models import Finding
from oneplan.workbooks.choices import ReturnState, Standing
from oneplan.workbooks.tests.conftest import comparison_of

REASON = "The engineers measured the pipe again."


def compared(row):
    assert row.state == ReturnState.COMPARED, row.errors
    found = comparison_of(row)
    assert found is not None
    return found


def test_a_workbook_returned_as_it_was_issued_changes_nothing(waterberg):
    paper = waterberg.paper(waterberg.issue())
    row = waterberg.give_back(paper.path)
    assert compared(row).rows == []
    assert row.summary["unchanged"] == row.summary["rows_read"] == 2 + 2 + 3 + 1 + 1 + 1


def test_a_file_saved_by_another_program_changes_nothing(waterberg):
    paper = waterberg.paper(waterberg.issue())
    assert compared(waterberg.give_back(paper.save())).rows == []


def test_one_changed_cell_is_one_change_field_by_field(waterberg):
    paper = waterberg.paper(waterberg.issue())
    paper.put("commitments", waterberg.water.ref, total_cost=130_000_000).save()
    [row] = compared(waterberg.give_back(paper.path)).rows
    assert (row.standing, row.id, row.words) == (Standing.CHANGED, waterberg.water.ref, "Bulk water to Lephalale")
    [field] = row.fields
    assert (field.key, field.value) == ("total_cost", Decimal("130000000.00"))
    assert "120\u00a0000\u00a0000,50" in field.issued
    assert "130\u00a0000\u00a0000,00" in field.theirs


def test_what_the_house_changed_meanwhile_stands_beside_it(waterberg):
    paper = waterberg.paper(waterberg.issue())
    paper.put("commitments", waterberg.water.ref, title="Bulk water to Marapong", unit="villages").save()
    water = Commitment.objects.get(pk=waterberg.water.pk)
    amend_commitment(
        water, revision=water.revision, title="Bulk water to all", finish_on=date(2031, 3, 31), reason=REASON,
        by=waterberg.world.hub36,
    )  # fmt: skip
    [row] = compared(waterberg.give_back(paper.path)).rows
    assert row.standing == Standing.STALE
    sides = {each.key: (each.issued, each.theirs, each.now, each.is_conflict) for each in row.fields}
    assert sides["title"] == ("Bulk water to Lephalale", "Bulk water to Marapong", "Bulk water to all", True)
    assert sides["finish_on"] == ("2030-03-31", "2030-03-31", "2031-03-31", False)
    assert sides["unit"] == ("", "villages", "", False)


def test_a_change_that_the_house_made_too_is_no_change(waterberg):
    paper = waterberg.paper(waterberg.issue())
    paper.put("commitments", waterberg.water.ref, title="Bulk water to all").save()
    water = Commitment.objects.get(pk=waterberg.water.pk)
    amend_commitment(water, revision=water.revision, title="Bulk water to all", reason=REASON, by=waterberg.world.hub36)
    row = waterberg.give_back(paper.path)
    assert compared(row).rows == []


def test_new_rows_are_proposals_and_deleted_rows_are_said(waterberg):
    paper = waterberg.paper(waterberg.issue())
    number = paper.add("commitments", ref="NEW 1", title="A road", lead="nat-dws", area="services")
    paper.sheet("findings").delete_rows(paper.row("findings", Finding.objects.get().ref))
    found = compared(waterberg.give_back(paper.save()))
    assert [(row.standing, row.row, row.id) for row in found.rows] == [
        (Standing.NEW, number, ""),
        (Standing.GONE, 0, "F-001"),
    ]
    assert found.counts == {"stale": 0, "refused": 0, "changed": 0, "new": 1, "gone": 1}


def test_what_the_house_would_refuse_is_shown_before_anything_is_taken_in(waterberg):
    paper = waterberg.paper(waterberg.issue())
    pledge = Pledge.objects.get(party__commitment=waterberg.water)
    paper.put("commitments", waterberg.water.ref, finish_on=date(2020, 1, 1))
    paper.put("pledges", f"P-{pledge.pk}", amount="many rand")
    paper.add("pledges", commitment="DC36-C-9999", year="2027/28 PFMA", amount=5, status="Committed")
    before = Commitment.objects.get(pk=waterberg.water.pk).revision
    row = waterberg.give_back(paper.save())
    told = {each.key: each.issues[-1].message for each in compared(row).rows}
    assert [each.standing for each in compared(row).rows] == [Standing.REFUSED] * 3
    assert "before it starts" in next(iter(told.values()))
    assert any("is not an amount" in words for words in told.values())
    assert any("no commitment “DC36-C-9999”" in words for words in told.values())
    assert Commitment.objects.get(pk=waterberg.water.pk).finish_on == date(2030, 3, 31)
    assert Commitment.objects.get(pk=waterberg.water.pk).revision == before
