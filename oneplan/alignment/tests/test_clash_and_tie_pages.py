"""Clashes and ties through the pages: who sees them, and what a person decides."""

import csv
import io
from datetime import date
from typing import Any

import pytest

from oneplan.alignment.choices import ClashKind, ClashState, TieState
from oneplan.alignment.models import Clash, Tie
from oneplan.commitments.tests.factories import propose
from oneplan.projects.models import Project
from oneplan.projects.tests import factories
from tests.world import World

pytestmark = pytest.mark.django_db
WHY = "Both trenches are the same trench, dug once."


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def clash(db: None) -> Clash:
    left, right = factories.project("Water main"), factories.project("Fibre trench")
    return Clash.objects.create(
        kind=ClashKind.SAME_PLACE, left=left, right=right, rule="near", weight=0.8, metres=120.0,
        starts_on=date(2027, 1, 1), ends_on=date(2027, 6, 30), found_at=factories.NOON,
    )  # fmt: skip


@pytest.fixture
def tie(db: None) -> Tie:
    row = factories.project("Bulk water to Mthatha", space="DC15")
    return Tie.objects.create(commitment=propose(), project=row, likeness=0.9, proposed_at=factories.NOON)


def test_a_clash_says_what_where_and_when(world: World, clash):
    text = text_of(world.client(world.hub36).get("/clashes/"))
    assert "120 metres apart" in text
    assert "1 Jan 2027 to 30 Jun 2027" in text


def test_a_clash_is_dismissed_with_a_reason_and_opened_again(world: World, clash):
    client, home = world.client(world.hub36), f"/clashes/{clash.pk}/"
    assert client.post(f"{home}dismiss/", {"revision": 1, "reason": "no"}).status_code == 409
    client.post(f"{home}dismiss/", {"revision": 1, "reason": WHY})
    clash.refresh_from_db()
    assert clash.state == ClashState.DISMISSED
    assert WHY in text_of(client.get(home))
    assert "Water main" not in text_of(client.get("/clashes/"))
    assert "Water main" in text_of(client.get("/clashes/?state=dismissed"))
    assert client.post(f"{home}reopen/", {"revision": 1, "reason": WHY}).status_code == 412
    client.post(f"{home}reopen/", {"revision": 2, "reason": WHY})
    clash.refresh_from_db()
    assert (clash.state, clash.reason) == (ClashState.OPEN, "")


def test_a_clash_stands_on_the_pages_of_its_projects(world: World, clash):
    assert "120 metres apart" in text_of(world.client(world.hub36).get(f"/projects/{clash.left.ref}/"))


def test_who_sees_one_side_alone_sees_no_clash(world: World, clash):
    Project.objects.filter(pk=clash.right_id).update(space="DC15", province="EC")
    assert world.client(world.hub36).get(f"/clashes/{clash.pk}/").status_code == 404
    assert "Water main" not in text_of(world.client(world.hub36).get("/clashes/"))


def test_who_only_reads_dismisses_nothing(world: World, clash):
    given = {"revision": 1, "reason": WHY}
    assert world.client(world.analyst).post(f"/clashes/{clash.pk}/dismiss/", given).status_code == 403


def test_the_file_of_clashes_holds_the_sentence(world: World, clash):
    answer: Any = world.client(world.hub36).get("/clashes/list.csv?space=DC36")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [row["left"] for row in rows] == [clash.left.ref]
    assert "120 metres apart" in rows[0]["sentence"]


def test_a_tie_is_confirmed_on_the_page_of_its_commitment_and_taken_back(world: World, tie):
    client = world.client(world.thandi)
    assert tie.project.ref in text_of(client.get(f"/commitments/{tie.commitment.ref}/"))
    client.post(f"/ties/{tie.pk}/confirm/", {"revision": 1, "reason": "The contract names the commitment."})
    tie.refresh_from_db()
    assert tie.state == TieState.CONFIRMED
    assert tie.commitment.ref in text_of(client.get(f"/projects/{tie.project.ref}/"))
    refused = client.post(f"/ties/{tie.pk}/reject/", {"revision": 2, "reason": "The contract names another."})
    assert refused.status_code == 409
    client.post(f"/ties/{tie.pk}/undo/", {"revision": 2, "reason": "The contract was read wrongly."})
    tie.refresh_from_db()
    assert (tie.state, tie.decided_at) == (TieState.PROPOSED, None)


def test_who_may_not_read_the_commitment_sees_no_tie(world: World, tie):
    assert world.client(world.hub36).post(f"/ties/{tie.pk}/confirm/", {"revision": 1}).status_code == 404
