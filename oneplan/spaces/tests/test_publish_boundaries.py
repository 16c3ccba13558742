"""Boundary releases: kept side by side, legal before approximate, read by map and locate alike."""

from datetime import date

import numpy as np
import pytest
import shapely

from oneplan.access.actors import PUBLIC, system
from oneplan.exchange.pipeline import run_import
from oneplan.geometry import measures, reading
from oneplan.geometry.tests.test_reading import write
from oneplan.platform.errors import NotAllowed, RuleBroken
from oneplan.spaces import actions, queries
from oneplan.spaces.models import Boundary, BoundaryRelease, Space, TerritoryVersion, Ward

BY = system("tests")
FIRST = date(2021, 11, 1)
PRETORIA, MASERU = (28.19, -25.74), (27.5, -29.3)


def publish(codes, shapes, **given):
    order = {"level": "space", "as_at": FIRST, "source": "a test", "file_sha256": "a" * 64, "by": BY, **given}
    return actions.publish_boundaries(codes, np.array(shapes, dtype=object), **order)


def test_the_approximate_map_has_every_space_and_says_what_it_is(approximate):
    assert [release.level for release in approximate] == ["ward", "municipal_area", "space", "province"]
    assert {release.quality for release in approximate} == {"approximate"}
    assert [release.outline_count for release in approximate] == [4468, 213, 52, 9]
    assert "hull" in approximate[0].source
    drawn = queries.national_map()
    assert len(drawn.shapes) == 52 and drawn.is_approximate
    assert drawn.note == "Approximate: import the Demarcation Board's file"


def test_making_the_approximate_map_again_does_nothing(approximate):
    again = actions.publish_approximate_map(None, by=BY)
    assert [release.pk for release in again] == [release.pk for release in approximate]


def test_an_approximate_answer_is_no_evidence(approximate):
    place = queries.locate_one(*PRETORIA)
    assert (place.space, place.province, place.quality) == ("TSH", "GT", "approximate")
    assert not place.is_evidence
    assert queries.locate_one(0, 0) == queries.Place()


def test_without_boundaries_nothing_is_placed_and_nothing_breaks(bare):
    assert queries.locate_one(*PRETORIA) == queries.Place()
    assert queries.national_map().shapes == queries.space_map("DC36").shapes == []


def test_legal_boundaries_come_first_from_their_day_on(approximate):
    publish(["TSH"], [shapely.box(28, -26, 28.4, -25.5)])
    after, before = queries.locate_one(*PRETORIA, FIRST), queries.locate_one(*PRETORIA, date(2021, 10, 31))
    assert (after.space, after.ward, after.quality) == ("TSH", "", "legal") and after.is_evidence
    assert before.quality == "approximate"
    assert queries.locate_one(25, -30, FIRST) == queries.Place()  # legal and approximate are never mixed


def test_several_versions_are_kept_and_each_day_has_its_own(bare):
    publish(["TSH"], [shapely.box(28, -26, 28.4, -25.5)], as_at=date(2016, 8, 3))
    publish(["TSH"], [shapely.box(27, -26, 27.1, -25.5)], file_sha256="b" * 64)
    assert queries.locate_one(*PRETORIA, date(2018, 1, 1)).boundary_version == "Spaces, as at 2016-08-03"
    assert queries.locate_one(*PRETORIA, FIRST).space == ""
    assert BoundaryRelease.objects.count() == 2


def test_the_same_file_is_kept_once_and_a_part_adds_to_it(bare):
    one = publish(["TSH"], [shapely.box(28, -26, 28.4, -25.5)])
    two = publish(["TSH", "JHB"], [shapely.box(28, -26, 28.4, -25.5), shapely.box(27.8, -26.5, 28, -26)])
    assert one.pk == two.pk
    assert set(Boundary.objects.values_list("code", flat=True)) == {"JHB", "TSH"}
    assert queries.locate_one(27.9, -26.2).space == "JHB"


def test_a_complete_release_draws_the_levels_above(approximate):
    codes = list(Space.objects.order_by("code").values_list("code", flat=True))
    shapes = [shapely.box(17 + index / 4, -30, 17.25 + index / 4, -29) for index in range(52)]
    publish(codes, shapes)
    provinces = queries.national_map(level="province")
    assert len(provinces.shapes) == 9 and provinces.quality == "legal"
    assert (
        BoundaryRelease.objects.get(level="province", quality="legal").source
        == "Dissolved from: Spaces, as at 2021-11-01"
    )


@pytest.mark.parametrize(("left_out", "drawn"), [(None, 9), (0, 0)])
def test_wards_of_a_day_before_the_register_draw_the_levels_above_when_none_is_missing(bare, left_out, drawn):
    """The second ward of an area alone would have a number without a first: that file is not whole."""
    on = date(2016, 8, 3)
    areas = list(queries.as_at("municipal_area", on).order_by("code").values_list("code", flat=True))
    wards = [(f"{10_000 + place}{number:03}", area) for place, area in enumerate(areas) for number in (1, 2)]
    wards = [ward for index, ward in enumerate(wards) if index != left_out]
    shapes = [shapely.box(17 + index / 50, -30, 17.02 + index / 50, -29) for index in range(len(wards))]
    codes, parents = zip(*wards, strict=True)
    known = TerritoryVersion.objects.filter(level="ward").count()
    publish(list(codes), shapes, level="ward", as_at=on, parents=list(parents))
    assert BoundaryRelease.objects.filter(level="province", as_at=on).count() == (drawn == 9)
    assert len(queries.national_map(as_at=on, level="province").shapes) == drawn
    assert TerritoryVersion.objects.filter(level="ward").count() == known  # the register's wards are later ones


def test_a_new_delimitation_brings_new_wards_and_ends_old_ones(bare):
    on = date(2026, 11, 4)
    kept = list(Ward.objects.filter(municipal_area_id="LIM368").order_by("code").values_list("code", flat=True))
    codes = [*kept[:-1], "93608999"]
    shapes = [shapely.box(28 + index / 10, -25, 28.1 + index / 10, -24.9) for index in range(len(codes))]
    publish(codes, shapes, level="ward", as_at=on, parents=["LIM368"] * len(codes))
    then, now = (
        set(queries.as_at("ward", day).filter(parent_code="LIM368").values_list("code", flat=True))
        for day in (FIRST, on)
    )
    assert now - then == {"93608999"} and then - now == {kept[-1]}
    assert TerritoryVersion.objects.get(code="93608999").source.startswith("Boundary release: ")
    assert queries.resolve("93608999", as_at=on)[0].parent_code == "LIM368"


def test_pages_need_two_queries_for_a_map(approximate, django_assert_max_num_queries):
    queries.national_map(), queries.space_map("DC36", with_wards=True)
    with django_assert_max_num_queries(2):
        queries.national_map()
    with django_assert_max_num_queries(2):
        drawn = queries.space_map("DC36", with_wards=True)
    assert {shape.name for shape in drawn.shapes} >= {"Lephalale", "Mogalakwena"}
    assert len(drawn.wards) == Ward.objects.filter(municipal_area__space_id="DC36").count()


def test_it_refuses_who_may_not_and_what_contradicts_itself(bare):
    with pytest.raises(NotAllowed):
        publish(["TSH"], [shapely.box(0, 0, 1, 1)], by=PUBLIC)
    with pytest.raises(NotAllowed):
        actions.publish_approximate_map(None, by=PUBLIC)
    for codes, given, words in (
        (["TSH", "TSH"], {}, "more than once"),
        ([], {}, "no outline"),
        (["TSH"], {"level": "suburb"}, "not a level"),
        (["TSH"], {"as_at": date(2090, 1, 1)}, "two years ahead"),
    ):
        with pytest.raises(RuleBroken, match=words):
            publish(codes, [shapely.box(28, -26, 28.4, -25.5)] * len(codes), **given)
    assert not BoundaryRelease.objects.exists()


# ---- through the import pipeline, as `oneplan import boundaries` does it


def take(path, level="space", on=FIRST, **given):
    return run_import("boundaries", path, by=BY, level=level, as_at=on, source="a test", **given)


def test_a_file_is_imported_and_its_oddities_are_said(bare, tmp_path):
    bow = shapely.Polygon([(25, -30), (26, -29), (26, -30), (25, -29)])
    file = write(
        tmp_path / "areas.gpkg",
        [shapely.box(28, -26, 28.4, -25.5), bow, shapely.box(20, -30, 21, -29), shapely.box(22, -30, 23, -29)],
        NAME=np.array(["a", "b", "c", "d"], dtype=object), KODE=np.array(["TSH", "DC05", "DC99", "TSH"], dtype=object),
    )  # fmt: skip
    report = take(file, dry_run=True)
    assert not BoundaryRelease.objects.exists()
    report = take(file)
    assert (report.rows_read, report.rows_accepted, report.rows_refused) == (4, 2, 2)
    said = {(issue.row, str(issue.kind), str(issue.severity)) for issue in report.issues}
    assert said >= {
        (2, "bad_geometry", "warning"), (2, "normalised", "warning"), (3, "unknown_place", "error"),
        (4, "duplicate_row", "error"), (0, "required", "warning"),
    }  # fmt: skip
    assert set(Boundary.objects.filter(release__level="space").values_list("code", flat=True)) == {"DC5", "TSH"}
    again = take(file)
    assert (again.rows_accepted, BoundaryRelease.objects.count()) == (0, 1)


def test_it_refuses_a_file_of_another_level_as_a_whole(bare, tmp_path):
    file = write(tmp_path / "areas.gpkg", [shapely.box(28, -26, 28.4, -25.5)], CODE=np.array(["LIM368"], dtype=object))
    report = take(file)
    assert report.is_file_error and "No column" in report.issues[-1].message
    assert not BoundaryRelease.objects.exists()


def test_a_cut_off_file_is_refused_in_words(bare, tmp_path):
    (tmp_path / "cut.zip").write_bytes(b"PK\x03\x04 cut")
    report = take(tmp_path / "cut.zip")
    assert report.is_file_error and "damaged" in report.issues[-1].message


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "level", "on", "count"),
    [
        ("mdb2011_provinces.topojson", "province", date(2011, 5, 18), 9),
        ("mdb2011_districts.topojson", "space", date(2011, 5, 18), 52),
        ("mdb2011_municipalities.topojson", "municipal_area", date(2011, 5, 18), 234),
        ("mdb2016_municipalities.geojson", "municipal_area", date(2016, 8, 3), 213),
        ("mdb2020_original_2021-demarcation.zip", "province", FIRST, 9),
        ("mdb2020_original_2021-demarcation.zip", "space", FIRST, 52),
        ("mdb2020_original_2021-demarcation.zip", "municipal_area", FIRST, 213),
        ("mdb2020_original_2021-demarcation.zip", "ward", FIRST, 4468),
        ("mdb2020_wards.geojson.gz", "ward", FIRST, 4468),
    ],
)
def test_the_boards_own_files_are_read(bare, real_boundaries, name, level, on, count):
    report = take(real_boundaries / name, level, on, dry_run=True)
    assert (report.rows_read, report.rows_accepted, report.rows_refused) == (count, count, 0)


@pytest.mark.shared
def test_real_wards_place_a_point_as_evidence_and_draw_every_level(bare, real_boundaries):
    take(real_boundaries / "mdb2020_wards.geojson.gz", "ward")
    place = queries.locate_one(*PRETORIA)
    assert (place.municipality, place.space, place.province, place.quality) == ("TSH", "TSH", "GT", "legal")
    assert queries.locate_one(*MASERU) == queries.Place()
    assert len(queries.national_map().shapes) == 52 and queries.national_map().note == ""


@pytest.mark.shared
def test_real_wards_dated_before_the_register_draw_every_level_without_a_false_word(bare, real_boundaries):
    report = take(real_boundaries / "mdb2020_wards.geojson.gz", "ward", date(2020, 11, 1))
    assert report.rows_accepted == 4468 and not report.issues
    assert set(BoundaryRelease.objects.values_list("level", flat=True)) == {
        "ward", "municipal_area", "space", "province",
    }  # fmt: skip


@pytest.mark.shared
def test_the_approximate_spaces_overlap_the_real_ones_well(approximate, real_boundaries):
    file = reading.read_vector(real_boundaries / "mdb2020_districts_from_wards.geojson")
    order = np.argsort(file.columns["code"].astype(str))
    rows = Boundary.objects.filter(release=approximate[2]).order_by("code").values_list("wkb", flat=True)
    ratios = measures.overlap_ratios(measures.from_wkb(list(rows)), file.geometries[order])
    assert np.median(ratios) > 0.75  # cut to a hull; 0.83 with the national outline
