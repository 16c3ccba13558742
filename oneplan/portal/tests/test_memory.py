"""Histories for those who may see the thing, the log for auditors, and a chain that finds every alteration."""

from datetime import date
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from oneplan.joint_planning.tests import factories
from oneplan.plans.actions import revise_finding
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


def test_pages_of_a_thing_tell_its_history_in_the_words_of_the_log(world):
    edition = factories.fill(factories.edition_of(world.dc36, by=world.hub36), by=world.hub36)
    commitment = factories.commit(edition, world.dws, by=world.hub36)
    finding = edition.findings.get(ref="F-001")
    finding = revise_finding(
        finding,
        revision=finding.revision,
        by=world.hub36,
        value=Decimal("6400.5"),
        unit="dwellings",
        source_date=date(2026, 5, 31),
    )
    client = world.client(world.hub36)
    for path, key in (
        ("/spaces/DC36/plan/1/elements/F-001/", "edition:DC36:1:F-001"),
        (f"/commitments/{commitment.ref}/", f"commitment:{commitment.ref}"),
    ):
        context = client.get(path).context
        short = context["history"] if "history" in context else context["entries"]
        whole = {line.pk: line for line in client.get(f"/history/{key}/").context["entries"]}
        assert short
        for line in short:
            assert (line.what, line.told, line.changes) == (
                whole[line.pk].what, whole[line.pk].told, whole[line.pk].changes,
            )  # fmt: skip
    page = client.get("/spaces/DC36/plan/1/elements/F-001/").content.decode().replace("\u00a0", " ")
    assert "6 400,5" in page
    assert "31 May 2026" in page
    assert "2026-05-31" not in page.split("What changed")[1]


def test_the_log_is_asked_in_words_and_names(world):
    edition = factories.fill(factories.edition_of(world.dc36, by=world.hub36), by=world.hub36)
    commitment = factories.commit(edition, world.dws, by=world.hub36)
    client = world.client(world.auditor)

    def about(words, **more):
        context = client.get("/log/", {"subject": words, **more}).context
        return {line.subject.partition(":")[0] for line in context["lines"]}, context

    told, context = about(commitment.ref.lower())
    assert told == {"commitment"}
    assert {"commitment.proposed", "pledge.drafted"} <= {line.event for line in context["lines"]}
    assert about(commitment.title[:12])[0] == {"commitment"}
    assert about(f"commitment:{commitment.ref}")[0] == {"commitment"}
    assert {line.subject for line in about("F-001")[1]["lines"]} == {"edition:DC36:1:F-001"}
    assert "edition" in about("Waterberg")[0]
    assert about("Hendrik")[0] <= {"user"}
    assert about("no such thing")[0] == set()
    assert about("Waterberg", scope="space:DC15")[0] == set()
    page = client.get("/log/").content.decode()
    assert '<option value="space:DC36">Waterberg' in page
    assert '<option value="" selected>everywhere</option>' in page


def test_a_filter_of_the_log_that_means_too_much_or_nothing_shows_nothing_and_says_so(world, monkeypatch):
    factories.edition_of(world.dc36, by=world.hub36)
    client = world.client(world.auditor)
    monkeypatch.setattr("oneplan.portal.queries.mentions.MOST", 3)
    for query, sentence in (
        ({"subject": "a"}, "Very many things are called so"),
        ({"scope": "space:XX"}, "is not one of the available choices"),
    ):
        answer = client.get("/log/", query)
        assert answer.context["lines"] == []
        assert sentence in answer.content.decode()
        assert b"".join(client.get("/log/", {**query, "format": "csv"}).streaming_content).count(b"\n") == 1
