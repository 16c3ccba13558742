"""A handover loses nothing: what the post owns stays, the rights move, past signatures keep the name of their day."""

import io
from datetime import timedelta

import pytest

from oneplan.access.actors import actor_for, system
from oneplan.accounts.models import User
from oneplan.commitments.actions import sign_commitments
from oneplan.commitments.models import Signature
from oneplan.committees.actions import constitute_committee, seat_member
from oneplan.indicators.actions import assign_owner
from oneplan.indicators.choices import OwnerSubject
from oneplan.institutions.actions import delegate_powers, fill_post
from oneplan.institutions.choices import Power
from oneplan.institutions.models import Post
from oneplan.institutions.ownership import owned_by
from oneplan.institutions.queries import may_sign_for, signing_post
from oneplan.joint_planning import actions
from oneplan.joint_planning.tests import factories
from oneplan.periods import clock
from oneplan.plans import actions as plans
from oneplan.plans.models import Finding, Outcome, Section, Strategy
from oneplan.platform.documents import store

pytestmark = pytest.mark.django_db

KINDS = {
    "Commitments it is accountable for",
    "Immediate issues",
    "Findings",
    "Outcomes",
    "Strategies",
    "Sections of plans",
    "Seats on committees",
    "Delegations given",
    "Delegations received",
    "Figures it answers for",
}
OPEN = {"Delegations given", "Delegations received", "Figures it answers for"}  # everybody may read these


def owned(actor, post):
    return {each.label: [(thing.text, thing.href) for thing in each.things] for each in owned_by(actor, post)}


def own_everything(world, post):
    """One thing of every kind, owned by the post; and the commitment, agreed and signed by its holder."""
    hub = world.hub36
    edition = factories.fill(factories.edition_of(world.dc36, by=hub), by=hub)
    finding, outcome, strategy = (
        Finding.objects.filter(edition=edition)[0],
        Outcome.objects.filter(edition=edition)[0],
        Strategy.objects.filter(edition=edition)[0],
    )
    plans.revise_finding(finding, revision=finding.revision, by=hub, owner_post=post)
    plans.revise_outcome(outcome, revision=outcome.revision, by=hub, owner_post=post)
    plans.revise_strategy(strategy, revision=strategy.revision, by=hub, owner_post=post)
    Section.objects.filter(pk=Section.objects.filter(edition=edition)[0].pk).update(owner_post=post)
    plans.raise_immediate_issue(
        edition, finding.ref, kind="basic_service", service="Water",
        households=40, households_source="Counted by the municipality", owner_post=post,
        due_on=clock.today() + timedelta(days=9), by=hub,
    )  # fmt: skip
    assign_owner(
        OwnerSubject.INDICATOR, "population", post=post, reason="It counts the people", revision=0, by=world.office
    )
    commitment = factories.commit(edition, world.health, by=hub)
    factories.answer_all(edition, world.health, hub=hub, signatory=world.ayanda)
    committee = constitute_committee(world.dc36, "technical", ruleset=edition.ruleset, by=hub)
    seat_member(committee, post, "member", by=hub)
    other = Post.objects.filter(institution=world.health).exclude(pk=post.pk)[0]
    for giver, taker in ((post, other), (other, post)):
        paper = store(io.BytesIO(b"signed"), name="a.txt", media_type="text/plain", by=world.ayanda)
        delegate_powers(
            giver, taker, powers=[Power.CONTRIBUTE], instrument=paper, reference="LDoH 1", valid_from=clock.today(),
            valid_to=clock.today() + timedelta(days=99), by=system("tests"),
        )  # fmt: skip
    factories.pass_gates(edition, by=hub)
    edition.refresh_from_db()
    copy = actions.freeze_copy(edition, revision=edition.revision, by=hub)
    sign_commitments(world.health, copy_hash=copy.sha256, by=world.ayanda)
    return commitment


def test_a_handover_keeps_what_the_post_owns_moves_the_rights_and_leaves_past_signatures(world):
    old, post = world.ayanda, signing_post(world.health)
    assert post is not None
    commitment = own_everything(world, post)
    before = owned(world.office, post)
    assert set(before) == KINDS and all(before.values()), before
    signature = Signature.objects.get(party__commitment=commitment)
    assert "Ayanda" in signature.signed_by
    user = User.objects.create_user("new@example.org", "a long enough password", name="Mpho")
    post.refresh_from_db()
    fill_post(post, person_name="Mpho", user=user, valid_from=clock.today(), revision=post.revision, by=world.office)
    assert owned(world.office, post) == before
    assert may_sign_for(actor_for(user), world.health) is not None
    assert may_sign_for(actor_for(old.user), world.health) is None
    signature.refresh_from_db()
    assert "Ayanda" in signature.signed_by and signature.voided_at is None
    page = world.client(world.office).get(f"/posts/{post.code}/").content.decode()
    assert "Mpho" in page and "Ayanda" in page
    for things in before.values():
        for _text, href in things:
            assert href in page
            assert world.client(world.office).get(href).status_code == 200


def test_the_page_tells_nobody_of_drafts_that_they_may_not_read(world):
    post = signing_post(world.health)
    assert post is not None
    commitment = own_everything(world, post)
    seen = owned(world.charlie, post)
    assert not any(seen[kind] for kind in KINDS - OPEN)
    assert commitment.ref not in world.client(world.charlie).get(f"/posts/{post.code}/").content.decode()
