"""Stage 2, Vision: a vision, an impact statement and measurable outcomes for every area."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from oneplan.joint_planning.gates.evidence import Evidence, Missing
from oneplan.plans.rules import is_substantive, word_count


def _says_enough(evidence: Evidence, text: str) -> bool:
    return is_substantive(text) and word_count(text) >= evidence.rules.parameter("min_words_statement").value


def vision_statement_written(evidence: Evidence) -> Iterator[Missing]:
    """The plan states its vision."""
    vision = evidence.plan.vision
    if vision is None or not _says_enough(evidence, vision.text):
        yield Missing("V-001", _("The vision is not written, or says nothing yet."), evidence.secretariat)


def impact_statement_per_area(evidence: Evidence) -> Iterator[Missing]:
    """Each of the six areas has an impact statement."""
    written = {each.area for each in evidence.plan.impacts if _says_enough(evidence, each.text)}
    for area in evidence.rules.areas:
        if area.code not in written:
            sentence = _("“%(area)s” has no impact statement, or one that says nothing yet.") % {"area": area.label}
            yield Missing(f"I-{area.code}", sentence, evidence.secretariat)


def every_area_has_outcome(evidence: Evidence) -> Iterator[Missing]:
    """Each of the six areas has an outcome that says something."""
    covered = {outcome.area for outcome in evidence.plan.outcomes if is_substantive(outcome.statement)}
    for area in evidence.rules.areas:
        if area.code not in covered:
            yield Missing("", _("“%(area)s” has no outcome.") % {"area": area.label}, evidence.secretariat)


def outcome_has_indicator_baseline_target(evidence: Evidence) -> Iterator[Missing]:
    """Every outcome says something and is measurable: indicator, baseline, target and year of the target."""
    for outcome in evidence.plan.outcomes:
        lacking = [
            word
            for word, is_there in (
                (_("a statement that says something"), is_substantive(outcome.statement)),
                (_("an indicator"), is_substantive(outcome.indicator, least=2)),
                (_("a baseline"), outcome.baseline is not None),
                (_("a target"), outcome.target is not None),
                (_("the year of the target"), outcome.target_year is not None),
            )
            if not is_there
        ]
        if lacking:
            sentence = _("Outcome %(ref)s lacks %(lacking)s.") % {"ref": outcome.ref, "lacking": ", ".join(lacking)}
            yield Missing(outcome.ref, sentence, evidence.owner(outcome.owner_post))


def outcome_linked_to_national_priority(evidence: Evidence) -> Iterator[Missing]:
    """Every outcome is linked to a priority of the NDP, the MTSF, the MTDP or the province."""
    for outcome in evidence.plan.outcomes:
        if not evidence.plan.priorities_by_ref.get(outcome.ref):
            sentence = _("Outcome %(ref)s is not linked to a priority of the NDP, MTSF, MTDP or province.")
            yield Missing(outcome.ref, sentence % {"ref": outcome.ref}, evidence.owner(outcome.owner_post))
