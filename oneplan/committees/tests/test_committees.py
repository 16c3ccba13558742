"""Committees: seats held by posts, quorum, resolutions about a signing copy."""

from datetime import timedelta
from io import BytesIO

import pytest

from oneplan.access.actors import actor_for, system
from oneplan.access.permissions import Permission
from oneplan.access.roles import Role
from oneplan.accounts.models import User
from oneplan.committees import queries
from oneplan.committees.actions import (
    constitute_committee,
    record_resolution,
    seat_member,
    unseat_member,
    void_resolutions,
)
from oneplan.committees.models import Attendance, Committee
from oneplan.frameworks.queries import ruleset, rulesets
from oneplan.institutions.actions import fill_post, vacate_post
from oneplan.institutions.models import Post
from oneplan.periods import clock
from oneplan.plans.actions import freeze_edition, involve_institution, open_edition
from oneplan.platform.documents import store
from oneplan.platform.errors import NotAllowed, RuleBroken

HASH = "a" * 64
LONG_AGO = clock.add_months(clock.today(), -48)


def hold(post, name="Somebody", user=None, since=LONG_AGO):
    post.refresh_from_db()
    return fill_post(post, person_name=name, user=user, valid_from=since, revision=post.revision, by=system("tests"))


@pytest.fixture
def technical(world):
    """A technical committee of Waterberg after the Regulations, every seat held."""
    made = constitute_committee(world.dc36, "technical", ruleset="regulations_2024", by=world.hub36)
    for seat in made.seats.all():
        hold(seat.post, name=f"Manager {seat.post.institution_id}")
    return made


@pytest.fixture
def political(world):
    made = constitute_committee(world.dc36, "political", ruleset="regulations_2024", by=world.hub36)
    for seat in made.seats.all():
        hold(seat.post, name=f"Mayor {seat.post.institution_id}")
    return made


def seats(committee):
    return [each.seat for each in queries.seats_on([committee], clock.today())[committee.pk]]


def resolve(committee, by, present=None, **more):
    chosen = seats(committee) if present is None else present
    given = {"held_on": clock.today(), "decision": "submit", "text": "Submitted.", "copy_hash": HASH, **more}
    return record_resolution(
        committee, present=chosen if isinstance(chosen, dict) else dict.fromkeys(chosen, ""), by=by, **given
    )


def test_constituting_seats_the_posts_that_the_rule_set_names_beyond_doubt(world, technical):
    assert technical.name == "Technical intergovernmental forum"
    assert technical.seats.count() == 6
    assert technical.seats.get(capacity="chair").post.institution_id == "mun-dc36"
    with pytest.raises(RuleBroken, match="already constituted"):
        constitute_committee(world.dc36, "technical", ruleset="regulations_2024", by=world.hub36)


def test_another_rule_set_constitutes_it_anew_and_keeps_the_past(world, technical):
    resolve(technical, world.hub36)
    anew = constitute_committee(world.dc36, "technical", ruleset="framework_2020", by=world.hub36)
    technical.refresh_from_db()
    assert technical.valid_to == clock.today()
    assert list(queries.standing_committees(world.dc36)) == [anew]
    assert queries.resolutions(world.dc36).count() == 1
    assert queries.next_number("DC36", "technical") == 2
    with pytest.raises(RuleBroken, match="gave way"):
        resolve(technical, world.hub36)


def test_only_who_may_constitutes_seats_and_resolves(world, technical):
    seat = technical.seats.first()
    for actor in (world.thandi, world.planner, world.analyst, world.auditor, world.charlie, world.public):
        with pytest.raises(NotAllowed):
            constitute_committee(world.dc36, "political", ruleset="framework_2020", by=actor)
        with pytest.raises(NotAllowed):
            unseat_member(seat, reason="No", by=actor)
        with pytest.raises(NotAllowed):
            resolve(technical, actor)
    assert resolve(technical, world.technical)


def test_a_member_does_not_speak_for_the_other_committee(world, technical, political):
    resolve(technical, world.technical)
    with pytest.raises(NotAllowed, match="another committee"):
        resolve(political, world.technical, decision="approve")
    page = world.client(world.technical).get("/spaces/DC36/committees/").content.decode()
    assert "/committees/technical/resolve/" in page
    assert "/committees/political/resolve/" not in page
    assert resolve(political, world.hub36, decision="approve"), "the secretariat records for both"


def test_the_committee_s_role_follows_the_post_through_a_handover(world, technical, django_capture_on_commit_callbacks):
    post = Post.objects.get(institution="lim-cogta", kind="head_of_department")
    first = User.objects.create_user("first@example.org", "a long enough password", name="First")
    second = User.objects.create_user("second@example.org", "a long enough password", name="Second")
    hold(post, "First", first)
    seat = seat_member(technical, post, "member", by=world.hub36)
    assert Role.TECHNICAL_COMMITTEE_MEMBER in actor_for(first).roles
    with django_capture_on_commit_callbacks(execute=True):
        handed_over = hold(post, "Second", second, since=clock.today())
    assert Role.TECHNICAL_COMMITTEE_MEMBER in actor_for(second).roles
    assert not actor_for(first).may(Permission.COMMITTEE_RESOLVE, world.dc36.scopes())
    assert seat.valid_to is None
    with django_capture_on_commit_callbacks(execute=True):
        vacate_post(handed_over, on=clock.today() + timedelta(days=1), by=system("tests"))
    unseat_member(seat, reason="The department left the committee", by=world.hub36)
    assert Role.TECHNICAL_COMMITTEE_MEMBER not in actor_for(second).roles


def test_a_post_sits_once_and_a_committee_has_one_chair(world, technical):
    chair = technical.seats.get(capacity="chair").post
    with pytest.raises(RuleBroken, match="already sits"):
        seat_member(technical, chair, "member", by=world.hub36)
    other = Post.objects.get(institution="lim-cogta", kind="head_of_department")
    with pytest.raises(RuleBroken, match="has a chair"):
        seat_member(technical, other, "chair", by=world.hub36)
    with pytest.raises(RuleBroken, match="no seat as deputy chair"):
        seat_member(technical, other, "deputy_chair", by=world.hub36)


def test_a_resolution_keeps_who_sat_that_day(world, technical):
    every = seats(technical)
    made = resolve(technical, world.hub36, {**dict.fromkeys(every, ""), every[1]: "P. Planner"})
    assert (made.seats_present, made.seats_total, made.quorum_needed) == (6, 6, 4)
    told = Attendance.objects.get(resolution=made, seat=every[1])
    assert told.represented_by == "P. Planner"
    assert told.held_by.startswith("Manager")


def test_without_a_quorum_nothing_is_resolved(world, technical):
    every = seats(technical)
    assert resolve(technical, world.hub36, every[:4])
    with pytest.raises(RuleBroken, match="the quorum is 4"):
        resolve(technical, world.hub36, every[:3])


def test_without_a_presiding_seat_nothing_is_resolved(world, technical):
    with pytest.raises(RuleBroken, match="preside"):
        resolve(technical, world.hub36, seats(technical)[1:])


def test_a_vacant_seat_is_present_only_through_a_named_person(world, technical):
    every = seats(technical)
    every[1].post.holdings.all().delete()
    with pytest.raises(RuleBroken, match="vacant"):
        resolve(technical, world.hub36, every)
    made = resolve(technical, world.hub36, {**dict.fromkeys(every, ""), every[1]: "A. Nother"})
    assert made.seats_present == 6


@pytest.mark.parametrize(
    ("votes", "match"),
    [((6, 1, 0), "7 votes"), ((3, 3, 0), "not carried"), ((6, 0, None), "three counts"), ((2, 1, 2), "5 votes")],
)
def test_votes_must_add_up_and_carry(world, technical, votes, match):
    given = dict(zip(("votes_for", "votes_against", "abstained"), votes, strict=True))
    with pytest.raises(RuleBroken, match=match):
        resolve(technical, world.hub36, method="vote", **given)


def test_a_vote_that_adds_up_is_recorded_with_its_dissent(world, technical):
    made = resolve(
        technical,
        world.hub36,
        method="vote",
        votes_for=4,
        votes_against=1,
        abstained=1,
        dissent="Too little for roads.",
    )
    assert (made.votes_for, made.dissent) == (4, "Too little for roads.")
    with pytest.raises(RuleBroken, match="consensus"):
        resolve(technical, world.hub36, votes_for=6)


def test_meetings_lie_in_the_past_of_a_committee_that_stood(world, technical):
    with pytest.raises(RuleBroken, match="future"):
        resolve(technical, world.hub36, held_on=clock.today() + timedelta(days=1))
    with pytest.raises(RuleBroken, match="was constituted"):
        resolve(technical, world.hub36, held_on=clock.today() - timedelta(days=1))


def test_each_committee_decides_what_is_its_own_and_cites_the_copy(world, technical, political):
    with pytest.raises(RuleBroken, match="Only the political committee"):
        resolve(technical, world.hub36, decision="approve")
    with pytest.raises(RuleBroken, match="Only the technical committee"):
        resolve(political, world.hub36, decision="submit")
    with pytest.raises(RuleBroken, match="cites its hash"):
        resolve(technical, world.hub36, copy_hash="")
    with pytest.raises(RuleBroken, match="64 characters"):
        resolve(technical, world.hub36, copy_hash="abc")
    assert resolve(technical, world.hub36, decision="other", copy_hash="")


def test_approval_waits_for_the_submission_of_the_same_copy(world, technical, political):
    with pytest.raises(RuleBroken, match="has not submitted"):
        resolve(political, world.hub36, decision="approve")
    resolve(technical, world.hub36)
    with pytest.raises(RuleBroken, match="has not submitted"):
        resolve(political, world.hub36, decision="approve", copy_hash="b" * 64)
    assert resolve(political, world.hub36, decision="approve")


def test_resolutions_fall_with_their_copy_and_no_more_follow(world, technical):
    made = resolve(technical, world.hub36)
    assert void_resolutions(HASH, space=world.dc36, reason="The copy was withdrawn", by=world.hub36) == 1
    made.refresh_from_db()
    assert not made.is_standing
    with pytest.raises(RuleBroken, match="withdrawn"):
        resolve(technical, world.hub36)
    assert queries.standing_resolution("DC36", "technical", "submit", HASH) is None


def test_committees_are_seen_by_readers_of_drafts(world, technical):
    for actor in (world.hub36, world.thandi, world.planner, world.analyst, world.auditor):
        assert queries.visible_to(actor).count() == 1
    assert not queries.visible_to(world.public).exists()
    assert not queries.visible_to(world.charlie).exists()
    assert world.client(world.charlie).get("/spaces/DC36/committees/").status_code == 404
    assert world.client(world.public).get("/spaces/DC36/committees/").status_code == 302


def test_resolutions_are_seen_by_readers_of_that_space_alone(world, technical):
    paper = store(BytesIO(b"minutes"), name="minutes.pdf", media_type="application/pdf", by=world.hub36)
    resolve(technical, world.hub36, text="Submitted with thanks.", minutes=paper)
    edition = open_edition(world.dc36, ruleset="framework_2020", start_year=2026, by=world.hub36)
    minutes = "/spaces/DC36/committees/technical/resolutions/1/minutes/"
    for actor, sees in (
        (world.hub36, True), (world.technical, True), (world.coordinator, True), (world.auditor, True),
        (world.thandi, False), (world.planner, False), (world.charlie, False), (world.public, False),
    ):  # fmt: skip
        assert queries.resolutions_visible_to(actor, "DC36").exists() is sees, actor.name
    for actor, sees in ((world.hub36, True), (world.thandi, False), (world.planner, False)):
        page = world.client(actor).get("/spaces/DC36/committees/").content.decode()
        assert ("Submitted with thanks." in page, "may read the drafts" in page) == (sees, not sees)
        assert "Manager mun-dc36" in page
        assert world.client(actor).get(minutes).status_code == (200 if sees else 404)
    involve_institution(edition.plan, world.dws, by=world.hub36)
    assert "Submitted with thanks." in world.client(world.planner).get("/spaces/DC36/committees/").content.decode()


def test_the_form_names_the_standing_copy_and_asks_counts_of_a_vote_alone(world, technical):
    hub, address = world.client(world.hub36), "/spaces/DC36/committees/technical/resolve/"
    page = hub.get(address).content.decode()
    assert "No signing copy is out now." in page and HASH not in page
    edition = open_edition(world.dc36, ruleset="framework_2020", start_year=2026, by=world.hub36)
    freeze_edition(edition, copy_hash=HASH, boundary_release=None, by=world.hub36, revision=edition.revision)
    page = hub.get(address).content.decode()
    assert HASH in page
    group = page.partition("only-for-vote")[2].partition("</fieldset>")[0]
    assert all(f'name="{name}"' in group for name in ("votes_for", "votes_against", "abstained"))
    assert 'name="dissent"' not in group
    given = {
        "held_on": clock.today().isoformat(), "decision": "submit", "copy_hash": HASH, "text": "Submitted.",
        **{f"present_{seat.pk}": "on" for seat in seats(technical)},
    }  # fmt: skip
    assert hub.post(address, {**given, "method": "vote", "votes_for": 2}).status_code == 409
    assert hub.post(address, {**given, "method": "consensus", "votes_for": 2}).status_code == 302
    assert queries.resolutions("DC36").get().votes_for is None


def test_a_metropolitan_space_has_no_local_mayors_to_seat(world):
    made = constitute_committee(world.eth, "political", ruleset="regulations_2024", by=world.office)
    assert [seat.post.kind for seat in made.seats.all()] == ["executive_mayor"]


def test_every_rule_set_s_templates_find_posts_of_this_space(world):
    for rules in rulesets():
        for kind in ("political", "technical"):
            for template in rules.committee(kind).seats:
                if template.is_required:
                    assert queries.candidates(world.dc36, template).exists(), (rules.code, template.code)


def test_the_pages_constitute_seat_and_unseat(world):
    hub = world.client(world.hub36)
    address = "/spaces/DC36/committees/"
    assert hub.get(address).status_code == 200
    for kind in ("political", "technical"):
        assert hub.get(f"{address}{kind}/constitute/").status_code == 200
        assert hub.post(f"{address}{kind}/constitute/", {"ruleset": "regulations_2024"}).status_code == 302
    assert hub.post(f"{address}political/constitute/", {"ruleset": "regulations_2024"}).status_code == 409
    assert hub.get(f"{address}technical/seat/").status_code == 200
    post = Post.objects.get(institution="lim-cogta", kind="head_of_department")
    assert hub.post(f"{address}technical/seat/", {"post": "no-such-post", "capacity": "member"}).status_code == 200
    assert hub.post(f"{address}technical/seat/", {"post": post.code, "capacity": "member"}).status_code == 302
    assert hub.get(f"{address}technical/unseat/{post.code}/").status_code == 200
    assert hub.post(f"{address}technical/unseat/{post.code}/", {"reason": "It left."}).status_code == 302
    assert hub.get(f"{address}technical/resolve/").status_code == 200
    assert hub.get(f"{address}social/resolve/").status_code == 404
    assert "Vacant" in hub.get(address).content.decode()
    analyst = world.client(world.analyst)
    assert analyst.get(f"{address}technical/seat/").status_code == 403
    assert "Seat a post" not in analyst.get(address).content.decode()
    assert Committee.objects.count() == 2


def test_quorum_is_counted_by_the_rule_set_s_own_template():
    for rules in rulesets():
        for kind in ("political", "technical"):
            assert ruleset(rules.code).committee(kind).quorum.needed(6) == 4
