"""The placement cascade: the best evidence answers, disagreement is kept, and nothing is placed by a guess."""

from datetime import date
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oneplan.access.actors import system
from oneplan.spaces import actions
from oneplan.spaces.choices import Confidence, Doubt, PlaceMethod
from oneplan.spaces.models import FunctionalArea, MunicipalArea, Ward
from oneplan.spaces.placing import PlaceEvidence, place

NYANDENI: dict[str, Any] = {"longitude": 28.7, "latitude": -31.2}  # in EC155, outside its one ward with an outline
METHODS = list(PlaceMethod)
CONFIDENCES = list(Confidence)


def one(**said):
    [answer] = place([PlaceEvidence(**said)])
    return answer


def shares(answer):
    return {(share.space, share.municipal_area): round(share.fraction, 6) for share in answer.shares}


# ---- geometry


def test_a_point_in_a_legal_boundary_with_what_agrees_is_trusted(boxes):
    answer = one(**NYANDENI, municipal_areas=("EC155",), spaces=("DC15",))
    assert (answer.method, answer.confidence, answer.doubts) == (PlaceMethod.GEOMETRY, Confidence.HIGH, ())
    assert shares(answer) == {("DC15", "EC155"): 1} and (answer.longitude, answer.latitude) == (28.7, -31.2)
    assert answer.boundary_version == "Municipal areas, as at 2021-11-01"


def test_a_point_with_nothing_beside_it_is_trusted_less(boxes):
    assert one(**NYANDENI).confidence == Confidence.MEDIUM


def test_where_point_and_statement_disagree_both_are_kept_and_confidence_drops(boxes):
    answer = one(**NYANDENI, municipal_areas=("EC441",), spaces=("DC44",))
    assert shares(answer) == {("DC15", "EC155"): 1} and answer.confidence == Confidence.LOW
    assert answer.doubts == (Doubt.SPACE_DIFFERS, Doubt.MUNICIPALITY_DIFFERS)
    answer = one(**NYANDENI, municipal_areas=("EC156",))
    assert answer.doubts == (Doubt.MUNICIPALITY_DIFFERS,) and answer.confidence == Confidence.LOW


@pytest.mark.parametrize(
    ("point", "doubt"),
    [((0, 0), Doubt.ZERO), ((28.7, 0), Doubt.ZERO), ((-31.2, 28.7), Doubt.SWAPPED), ((28.7, 31.2), Doubt.SWAPPED),
     ((2.35, 48.85), Doubt.OUTSIDE), ((45.0, -31.2), Doubt.OUTSIDE)],
)  # fmt: skip
def test_a_point_that_is_no_place_is_never_used_and_what_is_stated_is(boxes, point, doubt):
    said: dict[str, Any] = {"longitude": point[0], "latitude": point[1]}
    answer = one(**said, municipal_areas=("EC155",))
    assert (answer.method, answer.doubts, answer.longitude) == (PlaceMethod.MUNICIPALITY, (doubt,), None)
    answer = one(**said)
    assert (answer.method, answer.doubts, answer.shares) == (PlaceMethod.NOT_PLACED, (doubt,), ())


def test_a_point_on_the_approximate_map_is_low_and_says_so(approximate):
    answer = one(longitude=28.19, latitude=-25.74, spaces=("TSH",))
    assert (answer.method, answer.confidence) == (PlaceMethod.GEOMETRY, Confidence.LOW)
    assert answer.doubts == (Doubt.APPROXIMATE,) and shares(answer) == {("TSH", "TSH"): 1}


def test_without_any_boundaries_a_point_is_not_called_foreign(bare):
    answer = one(**NYANDENI, spaces=("DC15",))
    assert (answer.method, answer.doubts, shares(answer)) == (PlaceMethod.SPACE, (), {("DC15", ""): 1})


def test_a_line_has_all_the_spaces_that_it_touches_by_length(boxes):
    line = shapely.LineString([(28.5, -31.5), (30.5, -31.5)])
    answer = one(wkb=line.wkb, spaces=("DC15",))
    parts = shares(answer)
    assert set(parts) == {("DC15", "EC155"), ("DC15", "EC156"), ("DC44", "EC441")}
    assert parts["DC15", "EC156"] == pytest.approx(0.5, abs=1e-4) and answer.confidence == Confidence.HIGH
    assert shapely.distance(line, shapely.Point(answer.longitude, answer.latitude)) < 1e-9


def test_an_area_has_shares_by_its_area_and_slivers_are_left_out(boxes):
    area = shapely.box(28.9, -31.6, 29.3, -31.4)
    assert shares(one(wkb=area.wkb)) == {
        ("DC15", "EC155"): pytest.approx(0.25, abs=1e-4), ("DC15", "EC156"): pytest.approx(0.75, abs=1e-4),
    }  # fmt: skip
    grazing = shapely.box(28.5, -31.501, 29.00001, -31.5)  # a metre beyond the border
    assert shares(one(wkb=grazing.wkb)) == {("DC15", "EC155"): 1}


def test_a_shape_mostly_abroad_is_doubted_and_one_wholly_abroad_is_no_place(boxes):
    answer = one(wkb=shapely.box(25, -31.6, 28.5, -31.4).wkb)
    assert (answer.confidence, answer.doubts) == (Confidence.LOW, (Doubt.OUTSIDE,))
    answer = one(wkb=shapely.box(20, -31.6, 21, -31.4).wkb, **NYANDENI)
    assert (answer.method, answer.doubts, answer.longitude) == (PlaceMethod.GEOMETRY, (Doubt.OUTSIDE,), 28.7)


def test_what_does_not_stand_on_the_ground_is_never_placed_by_a_point(boxes):
    point = shapely.Point(28.7, -31.2)
    answer = one(**NYANDENI, wkb=point.wkb, municipal_areas=("EC441",), is_on_ground=False)
    assert (answer.method, answer.longitude, answer.doubts) == (PlaceMethod.MUNICIPALITY, None, ())
    assert shares(answer) == {("DC44", "EC441"): 1}
    assert one(longitude=0.0, latitude=0.0, is_on_ground=False).doubts == (Doubt.BLANK,)


# ---- names


def test_a_dated_ward_places_and_one_without_its_year_never_does(boxes):
    answer = one(ward=boxes, ward_year=2021, municipal_areas=("EC155",))
    assert (answer.method, answer.confidence) == (PlaceMethod.WARD, Confidence.HIGH)
    assert [share.ward for share in answer.shares] == [boxes]
    answer = one(ward=boxes, municipal_areas=("EC155",))
    assert (answer.method, answer.doubts) == (PlaceMethod.MUNICIPALITY, (Doubt.WARD_WITHOUT_YEAR,))
    answer = one(ward=boxes)
    assert (answer.method, answer.doubts) == (PlaceMethod.NOT_PLACED, (Doubt.WARD_WITHOUT_YEAR,))


def test_a_ward_of_an_older_demarcation_gives_the_municipality_that_it_lay_in_then(boxes):
    actions.publish_boundaries(
        [boxes], np.array([shapely.box(28.6, -31.3, 28.8, -31.1)]),
        level="ward", as_at=date(2011, 5, 18), source="a test", file_sha256="9" * 64, by=system("tests"),
        parents=["EC127"],
    )  # fmt: skip
    answer = one(ward=boxes, ward_year=2011)
    assert shares(answer) == {("DC12", "EC129"): 1}  # EC127 is part of EC129 since 2016
    assert [share.ward for share in answer.shares] == [""]
    assert one(ward=boxes, ward_year=2016).doubts == (Doubt.UNKNOWN_NAME,)


def test_a_point_in_another_ward_than_the_one_stated_is_doubted(boxes):
    other = Ward.objects.filter(municipal_area_id="EC155").exclude(code=boxes).order_by("code")[0].code
    inside: dict[str, Any] = {"longitude": 28.2, "latitude": -31.8}
    assert one(**inside, ward=boxes, ward_year=2021).confidence == Confidence.HIGH
    answer = one(**inside, ward=other, ward_year=2021)
    assert (answer.doubts, answer.confidence) == ((Doubt.WARD_DIFFERS,), Confidence.LOW)
    assert [share.ward for share in answer.shares] == [boxes]


def test_several_municipalities_share_by_area_or_by_the_weights_stated(boxes):
    parts = shares(one(municipal_areas=("EC155", "EC441")))
    assert parts["DC15", "EC155"] == pytest.approx(parts["DC44", "EC441"], rel=0.01)
    weighted = one(municipal_areas=("EC155", "EC441"), indicator="households", weights=(("EC155", 1), ("EC441", 3)))
    assert shares(weighted) == {("DC15", "EC155"): 0.25, ("DC44", "EC441"): 0.75}


def test_a_municipality_that_has_ended_passes_to_its_successors(boxes):
    assert shares(one(municipal_areas=("KZN211",))) == {("DC21", "KZN212"): 0.77, ("ETH", "ETH"): 0.23}


def test_names_that_mean_nothing_or_several_places_are_doubts(boxes):
    answer = one(municipal_areas=("XX999",), spaces=("DC15",))
    assert (answer.method, answer.doubts) == (PlaceMethod.SPACE, (Doubt.UNKNOWN_NAME,))
    answer = one(municipal_areas=("EC136", "MP312"), doubts=(Doubt.AMBIGUOUS_NAME,))
    assert (answer.method, answer.confidence) == (PlaceMethod.MUNICIPALITY, Confidence.LOW)
    answer = one(municipal_areas=("EC155",), spaces=("DC44",))
    assert (answer.doubts, answer.confidence) == ((Doubt.SPACE_DIFFERS,), Confidence.LOW)


def test_an_area_served_is_its_municipal_areas(boxes):
    area = FunctionalArea.objects.create(
        code="two", name="Two", kind="catchment", valid_from=date(2011, 5, 18), source="a test", is_verified=True
    )
    area.municipal_areas.set(MunicipalArea.objects.filter(code__in=["EC155", "EC441"]))
    answer = one(functional_area="two")
    assert (answer.method, answer.confidence) == (PlaceMethod.SERVICE_AREA, Confidence.MEDIUM)
    assert sum(shares(answer).values()) == pytest.approx(1) and len(answer.shares) == 2
    assert one(functional_area="none of these").doubts == (Doubt.UNKNOWN_NAME,)


def test_somewhere_in_a_space_is_an_answer_and_a_metropolitan_space_is_one_municipality(boxes):
    answer = one(spaces=("DC15",))
    assert (answer.method, answer.confidence, shares(answer)) == (
        PlaceMethod.SPACE, Confidence.LOW, {("DC15", ""): 1},
    )  # fmt: skip
    answer = one(spaces=("ETH",))
    assert (answer.method, shares(answer)) == (PlaceMethod.MUNICIPALITY, {("ETH", "ETH"): 1})


def test_an_indicator_apportions_only_where_nothing_better_is_known(boxes):
    said: dict[str, Any] = {"indicator": "households", "weights": (("EC155", 300.0), ("EC441", 100.0))}
    answer = one(**said)
    assert (answer.method, answer.confidence) == (PlaceMethod.APPORTIONED, Confidence.LOW)
    assert shares(answer) == {("DC15", "EC155"): 0.75, ("DC44", "EC441"): 0.25}
    assert one(**said, spaces=("DC15",)).method == PlaceMethod.SPACE
    assert one(weights=said["weights"]).method == PlaceMethod.NOT_PLACED  # by which indicator?


def test_nothing_said_is_not_placed(boxes):
    answer = one()
    assert (answer.method, answer.confidence) == (PlaceMethod.NOT_PLACED, Confidence.NONE)
    assert (answer.doubts, answer.shares) == ((Doubt.BLANK,), ())
    assert place([]) == []


def test_a_day_has_the_boundaries_in_force_on_it(boxes):
    assert place([PlaceEvidence(**NYANDENI)], date(2021, 10, 31))[0].method == PlaceMethod.NOT_PLACED


def test_many_places_cost_as_many_queries_as_one(boxes, django_assert_max_num_queries):
    one(**NYANDENI)
    said = PlaceEvidence(**NYANDENI, ward=boxes, ward_year=2021, municipal_areas=("EC155",))
    with django_assert_max_num_queries(14):
        answers = place([said] * 500)
    assert {answer.method for answer in answers} == {PlaceMethod.GEOMETRY}


# ---- whatever is said

areas = st.sampled_from(["EC155", "EC156", "EC441", "ETH", "EC127", "KZN211", "XX999"])
evidences = st.builds(
    PlaceEvidence,
    longitude=st.none() | st.sampled_from([0.0, 28.7, -31.2, 31.5, 50.0]),
    latitude=st.none() | st.sampled_from([0.0, -31.2, 28.7, -29.5]),
    wkb=st.sampled_from([b"", shapely.LineString([(28.1, -31.9), (30.9, -31.1)]).wkb, shapely.box(1, 1, 2, 2).wkb]),
    ward=st.sampled_from(["", "21505001", "99999999"]),
    ward_year=st.sampled_from([None, 2011, 2021]),
    municipal_areas=st.lists(areas, max_size=3).map(tuple),
    functional_area=st.sampled_from(["", "umzimvubu-catchment", "none"]),
    spaces=st.lists(st.sampled_from(["DC15", "DC44", "ETH", "DC99"]), max_size=2).map(tuple),
    indicator=st.sampled_from(["", "households"]),
    weights=st.lists(st.tuples(areas, st.floats(0, 1e6)), max_size=4).map(tuple),
    doubts=st.lists(st.sampled_from([Doubt.UNKNOWN_NAME, Doubt.CROWDED]), max_size=1).map(tuple),
    is_on_ground=st.booleans(),
)
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quick
@given(st.lists(evidences, min_size=1, max_size=8))
def test_shares_sum_to_one_or_there_are_none(boxes, said):
    for answer in place(said):
        is_placed = answer.method != PlaceMethod.NOT_PLACED
        assert sum(share.fraction for share in answer.shares) == pytest.approx(float(is_placed), abs=1e-9)
        assert all(0 < share.fraction <= 1 and share.space for share in answer.shares)
        assert (answer.confidence == Confidence.NONE) is not is_placed
        assert (answer.longitude is None) is (answer.latitude is None)


@quick
@given(st.lists(evidences, min_size=2, max_size=6), st.randoms())
def test_the_order_of_what_is_asked_and_of_what_is_said_changes_nothing(boxes, said, random):
    answers = place(said)
    order = list(range(len(said)))
    random.shuffle(order)
    turned = [
        said[at]._replace(
            municipal_areas=said[at].municipal_areas[::-1], spaces=said[at].spaces[::-1],
            doubts=said[at].doubts[::-1],
        )
        for at in order
    ]  # fmt: skip
    assert place(turned) == [answers[at] for at in order]


@quick
@given(st.permutations(["point", "ward", "municipality", "space"]))
def test_more_evidence_that_agrees_never_makes_the_answer_worse(boxes, order):
    agreeing: dict[str, dict[str, Any]] = {
        "point": {"longitude": 28.2, "latitude": -31.8},
        "ward": {"ward": boxes, "ward_year": 2021},
        "municipality": {"municipal_areas": ("EC155",)},
        "space": {"spaces": ("DC15",)},
    }
    said: dict[str, Any] = {}
    ranks = []
    for name in order:
        said |= agreeing[name]
        answer = one(**said)
        assert not answer.doubts
        ranks.append((METHODS.index(answer.method), CONFIDENCES.index(answer.confidence)))
    assert ranks == sorted(ranks, reverse=True)
    assert ranks[-1] == (0, 0)
