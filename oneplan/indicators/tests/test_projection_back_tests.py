"""How well projections from Census 2011 did: against the survey of 2016, the estimates of 2021 and the Census of 2022.

What is told here is told on the page: the closed projection with national rates beats "as it was", and loses to
"everywhere as the country grew" for totals; its ranges hold the outcome less often than they say, so none is called
calibrated.

Ages on the borders of 2011 are scaled to the space's persons on those of 2016; sexes are fitted to both margins; nobody
moves. Rates are those of 2005 to 2010, held: what a forecaster of 2011 could have assumed, though estimated later.
"""

import csv
import gzip
from collections import defaultdict

import numpy as np
import pytest

from oneplan.indicators.projection.backlog import yearly
from oneplan.indicators.projection.cohorts import project
from oneplan.indicators.projection.inputs import Known, assemble, headship_rates, split_by_sex
from oneplan.indicators.projection.intervals import back_test, interval, naive_forecasts

pytestmark = pytest.mark.shared

GROWTH = 0.0145  # a year, the country's from Census 2001 (44.8 million) to Census 2011 (51.8 million)
HEADS = {
    "10 - 14": 0, "15 - 17": 1, "18 - 19": 1, "20 - 29": 2, "30 - 39": 3, "40 - 49": 4, "50 - 59": 5, "60 - 69": 6,
    "70 - 79": 7, "80+": 8,
}  # fmt: skip
BANDS = [(2, 2), (3, 3), (4, 5), (6, 7), (8, 9), (10, 11), (12, 13), (14, 15), (16, 17)]
OTHER_NAMES = {"oliver tambo": "OR Tambo", "eden": "Garden Route", "zwelentlanga fatman mgcawu": "ZF Mgcawu"}


@pytest.fixture(scope="module")
def census(shared_data):
    """The 52 spaces' codes and names, persons by age and by sex, and headship rates by age, of 2011."""
    with (shared_data / "register" / "spaces.csv").open(encoding="utf-8") as file:
        names = {row["code"]: row["name"] for row in csv.DictReader(file)}
    by_age: dict[str, dict[str, float]] = defaultdict(dict)
    by_sex: dict[str, dict[str, float]] = defaultdict(dict)
    heads: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(9))
    with gzip.open(shared_data / "indicators" / "wazimap_census2011_long.csv.gz", "rt", encoding="utf-8") as file:
        for table, version, _level, place, _dimension, category, value in csv.reader(file):
            if table == "agegroupsin5years":
                by_age[place][category] = float(value)
            elif table == "gender" and version == "2016":
                by_sex[place][category] = float(value)
            elif table == "ageofhouseholdhead_genderofhouseholdhead" and version == "2011":
                heads[place][HEADS[category.split(" | ")[1]]] += float(value)
    ages = np.array([[by_age[code][age] for age in sorted(by_age[code])] for code in names])
    rates = headship_rates(np.array([heads[code] for code in names]), ages, BANDS)
    sexes = np.array([[by_sex[code]["Male"], by_sex[code]["Female"]] for code in names])
    return names, ages * (sexes.sum(axis=1, keepdims=True) / ages.sum(axis=1, keepdims=True)), sexes, rates


@pytest.fixture(scope="module")
def projected(census):
    """From 2011 on for 15 years, with all cohorts."""
    names, ages, sexes, rates = census
    headship = np.repeat(rates[:, None], 2, axis=1)
    known = Known(tuple(names), 2011, split_by_sex(ages, sexes), headship=headship)
    return project(assemble(known, years=15, held_from=2011), keep_cohorts=True)


def held_against(of, horizon, outcome, draws, base):
    """A back-test beside what anybody could have said in 2011."""
    naive = naive_forecasts(base, years=horizon, national_growth=GROWTH)
    return back_test(f"Census 2011 to {2011 + horizon}", outcome, interval(draws, of=of, horizon=horizon), naive)


def test_five_years_on_totals_and_ages_are_off_by_so_much(census, projected, shared_data):
    names, ages, _sexes, _rates = census
    after: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(18))
    with (shared_data / "indicators" / "cs2016_population_age_municipalities.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            after[row["ADM2_ID"]] += [float(n) for name, n in row.items() if name.startswith("p") and name != "p_Total"]
    was = np.array([after[code] for code in names])
    totals = held_against("persons", 5, was.sum(axis=1), projected.persons[:, 1], ages.sum(axis=1))
    assert (totals.cases, totals.beats, totals.calibrates) == (52, ("unchanged",), False)
    assert totals.errors.size == pytest.approx(0.031, abs=0.002)
    assert totals.naive["national"].size == pytest.approx(0.024, abs=0.001)
    assert totals.coverage == pytest.approx(0.71, abs=0.06)
    assert totals.needed == pytest.approx(1.2, abs=0.2)
    groups = held_against("persons by age", 5, was, projected.cohorts[:, 1].sum(axis=1), ages)
    assert (groups.cases, groups.beats, groups.calibrates) == (936, ("unchanged", "national"), False)
    assert groups.errors.size == pytest.approx(0.115, abs=0.005)
    assert groups.coverage == pytest.approx(0.24, abs=0.04)


def test_ten_years_on_both_sexes_are_off_by_so_much(census, projected, shared_data):
    names, ages, sexes, _rates = census
    bands = ["00-04", "05-09", *(f"{age}-{age + 4}" for age in range(10, 80, 5)), "80"]
    after: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(2))
    file = shared_data / "indicators" / "statssa_mype_district_projection_2019_2021_dhis_ages.csv"
    with file.open(encoding="utf-8") as opened:
        for row in csv.DictReader(opened):
            sex, band = row["data_element"].split()[:2]
            name = row["district"][3:].lower()
            for kind in (" district", " metropolitan", " municipality"):
                name = name.replace(kind, "")
            if band in bands:
                after[OTHER_NAMES.get(name, name).lower()][int(sex == "Female")] += float(row["y2021"])
    plain = {code: name.lower().replace("city of ekurhuleni", "ekurhuleni") for code, name in names.items()}
    was = np.array([after[plain[code]] for code in names])
    assert was.sum() == pytest.approx(59_894_210)  # every space was found
    both = held_against("persons by sex", 10, was, projected.cohorts[:, 2].sum(axis=2), sexes)
    assert (both.cases, both.beats, both.calibrates) == (104, ("unchanged",), False)
    assert both.errors.size == pytest.approx(0.065, abs=0.003)
    assert both.coverage == pytest.approx(0.63, abs=0.06)
    assert ages.sum() == pytest.approx(sexes.sum())


def test_eleven_years_on_two_spaces_say_nothing_of_ranges(census, projected, shared_data):
    names, ages, _sexes, _rates = census
    with (shared_data / "indicators" / "census2022_sample_2_spaces.csv").open(encoding="utf-8") as file:
        counted = {row["code"]: row for row in csv.DictReader(file)}
    at = [list(names).index(code) for code in counted]
    was = np.array([float(row["population_2022"]) for row in counted.values()])
    persons = yearly(projected.persons, projected.years)[at, 11]
    two = held_against("persons", 11, was, persons, ages[at].sum(axis=1))
    assert (two.cases, two.calibrates) == (2, False)
    assert two.errors.bias == pytest.approx(-0.13, abs=0.01)  # both grew by moving in, which is assumed away


def test_sexes_fitted_to_both_margins_miss_the_published_women_by_three_per_cent(census, shared_data):
    names, ages, sexes, _rates = census
    women: dict[str, dict[str, float]] = defaultdict(dict)
    with gzip.open(shared_data / "indicators" / "wazimap_census2011_long.csv.gz", "rt", encoding="utf-8") as file:
        for table, version, _level, place, _dimension, category, value in csv.reader(file):
            if table == "womenagegroupsin5years15to44" and version == "2011":
                women[place][category] = float(value)
    with_women = [at for at, code in enumerate(names) if women[code]]
    published = np.array([[women[list(names)[at]][age] for age in sorted(women[list(names)[at]])] for at in with_women])
    fitted = split_by_sex(ages, sexes)[with_women, 1, 3:9]
    published *= fitted.sum(axis=1, keepdims=True) / published.sum(axis=1, keepdims=True)  # borders differ
    assert len(with_women) >= 44
    assert abs(fitted / published - 1).mean() == pytest.approx(0.032, abs=0.003)
