"""Histories for those who may see the thing, the log for auditors, and a chain that finds every alteration."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from oneplan.joint_planning.tests import factories
from oneplan.platform.audit import seal_log
from oneplan.platform.models import LogEntry
from oneplan.portal.queries.memory import lines


def test_the_history_of_a_commitment_tells_who_did_what_to_it_and_its_parts(world):
    edition = factories.fill(factories.edition_of(world.dc36, by=world.hub36), by=world.hub36)
    commitment = factories.commit(edition, world.dws, by=world.hub36)
    page = world.client(world.hub36).get(f"/history/commitment:{commitment.ref}/").content.decode()
    assert "A commitment was proposed" in page
    assert "A pledge was drafted" in page
    assert "Hendrik" in page


def test_the_history_of_what_one_may_not_see_is_missing(world):
    edition = factories.fill(factories.edition_of(world.dc36, by=world.hub36), by=world.hub36)
    commitment = factories.commit(edition, world.dws, by=world.hub36)
    stranger = world.client(world.thandi)
    for key in (
        f"commitment:{commitment.ref}",
        "edition:DC36:1",
        "edition:DC36:1:F-001",
        "space:DC36",
        f"user:{world.hub36.user_id}",
    ):
        assert stranger.get(f"/history/{key}/").status_code == 404, key
        assert world.client(world.public).get(f"/history/{key}/").status_code == 302, key
    for key in ("edition:DC36:1", "edition:DC36:1:F-001", "space:DC36"):
        assert world.client(world.hub36).get(f"/history/{key}/").status_code == 200, key


def test_an_element_tells_only_its_own_history(world):
    factories.fill(factories.edition_of(world.dc36, by=world.hub36), by=world.hub36)
    context = world.client(world.hub36).get("/history/edition:DC36:1:F-001/").context
    assert {entry.subject for entry in context["page"]} == {"edition:DC36:1:F-001"}


def test_the_memory_speaks_in_words_and_names(world):
    edition = factories.fill(factories.edition_of(world.dc36, by=world.hub36), by=world.hub36)
    commitment = factories.commit(edition, world.dws, by=world.hub36)
    client = world.client(world.auditor)
    told = {line.event: line for line in client.get("/log/").context["lines"]}
    assert told["commitment.proposed"].about == f"{commitment.ref} {commitment.title}"
    [opened] = client.get("/log/?event=edition.opened").context["lines"]
    assert opened.about == "Waterberg, edition 1"
    assert {change.field: change.after for change in opened.changes}["Rule set"] == "Framework 2020"
    pledge = {change.field: change.after for change in told["pledge.drafted"].changes}
    facts = dict(told["pledge.drafted"].told)
    assert "Department of Water and Sanitation" in {*pledge.values(), *facts.values()}
    assert any("R12\u00a0000\u00a0000,00" in words for words in {*pledge.values(), *facts.values()})
    space = client.get("/history/space:DC36/").content.decode()
    assert "institution:nat-dws" not in space
    assert "framework_2020" not in space


def test_names_are_fetched_together_and_not_one_by_one(world):
    factories.fill(factories.edition_of(world.dc36, by=world.hub36), by=world.hub36)
    entries = list(LogEntry.objects.select_related("actor").order_by("-id")[:50])
    with CaptureQueriesContext(connection) as queries:
        lines(entries)
    assert len(queries) <= 6


def test_a_key_that_is_no_number_and_an_address_with_a_nul_are_no_failure(world):
    page = world.client(world.auditor)
    for key in ("edition:DC36:²", "user:²", "pledge:²", "post:²"):
        assert page.get(f"/history/{key}/").status_code == 404, key
    assert page.get("/commitments/?q=a%00b").status_code == 400
    assert page.get("/log/?since=0001-01-01&until=9999-12-31").status_code == 200


def test_only_auditors_read_the_log(world):
    assert world.client(world.auditor).get("/log/").status_code == 200
    assert world.client(world.hub36).get("/log/").status_code == 404
    assert world.client(world.hub36).post("/log/verify/").status_code == 404


def test_the_log_is_filtered_and_taken_as_csv(world):
    factories.edition_of(world.dc36, by=world.hub36)
    client = world.client(world.auditor)
    page = client.get("/log/?event=edition.opened&scope=space:DC36")
    assert {line.event for line in page.context["lines"]} == {"edition.opened"}
    body = b"".join(client.get("/log/?event=edition.opened&format=csv").streaming_content).decode("utf-8-sig")
    assert body.splitlines()[0].startswith("number,at,event")
    assert "edition:DC36:1" in body


def test_the_chain_holds_until_an_entry_is_altered(world):
    factories.edition_of(world.dc36, by=world.hub36)
    seal_log()
    client = world.client(world.auditor)
    assert "The chain holds" in client.post("/log/verify/").content.decode()
    LogEntry.objects.filter(event="edition.opened").update(reason="tampered")
    response = client.post("/log/verify/")
    assert response.status_code == 409
    assert "was altered" in response.content.decode()
