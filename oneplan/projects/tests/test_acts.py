from datetime import date
from decimal import Decimal

import pytest

from oneplan.institutions.models import Institution
from oneplan.platform.audit import history
from oneplan.platform.errors import NotAllowed, RuleBroken, StaleRevision
from oneplan.projects import actions
from oneplan.projects.choices import Audience, ProjectStanding
from oneplan.projects.models import Project
from oneplan.projects.queries import visible_to
from oneplan.projects.tests.conftest import irm_row
from oneplan.spaces.choices import PlaceMethod

WHY = "Letter of 3 May"


@pytest.fixture
def clinic(world, db):
    """A clinic of Limpopo's health department, registered by the hub of Waterberg."""
    return actions.register_project(
        title="Clinic at Marapong", implementing=world.health, total_cost=Decimal(1000), by=world.hub36
    )


def test_a_project_registered_for_a_space_lies_somewhere_in_it_and_inside_government(clinic, world):
    assert (clinic.ref, clinic.feed, clinic.audience, clinic.sphere) == (
        "PR-0000001",
        "hand",
        "government",
        "provincial",
    )
    assert (clinic.method, clinic.space_id, clinic.province_id) == (PlaceMethod.SPACE, "DC36", "LIM")
    assert clinic.placements.get().shares.get().space_id == "DC36"
    assert history(clinic).get().event == "project.registered"
    assert not visible_to(world.public).exists()
    assert visible_to(world.hub36).get() == clinic


def test_only_who_plans_there_or_for_the_institution_registers(world, db):
    for nobody in (world.charlie, world.analyst, world.planner):  # the planner plans for another department
        with pytest.raises(NotAllowed):
            actions.register_project(title="Clinic", implementing=world.health, by=nobody)
    made = actions.register_project(title="Dam", implementing=world.dws, by=world.planner)
    assert made.method == PlaceMethod.NOT_PLACED


def test_it_refuses_what_does_not_hold_together(world, db):
    with pytest.raises(RuleBroken, match="title"):
        actions.register_project(title=" ", implementing=world.dws, by=world.planner)
    with pytest.raises(RuleBroken, match="before it begins"):
        actions.register_project(
            title="Dam", implementing=world.dws, start_on=date(2026, 1, 2), finish_on=date(2026, 1, 1), by=world.planner
        )
    with pytest.raises(RuleBroken, match="less than nothing"):
        actions.register_project(title="Dam", implementing=world.dws, total_cost=Decimal(-1), by=world.planner)


def test_a_correction_is_remembered_with_its_reason(clinic, world):
    row = actions.correct_project(clinic, revision=1, reason=WHY, by=world.hub36, title="Clinic", stage="design")
    assert (row.title, row.stage, row.revision) == ("Clinic", "design", 2)
    assert row.search_text.startswith("clinic pr-0000001")
    entry = history(clinic)[0]
    assert (entry.reason, entry.before["title"], entry.after["title"]) == (WHY, "Clinic at Marapong", "Clinic")


def test_a_correction_needs_a_reason_a_role_and_the_newest_version(clinic, world):
    with pytest.raises(RuleBroken):
        actions.correct_project(clinic, revision=1, reason="", by=world.hub36, title="Clinic")
    with pytest.raises(NotAllowed):
        actions.correct_project(clinic, revision=1, reason=WHY, by=world.thandi, title="Clinic")
    with pytest.raises(StaleRevision):
        actions.correct_project(clinic, revision=9, reason=WHY, by=world.hub36, title="Clinic")


def test_what_is_no_longer_works_loses_its_pin_and_gets_it_back(irm, world):
    irm([irm_row()])
    row = Project.objects.get()
    pin = row.cell
    row = actions.correct_project(row, revision=row.revision, reason=WHY, by=world.office, kind="packaged")
    assert (row.cell, row.longitude, row.is_doubtful) == (None, None, False)
    row = actions.correct_project(row, revision=row.revision, reason=WHY, by=world.office, kind="works")
    assert row.cell == pin


def test_a_project_is_closed_and_opened_again(clinic, world):
    row = actions.close_project(clinic, revision=1, reason=WHY, by=world.hub36)
    assert row.standing == ProjectStanding.CLOSED
    with pytest.raises(RuleBroken):
        actions.close_project(row, revision=2, reason=WHY, by=world.hub36)
    row = actions.reopen_project(row, revision=2, reason=WHY, by=world.hub36)
    assert row.standing == ProjectStanding.LIVE
    with pytest.raises(RuleBroken):
        actions.reopen_project(row, revision=3, reason=WHY, by=world.hub36)


def test_a_closed_project_stays_closed_when_its_source_names_it_again(irm, world):
    irm([irm_row()])
    row = Project.objects.get()
    actions.close_project(row, revision=row.revision, reason=WHY, by=world.office)
    irm([irm_row(c10="Tender")], as_at=date(2023, 9, 30))
    row.refresh_from_db()
    assert (row.standing, row.stage) == (ProjectStanding.CLOSED, "tender")


def test_it_is_published_and_withheld_by_who_may(clinic, world):
    with pytest.raises(NotAllowed):
        actions.publish_project(clinic, revision=1, reason=WHY, by=world.hub36)
    row = actions.publish_project(clinic, revision=1, reason=WHY, by=world.coordinator)
    assert visible_to(world.public).get() == row
    with pytest.raises(RuleBroken):
        actions.publish_project(row, revision=2, reason=WHY, by=world.coordinator)
    row = actions.withhold_project(row, revision=2, reason=WHY, by=world.coordinator)
    assert row.audience == Audience.GOVERNMENT
    assert not visible_to(world.public).exists()


def test_a_file_does_not_publish_again_what_was_withheld(irm, world):
    irm([irm_row()])
    row = Project.objects.get()
    actions.withhold_project(row, revision=row.revision, reason=WHY, by=world.office)
    irm([irm_row(c10="Tender")], as_at=date(2023, 9, 30))
    row.refresh_from_db()
    assert (row.audience, row.stage) == (Audience.GOVERNMENT, "tender")


def test_a_milestone_is_set_changed_and_removed(clinic, world):
    held = actions.set_milestone(clinic, title="Roof", due_on=date(2026, 5, 1), by=world.hub36)
    with pytest.raises(RuleBroken, match="already"):
        actions.set_milestone(clinic, title="Roof", due_on=date(2026, 6, 1), by=world.hub36)
    held = actions.set_milestone(
        clinic, title="Roof on", due_on=date(2026, 5, 1), reached_on=date(2026, 4, 30), held=held, revision=1,
        by=world.hub36,
    )  # fmt: skip
    with pytest.raises(StaleRevision):
        actions.remove_milestone(held, revision=1, reason=WHY, by=world.hub36)
    actions.remove_milestone(held, revision=2, reason=WHY, by=world.hub36)
    assert not clinic.milestones.exists()
    assert [entry.event for entry in history(clinic)][:3] == ["milestone.removed", "milestone.set", "milestone.set"]


def test_a_milestone_needs_a_day_that_can_be(clinic, world):
    with pytest.raises(RuleBroken):
        actions.set_milestone(clinic, title="Roof", by=world.hub36)
    with pytest.raises(RuleBroken, match="ahead"):
        actions.set_milestone(clinic, title="Roof", reached_on=date(2090, 1, 1), by=world.hub36)
    with pytest.raises(NotAllowed):
        actions.set_milestone(clinic, title="Roof", due_on=date(2026, 5, 1), by=world.thandi)


def test_a_programme_is_registered_and_corrected(world, db):
    row = actions.register_programme(title="Bulk water", institution=world.dws, by=world.planner)
    assert row.ref == "PG-0000001"
    with pytest.raises(NotAllowed):
        actions.register_programme(title="Bulk water", institution=world.health, by=world.planner)
    other = Institution.objects.get(code="lim-health")
    with pytest.raises(NotAllowed):  # nobody hands a programme to an institution that is not theirs
        actions.correct_programme(row, title="Water", institution=other, revision=1, reason=WHY, by=world.planner)
    row = actions.correct_programme(row, title="Water", institution=world.dws, revision=1, reason=WHY, by=world.planner)
    assert (row.title, row.revision) == ("Water", 2)
    with pytest.raises(StaleRevision):
        actions.correct_programme(row, title="W", institution=world.dws, revision=1, reason=WHY, by=world.planner)
