"""Reads waterberg.yaml into typed rows."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml


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
class Sample:
    """The sample plan as written in waterberg.yaml."""

    areas: dict[str, str]
    vision: str
    impacts: dict[str, str]
    findings: list[FindingRow]
    outcomes: list[OutcomeRow]
    strategies: list[StrategyRow]
    sections: dict[str, str]
    commitments: list[CommitmentRow]


def read_sample() -> Sample:
    """The sample, or a TypeError naming the row that has a cell too many or too few."""
    raw = yaml.safe_load((Path(__file__).parent / "waterberg.yaml").read_text(encoding="utf-8"))
    return Sample(
        areas=raw["areas"],
        vision=raw["vision"],
        impacts=raw["impacts"],
        findings=[FindingRow(*row) for row in raw["findings"]],
        outcomes=[OutcomeRow(*row) for row in raw["outcomes"]],
        strategies=[StrategyRow(*row) for row in raw["strategies"]],
        sections=raw["sections"],
        commitments=[CommitmentRow(*row) for row in raw["commitments"]],
    )
