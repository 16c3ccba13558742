"""The results tree and the timeline: what hangs together, what hangs loose, and when."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneplan.commitments.actions import serve_elements, set_shares
from oneplan.commitments.models import Commitment, Service
from oneplan.commitments.tests.factories import BY
from oneplan.frameworks.queries import ruleset
from oneplan.joint_planning.gantt import bands_on
from oneplan.joint_planning.results import drawn, rand_of, tree_of
from oneplan.joint_planning.tests import factories
from oneplan.periods import clock
from oneplan.platform.web.axis import MOST_YEARS, Axis, axis_of

DAYS = st.dates(date(1994, 1, 1), date(2100, 12, 31))


def lines(answer):
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_a_tree_goes_from_the_vision_to_the_rand(whole):
    tree = tree_of(whole.edition)
    assert tree.vision
    assert len(tree.areas) == 6
    [leaf] = tree.leaves
    area = next(each for each in tree.areas if each.held)
    assert area.impact
    assert area.outcomes[0].is_measured
    assert area.outcomes[0].strategies[0].answers
    assert leaf in area.held
    assert sum(pledged for _basis, pledged, _missing in area.rand) > 0


def test_a_commitment_that_serves_two_branches_is_told_and_counted_once(whole):
    tree = tree_of(whole.edition)
    [leaf] = tree.leaves
    outcomes = [outcome for area in tree.areas for outcome in area.outcomes]
    refs = [outcome.ref for outcome in outcomes] + [row.ref for each in outcomes for row in each.strategies]
    serve_elements(whole.commitment, whole.edition.plan.space, refs, by=whole.hub)
    again = tree_of(whole.edition)
    assert {each.ref for area in again.areas for each in area.held} == {leaf.ref}
    twigs = [twig for _area, branches in drawn(again.areas) for branch in branches for twig in branch.twigs]
    told = [each for twig in twigs for each in (twig, *twig.twigs) if each.node.is_leaf]
    assert len(told) == 6
    assert sum(each.is_first for each in told) == 1


def test_what_hangs_loose_is_listed_by_kind(whole):
    assert tree_of(whole.edition).loose["commitments"] == []
    Service.objects.all().delete()
    loose = tree_of(whole.edition).loose
    assert [end.ref for end in loose["commitments"]] == [whole.commitment.ref]
    assert len(loose["unpromised"]) == 6
    assert loose["findings"] == loose["outcomes"] == loose["unmeasured"] == loose["strategies"] == []


def test_rand_in_the_tree_is_the_share_of_the_space(whole):
    def pledged():
        return [pledged for _basis, pledged, _missing in rand_of(tree_of(whole.edition).leaves)]

    [before] = pledged()
    parts = {"DC36": Decimal("0.25"), "DC15": Decimal("0.75")}
    set_shares(whole.commitment, parts, valid_from=clock.today(), by=BY)
    assert pledged() == [before / 4]


def test_the_page_filters_by_area_party_and_loose_end_and_its_file_does_too(whole, world):
    hub, path = world.client(whole.hub), "/spaces/DC36/plan/1/results/"
    assert hub.get(f"{path}?party=nat-dws").context["tree"].leaves
    assert [area.code for area in hub.get(f"{path}?area=governance").context["tree"].areas] == ["governance"]
    assert hub.get(f"{path}?loose=findings").context["ends"][0][2] == []
    rows = lines(hub.get(f"{path}?format=csv"))
    assert whole.commitment.ref in {row["commitment_ref"] for row in rows}
    assert {row["sample"] for row in rows} == {"no"}
    assert world.client(world.thandi).get(path).status_code == 404
    Service.objects.all().delete()
    assert hub.get(f"{path}?area=governance").context["tree"].leaves == []
    assert len(hub.get(f"{path}?area={whole.commitment.area}").context["tree"].leaves) == 1


def test_an_empty_plan_teaches_the_next_step(world):
    factories.edition_of(world.dc15, by=world.thandi)
    page = world.client(world.thandi).get("/spaces/DC15/plan/1/results/").content.decode()
    assert "The vision is not written yet." in page
    assert "Set the first" in page


@given(DAYS, DAYS, DAYS)
def test_every_stretch_lies_on_the_axis(start, finish, today):
    first, last = sorted((start, finish))
    axis = axis_of([first, last], today)
    earliest, latest = today.year - MOST_YEARS, today.year + MOST_YEARS
    assert axis.holds(today)
    assert axis.first_year <= max(first.year, earliest)
    assert axis.last_year >= min(last.year, latest)
    stretch = axis.stretch(first, last)
    if last < axis.begin or first >= axis.end:  # a slip of the pen, a century away
        assert stretch is None
    else:
        assert stretch is not None
        assert 0 <= stretch.x <= 100
        assert 0 < stretch.width <= 100.4


def test_what_lies_outside_the_axis_or_has_no_date_has_no_bar():
    axis = Axis(2026, 2030)
    assert axis.stretch(None, None) is None
    assert axis.stretch(date(2020, 1, 1), date(2025, 12, 31)) is None
    assert axis.stretch(date(2031, 1, 1), None) is None
    point = axis.stretch(None, date(2026, 1, 1))
    assert point is not None
    assert point.x == 0
    cut = axis.stretch(date(2020, 1, 1), date(2040, 1, 1))
    assert cut is not None
    assert (cut.x, cut.width) == (0, 100)


def test_the_bands_of_a_plan_stand_in_their_years():
    bands = bands_on(Axis(2026, 2035), ruleset("framework_2020").bands, 2026)
    assert [band.code for band in bands] == ["short", "medium", "bridging"]
    assert bands[0].label == "year 1"
    assert round(bands[-1].x + bands[-1].width, 1) == 100
    assert len(Axis(2026, 2055).years) <= 8


@pytest.fixture
def dated(whole):
    """The commitment runs from last year into last week: it is late."""
    today = clock.today()
    Commitment.objects.update(start_on=today - timedelta(days=400), finish_on=today - timedelta(days=7))
    return whole


def test_late_is_said_in_shape_and_word_and_can_be_picked_out(dated, world):
    hub = world.client(dated.hub)
    page = hub.get("/spaces/DC36/timeline/")
    assert page.context["facts"]["late"] == 1
    assert 'class="is-late"' in page.content.decode()
    assert hub.get("/spaces/DC36/timeline/?late=no").context["facts"]["count"] == 0
    rows = {row["kind"]: row for row in lines(hub.get("/spaces/DC36/timeline/?format=csv&late=yes"))}
    assert (rows["commitment"]["late"], rows["commitment"]["days_late"]) == ("yes", "7")
    assert "stage" in rows
    other = hub.get("/spaces/DC36/timeline/?by=lead&years=medium")
    assert other.context["facts"]["count"] == 0  # it ended before those years
    assert world.client(world.thandi).get("/spaces/DC36/timeline/").status_code == 404


def test_a_commitment_without_a_date_stays_on_every_page_as_unknown(whole, world):
    Commitment.objects.update(start_on=None, finish_on=None)
    page = world.client(whole.hub).get("/spaces/DC36/timeline/?years=long")
    assert page.context["facts"]["undated"] == page.context["facts"]["count"] == 1
    assert "no date" in page.content.decode()
