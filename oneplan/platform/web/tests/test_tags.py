from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory

from oneplan.periods.years import Basis, FinancialYear
from oneplan.platform.web.glyphs import GLYPHS
from oneplan.platform.web.states import STATES


def shown(source: str, path: str = "/", **context: object) -> str:
    request = RequestFactory().get(path)
    return Template("{% load web %}" + source).render(Context({"request": request, **context}))


@pytest.mark.parametrize("code", STATES)
def test_every_state_has_a_shape_a_tone_and_a_word(code: str) -> None:
    look = STATES[code]
    assert look.glyph in GLYPHS
    assert str(look.label) in shown("{% state code %}", code=code)
    assert f"tone-{look.tone}" in shown("{% state code %}", code=code)


def test_a_compact_state_keeps_its_word_for_those_who_cannot_see_it() -> None:
    html = shown("{% state 'late' compact=True %}")
    assert 'title="Late"' in html and '<span class="visually-hidden">Late</span>' in html


def test_a_key_explains_the_compact_states() -> None:
    html = shown("{% state_key 'asked silent' %}")
    assert html.count("<li>") == 2 and "Asked" in html and "Silent" in html


def test_the_counts_of_a_long_table_are_grouped() -> None:
    page = Paginator(range(10_668), 5_000).page(2)
    html = shown('{% include "web/_table_tools.html" %}{% include "web/_pagination.html" %}', page=page)
    assert "10\u00a0668</span> rows" in html
    assert "5\u00a0001–10\u00a0000 of 10\u00a0668" in html


def test_an_unknown_state_is_shown_in_words() -> None:
    assert "Half baked" in shown("{% state 'half_baked' %}")


def test_a_label_cannot_bring_markup() -> None:
    assert "<script>" not in shown("{% state 'done' label=label %}", label="<script>")


def test_rand_is_short_with_the_exact_figure_behind_it() -> None:
    html = shown("{% rand amount %}", amount=Decimal("1234567.89")).replace("\u00a0", " ")
    assert "R1,23 m" in html
    assert 'title="R1 234 567,89"' in html
    assert '<span class="print-only">R1 234 567,89</span>' in html
    assert 'value="1234567.89"' in html


@pytest.mark.parametrize("tag", ["{% rand None %}", "{% number None %}", "{% fact None %}"])
def test_what_is_not_known_is_said_to_be_unknown(tag: str) -> None:
    assert "unknown" in shown(tag)


def test_nought_is_a_number_and_not_unknown() -> None:
    assert "unknown" not in shown("{% rand 0 %}{% number 0 %}{% fact 0 %}")


def test_dates_and_years_are_written_out() -> None:
    assert "22\u00a0Nov\u00a02026" in shown("{% day d %}", d=date(2026, 11, 22))
    late = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)
    assert "22\u00a0Nov\u00a02026,\u00a000:30" in shown("{% day d time=True %}", d=late)
    assert "2026/27 (Jul–Jun)" in shown("{% year y %}", y=FinancialYear(2026, Basis.MFMA))
    assert "no date" in shown("{% day None %}")


def test_a_fact_says_where_it_comes_from() -> None:
    html = shown("{% fact 31.4 unit='%' source='Census' as_at=d quality='verified' %}", d=date(2022, 2, 3))
    assert "31,4" in html and "Census" in html and "3\u00a0Feb\u00a02022" in html and "Verified" in html


def test_a_bar_says_in_words_what_it_draws() -> None:
    html = shown("{% bar parts compact=True %}", parts=[("signed", 3), ("proposed", 1)])
    assert 'aria-label="Signed 3; Proposed 1"' in html
    assert 'width="75.000%"' in html and "url(#texture-proposed)" in html


def test_a_bar_never_grows_past_its_whole() -> None:
    html = shown("{% bar parts total=2 %}", parts=[("signed", 3), ("proposed", 1)])
    assert 'width="100.000%"' in html and "4" not in html.split("<ul")[0].split("svg")[1]


def test_an_empty_bar_and_spark_are_not_errors() -> None:
    assert "nothing yet" in shown("{% bar parts compact=True %}", parts=[])
    assert "no values" in shown("{% spark values %}", values=[None, None])


def test_a_spark_leaves_a_gap_where_a_value_is_unknown() -> None:
    html = shown("{% spark values unit=' %' %}", values=[("2011", 31), ("2012", 32), ("2016", None), ("2022", 42)])
    assert html.count("<polyline") == 2
    assert "from 31 % (2011) to 42 % (2022)" in html


def test_stages_name_the_current_step() -> None:
    stages = [
        {"number": 1, "name": "Diagnostic", "state": "done", "ended_on": date(2026, 2, 14)},
        {"number": 2, "name": "Vision", "state": "current", "due_on": date(2026, 4, 1)},
    ]
    html = shown("{% stage_strip stages %}", stages=stages)
    assert html.count('aria-current="step"') == 1 and "14\u00a0Feb\u00a02026" in html


def test_a_map_names_each_area_and_shows_what_has_no_data() -> None:
    rows = [
        ("DC1", "One", "M0 0h9v9z", "seq-3", "/spaces/DC1/", "One: 45 %"),
        {"code": "DC2", "name": "Two", "path": "M0"},
    ]
    html = shown("{% svg_map rows legend=legend approximate=True %}", rows=rows, legend=[("seq-3", "40–60 %")])
    assert 'href="/spaces/DC1/"' in html and "One: 45 %" in html and 'class="no-data"' in html
    assert "no data" in html and "Approximate" in html


def test_tiles_are_laid_out_by_column_and_row() -> None:
    rows = [{"code": "ETH", "name": "eThekwini", "col": 2, "row": 1, "class": "signed", "glyph": "late", "href": "/e/"}]
    html = shown("{% tile_grid rows %}", rows=rows)
    assert "translate(128 50)" in html and "<title>ETH eThekwini</title>" in html and "tone-done" in html


def test_the_query_string_keeps_what_is_not_changed_and_starts_paging_again() -> None:
    path = "/?state=signed&state=agreed&page=4&q=water"
    assert shown("{% query_string sort='due' %}", path) == "?state=signed&amp;state=agreed&amp;q=water&amp;sort=due"
    assert shown("{% query_string page=2 %}", path) == "?state=signed&amp;state=agreed&amp;page=2&amp;q=water"
    assert shown("{% query_string q=None state=None %}", path) == "?"
    assert shown("{% without 'state' 'signed' %}", path) == "?state=agreed&amp;q=water"


def test_a_sorted_column_says_so_and_turns_round() -> None:
    html = shown("{% sort_header 'due' 'Due' %}", "/?sort=due&q=x")
    assert 'aria-sort="ascending"' in html and "sort=-due" in html and "q=x" in html


class Form(forms.Form):
    title = forms.CharField(help_text="In one line.")
    basis = forms.ChoiceField(choices=[("PFMA", "April to March")], widget=forms.RadioSelect)


def test_a_field_ties_its_hint_and_errors_to_its_input() -> None:
    form = Form({"title": ""})
    html = shown("{% field form.title %}", form=form)
    assert 'aria-describedby="id_title_hint id_title_error"' in html and 'aria-invalid="true"' in html
    assert 'id="id_title_hint"' in html and 'id="id_title_error"' in html


def test_the_summary_of_errors_links_to_each_field() -> None:
    html = shown("{% include 'web/_form.html' %}", form=Form({}), csrf_token="x")
    assert 'role="alert"' in html and 'href="#id_title"' in html and 'href="#id_basis"' in html
    assert "<fieldset" in html and "<legend>" in html


def test_a_page_title_leaves_out_what_is_empty() -> None:
    assert shown("{% page_title 'Ledger' '' 'Waterberg' %}") == "Ledger · Waterberg"
