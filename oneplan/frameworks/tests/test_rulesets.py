from datetime import date
from pathlib import Path

import pytest

from oneplan.frameworks import queries
from oneplan.frameworks.definitions import Standing
from oneplan.frameworks.loading import BrokenFileError

FILE = Path(queries.__file__).parent / "rulesets" / "framework_2020.yaml"
BOTH = pytest.mark.parametrize("code", ["framework_2020", "regulations_2024"])


def broken(tmp_path: Path, old: str, new: str) -> Path:
    """A copy of the Framework's file with one thing changed."""
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / FILE.name
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@BOTH
def test_every_year_from_1_to_30_is_in_exactly_one_band(code: str) -> None:
    rules = queries.ruleset(code)
    for year in range(1, 31):
        assert sum(band.first_year <= year <= band.last_year for band in rules.bands) == 1
        assert rules.band_for(year).first_year <= year


@BOTH
@pytest.mark.parametrize("year", [0, -1, 31])
def test_a_year_outside_the_plan_is_refused(code: str, year: int) -> None:
    with pytest.raises(ValueError, match="outside the plan"):
        queries.ruleset(code).band_for(year)


def test_only_the_bridging_years_are_our_own() -> None:
    standings = {band.code: band.standing for band in queries.ruleset("framework_2020").bands}
    assert standings.pop("bridging") is Standing.READING
    assert set(standings.values()) == {Standing.SOURCE}


@BOTH
def test_every_stage_has_gates_and_every_gate_has_one_stage(code: str) -> None:
    rules = queries.ruleset(code)
    assert all(stage.gates for stage in rules.stages)
    assert [g for stage in rules.stages for g in stage.gates] == list(queries.gates())


def test_both_rule_sets_carry_the_same_concepts() -> None:
    old, new = queries.rulesets()
    assert [s.code for s in old.stages] == [s.code for s in new.stages] == list(queries.CONCEPTS)
    assert [s.gates for s in old.stages] == [s.gates for s in new.stages]
    assert [a.code for a in old.areas] == [a.code for a in new.areas]
    assert [c.code for c in old.chapters] == [c.code for c in new.chapters]
    assert {c.kind for c in old.committees} == {c.kind for c in new.committees}
    assert {c.code for c in old.clocks} == {c.code for c in new.clocks}
    assert {p.code for p in old.parameters} == {p.code for p in new.parameters}


def test_four_stages_are_formulation_in_law() -> None:
    rules = queries.ruleset("regulations_2024")
    assert [s.code for s in rules.stages if s.is_formulation] == ["diagnostic", "vision", "strategy", "commitments"]


def test_the_clocks_of_the_regulations_are_limits_and_the_frameworks_are_not() -> None:
    law, framework = queries.ruleset("regulations_2024"), queries.ruleset("framework_2020")
    assert (law.clock("formulation").months, law.clock("review").months) == (12, 6)
    assert all(clock.is_limit for clock in law.clocks)
    assert not any(clock.is_limit for clock in framework.clocks)


@BOTH
def test_no_duration_of_a_stage_is_shown_as_the_documents_own(code: str) -> None:
    durations = [stage.duration for stage in queries.ruleset(code).stages if stage.duration]
    assert durations
    assert all(each.standing is Standing.UNVERIFIED for each in durations)


@BOTH
def test_the_quorum_says_that_it_is_our_default(code: str) -> None:
    for kind in ("political", "technical"):
        quorum = queries.ruleset(code).committee(kind).quorum
        assert quorum.standing is Standing.UNVERIFIED
        assert "OnePlan default" in quorum.source
        assert [quorum.needed(n) for n in (0, 1, 2, 3, 4, 5)] == [1, 1, 2, 2, 3, 3]


def test_the_political_committee_sits_as_the_framework_says() -> None:
    seats = queries.ruleset("framework_2020").committee("political").seats
    assert [(s.code, s.capacity.value) for s in seats[:2]] == [
        ("national_champion", "chair"),
        ("provincial_champion", "deputy_chair"),
    ]
    technical = queries.ruleset("framework_2020").committee("technical")
    assert sum(seat.capacity.value == "co_chair" for seat in technical.seats) == 3


def test_the_rule_set_in_force_follows_the_date() -> None:
    assert queries.ruleset_in_force(date(2021, 6, 1)).code == "framework_2020"
    assert queries.ruleset_in_force(date(2026, 11, 22)).code == "regulations_2024"
    with pytest.raises(KeyError, match="No rule set was in force"):
        queries.ruleset_in_force(date(2019, 1, 1))


def test_an_area_keeps_the_words_of_each_document() -> None:
    governance = queries.ruleset("framework_2020").area("governance")
    assert governance.label_in("brochure") == "Governance and management"
    assert governance.label_in("unknown") == governance.label == "Governance and finance"


def test_priorities_follow_the_date() -> None:
    assert [p.code for p in queries.priorities(date(2021, 1, 1)) if p.code.startswith("mt")] == [
        f"mtsf-{n}" for n in range(1, 8)
    ]
    assert [p.code for p in queries.priorities(date(2026, 1, 1)) if p.code.startswith("mt")] == [
        f"mtdp-{n}" for n in range(1, 4)
    ]
    assert queries.priority("mtsf-4").number == 4
    assert queries.priority_set("pgds").is_open


def test_the_code_lists_are_complete() -> None:
    assert {m.code for m in queries.markers()} == {
        "gbvf",
        "women",
        "youth",
        "disability",
        "jobs",
        "labour_intensive",
        "local_procurement",
        "hunger",
        "economic_recovery",
    }
    assert [n.code for n in queries.novelties()] == ["new", "accelerated", "redirected", "existing"]
    assert len(queries.protocol_elements()) == 6
    assert len(queries.commitment_kinds()) == 7


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("    purpose: A shared", "    purpse: A shared", r"stages\[0\]\.purpse is not a known key"),
        ("label: Framework 2020\n", "", "label is missing"),
        ("valid_from: 2020-09-07", "valid_from: soon", "valid_from is 'soon'; it must be a date"),
        ("capacity: chair", "capacity: boss", r"committees\[0\]\.seats\[0\]\.capacity is 'boss'"),
        ("months: 10", "months: true", r"clocks\[0\]\.months is True"),
        (
            "gates: [finding_has_source_date_place,",
            "gates: [finding_is_nice,",
            r"stages\[0\]\.gates names unknown rules",
        ),
        ("  - code: vision", "  - code: dream", "stages are diagnostic, dream"),
        ("format: one_plan_2021", "format: one_plan_1999", "format: there is no format 'one_plan_1999'"),
        ("label: Framework 2020\n", "label: Framework 2020\nlabel: again\n", "the key 'label' stands twice"),
        ("stages:", "stages: [", "framework_2020.yaml"),
    ],
)
def test_a_broken_file_fails_and_names_the_file_and_the_key(tmp_path: Path, old: str, new: str, key: str) -> None:
    with pytest.raises(BrokenFileError, match=key) as caught:
        queries.read_ruleset(broken(tmp_path, old, new))
    assert "framework_2020.yaml" in str(caught.value)
