"""Values between demarcations: what changed, totals conserved, lineage, errors, refusals and gaps."""

import csv
from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneplan.indicators.demarcations import changes as told
from oneplan.indicators.demarcations import errors, gaps
from oneplan.indicators.demarcations.book import book
from oneplan.indicators.demarcations.changes import Kind
from oneplan.indicators.demarcations.converting import Method, Nature, Observed, convert, convert_shares
from oneplan.indicators.demarcations.errors import Direction, Known, KnownErrors, Standing
from oneplan.indicators.demarcations.pieces import Basis, Correspondence, Piece
from oneplan.platform.errors import RuleBroken

ROOT = Path(__file__).resolve().parents[3]
KM2 = 10**6


def observed(values):
    return {code: Observed(value, f"row {place}") for place, (code, value) in enumerate(values.items(), start=2)}


def of(older="2011", newer="2016", **pieces):
    """A correspondence by area: `a_x=30` is a piece of 30 km² of a in x."""
    return Correspondence.of(older, newer, [Piece(pair[0], pair[2], km2 * KM2) for pair, km2 in pieces.items()])


def total(converted):
    """All values, of which none may be missing."""
    values = [each.value for each in converted]
    assert None not in values
    return sum(values)


# ---- what changed


def test_the_shipped_pieces_tile_both_demarcations():
    [shipped] = book().shipped.values()
    for side, demarcation in ((shipped.older_space, "2011"), (shipped.newer_space, "2016")):
        stated = book().demarcation(demarcation)
        assert (len(side), len(set(side.values()))) == (stated.municipal_areas, stated.spaces)
    pieces = shipped.correspondence.pieces
    assert {piece.older for piece in pieces} == set(shipped.older_space)
    assert {piece.newer for piece in pieces} == set(shipped.newer_space)
    assert sum(piece.wards for piece in pieces) / 1000 == pytest.approx(4468, abs=20)
    assert "below 1 % of both areas" in shipped.correspondence.slivers.sentence


def test_the_shipped_pieces_say_what_the_register_of_places_says():
    [shipped] = book().shipped.values()
    links = shipped.correspondence.forward().links
    with (ROOT / "oneplan" / "spaces" / "register" / "successions.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 47
    for row in rows:
        weight = {link.to: link.weight for link in links[row["predecessor"]]}[row["successor"]]
        assert float(weight) == pytest.approx(float(row["share_of_area"]), abs=0.02), row


def test_each_area_is_told_what_befell_it():
    on = date(2016, 8, 3)
    found = {change.code: change for change in told.changes(book().correspondence("2011", "2016"), on)}
    kinds = {"EC103": Kind.MERGED, "KZN211": Kind.DIVIDED, "NC087": Kind.FORMED, "LIM345": Kind.FORMED_OF_PARTS,
             "EC101": Kind.GREW, "LIM344": Kind.SHRANK, "LIM343": Kind.GREW_AND_SHRANK}  # fmt: skip
    assert {code: found[code].kind for code in kinds} == kinds
    assert "WC011" not in found  # Matzikama stayed as it was
    assert found["EC103"].sentence({"EC103": "Ikwezi", "EC101": "Dr Beyers Naudé"}) == (
        "Ikwezi (EC103) ended on 3 Aug 2016 and lies in Dr Beyers Naudé (EC101)."
    )
    assert found["KZN211"].sentence() == ("KZN211 ended on 3 Aug 2016 and was divided: 77 % to KZN212, 23 % to ETH.")
    assert found["LIM345"].sentence().startswith("LIM345 was formed on 3 Aug 2016 from 74 % of LIM343, 8 % of LIM344")
    assert told.history("NC087", book()) == ("NC087 was formed on 3 Aug 2016 from NC081, NC083.",)
    assert told.history("WC011", book()) == ()


def test_the_country_is_told_its_count_with_the_source():
    before, merged, now = book().demarcations
    assert told.national(before, merged).startswith("On 3 Aug 2016 234 municipal areas became 213. Source: MDB")
    assert told.national(merged, now).startswith("On 1 Nov 2021 the 213 municipal areas stayed. Source: MDB")
    assert book().on(date(2016, 8, 2)) == before and book().on(date(2016, 8, 3)) == merged
    assert book().on(date(2009, 1, 1)) is None


# ---- totals

codes = st.sampled_from("abcdef")
pieces = st.dictionaries(
    st.tuples(codes, st.sampled_from("uvwxyz")), st.integers(min_value=1, max_value=10**12), min_size=1, max_size=20
)
counts = st.integers(min_value=0, max_value=10**9)
cents = st.decimals(min_value=-(10**12), max_value=10**12, places=2)


def made_of(pairs):
    masses = (Piece(older, newer, mass, mass=mass) for (older, newer), mass in sorted(pairs.items()))
    return Correspondence("2011", "2016", Basis.AREA, tuple(masses))


@given(pieces, st.data())
def test_no_unit_of_a_count_is_lost_or_gained(pairs, data):
    correspondence = made_of(pairs)
    for weights in (correspondence.forward(), correspondence.backward()):
        values = {code: data.draw(counts) for code in weights.links}
        answer = convert(observed(values), weights, Nature.COUNT)
        assert total(answer.values()) == sum(values.values())
        assert all(isinstance(each.value, int) and each.value >= 0 for each in answer.values())
        for each in answer.values():  # no more than a unit for each piece by which whole units differ from fractions
            assert abs(Fraction(each.value or 0) - (each.exact or 0)) < len(each.parts)


@given(pieces, st.data())
def test_no_cent_of_an_amount_is_lost_or_gained(pairs, data):
    weights = made_of(pairs).forward()
    values = {code: data.draw(cents) for code in weights.links}
    answer = convert(observed(values), weights, Nature.AMOUNT)
    assert total(answer.values()) == sum(values.values())
    assert all(100 * Fraction(each.value or 0) % 1 == 0 for each in answer.values())


@given(pieces, st.data())
def test_there_and_back_keeps_to_the_areas_that_hang_together(pairs, data):
    correspondence = made_of(pairs)
    values = {code: data.draw(counts) for code in correspondence.forward().links}
    there = convert(observed(values), correspondence.forward(), Nature.COUNT)
    back = convert(
        {code: Observed(each.value) for code, each in there.items()}, correspondence.backward(), Nature.COUNT
    )
    assert set(back) == set(values)
    for older, newer in groups(pairs):
        whole = sum(values[code] for code in older)
        assert total(there[code] for code in newer) == whole == total(back[code] for code in older)
        if len(older) == len(newer) == 1:
            assert [back[code].value for code in older] == [values[code] for code in older]
            assert {there[code].method for code in newer} == {Method.SAME}


def groups(pairs):
    """The sets of older and newer areas that are linked by pieces."""
    of_area = {area: {area} for pair in pairs for area in pair}
    for older, newer in pairs:
        joined = of_area[older] | of_area[newer]
        for area in joined:
            of_area[area] = joined
    for group in {frozenset(group) for group in of_area.values()}:
        yield group & set("abcdef"), group & set("uvwxyz")


@given(st.lists(st.tuples(st.sampled_from("xyz"), counts), min_size=1, max_size=12), st.data())
def test_whole_areas_put_together_are_their_sum_and_come_back_where_the_masses_are_the_count(areas, data):
    merged = {f"m{i:02}": (into, value) for i, (into, value) in enumerate(areas)}
    masses = tuple(Piece(code, into, 1, mass=value) for code, (into, value) in merged.items())
    correspondence = Correspondence("2011", "2016", Basis.POPULATION, masses)
    sums: dict[str, int] = defaultdict(int)
    for into, value in areas:
        sums[into] += value
    values = {code: value for code, (_into, value) in merged.items()}
    answer = convert(observed(values), correspondence.forward(), Nature.COUNT)
    assert {code: each.value for code, each in answer.items()} == sums
    assert all(each.method in (Method.SAME, Method.EXACT) and each.at_stake == 0 for each in answer.values())
    back = convert(observed(sums), correspondence.backward(), Nature.COUNT)
    assert {code: each.value for code, each in back.items() if each.exact} == {c: v for c, v in values.items() if v}


def test_a_chain_through_three_demarcations_is_one_conversion_and_back_is_another():
    forward = book().weights("2011", "2021")
    assert forward.route == ("2011", "2016", "2021") and forward.basis == Basis.WARDS
    values = dict.fromkeys(forward.links, 1000)
    there = convert(observed(values), forward, Nature.COUNT)
    assert len(there) == 213 and total(there.values()) == 234_000
    back = convert({code: Observed(each.value) for code, each in there.items()}, book().weights("2021", "2011"),
                   Nature.COUNT)  # fmt: skip
    assert len(back) == 234 and total(back.values()) == 234_000
    with pytest.raises(RuleBroken, match="on the borders of 2016 already"):
        book().weights("2016", "2016")
    with pytest.raises(RuleBroken, match="No demarcation 2006 is known; known are 2011, 2016, 2021"):
        book().weights("2006", "2016")


def test_spaces_convert_by_the_pieces_of_their_municipalities():
    weights = book().weights("2011", "2021", of_spaces=True)
    assert len(weights.links) == 52
    found = {link.to: float(link.weight) for link in weights.links["DC21"]}
    assert set(found) == {"DC21", "DC43", "ETH"} and found["ETH"] > 0.01  # part of Vulamehlo went to eThekwini
    assert [link.to for link in weights.links["DC1"]] == ["DC1"]


# ---- the masses


def test_population_known_on_both_borders_decides_how_a_split_area_is_shared_out():
    by_area = of(a_x=50, a_y=50, b_y=100)
    fitted = by_area.fitted({"a": 1000, "b": 500}, {"x": 900, "y": 600})
    assert [link.to for link in fitted.forward().links["a"]] == ["x", "y"]
    assert [float(link.weight) for link in fitted.forward().links["a"]] == pytest.approx([0.9, 0.1], abs=1e-5)
    assert [float(link.weight) for link in fitted.backward().links["y"]] == pytest.approx([1 / 6, 5 / 6], abs=1e-5)
    assert [link.weight for link in by_area.forward().links["a"]] == [Fraction(1, 2)] * 2
    with pytest.raises(RuleBroken, match="not the same people counted twice: 1500 on the borders of 2011, 1600"):
        by_area.fitted({"a": 1000, "b": 500}, {"x": 900, "y": 700})
    with pytest.raises(RuleBroken, match="on the borders of 2016 is not known of x"):
        by_area.fitted({"a": 1000, "b": 500}, {"y": 1500})


def test_wards_share_out_by_what_their_municipality_holds():
    found = [Piece("a", "x", 90 * KM2, 2000), Piece("a", "y", 10 * KM2, 2000), Piece("b", "y", 50 * KM2, 2000)]
    by_area = Correspondence.of("2011", "2016", found)
    assert [link.weight for link in by_area.by_wards().forward().links["a"]] == [Fraction(1, 2)] * 2
    crowded = by_area.by_wards({"x": 1000, "y": 6000}).forward()
    assert [link.weight for link in crowded.links["a"]] == [Fraction(1, 4), Fraction(3, 4)]
    with pytest.raises(RuleBroken, match="wards of some areas are not known"):
        of(a_x=50, a_y=50).by_wards()


def test_the_best_basis_is_taken_that_the_known_populations_allow():
    people = {"2011": dict.fromkeys(book().areas("2011"), 2130), "2016": dict.fromkeys(book().areas("2016"), 2340)}
    assert book().best("2011", "2016").basis == Basis.WARDS
    assert book().best("2011", "2016", {"2016": people["2016"]}).basis == Basis.WARDS
    assert book().best("2011", "2016", people).basis == Basis.POPULATION
    assert book().weights("2011", "2021", people).basis == Basis.POPULATION
    assert (
        book().weights("2021", "2011", {}, {("2011", "2016"): book().correspondence("2011", "2016")}).basis
        == Basis.AREA
    )


def test_slivers_are_left_out_and_told_and_a_coarse_drawing_is_refused():
    found = of(a_x=10_000, a_y=30, b_x=4, b_y=10_000)
    assert [(piece.older, piece.newer) for piece in found.pieces] == [("a", "x"), ("b", "y")]
    assert found.slivers.sentence == (
        "2 pieces below 1 % of both areas were left out as differences of drawing: 0,17 % of the ground, the largest "
        "30 km² between a and y."
    )
    assert len(of(a_x=10_000, a_y=30, c_y=100).pieces) == 3  # 30 km² are much of y
    with pytest.raises(RuleBroken, match=r"too coarse: 0\.9 % of the ground lies in slivers"):
        of(a_x=10_000, a_y=90, b_x=90, b_y=10_000)


# ---- lineage, refusals, missing


def test_a_value_is_followed_to_its_source_rows():
    answer = convert(observed({"a": 100, "b": 7}), of(a_x=60, a_y=40, b_y=10).forward(), Nature.COUNT)
    assert answer["y"].value == 47 and answer["y"].at_stake == 40
    assert [(part.place, part.weight, part.amount, part.observed.row) for part in answer["y"].parts] == [
        ("a", Fraction(2, 5), 40, "row 2"), ("b", 1, 7, "row 3"),
    ]  # fmt: skip
    assert answer["y"].lineage == (
        "y on the borders of 2016, from the borders of 2011: estimated by area. "
        "40: 40.0 % of the 100 of a (40 km², row 2); 7: all of the 7 of b (10 km², row 3). "
        "Assumed: what is counted is spread evenly over the ground. People are not: expect large errors."
    )


def test_what_is_missing_is_not_computed_and_zero_is_not_missing():
    weights = of(a_x=60, a_y=40, b_y=10, c_z=5).forward()
    answer = convert({"a": Observed(0), "b": Observed(None)}, weights, Nature.COUNT)
    assert (answer["x"].value, answer["x"].missing) == (0, ())
    assert (answer["y"].value, answer["y"].missing) == (None, ("b",))
    assert answer["y"].refusal == "Not computed: the value of b is missing."
    assert (answer["z"].value, answer["z"].missing) == (None, ("c",))  # not named is missing, too


@pytest.mark.parametrize(
    ("values", "nature", "words"),
    [
        ({"q": 1}, Nature.COUNT, "q: not an area of the demarcation of 2011"),
        ({"a": Decimal("1.5")}, Nature.COUNT, "a: a count is a whole number, not 1.5"),
        ({"a": Decimal("NaN")}, Nature.AMOUNT, "not a number"),
        ({"a": Decimal("0.5")}, Nature.SHARE, "converted as its numerator and its denominator"),
    ],
)
def test_what_cannot_be_shared_out_is_refused(values, nature, words):
    with pytest.raises(RuleBroken, match=words):
        convert(observed(values), of(a_x=60, a_y=40).forward(), nature)


def test_a_median_is_carried_over_only_where_the_area_is_the_same():
    weights = of(a_x=60, a_y=40, b_y=10, c_z=5, d_v=3, e_v=3).forward()
    answer = convert(observed(dict.fromkeys("abcde", Decimal("0.63"))), weights, Nature.OTHER)
    assert {code: each.value for code, each in answer.items() if each.value is not None} == {"z": Decimal("0.63")}
    assert answer["v"].method == Method.EXACT  # two medians do not make a third, whole areas or not
    assert answer["v"].refusal.startswith("Not converted: a median, an index or a score of d, e says nothing of v")


def test_a_share_is_converted_as_two_counts():
    answer = convert_shares(
        observed({"a": 1, "b": 9}), observed({"a": 3, "b": 9}), of(a_x=50, a_y=50, b_y=10, c_z=1).forward()
    )
    assert answer["x"].share == Decimal(1) / Decimal(3)  # of the counts before they were brought to whole units
    assert answer["y"].share == Decimal("9.5") / Decimal("10.5")
    assert answer["z"].share is None


@given(pieces, st.data())
def test_no_converted_share_exceeds_one(pairs, data):
    weights = made_of(pairs).forward()
    bottoms = {code: data.draw(counts) for code in weights.links}
    tops = {code: data.draw(st.integers(0, value)) for code, value in bottoms.items()}
    shares = convert_shares(observed(tops), observed(bottoms), weights)
    assert all(each.share is None or 0 <= each.share <= 1 for each in shares.values())


# ---- errors

KNOWN = KnownErrors((
    Known(Method.BY_AREA, Direction.FORWARD, 500, "1", "9", "70", "50.00", "8.00", "a test"),
    Known(Method.SAME, Direction.FORWARD, 500, "0", "1", "2", "1.00", "0.10", "a test"),
))  # fmt: skip


def test_an_error_is_measured_where_there_is_a_recount_and_else_expected():
    answer = convert(observed({"a": 1000, "b": 500}), of(a_x=90, a_y=10, b_z=9).forward(), Nature.COUNT)
    stated = errors.error_of(answer["x"], 950, KNOWN)
    assert (stated.standing, stated.amount) == (Standing.MEASURED, 50) and stated.relative == pytest.approx(50 / 950)
    assert stated.sentence == (
        "Measured: the recount on the borders of 2016 is 950, and the conversion is off by 50. Use the recount."
    )
    stated = errors.error_of(answer["x"], known=KNOWN)
    assert stated.standing == Standing.EXPECTED
    assert stated.amount == pytest.approx(900 * 0.5 * (100 / 900) ** 0.5)  # a ninth of it is at stake
    assert stated.sentence == (
        "Expected, not measured: within 150 either way (16,7 %), as 95 of 100 known recounts were (500 values: a test)."
    )
    assert errors.error_of(answer["z"], known=KNOWN).amount == 5
    nothing = errors.error_of(answer["x"], known=KnownErrors(()))
    assert (nothing.standing, nothing.amount) == (Standing.UNKNOWN, None)
    missing = convert({}, of(a_x=1).forward(), Nature.COUNT)["x"]
    assert errors.error_of(missing).sentence == "Not computed: the value of a is missing."


def test_the_error_of_a_share_is_in_percentage_points():
    weights = of(a_x=90, a_y=10, b_z=9).forward()
    answer = convert_shares(observed({"a": 300, "b": 100}), observed({"a": 1000, "b": 500}), weights)
    stated = errors.error_of_share(answer["x"], Decimal("0.28"), KNOWN)
    assert stated.standing == Standing.MEASURED and stated.amount == pytest.approx(2)
    assert "is 28,0 %, and the conversion is off by 2,0 percentage points" in stated.sentence
    stated = errors.error_of_share(answer["x"], known=KNOWN)
    assert stated.standing == Standing.EXPECTED and stated.amount == pytest.approx(8 / 3)
    assert errors.error_of_share(answer["z"], known=KNOWN).amount == pytest.approx(0.1)


def test_the_product_knows_errors_of_every_method_both_ways():
    for direction in Direction:
        for method in (Method.SAME, Method.BY_POPULATION, Method.BY_WARDS, Method.BY_AREA):
            assert errors.known_errors().of(method, direction), (direction, method)
    assert errors.known_errors().of(Method.EXACT, Direction.FORWARD)


def test_another_count_is_no_recount():
    assert errors.is_recount([51_770_560], [51_770_561])
    assert errors.is_recount([300], [340])
    assert not errors.is_recount([14_450_163], [15_065_018])
    assert not errors.is_recount([0, 0], [0])


# ---- gaps


def gap_of(*asked):
    found = gaps.missing_for(*asked)
    assert found is not None
    return found


def test_a_gap_is_told_with_what_can_be_had_instead():
    held = {"2011": book().areas("2011")}
    gap = gap_of("Piped water", Nature.COUNT, held, "2021")
    assert (gap.remedy, gap.source) == (gaps.Remedy.CONVERT, "2011")
    assert gap.sentence == (
        "Piped water was not published on the borders of 2021: values are converted from those of 2011, where areas "
        "were divided by wards."
    )
    some = gap_of("Piped water", Nature.SHARE, {"2011": book().areas("2011") - {"ETH", "CPT"}}, "2016")
    assert some.sentence.endswith("2 areas have no value there; what depends on them is not computed.")
    median = gap_of("Median income", Nature.OTHER, held, "2016")
    assert (median.remedy, median.source) == (gaps.Remedy.CONVERT_UNCHANGED, "2011")
    assert "cannot be worked out from those of 2011: it does not add up" in median.sentence
    assert gap_of("Piped water", Nature.COUNT, {"2011": ()}, "2016").remedy == gaps.Remedy.NONE
    assert gaps.missing_for("Piped water", Nature.COUNT, held, "2011") is None
    assert gaps.missing_for("Piped water", Nature.COUNT, {"2016": book().areas("2016")}, "2021") is None


def test_an_area_that_did_not_exist_is_told_with_where_its_ground_lay():
    assert gaps.absent_place("LIM345", "2011") == (
        "LIM345 did not exist on the borders of 2011; its ground lay in LIM343, LIM344."
    )
    assert gaps.absent_place("EC103", "2021") == "EC103 did not exist on the borders of 2021; its ground lay in EC101."
    assert gaps.absent_place("ETH", "2011") == gaps.absent_place("ETH", "2021") == ""
    assert gaps.absent_place("XX9", "2016") == "XX9 is no area on the borders of 2016."
