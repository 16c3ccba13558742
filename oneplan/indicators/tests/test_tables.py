"""The statistical tables: what they count, how their categories are told, and that the real file is as they say."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from pathlib import Path
from shutil import copytree

import pytest

from oneplan.frameworks.loading import BrokenFileError
from oneplan.indicators import tables as module
from oneplan.indicators.choices import Level, Unit, Universe
from oneplan.indicators.tables import SEPARATOR, YEAR, Table, shipped_tables, sources, table_named, tables
from oneplan.indicators.tests.census import Census, real_census

EVERY = pytest.mark.parametrize("table", shipped_tables().values(), ids=list(shipped_tables()))


@pytest.fixture(scope="module")
def census(shared_data: Path) -> Census:
    return real_census(shared_data)


def test_toilets_count_persons_on_the_borders_of_2011_and_households_on_those_of_2016() -> None:
    old, new = table_named("toiletfacilities", 2011), table_named("toiletfacilities", 2016)
    assert old and old.universe is Universe.PERSONS
    assert new and new.universe is Universe.HOUSEHOLDS_AND_QUARTERS
    assert old.universe.counted != new.universe.counted


def test_a_table_that_is_the_same_on_all_borders_is_found_on_any() -> None:
    assert table_named("sourceofwater", 2011) is table_named("sourceofwater", 2016)


def test_a_table_of_one_border_is_not_found_on_another() -> None:
    assert table_named("toiletfacilities", 2021) is None
    assert table_named("no such table", 2011) is None


def test_another_spelling_is_the_same_category() -> None:
    born = tables()["census-2011-province-of-birth"]
    assert born.told("Eastern cape") == born.told("Eastern Cape") == ("Eastern Cape",)


def test_a_category_may_hold_commas_and_the_dimensions_of_a_row_are_told_apart() -> None:
    assert tables()["census-2011-sex-population-group"].told("Male | White") == ("Male", "White")
    assert tables()["youth-difficulties"].told("Walking") == ("Walking",)


@pytest.mark.parametrize("category", ["Martian", "Male | White", ""])
def test_an_unknown_category_is_refused(category: str) -> None:
    with pytest.raises(KeyError, match="none of its categories"):
        tables()["census-2011-sex"].told(category)


def test_years_that_are_not_listed_are_all_known_and_those_listed_are_the_only_ones() -> None:
    assert tables()["audit-opinions"].told("qualified | 2027") == ("Qualified", "2027")
    with pytest.raises(KeyError):
        tables()["youth-accused"].told("2027")


def test_the_ages_of_the_mid_year_estimates_that_are_read_cover_every_age_once() -> None:
    table = tables()["mid-year-sex-age"]
    read = [age for age in table.categories["age"] if age not in table.set_apart]
    bounds = [tuple(map(int, age.rstrip("+").split("-"))) for age in read]
    assert [low for low, *_ in bounds] == [0, *(high + 1 for _, high in bounds[:-1])]
    assert len(table.set_apart) == 13
    assert table.told("Female | 02-04 years | 2020") == ("Female", "02-04 years", "2020")


@EVERY
def test_what_a_table_names_is_there(table: Table) -> None:
    known = {category for categories in table.categories.values() for category in categories}
    assert table.source in sources()
    assert set(table.set_apart) <= known
    assert table.total in known | {""}
    assert set(table.spelled.values()) <= known
    assert not set(table.spelled) & known
    if table.checked_against:
        assert tables()[table.checked_against].universe.counted == table.universe.counted


@EVERY
def test_what_counts_things_is_told_in_numbers_or_rand(table: Table) -> None:
    """A rate or a score never adds up to its universe; percentages may, to 100."""
    assert table.unit in (Unit.NUMBER, Unit.RAND, Unit.PERCENT) or not table.adds_up


def test_every_source_that_is_not_vouched_for_says_how_it_came_here() -> None:
    for source in sources().values():
        assert source.reference and source.licence
        assert source.is_official or source.margin or "not" in source.reference, source.code


def test_a_code_that_stands_twice_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(copytree(module.FOLDER, tmp_path / "tables"))
    text = (folder / "youth_mpi.yaml").read_text(encoding="utf-8")
    (folder / "youth_mpi.yaml").write_text(text.replace("code: youth-mpi-score", "code: census-2011-sex"), "utf-8")
    monkeypatch.setattr(module, "FOLDER", folder)
    with pytest.raises(BrokenFileError, match="census-2011-sex stands twice"):
        module._files.__wrapped__()


# The real file


@pytest.mark.shared
def test_every_row_of_the_real_file_is_of_a_known_table_and_category(census: Census) -> None:
    assert census.read == 250_041
    assert not census.unknown


@pytest.mark.shared
def test_every_category_that_is_known_stands_in_the_real_file(census: Census) -> None:
    met = defaultdict(set)
    for (code, *_), rows in census.rows.items():
        for told in rows:
            for dimension, category in zip(tables()[code].by, told, strict=True):
                met[code, dimension].add(category)
    for code in {code for code, *_ in census.rows}:
        for dimension, categories in tables()[code].categories.items():
            assert met[code, dimension] == set(categories), (code, dimension)


@pytest.mark.shared
def test_real_tables_add_up_as_they_say(census: Census) -> None:
    checked, against = 0, 0
    for (code, boundary, level, place), rows in census.rows.items():
        table = tables()[code]
        if not table.adds_up:
            continue
        by_year: dict[str, float] = defaultdict(float)
        for told, value in rows.items():
            if table.total not in told:
                by_year[dict(zip(table.by, told, strict=True)).get(YEAR, "")] += value
        for year, total in by_year.items():
            if table.total:
                whole = [value for told, value in rows.items() if table.total in told and (not year or year in told)]
            elif table.checked_against:
                other = census.rows.get((table.checked_against, boundary, level, place))
                whole = [sum(other.values())] if other else []
                against += len(whole)
            else:
                whole = [100] if table.unit is Unit.PERCENT else []
            for each in whole:
                checked += 1
                assert abs(total - each) <= table.tolerance + 1e-6, (code, boundary, place, year, total, each)
    assert checked > against > 6_000


@pytest.mark.shared
@pytest.mark.parametrize("code", ["cs-2016-age", "mid-year-sex-age", "facilities-2020", "audit-opinions"])
def test_every_category_of_the_other_real_files_is_known(shared_data: Path, code: str) -> None:
    told = [tables()[code].told(category) for category in _categories(shared_data)[code]]
    for dimension, met in zip(tables()[code].by, zip(*told, strict=True), strict=True):
        assert set(met) == set(tables()[code].categories[dimension] or met)


@pytest.mark.shared
def test_every_indicator_of_municipal_money_is_a_table(shared_data: Path) -> None:
    with gzip.open(shared_data / "budget" / "municipal_money_indicators_2020-07.csv.gz", "rt") as lines:
        for row in csv.DictReader(lines):
            table = table_named(row["indicator"], 2016)
            assert table, row["indicator"]
            table.told(SEPARATOR.join(filter(None, [row["item"], row["period"]])))


def _categories(folder: Path) -> dict[str, list[str]]:
    def rows(name: str) -> list[dict[str, str]]:
        with (folder / name).open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))

    [survey, *_], [counts, *_] = (
        rows("indicators/cs2016_population_age_municipalities.csv"),
        rows("indicators/health_facility_counts_by_district.csv"),
    )
    ages = rows("indicators/statssa_mype_district_projection_2019_2021_dhis_ages.csv")
    return {
        "cs-2016-age": [each for each in survey if each.startswith("p")],
        "mid-year-sex-age": [f"{each['data_element'].replace(' ', SEPARATOR, 1)}{SEPARATOR}2020" for each in ages],
        "facilities-2020": [each for each in counts if each.startswith("No.")],
        "audit-opinions": [
            f"{each['rating']}{SEPARATOR}{each['year']}" for each in rows("budget/audit_opinions_2020-07.csv")
        ],
    }


@pytest.mark.shared
def test_the_countrys_rows_of_the_centres_audit_are_left_out_because_they_are_four_times_its_parts(
    census: Census,
) -> None:
    levels = {level for code, _, level, _ in census.rows if code == "ecd-2013-type"}
    assert levels == {Level.PROVINCE, Level.SPACE, Level.MUNICIPAL_AREA}
    assert Level.COUNTRY in tables()["ecd-2013-type"].left_out
