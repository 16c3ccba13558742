"""Reads the description of a sample plan (samples/<name>/*.yaml) into typed rows."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

SAMPLES = Path(__file__).parent / "samples"
PILOTS = ("waterberg", "or_tambo", "ethekwini")


@dataclass(frozen=True)
class Place:
    """A place as the rows name it: a municipal area, or one ward of it by the name that people use for it."""

    area: str
    ward: str = ""
    name: str = ""


@dataclass(frozen=True)
class FindingRow:
    area: str
    place: str
    statement: str
    evidence: str
    source: str
    source_date: date
    value: float
    unit: str


@dataclass(frozen=True)
class OutcomeRow:
    area: str
    statement: str
    indicator: str
    unit: str
    direction: str
    baseline: float
    baseline_year: int
    target: float
    target_year: int
    ndp_chapter: int


@dataclass(frozen=True)
class StrategyRow:
    area: str
    title: str
    description: str
    findings: list[int]
    outcomes: list[int]
    places: Any


@dataclass(frozen=True)
class CommitmentRow:
    kind: str
    area: str
    title: str
    objective: str
    indicator: str
    unit: str
    target: float
    outputs: str
    lead: str
    partners: list[str]
    places: list[str]
    cost: list[int]
    strategies: list[int]
    outcomes: list[int]
    novelty: str
    is_catalytic: bool
    months: list[int]


@dataclass(frozen=True)
class Seating:
    """A post that sits on a committee, or is a champion: `as_` is the capacity or the level, `template` the seat."""

    institution: str
    post: str
    as_: str
    template: str = ""


@dataclass(frozen=True)
class Act:
    """One act of the story: the name of a function in rounds/, and what it is told."""

    name: str
    told: dict[str, Any]


@dataclass(frozen=True)
class Day:
    """What happened on one day of the story; `say` is printed when it is done."""

    on: date
    acts: list[Act]
    say: str


@dataclass(frozen=True)
class Sample:
    """One sample plan as it is written down: who is who, what the plan says, and how it came about."""

    space: str
    name: str
    seed: int
    hub: str  # the person who runs the hub, by the beginning of the address
    rules: str
    places: dict[str, Place]
    champions: list[Seating]
    committees: dict[str, list[Seating]]
    money: dict[str, str]  # the source of funding, by local, provincial, national and entity
    silent: list[str]  # institutions that are asked like all others and never answer
    declines: dict[str, dict[str, Any]]  # who declines its later years, from which year on, and why
    markers: dict[str, list[str]]  # by a word of a commitment's title: the marker and its justification
    vision: str
    impacts: dict[str, str]
    findings: list[FindingRow]
    outcomes: list[OutcomeRow]
    strategies: list[StrategyRow]
    sections: dict[str, str]
    commitments: list[CommitmentRow]
    story: list[Day]


def _place(written: str | dict[str, str]) -> Place:
    return Place(written) if isinstance(written, str) else Place(**written)


def _act(written: str | dict[str, dict[str, Any]]) -> Act:
    if isinstance(written, str):
        return Act(written, {})
    ((name, told),) = written.items()
    return Act(name, told)


def read_sample(pilot: str) -> Sample:
    """The sample of one pilot, or a TypeError naming the row that has a cell too many or too few."""
    raw: dict[str, Any] = {}
    for file in sorted((SAMPLES / pilot).glob("*.yaml")):
        raw |= yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader
    return Sample(
        **{name: raw[name] for name in ("space", "name", "seed", "hub", "rules", "money", "vision")},
        **{name: raw[name] for name in ("silent", "declines", "markers", "impacts", "sections")},
        places={mark: _place(written) for mark, written in raw["places"].items()},
        champions=[Seating(*row) for row in raw["champions"]],
        committees={kind: [Seating(*row) for row in rows] for kind, rows in raw["committees"].items()},
        findings=[FindingRow(*row) for row in raw["findings"]],
        outcomes=[OutcomeRow(*row) for row in raw["outcomes"]],
        strategies=[StrategyRow(*row) for row in raw["strategies"]],
        commitments=[CommitmentRow(*row) for row in raw["commitments"]],
        story=[Day(day["day"], [_act(act) for act in day["acts"]], day.get("say", "")) for day in raw["story"]],
    )


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same safe loader in C, where PyYAML was built with it
