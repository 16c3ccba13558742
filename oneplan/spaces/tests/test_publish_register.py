"""The register is what its files say: complete, dated, without overlaps."""

from collections import Counter
from datetime import date
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneplan.access.actors import PUBLIC, system
from oneplan.platform.errors import NotAllowed, RuleBroken
from oneplan.spaces import actions, queries, rules
from oneplan.spaces.models import (
    FunctionalArea,
    MunicipalArea,
    Province,
    Space,
    Succession,
    TerritoryVersion,
    Ward,
)


def test_the_country_is_complete(register):
    counts = [model.objects.count() for model in (Province, Space, MunicipalArea, Ward)]
    assert counts == [9, 52, 213, 4468]
    assert Counter(Space.objects.values_list("category", flat=True)) == {"A": 8, "C": 44}
    assert Counter(MunicipalArea.objects.values_list("category", flat=True)) == {"A": 8, "B": 205}
    assert not Space.objects.filter(municipal_areas=None).exists()
    assert not MunicipalArea.objects.filter(wards=None).exists()
    assert Space.objects.get(code="DC36").scopes() == ["space:DC36", "province:LIM", "national"]


def test_it_stood_otherwise_on_another_day(register):
    counted = {day: queries.as_at("municipal_area", day).count() for day in (date(2012, 1, 1), date(2016, 8, 3))}
    assert counted == {date(2012, 1, 1): 234, date(2016, 8, 3): 213}
    assert queries.as_at("space", date(2012, 1, 1)).get(code="DC28").name == "uThungulu"
    assert queries.as_at("space", date(2026, 1, 1)).get(code="DC28").name == "King Cetshwayo"
    assert not queries.as_at("space", date(2011, 5, 17)).exists()


def test_no_code_has_two_versions_on_one_day(register):
    rules.check_versions_do_not_overlap(TerritoryVersion.objects.all())


def test_every_territory_lies_in_one_of_the_level_above_that_stood_with_it(register):
    wider = {"ward": "municipal_area", "municipal_area": "space", "space": "province"}
    for day in (date(2011, 5, 18), date(2016, 8, 3), date(2021, 11, 1), date(2026, 4, 1)):
        for level, above in wider.items():
            known = set(queries.as_at(above, day).values_list("code", flat=True))
            assert set(queries.as_at(level, day).values_list("parent_code", flat=True)) <= known, (day, level)


def test_what_ended_has_successors_that_stand(register):
    standing = set(MunicipalArea.objects.values_list("code", flat=True))
    ended = set(TerritoryVersion.objects.filter(level="municipal_area").values_list("code", flat=True)) - standing
    assert len(ended) == 35
    for code in ended:
        assert set(queries.successors_of("municipal_area", code)) <= standing and queries.successors_of(
            "municipal_area", code
        )
    shares: dict[str, float] = {}
    for step in Succession.objects.all():
        shares[step.predecessor_code] = shares.get(step.predecessor_code, 0) + step.share_of_area
    assert all(share <= 1.01 for share in shares.values())


def test_functional_areas_cross_spaces_and_say_that_they_are_unverified(register):
    areas = list(FunctionalArea.objects.prefetch_related("municipal_areas"))
    assert {area.kind for area in areas} == {"catchment", "corridor", "economic_region"}
    for area in areas:
        assert len({member.space_id for member in area.municipal_areas.all()}) > 1
        assert area.source and not area.is_verified
    assert "uMzimvubu catchment" in [area.name for area in queries.functional_areas_of("DC15", date(2026, 1, 1))]


def test_publishing_again_changes_nothing_and_is_free(register, django_assert_num_queries):
    before = TerritoryVersion.objects.count()
    with django_assert_num_queries(3):  # savepoint, the hash, release of the savepoint
        actions.publish_register(by=system("tests"))
    assert TerritoryVersion.objects.count() == before


def test_a_changed_register_is_brought_in_line(register, monkeypatch):
    Space.objects.filter(code="DC36").update(name="Something else")
    Space.objects.filter(code="DC36").update(seat="")
    monkeypatch.setattr("oneplan.spaces.actions.register.register_sha256", lambda: "0" * 64)
    actions.publish_register(by=system("tests"))
    assert Space.objects.get(code="DC36").name == "Waterberg"
    assert queries.resolve("Waterberg")[0].code == "DC36"


def test_it_refuses_the_public(db):
    with pytest.raises(NotAllowed):
        actions.publish_register(by=PUBLIC)


DAYS = st.dates(date(2011, 1, 1), date(2030, 1, 1))


@given(st.lists(st.tuples(DAYS, st.none() | DAYS), min_size=1, max_size=6))
def test_overlaps_are_found_exactly(spans):
    versions = [
        SimpleNamespace(level="space", code="DC1", valid_from=a, valid_to=b) for a, b in spans if b is None or a < b
    ]
    days = [day for version in versions for day in (version.valid_from,)]
    clash = any(
        sum(v.valid_from <= day and (v.valid_to is None or day < v.valid_to) for v in versions) > 1 for day in days
    )
    try:
        rules.check_versions_do_not_overlap(versions)
        assert not clash
    except RuleBroken as refusal:
        assert clash and "DC1 has two versions" in refusal.sentence
