"""Through the front door: forms, refusals, two editors, boards."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from oneplan.plans import actions
from oneplan.plans.models import Edition, Finding, ImmediateIssue, Outcome, Section, Strategy, VisionStatement
from tests.world import World

BASE = "/spaces/DC36/plan/1/elements/"


@pytest.fixture
def hub(world: World) -> Client:
    return world.client(world.hub36)


def form_of(client: Client, path: str) -> dict[str, Any]:
    """What a browser would send back unchanged."""
    form = client.get(path).context["form"]
    sent: dict[str, Any] = {}
    for field in form:
        values = form.stored_values(field) if hasattr(form, "stored_values") else [field.value()]
        sent[field.name] = values if len(values) != 1 else values[0]
    return {name: value for name, value in sent.items() if value is not None}


def test_an_element_has_a_page_that_says_all_about_it(hub: Client, everything: dict[str, Any]):
    page = hub.get(f"{BASE}F-001/").content.decode()
    for words in ("Most households in the east", "31,5", "Census 2022", "Thabazimbi", "S-001", "Women",
                  "carry the water", "Water for growth", "A finding was recorded"):  # fmt: skip
        assert words in page, words
    for ref in ("S-001", "N-001", "V-001", "I-services"):
        assert hub.get(f"{BASE}{ref}/").status_code == 200


def test_unseen_and_missing_look_the_same(world: World, everything: dict[str, Any]):
    for actor in (world.thandi, world.charlie, world.planner):
        for path in (f"{BASE}F-001/", f"{BASE}F-001/edit/", "/spaces/DC36/plan/1/elements/add/finding/"):
            assert world.client(actor).get(path).status_code == 404
    assert world.client(world.hub36).get(f"{BASE}F-099/").status_code == 404
    assert world.client(world.public).get(f"{BASE}F-001/").status_code == 302


def test_a_reader_reads_and_does_not_write(world: World, everything: dict[str, Any]):
    reader = world.client(world.analyst)
    assert "F-001/edit/" not in reader.get(f"{BASE}F-001/").content.decode()
    assert reader.get(f"{BASE}F-001/edit/").status_code == 403
    assert reader.post(f"{BASE}F-001/remove/", {"revision": 1}).status_code == 403


def test_each_kind_is_added_through_its_form(hub: Client, finding: Finding, outcome: Outcome):
    given: dict[str, dict[str, Any]] = {
        "finding": {"area": "people", "statement": "Schools have no water.", "value": "1 234,5", "unit": "learners"},
        "outcome": {"area": "people", "statement": "All learners drink water.", "direction": "up", "target": "99,5"},
        "strategy": {
            "area": "people",
            "title": "Tanks",
            "findings": ["F-001"],
            "outcomes": ["O-001"],
            "whole_space": "on",
        },
        "section": {"chapter": "introduction", "title": "Why", "body": "<p>Because <script>x</script></p>"},
    }
    for kind, fields in given.items():
        assert hub.post(f"{BASE}add/{kind}/", fields).status_code == 302, kind
    assert str(Finding.objects.get(ref="F-002").value) == "1234.5000"
    assert Strategy.objects.get().findings.get() == finding
    assert Section.objects.get().body == "<p>Because </p>"
    assert hub.get(f"{BASE}add/weather/").status_code == 404


def test_a_refusal_stands_on_the_form_and_keeps_what_was_typed(hub: Client, edition: Edition):
    page = hub.post(f"{BASE}add/finding/", {"area": "people", "statement": "Schools have no water.", "value": "12"})
    assert page.status_code == 422
    text = page.content.decode()
    assert "Name the unit" in text
    assert "Schools have no water." in text
    assert not Finding.objects.exists()


def test_vision_and_impact_are_written_for_the_first_time_and_changed(hub: Client, edition: Edition):
    assert hub.post(f"{BASE}V-001/edit/", {"revision": 0, "text": "Everybody drinks clean water."}).status_code == 302
    assert hub.post(f"{BASE}I-people/edit/", {"revision": 0, "text": "Nobody is hungry."}).status_code == 302
    sent = form_of(hub, f"{BASE}V-001/edit/")
    assert hub.post(f"{BASE}V-001/edit/", {**sent, "text": "Everybody has work."}).status_code == 302
    assert VisionStatement.objects.get().revision == 2
    assert hub.get(f"{BASE}I-weather/edit/").status_code == 404


def test_the_second_of_two_editors_compares_and_chooses(world: World, hub: Client, finding: Finding):
    mine = form_of(hub, f"{BASE}F-001/edit/")
    actions.revise_finding(
        finding,
        revision=1,
        by=world.technical,
        statement="They changed this.",
        source="They cite this.",
        whole_space=True,
    )
    page = hub.post(f"{BASE}F-001/edit/", {**mine, "statement": "I changed this.", "evidence": "I add this."})
    assert page.status_code == 412
    parts = {part["name"]: part for part in page.context["parts"]}
    assert set(parts) == {"statement", "source", "evidence", "whole_space", "municipal_areas"}
    assert (parts["statement"]["choose"], parts["source"]["choose"], parts["evidence"]["choose"]) == (
        "yours", "stored", "yours",
    )  # fmt: skip
    assert "Tebogo" in page.content.decode()
    finding.refresh_from_db()
    assert finding.statement == "They changed this."
    chosen = {"revision": page.context["revision"]}
    chosen |= {f"choose_{name}": part["choose"] for name, part in parts.items()}
    chosen |= {f"yours_{name}": part["value"] for name, part in parts.items()}
    assert hub.post(f"{BASE}F-001/edit/", {**chosen, "merge_statement": "We changed this."}).status_code == 302
    finding.refresh_from_db()
    assert (finding.statement, finding.source, finding.evidence) == (
        "We changed this.",
        "They cite this.",
        "I add this.",
    )
    assert finding.whole_space
    assert not finding.municipal_areas.exists()


def test_the_slower_editor_may_keep_every_part_of_theirs(world: World, hub: Client, finding: Finding):
    mine = form_of(hub, f"{BASE}F-001/edit/")
    actions.revise_finding(finding, revision=1, by=world.technical, municipal_areas=["LIM367"], statement="Theirs.")
    page = hub.post(f"{BASE}F-001/edit/", {**mine, "statement": "Mine.", "municipal_areas": ["LIM361", "LIM366"]})
    parts = page.context["parts"]
    chosen = {"revision": page.context["revision"]}
    chosen |= {f"choose_{part['name']}": "yours" for part in parts}
    chosen |= {f"yours_{part['name']}": part["value"] for part in parts}
    assert hub.post(f"{BASE}F-001/edit/", chosen).status_code == 302
    finding.refresh_from_db()
    assert finding.statement == "Mine."
    assert sorted(area.code for area in finding.municipal_areas.all()) == ["LIM361", "LIM366"]


def test_a_third_change_meanwhile_is_shown_again(world: World, hub: Client, finding: Finding):
    actions.revise_finding(finding, revision=1, by=world.technical, statement="Theirs, again.")
    chosen = {"revision": 1, "choose_statement": "yours", "yours_statement": "Mine."}
    assert hub.post(f"{BASE}F-001/edit/", chosen).status_code == 412


def test_an_element_is_removed_and_restored_from_its_page(hub: Client, finding: Finding, strategy: Strategy):
    assert "S-001" in hub.get(f"{BASE}F-001/remove/").content.decode()
    assert hub.post(f"{BASE}F-001/remove/", {"revision": 1, "reason": "Counted twice."}).status_code == 302
    assert "Restore it" in hub.get(f"{BASE}F-001/").content.decode()
    assert "F-001" in hub.get(f"{BASE}removed/").content.decode()
    assert hub.post(f"{BASE}F-001/restore/", {"revision": 1}).status_code == 412
    assert hub.post(f"{BASE}F-001/restore/", {"revision": 2}).status_code == 302
    finding.refresh_from_db()
    assert finding.removed_at is None


def test_markers_and_priorities_are_set_through_their_forms(hub: Client, finding: Finding):
    how = {"marker": "women", "justification": "Women and girls carry the water.", "revision": 1}
    assert hub.post(f"{BASE}F-001/mark/", {**how, "justification": "tbc"}).status_code == 422
    assert hub.post(f"{BASE}F-001/mark/", how).status_code == 302
    linked = {"ndp_2030": ["ndp-4"], "pgds": "Water for growth\r\n", "revision": 2}
    assert hub.post(f"{BASE}F-001/priorities/", linked).status_code == 302
    assert "Water for growth" in hub.get(f"{BASE}F-001/").content.decode()
    assert hub.post(f"{BASE}F-001/unmark/women/", {"revision": 3}).status_code == 302


def test_the_board_filters_in_the_address_sorts_and_exports(
    world: World, hub: Client, everything: dict[str, Any], outcome: Outcome, post: Any
):
    edition = everything["issue"].edition
    fields: dict[str, Any] = {
        "kind": "short_term",
        "service": "=Roads",
        "owner_post": post,
        "due_on": edition.opened_on,
    }
    late = actions.raise_immediate_issue(edition, outcome.ref, by=world.hub36, **fields)
    ImmediateIssue.objects.filter(pk=late.pk).update(due_on=edition.opened_on - timedelta(days=2))
    for path in ("/immediate/", "/spaces/DC36/immediate/"):
        page = hub.get(path)
        assert page.context["overdue_count"] == 1
        assert [row.ref for row in page.context["page"]] == ["O-001", "S-001"]
        assert [row.ref for row in hub.get(f"{path}?state=overdue").context["page"]] == ["O-001"]
        assert [row.ref for row in hub.get(f"{path}?q=water&kind=basic_service&sort=-ref").context["page"]] == ["S-001"]
        csv = b"".join(hub.get(f"{path}?kind=short_term&format=csv").streaming_content).decode()  # type: ignore[attr-defined]
        assert "'=Roads" in csv
        assert "Water supply" not in csv
    assert not world.client(world.thandi).get("/immediate/").context["page"].object_list


def test_urgent_issues_are_raised_changed_and_resolved_through_forms(
    world: World, hub: Client, finding: Finding, post: Any
):
    due = str(finding.edition.opened_on + timedelta(days=9))
    given = {"kind": "basic_service", "service": "Water", "owner_post": post.code, "due_on": due}
    assert hub.post(f"{BASE}F-001/immediate/", given).status_code == 302
    assert hub.post(f"{BASE}F-001/immediate/", given).status_code == 422
    sent = {**given, "service": "Water supply", "revision": 1, "reason": "Named more exactly."}
    assert hub.post(f"{BASE}F-001/immediate/revise/", sent).status_code == 302
    assert hub.get(f"{BASE}F-001/immediate/resolve/").status_code == 200
    how = {"how": "A new borehole supplies the village.", "revision": 2}
    assert hub.post(f"{BASE}F-001/immediate/resolve/", how).status_code == 302
    assert "A new borehole" in hub.get("/spaces/DC36/immediate/").content.decode()


def test_a_closed_edition_says_why_it_cannot_be_written(
    world: World, hub: Client, finding: Finding, freeze: Callable[[Edition], Edition]
):
    actions.adopt_edition(freeze(finding.edition), by=world.hub36)
    for path in ("F-001/edit/", "F-001/remove/", "add/finding/", "F-001/mark/", "V-001/edit/", "removed/"):
        page = hub.get(BASE + path)
        assert page.status_code == 409
        assert "adopted and sealed" in page.content.decode()
    assert "Most households" in world.client(world.charlie).get(f"{BASE}F-001/").content.decode()
    assert "A finding was recorded" not in world.client(world.charlie).get(f"{BASE}F-001/").content.decode()


def test_an_element_page_costs_few_queries_however_large_the_plan(
    world: World, hub: Client, everything: dict[str, Any], django_assert_max_num_queries: Callable[..., Any]
):
    with django_assert_max_num_queries(21) as few:
        hub.get(f"{BASE}F-001/")
    for number in range(15):
        found = actions.record_finding(
            everything["issue"].edition, area="people", statement=f"Finding {number}.", by=world.hub36
        )
        actions.formulate_strategy(
            found.edition, area="people", title=f"Way {number}", findings=["F-001"], by=world.hub36
        )
    with django_assert_max_num_queries(len(few.captured_queries)):
        hub.get(f"{BASE}F-001/")
