"""The report of all gates of an edition: per stage and rule, what is missing, who owes it, which exceptions stand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from oneplan.frameworks.definitions import Gate, Stage
from oneplan.frameworks.queries import gate as gate_words
from oneplan.joint_planning.choices import StageState
from oneplan.joint_planning.gates import (
    adoption,
    commitments,
    diagnostic,
    draft,
    implementation,
    strategy,
    vision,
)
from oneplan.joint_planning.gates.evidence import Evidence, Missing, gather
from oneplan.joint_planning.models import GateException, StageProgress
from oneplan.plans.models import Edition
from oneplan.plans.queries import PlanContent

Rule = Callable[[Evidence], Iterator[Missing]]

RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        diagnostic.finding_has_source_date_place,
        diagnostic.every_area_has_findings,
        diagnostic.every_local_municipality_covered,
        diagnostic.findings_not_older_than_limit,
        vision.vision_statement_written,
        vision.impact_statement_per_area,
        vision.every_area_has_outcome,
        vision.outcome_has_indicator_baseline_target,
        vision.outcome_linked_to_national_priority,
        strategy.strategy_answers_finding,
        strategy.strategy_serves_outcome,
        strategy.strategy_has_place,
        strategy.outcome_has_strategy,
        commitments.commitment_has_accountable_office,
        commitments.commitment_money_tied_or_unfunded,
        commitments.commitment_has_place,
        commitments.commitment_has_dates,
        commitments.commitment_has_six_elements,
        commitments.pledges_answered,
        commitments.parties_answered,
        draft.narrative_chapters_written,
        draft.no_orphan_elements,
        draft.parties_asked_and_answered,
        adoption.committees_constituted,
        adoption.copy_signed,
        adoption.quorum_reached,
        adoption.resolutions_cite_copy,
        implementation.progress_reported,
        implementation.review_held,
    )
}


@dataclass(frozen=True)
class RuleReport:
    """One rule: its words, what is missing, and the exception that stands for it, if any."""

    gate: Gate
    missing: tuple[Missing, ...]
    exception: GateException | None

    @property
    def is_met(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing

    @property
    def is_excepted(self) -> bool:
        """Whether something is missing but a named exception stands."""
        return bool(self.missing) and self.exception is not None

    @property
    def lets_pass(self) -> bool:
        return self.is_met or self.is_excepted

    @property
    def state(self) -> str:
        """For the page: passed, exception or missing."""
        return "passed" if self.is_met else "exception" if self.is_excepted else "missing"


@dataclass(frozen=True)
class StageReport:
    """The gate of one stage."""

    stage: Stage
    progress: StageProgress | None
    rules: tuple[RuleReport, ...]

    @property
    def met(self) -> int:
        return sum(rule.is_met for rule in self.rules)

    @property
    def excepted(self) -> tuple[RuleReport, ...]:
        return tuple(rule for rule in self.rules if rule.is_excepted)

    @property
    def missing(self) -> list[Missing]:
        """What is missing and not excepted, rule after rule."""
        return [each for rule in self.rules if not rule.lets_pass for each in rule.missing]

    @property
    def lets_pass(self) -> bool:
        return all(rule.lets_pass for rule in self.rules)

    @property
    def is_passed(self) -> bool:
        """Whether somebody passed the gate, with or without exceptions."""
        passed = (StageState.PASSED, StageState.PASSED_WITH_EXCEPTIONS)
        return self.progress is not None and self.progress.state in passed


@dataclass(frozen=True)
class GateReport:
    """All gates of an edition, in the order of the stages."""

    edition: Edition
    stages: tuple[StageReport, ...]

    def stage(self, code: str) -> StageReport:
        """The report of a stage. Raises KeyError."""
        for each in self.stages:
            if each.stage.code == code:
                return each
        raise KeyError(code)

    def before(self, code: str) -> tuple[StageReport, ...]:
        """The reports of the stages before this one."""
        number = self.stage(code).stage.number
        return tuple(each for each in self.stages if each.stage.number < number)

    @property
    def progress(self) -> dict[str, StageProgress]:
        """Where the edition stands in each stage, by the stage's code."""
        return {each.stage.code: each.progress for each in self.stages if each.progress}

    @property
    def current(self) -> StageReport | None:
        """The first stage whose gate nobody passed."""
        return next((each for each in self.stages if not each.is_passed), None)


def judge(evidence: Evidence) -> GateReport:
    """Compute every gate of the edition's rule set."""
    return GateReport(evidence.edition, tuple(_judged(evidence, stage) for stage in evidence.rules.stages))


def _judged(evidence: Evidence, stage: Stage) -> StageReport:
    exceptions = {(each.stage, each.rule): each for each in evidence.exceptions}
    rules = (
        RuleReport(gate_words(code), tuple(RULES[code](evidence)), exceptions.get((stage.code, code)))
        for code in stage.gates
    )
    return StageReport(stage, evidence.stages.get(stage.code), tuple(rules))


def current_gate(edition: Edition) -> StageReport | None:
    """The gate of the first stage that nobody passed; no other is computed."""
    evidence = gather(edition)
    for stage in evidence.rules.stages:
        progress = evidence.stages.get(stage.code)
        if not StageReport(stage, progress, ()).is_passed:
            return _judged(evidence, stage)
    return None


def gate_report(edition: Edition, plan: PlanContent | None = None) -> GateReport:
    """The gates of an edition as they stand now. The queries do not grow with the plan."""
    return judge(gather(edition, plan))
