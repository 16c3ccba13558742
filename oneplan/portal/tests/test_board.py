"""The national board: what each reader may count, and no more."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oneplan.access.actors import Actor
from oneplan.commitments.models import Commitment, Party, Share
from oneplan.joint_planning.actions import request_contribution
from oneplan.joint_planning.tests import factories
from oneplan.periods import clock
from oneplan.plans.models import Edition
from oneplan.portal.queries.board import SpaceRow, board_rows
from oneplan.portal.queries.money import money_by_year
from oneplan.portal.queries.space import commitments_by_state
from oneplan.projects.choices import Audience, ProjectKind
from oneplan.projects.tests.factories import project
from tests.world import World


@pytest.fixture
def planning(world: World) -> World:
    """Waterberg plans, with one commitment and one party asked; OR Tambo plans too."""
    edition = factories.fill(factories.edition_of(world.dc36, by=world.hub36), by=world.hub36)
    factories.commit(edition, world.dws, by=world.hub36)
    request_contribution(edition, "diagnostic", world.health, request="Send findings.", by=world.hub36)
    factories.edition_of(world.dc15, by=world.thandi)
    return world


def copies(world: World, number: int) -> None:
    """More commitments of the same kind, straight into the tables: size is what is tested."""
    [one] = Commitment.objects.filter(home_space="DC36")[:1]
    lead, now = Party.objects.get(commitment=one), clock.now()
    for index in range(number):
        twin = Commitment.objects.create(
            ref=f"DC36-C-9{index:03}", home_space_id="DC36", title=f"Twin {index}", kind=one.kind, area=one.area,
            novelty=one.novelty, lead=one.lead, proposed_at=now, changed_at=now,
        )  # fmt: skip
        Share.objects.create(commitment=twin, space_id="DC36", fraction=1, valid_from=clock.today())
        Party.objects.create(commitment=twin, institution=lead.institution, role="lead")


def row_of(actor: Actor, code: str = "DC36") -> SpaceRow:
    return next(row for row in board_rows(actor) if row.code == code)


def test_an_analyst_sees_all_52_with_stage_participation_and_money(planning):
    rows = board_rows(planning.analyst)
    assert len(rows) == 52
    waterberg = row_of(planning.analyst)
    assert (waterberg.stage, waterberg.asked, waterberg.contributed, waterberg.commitments) == ("diagnostic", 1, 0, 1)


def test_drafts_do_not_leak_through_counts(planning):
    contributor, elsewhere = planning.planner, planning.thandi
    assert row_of(contributor).commitments == 1  # its institution is a party there
    hidden = row_of(elsewhere)
    assert (hidden.stage, hidden.asked, hidden.commitments, hidden.late) == ("", None, None, None)
    assert "not visible to you" in hidden.standing
    assert row_of(planning.charlie, "DC15").edition is None
    assert row_of(planning.ayanda).asked == 1  # asked, so it reads the drafts


def test_the_totals_row_counts_only_what_the_reader_may_see(planning):
    totals = planning.client(planning.thandi).get("/board/").context["totals"]
    assert totals["commitments"] == totals["asked"] == 0
    assert planning.client(planning.hub36).get("/board/").context["totals"]["commitments"] == 1


def invented_commitments(number: int, space: str) -> None:
    [one] = Commitment.objects.filter(home_space="DC36", is_sample=False)[:1]
    for index in range(number):
        twin = Commitment.objects.create(
            ref=f"{space}-C-8{index:03}", home_space_id=space, title=f"Invented {index}", kind=one.kind, area=one.area,
            novelty=one.novelty, lead=one.lead, proposed_at=clock.now(), changed_at=clock.now(), is_sample=True,
            funding="unfunded",
        )  # fmt: skip
        Share.objects.create(commitment=twin, space_id=space, fraction=1, valid_from=clock.today())


def words_of(page) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", page.content.decode()).split())


def test_real_and_invented_commitments_are_in_no_count_together(planning):
    invented_commitments(2, "DC36")
    invented_commitments(3, "DC15")
    waterberg, or_tambo = row_of(planning.analyst), row_of(planning.analyst, "DC15")
    assert (waterberg.commitments, waterberg.commitments_are_sample, waterberg.invented) == (1, False, 2)
    assert (or_tambo.commitments, or_tambo.commitments_are_sample, or_tambo.invented) == (3, True, 0)
    page = planning.client(planning.analyst).get("/board/")
    totals = page.context["totals"]
    assert (totals["commitments"], totals["asked"], totals["invented"]) == (1, 1, 5)
    assert "Besides, 5 invented commitments, in no total of real ones." in words_of(page)
    told = [(alarm.count, alarm.is_sample) for alarm in page.context["alarms"] if alarm.code == "unfunded"]
    assert told == [(1, False), (3, True)]


def test_an_invented_plan_counts_for_no_real_one(planning):
    Edition.objects.filter(plan="DC36").update(is_sample=True)
    page = planning.client(planning.analyst).get("/board/")
    totals = page.context["totals"]
    assert (totals["asked"], totals["commitments"], totals["invented_plans"]) == (0, 1, 1)
    [diagnostic] = [stage for stage in page.context["strip"] if stage["code"] == "diagnostic"]
    assert (diagnostic["count"], diagnostic["invented"]) == (1, 1)
    assert "Besides, 1 invented plan, in no total of real ones." in words_of(page)


def test_where_everything_is_invented_it_is_summed_and_said_to_be(planning):
    Edition.objects.update(is_sample=True)
    Commitment.objects.update(is_sample=True)
    page = planning.client(planning.analyst).get("/board/")
    totals = page.context["totals"]
    assert (totals["asked"], totals["commitments"], totals["is_sample"], totals["invented"]) == (1, 1, True, 0)
    assert "All of these are invented for demonstration." in page.content.decode()


def test_the_csv_of_a_filter_hides_what_the_page_hides(planning):
    response = planning.client(planning.thandi).get("/board/?format=csv&q=DC36")
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    cells = dict(zip(lines[0].split(","), lines[1].split(","), strict=False))
    assert (cells["commitments"], cells["parties_asked"], cells["visible_to_you"]) == ("", "", "no")


def test_a_silent_party_and_a_late_stage_raise_an_alarm_that_filters(planning, monkeypatch):
    later = clock.now() + timedelta(days=200)
    monkeypatch.setattr(clock, "now", lambda: later)
    monkeypatch.setattr(clock, "today", lambda: later.date())
    waterberg = row_of(planning.analyst)
    assert waterberg.silent == 1
    assert waterberg.stage_is_late
    page = planning.client(planning.hub36).get("/board/?only=silent")
    assert [row.code for row in page.context["rows"]] == ["DC36"]


@pytest.mark.parametrize("path", ["/board/", "/spaces/DC36/", "/inbox/", "/search/?q=twin"])
def test_the_number_of_queries_does_not_grow_with_the_data(planning, path):
    client, counts = planning.client(planning.hub36), []
    client.get(path)  # what a process reads once
    for number in (0, 60):
        copies(planning, number)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[1] <= 16


def board_of(world: World, actor: Actor) -> str:
    return world.client(actor).get("/board/").content.decode()


def test_the_board_says_how_much_of_the_projects_is_placed_as_far_as_the_reader_sees_them(planning):
    assert "projects on the ground" not in board_of(planning, planning.thandi)
    project("Clinic", longitude=28.4, latitude=-24.7, audience=Audience.PUBLIC)
    project("Lost school", space=None, audience=Audience.PUBLIC)
    project("Grant", space=None, audience=Audience.PUBLIC, kind=ProjectKind.TRANSFER)
    project("Depot inside government", longitude=28.5, latitude=-24.6)
    seen = board_of(planning, planning.thandi)
    assert '<a href="/projects/">1 of 2 projects on the ground are placed</a>' in seen
    assert '<a href="/projects/?kind=transfer">transfer to another body</a>' in seen
    assert "2 of 3 projects on the ground are placed" in board_of(planning, planning.analyst)


def test_more_projects_cost_the_board_no_more_queries(planning):
    client, counts = planning.client(planning.analyst), []
    for spaces in (("DC36",), ("DC15", "ETH", "DC35", "DC47")):
        for space in spaces:
            project("Clinic", space=space)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/board/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_shared_commitment_counts_by_the_share_of_the_space(planning):
    Share.objects.filter(space="DC36").update(fraction="0.25")
    Share.objects.create(
        commitment=Commitment.objects.get(), space_id="DC15", fraction="0.75", valid_from=clock.today()
    )
    [line] = commitments_by_state("DC36")
    assert line.pledged == 3_000_000
    real, invented = money_by_year("DC36")
    [year] = real["PFMA"]
    assert year.indicative == 3_000_000
    assert real["MFMA"] == []
    assert not any(invented.values())
