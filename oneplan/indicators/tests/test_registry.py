"""The shipped indicators: every formula reads what there is, and gives the figures that are published."""

from __future__ import annotations

import csv
from pathlib import Path
from shutil import copytree

import pytest

from oneplan.frameworks import queries as frameworks
from oneplan.frameworks.loading import BrokenFileError
from oneplan.indicators import registry as module
from oneplan.indicators.choices import Level, Unit, Universe
from oneplan.indicators.registry import (
    Defined,
    Observed,
    Ratio,
    Share,
    chapters,
    in_chapter,
    registry,
    shipped_chapters,
    shipped_indicators,
    tables_of,
)
from oneplan.indicators.tests.census import Census, real_census

EVERY = pytest.mark.parametrize("indicator", shipped_indicators().values(), ids=list(shipped_indicators()))
BROCHURE = [
    "demography", "multidimensional-poverty", "hunger", "skills", "land-use", "social-capital", "health", "inequality",
    "employment", "service-delivery", "economic-opportunities", "stakeholders", "governance",
]  # fmt: skip


def test_the_chapters_are_those_of_the_brochure_in_order() -> None:
    assert [each.code for each in chapters()] == BROCHURE
    assert [each.number for each in chapters()] == list(range(1, len(BROCHURE) + 1))


@pytest.mark.parametrize("chapter", shipped_chapters(), ids=BROCHURE)
def test_a_chapter_has_indicators_or_says_what_is_missing_and_who_is_asked(chapter: module.Chapter) -> None:
    assert in_chapter(chapter.code) or chapter.missing
    assert chapter.owner


def test_hunger_and_stakeholders_have_no_shipped_data_and_say_so() -> None:
    empty = {each.code: each for each in chapters() if not in_chapter(each.code)}
    assert set(empty) == {"hunger", "stakeholders"}
    assert all(each.missing and each.due is None for each in empty.values())


@EVERY
def test_an_indicator_stands_in_an_area_and_its_unit_fits_its_formulas(indicator: Defined) -> None:
    assert indicator.area in {each.code for each in frameworks.plan_format("one_plan_2021").areas}
    per = {1: Unit.RATIO, 100: Unit.PER_HUNDRED, 100_000: Unit.PER_HUNDRED_THOUSAND}
    for formula in indicator.formulas:
        if isinstance(formula, Share):
            assert indicator.unit is Unit.PERCENT
        if isinstance(formula, Ratio):
            assert indicator.unit is per[formula.per]
        if isinstance(formula, Observed) and formula.times == 1:
            assert indicator.unit is tables_of(formula)[0].unit


@EVERY
def test_an_indicator_reads_a_table_once_on_each_borders(indicator: Defined) -> None:
    read = [tables_of(formula)[0].code for formula in indicator.formulas]
    assert len(read) == len(set(read))


def test_persons_and_households_without_a_toilet_are_two_indicators() -> None:
    households, persons = registry()["no-toilet"], registry()["no-toilet-persons"]
    assert households.universe is Universe.HOUSEHOLDS_AND_QUARTERS
    assert persons.universe is Universe.PERSONS
    assert not {each.code for f in households.formulas for each in tables_of(f)} & {
        each.code for f in persons.formulas for each in tables_of(f)
    }


def test_nothing_is_called_a_multidimensional_poverty_index() -> None:
    for indicator in registry().values():
        assert "MPI" not in indicator.title.replace("SAMPI", "") and "index" not in indicator.title.lower()
    score = registry()["youth-poverty-score"]
    assert not score.is_official and "as published" in score.title
    assert all(isinstance(formula, Observed) for formula in score.formulas)


def test_an_indicator_says_its_sources_its_lowest_place_and_whether_it_is_official() -> None:
    assert registry()["unemployment"].source == "Census 2011"
    assert registry()["unemployment"].lowest is Level.WARD and registry()["unemployment"].is_official
    assert registry()["murder-rate"].lowest is Level.PROVINCE and not registry()["murder-rate"].is_official
    assert [each.code for each in registry()["turnout-municipal"].sources] == [
        "iec-municipal-2011", "iec-municipal-2016",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("[Unemployed]", "[Idle]", "has no official employment status “Idle”"),
        ("table: census-2011-employment\n", "table: census-1911\n", "There is no table “census-1911”"),
        ("universe: labour_force\n", "universe: households\n", "and not households"),
        ("unit: percent", "unit: number", "A share is told in per cent"),
        ("code: unemployment-expanded", "code: unemployment", "the code unemployment stands twice"),
        ("- share:", "- shared:", "must be a table of one key, one of: share, total, ratio, observed"),
    ],
)
def test_a_formula_that_reads_what_there_is_not_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, sentence: str
) -> None:
    folder = Path(copytree(module.FOLDER, tmp_path / "registry"))
    path = folder / "09_employment.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    monkeypatch.setattr(module, "FOLDER", folder)
    with pytest.raises(BrokenFileError, match=sentence):
        module._files.__wrapped__()


# The real file

PUBLISHED = {  # of the country: what was published of Census 2011, and of elections; "" where only the file is known
    "population": 51_770_560, "households": 14_450_161, "unemployment": 29.8, "no-toilet": 5.2, "bucket-toilet": 2.1,
    "electric-lighting": 84.7, "electric-cooking": 73.9, "electric-heating": 58.8, "formal-dwelling": 77.6,
    "households-with-cell-phone": 88.9, "flush-toilet": 60.3, "refuse-weekly": 58.3, "water-from-scheme": 77.0,
    "internet-access": 34.9, "dependency-ratio": 52.7, "income-poor-youth": 62.2, "neet": 32.2, "absorption": 38.9,
    "turnout-national": 73.5, "turnout-municipal": 57.6, "children-share": 34.9, "owner-occupied": 53.1,
}  # fmt: skip
PROFILE = {  # column of the register's profile: indicator
    "population_persons": "population", "unemployment_rate_official_pct": "unemployment",
    "employed_15_64_persons": "employed", "unemployed_15_64_persons": "unemployed",
    "water_from_scheme_pct_of_persons": "water-from-scheme", "flush_toilet_pct_of_households": "flush-toilet",
    "no_toilet_pct_of_households": "no-toilet", "refuse_weekly_pct_of_persons": "refuse-weekly",
    "internet_access_pct_of_households": "internet-access",
}  # fmt: skip


@pytest.fixture(scope="module")
def census(shared_data: Path) -> Census:
    return real_census(shared_data)


@pytest.mark.shared
@pytest.mark.parametrize("code", list(PUBLISHED))
def test_the_countrys_value_is_the_published_one(census: Census, code: str) -> None:
    indicator = registry()[code]
    values = [census.value(indicator.formulas[0], borders, Level.COUNTRY, "ZA") for borders in (2011, 2016)]
    value = next(each for each in values if each is not None)
    assert round(value, indicator.decimals) == PUBLISHED[code]


@pytest.mark.shared
def test_the_values_of_257_municipalities_and_the_country_are_those_of_the_register(
    census: Census, shared_data: Path
) -> None:
    with (shared_data / "register" / "profile_census2011_bnd2016.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 258
    compared = 0
    for row in rows:
        place = row["code"]
        level = Level.COUNTRY if place == "ZA" else Level.SPACE if place.startswith("DC") else Level.MUNICIPAL_AREA
        for column, code in PROFILE.items():
            indicator = registry()[code]
            value = census.value(indicator.formulas[0], 2016, level, place)
            assert value is not None, (place, code)
            assert abs(value - float(row[column])) <= 0.5 / 10**indicator.decimals + 1e-6, (place, code, value)
            compared += 1
    assert compared == 258 * len(PROFILE)


@pytest.mark.shared
def test_every_share_of_the_real_file_lies_between_nothing_and_100(census: Census) -> None:
    seen = 0
    for indicator in registry().values():
        for formula in indicator.formulas:
            if isinstance(formula, Share):
                for code, borders, level, place in list(census.rows):
                    if code == formula.table:
                        value = census.value(formula, borders, level, place)
                        seen += value is not None
                        assert value is None or 0 <= value <= 100, (indicator.code, borders, place, value)
    assert seen > 20_000


@pytest.mark.shared
def test_a_re_cut_of_the_census_leaves_the_country_as_it_was(census: Census) -> None:
    """Where a formula reads one table on both borders, the country's share moves by less than a tenth of a point."""
    both = 0
    for indicator in registry().values():
        for formula in indicator.formulas:
            if isinstance(formula, Share):
                old, new = (census.value(formula, borders, Level.COUNTRY, "ZA") for borders in (2011, 2016))
                if old is not None and new is not None:
                    both += 1
                    assert abs(old - new) < 0.1, indicator.code
    assert both > 10
