"""Filling posts, acting, delegating: the post is the source of truth, and a handover loses nothing."""

import io
from datetime import date

import pytest
import time_machine
from django.db import IntegrityError, transaction

from oneplan.access.actors import actor_for, system
from oneplan.access.models import RoleAssignment
from oneplan.access.permissions import Permission
from oneplan.access.roles import Role
from oneplan.accounts.models import User
from oneplan.institutions import actions, rules
from oneplan.institutions.choices import Capacity, Power
from oneplan.institutions.models import Champion, Delegation, Holding, Post
from oneplan.institutions.queries import champions_of, may_sign_for, posts_held_by, signing_post
from oneplan.periods import clock
from oneplan.platform.audit import history
from oneplan.platform.documents import store
from oneplan.platform.errors import NotAllowed, RuleBroken, StaleRevision

BY = system("tests")
pytestmark = pytest.mark.django_db


def person(name: str) -> User:
    return User.objects.create_user(f"{name.lower()}@example.org", "a long enough password", name=name)


def fill(post: Post, name: str, on: date, **changes) -> Holding:
    post.refresh_from_db()
    return actions.fill_post(
        post, person_name=name, valid_from=on, revision=post.revision, **({"by": BY, "user": None} | changes)
    )


def test_who_runs_a_space_gives_nobody_the_power_to_sign(world):
    manager = Post.objects.get(institution="mun-dc36", kind="municipal_manager")
    for somebody in (world.hub36.user, person("Palesa"), None):
        with pytest.raises(NotAllowed, match="letter of appointment"):
            fill(manager, "Somebody", date(2025, 1, 1), by=world.hub36, user=somebody)
    assert may_sign_for(actor_for(world.hub36.user), manager.institution, clock.today()) is None
    deputy = {"capacity": Capacity.DEPUTY}
    assert fill(manager, "Hendrik", date(2025, 1, 1), by=world.coordinator, **deputy), "a deputy does not sign"
    assert fill(manager, "Palesa", date(2025, 1, 1), by=world.office, user=person("Puleng"))


def test_who_runs_a_space_settles_nothing_within_its_municipalities(world):
    planner = Post.objects.get(institution="mun-dc36", kind="idp_manager")
    mayor = Post.objects.get(institution="mun-dc36", kind="executive_mayor")
    own = world.signatory("Puleng", "mun-dc36")
    with pytest.raises(NotAllowed, match="acts for"):
        fill(planner, "Palesa", date(2025, 1, 1), by=world.hub36, user=person("Palesa"))
    assert not rules.may_fill(world.hub36, planner)
    held = fill(planner, "Palesa", date(2025, 1, 1), by=own, user=User.objects.get(name="Palesa"))
    assert actor_for(held.user).may(Permission.PLEDGE_DRAFT, ["institution:mun-dc36"])
    with pytest.raises(NotAllowed, match="acts for"):
        actions.vacate_post(held, on=clock.today(), by=world.hub36)
    assert actions.vacate_post(held, on=clock.today(), by=world.coordinator)
    assert fill(mayor, "Irene", date(2025, 1, 1), by=world.hub36), "what serves the space is the space's"
    assert rules.may_fill(world.hub36, mayor)


def test_an_institution_settles_nothing_beyond_itself(world):
    own = world.signatory("Mbulelo", "nat-cogta")
    hub = Post.objects.get(kind="hub_manager", space=world.dc36)
    head = Post.objects.get(institution="nat-cogta", kind="national_programme_manager")
    for post in (hub, head):
        with pytest.raises(NotAllowed, match="acts beyond"):
            fill(post, "Friend", date(2025, 1, 1), by=own, user=person(f"Friend{post.pk}"))


def test_nobody_puts_themselves_into_a_post_that_signs(world):
    manager = Post.objects.get(institution="mun-dc36", kind="municipal_manager")
    with pytest.raises(NotAllowed, match="cannot put yourself"):
        fill(manager, "Ruan", date(2025, 1, 1), by=world.admin, user=world.admin.user)


@pytest.fixture
def head(world) -> Post:
    post = signing_post(world.health)
    assert post is not None
    return post


@pytest.fixture
def planner_post(world) -> Post:
    return Post.objects.get(institution=world.health, kind="ddm_coordinator")


@pytest.fixture
def instrument(world):
    return store(io.BytesIO(b"signed"), name="delegation.pdf", media_type="application/pdf", by=BY)


def may_sign(user: User, institution) -> bool:
    return actor_for(user).may(Permission.COMMITMENT_SIGN, institution.scopes())


def test_a_handover_loses_nothing(world, head):
    old, new = person("Old"), person("New")
    fill(head, "Old", date(2024, 1, 1), user=old)
    assert may_sign(old, world.health)
    with time_machine.travel(date(2026, 11, 4)):
        fill(head, "New", date(2026, 11, 4), user=new)
        assert may_sign(new, world.health)
        assert not may_sign(old, world.health)
        assert may_sign_for(actor_for(old), world.health) is None
        then = may_sign_for(actor_for(old), world.health, date(2025, 6, 1))
        assert then is not None and then.sentence == "Old, Head of Department, Limpopo Department of Health"
    past, present = Holding.objects.filter(post=head).order_by("valid_from")
    assert (past.person_name, past.valid_to) == ("Old", date(2026, 11, 4))
    assert (present.person_name, present.valid_to) == ("New", None)
    assert [e.event for e in history(head)] == ["post.filled", "post.vacated", "post.filled"]
    assert RoleAssignment.objects.filter(user=old, role=Role.SIGNING_AUTHORITY).count() == 1


def test_a_new_mayor_and_municipal_manager_take_over_after_the_election(world):
    election = date(2026, 12, 1)
    for code in ("mun-dc36.executive-mayor", "mun-dc36.municipal-manager", "mun-lim366.mayor"):
        post = Post.objects.get(code=code)
        fill(post, "Before", date(2021, 11, 20), user=person(f"before-{code}"))
        after = person(f"after-{code}")
        fill(post, "After", election, user=after)
        with time_machine.travel(date(2026, 12, 2)):
            assert actor_for(after).roles
            assert {h.post_id for h in posts_held_by(after.pk)} == {post.pk}
        assert Post.objects.get(code=code).pk == post.pk


def test_two_people_cannot_hold_a_post_at_once(head):
    fill(head, "First", date(2026, 1, 1))
    with pytest.raises(RuleBroken, match="Two people cannot hold it at once"):
        fill(head, "Second", date(2025, 6, 1))
    with pytest.raises(RuleBroken, match="Two people cannot hold it at once"):
        fill(head, "Second", date(2025, 6, 1), valid_to=date(2026, 1, 2))
    assert fill(head, "Earlier", date(2025, 6, 1), valid_to=date(2026, 1, 1)).pk


def test_the_database_refuses_two_open_holders(head):
    row = {"post": head, "valid_from": date(2026, 1, 1), "recorded_at": clock.now()}
    Holding.objects.create(person_name="First", **row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Holding.objects.create(person_name="Second", **row)
    for name in ("Deputy one", "Deputy two"):
        Holding.objects.create(person_name=name, capacity=Capacity.DEPUTY, **row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Holding.objects.create(person_name="Backwards", capacity="deputy", valid_to=date(2025, 1, 1), **row)


def test_acting_is_dated_and_lapses_by_itself(world, head):
    stand_in = person("Acting")
    with pytest.raises(RuleBroken, match="An acting appointment has an end"):
        fill(head, "Acting", date(2026, 1, 1), user=stand_in, capacity=Capacity.ACTING)
    fill(head, "Acting", date(2026, 1, 1), user=stand_in, capacity=Capacity.ACTING, valid_to=date(2027, 1, 1))
    with time_machine.travel(date(2026, 6, 1)):
        assert may_sign(stand_in, world.health)
        power = may_sign_for(actor_for(stand_in), world.health)
        assert power is not None and "acting" in power.sentence
    with time_machine.travel(date(2027, 1, 2)):
        assert not may_sign(stand_in, world.health)
        assert may_sign_for(actor_for(stand_in), world.health) is None


def test_a_holder_ends_the_acting_and_an_early_end_takes_the_power(world, head):
    stand_in = person("Acting")
    with time_machine.travel(date(2026, 3, 1)):
        acting = fill(
            head, "Acting", date(2026, 1, 1), user=stand_in, capacity=Capacity.ACTING, valid_to=date(2027, 1, 1)
        )
        fill(head, "Holder", date(2026, 3, 1), user=person("Holder"))
        assert not may_sign(stand_in, world.health)
    acting.refresh_from_db()
    assert acting.valid_to == date(2026, 3, 1)


def test_a_deputy_does_not_sign(world, head):
    deputy = person("Deputy")
    fill(head, "Deputy", date(2024, 1, 1), user=deputy, capacity=Capacity.DEPUTY)
    assert not may_sign(deputy, world.health)
    assert may_sign_for(actor_for(deputy), world.health) is None
    assert actor_for(deputy).may(Permission.PLEDGE_DRAFT, world.health.scopes())


def test_vacating_takes_the_roles(world, head):
    holder = person("Holder")
    holding = fill(head, "Holder", date(2024, 1, 1), user=holder)
    with time_machine.travel(date(2026, 5, 1)):
        actions.vacate_post(holding, on=date(2026, 5, 1), by=BY, reason="resigned")
        assert not may_sign(holder, world.health)
        with pytest.raises(RuleBroken, match="left this post"):
            actions.vacate_post(holding, on=date(2026, 6, 1), by=BY)


def test_who_may_fill_a_post(world, head):
    with pytest.raises(NotAllowed):
        fill(head, "X", date(2026, 1, 1), by=world.thandi)
    with pytest.raises(NotAllowed):
        fill(head, "X", date(2026, 1, 1), by=world.charlie)
    assert fill(head, "X", date(2026, 1, 1), user=person("X"), by=world.office).pk
    hub = Post.objects.get(kind="hub_manager", space=world.dc36)
    assert fill(hub, "Y", date(2026, 1, 1), user=person("Y"), by=world.hub36).pk
    other = Post.objects.get(institution=world.dws, kind="director_general")
    with pytest.raises(NotAllowed):
        fill(other, "Z", date(2026, 1, 1), by=world.hub36)


def test_a_stale_revision_is_refused(world, head):
    seen = head.revision
    fill(head, "First", date(2026, 1, 1))
    with pytest.raises(StaleRevision):
        actions.fill_post(head, person_name="Second", valid_from=date(2026, 2, 1), revision=seen, by=BY)


def delegate(head, to_post, instrument, by, **changes) -> Delegation:
    terms = {
        "powers": [Power.SIGN], "instrument": instrument, "reference": "LDoH 12/2026", "valid_from": date(2026, 1, 1),
        "valid_to": date(2027, 1, 1),
    }  # fmt: skip
    return actions.delegate_powers(head, to_post, by=by, **(terms | changes))


@time_machine.travel(date(2026, 6, 1))
def test_a_written_delegation_lets_another_post_sign(world, head, planner_post, instrument):
    delegate_ = person("Delegate")
    fill(planner_post, "Delegate", date(2025, 1, 1), user=delegate_)
    assert may_sign_for(actor_for(delegate_), world.health) is None
    row = delegate(head, planner_post, instrument, world.ayanda)
    power = may_sign_for(actor_for(delegate_), world.health)
    assert power is not None and power.is_delegated and power.delegation == row
    assert "by written delegation LDoH 12/2026" in power.sentence
    assert may_sign(delegate_, world.health)
    assert may_sign_for(actor_for(delegate_), world.health, date(2027, 1, 1)) is None
    with pytest.raises(RuleBroken, match="goes no further"):
        delegate(head, Post.objects.get(code="lim-health.mec"), instrument, actor_for(delegate_))
    successor = person("Successor")
    fill(planner_post, "Successor", date(2026, 6, 1), user=successor)
    assert may_sign(successor, world.health) and not may_sign(delegate_, world.health)
    actions.end_delegation(row, on=date(2026, 6, 1), by=world.ayanda, reason="withdrawn")
    assert not may_sign(successor, world.health)
    assert may_sign_for(actor_for(successor), world.health) is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"instrument": None}, "exists only in writing"),
        ({"reference": " "}, "reference of the instrument"),
        ({"valid_to": None}, "has an end"),
        ({"valid_to": date(2025, 1, 1)}, "does not lie after"),
        ({"powers": []}, "which powers"),
        ({"powers": ["veto"]}, "which powers"),
    ],
)
def test_a_delegation_in_bad_form_is_refused(world, head, planner_post, instrument, changes, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        delegate(head, planner_post, changes.pop("instrument", instrument), world.ayanda, **changes)
    assert not Delegation.objects.exists()


def test_signing_is_delegated_only_by_the_post_that_signs_and_within_the_institution(
    world, head, planner_post, instrument
):
    with pytest.raises(RuleBroken, match="does not sign"):
        delegate(planner_post, head, instrument, BY)
    with pytest.raises(RuleBroken, match="stay within the institution"):
        delegate(head, signing_post(world.dws), instrument, BY)
    with pytest.raises(RuleBroken, match="to itself"):
        delegate(head, head, instrument, BY)
    with pytest.raises(NotAllowed):
        delegate(head, planner_post, instrument, world.coordinator)


def test_a_space_may_have_two_national_champions(world):
    for name in ("Champion one", "Champion two"):
        actions.name_champion(
            world.dc36, institution=world.dws, level="national", person_name=name, valid_from=date(2025, 1, 1), by=BY
        )
    first = Champion.objects.get(person_name="Champion one")
    assert champions_of("DC36", date(2026, 1, 1)).count() == 2
    actions.retire_champion(first, on=date(2026, 1, 1), by=world.hub36)
    assert champions_of("DC36", date(2026, 1, 1)).count() == 1
    assert champions_of("DC36", date(2025, 12, 31)).count() == 2


def test_a_champion_is_refused_of_the_wrong_sphere_twice_and_by_the_wrong_person(world):
    terms = {"institution": world.dws, "person_name": "C", "valid_from": date(2025, 1, 1)}
    with pytest.raises(RuleBroken, match="of that sphere"):
        actions.name_champion(world.dc36, level="provincial", by=BY, **terms)
    actions.name_champion(world.dc36, level="national", by=BY, **terms)
    with pytest.raises(RuleBroken, match="already in that time"):
        actions.name_champion(world.dc36, level="national", by=BY, **terms)
    with pytest.raises(NotAllowed):
        actions.name_champion(world.dc36, level="national", by=world.thandi, **terms)
