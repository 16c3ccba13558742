"""Indicators on borders on which they were not published: as the build serves them, down to the row."""

from typing import Any

import pytest

from oneplan.access.actors import PUBLIC, system
from oneplan.indicators.actions import build_observations
from oneplan.indicators.choices import Level
from oneplan.indicators.demarcations.book import book
from oneplan.indicators.demarcations.converting import Method
from oneplan.indicators.demarcations.errors import Standing
from oneplan.indicators.demarcations.gaps import Remedy
from oneplan.indicators.demarcations.series import converted_values, gap_of, people_known
from oneplan.indicators.queries import cells_of
from oneplan.platform.errors import RuleBroken

pytestmark = pytest.mark.django_db


def jobs(place, employed, unemployed, borders=2011):
    told = {"Employed": employed, "Unemployed": unemployed}
    table = "officialemploymentstatus"
    return [(table, borders, "municipality", place, category, value) for category, value in told.items()]


@pytest.fixture
def built(take, tidy):
    """Jobs of 2011 in three municipalities that became one in 2016, in two of which it was divided, and one alone."""
    rows = [*jobs("EC101", 700, 300), *jobs("EC103", 150, 50), *jobs("EC107", 450, 150), *jobs("WC011", 80, 20),
            *jobs("LIM343", 600, 400), *jobs("LIM344", 900, 100)]  # fmt: skip
    again = [*jobs("EC101", 1290, 510, 2016)]
    take(tidy(*rows, *again))
    build_observations(by=system("tests"))


def asked(**more):
    found = converted_values("unemployment", by=PUBLIC, source=2011, boundary=2016, years=(2011,),
                             **{"level": Level.MUNICIPAL_AREA, **more})  # fmt: skip
    return {each.place: each for each in found}


def test_a_share_is_told_on_other_borders_with_its_error_and_leads_back_to_its_rows(built):
    found = asked()
    merged = found["EC101"]
    assert (merged.value, merged.method) == (pytest.approx(100 * 500 / 1800), Method.EXACT)
    assert (merged.boundary, merged.year, merged.recount.value) == (2016, 2011, pytest.approx(100 * 510 / 1800))
    assert merged.error.standing == Standing.MEASURED and "Use the recount" in merged.error.sentence
    assert [source.place for source in merged.sources] == ["EC101", "EC103", "EC107"]
    assert {cell.row for source in merged.sources for cell in cells_of(source)} == {2, 3, 4, 5, 6, 7}
    assert "all of the 300 of EC101" in merged.lineage
    alone = found["WC011"]
    assert (alone.value, alone.recount, alone.error.standing) == (20.0, None, Standing.EXPECTED)
    split = found["LIM345"]
    assert split.method == Method.BY_WARDS and 10 < split.value < 40
    assert "percentage points either way" in split.error.sentence


def test_what_needs_a_value_that_is_missing_is_unknown_and_what_nobody_told_is_left_out(built):
    found = asked()
    assert found["LIM343"].value is None  # a part of Mutale (LIM342) went to it, of which nothing is told
    assert "the value of LIM342 is missing" in found["LIM343"].lineage
    assert "ETH" not in found


def test_the_gap_is_told_and_other_levels_are_refused(built):
    some = gap_of("unemployment", by=PUBLIC, level=Level.MUNICIPAL_AREA, boundary=2021)
    assert some is None  # some values stand on the borders of 2016, which are those of 2021
    gap = gap_of("unemployment", by=PUBLIC, level=Level.SPACE, boundary=2011)
    assert gap is not None and gap.remedy == Remedy.NONE
    with pytest.raises(RuleBroken, match="Only values of municipal areas and of spaces"):
        gap_of("unemployment", by=PUBLIC, level=Level.WARD, boundary=2016)


def test_population_on_both_borders_is_found_in_what_is_served(take, tidy):
    rows = [
        ("population", int(year), "municipality", code, "population", 51_770_560 // len(book().areas(year)))
        for year in ("2011", "2016")
        for code in sorted(book().areas(year))
    ]
    take(tidy(*rows))
    build_observations(by=system("tests"))
    people = people_known(by=PUBLIC)
    assert {year: len(areas) for year, areas in people.items()} == {"2011": 234, "2016": 213}
    given: dict[str, Any] = {"by": PUBLIC, "source": 2011, "boundary": 2021, "years": (2011,)}
    areas = {each.place: each for each in converted_values("population", level=Level.MUNICIPAL_AREA, **given)}
    assert areas["LIM345"].method == Method.BY_POPULATION
    assert sum(each.value or 0 for each in areas.values()) == 234 * (51_770_560 // 234)
    recount = areas["LIM345"].recount
    assert recount is not None and recount.boundary == 2016  # whose areas are those of 2021
    spaces = {each.place: each for each in converted_values("population", level=Level.SPACE, **given)}
    assert set(spaces) == {"BUF", "CPT", "EKU", "ETH", "JHB", "MAN", "NMA", "TSH"}  # of districts nothing was told
    assert spaces["JHB"].method == Method.SAME and spaces["ETH"].value is None


@pytest.mark.shared
def test_the_whole_census_converts_between_areas_and_between_spaces(take, shared_data):
    take(shared_data / "indicators" / "wazimap_census2011_long.csv.gz")
    build_observations(by=system("tests"))
    given: dict[str, Any] = {"by": PUBLIC, "source": 2011, "boundary": 2016, "years": (2011,)}
    for level, count in ((Level.MUNICIPAL_AREA, 213), (Level.SPACE, 52)):
        for code in ("population", "households", "female-share", "unemployment", "water-from-scheme"):
            found = converted_values(code, level=level, **given)
            assert len(found) == len({each.place for each in found}) == count, (code, level)
            assert all(each.value is not None and each.recount is not None for each in found), (code, level)
            assert {each.error.standing for each in found} == {Standing.MEASURED}
    unemployment = {each.place: each for each in converted_values("unemployment", level=Level.MUNICIPAL_AREA, **given)}
    collins_chabane = unemployment["LIM345"]
    assert collins_chabane.value == pytest.approx(41.2, abs=0.1)
    assert collins_chabane.error.amount == pytest.approx(9.6, abs=0.1)  # the one that converts worst
    assert [source.place for source in collins_chabane.sources] == ["LIM343", "LIM344"]
    youth = converted_values("neet", level=Level.SPACE, **given)
    assert {each.error.standing for each in youth} == {Standing.EXPECTED}  # no recount was published
    scores = converted_values("youth-poverty-score", level=Level.MUNICIPAL_AREA, **given)
    carried = [each for each in scores if each.value is not None]
    assert 0 < len(carried) < 213 and {each.method for each in carried} == {Method.SAME}
