"""Acts on projects, programmes, matches and what submissions changed, through the pages."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from oneplan.projects.choices import Audience, MatchState, ProjectStanding
from oneplan.projects.models import Match, Milestone, Programme, Project
from oneplan.projects.tests import factories
from tests.world import World

pytestmark = pytest.mark.django_db
WHY = "The department wrote so in its letter."


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_hub_registers_a_project_and_is_asked_where_it_is(world: World):
    given = {"title": "Footbridge", "kind": "works", "implementing": "lim-health", "space": "DC36"}
    done = world.client(world.hub36).post("/projects/register/", given)
    row = Project.objects.get(title="Footbridge")
    assert done.headers["Location"] == f"/projects/{row.ref}/place/"
    assert (row.space_id, row.audience) == ("DC36", Audience.GOVERNMENT)


def test_who_registers_nowhere_finds_no_such_page(world: World):
    assert world.client(world.lerato).get("/projects/register/").status_code == 404


def test_a_project_without_a_title_is_refused_beside_the_field(world: World):
    given = {"title": "", "kind": "works", "implementing": "lim-health"}
    page = world.client(world.hub36).post("/projects/register/", given)
    assert page.status_code == 422
    assert not Project.objects.exists()


def test_a_correction_is_kept_with_its_reason(world: World):
    row = factories.project(implementing_id="lim-health")
    client = world.client(world.hub36)
    page = client.get(f"/projects/{row.ref}/correct/")
    given = {name: value for name, value in page.context["form"].initial.items() if value not in (None, "")}
    given |= {"title": "Clinic and maternity ward", "reason": WHY, "implementing": "lim-health", "revision": 1}
    assert client.post(f"/projects/{row.ref}/correct/", given).status_code == 302
    text = text_of(client.get(f"/projects/{row.ref}/"))
    assert "Clinic and maternity ward" in text
    assert WHY in text


@pytest.mark.parametrize(
    ("act", "field", "value"),
    [("close", "standing", ProjectStanding.CLOSED), ("publish", "audience", Audience.PUBLIC)],
)
def test_an_act_asks_for_a_reason_and_is_done_once(world: World, act, field, value):
    row = factories.project()
    client = world.client(world.office)
    assert client.post(f"/projects/{row.ref}/{act}/", {"revision": 1, "reason": ""}).status_code == 422
    assert client.post(f"/projects/{row.ref}/{act}/", {"revision": 1, "reason": WHY}).status_code == 302
    row.refresh_from_db()
    assert getattr(row, field) == value
    assert client.post(f"/projects/{row.ref}/{act}/", {"revision": 1, "reason": WHY}).status_code == 412


def test_a_closed_project_is_opened_again_and_a_published_one_withheld(world: World):
    row = factories.project(standing=ProjectStanding.CLOSED, audience=Audience.PUBLIC)
    client = world.client(world.office)
    client.post(f"/projects/{row.ref}/reopen/", {"revision": 1, "reason": WHY})
    client.post(f"/projects/{row.ref}/withhold/", {"revision": 2, "reason": WHY})
    row.refresh_from_db()
    assert (row.standing, row.audience) == (ProjectStanding.LIVE, Audience.GOVERNMENT)


def test_a_hub_may_not_publish(world: World):
    row = factories.project()
    given = {"revision": 1, "reason": WHY}
    assert world.client(world.hub36).post(f"/projects/{row.ref}/publish/", given).status_code == 403


def test_a_milestone_is_set_changed_and_removed(world: World):
    row = factories.project()
    client, home = world.client(world.hub36), f"/projects/{row.ref}/milestones/"
    client.post(home, {"title": "Tender awarded", "due_on": "2027-02-28"})
    held = Milestone.objects.get()
    client.post(f"{home}?title=Tender+awarded", {
        "title": "Tender awarded", "due_on": "2027-02-28", "reached_on": "2026-11-02", "revision": held.revision,
    })  # fmt: skip
    held.refresh_from_db()
    assert held.reached_on == date(2026, 11, 2)
    client.post(f"{home}{held.pk}/remove/", {"revision": held.revision, "reason": WHY})
    assert not Milestone.objects.exists()


def test_a_programme_is_registered_corrected_and_shows_its_projects(world: World):
    client = world.client(world.office)
    client.post("/programmes/register/", {"title": "Clinics of the north", "institution": "lim-health"})
    row = Programme.objects.get()
    factories.project("Clinic one", programme=row)
    assert "Clinic one" in text_of(client.get(f"/programmes/{row.ref}/"))
    given = {"title": "Clinics", "institution": "lim-health", "revision": 1, "reason": WHY}
    client.post(f"/programmes/{row.ref}/correct/", given)
    assert "Clinics" in text_of(client.get("/programmes/"))


@pytest.fixture
def pair(db: None) -> Match:
    left, right = factories.project("Clinic at Vaalwater"), factories.project("CLINIC VAALWATER", feed="sa36")
    return Match.objects.create(
        left=left, right=right, likeness=0.91, evidence={"title": 0.9}, proposed_at=factories.NOON
    )


def test_two_projects_stand_side_by_side_and_one_of_them_stays(world: World, pair):
    client = world.client(world.hub36)
    text = text_of(client.get(f"/projects/matches/{pair.pk}/"))
    assert "CLINIC VAALWATER" in text
    assert "differs" in text
    client.post(f"/projects/matches/{pair.pk}/", {"keep": pair.left.ref, "reason": WHY, "revision": 1})
    pair.right.refresh_from_db()
    assert (pair.right.standing, pair.right.merged_into_id) == (ProjectStanding.MERGED, pair.left_id)
    assert pair.right.ref in text_of(client.get(f"/projects/{pair.left.ref}/"))
    client.post(f"/projects/matches/{pair.pk}/part/", {"reason": WHY, "revision": 2})
    pair.right.refresh_from_db()
    assert pair.right.standing == ProjectStanding.LIVE


def test_like_projects_are_kept_apart(world: World, pair):
    client = world.client(world.hub36)
    client.post(f"/projects/matches/{pair.pk}/apart/", {"reason": WHY, "revision": 1})
    pair.refresh_from_db()
    assert pair.state == MatchState.APART
    assert pair.left.ref in text_of(client.get("/projects/matches/?state=apart"))


def test_who_sees_one_of_the_two_alone_sees_no_match(world: World, pair):
    Project.objects.filter(pk=pair.right_id).update(space="DC15", province="EC")
    assert world.client(world.hub36).get(f"/projects/matches/{pair.pk}/").status_code == 404


def test_a_submission_shows_what_it_changed_as_far_as_the_reader_sees(world: World):
    own, other = factories.project("Dam"), factories.project("Bridge", space="DC15")
    first, second = factories.submission(date(2026, 6, 30)), factories.submission()
    for row in (own, other):
        factories.snapshot(row, first, finish_on=date(2027, 3, 31), total_cost=Decimal(10))
        factories.snapshot(row, second, finish_on=date(2028, 3, 31), total_cost=Decimal(20))
    text = text_of(world.client(world.hub36).get(f"/projects/submissions/{second.pk}/"))
    assert "Finishes later" in text
    assert "by 366 days" in text
    assert "Bridge" not in text
    narrowed = text_of(world.client(world.hub36).get(f"/projects/submissions/{second.pk}/?change=cost_up"))
    assert "by 366 days" not in narrowed
    answer: Any = world.client(world.office).get(f"/projects/submissions/{second.pk}/changes.csv")
    rows = b"".join(answer.streaming_content)
    assert rows.count(b"slipped") == 2
    assert str(first.source) in text_of(world.client(world.office).get("/projects/submissions/"))


def test_a_submission_of_projects_that_nobody_may_see_does_not_exist(world: World):
    row = factories.project("Bridge", space="DC15")
    sent = factories.submission()
    factories.snapshot(row, sent)
    assert world.client(world.hub36).get(f"/projects/submissions/{sent.pk}/").status_code == 404
