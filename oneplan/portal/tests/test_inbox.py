"""What waits for a person: counted in the top bar, listed in the inbox, and nobody else's."""

import io
from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from oneplan.access.actors import actor_for, system
from oneplan.commitments.actions import sign_commitments
from oneplan.institutions.actions import delegate_powers, end_delegation, fill_post
from oneplan.institutions.choices import Power
from oneplan.institutions.models import Post
from oneplan.institutions.queries import may_sign_for, signing_post
from oneplan.joint_planning.actions import contribute, freeze_copy, request_contribution
from oneplan.joint_planning.tests import factories
from oneplan.periods import clock
from oneplan.plans.actions import raise_immediate_issue
from oneplan.plans.models import Edition
from oneplan.platform.documents import store
from oneplan.portal.queries.inbox import inbox, waiting_for
from tests.world import LONG_AGO


def test_an_asked_institution_finds_the_request_until_it_answers(world):
    edition = factories.edition_of(world.dc36, by=world.hub36)
    asked = request_contribution(edition, "diagnostic", world.dws, request="Send findings.", by=world.hub36)
    assert waiting_for(world.planner) == 1
    assert waiting_for(world.ayanda) == waiting_for(world.charlie) == waiting_for(world.public) == 0
    page = world.client(world.planner).get("/inbox/").content.decode()
    assert "Send findings." in page
    contribute(asked, answer="Here they are.", by=world.planner)
    assert waiting_for(world.planner) == 0


def test_a_signatory_is_asked_to_answer_then_to_sign_then_left_in_peace(world):
    edition = factories.fill(factories.edition_of(world.dc36, by=world.hub36), by=world.hub36)
    factories.commit(edition, world.dws, by=world.hub36)
    assert len(inbox(world.sipho).answers) == 1
    assert inbox(world.planner).answers == []  # a contributor binds nobody
    factories.answer_all(edition, world.dws, hub=world.hub36, signatory=world.sipho)
    assert inbox(world.sipho).is_empty
    factories.pass_gates(edition, by=world.hub36)
    copy = freeze_copy(edition, revision=Edition.objects.get(pk=edition.pk).revision, by=world.hub36)
    assert len(inbox(world.sipho).signatures) == 1
    sign_commitments(world.dws, copy_hash=copy.sha256, by=world.sipho)
    assert waiting_for(world.sipho) == 0


def test_a_written_delegate_sees_what_waits_to_be_answered_and_signed(world):
    """Delegated signing is a power like the holder's own, for as long as the instrument lasts; a deputy has none."""
    edition = factories.fill(factories.edition_of(world.dc36, by=world.hub36), by=world.hub36)
    commitment = factories.commit(edition, world.dws, by=world.hub36)
    giver = signing_post(world.dws)
    assert giver is not None
    taker = Post.objects.filter(institution=world.dws).exclude(pk=giver.pk).order_by("pk")[0]
    delegate, deputy = world._person("Bongani"), world._person("Palesa")
    for actor, capacity in ((delegate, "holder"), (deputy, "deputy")):
        taker.refresh_from_db()
        fill_post(
            taker, person_name=actor.name, user=actor.user, valid_from=LONG_AGO, capacity=capacity,
            revision=taker.revision, by=system("tests"),
        )  # fmt: skip
    assert waiting_for(actor_for(delegate.user)) == 0
    paper = store(io.BytesIO(b"signed"), name="a.txt", media_type="text/plain", by=world.sipho)
    given = delegate_powers(
        giver, taker, powers=[Power.SIGN], instrument=paper, reference="DWS 7 of 2026", valid_from=clock.today(),
        valid_to=clock.today() + timedelta(days=99), by=world.sipho,
    )  # fmt: skip
    delegate = actor_for(delegate.user)
    assert [row.commitment for row in inbox(delegate).answers] == [commitment]
    assert waiting_for(delegate) == 1 and commitment.ref in world.client(delegate).get("/inbox/").content.decode()
    assert waiting_for(actor_for(deputy.user)) == 0
    factories.answer_all(edition, world.dws, hub=world.hub36, signatory=delegate)
    factories.pass_gates(edition, by=world.hub36)
    copy = freeze_copy(edition, revision=Edition.objects.get(pk=edition.pk).revision, by=world.hub36)
    assert [row.commitment for row in inbox(delegate).signatures] == [commitment]
    (signature,) = sign_commitments(world.dws, copy_hash=copy.sha256, by=delegate)
    assert "DWS 7 of 2026" in signature.signed_by or signature.instrument == "DWS 7 of 2026"
    assert inbox(delegate).signatures == [] and inbox(world.sipho).signatures == []
    end_delegation(given, on=clock.today() + timedelta(days=1), by=world.sipho)
    assert may_sign_for(actor_for(delegate.user), world.dws, clock.today() + timedelta(days=1)) is None


def test_the_count_of_the_top_bar_is_one_query(world):
    actor = world.sipho
    with CaptureQueriesContext(connection) as queries:
        waiting_for(actor)
    assert len(queries) == 1


def test_the_hub_sees_what_its_gates_miss_and_others_do_not(world):
    factories.edition_of(world.dc36, by=world.hub36)
    page = world.client(world.hub36).get("/inbox/gates/DC36/").content.decode()
    assert "Open the workspace" in page
    assert "Limpopo" not in page or "missing" in page
    assert world.client(world.thandi).get("/inbox/gates/DC36/").status_code == 404


def test_an_empty_inbox_teaches(world):
    assert "You hold no role yet" in world.client(world.charlie).get("/inbox/").content.decode()
    assert "You are up to date" in world.client(world.sipho).get("/inbox/").content.decode()


def test_an_urgent_issue_leads_to_the_board_where_it_is_resolved(world):
    edition = factories.fill(factories.edition_of(world.dc36, by=world.hub36), by=world.hub36)
    raise_immediate_issue(
        edition, "F-001", kind="basic_service", service="Water by tanker", households=5300,
        households_source="Count of the municipality", due_on=clock.today(),
        owner_post=Post.objects.get(code="nat-dws.director-general"), by=world.hub36,
    )  # fmt: skip
    page = world.client(world.sipho).get("/inbox/").content.decode()
    assert '<a href="/spaces/DC36/immediate/"><b>F-001</b> Water by tanker</a>' in page
    assert "5\u00a0300" in page
    assert world.client(world.sipho).get("/spaces/DC36/immediate/").status_code == 200
