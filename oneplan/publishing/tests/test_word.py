"""The Word document: real styles and tables, its language and standing, opened by another program without complaint."""

import io
import re
import shutil
import subprocess
import zipfile
from typing import Any

import docx
import pytest

from oneplan.publishing.pdf.tests.small import COUNTRY, SPACE_MAP
from oneplan.publishing.tests.plans import adopted, draft
from oneplan.publishing.word import plan_word

pytestmark = pytest.mark.engine_free
MAPS: dict[str, Any] = {"space": SPACE_MAP, "country": COUNTRY}


@pytest.fixture(scope="module")
def file():
    return plan_word(draft(), **MAPS)


@pytest.fixture(scope="module")
def document(file):
    return docx.Document(io.BytesIO(file))


@pytest.fixture(scope="module")
def body(file):
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        return package.read("word/document.xml").decode()


def test_chapters_areas_and_parts_are_headings(document):
    styles = {paragraph.style.name for paragraph in document.paragraphs}
    assert {"Title", "Heading 1", "Heading 2", "Heading 3", "Caption", "List Bullet", "List Number", "Quote"} <= styles
    headings = [each.text for each in document.paragraphs if each.style.name == "Heading 1"]
    assert headings[1] == "2. Diagnostic summary"
    assert headings[-1] == "Annex D. Seal"


def test_what_lies_in_an_unknown_area_is_told_all_the_same(document):
    told = [cell.text for table in document.tables for cell in table._cells]
    assert any("-5 °C at night" in words for words in told)


def test_tables_repeat_their_headings_and_break_no_row(document, body):
    real = [table for table in document.tables if table.style.name == "One Plan Table"]
    assert len(real) == len(document.tables) > 8
    assert body.count("<w:tblHeader/>") >= 8
    assert body.count("<w:cantSplit/>") == body.count("<w:tr>")


def test_tables_without_headings_name_their_rows(document):
    labels = {each.text for table in document.tables for cell in table._cells for each in cell.paragraphs
              if each.style.name == "Table Label"}  # fmt: skip
    assert {"Standing", "Hash of the content", "Total cost", "State"} <= labels


def test_captions_and_contents_are_fields(body):
    assert "SEQ Table" in body
    assert 'TOC \\o "1-2"' in body
    anchors = set(re.findall(r'w:anchor="(_Toc\d+)"', body))
    assert anchors == set(re.findall(r'w:name="(_Toc\d+)"', body)) != set()


def test_the_narrative_keeps_its_form(document, body):
    bold = [run.text for each in document.paragraphs for run in each.runs if run.bold and each.style.name == "Normal"]
    assert "few" in bold
    assert "Too few taps & no pumps <b>." in "\n".join(each.text for each in document.paragraphs)
    assert any("https://example.org/a?b=1&c" in each.target_ref for each in document.part.rels.values())
    lists = re.findall(r'<w:pStyle w:val="ListNumber"/><w:numPr>.*?w:numId w:val="(\d+)"', body)
    assert len(set(lists)) == 2, "each ordered list begins at one"


def test_it_says_its_language_title_and_standing(document):
    properties = document.core_properties
    assert properties.language == "en-ZA"
    assert properties.title == "One Plan of Test & Co"
    header = document.sections[0].header.paragraphs[0].text
    assert "SAMPLE" in header
    assert "DRAFT – not adopted" in header
    footer = document.sections[0].footer._element.xml
    assert "PAGE" in footer
    assert "NUMPAGES" in footer


def test_an_adopted_plan_carries_its_hash_and_no_draft():
    document = docx.Document(io.BytesIO(plan_word(adopted(), **MAPS)))
    assert document.sections[0].header.paragraphs[0].text == ""
    told = [cell.text for table in document.tables for cell in table._cells]
    assert "ab" * 32 in told
    assert not any("DRAFT" in each.text for each in document.paragraphs)


def test_pictures_have_words(body):
    pictures = re.findall(r"<wp:docPr [^>]*>", body)
    assert len(pictures) >= 3
    assert all(len("".join(re.findall(r'descr="([^"]*)"', each))) > 20 for each in pictures)


def test_maps_say_that_they_are_approximate_in_words_and_under_the_picture(document, body):
    maps = [each for each in re.findall(r'descr="([^"]*)"', body) if "Thulamela" in each or "lies in" in each]
    assert len(maps) == 3
    assert all("Approximate: not the legal boundaries" in each for each in maps)
    beneath = [each.text for each in document.paragraphs if each.style.name == "Source"]
    assert sum("Approximate: not the legal boundaries" in each for each in beneath) == 3


@pytest.mark.parametrize("sign", ["\x01", "\x0c", "\ufffe", "\uffff"])
def test_signs_that_xml_refuses_are_left_out(sign):
    told = draft()
    told.content["copy"]["commitments"][0]["title"] = f"Pumps{sign}and pipes"
    with zipfile.ZipFile(io.BytesIO(plan_word(told, **MAPS))) as made:
        assert "Pumpsand pipes" in made.read("word/document.xml").decode()


def test_equal_contents_give_equal_bytes(file):
    assert plan_word(draft(), **MAPS) == file


def test_libreoffice_opens_it(file, tmp_path):
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is missing. On Debian: apt install libreoffice-writer-nogui libreoffice-calc-nogui")
    (tmp_path / "plan.docx").write_bytes(file)
    done = subprocess.run(
        [program, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf", "--outdir",
         tmp_path, tmp_path / "plan.docx"],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert "Error" not in done.stdout + done.stderr
    assert (tmp_path / "plan.pdf").read_bytes().startswith(b"%PDF")
