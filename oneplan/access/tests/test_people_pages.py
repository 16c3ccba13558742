"""Pages about people: what each may see and give, and what is refused."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from oneplan.access.actors import Actor
from oneplan.access.models import Invitation, RoleAssignment
from oneplan.access.roles import Role
from oneplan.accounts.models import User
from tests.world import World

PASSWORD = "four unrelated words here"


def account_of(actor: Actor) -> User:
    assert actor.user is not None
    return actor.user


def invite(client: Client, **changes: str) -> Any:
    fields = {
        "name": "Palesa",
        "email": "palesa@example.org",
        "role": "technical_committee_member",
        "scope": "space:DC36",
    }
    return client.post("/people/invite/", {**fields, **changes})


def test_a_hub_invites_and_the_invited_opens_the_account(world: World, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = invite(world.client(world.hub36))
    link = re.search(r"http://testserver(/invitation/[^\"<]+/)", response.content.decode())
    assert link is not None
    assert link[1] in mail.outbox[0].body
    guest = world.client(world.public)
    assert "Palesa" in guest.get(link[1]).content.decode()
    assert guest.post(link[1], {"password": PASSWORD, "again": "something else"}).status_code == 422
    assert guest.post(link[1], {"password": "short", "again": "short"}).status_code == 422
    assert guest.post(link[1], {"password": PASSWORD, "again": PASSWORD}).status_code == 302
    assert guest.get("/account/").status_code == 200
    assert User.objects.get(email="palesa@example.org").assignments.get().scope_key == "space:DC36"
    assert world.client(world.public).get(link[1]).status_code == 410


def test_a_hub_is_not_offered_what_it_may_not_give(world: World):
    client = world.client(world.hub36)
    form = client.get("/people/invite/").context["form"]
    assert "auditor" not in dict(form.fields["role"].choices)
    assert "signing_authority" not in dict(form.fields["role"].choices)
    for changes in ({"scope": "space:DC15"}, {"role": "auditor", "scope": "national"}, {"role": "signing_authority"}):
        assert invite(client, **changes).status_code == 422
    assert not Invitation.objects.exists()


def test_who_acts_for_an_institution_is_offered_to_itself_and_not_to_the_hub(world: World):
    planner = {"role": "contributor", "scope": "institution:mun-dc36"}
    hub, own = world.client(world.hub36), world.client(world.signatory("Puleng", "mun-dc36"))
    form = hub.get("/people/invite/").context["form"]
    assert "contributor" not in dict(form.fields["role"].choices)
    assert invite(hub, **planner).status_code == 422
    assert list(dict(own.get("/people/invite/").context["form"].fields["role"].choices)) == ["", "contributor"]
    assert invite(own, **planner).status_code == 200
    assert not hub.get("/people/").context["invitations"]
    assert len(own.get("/people/").context["invitations"]) == 1
    assert hub.post(f"/people/invitations/{Invitation.objects.get().pk}/withdraw/").status_code == 404


def test_a_role_is_not_given_at_a_scope_it_is_not_made_for(world: World):
    response = invite(world.client(world.office), role="hub_manager", scope="province:LIM")
    assert response.status_code == 422
    assert "is given for" in response.content.decode()


def test_an_invitation_is_withdrawn_and_then_useless(world: World):
    client = world.client(world.hub36)
    address = invite(client).context["address"].removeprefix("http://testserver")
    invitation = Invitation.objects.get()
    assert world.client(world.thandi).post(f"/people/invitations/{invitation.pk}/withdraw/").status_code == 404
    assert client.post(f"/people/invitations/{invitation.pk}/withdraw/").status_code == 302
    assert world.client(world.public).get(address).status_code == 410


def test_people_are_seen_within_the_scope_of_the_reader(world: World):
    seen = {
        row.user.name
        for row in (world.thandi, world.hub36, world.technical)
        and world.client(world.hub36).get("/people/").context["people"]
    }
    assert seen == {"Hendrik", "Tebogo"}
    assert world.client(world.planner).get("/people/").status_code == 404
    assert world.client(world.hub36).get(f"/people/{world.thandi.user_id}/").status_code == 404
    assert {"Thandi", "Hendrik"} <= {
        row.user.name for row in world.client(world.auditor).get("/people/").context["people"]
    }
    assert {"Hendrik"} <= {row.user.name for row in world.client(world.coordinator).get("/people/").context["people"]}


def test_the_office_gives_a_role_and_ends_it_with_a_reason(world: World):
    client, user = world.client(world.office), account_of(world.charlie)
    assert client.post(f"/people/{user.pk}/grant/", {"role": "analyst", "scope": "province:LIM"}).status_code == 302
    held = RoleAssignment.objects.get(user=user, role=Role.ANALYST)
    assert client.post(f"/people/{user.pk}/revoke/{held.pk}/", {"reason": ""}).status_code == 422
    assert client.post(f"/people/{user.pk}/revoke/{held.pk}/", {"reason": "Moved on"}).status_code == 302
    held.refresh_from_db()
    assert held.valid_to is not None


def test_a_role_that_comes_with_a_post_is_not_ended_here(world: World):
    user = account_of(world.sipho)
    held = RoleAssignment.objects.get(user=user, role=Role.SIGNING_AUTHORITY)
    response = world.client(world.office).post(f"/people/{user.pk}/revoke/{held.pk}/", {"reason": "Try"})
    assert response.status_code == 404


@pytest.mark.parametrize(("who", "status"), [("office", 302), ("hub36", 404), ("auditor", 403), ("public", 302)])
def test_only_national_offices_close_an_account(world: World, who: str, status: int):
    user = account_of(world.charlie)
    actor = getattr(world, who)
    assert world.client(actor).post(f"/people/{user.pk}/close/", {"reason": "Left"}).status_code == status
    user.refresh_from_db()
    assert user.is_active == (who != "office")


def test_the_roles_page_names_every_role(world: World):
    page = world.client(world.public).get("/roles/").content.decode()
    assert "Hub manager or secretariat" in page
    assert "Accounting officer or signing authority" in page
