"""The register of source plans, at its pages."""

from datetime import date

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from oneplan.access.roles import Role
from oneplan.frameworks import queries as frameworks
from oneplan.platform.errors import NotAllowed, RuleBroken, StaleRevision
from oneplan.source_plans import queries, rules
from oneplan.source_plans.actions import amend_plan, register_plan, withdraw_item, withdraw_plan, write_items
from oneplan.source_plans.models import PlanItem, SourcePlan
from oneplan.source_plans.rules import ItemTerms

GOAL = ItemTerms("1", "goal", "Water for every household")
BELOW = ItemTerms("1.1", "objective", "Bulk supply to Steiloop", parent_ref="1", target="2 reservoirs")


@pytest.fixture
def hub(world):
    return world._person("Hendrik", Role.HUB_MANAGER, "space:DC36")


@pytest.fixture
def plan(world, hub):
    return register_plan(
        by=hub, code="idp-dc36", kind="idp", title="IDP 2022–2027", reference="Council, 31 May 2022", space=world.dc36,
        valid_from=date(2022, 7, 1), valid_to=date(2027, 7, 1),
    )  # fmt: skip


def write(plan, hub, *items, reason="As adopted"):
    plan.refresh_from_db()
    return write_items(plan, items, revision=plan.revision, reason=reason, by=hub)


@pytest.mark.django_db
def test_the_national_lists_are_there_as_plans_with_their_items():
    for known in frameworks.priority_sets():
        if known.is_national and not known.is_open:
            plan = SourcePlan.objects.get(code=known.code.replace("_", "-"))
            assert [item.ref for item in queries.items_of(plan)] == [each.code for each in known.priorities]
            assert {item.standing for item in plan.items.all()} == {each.standing.value for each in known.priorities}


@pytest.mark.django_db
def test_what_comes_with_oneplan_is_not_changed(world):
    office = world._person("Naledi", Role.NATIONAL_PROGRAMME_OFFICE, "national")
    shipped = SourcePlan.objects.get(code="ndp-2030")
    with pytest.raises(RuleBroken, match="comes with OnePlan"):
        amend_plan(shipped, revision=shipped.revision, reason="Better", title="Mine", by=office)


@pytest.mark.django_db
def test_a_hub_registers_plans_of_its_space_and_of_no_other(world, hub):
    with pytest.raises(NotAllowed):
        register_plan(by=hub, code="idp-dc15", kind="idp", title="IDP", reference="Council", space=world.dc15)
    with pytest.raises(RuleBroken, match="Name the document"):
        register_plan(by=hub, code="idp-x", kind="idp", title="IDP", reference=" ", space=world.dc36)
    assert not SourcePlan.objects.filter(is_shipped=False).exists()


@pytest.mark.django_db
def test_items_stand_under_one_another_and_writing_them_again_changes_nothing(plan, hub):
    written = write(plan, hub, BELOW, GOAL)
    assert (written.added, written.changed, written.unchanged) == (2, 0, 0)
    assert [(line.item.ref, line.depth) for line in queries.tree_of(plan)] == [("1", 0), ("1.1", 1)]
    again = write(plan, hub, GOAL, BELOW)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("items", "words"),
    [
        ((ItemTerms("a", "goal", "A", "b"), ItemTerms("b", "goal", "B", "a")), "leads back to itself"),
        ((ItemTerms("1", "goal", "A", "1"),), "leads back to itself"),
        ((GOAL, ItemTerms("2", "goal", "B"), ItemTerms("3", "goal", "C", "1"), ItemTerms("3", "goal", "C", "2")),
         "two parents"),
        ((ItemTerms("2", "objective", "B", "9"),), "does not have"),
        ((ItemTerms("2", "project", "B"), ItemTerms("3", "goal", "C", "2")), "Put the broader one above"),
        ((ItemTerms("2", "goal", "B"), ItemTerms("2", "goal", "B")), "stated twice"),
        ((ItemTerms("2", "project", "B", start_year=2026, finish_year=2024),), "Exchange the years"),
    ],
)  # fmt: skip
def test_a_tree_that_cannot_be_is_refused_whole(plan, hub, items, words):
    with pytest.raises(RuleBroken, match=words):
        write(plan, hub, *items)
    assert not plan.items.exists()


@pytest.mark.django_db
def test_an_item_above_others_is_not_withdrawn_and_a_plan_seen_before_a_change_is_not_overwritten(plan, hub):
    write(plan, hub, GOAL, BELOW)
    top, below = plan.items.get(ref="1"), plan.items.get(ref="1.1")
    with pytest.raises(RuleBroken, match="stand under 1"):
        withdraw_item(top, revision=top.revision, reason="Gone", by=hub)
    withdraw_item(below, revision=below.revision, reason="Built", by=hub)
    assert [line.item.ref for line in queries.tree_of(plan)] == ["1"]
    with pytest.raises(StaleRevision):
        write_items(plan, [GOAL], revision=1, reason="Old page", by=hub)
    plan.refresh_from_db()
    withdraw_plan(plan, revision=plan.revision, reason="Never adopted", by=hub)
    with pytest.raises(RuleBroken, match="Never adopted"):
        write(plan, hub, GOAL)


@given(st.lists(st.integers(0, 7), min_size=1, max_size=8))
def test_whatever_is_let_through_is_a_tree(parents):
    items = [
        ItemTerms(str(n), "goal", "Goal", parent_ref="" if parent == n else str(parent))
        for n, parent in enumerate(parents)
    ]
    if rules.faults_of(items, {}):
        return
    above = {item.ref: item.parent_ref for item in items}
    for ref in above:
        steps = 0
        while ref:
            ref, steps = above[ref], steps + 1
            assert steps <= len(items)


@pytest.mark.django_db
def test_everybody_reads_the_register_and_finds_a_plan_by_a_word_of_its_items(client, plan, hub):
    write(plan, hub, GOAL, BELOW)
    found = client.get(reverse("source_plans:plan_list"), {"text": "steiloop"}).content.decode()
    assert "IDP 2022–2027" in found
    assert "National Development Plan 2030" not in found
    page = client.get(reverse("source_plans:plan", args=["idp-dc36"])).content.decode()
    assert "Bulk supply to Steiloop" in page
    assert "Add an item" not in page
    told = b"".join(client.get(reverse("source_plans:items_csv", args=["idp-dc36"])).streaming_content).decode()
    assert "1.1,objective,1,Bulk supply to Steiloop" in told


@pytest.mark.django_db
def test_a_hub_registers_a_plan_and_writes_an_item_by_page(world, hub, client):
    client.force_login(hub.user)
    given = {
        "kind": "sdf",
        "title": "Spatial framework",
        "code": "sdf-dc36",
        "reference": "Council 2023",
        "space": "DC36",
    }
    assert client.post(reverse("source_plans:register_plan"), given).status_code == 302
    address = reverse("source_plans:write_item", args=["sdf-dc36"])
    item = {"ref": "N1", "kind": "objective", "title": "Nodes", "reason": "As adopted", "revision": 1}
    assert client.post(address, item).status_code == 302
    assert client.post(address, {**item, "ref": "N2"}).status_code == 412
    refused = client.post(address, {**item, "ref": "N2", "kind": "goal", "parent_ref": "N1", "revision": 2})
    assert refused.status_code == 409
    assert "Put the broader one above" in refused.content.decode()
    row = PlanItem.objects.get(plan__code="sdf-dc36")
    change = reverse("source_plans:change_item", args=["sdf-dc36", row.pk])
    assert client.post(change, {**item, "title": "Nodes and corridors", "revision": 2}).status_code == 302
    row.refresh_from_db()
    assert row.title == "Nodes and corridors"


def test_a_line_of_twenty_thousand_items_that_ends_in_a_circle_is_judged_at_once():
    items = [ItemTerms(str(number), "goal", "G", str(number + 1)) for number in range(20_000)]
    assert len(rules.faults_of(items, {})) == 1  # the last has no item above it
    faults = rules.faults_of([*items, ItemTerms("20000", "goal", "G", "19999")], {})
    assert len(faults) == 20_001
    assert "19999 → 20000 → 19999" in faults[0].sentence
    assert max(len(fault.sentence) for fault in faults) < 300
