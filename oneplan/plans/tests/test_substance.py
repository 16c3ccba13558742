"""Filler is not content (rules/text.py)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneplan.plans.rules import clean_html, distinct_words, is_substantive, plain_decimal, plain_text, tidy, word_count

REAL = "Most households in the east lack piped water."


@pytest.mark.parametrize(
    "text",
    [
        REAL,
        "31 % of households have no electricity",
        "Amanzi awatholakali emizini eminingi esifundazweni",  # isiZulu
        "Huishoudings sonder water moet ver loop",
        "<p>Most <strong>households</strong></p><ul><li>lack piped water</li></ul>",
        "TBC: most households lack piped water",
    ],
)
def test_a_sentence_that_says_something_is_content(text: str):
    assert is_substantive(text)


@pytest.mark.parametrize(
    "text",
    [
        "", " \n\t ", "tbc", "TBC.", "n/a", "N/A", "-", "…", "123 456 789 1011", "xxxx", "aaaa bbbb cccc dddd eeee",
        "water water water water water", "Water, WATER; water: wAtEr!", "lorem ipsum dolor sit amet",
        "<p></p>", "<p>&nbsp;</p><p>tbd</p>", "To be confirmed", "to be determined later", "Not applicable",
        "test test test",
        "asdf qwer zxcv hjkl", "insert your text here", "Coming soon", "a b c d e f g", "The water supply",
    ],
)  # fmt: skip
def test_filler_is_not_content(text: str):
    assert not is_substantive(text)


@given(st.text(alphabet=st.characters(categories=["L", "M", "N", "P", "Z"]), max_size=30), st.integers(0, 300))
def test_repeating_one_word_never_makes_content(word: str, times: int):
    once = "".join(word.split())
    words = distinct_words(once)
    assert distinct_words(" ".join([once] * times)) <= words
    assert is_substantive(" ".join([once] * times)) <= is_substantive(once)


@given(
    st.lists(
        st.sampled_from(["TBC", "n/a", "xxx", "lorem", "ipsum", "…", "—", "12", "to be confirmed", "\n"]), max_size=60
    )
)
def test_no_heap_of_filler_is_content(words: list[str]):
    assert not is_substantive(" ".join(words))


@given(st.text(alphabet=" \t\n\u00a0", max_size=20), st.text(alphabet=" \t\n\u00a0", max_size=20))
def test_space_and_capitals_do_not_matter(before: str, after: str):
    assert distinct_words(before + REAL.upper() + after) == distinct_words(REAL)


@given(st.text(max_size=200))
def test_what_is_added_to_content_leaves_it_content(more: str):
    assert is_substantive(f"{REAL} {more.replace('<', '')}")


@given(
    st.text(max_size=200), st.sampled_from(["<p>{}</p>", "<script>{}</script>", '<a href="javascript:{}">x</a>', "{}"])
)
def test_cleaning_twice_changes_nothing(text: str, shape: str):
    once = clean_html(shape.format(text))
    assert clean_html(once) == once
    assert "<script" not in once
    assert "javascript:" not in once


def test_what_runs_is_taken_out_and_what_formats_stays():
    html = '<h3 style="x">Water</h3><img src=x><p onclick="x()">and <a href="https://x.org" id="i">more</a></p>'
    assert clean_html(html) == '<h3>Water</h3><p>and <a href="https://x.org">more</a></p>'
    assert (
        clean_html("<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>").count("<t")
        == 7
    )


def test_words_are_counted_without_tags_and_filler():
    assert plain_text("<h3>Water</h3><p>and roads</p>") == "Water and roads"
    assert word_count("<p>water and water, xxx TBC</p>") == 3


def test_text_is_kept_without_control_characters():
    assert tidy(" a\x00b\r\nc\u0301 ") == "ab\n\u0107"


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**14), max_value=10**14, places=4))
def test_equal_decimals_have_one_spelling(number: Decimal):
    told = plain_decimal(number)
    assert Decimal(told) == number
    assert told == plain_decimal(number.quantize(Decimal("0.0001")))
    assert "E" not in told
