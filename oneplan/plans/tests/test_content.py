"""The canonical content: plain, sorted, sealed against later changes below, and read in a fixed number of queries."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from oneplan.plans import actions, queries
from oneplan.plans.exports import plan_content
from oneplan.plans.models import Edition, OnePlan
from tests.world import World


def as_bytes(edition: Edition) -> bytes:
    return json.dumps(plan_content(edition), sort_keys=True, ensure_ascii=False).encode()


def plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and plain(each) for key, each in value.items())
    if isinstance(value, list):
        return all(plain(each) for each in value)
    return value is None or type(value) in (str, int, bool)


def test_an_edition_is_told_whole_and_plain(edition: Edition, everything: dict[str, Any], world: World):
    told = plan_content(edition)
    assert plain(told)
    finding = told["findings"][0]
    assert finding["value"] == "31.5"
    assert finding["place"]["municipal_areas"][0] == {"code": "LIM361", "name": "Thabazimbi"}
    assert finding["area"] == {"code": "services", "label": "Integrated services provisioning"}
    assert finding["markings"][0]["marker"] == "women"
    assert [each["code"] for each in finding["priorities"]] == ["mtdp-2", "ndp-4", ""]
    assert finding["priorities"][2]["label"] == "Water for growth"
    assert told["strategies"][0]["findings"] == ["F-001"]
    assert told["vision"]["ref"] == "V-001"
    assert told["sections"][0]["body"] == "<p>Water is scarce</p>"
    assert told["immediate_issues"][0]["ref"] == "S-001"
    assert "framework_2020" not in json.dumps(told)


def test_it_is_sorted_by_reference_whatever_the_order_of_writing(world: World, edition: Edition):
    for area in ("people", "economy", "spatial"):
        actions.record_finding(edition, area=area, statement=f"A finding about {area}.", by=world.hub36)
        actions.write_impact(edition, area=area, text=f"A better state of {area}.", by=world.hub36)
    told = plan_content(edition)
    assert [each["ref"] for each in told["findings"]] == ["F-001", "F-002", "F-003"]
    assert [each["ref"] for each in told["impacts"]] == sorted(
        (each["ref"] for each in told["impacts"]), key=lambda r: (len(r), r)
    )


def test_another_rule_set_and_back_gives_the_same_bytes(world: World, edition: Edition, everything: dict[str, Any]):
    edition.refresh_from_db()
    before = as_bytes(edition)
    there = actions.change_ruleset(edition, ruleset="regulations_2024", revision=edition.revision, by=world.hub36)
    assert [each.ref for each in queries.content(there)] == [each.ref for each in queries.content(edition)]
    back = actions.change_ruleset(there, ruleset="framework_2020", revision=there.revision, by=world.hub36)
    assert as_bytes(back) == before


def test_content_is_read_in_a_fixed_number_of_queries(
    world: World, edition: Edition, everything: dict[str, Any], django_assert_max_num_queries: Callable[..., Any]
):
    edition = queries.visible_to(world.hub36).get(pk=edition.pk)
    with django_assert_max_num_queries(14) as few:
        plan_content(edition)
    for number in range(30):
        found = actions.record_finding(
            edition, area="people", statement=f"Finding number {number}.", municipal_areas=["LIM361"], by=world.hub36
        )
        actions.formulate_strategy(edition, area="people", title=f"Way {number}", findings=[found.ref], by=world.hub36)
        actions.mark_element(
            found, "youth", justification="Young people gain the most here.", revision=1, by=world.hub36
        )
    with django_assert_max_num_queries(len(few.captured_queries)) as many:
        plan_content(edition)
    assert len(many.captured_queries) == len(few.captured_queries)


def test_carrying_forward_costs_a_fixed_number_of_queries(
    world: World, edition: Edition, everything: dict[str, Any], freeze: Callable[[Edition], Edition]
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def next_one(current: Edition) -> tuple[Edition, int]:
        actions.adopt_edition(freeze(current), by=world.hub36)
        with CaptureQueriesContext(connection) as captured:
            opened = actions.open_edition(world.dc36, ruleset="framework_2020", start_year=2027, by=world.hub36)
        return opened, len(captured)

    second, few = next_one(edition)
    for number in range(20):
        actions.record_finding(second, area="people", statement=f"Finding {number}.", whole_space=True, by=world.hub36)
    _third, many = next_one(second)
    assert many <= few


def test_who_sees_which_editions(world: World, edition: Edition, freeze: Callable[[Edition], Edition]):
    readers = (world.hub36, world.technical, world.coordinator, world.office, world.analyst, world.auditor, world.admin)
    others = (world.thandi, world.lerato, world.planner, world.charlie, world.public)
    assert all(edition in queries.visible_to(actor) for actor in readers)
    assert not any(queries.visible_to(actor).exists() for actor in others)
    actions.involve_institution(edition.plan, world.dws, by=world.hub36)
    assert edition in queries.visible_to(world.planner)
    assert list(queries.readable_spaces(world.planner)) == [world.dc36]
    actions.adopt_edition(freeze(edition), by=world.hub36)
    assert all(edition in queries.visible_to(actor) for actor in (*readers, *others))
    actions.open_edition(world.dc36, ruleset="framework_2020", start_year=2027, by=world.hub36)
    assert queries.visible_to(world.public).count() == 1


@pytest.mark.parametrize("code", ["framework_2020", "regulations_2024"])
def test_both_rule_sets_open_an_edition(world: World, code: str):
    opened = actions.open_edition(world.eth, ruleset=code, start_year=2026, by=world.office)
    assert plan_content(opened)["space"]["code"] == "ETH"
    assert str(OnePlan.objects.get()).startswith("One Plan of")
