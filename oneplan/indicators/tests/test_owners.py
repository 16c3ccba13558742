"""Posts that answer for figures: who names them, who agrees, what they owe and where that is read."""

from datetime import timedelta

import pytest
from django.urls import reverse

from oneplan.access.actors import PUBLIC
from oneplan.indicators.actions import answer_ownership, assign_owner
from oneplan.indicators.choices import OwnerState, OwnerSubject
from oneplan.indicators.models import Ownership
from oneplan.indicators.owners import owed_by
from oneplan.indicators.registry import chapters, registry
from oneplan.indicators.tests.known import told, words_of
from oneplan.institutions.actions import rename_institution
from oneplan.institutions.queries import signing_post
from oneplan.periods import clock
from oneplan.platform.errors import NotAllowed, RuleBroken, StaleRevision
from oneplan.portal.queries.inbox import waiting_for

__all__ = ["told"]
pytestmark = pytest.mark.django_db
REASON = "It publishes the census"
INDICATOR, CHAPTER = OwnerSubject.INDICATOR, OwnerSubject.CHAPTER


def post_of(world):
    post = signing_post(world.dws)
    assert post is not None
    return post


def assign(world, code="population", subject=INDICATOR, revision=0, by=None, **told):
    return assign_owner(
        subject, code, post=post_of(world), reason=REASON, revision=revision, by=by or world.office, **told
    )


def test_what_is_proposed_is_said_to_be_so_until_a_post_is_assigned_and_its_holder_agrees(told, client, world):
    shown = words_of(client.get("/indicators/population/"))
    assert "Statistician-General, Statistics South Africa (proposed in the registry, not agreed)" in shown
    address = reverse("indicators:assign_owner", args=["indicator", "population"])
    keeper = world.client(world.office)
    assert "no such institution" in words_of(keeper.get(address, {"institution": "no department"}))
    post = post_of(world)
    given = {"post": post.code, "reason": REASON, "revision": 0}
    assert keeper.post(f"{address}?institution=nat-dws", given).status_code == 302
    assert keeper.post(f"{address}?institution=nat-dws", given).status_code == 412  # somebody was faster
    owner = f"{post.title}, {world.dws.name}"
    assert f"{owner} (assigned; the post has not answered yet)" in words_of(client.get("/indicators/population/"))
    answer = reverse("indicators:answer_ownership", args=["indicator", "population"])
    assert [world.client(each).get(answer).status_code for each in (world.sipho, world.ayanda, PUBLIC)] == [
        200,
        404,
        404,
    ]
    holder = world.client(world.sipho)
    assert waiting_for(world.sipho) == 1
    assert "Does your post answer for it?" in words_of(holder.get("/inbox/"))
    assert holder.post(answer, {"answer": "no", "reason": "", "revision": 1}).status_code == 409
    assert holder.post(answer, {"answer": "yes", "reason": "", "revision": 1}).status_code == 302
    assert (registry()["population"].owner, registry()["population"].owner_state) == (owner, OwnerState.AGREED)
    assert waiting_for(world.sipho) == 0
    assert f"{owner} (agreed)" in words_of(client.get("/indicators/population/"))
    assert client.get("/api/v1/indicators/population").json()["owner_post"] == post.code
    assert "Figures it answers for" in words_of(holder.get(f"/posts/{post.code}/"))


def test_figures_that_are_due_stand_by_owner_with_the_overdue_first_and_in_the_inbox_of_the_post(told, client, world):
    assign(world)
    answer_ownership(INDICATOR, "population", agrees=True, reason="", revision=1, by=world.sipho)
    [owed] = owed_by(world.sipho)
    assert (owed.code, owed.is_overdue, owed.is_asked) == ("population", True, False)
    assert owed_by(world.ayanda) == []
    owner = registry()["population"].owner
    page = client.get("/indicators/freshness/", {"group": "owner"})
    groups = page.context["groups"]
    assert [each.overdue for each in groups] == sorted((each.overdue for each in groups), reverse=True)
    [mine] = client.get("/indicators/freshness/", {"owner": owner}).context["groups"]
    assert [(each.indicator.code, state) for each, state in mine.rows] == [("population", "overdue")]
    csv = b"".join(client.get("/indicators/freshness/", {"owner": owner, "format": "csv"}).streaming_content).decode()
    assert (csv.count("\n"), "agreed" in csv) == (2, True)
    listed = words_of(client.get("/indicators/"))
    assert f"{owner} 9 Oct 2012" in listed
    institution = world.dws
    rename_institution(
        institution, name="Department of Water", valid_from=clock.today(), source="A notice",
        revision=institution.revision, by=world.office,
    )  # fmt: skip
    assert "Department of Water" in words_of(client.get("/indicators/population/"))  # the next request reads it


def test_what_a_chapter_lacks_is_asked_of_a_post_by_a_day_and_the_profile_says_so(told, client, world):
    due = clock.today() + timedelta(days=90)
    with pytest.raises(RuleBroken, match="lies in the past"):
        assign(world, "demography", CHAPTER, due=clock.today() - timedelta(days=1))
    assign(world, "demography", CHAPTER, due=due)
    demography = next(each for each in chapters() if each.code == "demography")
    assert (demography.due, demography.owner_state) == (due, OwnerState.ASSIGNED)
    profile = words_of(client.get("/spaces/DC36/profile/"))
    assert f"{demography.owner} (assigned), by" in profile
    assert "(proposed, not agreed). No date is agreed." in profile
    assert [each.due for each in owed_by(world.sipho)] == [due]
    why = "Another department has it"
    answer_ownership(CHAPTER, "demography", agrees=False, reason=why, revision=1, by=world.sipho)
    assert next(each for each in chapters() if each.code == "demography").owner_state == OwnerState.PROPOSED
    history = words_of(client.get("/indicators/owners/chapter/demography/"))
    assert "Declined" in history
    assert why in history
    with pytest.raises(RuleBroken, match="answered already"):
        answer_ownership(CHAPTER, "demography", agrees=True, reason="", revision=2, by=world.sipho)


def test_only_keepers_assign_only_holders_answer_and_nobody_answers_for_what_there_is_not(world):
    for actor in (PUBLIC, world.hub36, world.analyst, world.sipho):
        with pytest.raises(NotAllowed):
            assign(world, by=actor)
    with pytest.raises(NotAllowed):
        answer_ownership(INDICATOR, "population", agrees=True, reason="", revision=0, by=world.sipho)  # nobody asked
    with pytest.raises(RuleBroken, match="knows no indicator"):
        assign(world, "happiness")
    with pytest.raises(RuleBroken, match="lacks nothing"):
        assign(world, "weather", CHAPTER)
    with pytest.raises(RuleBroken, match="by its rhythm"):
        assign(world, due=clock.today())
    assign(world)
    with pytest.raises(NotAllowed):
        answer_ownership(INDICATOR, "population", agrees=True, reason="", revision=1, by=world.ayanda)
    with pytest.raises(StaleRevision):
        assign(world)
    assert Ownership.objects.count() == 1
