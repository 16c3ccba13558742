from decimal import Decimal

import pytest

from oneplan.platform.errors import NotAllowed, RuleBroken, StaleRevision
from oneplan.projects import actions
from oneplan.projects.choices import MatchState, ProjectStanding
from oneplan.projects.models import Match, Project
from oneplan.projects.queries import visible_to
from oneplan.projects.tests.conftest import SEPTEMBER, irm_row

WHY = "Same drawings, same erf"


@pytest.fixture
def renumbered(irm):
    """A clinic that its source knows by another id in September, beside one that stays as it was."""
    irm([irm_row(1, c2="Marapong Clinic upgrade", c19=1000), irm_row(2)])
    irm([irm_row(7, c2="Marapong Clinic upgrade", c19=1100), irm_row(2)], as_at=SEPTEMBER)
    return Match.objects.select_related("left", "right").get()


def test_a_project_under_another_id_is_proposed_and_nothing_is_merged_by_itself(renumbered):
    assert renumbered.state == MatchState.PROPOSED
    assert renumbered.evidence["title"] == 1
    assert (renumbered.left.standing, renumbered.right.standing) == (ProjectStanding.VANISHED, ProjectStanding.LIVE)


def test_rows_of_one_file_are_never_proposed_as_one(irm):
    irm([irm_row(1, c2="Adhoc maintenance"), irm_row(2, c2="Adhoc maintenance")])
    irm([irm_row(1, c2="Adhoc maintenance"), irm_row(2, c2="Adhoc maintenance")], as_at=SEPTEMBER)
    assert not Match.objects.exists()


def test_a_merge_keeps_the_history_of_both_and_what_is_newest(renumbered, world):
    old, new = renumbered.left, renumbered.right
    kept = actions.merge_projects(renumbered, keep=old, revision=1, reason=WHY, by=world.office)
    assert (kept.pk, kept.standing, kept.total_cost) == (old.pk, ProjectStanding.LIVE, Decimal(1100))
    new.refresh_from_db()
    assert (new.standing, new.merged_into_id) == (ProjectStanding.MERGED, old.pk)
    assert new.snapshots.count() == old.snapshots.count() == 1
    assert new not in visible_to(world.public)


def test_after_a_merge_the_next_file_goes_to_both(irm, renumbered, world):
    old, new = renumbered.left, renumbered.right
    actions.merge_projects(renumbered, keep=old, revision=1, reason=WHY, by=world.office)
    irm([irm_row(7, c2="Marapong Clinic upgrade", c19=1300), irm_row(2)], as_at=SEPTEMBER.replace(month=12, day=31))
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.total_cost, old.standing) == (Decimal(1300), ProjectStanding.LIVE)
    assert old.latest.project == new  # the snapshot stays with the project that the file names
    assert new.snapshots.count() == 2
    assert new.standing == ProjectStanding.MERGED
    assert not Match.objects.exclude(pk=renumbered.pk).exists()


def test_parting_gives_each_what_its_own_sources_say(renumbered, world):
    old, new = renumbered.left, renumbered.right
    actions.merge_projects(renumbered, keep=old, revision=1, reason=WHY, by=world.office)
    actions.unmerge_projects(renumbered, revision=2, reason=WHY, by=world.office)
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.standing, old.total_cost, old.latest.project_id) == (ProjectStanding.VANISHED, Decimal(1000), old.pk)
    assert (new.standing, new.total_cost, new.merged_into_id) == (ProjectStanding.LIVE, Decimal(1100), None)
    renumbered.refresh_from_db()
    assert renumbered.state == MatchState.APART
    with pytest.raises(RuleBroken):
        actions.unmerge_projects(renumbered, revision=3, reason=WHY, by=world.office)


def test_parting_after_further_files_takes_back_what_they_said(irm, renumbered, world):
    old, new = renumbered.left, renumbered.right
    actions.merge_projects(renumbered, keep=old, revision=1, reason=WHY, by=world.office)
    irm([irm_row(7, c2="Marapong Clinic upgrade", c19=1300)], as_at=SEPTEMBER.replace(month=12, day=31))
    actions.unmerge_projects(renumbered, revision=2, reason=WHY, by=world.office)
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.total_cost, new.total_cost) == (Decimal(1000), Decimal(1300))


def test_kept_apart_is_not_proposed_again(irm, renumbered, world):
    actions.keep_projects_apart(renumbered, revision=1, reason=WHY, by=world.hub36)
    irm([irm_row(7, c2="Marapong Clinic upgrade", c19=1100, c10="Tender")], as_at=SEPTEMBER)
    assert Match.objects.get().state == MatchState.APART
    with pytest.raises(RuleBroken):
        actions.keep_projects_apart(renumbered, revision=2, reason=WHY, by=world.hub36)


def test_who_may_not_merge_and_who_is_late_does_not(renumbered, world):
    with pytest.raises(NotAllowed):
        actions.merge_projects(renumbered, keep=renumbered.left, revision=1, reason=WHY, by=world.thandi)
    with pytest.raises(StaleRevision):
        actions.merge_projects(renumbered, keep=renumbered.left, revision=5, reason=WHY, by=world.office)
    with pytest.raises(RuleBroken):
        actions.merge_projects(renumbered, keep=renumbered.left, revision=1, reason=" ", by=world.office)
    stranger = Project.objects.exclude(pk__in=(renumbered.left_id, renumbered.right_id)).get()
    with pytest.raises(RuleBroken):
        actions.merge_projects(renumbered, keep=stranger, revision=1, reason=WHY, by=world.office)
    assert not Project.objects.filter(standing=ProjectStanding.MERGED).exists()
