"""Fair peers: same category, similar size, by a rule that says its numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneplan.indicators.comparing.peers import RULE, PeerRule, peers_of, peers_of_all
from oneplan.indicators.comparing.values import Place
from oneplan.indicators.tests.figures import PEERS, SPACES


def districts(*sizes: float | None) -> list[Place]:
    return [Place(f"DC{number}", f"District {number}", "C", size) for number, size in enumerate(sizes)]


def test_peers_are_the_nearest_in_population_of_the_same_category():
    places = [*districts(100, 110, 90, 130, 200, 240, 249, 251), Place("M0", "Metro", "A", 100)]
    assert peers_of("DC0", places).codes == ("DC1", "DC2", "DC3", "DC4", "DC5", "DC6")


def test_a_metropolitan_space_has_the_other_seven_for_there_are_no_more():
    assert all(len(PEERS[f"M{number}"].codes) == 7 for number in range(8))
    assert all(code.startswith("M") for code in PEERS["M3"].codes)


def test_at_most_ten_are_named_and_never_the_place_itself():
    assert all(len(group.codes) <= RULE.most for group in PEERS.values())
    assert all(code not in group.codes for code, group in PEERS.items())


def test_fewer_than_the_minimum_are_no_peers_and_it_is_said():
    group = peers_of("DC0", districts(100, 110, 90, 130, 200, 251))
    assert (group.codes, group.found, group.is_enough) == ((), 4, False)
    assert group.sentence == "District 0 has no fair peers: only 4 places of its category are of similar size."
    one = peers_of("DC0", districts(100, 110))
    assert one.sentence == "District 0 has no fair peers: only 1 place of its category is of similar size."


def test_a_place_of_unknown_population_has_no_peers_and_is_nobody_s():
    places = districts(None, 100, 100, 100, 100, 100, 100)
    groups = peers_of_all(places)
    assert groups["DC0"].sentence == "District 0 has no peers here: its population is not known."
    assert "DC0" not in groups["DC1"].codes and len(groups["DC1"].codes) == 5


def test_peers_equally_near_are_named_by_code():
    places = districts(100, 200, 50, 200, 50, 200, 50)
    assert peers_of("DC0", places).codes == ("DC1", "DC2", "DC3", "DC4", "DC5", "DC6")


def test_a_local_municipality_of_a_known_class_has_peers_of_that_class_alone():
    places = [Place(f"L{n}", f"Local {n}", "B", 100 + n, "B1" if n % 2 else "B4") for n in range(12)]
    group = peers_of("L1", places)
    assert set(group.codes) == {"L3", "L5", "L7", "L9", "L11"}
    assert "of the same category and class (B1)" in group.sentence


def test_the_rule_is_said_with_its_numbers():
    assert PEERS["DC20"].sentence == (
        "Peers are the 10 places of the same category nearest in population, none more than 2,5 times larger or "
        "smaller; with fewer than 5 none are named (rule 1)."
    )
    other = PeerRule("2", factors={"C": 4.0}, least=1, most=2)
    assert peers_of("DC0", districts(100, 350, 390, 30), other).codes == ("DC3", "DC1")


def test_a_code_that_is_no_place_is_an_error():
    with pytest.raises(KeyError):
        peers_of("DC99", SPACES)


@given(st.permutations(SPACES))
def test_the_order_of_places_does_not_matter(places):
    assert {code: group.codes for code, group in peers_of_all(places).items()} == {
        code: group.codes for code, group in PEERS.items()
    }


@given(st.lists(st.floats(1e3, 1e7), min_size=2, max_size=20), st.sampled_from([2**-10, 0.5, 4.0, 1024.0]))
def test_it_does_not_matter_in_what_unit_persons_are_counted(sizes, times):
    before, after = peers_of_all(districts(*sizes)), peers_of_all(districts(*(size * times for size in sizes)))
    assert {code: group.codes for code, group in before.items()} == {code: group.codes for code, group in after.items()}
