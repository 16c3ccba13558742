"""Pieces from outlines, and conversions of real tables measured against their own recount."""

import csv
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import shapely

from oneplan.access.actors import system
from oneplan.indicators.demarcations import book as books
from oneplan.indicators.demarcations import errors, outlines
from oneplan.indicators.demarcations.book import book
from oneplan.indicators.demarcations.converting import Method, Nature, convert
from oneplan.indicators.demarcations.errors import Direction
from oneplan.indicators.demarcations.pieces import Basis
from oneplan.platform.errors import RuleBroken
from oneplan.spaces.actions import publish_boundaries
from oneplan.spaces.models import BoundaryRelease

from . import recounts

ROOT = Path(__file__).resolve().parents[3]

# ---- outlines


def drawn(**boxes):
    shapes = np.array([shapely.box(*box) for box in boxes.values()], dtype=object)
    return outlines.Outlines(list(boxes), shapes)


def test_outlines_are_laid_over_one_another_in_equal_area():
    before = drawn(a=(24, -31, 25, -30), b=(25, -31, 26, -30))
    after = drawn(x=(24, -31, 25.5, -30), y=(25.5, -31, 26, -30))
    wards = outlines.Outlines(
        ["w1", "w2", "w3"], np.array([shapely.box(24, -31, 25.5, -30), shapely.box(25.5, -31, 26, -30.5),
                                      shapely.box(25.5, -30.5, 26, -30)], dtype=object), ["x", "y", "y"],
    )  # fmt: skip
    found = outlines.laid_over("2011", "2016", before, after, wards)
    assert [(piece.older, piece.newer) for piece in found.pieces] == [("a", "x"), ("b", "x"), ("b", "y")]
    assert [piece.m2 / 1e6 for piece in found.pieces] == pytest.approx([10_634, 5_317, 5_317], rel=0.01)
    assert [piece.wards for piece in found.pieces] == [667, 333, 2000]
    assert [float(link.weight) for link in found.forward().links["b"]] == pytest.approx([0.5, 0.5], abs=1e-4)
    with pytest.raises(RuleBroken, match="nothing was found of c"):
        outlines.laid_over("2011", "2016", drawn(a=(24, -31, 25, -30), c=(29, -31, 30, -30)),
                           drawn(x=(24, -31, 25, -30)))  # fmt: skip


@pytest.fixture
def moved(db, settings, tmp_path):
    """Legal boundaries of two areas in 2011 and in 2021: a quarter of Mhlontlo (EC156) has gone to Nyandeni (EC155)."""
    settings.HOME = tmp_path
    BoundaryRelease.objects.all().delete()

    def publish(on, border, sha256):
        shapes = np.array([shapely.box(28, -32, border, -31), shapely.box(border, -32, 30, -31)], dtype=object)
        publish_boundaries(["EC155", "EC156"], shapes, level="municipal_area", as_at=on, source="a test",
                           file_sha256=sha256 * 64, by=system("tests"))  # fmt: skip

    publish(date(2011, 5, 18), 29, "a")
    return publish


@pytest.mark.django_db
def test_imported_boundaries_give_pieces_and_what_is_not_in_is_asked_for(moved):
    with pytest.raises(RuleBroken, match=r"boundaries of 2021 are not in.*--level municipal_area --as-at 2021-11-01"):
        outlines.from_releases("2011", "2021")
    moved(date(2021, 11, 1), 29.25, "b")
    found = outlines.from_releases("2011", "2021")
    assert found.best().basis == Basis.AREA
    weights = {link.to: float(link.weight) for link in found.forward().links["EC156"]}
    assert weights == {"EC155": pytest.approx(0.25, abs=1e-4), "EC156": pytest.approx(0.75, abs=1e-4)}
    chosen = book().weights("2011", "2016", {}, {("2011", "2016"): found})
    assert set(chosen.links) == {"EC155", "EC156"}


# ---- real files


@pytest.fixture(scope="module")
def measured(shared_data):
    return recounts.measure(shared_data / "indicators" / "wazimap_census2011_long.csv.gz")


@pytest.mark.shared
def test_the_shipped_pieces_are_those_of_the_real_outlines(shared_data):
    fresh = list(csv.DictReader(recounts.pieces_csv(shared_data / "boundaries").splitlines()))
    with (books.FOLDER / "pieces_2011_2016.csv").open(encoding="utf-8") as file:
        shipped = list(csv.DictReader(file))
    m2, wards = ({(row["older"], row["newer"]): int(row[column]) for row in fresh} for column in ("m2", "wards"))
    for row in shipped:
        pair = row["older"], row["newer"]
        assert int(row["m2"]) == pytest.approx(m2.get(pair, 0), rel=1e-6, abs=100)
        assert int(row["wards"]) == pytest.approx(wards.get(pair, 0), abs=2)
    assert {row["older"] for row in fresh} == {row["older"] for row in shipped}


@pytest.mark.shared
def test_the_boards_own_outlines_of_2016_are_too_coarse_to_say_what_changed(shared_data):
    folder = shared_data / "boundaries"
    coarse = recounts.outlines(folder / "mdb2016_municipalities.geojson", "code", "parent_code")
    with pytest.raises(RuleBroken, match=r"too coarse: 1\.\d % of the ground"):
        outlines.laid_over("2011", "2016", recounts.outlines_of_2011(folder), coarse)


@pytest.mark.shared
def test_every_table_of_the_census_converts_as_well_as_the_page_says(measured):
    compared = {each.table for each in measured.counts if each.is_recount}
    assert len(compared) == 14 and len({each.table for each in measured.counts} - compared) == 3
    assert len(measured.known) == len(errors.known_errors().known) == 9
    page = (ROOT / "docs" / "evidence" / "demarcations.md").read_text(encoding="utf-8")
    for fresh, shipped in zip(measured.known, errors.known_errors().known, strict=True):
        assert (fresh.method, fresh.direction, fresh.count) == (shipped.method, shipped.direction, shipped.count)
        for figure in ("median", "p95", "worst", "within", "points"):
            assert float(getattr(fresh, figure)) == pytest.approx(float(getattr(shipped, figure)), rel=0.01, abs=0.02)
        assert f"| {shipped.median} | {shipped.p95} | {shipped.worst} |" in page
    by = {(each.direction, each.method): each for each in measured.known}
    rates = [float(by[Direction.FORWARD, method].p95) for method in (
        Method.EXACT, Method.BY_POPULATION, Method.BY_WARDS, Method.BY_AREA
    )]  # fmt: skip
    assert rates == sorted(rates) and rates[0] < 1 and rates[-1] < 50


@pytest.mark.shared
def test_no_column_of_the_census_loses_or_gains_a_person(measured):
    for basis in recounts.correspondences(measured.counts).values():
        for each in measured.counts:
            there = convert(recounts.observed(each.older), basis.forward(), Nature.COUNT)
            assert sum(value.value or 0 for value in there.values()) == sum(each.older.values()), each.name


@pytest.mark.shared
def test_the_error_stated_holds_for_tables_it_was_not_taken_from(measured):
    for known in measured.known:
        counts, within, shares, shares_within = measured.held_out(known.direction, known.method)
        assert counts > 400 and 0.92 < within / counts < 0.98, known
        assert shares > 400 and 0.90 < shares_within / shares < 0.98, known
