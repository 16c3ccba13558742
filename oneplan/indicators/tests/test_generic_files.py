"""Any table, long or wide: by the generic layouts, and by columns that somebody matches on the page and names."""

import io
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from oneplan.exchange.choices import RunState
from oneplan.exchange.models import ImportRun, Mapping
from oneplan.indicators.choices import ReleaseState
from oneplan.indicators.models import ObservationRelease
from oneplan.indicators.tests.conftest import served
from oneplan.indicators.tests.test_release_pages import _at_once, keeper

__all__ = ["_at_once", "keeper"]
pytestmark = pytest.mark.django_db
TEEN, COUNTS = {"table": "teenage-pregnancy"}, {"table": "census-2022-population"}


@pytest.fixture
def text(tmp_path):
    def write(content, name="file.csv"):
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return path

    return write


def said(report):
    return [(each.row, each.message) for each in report.issues]


def test_a_column_for_each_year_is_read_by_its_header_and_others_are_named(take, text):
    path = text("Code,Name,2010-11,2011-12,Remarks\nLIM361,Thabazimbi,7.5,8.25,\nLIM362,Lephalale,107.5,8,\n")
    report = take(path, layout="generic-wide", details=TEEN)
    assert (report.rows_accepted, report.rows_refused) == (1, 1)
    unread, too_much = said(report)
    assert unread[1] == "Not read, since their headers say no period, category or table: Name, Remarks."
    assert (too_much[0], "a percentage lies between 0 and 100" in too_much[1]) == (3, True)
    assert ObservationRelease.objects.get().state == ReleaseState.HELD


def test_a_header_of_a_place_and_years_alone_is_a_header(take, text):
    report = take(text("Code,2001,2006,2011\nDC36,1,2,3\nDC35,4,5,6\n"), layout="generic-wide", details=COUNTS)
    assert (report.header_row, report.rows_accepted, said(report)) == (1, 2, [])
    assert served("SELECT year, value::INTEGER FROM observations ORDER BY value") == [
        (2001, 1), (2006, 2), (2011, 3), (2001, 4), (2006, 5), (2011, 6),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("12%", "is a percentage, and the table tells counts"),
        ("1e15", "nothing in this country is so many"),
        ("1,234", "may be read as two"),  # more than a thousand, or more than one
    ],
)
def test_a_count_that_may_be_another_thing_is_refused(take, text, value, sentence):
    report = take(text(f'place,value\nDC36,"{value}"\nDC35,"1 234,5"\n'), layout="generic-long", details=COUNTS)
    assert (report.rows_accepted, report.rows_refused) == (1, 1)
    assert sentence in said(report)[0][1]


def test_no_file_holds_as_at_a_day_to_come(take, text):
    report = take(text("place,value\nDC36,5\n"), layout="generic-long", details=COUNTS, as_at=date(2999, 1, 1))
    assert "cannot hold as at 2999-01-01" in said(report)[0][1]
    assert not ObservationRelease.objects.exists()


def test_a_column_for_each_category_or_table_and_a_row_for_each_value(take, text):
    wide = take(text("District,Male,Female\nDC36,40,60\n"), layout="generic-wide", details={"table": "census-2011-sex"})
    tables = take(text("District,population_2022,households_2022\nDC36,100,30\n", "t.csv"), layout="generic-wide")
    long = take(
        text("Municipality;Gender;Value\nLIM361;Male;7\nLIM361;Femal;8\n", "long.csv"), layout="generic-long",
        details={"table": "gender"},
    )  # fmt: skip
    assert [each.rows_accepted for each in (wide, tables, long)] == [1, 1, 1]
    assert "“Femal” is no category of “Population by sex”" in said(long)[-1][1]
    rows = served(
        "SELECT s.code, c.sex, value::INTEGER FROM observations o JOIN categories c ON c.id = o.category "
        'JOIN series s ON s.id = c."table" ORDER BY ALL'
    )
    assert rows == [
        ("census-2011-sex", "Female", 60), ("census-2011-sex", "Male", 40), ("census-2022-households", "", 30),
        ("census-2022-population", "", 100),
    ]  # fmt: skip


def test_two_columns_that_say_the_same_are_refused_and_not_added(take, text):
    spec = {
        "columns": {"place": "Area", "values": {"First": "", "Second": ""}},
        "constants": {"table": "census-2022-population"},
    }
    report = take(text("Area,First,Second\nDC36,1,2\nDC35,1,2\n"), layout="", mapping=spec)
    assert report.rows_accepted == 0
    assert "The columns “First” and “Second” say the same of one place and time" in said(report)[0][1]


def workbook():
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.create_sheet("Ages", 0)
    del book["Sheet"]
    for row in (
        ["Ages of the province"], [], ["Municipality", "Infants", "5-9", "All ages", "Note"],
        ["LIM361", 10, 11, 21, "x"], ["LIM362", 10, 11, 40, "odd"], ["LIM363", 1, 1, 2, ""], ["LIM366", -4, 11, 7, ""],
        ["LIM361", 10, 11, 21, "again"],
    ):  # fmt: skip
        sheet.append(row)
    book.save(out)
    return out.getvalue()


def test_on_the_page_columns_are_matched_remembered_and_used_for_the_next_file(
    client, keeper, django_capture_on_commit_callbacks
):
    """Wrong names, totals that are not their parts, less than nothing, rows that repeat: each is said, nothing lost."""
    client.force_login(keeper)
    handed, content = {"source": "A survey", "as_at": "2016-06-30"}, workbook()

    def hand_in(name, **more):
        with django_capture_on_commit_callbacks(execute=True):
            client.post(
                reverse("exchange:start_import", args=["indicators"]),
                {"file": SimpleUploadedFile(name, content), **handed, **more},
            )
        return ImportRun.objects.latest("pk")

    run = hand_in("ages.xlsx", detail_table="cs-2016-age")
    page = client.get(reverse("exchange:match_columns", args=[run.pk]))
    words = page.content.decode()
    assert "Population by age in groups of five years" in words  # what the table holds stands beside its columns
    chosen = {field.name: field.value() for field, _also, _holds in page.context["form"].column_fields()}
    assert chosen == {"column_0": "place", "column_1": "", "column_2": "values", "column_3": "values", "column_4": ""}
    asked = {**chosen, "column_1": "values", "label_1": "0-4", "name": "ages", "formulas": "refuse"}
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("exchange:match_columns", args=[run.pk]), asked)
    run.refresh_from_db()
    assert (run.state, run.rows_accepted, run.rows_refused) == (RunState.CHECKED, 2, 3)
    kinds = set(run.issues.values_list("row", "kind"))
    assert kinds == {(6, "unknown_place"), (7, "odd_amount"), (8, "duplicate_row"), (5, "subtotal")}
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("exchange:accept_import", args=[run.pk]))
    release = ObservationRelease.objects.get()
    assert (release.state, release.observations) == (ReleaseState.HELD, 6)
    stored = client.get(reverse("exchange:run", args=[run.pk])).content.decode()
    assert reverse("indicators:release", args=[release.ref]) in stored
    spec = Mapping.objects.get(name="ages").as_dict()
    assert spec["columns"]["values"] == {"Infants": "0-4", "5-9": "5-9", "All ages": "All ages"}
    assert spec["constants"]["table"] == "cs-2016-age"
    again = hand_in("next.xlsx", using="mapping:ages")
    assert (again.state, again.rows_accepted, again.summary["rows_unchanged"]) == (RunState.CHECKED, 0, 2)


def test_what_holds_for_every_row_is_said_on_the_page(client, keeper, django_capture_on_commit_callbacks):
    client.force_login(keeper)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            reverse("exchange:start_import", args=["indicators"]),
            {"file": SimpleUploadedFile("t.csv", b"Area,Number\nBUF,700000\n"), "source": "S", "as_at": "2022-02-02"},
        )
    run = ImportRun.objects.get()
    asked = {
        "column_0": "place", "column_1": "values", "constant_table": "census-2022-households",
        "constant_level": "space", "constant_period": "2022", "formulas": "refuse",
    }  # fmt: skip
    address = reverse("exchange:match_columns", args=[run.pk])
    assert client.post(address, {**asked, "constant_table": "no such table"}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address, asked)
    run.refresh_from_db()
    assert (run.state, run.rows_accepted) == (RunState.CHECKED, 1)
    assert run.mapping["constants"]["level"] == "space"
