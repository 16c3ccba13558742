"""What waits for a person: counted in the top bar, listed in the inbox, and nobody else's."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from oneplan.commitments.actions import sign_commitments
from oneplan.joint_planning.actions import contribute, freeze_copy, request_contribution
from oneplan.joint_planning.tests import factories
from oneplan.plans.models import Edition
from oneplan.portal.queries.inbox import inbox, waiting_for


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
