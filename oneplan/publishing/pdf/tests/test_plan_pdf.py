"""The printed plan: accessible by an independent checker, literal, honest about what it is."""

import unicodedata
from collections.abc import Mapping
from typing import Any

import page
import pytest
import typst

from oneplan.publishing.pdf import compile_pdf, drawable, picture_png, prepared
from oneplan.publishing.pdf.tests.small import COPY, COUNTRY, HASH, SPACE_MAP, content, told
from oneplan.publishing.tests.printed import printed_words

pytestmark = pytest.mark.engine_free

HOSTILE = '#panic("x") $x^2$ \\emph{a} @ref *b* _c_ `d` <e> [f] // g /* h */ = i #import "@preview/x:1.0.0": *'


def _pdf(said: Mapping[str, Any]) -> bytes:
    ready = prepared(told(said), address="https://oneplan.example", space=SPACE_MAP, country=COUNTRY)
    return compile_pdf("plan.typ", ready.data, ready.pictures, at=ready.at)


def _words(pdf: bytes) -> str:
    return printed_words(pdf, "-layout")


def _unbroken(text: str) -> str:
    """The text without spaces and hyphens: lines and words may break anywhere."""
    return text.replace(" ", "").replace("\xad", "").replace("-", "")


@pytest.fixture(scope="module")
def adopted() -> bytes:
    return _pdf(content(sample=True))


@pytest.fixture(scope="module")
def draft() -> bytes:
    return _pdf(content(adopted=False))


def test_an_independent_checker_finds_it_accessible(adopted, draft):
    for pdf in (adopted, draft):
        report = page.validate_pdf_bytes(pdf, profile="ua1")
        assert report.is_compliant, report.failures


def test_the_checker_fails_an_untagged_document():
    untagged: Any = typst.Compiler(b"= Plan\nNo tags, no title.").compile(format="pdf", pdf_tags=False)
    report = page.validate_pdf_bytes(untagged, profile="ua1")
    assert not report.is_compliant
    assert report.failures


def test_the_compiler_refuses_a_picture_without_words():
    ready = prepared(told(content()), space=SPACE_MAP, country=COUNTRY)
    for block in ready.data["blocks"]:
        block.pop("alt", None)
    with pytest.raises(typst.TypstError):
        compile_pdf("plan.typ", ready.data, ready.pictures, at=ready.at)


def test_the_same_content_gives_the_same_bytes(adopted):
    assert _pdf(content(sample=True)) == adopted


def test_each_page_says_that_it_is_a_sample(adopted):
    pages = page.validate_pdf_bytes(adopted, profile="ua1").document.page_count
    assert _words(adopted).count("SAMPLE: invented for demonstration") >= pages


def test_a_draft_says_so_on_each_page_and_carries_no_seal(draft):
    words = _words(draft)
    pages = page.validate_pdf_bytes(draft, profile="ua1").document.page_count
    assert words.count("DRAFT – not adopted") >= pages
    assert "No committee has adopted it" in words
    assert "This draft carries no seal" in words
    assert HASH not in words
    assert "Adopted on" not in words


def test_an_adopted_plan_prints_its_seal_signatures_and_what_is_unfunded(adopted):
    words = _words(adopted)
    for said in (
        "DRAFT",
        "Not adopted",
    ):
        assert said not in words
    for said in (
        HASH,
        COPY,
        "d" * 64,
        "none: this is the first sealed edition",
        "S. Radebe",
        "Director-General",
        "Delegation of 2024",
        "Unfunded",
        "R7 m",
        "oneplan verify FILE",
        "https://oneplan.example/plans/DC34/editions/2/",
        "1 party has not signed",
        "Silent",
        "baseline unknown",
        "50 % of it belongs",
    ):
        assert said in words, said


def test_what_a_user_wrote_prints_as_it_was_written():
    said = content(vision={"ref": "V-001", "text": HOSTILE, "priorities": [], "markings": []})
    said["copy"]["commitments"][0]["title"] = HOSTILE
    said["copy"]["plan"]["sections"][0]["body"] = f"<p>{HOSTILE.replace('<', '&lt;')}</p><script>alert(1)</script>"
    words = _unbroken(_words(_pdf(said)))
    assert words.count(_unbroken(HOSTILE)) >= 4  # the vision twice, the section, the commitment
    assert "alert(1)" not in words


def test_the_fonts_draw_the_letters_of_our_languages():
    said = content(vision={"ref": "V-001", "text": "ḓ ḽ ṋ ṱ ṅ š Ḓ Ḽ Ṋ Ṱ Ṅ Š", "priorities": [], "markings": []})
    assert "ḓḽṋṱṅšḒḼṊṰṄŠ" in unicodedata.normalize("NFC", _unbroken(_words(_pdf(said))))


def test_letters_that_no_font_draws_are_shown_as_such_and_stop_nothing():
    assert drawable("Water 💧 for 水 ṱ") == "Water � for � ṱ"
    said = content(vision={"ref": "V-001", "text": "Water 💧 for 水\x07", "priorities": [], "markings": []})
    assert page.validate_pdf_bytes(_pdf(said), profile="ua1").is_compliant


def test_an_empty_plan_is_printed_too():
    empty: dict[str, Any] = {kind: [] for kind in ("sections", "impacts", "findings", "outcomes", "strategies")}
    said = content(adopted=False, vision=None, **empty)
    said["copy"]["commitments"] = said["standing"] = said["outstanding"] = said["participation"] = []
    assert page.validate_pdf_bytes(_pdf(said), profile="ua1").is_compliant


def test_very_long_texts_and_words_are_set_whole():
    long = "Settlement " * 3000
    said = content(
        vision={"ref": "V-001", "text": "https://example.org/" + "a" * 400, "priorities": [], "markings": []}
    )
    said["copy"]["plan"]["findings"][0]["evidence"] = long
    said["copy"]["commitments"][0]["parties"][0]["responsibility"] = long
    said["participation"][0]["reason"] = long
    pdf = _pdf(said)
    assert page.validate_pdf_bytes(pdf, profile="ua1").is_compliant
    assert _words(pdf).count("tle") >= 9000  # the middle of the word, wherever its lines break


def test_a_picture_for_programs_that_take_no_svg():
    ready = prepared(told(content()), space=SPACE_MAP, country=COUNTRY)
    assert picture_png(ready.pictures["001"], width_mm=160, ppi=60).startswith(b"\x89PNG")
