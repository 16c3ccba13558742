"""Stage 3, Strategy: strategies that answer findings, serve outcomes and have a place."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from oneplan.joint_planning.gates.evidence import Evidence, Missing
from oneplan.plans.models import Strategy
from oneplan.plans.rules import is_substantive


def _says_nothing(strategy: Strategy) -> bool:
    return not is_substantive(f"{strategy.title} {strategy.description}")


def strategy_answers_finding(evidence: Evidence) -> Iterator[Missing]:
    """There is a strategy, every one says something, and every one answers a finding."""
    if not evidence.plan.strategies:
        yield Missing("", _("The plan has no strategy."), evidence.secretariat)
    for strategy in evidence.plan.strategies:
        if _says_nothing(strategy):
            sentence = _("Strategy %(ref)s says nothing yet.")
        elif not strategy.findings.all():
            sentence = _("Strategy %(ref)s answers no finding.")
        else:
            continue
        yield Missing(strategy.ref, sentence % {"ref": strategy.ref}, evidence.owner(strategy.owner_post))


def strategy_serves_outcome(evidence: Evidence) -> Iterator[Missing]:
    """Every strategy serves an outcome."""
    for strategy in evidence.plan.strategies:
        if not strategy.outcomes.all():
            sentence = _("Strategy %(ref)s serves no outcome.") % {"ref": strategy.ref}
            yield Missing(strategy.ref, sentence, evidence.owner(strategy.owner_post))


def strategy_has_place(evidence: Evidence) -> Iterator[Missing]:
    """Every strategy says where it applies: the whole space, municipal areas, or a ward."""
    for strategy in evidence.plan.strategies:
        if not (strategy.whole_space or strategy.ward_id or strategy.municipal_areas.all()):
            sentence = _("Strategy %(ref)s does not say where in the space it applies.") % {"ref": strategy.ref}
            yield Missing(strategy.ref, sentence, evidence.owner(strategy.owner_post))


def outcome_has_strategy(evidence: Evidence) -> Iterator[Missing]:
    """Every outcome is served by a strategy that says something."""
    for outcome in evidence.plan.outcomes:
        if all(_says_nothing(each) for each in evidence.plan.served_by.get(outcome.ref, [])):
            sentence = _("No strategy serves outcome %(ref)s.") % {"ref": outcome.ref}
            yield Missing(outcome.ref, sentence, evidence.owner(outcome.owner_post))
