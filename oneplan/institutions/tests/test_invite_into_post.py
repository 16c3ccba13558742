"""Inviting somebody into a post is one act: the post is handed over, and a letter opens the account with its powers."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from oneplan.access.actions import accept_invitation
from oneplan.access.actors import actor_for
from oneplan.access.models import Invitation
from oneplan.access.permissions import Permission
from oneplan.accounts.models import User
from oneplan.institutions import actions
from oneplan.institutions.models import Holding, Post
from oneplan.institutions.queries import may_sign_for, signing_post
from oneplan.periods import clock
from oneplan.platform.audit import history
from oneplan.platform.errors import NotAllowed, RuleBroken

PASSWORD = "four unrelated words here"
LINK = "https://oneplan.example/invitation/{secret}/"
pytestmark = pytest.mark.django_db


def invite(post: Post, by, **changes):
    post.refresh_from_db()
    wish: dict[str, Any] = {"email": "mpho@example.org", "person_name": "Mpho Nkosi", "valid_from": clock.today()}
    return actions.invite_into_post(post, **(wish | {"revision": post.revision} | changes), by=by, link=LINK)


def secret_of(link: str) -> str:
    return link.rstrip("/").rsplit("/", 1)[1]


@pytest.fixture
def head(world) -> Post:
    post = signing_post(world.health)
    assert post is not None
    return post


def test_one_form_hands_the_post_over_and_opens_the_account(world, head):
    old, client = world.ayanda, world.client(world.office)
    head.refresh_from_db()
    address = f"/posts/{head.code}/invite/"
    assert "Invite into this post" in client.get(f"/posts/{head.code}/").content.decode()
    assert "Ayanda" in client.get(address).content.decode()
    form = {
        "email": "mpho@example.org", "person_name": "Mpho Nkosi", "capacity": "holder", "revision": head.revision,
        "valid_from": clock.today().isoformat(),
    }  # fmt: skip
    assert client.post(address, form | {"email": ""}).status_code == 422
    assert client.post(address, form | {"revision": 99}).status_code == 412
    link = re.search(r"http://testserver(/invitation/[^\"<]+/)", client.post(address, form).content.decode())
    assert link is not None
    assert may_sign_for(actor_for(old.user), world.health) is None, "the post is handed over"
    assert "Mpho Nkosi" in client.get(f"/posts/{head.code}/").content.decode()
    assert "Head of Department" in client.get("/people/").content.decode()
    guest = world.client(world.public)
    assert "Head of Department, Limpopo Department of Health" in guest.get(link[1]).content.decode()
    assert guest.post(link[1], {"password": PASSWORD, "again": PASSWORD}).status_code == 302
    new = User.objects.get(email="mpho@example.org")
    power = may_sign_for(actor_for(new), world.health)
    assert power is not None and power.sentence == "Mpho Nkosi, Head of Department, Limpopo Department of Health"
    assert history(head).filter(event="post.taken_up").exists()
    assert world.client(world.public).get(link[1]).status_code == 410, "it works once"


def test_somebody_with_an_account_fills_the_post_at_once(world, head):
    holding, letter, link = invite(head, world.office, email=world.charlie.user.email)
    assert (letter, link) == (None, "")
    assert holding.user == world.charlie.user
    assert not Invitation.objects.exists()


def test_a_closed_account_is_not_invited(world, head):
    User.objects.filter(pk=world.charlie.user_id).update(is_active=False)
    with pytest.raises(RuleBroken, match="is closed"):
        invite(head, world.office, email=world.charlie.user.email)
    assert not Holding.objects.filter(post=head, person_name="Mpho Nkosi").exists()


def test_nobody_invites_into_a_post_that_they_may_not_fill(world, head):
    for by in (world.hub36, world.coordinator, world.ayanda, world.charlie):
        with pytest.raises(NotAllowed):
            invite(head, by)
    planner = Post.objects.get(institution="mun-dc36", kind="idp_manager")
    with pytest.raises(NotAllowed, match="acts for"):
        invite(planner, world.hub36)
    refused = world.client(world.hub36).post(
        f"/posts/{planner.code}/invite/",
        {"email": "a@example.org", "person_name": "A", "capacity": "holder", "revision": planner.revision,
         "valid_from": "2026-01-01"},
    )  # fmt: skip
    assert refused.status_code == 403 and "Ask its accounting officer" in refused.content.decode()
    assert not Invitation.objects.exists()


def test_a_hub_invites_into_what_serves_its_space(world):
    secretariat = Post.objects.get(kind="secretariat", space=world.dc36)
    _holding, letter, link = invite(secretariat, world.hub36)
    assert letter is not None and letter.scope_key == "space:DC36"
    user = accept_invitation(secret_of(link), password=PASSWORD)
    assert actor_for(user).may(Permission.PLAN_WRITE, ["space:DC36"])


def test_an_invitation_into_a_post_that_was_handed_on_meanwhile_opens_nothing(world, head):
    start = clock.today()
    _holding, _letter, link = invite(head, world.office)
    with time_machine.travel(start + timedelta(days=3)):
        invite(head, world.office, email="next@example.org", person_name="Next", valid_from=clock.today())
        with pytest.raises(RuleBroken, match="handed on meanwhile"):
            accept_invitation(secret_of(link), password=PASSWORD)
    assert not User.objects.filter(email="mpho@example.org").exists()


def test_an_invitation_is_to_a_role_or_to_a_seat(world):
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(
            email="a@example.org", name="A", scope_key="national", secret_hash="x", invited_at=clock.now(),
            expires_at=clock.now(),
        )  # fmt: skip


def test_an_acting_head_is_invited_for_a_time_and_the_power_lapses(world, head):
    with pytest.raises(RuleBroken, match="acting appointment has an end"):
        invite(head, world.office, capacity="acting")
    ends = clock.today() + timedelta(days=60)
    _holding, _letter, link = invite(head, world.office, capacity="acting", valid_to=ends)
    user = accept_invitation(secret_of(link), password=PASSWORD)
    assert may_sign_for(actor_for(user), world.health) is not None
    with time_machine.travel(ends):
        assert may_sign_for(actor_for(user), world.health) is None
    assert Holding.objects.get(user=user).valid_to == ends != date.max
