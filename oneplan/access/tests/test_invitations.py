"""Inviting people, and granting roles."""

from typing import Any

import pytest
import time_machine
from django.core import mail

from oneplan.access.actions import accept_invitation, grant_role, invite_user, revoke_role, withdraw_invitation
from oneplan.access.actors import actor_for
from oneplan.access.permissions import Permission
from oneplan.access.roles import Role
from oneplan.accounts.models import User
from oneplan.platform.audit import history
from oneplan.platform.errors import NotAllowed, RuleBroken

LINK = "https://oneplan.example/invitation/{secret}/"
PASSWORD = "quite a long sentence"


def invite(world, by=None, **changes):
    wish = {"email": "new@example.org", "name": "Busi", "role": Role.HUB_MANAGER, "scope_key": "space:DC15"}
    return invite_user(
        **(wish | changes), by=by or world.admin, link=LINK, scopes=["space:DC15", "province:EC", "national"]
    )


def test_an_invitation_opens_an_account_with_its_role(world, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        _, link = invite(world)
    assert link in mail.outbox[0].body
    secret = link.rstrip("/").rsplit("/", 1)[1]
    user = accept_invitation(secret, password=PASSWORD)
    assert user.check_password(PASSWORD)
    assert actor_for(user).may(Permission.PLAN_WRITE, ["space:DC15"])
    assert not actor_for(user).may(Permission.PLAN_WRITE, ["space:DC36"])
    assert history(f"user:{user.pk}").filter(event="invitation.accepted").exists()


def test_it_works_once(world):
    secret = invite(world)[1].rstrip("/").rsplit("/", 1)[1]
    accept_invitation(secret, password=PASSWORD)
    with pytest.raises(RuleBroken, match="used already"):
        accept_invitation(secret, password=PASSWORD)


def test_it_refuses_a_weak_password_and_keeps_the_invitation(world):
    secret = invite(world)[1].rstrip("/").rsplit("/", 1)[1]
    with pytest.raises(RuleBroken):
        accept_invitation(secret, password="short")
    assert not User.objects.filter(email="new@example.org").exists()
    assert accept_invitation(secret, password=PASSWORD).pk


def test_it_refuses_an_expired_and_a_withdrawn_one(world):
    invitation, link = invite(world)
    secret = link.rstrip("/").rsplit("/", 1)[1]
    with time_machine.travel(invitation.expires_at), pytest.raises(RuleBroken, match="expired"):
        accept_invitation(secret, password=PASSWORD)
    withdraw_invitation(invitation, by=world.admin, reason="wrong address")
    with pytest.raises(RuleBroken, match="withdrawn"):
        accept_invitation(secret, password=PASSWORD)


def test_it_refuses_a_guessed_link(world):
    with pytest.raises(RuleBroken, match="not an invitation"):
        accept_invitation("guess", password=PASSWORD)


def test_a_hub_manager_invites_to_her_own_space_alone(world):
    assert invite(world, by=world.thandi)[0].pk
    with pytest.raises(NotAllowed):
        invite(world, by=world.hub36, email="other@example.org")


def test_a_municipality_lets_in_its_own_people_and_the_hub_of_its_space_does_not(world):
    around = ["institution:mun-dc36", "space:DC36", "province:LIM", "national"]
    planner: dict[str, Any] = {"role": Role.CONTRIBUTOR, "scope_key": around[0], "scopes": around, "name": "Busi"}
    planner["link"] = LINK
    with pytest.raises(NotAllowed, match="lets in its own people"):
        invite_user(email="a@example.org", by=world.hub36, **planner)
    with pytest.raises(NotAllowed):
        invite_user(email="a@example.org", by=world.signatory("Sipho", "nat-dws"), **planner)
    own = world.signatory("Puleng", "mun-dc36")
    for number, by in enumerate((own, world.coordinator, world.office)):
        letter, _link = invite_user(email=f"a{number}@example.org", by=by, **planner)
        with pytest.raises(NotAllowed, match="lets in its own people"):
            withdraw_invitation(letter, by=world.hub36, scopes=around)


def test_an_accounting_officer_invites_contributors_of_her_institution_alone(world):
    with pytest.raises(NotAllowed):
        invite(world, by=world.sipho)
    with pytest.raises(RuleBroken, match="granted for"):
        invite_user(
            email="a@example.org", name="A", role=Role.HUB_MANAGER, scope_key="institution:nat-dws", by=world.sipho,
            link=LINK,
        )  # fmt: skip


def test_nobody_invites_a_signing_authority(world):
    with pytest.raises(RuleBroken, match="comes with a post"):
        invite(world, role=Role.SIGNING_AUTHORITY, scope_key="institution:nat-dws")


def test_a_role_is_refused_at_a_scope_it_is_not_for(world):
    with pytest.raises(RuleBroken, match="granted for"):
        invite(world, role=Role.HUB_MANAGER, scope_key="national")


def test_an_auditor_grants_nothing(world):
    with pytest.raises(NotAllowed):
        grant_role(world.charlie.user, Role.ANALYST, "national", by=world.auditor)


def test_a_granted_role_ends_when_revoked(world):
    grant_role(world.charlie.user, Role.ANALYST, "national", by=world.admin)
    assert actor_for(world.charlie.user).is_national(Permission.PLAN_READ)
    assert revoke_role(world.charlie.user, Role.ANALYST, "national", by=world.admin, reason="left") == 1
    assert not actor_for(world.charlie.user).is_national(Permission.PLAN_READ)
