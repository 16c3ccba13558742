"""The profile as files: accessible, the same figures as the page, the same bytes for the same content."""

import io
import zipfile
from datetime import date

import docx
import openpyxl
import page
import pytest

from oneplan.access.actors import PUBLIC, system
from oneplan.indicators.actions import build_observations, publish_observations
from oneplan.indicators.choices import ReleaseState
from oneplan.indicators.models import ObservationRelease
from oneplan.indicators.profile import profile_of
from oneplan.indicators.tests import conftest as observations
from oneplan.indicators.tests.profiles import country
from oneplan.publishing.choices import ProfileForm
from oneplan.publishing.profiles import profile_file
from oneplan.publishing.tests.printed import printed_words
from oneplan.spaces.models import Space
from oneplan.spaces.queries.maps import Shape, SpaceMap

pytestmark = pytest.mark.django_db
house, take, tidy = observations.house, observations.take, observations.tidy
ON = date(2026, 11, 23)
WATERBERG = SpaceMap(
    [Shape(f"LIM36{n}", name, f"M{10 * at},0l10,0 0,10 -10,0z", 10 * at + 5, 5)
     for at, (n, name) in enumerate([(1, "Thabazimbi"), (2, "Lephalale"), (9, "An area of tomorrow")])],
    "-1 -1 32 12", "Municipal areas, approximate, as at 2021-11-01", "approximate", "Approximate", [],
)  # fmt: skip


@pytest.fixture
def told(take, tidy):
    """The profile of Waterberg, which has far more women than like places."""
    take(tidy(*country(women={"DC36": 0.9})))
    for release in ObservationRelease.objects.filter(state=ReleaseState.HELD):
        publish_observations(release, reason="A small country.", revision=release.revision, by=system("tests"))
    build_observations(by=system("tests"))
    return profile_of(Space.objects.select_related("province").get(pk="DC36"), by=PUBLIC)


def made(told, form):
    return profile_file(form, told, WATERBERG, on=ON)


def words(pdf, pages=None):
    report = page.validate_pdf_bytes(pdf, profile="ua1")
    assert report.is_compliant, report.failures
    if pages:
        assert report.document.page_count == pages
    return printed_words(pdf)


def test_the_one_page_is_one_accessible_page_with_the_figures_of_the_web_page(told):
    said = words(made(told, ProfileForm.ONE_PAGE), pages=1)
    for each in (
        "Waterberg in figures",
        "1 100",
        "5 250",
        "59 000",
        "no data",
        "Women and girls: 90,0 % in 2011, far higher",
        "Census 2011 · 2016",
        "Population: highest in Thabazimbi (300)",
        "No date is agreed.",
    ):
        assert each in said, each


def test_the_full_profile_has_each_chapter_sentence_area_and_source(told):
    said = words(made(told, ProfileForm.FULL))
    for chapter in told.chapters:
        assert f"{chapter.told.number} {chapter.told.title}" in said
        for line in chapter.lines:
            assert line.sentence.replace("\u00a0", " ") in said, line.code
    for each in (
        "By sex: Male 110; Female 990",
        "On the borders of 2016",
        "Thabazimbi",
        "No data.",
        "Definitions",
        "Net undercount of persons 14,6 %",
        "Approximate: not the legal boundaries",
    ):
        assert each in said, each


def test_what_officials_wrote_into_names_is_never_read_as_commands(told):
    from dataclasses import replace

    hostile = replace(told, name='#panic("x") $x$ @ref =1+1', province="<b>&")
    for form in (ProfileForm.ONE_PAGE, ProfileForm.FULL):
        assert '#panic("x") $x$ @ref' in words(made(hostile, form))
    assert docx.Document(io.BytesIO(made(hostile, ProfileForm.WORD))).core_properties.title.endswith("=1+1")
    book = openpyxl.load_workbook(io.BytesIO(made(hostile, ProfileForm.EXCEL)))
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)


def test_word_has_real_headings_tables_and_words_for_each_picture(told):
    document = docx.Document(io.BytesIO(made(told, ProfileForm.WORD)))
    headings = [each.text for each in document.paragraphs if each.style.name == "Heading 1"]
    assert headings[0] == "What stands out"
    assert "1. Population" in headings
    assert "3. Hunger" in headings
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "1\u00a0100" in cells
    assert all(shape._inline.docPr.get("descr") for shape in document.inline_shapes)
    assert len(document.inline_shapes) == 2  # where the people live; the first indicator by area


def test_excel_has_a_row_for_each_indicator_and_unknown_is_never_nought(told):
    book = openpyxl.load_workbook(io.BytesIO(made(told, ProfileForm.EXCEL)))
    rows = {row[1]: row for row in book["Indicators"].iter_rows(min_row=4, values_only=True)}
    assert len(rows) == sum(len(chapter.lines) + len(chapter.unknown) for chapter in told.chapters)
    assert rows["population"][4:7] == (1100, "2011", "2016")
    assert rows["unemployment"][4] == "unknown"
    areas = [row for row in book["Municipal areas"].iter_rows(min_row=4, values_only=True) if row[1] == "population"]
    assert sum(row[4] for row in areas) == 1100


@pytest.mark.parametrize("form", ProfileForm.values)
def test_the_same_content_gives_the_same_bytes(told, form):
    assert made(told, form) == made(told, form)
    if form.endswith("x"):
        assert zipfile.is_zipfile(io.BytesIO(made(told, form)))


@pytest.mark.parametrize("form", ProfileForm.values)
def test_everybody_gets_a_file_and_an_unknown_space_or_form_is_missing(told, client, form):
    answer = client.get(f"/spaces/DC36/profile/{form}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == ProfileForm(form).media_type
    assert answer["Cache-Control"] == "private, no-store"
    assert client.get(f"/spaces/DC99/profile/{form}").status_code == 404
    assert client.get("/spaces/DC36/profile/full.exe").status_code == 404


def test_before_anything_is_published_the_page_says_why_there_is_no_file(house, client):
    answer = client.get("/spaces/DC36/profile/full.pdf")
    assert (answer.status_code, answer["Location"]) == (302, "/spaces/DC36/profile/")


def test_a_file_is_drawn_once_for_all_who_see_as_much(told, client, world, monkeypatch):
    drawn = []
    monkeypatch.setattr(
        "oneplan.publishing.profiles.profile_file", lambda form, *_told, **_more: drawn.append(form) or b"%"
    )
    for _turn in range(2):
        client.get("/spaces/DC36/profile/full.pdf")
    assert len(drawn) == 1
    client.force_login(world.office.user)
    client.get("/spaces/DC36/profile/full.pdf")
    assert len(drawn) == 2
