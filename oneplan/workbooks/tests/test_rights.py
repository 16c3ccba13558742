"""Who may take a row in is asked of whoever looks, and answered as the row's own action answers."""

from decimal import Decimal

import pytest
from django.db import transaction

from oneplan.access.actors import system
from oneplan.access.roles import Role
from oneplan.commitments.actions import propose_commitment, set_shares
from oneplan.commitments.models import Commitment, Pledge
from oneplan.periods import clock
from oneplan.platform.models import LogEntry
from oneplan.workbooks import actions
from oneplan.workbooks.actions.keeping import taking
from oneplan.workbooks.choices import Standing
from oneplan.workbooks.models import WorkbookReturn
from oneplan.workbooks.tests.conftest import comparison_of


def of_every_kind(waterberg):
    """A return with a row of every kind: changed, added and deleted, of the space and of institutions."""
    paper = waterberg.paper(waterberg.issue())
    water, clinic = (Pledge.objects.get(party__commitment=each) for each in (waterberg.water, waterberg.clinic))
    paper.put("commitments", waterberg.water.ref, title="Bulk water to all", serves=None)
    paper.put("outcomes", "O-001", unit="households")
    paper.put("pledges", f"P-{water.pk}", amount=41_000_000)
    paper.add("commitments", ref="NEW 1", title="A road", lead="nat-dws", area="services")
    paper.add("commitments", ref="NEW 2", title="A ward", lead="lim-health", area="services")
    paper.add("pledges", commitment="new 1", year="2027/28 PFMA", amount=7, status="Indicative")
    paper.add("pledges", commitment=waterberg.clinic.ref, year="2029/30 PFMA", amount=7, status="Indicative")
    paper.add("findings", area="services", statement="The roads are bad.", source="A walk")
    paper.sheet("commitments").delete_rows(paper.row("commitments", waterberg.clinic.ref))
    paper.sheet("pledges").delete_rows(paper.row("pledges", f"P-{clinic.pk}"))
    paper.sheet("strategies").delete_rows(paper.row("strategies", "S-001"))
    return waterberg.give_back(paper.save())


def test_every_answer_is_that_of_the_row_s_own_action(waterberg):
    world, row = waterberg.world, of_every_kind(waterberg)
    row = WorkbookReturn.objects.get(pk=row.pk)
    person = world._person
    cast = [
        world.hub36, world.technical, world.coordinator, world.office, world.planner, world.ayanda, world.thandi,
        world.analyst, world.charlie, person("Elsewhere", Role.CONTRIBUTOR, "institution:lim-health"),
        person("Committee", Role.POLITICAL_COMMITTEE_MEMBER, "space:DC36"),
    ]  # fmt: skip
    rows = comparison_of(row, system("tests")).rows
    assert {each.standing for each in rows} == {Standing.CHANGED, Standing.NEW, Standing.GONE}
    seen = set()
    for actor in cast:
        told = {each.key: each for each in comparison_of(row, actor).rows}
        for each in rows:
            chosen = [(each, each.values)]
            if str(each.values.get("commitment", "")).startswith("new"):  # a pledge leans on its new commitment
                chosen = [(lean, lean.values) for lean in rows if lean.values.get("ref") == "NEW 1"] + chosen
            with transaction.atomic():
                taken = taking(row, actor).rows(chosen)
                transaction.set_rollback(True)
            may = told[each.key].may_be_taken
            assert may == (each.key not in taken.refusals), (actor.name, each.key, taken.refusals.get(each.key))
            seen.add((each.sheet.key, each.standing, may))
    kinds = {(key, standing) for key, standing, _may in seen}
    assert seen == {(*kind, may) for kind in kinds for may in (True, False)}, "each kind was open to some, not to all"


def test_a_row_refused_to_one_reader_is_open_to_another_and_the_other_way_round(
    waterberg, django_capture_on_commit_callbacks
):
    world, paper = waterberg.world, waterberg.paper(waterberg.issue())
    paper.put("commitments", waterberg.water.ref, title="The committee's title")
    row = waterberg.give_back(paper.save(), by=world.technical)
    address = f"/workbooks/returns/{row.pk}/"
    technical, hub = world.client(world.technical), world.client(world.hub36)
    assert "It takes one of these roles" in technical.get(address).content.decode()
    page = hub.get(address).content.decode()
    assert "It takes one of these roles" not in page
    assert "Take this row in" in page
    assert technical.get(address + "report.json").json()["rows"][0]["standing"] == "refused"
    assert hub.get(address + "report.json").json()["rows"][0]["standing"] == "changed"
    [change] = comparison_of(row, world.hub36).rows
    choice = {"shown": change.key, f"take:{change.key}": "yes", "act": "take"}
    with django_capture_on_commit_callbacks(execute=True):
        hub.post(address + "decide/", {**choice, "seal": comparison_of(row, world.hub36).seal})
    assert Commitment.objects.get(pk=waterberg.water.pk).title == "The committee's title"

    paper = waterberg.paper(waterberg.issue())
    row = waterberg.give_back(paper.put("commitments", waterberg.water.ref, title="The hub's title").save())
    [change] = comparison_of(row, world.hub36).rows
    assert change.standing == Standing.CHANGED
    [same] = comparison_of(row, world.technical).rows
    assert same.standing == Standing.REFUSED


def test_what_one_with_the_right_chose_another_without_it_does_not_take_in(waterberg):
    world, paper = waterberg.world, waterberg.paper(waterberg.issue())
    paper.sheet("commitments").delete_rows(paper.row("commitments", waterberg.clinic.ref))
    paper.put("findings", "F-001", statement="The committee found more.")
    row = waterberg.give_back(paper.save())
    keys = {each.sheet.key: each.key for each in comparison_of(row).rows}
    row = actions.decide_return(row, {keys["commitments"]: {"take": True}}, by=world.hub36)
    told = {each.sheet.key: each for each in comparison_of(row, world.technical).rows}
    assert "Hub manager" in told["commitments"].note
    actions.take_in(row, seal=comparison_of(row, world.technical).seal, by=world.technical)
    assert Commitment.objects.get(pk=waterberg.clinic.pk).state == "proposed"


def test_a_commitment_of_another_space_is_the_other_space_s(waterberg):
    world = waterberg.world
    road = propose_commitment(world.dc15, by=world.thandi, title="A road between", lead=world.dws, area="services")
    set_shares(road, dict.fromkeys(("DC15", "DC36"), Decimal("0.5")), valid_from=clock.today(), by=system("tests"))
    paper = waterberg.paper(waterberg.issue())
    row = waterberg.give_back(paper.put("commitments", road.ref, title="A road across").save())
    assert [each.standing for each in comparison_of(row, world.hub36).rows] == [Standing.REFUSED]
    assert [each.standing for each in comparison_of(row, world.planner).rows] == [Standing.CHANGED]


def test_who_chose_what_is_remembered_when_it_is_taken_in(waterberg, django_capture_on_commit_callbacks):
    world, paper = waterberg.world, waterberg.paper(waterberg.issue())
    paper.sheet("commitments").delete_rows(paper.row("commitments", waterberg.clinic.ref))
    paper.put("commitments", waterberg.water.ref, title="Bulk water to all")
    paper.put("findings", "F-001", statement="There is more.")
    paper.put("outcomes", "O-001", unit="households")
    row = waterberg.give_back(paper.save())
    found = comparison_of(row)
    keys = {(each.sheet.key, each.standing): each.key for each in found.rows}
    gone, water = keys["commitments", Standing.GONE], keys["commitments", Standing.CHANGED]
    finding, outcome = keys["findings", Standing.CHANGED], keys["outcomes", Standing.CHANGED]
    row = actions.decide_return(row, {gone: {"take": True}, finding: {"take": False}}, by=world.coordinator)
    row = actions.decide_return(
        row, {gone: {"take": True}, finding: {"take": True}, water: {"take": True}}, by=world.hub36
    )  # the first is only confirmed, the second changed
    actions.take_in(row, seal=comparison_of(row, world.hub36).seal, by=world.hub36)
    chosen = {each["by"]: each for each in LogEntry.objects.get(event="workbook.taken_in").facts["chosen"]}
    assert chosen[world.coordinator.user_id]["take"] == [gone]
    assert sorted(chosen[world.hub36.user_id]["take"]) == sorted([finding, water])
    assert outcome not in str(chosen), "nobody touched it; it went as it stood"
    page = world.client(world.hub36).get(f"/workbooks/returns/{row.pk}/").content.decode()
    assert "Kagiso" in page
    assert "Hendrik" in page


@pytest.mark.parametrize("side", ["theirs", "now"])
def test_a_choice_field_by_field_is_remembered_too(waterberg, side):
    world, paper = waterberg.world, waterberg.paper(waterberg.issue())
    row = waterberg.give_back(paper.put("findings", "F-001", unit="villages").save())
    [change] = comparison_of(row).rows
    row = actions.decide_return(row, {change.key: {"take": True, "fields": {"unit": side}}}, by=world.hub36)
    actions.take_in(row, seal=comparison_of(row).seal, by=world.hub36)
    [chosen] = LogEntry.objects.get(event="workbook.taken_in").facts["chosen"]
    assert chosen["fields"] == {change.key: {"unit": side}}
