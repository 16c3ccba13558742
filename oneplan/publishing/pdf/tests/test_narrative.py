"""Narrative: the allowed tags as a tree; headings in order; nothing that runs."""

import page
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneplan.publishing.pdf import compile_pdf, prepared
from oneplan.publishing.pdf.narrative import narrative
from oneplan.publishing.pdf.tests.small import COUNTRY, SPACE_MAP, content, told

pytestmark = pytest.mark.engine_free

RICH = """<h4>Deep</h4><p>One <strong>two <em>three</em></strong> <a href="https://example.org/a?b=c">four</a>.</p>
<ul><li>a<ul><li>b</li></ul></li><li><p>c</p></li><li></li></ul><ol><li>d</li></ol><blockquote><p>e</p></blockquote>
<table><thead><tr><th>f</th><th>g</th></tr></thead><tbody><tr><td>h</td></tr></tbody></table>
<table><tr><td>i</td><td><h3>j</h3></td></tr></table><p></p><a href="https://example.org"></a>"""


def _levels(nodes):
    return [each["level"] for each in nodes if isinstance(each, dict) and each["n"] == "h"]


def test_words_keep_their_tags_and_spaces():
    assert narrative("<p>One <strong>two</strong> three</p>", below=1) == [
        {"n": "p", "c": ["One ", {"n": "strong", "c": ["two"]}, " three"]}
    ]


def test_headings_never_skip_a_level():
    assert _levels(narrative("<h4>a</h4><h3>b</h3><h4>c</h4>", below=1)) == [2, 2, 3]


def test_short_rows_are_filled_and_only_a_row_of_headers_heads():
    first, second = (each for each in narrative(RICH, below=1) if isinstance(each, dict) and each["n"] == "table")
    assert len(first["head"]) == 2
    assert [len(row) for row in first["rows"]] == [2]
    assert second["head"] == []


def test_what_runs_is_not_there():
    told = str(narrative('<p onclick="x()">a<script>alert(1)</script><a href="javascript:x()">b</a></p>', below=1))
    assert "alert" not in told
    assert "javascript" not in told


def test_rich_narrative_is_set_accessibly():
    said = content()
    said["copy"]["plan"]["sections"][0]["body"] = RICH
    ready = prepared(told(said), space=SPACE_MAP, country=COUNTRY)
    report = page.validate_pdf_bytes(compile_pdf("plan.typ", ready.data, ready.pictures, at=ready.at), profile="ua1")
    assert report.is_compliant, report.failures


PIECES = "<p> </p> <h3> </h3> <h4> <ul> <li> </ul> <table> <tr> <td> <th> </table> <strong> <a> x & < >"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES.split())))
def test_any_tag_soup_becomes_blocks_with_headings_in_order(pieces):
    levels = _levels(narrative("".join(pieces), below=1))
    assert all(after <= before + 1 for before, after in zip([1, *levels], levels, strict=False))
