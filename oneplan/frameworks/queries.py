"""The one way to the rules: read only, loaded once, loud when a file is broken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from oneplan.frameworks.definitions import Code, CodeLists, Gate, GateBook, PlanFormat, Priority, PrioritySet, RuleSet
from oneplan.frameworks.loading import BrokenFileError, load

HERE = Path(__file__).parent
DEFAULT_RULE_SET = "framework_2020"
CONCEPTS = ("diagnostic", "vision", "strategy", "commitments", "draft", "adoption", "implementation")


def ruleset(code: str) -> RuleSet:
    """The rule set of that code, such as "framework_2020". Raises KeyError."""
    known = _rulesets()
    if code not in known:
        raise KeyError(f"There is no rule set {code!r}; known: {', '.join(known)}")
    return known[code]


def rulesets() -> tuple[RuleSet, ...]:
    """All rule sets, oldest first."""
    return tuple(sorted(_rulesets().values(), key=lambda each: each.valid_from))


def ruleset_in_force(on: date) -> RuleSet:
    """The latest rule set in force on the date. Raises KeyError for a day before the first."""
    in_force = [each for each in rulesets() if each.valid_from <= on and (each.valid_to is None or on < each.valid_to)]
    if not in_force:
        raise KeyError(
            f"No rule set was in force on {on:%d %B %Y}; the first is of {rulesets()[0].valid_from:%d %B %Y}"
        )
    return in_force[-1]


def gate(code: str) -> Gate:
    """The words of a gate rule. Raises KeyError."""
    return gates()[code]


@cache
def gates() -> MappingProxyType[str, Gate]:
    """All gate rules by code, in the order of the stages."""
    return MappingProxyType({each.code: each for each in load(HERE / "gates.yaml", GateBook).gates})


def priority_sets(as_at: date | None = None) -> tuple[PrioritySet, ...]:
    """The lists of priorities: all of them, or those in force on the date; national ones first, then by age."""
    every = sorted(_priority_sets(), key=lambda each: (not each.is_national, each.valid_from or date.min))
    return tuple(each for each in every if as_at is None or each.covers(as_at))


def priority_set(code: str) -> PrioritySet:
    """The list of priorities of that code, such as "mtdp_2024". Raises KeyError."""
    for each in _priority_sets():
        if each.code == code:
            return each
    raise KeyError(f"There is no list of priorities {code!r}")


def priorities(as_at: date) -> tuple[Priority, ...]:
    """Every priority with a fixed code that is in force on the date, list after list."""
    return tuple(priority for each in priority_sets(as_at) for priority in each.priorities)


def priority(code: str) -> Priority:
    """The priority of that code, whatever its list and date, such as "mtsf-4". Raises KeyError."""
    for each in _priority_sets():
        for one in each.priorities:
            if one.code == code:
                return one
    raise KeyError(f"There is no priority {code!r}")


def markers() -> tuple[Code, ...]:
    """The cross-cutting markers that the brochure and the Framework ask for."""
    return _code_lists().markers


def novelties() -> tuple[Code, ...]:
    """New, accelerated, redirected, existing (Framework 7 c: not just legacy projects)."""
    return _code_lists().novelties


def commitment_kinds() -> tuple[Code, ...]:
    """Programme, project, service, reform, funding, land, policy."""
    return _code_lists().commitment_kinds


def protocol_elements() -> tuple[Code, ...]:
    """The six elements of a protocol (Framework 5.2)."""
    return _code_lists().protocol_elements


def immediacies() -> tuple[Code, ...]:
    """Immediate basic-service issue, critical short-term intervention (Framework 6.2)."""
    return _code_lists().immediacies


def load_everything() -> None:
    """Read and check every file now, so that a broken one stops the start. Raises BrokenFileError."""
    for each in (_rulesets, gates, _priority_sets, _code_lists):
        each()


@cache
def _rulesets() -> MappingProxyType[str, RuleSet]:
    return MappingProxyType({path.stem: read_ruleset(path) for path in sorted((HERE / "rulesets").glob("*.yaml"))})


def read_ruleset(path: Path) -> RuleSet:
    """One rule set from its file, checked for what a shape cannot say. Raises BrokenFileError."""
    rules = load(path, RuleSet, {PlanFormat: plan_format})
    at = f"{path.name}: "
    _check(rules.code == path.stem, f"{at}code is {rules.code!r}; it must be the file's name, {path.stem!r}")
    codes = tuple(stage.code for stage in rules.stages)
    _check(codes == CONCEPTS, f"{at}stages are {', '.join(codes)}; every rule set carries {', '.join(CONCEPTS)}")
    _check([stage.number for stage in rules.stages] == list(range(1, 8)), f"{at}stages.number must run from 1 to 7")
    for i, stage in enumerate(rules.stages):
        _check(bool(stage.gates), f"{at}stages[{i}].gates is empty: every stage has a gate")
        unknown = [code for code in stage.gates if code not in gates()]
        _check(not unknown, f"{at}stages[{i}].gates names unknown rules: {', '.join(unknown)}")
        _check_once((step.code for step in stage.steps), f"{at}stages[{i}].steps")
    _check_once((code for stage in rules.stages for code in stage.gates), f"{at}stages.gates")
    _check_once((each.kind for each in rules.committees), f"{at}committees.kind")
    _check(
        {each.kind for each in rules.committees} == {"political", "technical"}, f"{at}committees lacks one of the two"
    )
    for committee in rules.committees:
        _check_once((seat.code for seat in committee.seats), f"{at}committees.{committee.kind}.seats")
    _check_once((each.code for each in rules.clocks), f"{at}clocks")
    _check_once((each.code for each in rules.parameters), f"{at}parameters")
    return rules


@cache
def plan_format(code: str) -> PlanFormat:
    """The standard format of that code, checked: six areas, and bands without gap or overlap. Raises KeyError."""
    path = HERE / "formats" / f"{code}.yaml"
    if not path.exists():
        raise KeyError(f"there is no format {code!r}")
    shape = load(path, PlanFormat)
    at = f"{path.name}: "
    _check_once((area.code for area in shape.areas), f"{at}areas")
    _check(len(shape.areas) == 6, f"{at}areas are {len(shape.areas)}; the Framework has six")
    sets = {each.code for each in shape.label_sets}
    for i, area in enumerate(shape.areas):
        _check(set(area.labels) <= sets, f"{at}areas[{i}].labels names a label set that is not in label_sets")
    following = 1
    for i, band in enumerate(shape.bands):
        _check(band.first_year == following, f"{at}bands[{i}].first_year must be {following}: no gap and no overlap")
        _check(band.last_year >= band.first_year, f"{at}bands[{i}].last_year lies before first_year")
        following = band.last_year + 1
    for i, chapter in enumerate(shape.chapters):
        _check(chapter.stage in CONCEPTS, f"{at}chapters[{i}].stage is not a stage")
    return shape


@cache
def _priority_sets() -> tuple[PrioritySet, ...]:
    sets = tuple(load(path, PrioritySet) for path in sorted((HERE / "priorities").glob("*.yaml")))
    _check_once((priority.code for each in sets for priority in each.priorities), "priorities/*.yaml: code")
    return sets


@cache
def _code_lists() -> CodeLists:
    return load(HERE / "code_lists" / "commitments.yaml", CodeLists)


def _check(holds: bool, sentence: str) -> None:
    if not holds:
        raise BrokenFileError(sentence)


def _check_once(codes: Iterable[str], at: str) -> None:
    twice = [code for code, count in Counter(codes).items() if count > 1]
    _check(not twice, f"{at}: stands twice: {', '.join(twice)}")
