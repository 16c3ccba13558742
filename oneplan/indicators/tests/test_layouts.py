"""Layouts of known files: wide ages and years, one text of two dimensions, a table for each column, years of
municipalities, rows that are no observation."""

from datetime import date
from decimal import Decimal

import pytest
import yaml

from oneplan.access.actors import PUBLIC
from oneplan.indicators.actions import build_observations, publish_observations
from oneplan.indicators.choices import Length, Level, ReleaseState, YearBasis
from oneplan.indicators.models import ObservationRelease
from oneplan.indicators.queries import values_of
from oneplan.indicators.tests.conftest import BY, served
from oneplan.indicators.times import label, long_label

pytestmark = pytest.mark.django_db
AGES = ("p0_04,p05_09,p10_14,p15_19,p20_24,p25_29,p30_34,p35_39,p40_44,p45_49,p50_54,p55_59,p60_64,p65_69,p70_74,"
        "p75_79,p80_84,p85plus,p_Total")  # fmt: skip
MONEY = "code,indicator,period,value,rating,item\n"


@pytest.fixture
def text(tmp_path):
    """Writes a file as it is given."""

    def write(content, name="file.csv"):
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return path

    return write


def told(columns, table):
    """What a build serves of a table."""
    return served(
        f"SELECT {columns} FROM observations o JOIN categories c ON c.id = o.category "
        'JOIN series s ON s.id = c."table" JOIN places p ON p.id = o.place '
        f"WHERE s.code = '{table}' ORDER BY ALL"
    )


def errors():
    return ObservationRelease.objects.latest("id").errors


def test_ages_that_stand_side_by_side_are_one_observation_each_and_their_total_is_compared(take, text):
    ages = ",".join(["1"] * 18)
    path = text(f"ADM3_ID,{AGES}\nLIM361,{ages},18\nBUF,{ages},18\n")
    assert take(path, layout="community-survey-2016").issues == []
    assert len(told("p.code, c.age, value", "cs-2016-age")) == 38
    where = told("DISTINCT p.code, p.level, boundary, year", "cs-2016-age")
    assert where == [("BUF", 3, 2016, 2016), ("LIM361", 3, 2016, 2016)]
    [issue] = take(text(f"ADM3_ID,{AGES}\nLIM361,{ages},99\n", "bad.csv"), layout="community-survey-2016").issues
    assert "the categories add up to 18, and “All ages” says 99" in issue.message
    assert errors() == 1


def test_sex_and_age_in_one_text_and_years_side_by_side(take, text):
    path = text(
        "district,data_element,y2019,y2020,y2021\nec Alfred Nzo District Municipality,Female 00-04 years,5,6,7\n"
        "ec Alfred Nzo District Municipality,Male under 1 year,1,1,1\n"
    )
    assert take(path, layout="mid-year-districts").issues == []
    found = told("p.code, c.sex, c.age, year, value::INTEGER, is_apart", "mid-year-sex-age")
    years = [(2019, 5), (2020, 6), (2021, 7)]
    assert found[:3] == [("DC44", "Female", "0-4", year, value, False) for year, value in years]
    assert {each[5] for each in found[3:]} == {True}  # a narrow band is part of a wide one: never added to it


def test_each_column_may_be_of_a_table_of_its_own(take, text):
    path = text("code,name,population_2022,piped_water_share\nBUF,Buffalo City,975255.34,0.9354\n")
    asked = {"layout": "census-2022-sample"}
    report = take(path, **asked)
    assert (report.rows_accepted, report.issues) == (1, [])
    assert told("p.code, value", "census-2022-population") == [("BUF", Decimal("975255.34"))]
    assert told("p.code, value", "census-2022-piped-water") == [("BUF", Decimal("0.9354"))]
    path = text("code,name,population_2022,piped_water_share\nBUF,Buffalo City,975255.34,93.54\n", "percent.csv")
    [issue] = [each for each in take(path, **asked).issues if each.row]
    assert "a part of one lies between 0 and 1" in issue.message


def test_an_audit_outcome_is_one_and_every_other_outcome_is_nought_in_the_year_that_ended(take, text):
    path = text(
        "code,year,rating,result,report_url\nLIM361,2019,unqualified,Unqualified,http://example.org\n"
        "BUF,2019,disclaimer,Disclaimer,\nDC36,2019,outstanding,Not finished,\nKZN254,2015,qualified,Qualified,\n"
    )
    report = take(path, layout="audit-outcomes", as_at=date(2020, 7, 31))
    assert (report.rows_accepted, report.rows_refused) == (4, 0)
    found = told("p.code, p.level, year, c.other, value::INTEGER", "audit-opinions")
    assert len(found) == 24
    assert [each for each in found if each[4]] == [
        ("BUF", 3, 2018, "Disclaimer", 1), ("DC36", 2, 2018, "Outstanding", 1),
        ("KZN254", 3, 2014, "Qualified", 1), ("LIM361", 3, 2018, "Unqualified with no findings", 1),
    ]  # fmt: skip
    values = values_of("clean-audits", by=PUBLIC, level=Level.MUNICIPAL_AREA, boundary=0, years=[2018])
    assert {each.place: each.value for each in values} == {"BUF": 0.0, "LIM361": 100.0}
    assert {each.basis for each in values} == {YearBasis.MFMA}
    [metro] = values_of("clean-audits", by=PUBLIC, level=Level.SPACE, boundary=0, years=[2018])[:1]
    assert metro.place == "BUF"
    assert long_label(2018, Length.YEAR, 0, metro.basis) == "2018/19 (July to June)"


def test_municipal_money_keeps_budgets_out_and_reads_quarters_of_the_municipal_year(take, text):
    path = text(
        f"{MONEY}LIM361,revenue_breakdown:amount,2018,5499649.0,,Fines\n"
        "LIM361,revenue_breakdown:amount,2019 budget,7.0,,Fines\n"
        "LIM361,revenue_breakdown:amount,2019 budget,7.0,,Fines\n"
        "LIM361,current_ratio,2018q4,1.25,good,\nLIM361,cash_at_year_end,2018,,,\n"
        "LIM361,expenditure_functional_breakdown:amount,2018,-3.5,,Electricity \n"
    )
    report = take(path, layout="municipal-money", as_at=date(2020, 7, 31))
    assert (report.rows_read, report.rows_accepted, report.rows_refused) == (6, 4, 0)
    assert report.rows_left_out == {"a budget is no observation": 2}
    assert report.issues == []
    assert told("c.other, year, value", "municipal-revenue") == [("Fines", 2017, Decimal(5499649))]
    assert told("year, length, period, s.basis", "municipal-current-ratio") == [(2017, 1, 4, 2)]
    assert told("year, value", "municipal-cash") == [(2017, None)]  # an empty value is unknown, never nought
    assert told("c.other, value", "municipal-spending") == [("Electricity", Decimal("-3.5"))]
    assert label(2017, Length.QUARTER, 4, YearBasis.MFMA) == "2017/18 Q4"


def test_shares_that_do_not_add_up_to_a_hundred_hold_the_release_back(take, text):
    shares = "LIM361,revenue_breakdown:percent,2018,{},,{}\n"
    good = shares.format(60, "Fines") + shares.format("40.4", "Other")
    assert take(text(MONEY + good), layout="municipal-money").issues == []
    [issue] = take(text(MONEY + shares.format(60, "Fines"), "bad.csv"), layout="municipal-money").issues
    assert "the categories add up to 60 %, and not to 100" in issue.message
    release = ObservationRelease.objects.latest("id")
    assert (release.state, release.errors) == (ReleaseState.HELD, 1)
    publish_observations(release, reason="The source leaves out what is small", revision=release.revision, by=BY)
    assert build_observations(by=BY).facts["observations"] == 2


def test_a_mapping_of_ones_own_may_name_a_table_for_each_column_and_leave_rows_out(take, text, tmp_path):
    spec = {
        "columns": {"place": "Area", "values": {"People": "table: population_2022", "Homes": "table: households_2022"}},
        "constants": {"level": "district"},
        "leave_out": [{"reason": "closed", "column": "State", "equals": "closed"}],
    }
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(yaml.safe_dump(spec), encoding="utf-8")
    path = text("Area,State,People,Homes\nWaterberg,open,700000,210000\nNowhere,closed,1,1\n")
    report = take(path, layout="", mapping=str(mapping))
    assert (report.rows_accepted, report.rows_refused, report.rows_left_out) == (1, 0, {"closed": 1})
    assert told("p.code, value::INTEGER", "census-2022-households") == [("DC36", 210000)]


# --- the real files ---------------------------------------------------------------------------------------------------

REAL = [
    # layout, file, as at; rows read, refused, left out; observations, without a value, errors
    ("community-survey-2016", "indicators/cs2016_population_age_municipalities.csv", (213, 0, 0), (4047, 0, 0)),
    ("mid-year-districts", "indicators/statssa_mype_district_projection_2019_2021_dhis_ages.csv", (3120, 0, 0),
     (9360, 0, 0)),
    ("health-facilities", "indicators/health_facility_counts_by_district.csv", (52, 0, 0), (208, 0, 0)),
    ("census-2022-sample", "indicators/census2022_sample_2_spaces.csv", (2, 0, 0), (18, 0, 0)),
    ("audit-outcomes", "budget/audit_opinions_2020-07.csv", (1014, 0, 0), (6084, 0, 0)),
    ("municipal-money", "budget/municipal_money_indicators_2020-07.csv.gz", (59367, 0, 9520), (49847, 1887, 1)),
]  # fmt: skip
SUMS = {
    "community-survey-2016": ("cs-2016-age", "c.age = 'All ages'", Decimal(55653651)),
    "mid-year-districts": ("mid-year-sex-age", "NOT is_apart AND year = 2020", Decimal(59124275)),
    "health-facilities": ("facilities-2020", "c.other = 'Public clinic'", Decimal(3444)),
    "census-2022-sample": ("census-2022-population", "true", Decimal("1508507.86")),
    "audit-outcomes": ("audit-opinions", "c.other = 'Unqualified with no findings'", Decimal(119)),
    "municipal-money": ("municipal-revenue", "year = 2017", Decimal(0)),  # from the file, below
}


@pytest.mark.shared
@pytest.mark.parametrize(("layout", "name", "rows", "kept"), REAL, ids=[each[0] for each in REAL])
def test_a_real_file_reconciles(layout, name, rows, kept, take, shared_data):
    report = take(shared_data / name, layout=layout, as_at=date(2020, 7, 31))
    assert (report.rows_read, report.rows_refused, sum(report.rows_left_out.values())) == rows
    release = ObservationRelease.objects.get()
    assert (release.observations, release.missing, release.errors) == kept
    if release.errors:
        publish_observations(release, reason="Nought in the source itself", revision=release.revision, by=BY)
    table, condition, total = SUMS[layout]
    if layout == "municipal-money":
        total = amounts_of(shared_data / name, "revenue_breakdown:amount", "2018")
        assert total > Decimal(300_000_000_000)
    found = served(
        "SELECT sum(value) FROM observations o JOIN categories c ON c.id = o.category "
        f"JOIN series s ON s.id = c.\"table\" WHERE s.code = '{table}' AND {condition}"
    )
    assert found == [(total,)]


def amounts_of(path, indicator, period):
    import csv
    import gzip

    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = (row for row in csv.DictReader(lines) if (row["indicator"], row["period"]) == (indicator, period))
        return sum((Decimal(row["value"]) for row in rows), Decimal(0))
