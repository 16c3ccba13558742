"""Taking in: through the pages' own actions, all chosen rows or none, remembered with the workbook's name."""

from datetime import date
from decimal import Decimal

import pytest

from oneplan.commitments.actions import amend_commitment
from oneplan.commitments.models import Commitment, Pledge
from oneplan.plans.models import Finding, Outcome
from oneplan.platform.errors import NotAllowed, RuleBroken, StaleRevision
from oneplan.platform.models import LogEntry
from oneplan.workbooks import actions
from oneplan.workbooks.choices import ReturnState, Standing
from oneplan.workbooks.models import WorkbookReturn
from oneplan.workbooks.tests.conftest import comparison_of


def take(row, by, choices=None):
    if choices:
        actions.decide_return(row, choices, by=by)
    return actions.take_in(row, seal=comparison_of(row, by).seal, by=by)


def test_changes_of_every_sheet_are_taken_in_and_remembered(waterberg):
    hub, paper = waterberg.world.hub36, waterberg.paper(waterberg.issue())
    pledge = Pledge.objects.get(party__commitment=waterberg.water)
    paper.put("commitments", waterberg.water.ref, title="Bulk water to all", serves="O-001; S-001", target=None)
    paper.put("pledges", f"P-{pledge.pk}", amount=41_000_000.5, status="Tabled")
    paper.put("findings", "F-001", statement="Water does not reach the east.\nNot in winter either.", ward=None)
    paper.put("outcomes", "O-001", target=95.5, target_year=2033)
    paper.put("strategies", "S-001", findings=None, municipal_areas="LIM362; LIM366", whole_space="No")
    row = waterberg.give_back(paper.save())
    assert not [each.issues for each in comparison_of(row).rows if each.issues]
    taken = take(row, hub)
    assert (taken.state, taken.summary["taken_count"], taken.summary["left"]) == (ReturnState.TAKEN_IN, 5, 0)
    water = Commitment.objects.get(pk=waterberg.water.pk)
    assert (water.title, water.target, water.total_cost) == ("Bulk water to all", None, Decimal("120000000.50"))
    assert sorted(water.services.values_list("element_ref", flat=True)) == ["O-001", "S-001"]
    pledge.refresh_from_db()
    assert (pledge.amount, pledge.status) == (Decimal("41000000.50"), "tabled")
    assert Finding.objects.get().statement.endswith("\nNot in winter either.")
    assert (Outcome.objects.get().target, Outcome.objects.get().target_year) == (Decimal("95.5"), 2033)
    for event in ("commitment.amended", "pledge.revised", "finding.revised", "outcome.revised", "strategy.revised"):
        reason = LogEntry.objects.filter(event=event).latest("pk").reason
        assert reason.startswith(f"Workbook {row.workbook.name}, returned by Hendrik"), event


def test_new_rows_become_proposals_and_their_pledges_find_them(waterberg):
    hub, paper = waterberg.world.hub36, waterberg.paper(waterberg.issue())
    paper.add("commitments", ref="NEW 1", title="A road to Steilwater", lead="nat-dws", area="services", kind="Project")
    paper.add("pledges", commitment="new 1", year="2027/28 PFMA", amount=7_000_000, status="Indicative")
    paper.add("outcomes", area="services", statement="Roads are passable after rain.")
    row = waterberg.give_back(paper.save())
    take(row, hub)
    road = Commitment.objects.get(title="A road to Steilwater")
    assert (road.lead_id, road.source, road.state) == ("nat-dws", f"Workbook {row.workbook.name}", "proposed")
    assert Pledge.objects.get(party__commitment=road).amount == Decimal(7_000_000)
    assert Outcome.objects.filter(statement="Roads are passable after rain.").exists()


def test_returned_twice_nothing_changed(waterberg):
    hub, paper = waterberg.world.hub36, waterberg.paper(waterberg.issue())
    paper.put("commitments", waterberg.water.ref, title="Bulk water to all")
    paper.add("commitments", title="A road", lead="nat-dws", area="services")
    paper.add("pledges", commitment=waterberg.water.ref, year="2028/29 PFMA", amount=3, status="Unfunded")
    path = paper.save()
    take(waterberg.give_back(path), hub)
    again = waterberg.give_back(path)
    assert comparison_of(again).rows == []
    paper.sheet("commitments").cell(paper.row("commitments", waterberg.clinic.ref) + 1, 6).value = "A road"
    paper.sheet("commitments").cell(paper.row("commitments", waterberg.clinic.ref) + 1, 7).value = "Of gravel"
    changed = [row for row in comparison_of(waterberg.give_back(paper.save())).rows if row.sheet.key == "commitments"]
    assert [row.standing for row in changed] == [Standing.REFUSED]
    assert Commitment.objects.filter(title="A road").count() == 1


def test_of_two_who_return_it_the_second_sees_what_the_first_changed(waterberg):
    hub, workbook = waterberg.world.hub36, waterberg.issue()
    first, second = waterberg.paper(workbook, "first.xlsx"), waterberg.paper(workbook, "second.xlsx")
    first.put("commitments", waterberg.water.ref, title="As the first says", unit="km").save()
    second.put("commitments", waterberg.water.ref, title="As the second says", start_on=date(2027, 6, 1)).save()
    take(waterberg.give_back(first.path), hub)
    row = waterberg.give_back(second.path, by=waterberg.world.coordinator)
    [stale] = comparison_of(row).rows
    assert stale.standing == Standing.STALE
    assert [each.now for each in stale.fields if each.key == "title"] == ["As the first says"]
    assert take(row, hub).summary["taken_count"] == 0  # nothing stale by itself
    assert Commitment.objects.get(pk=waterberg.water.pk).title == "As the first says"
    row = waterberg.give_back(second.path)
    sides = {"title": "now", "start_on": "theirs"}
    take(row, hub, {stale.key: {"take": True, "fields": sides}})
    water = Commitment.objects.get(pk=waterberg.water.pk)
    assert (water.title, water.unit, water.start_on) == ("As the first says", "km", date(2027, 6, 1))


def test_what_changed_since_it_was_shown_is_not_taken_in(waterberg):
    hub, paper = waterberg.world.hub36, waterberg.paper(waterberg.issue())
    row = waterberg.give_back(paper.put("commitments", waterberg.water.ref, title="Bulk water to all").save())
    seal = comparison_of(row).seal
    water = Commitment.objects.get(pk=waterberg.water.pk)
    amend_commitment(water, revision=water.revision, title="Another title", reason="Somebody was faster.", by=hub)
    with pytest.raises(StaleRevision, match="nothing was taken in"):
        actions.take_in(row, seal=seal, by=hub)
    assert Commitment.objects.get(pk=water.pk).title == "Another title"


def test_all_chosen_rows_or_none(waterberg):
    hub, paper = waterberg.world.hub36, waterberg.paper(waterberg.issue())
    paper.put("commitments", waterberg.water.ref, title="Bulk water to all")
    paper.add("commitments", ref="NEW 1", title="A road", lead="nat-dws", area="services")
    number = paper.add("pledges", commitment="NEW 1", year="2027/28 PFMA", amount=7, status="Indicative")
    row = waterberg.give_back(paper.save())
    road = next(each for each in comparison_of(row).rows if each.words == "A road")
    actions.decide_return(row, {road.key: {"take": False}}, by=hub)
    with pytest.raises(actions.RowsRefused) as refused:
        take(row, hub)
    assert [(issue.sheet, issue.row) for issue in refused.value.issues] == [("Pledges", number)]
    assert Commitment.objects.get(pk=waterberg.water.pk).title == "Bulk water to Lephalale"
    assert WorkbookReturn.objects.get(pk=row.pk).state == ReturnState.COMPARED


def test_a_deleted_row_stays_unless_somebody_withdraws_it(waterberg):
    hub, workbook = waterberg.world.hub36, waterberg.issue()
    paper = waterberg.paper(workbook)
    paper.sheet("commitments").delete_rows(paper.row("commitments", waterberg.clinic.ref))
    paper.sheet("findings").delete_rows(paper.row("findings", "F-001"))
    row = waterberg.give_back(paper.save())
    assert take(row, hub).summary["taken_count"] == 0
    assert Commitment.objects.get(pk=waterberg.clinic.pk).state == "proposed"
    row = waterberg.give_back(paper.path)
    gone = {each.key: {"take": True} for each in comparison_of(row).rows}
    assert set(gone) == {f"gone:commitments:{waterberg.clinic.ref}", "gone:findings:F-001"}
    take(row, hub, gone)
    assert Commitment.objects.get(pk=waterberg.clinic.pk).state == "withdrawn"
    assert Finding.objects.get().removed_at is not None


def test_a_party_changes_only_what_is_its_own(waterberg):
    world = waterberg.world
    planner, workbook = world.planner, waterberg.issue(by=world.planner, institution=world.dws)
    assert [row[0] for row in workbook.issued["sheets"]["commitments"]["rows"]] == [waterberg.water.ref]
    paper = waterberg.paper(workbook)
    paper.put("commitments", waterberg.water.ref, objective="Water for all")
    paper.put("findings", "F-001", statement="We say otherwise.")
    paper.add("commitments", ref="x", title="A dam", area="services")
    paper.add("pledges", commitment="x", year="2027/28 PFMA", amount=9, status="Indicative")
    paper.add("pledges", commitment=waterberg.clinic.ref, year="2027/28 PFMA", amount=9, status="Indicative")
    row = waterberg.give_back(paper.save(), by=planner)
    standings = {(each.sheet.key, each.words): each.standing for each in comparison_of(row).rows}
    assert standings[("findings", "We say otherwise.")] == Standing.REFUSED
    assert standings[("commitments", "Bulk water to Lephalale")] == Standing.CHANGED
    take(row, planner)
    dam = Commitment.objects.get(title="A dam")
    assert (dam.lead_id, dam.parties.get().pledges.get().amount) == ("nat-dws", Decimal(9))
    assert not Pledge.objects.filter(party__commitment=waterberg.clinic, amount=9).exists()


def test_a_workbook_is_only_for_those_who_may_read_the_draft(waterberg):
    world = waterberg.world
    for stranger in (world.thandi, world.charlie, world.public):
        with pytest.raises(NotAllowed):
            waterberg.issue(by=stranger)
    with pytest.raises(NotAllowed, match="its own people"):
        waterberg.issue(by=world.ayanda, institution=world.dws)
    with pytest.raises(RuleBroken, match="takes no part"):
        actions.issue_workbook(world.dc36, institution=type(world.dws).objects.get(pk="nat-tourism"), by=world.hub36)
    with pytest.raises(RuleBroken, match="do not speak"):
        actions.issue_workbook(world.dc36, language="tlh", by=world.hub36)
    paper = waterberg.paper(waterberg.issue())
    row = waterberg.give_back(paper.path, by=world.thandi)
    assert (row.state, "not issued" in row.errors[0]["message"] or "No such" in row.errors[0]["message"]) == (
        ReturnState.REFUSED,
        True,
    )


def test_who_only_reads_has_a_workbook_and_returns_nothing(waterberg):
    world = waterberg.world
    paper = waterberg.paper(waterberg.issue(by=world.analyst))
    paper.put("commitments", waterberg.water.ref, title="An analyst's title").save()
    row = waterberg.give_back(paper.path, by=world.analyst)
    assert (row.state, row.workbook) == (ReturnState.REFUSED, None)
    assert "change nothing in the plan" in row.errors[0]["message"]
    row = waterberg.give_back(paper.path)
    with pytest.raises(NotAllowed):
        take(row, world.analyst)
    with pytest.raises(NotAllowed, match="Make one of your institution"):
        waterberg.issue(by=world.planner)


def test_a_row_that_its_reader_may_not_change_is_refused_before(waterberg):
    paper, technical = waterberg.paper(waterberg.issue()), waterberg.world.technical
    paper.put("commitments", waterberg.water.ref, title="The committee's title")
    paper.put("findings", "F-001", statement="The committee found more.")
    row = waterberg.give_back(paper.save(), by=technical)
    told = {each.sheet.key: each for each in comparison_of(row).rows}
    assert told["commitments"].standing == Standing.REFUSED
    assert "Hub manager" in told["commitments"].issues[0].message
    assert take(row, technical).summary["taken"] == ["F-001"]
    assert Commitment.objects.get(pk=waterberg.water.pk).title == "Bulk water to Lephalale"


def test_a_return_can_be_refused_with_a_reason(waterberg):
    hub, paper = waterberg.world.hub36, waterberg.paper(waterberg.issue())
    row = waterberg.give_back(paper.path)
    with pytest.raises(RuleBroken, match="Say why"):
        actions.refuse_return(row, by=hub, reason="no")
    assert actions.refuse_return(row, by=hub, reason="It is last year's figures.").state == ReturnState.REFUSED
    with pytest.raises(RuleBroken, match="Refused"):
        actions.take_in(row, seal="", by=hub)


def test_a_deleted_row_that_changed_since_it_was_shown_is_not_withdrawn(waterberg):
    hub, paper = waterberg.world.hub36, waterberg.paper(waterberg.issue())
    paper.sheet("commitments").delete_rows(paper.row("commitments", waterberg.clinic.ref))
    row = waterberg.give_back(paper.save())
    shown = comparison_of(row)
    [gone] = shown.rows
    assert not gone.is_changed_here
    clinic = Commitment.objects.get(pk=waterberg.clinic.pk)
    amend_commitment(
        clinic, revision=clinic.revision, by=hub, reason="It became a hospital.", title="A hospital in Marapong"
    )
    row = actions.decide_return(row, {gone.key: {"take": True}}, by=hub)
    with pytest.raises(StaleRevision):
        actions.take_in(row, seal=shown.seal, by=hub)
    assert Commitment.objects.get(pk=clinic.pk).state == "proposed"
    assert comparison_of(row).rows[0].is_changed_here


def test_what_was_deleted_together_goes_together(waterberg):
    hub, paper = waterberg.world.hub36, waterberg.paper(waterberg.issue())
    pledge = waterberg.clinic.parties.get().pledges.get()
    for sheet, identity in (
        ("commitments", waterberg.clinic.ref), ("pledges", f"P-{pledge.pk}"), ("strategies", "S-001"),
        ("findings", "F-001"),
    ):  # fmt: skip
        paper.sheet(sheet).delete_rows(paper.row(sheet, identity))
    row = waterberg.give_back(paper.save())
    take(row, hub, {each.key: {"take": True} for each in comparison_of(row).rows})
    assert Commitment.objects.get(pk=waterberg.clinic.pk).state == "withdrawn"
    assert Finding.objects.get().removed_at is not None


def test_what_was_accepted_is_not_chosen_anew_by_somebody_else(waterberg):
    world, paper = waterberg.world, waterberg.paper(waterberg.issue())
    paper.sheet("commitments").delete_rows(paper.row("commitments", waterberg.clinic.ref))
    row = waterberg.give_back(paper.save())
    [gone] = comparison_of(row).rows
    actions.ask_taking(row, seal=comparison_of(row).seal, by=world.hub36)
    with pytest.raises(RuleBroken, match="Being taken in"):
        actions.decide_return(row, {gone.key: {"take": True}}, by=world.hub36)
    assert WorkbookReturn.objects.get(pk=row.pk).choices == {}
