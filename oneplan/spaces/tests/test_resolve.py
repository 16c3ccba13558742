"""A name or code gives all places it may mean, on a day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneplan.spaces import queries

LONG_AGO = date(2012, 6, 1)


def codes(text, level="", on=None):
    return [match.code for match in queries.resolve(text, level, on)]


def test_a_name_that_is_not_unique_gives_all_its_places(register):
    assert codes("Emalahleni") == ["EC136", "MP312"]
    assert codes("Naledi") == ["NW392"]
    assert codes("Naledi", on=LONG_AGO) == ["FS164", "NW392"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("DC36", "DC36"),
        ("dc 36", "DC36"),
        ("DC05", "DC5"),
        ("Waterberg District Municipality", "DC36"),
        ("O.R. Tambo", "DC15"),
        ("Khâi-Ma", "NC067"),
        ("Khi-Ma", "NC067"),
        ("KhÃ¢i-Ma", "NC067"),
        ("KHAI MA LM", "NC067"),
        ("Sol Plaatjie", "NC091"),
        ("Greater Tubatse/Fetakgomo", "LIM476"),
        ("GP", "GT"),
        ("Emalahleni Local Municipality (MP312)", "MP312"),
        ("Eden", "DC4"),
        ("Engcobo", "EC137"),
        ("Dr AB Xuma", "EC137"),
        ("10101001", "10101001"),
    ],
)
def test_codes_aliases_and_former_names_resolve(register, text, code):
    assert codes(text) == [code]


def test_a_renamed_place_resolves_by_either_name_on_either_day(register):
    for text in ("Mbizana", "Winnie Madikizela-Mandela"):
        assert codes(text) == codes(text, on=LONG_AGO) == ["EC443"]
    (match,) = queries.resolve("Winnie Madikizela-Mandela", as_at=LONG_AGO)
    assert (match.name, match.by) == ("Mbizana", "former name")


def test_a_place_that_ended_gives_its_successors_today_and_itself_then(register):
    assert codes("Aganang") == ["LIM351", "LIM353", "LIM354"]
    assert codes("Aganang", on=LONG_AGO) == ["LIM352"]
    assert codes("LIM352") == ["LIM351", "LIM353", "LIM354"]


def test_a_metro_is_a_space_and_a_municipal_area_and_the_level_chooses(register):
    assert [(match.level, match.code) for match in queries.resolve("Tshwane")] == [
        ("municipal_area", "TSH"),
        ("space", "TSH"),
    ]
    assert [match.level for match in queries.resolve("ETH", "space")] == ["space"]


def test_the_level_is_part_of_the_question(register):
    assert codes("Pixley ka Seme", "space") == ["DC7"]
    assert codes("Pixley ka Seme", "municipal_area") == ["MP304"]  # its name until 2016


def test_what_nobody_knows_gives_nothing(register):
    assert codes("Atlantis-on-Sea") == codes("") == codes("  ") == codes("DC99") == codes("99999999") == []


def test_a_column_of_names_costs_no_query_each(register, django_assert_max_num_queries):
    queries.gazetteer()
    with django_assert_max_num_queries(1):
        gazetteer = queries.gazetteer()
        for _ in range(100):
            gazetteer.resolve("Emalahleni")


@given(st.text(max_size=60))
def test_folding_is_stable(text):
    once = queries.fold(text)
    assert once == once.strip() and "  " not in once
    assert queries.fold(text.upper()) == queries.fold(text.upper().lower()) or "ß" in text or not text.isascii()
