"""Files of observations: what is read of them, what is refused with a sentence, and what holds a release back."""

from datetime import date
from decimal import Decimal

import pytest
import yaml

from oneplan.access.actors import PUBLIC, system
from oneplan.exchange.choices import Severity
from oneplan.indicators.actions import build_observations, publish_observations, withdraw_observations
from oneplan.indicators.choices import Level, ReleaseState, Status
from oneplan.indicators.models import ObservationRelease
from oneplan.indicators.queries import cells_of, values_of
from oneplan.indicators.shelf import shelf
from oneplan.indicators.tests.conftest import served, sexes
from oneplan.platform.errors import NotAllowed, RuleBroken, StaleRevision

pytestmark = pytest.mark.django_db
BY = system("tests")
KNP = ("officialemploymentstatus", 2016, "municipality")


def jobs(place, employed, unemployed, discouraged, level="municipality"):
    table = "officialemploymentstatus"
    told = {"Employed": employed, "Unemployed": unemployed, "Discouraged work-seeker": discouraged}
    return [(table, 2016, level, place, category, value) for category, value in told.items()]


def said(report):
    return [(str(issue.kind), str(issue.severity), issue.row) for issue in report.issues]


def test_a_census_file_becomes_values_that_lead_back_to_their_rows(take, tidy):
    report = take(tidy(*sexes("LIM361", 60, 40), *jobs("LIM361", 75, 25, 10), *jobs("BUF", 50, 50, "")))
    assert (report.rows_read, report.rows_accepted, report.issues) == (8, 8, [])
    release = ObservationRelease.objects.get()
    assert (release.state, release.observations, release.missing) == (ReleaseState.PUBLISHED, 8, 1)
    build_observations(by=BY)
    thabazimbi, buffalo = sorted(
        values_of("unemployment", by=PUBLIC, level=Level.MUNICIPAL_AREA, boundary=2016), key=lambda each: each.place,
        reverse=True,
    )  # fmt: skip
    assert (thabazimbi.place, thabazimbi.value, thabazimbi.above, thabazimbi.below) == ("LIM361", 25.0, 25, 100)
    assert (thabazimbi.year, thabazimbi.status, thabazimbi.release) == (2011, Status.OFFICIAL, release.ref)
    assert (buffalo.place, buffalo.value) == ("BUF", 50.0)
    cells = cells_of(thabazimbi)
    assert [(cell.category, cell.value, cell.row, cell.is_above) for cell in cells] == [
        ("Unemployed", 25.0, 5, True), ("Employed", 75.0, 4, False), ("Unemployed", 25.0, 5, False),
    ]  # fmt: skip


def test_nothing_is_computed_over_a_missing_cell(take, tidy):
    take(tidy(*jobs("LIM361", 75, 25, 10), *jobs("LIM362", "", 25, 10)))
    build_observations(by=BY)
    values = values_of("unemployment", by=PUBLIC, level=Level.MUNICIPAL_AREA, boundary=2016)
    assert {value.place: value.value for value in values} == {"LIM361": 25.0, "LIM362": None}


def test_a_metropolitan_space_has_the_values_of_its_one_municipal_area(take, tidy):
    take(tidy(*jobs("BUF", 60, 40, 0)))
    build_observations(by=BY)
    [value] = values_of("unemployment", by=PUBLIC, level=Level.SPACE, boundary=2016)
    assert (value.place, value.level, value.value) == ("BUF", Level.SPACE, 40.0)
    assert {cell.row for cell in cells_of(value)} == {2, 3}


def test_a_breakdown_that_a_formula_leaves_open_is_told_too(take, tidy):
    take(tidy(*sexes("LIM361", 60, 40)))
    build_observations(by=BY)
    values = values_of("population", by=PUBLIC, level=Level.MUNICIPAL_AREA, boundary=2016, dimension="sex")
    assert {(value.category, value.value) for value in values} == {("Female", 60.0), ("Male", 40.0)}
    assert served("SELECT sex, other FROM categories ORDER BY sex") == [("Female", ""), ("Male", "")]


@pytest.mark.parametrize(
    ("row", "kind", "words"),
    [
        (("nosuchtable", 2016, "municipality", "LIM361", "Male", 5), "unknown_code", "knows no table “nosuchtable”"),
        (("gender", 2016, "municipality", "LIM399", "Male", 5), "unknown_place", "no place “LIM399”"),
        (("gender", 2016, "hamlet", "LIM361", "Male", 5), "bad_choice", "“hamlet” is no level"),
        (("gender", 2016, "municipality", "", "Male", 5), "required", "The place is empty"),
        (("gender", 2016, "municipality", "LIM361", "Neither", 5), "unknown_code", "“Neither” is no category"),
        (("gender", 1996, "municipality", "LIM361", "Male", 5), "bad_period", "no borders of 1996"),
        (("gender", 2016, "municipality", "LIM361", "Male", "many"), "bad_number", "“many” is no number"),
        (("gender", 2016, "municipality", "LIM361", "Male", -5), "odd_amount", "less than nothing"),
        (("youth_accused_year", 2021, "ward", "93601001", "2010", 5), "rule_broken", "down to municipal area only"),
    ],
)
def test_a_row_that_cannot_be_taken_is_refused_with_what_and_what_to_do(take, tidy, row, kind, words):
    report = take(tidy(*sexes("LIM361", 60, 40), row))
    assert (report.rows_accepted, report.rows_refused) == (2, 1)
    assert [(str(issue.kind), issue.severity, issue.row) for issue in report.issues] == [(kind, Severity.ERROR, 4)]
    assert words in report.issues[0].message
    release = ObservationRelease.objects.get()
    assert (release.state, release.errors) == (ReleaseState.HELD, 1)


def test_a_row_that_says_again_what_another_says_is_refused(take, tidy):
    report = take(tidy(*sexes("LIM361", 60, 40), ("gender", 2016, "municipality", "LIM361", "Male", 41)))
    assert said(report) == [("duplicate_row", "error", 4)]
    assert "row 3" in report.issues[0].message


def test_a_total_that_is_not_its_parts_holds_the_release_back(take, tidy):
    districts = [("gender", 2016, "district", "DC36", sex, count) for sex, count in (("Female", 900), ("Male", 250))]
    areas = [row for code in ("LIM361", "LIM362", "LIM366", "LIM367", "LIM368") for row in sexes(code, 60, 50)]
    report = take(tidy(*districts, *areas))
    assert (report.rows_accepted, report.rows_refused) == (12, 0)
    [issue] = [issue for issue in report.issues if issue.severity == Severity.ERROR]
    assert (issue.kind, issue.row) == ("subtotal", 2)
    assert "Waterberg is told as 900, and its 5 parts add up to 300" in issue.message
    assert ObservationRelease.objects.get().state == ReleaseState.HELD


def test_what_rounding_alone_can_make_is_no_difference(take, tidy):
    districts = [("gender", 2016, "district", "DC36", sex, count) for sex, count in (("Female", 304), ("Male", 246))]
    areas = [row for code in ("LIM361", "LIM362", "LIM366", "LIM367", "LIM368") for row in sexes(code, 60, 50)]
    assert take(tidy(*districts, *areas)).issues == []


def test_persons_given_as_households_are_noticed(take, tidy):
    """The table of toilets counts households on the borders of 2016; persons are known from another table."""
    toilets = ("toiletfacilities", 2016, "municipality", "LIM361", "None")
    assert take(tidy(*sexes("LIM361", 60, 40), (*toilets, 30))).issues == []
    report = take(tidy(*sexes("LIM361", 60, 40), (*toilets, 100), name="persons.csv"))
    assert [(str(issue.kind), str(issue.severity), issue.row) for issue in report.issues] == [("subtotal", "error", 4)]
    assert "100 households among 100 persons" in report.issues[0].message
    assert ObservationRelease.objects.filter(state=ReleaseState.HELD).count() == 1


def test_persons_given_as_households_are_noticed_by_what_is_served_too(take, tidy):
    take(tidy(*sexes("LIM361", 60, 40)))
    build_observations(by=BY)
    report = take(tidy(("toiletfacilities", 2016, "municipality", "LIM361", "None", 99), name="toilets.csv"))
    assert "99 households among 100 persons" in report.issues[0].message


def test_a_percentage_above_a_hundred_is_refused(take, tidy):
    rate = ("youth_pregnancy_rate_year", 2011, "municipality")
    report = take(tidy((*rate, "LIM361", "2010-11", 7.5), (*rate, "LIM362", "2010-11", 107.5)))
    assert (report.rows_accepted, report.rows_refused) == (1, 1)
    assert "a percentage lies between 0 and 100" in report.issues[0].message


def test_a_file_with_its_own_header_is_read_by_a_mapping(take, tmp_path):
    path = tmp_path / "survey.csv"
    path.write_text("Area;2013;2014\nThabazimbi;7,5;8,25\nLIM362;n/a;12 %\n", encoding="utf-8")
    spec = {
        "columns": {"place": "Area", "values": {"2013": "2013-14", "2014": "2014-15"}},
        "constants": {"table": "youth_pregnancy_rate_year", "level": "municipality", "boundary": "2011"},
    }
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(yaml.safe_dump(spec), encoding="utf-8")
    report = take(path, layout="", mapping=str(mapping))
    assert (report.rows_accepted, report.rows_refused) == (2, 0)
    assert [issue.message for issue in report.issues] == ["Columns are parted by semicolon, not by comma; read so."]
    found = served("SELECT code, year, value FROM observations JOIN places p ON p.id = place ORDER BY code, year")
    assert found == [
        ("LIM361", 2013, Decimal("7.5")), ("LIM361", 2014, Decimal("8.25")), ("LIM362", 2013, None),
        ("LIM362", 2014, Decimal(12)),
    ]  # fmt: skip


def test_a_file_of_which_no_row_can_be_taken_stores_nothing(take, tidy, house):
    report = take(tidy(("nosuch", 2016, "municipality", "LIM361", "Male", 5)))
    assert not report.rows_accepted
    assert not ObservationRelease.objects.exists()
    assert not list((shelf.root() / "releases").glob("*"))


def test_importing_the_same_file_again_changes_nothing(take, tidy):
    path = tidy(*sexes("LIM361", 60, 40))
    take(path)
    report = take(path)
    assert (report.rows_accepted, report.rows_unchanged) == (0, 2)
    assert ObservationRelease.objects.count() == 1


def test_a_newer_release_of_the_same_thing_is_in_force_and_the_older_stands_again_when_it_is_withdrawn(take, tidy):
    take(tidy(*sexes("LIM361", 60, 40)))
    take(tidy(*sexes("LIM361", 61, 40), name="later.csv"), as_at=date(2012, 1, 1))
    told = "SELECT value::INTEGER FROM observations ORDER BY 1"
    assert served(told) == [(40,), (61,)]
    newer = ObservationRelease.objects.get(as_at=date(2012, 1, 1))
    withdraw_observations(newer, reason="Its source took it back", revision=newer.revision, by=BY)
    assert served(told) == [(40,), (60,)]


def test_a_held_release_is_served_once_somebody_with_a_name_publishes_it_with_a_reason(take, tidy):
    take(tidy(*sexes("LIM361", 60, 40), ("gender", 2016, "municipality", "LIM362", "Male", -5)))
    release = ObservationRelease.objects.get()
    assert served("SELECT count(*) FROM observations") == [(0,)]
    with pytest.raises(RuleBroken, match="Say why"):
        publish_observations(release, reason="ok", revision=release.revision, by=BY)
    with pytest.raises(NotAllowed):
        publish_observations(release, reason="The source says it is right", revision=release.revision, by=PUBLIC)
    with pytest.raises(StaleRevision):
        publish_observations(release, reason="The source says it is right", revision=7, by=BY)
    publish_observations(release, reason="The source says it is right", revision=release.revision, by=BY)
    assert served("SELECT count(*) FROM observations") == [(2,)]
    release.refresh_from_db()
    with pytest.raises(RuleBroken, match="not held back"):
        publish_observations(release, reason="The source says it is right", revision=release.revision, by=BY)


def test_a_build_that_fails_leaves_the_one_before_serving(take, tidy, monkeypatch):
    take(tidy(*sexes("LIM361", 60, 40)))
    before = build_observations(by=BY)
    take(tidy(*sexes("LIM362", 6, 4), name="more.csv"))
    monkeypatch.setattr("oneplan.indicators.assembling._prove", lambda *_args: (_ for _ in ()).throw(RuleBroken("no")))
    with pytest.raises(RuleBroken, match="no"):
        build_observations(by=BY)
    assert shelf.current_name() == before.name
