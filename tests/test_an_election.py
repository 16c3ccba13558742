"""Municipal elections (November 2026 to January 2027) change mayors, managers, councils and wards: nothing is lost.

Everything after the election happens through pages; wards change as the Demarcation Board's file changes them.
"""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
import time_machine
from django.test import Client

from oneplan.access.actors import actor_for, system
from oneplan.accounts.models import User
from oneplan.commitments.actions import sign_commitments
from oneplan.commitments.models import Signature
from oneplan.institutions.models import Institution, Post
from oneplan.institutions.ownership import owned_by
from oneplan.institutions.queries import may_sign_for, signing_post
from oneplan.joint_planning.actions import adopt_edition, freeze_copy
from oneplan.joint_planning.seal import verify_bundle
from oneplan.joint_planning.tests import factories
from oneplan.periods import clock
from oneplan.spaces import queries as places
from oneplan.spaces.actions import publish_boundaries
from oneplan.spaces.models import Ward
from tests.world import World

PASSWORD = "four unrelated words here"
MAYOR = "mun-dc36.executive-mayor"
BUNDLE = "/plans/DC36/bundle.json"


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> None:
    """Keys and documents lie in a folder of the test's own."""
    settings.HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "documents"


def adopt_before_the_election(world: World, district: Institution) -> Signature:
    """Waterberg's One Plan, sealed, with a commitment that the district's manager Puleng signed."""
    hub, puleng = world.hub36, world.signatory("Puleng", district.code)
    edition = factories.fill(factories.edition_of(world.dc36, by=hub), by=hub)
    commitment = factories.commit(edition, district, by=hub)
    factories.answer_all(edition, district, hub=hub, signatory=puleng)
    factories.pass_gates(edition, by=hub)
    edition.refresh_from_db()
    copy = freeze_copy(edition, revision=edition.revision, by=hub)
    sign_commitments(district, copy_hash=copy.sha256, by=puleng)
    made = factories.committees(world.dc36, by=hub)
    factories.resolve(made["technical"], "submit", copy, by=hub)
    factories.resolve(made["political"], "approve", copy, by=hub)
    adopt_edition(edition, by=hub)
    return Signature.objects.get(party__commitment=commitment)


def hold(client: Client, code: str, name: str) -> None:
    """Record by the page who fills a post from today on."""
    form = {"person_name": name, "capacity": "holder", "valid_from": clock.today().isoformat(), "reason": "Elected"}
    form["revision"] = str(Post.objects.get(code=code).revision)
    answer = client.post(f"/posts/{code}/fill/", form)
    assert answer.status_code == 302, answer.content.decode()


def invite_into(client: Client, code: str, name: str, email: str) -> User:
    """Invite somebody into a post by the page; the account is opened by the link."""
    form = {"person_name": name, "email": email, "capacity": "holder", "valid_from": clock.today().isoformat()}
    form["revision"] = str(Post.objects.get(code=code).revision)
    link = re.search(
        r"http://testserver(/invitation/[^\"<]+/)", client.post(f"/posts/{code}/invite/", form).content.decode()
    )
    assert link is not None
    guest = Client()
    assert guest.post(link[1], {"password": PASSWORD, "again": PASSWORD}).status_code == 302
    return User.objects.get(email=email)


def draw_new_wards(on: date) -> tuple[str, str]:
    """A new delimitation of Modimolle-Mookgophong: its last ward ends, another begins. Returns both codes."""
    held = Ward.objects.filter(municipal_area_id="LIM368").order_by("code").values_list("code", flat=True)
    codes = [*list(held)[:-1], "93608999"]
    outlines = np.array([shapely.box(28 + n / 10, -25, 28.1 + n / 10, -24.9) for n in range(len(codes))], dtype=object)
    publish_boundaries(
        codes, outlines, level="ward", as_at=on, source="Demarcation Board, 2026", file_sha256="c" * 64,
        by=system("tests"), parents=["LIM368"] * len(codes),
    )  # fmt: skip
    return list(held)[-1], "93608999"


def test_an_election_loses_nothing(world: World, django_capture_on_commit_callbacks: Any) -> None:
    district = Institution.objects.get(code="mun-dc36")
    signature = adopt_before_the_election(world, district)
    manager = signing_post(district)
    assert manager is not None
    public = world.client(world.public)
    sealed = public.get(BUNDLE).getvalue()
    owned = [(each.label, list(each.things)) for each in owned_by(world.office, manager)]
    assert any(things for _label, things in owned)
    mayor_before = Post.objects.get(code=MAYOR).holdings.get(valid_to=None).person_name

    with time_machine.travel(clock.now() + timedelta(days=21)):
        hub, office = world.client(world.hub36), world.client(world.office)
        with django_capture_on_commit_callbacks(execute=True):
            hold(hub, MAYOR, "Irene Mehlo")
            new = invite_into(office, manager.code, "Tefo Mohapi", "tefo@waterberg.example")
        gone, come = draw_new_wards(clock.today())

        committees = hub.get("/spaces/DC36/committees/").content.decode()
        assert "Irene Mehlo" in committees and mayor_before not in committees.split("Resolutions")[0]
        page = office.get(f"/posts/{manager.code}/").content.decode()
        assert "Puleng" in page and "Tefo Mohapi" in page, "history keeps both"
        assert [(each.label, list(each.things)) for each in owned_by(world.office, manager)] == owned

        successor = world.client(actor_for(new))
        ref = signature.party.commitment.ref
        assert ref in successor.get("/institutions/mun-dc36/commitments/").content.decode()
        assert successor.get(f"/commitments/{ref}/").status_code == 200
        predecessor = actor_for(User.objects.get(name="Puleng"))
        assert predecessor.grants == frozenset(), "the rights moved"
        assert may_sign_for(predecessor, district) is None and may_sign_for(actor_for(new), district) is not None

        signature.refresh_from_db()
        assert "Puleng" in signature.signed_by and signature.voided_at is None
        today = set(places.as_at("ward", clock.today()).filter(parent_code="LIM368").values_list("code", flat=True))
        assert come in today and gone not in today
        assert public.get(BUNDLE).getvalue() == sealed, "the sealed plan is the same to the byte"
        assert verify_bundle(sealed).is_valid
        assert public.get("/plans/DC36/").status_code == 200
        assert hub.get("/spaces/DC36/").status_code == 200
