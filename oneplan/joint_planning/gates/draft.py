"""Stage 5, Draft: chapters written, nothing standing alone, every party heard."""

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from oneplan.frameworks.definitions import Chapter
from oneplan.joint_planning.choices import ContributionState
from oneplan.joint_planning.gates.commitments import owes
from oneplan.joint_planning.gates.evidence import Evidence, Missing
from oneplan.plans.models import Section
from oneplan.plans.rules import is_substantive, word_count

ANSWERED = (ContributionState.CONTRIBUTED, ContributionState.DECLINED)


def sections_of(evidence: Evidence, chapter: Chapter, area: str = "") -> list[Section]:
    """The sections of a chapter (of one area of it, where it has areas)."""
    return [each for each in evidence.plan.sections if each.chapter == chapter.code and (not area or each.area == area)]


def is_written(chapter: Chapter, sections: list[Section]) -> bool:
    """Whether the sections together say enough, in words of their own."""
    text = " ".join(section.body for section in sections)
    return is_substantive(text) and word_count(text) >= chapter.min_words


def narrative_chapters_written(evidence: Evidence) -> Iterator[Missing]:
    """Every chapter of the standard format, and every area of it where it has areas, is written."""
    for chapter in evidence.rules.chapters:
        parts = [(area.code, area.label) for area in evidence.rules.areas] if chapter.is_per_area else [("", "")]
        for code, label in parts:
            sections = sections_of(evidence, chapter, code)
            if not is_written(chapter, sections):
                words = {"number": chapter.number, "chapter": chapter.label, "area": label, "least": chapter.min_words}
                sentence = (
                    _("Chapter %(number)s, %(chapter)s: “%(area)s” is not written (at least %(least)s words).")
                    if label
                    else _("Chapter %(number)s, %(chapter)s, is not written (at least %(least)s words).")
                )
                owner = next((each.owner_post for each in sections if each.owner_post), None)
                yield Missing(sections[0].ref if sections else "", sentence % words, evidence.owner(owner))


def no_orphan_elements(evidence: Evidence) -> Iterator[Missing]:
    """Finding, strategy, outcome and commitment hang together; nothing stands alone."""
    plan = evidence.plan
    for finding in plan.findings:
        if not plan.answered_by.get(finding.ref):
            sentence = _("Finding %(ref)s is answered by no strategy.") % {"ref": finding.ref}
            yield Missing(finding.ref, sentence, evidence.owner(finding.owner_post))
    for outcome in plan.outcomes:
        if not plan.served_by.get(outcome.ref):
            sentence = _("Outcome %(ref)s is served by no strategy.") % {"ref": outcome.ref}
            yield Missing(outcome.ref, sentence, evidence.owner(outcome.owner_post))
    for strategy in plan.strategies:
        if not evidence.services.get(strategy.ref):
            sentence = _("Strategy %(ref)s is carried by no commitment.") % {"ref": strategy.ref}
            yield Missing(strategy.ref, sentence, evidence.owner(strategy.owner_post))
    yield from _idle_commitments(evidence)


def _idle_commitments(evidence: Evidence) -> Iterator[Missing]:
    """Commitments that serve no outcome of this plan, neither directly nor through a strategy."""
    outcomes = {outcome.ref for outcome in evidence.plan.outcomes}
    reach = outcomes | {strategy.ref for strategy in evidence.plan.strategies if strategy.outcomes.all()}
    serving = {ref for element, refs in evidence.services.items() if element in reach for ref in refs}
    for commitment in evidence.commitments:
        if commitment.ref not in serving:
            sentence = _("Commitment %(ref)s serves no outcome of this plan.") % {"ref": commitment.ref}
            yield Missing(commitment.ref, sentence, owes(evidence, commitment))


def parties_asked_and_answered(evidence: Evidence) -> Iterator[Missing]:
    """Every party to a commitment here was asked for its contribution, and whoever was asked has answered."""
    asked = {each.institution_id for each in evidence.contributions}
    for code, institution in sorted(evidence.parties.items()):
        if code not in asked:
            sentence = _("%(party)s is party to a commitment but was never asked for its contribution.")
            yield Missing("", sentence % {"party": institution.name}, evidence.secretariat)
    for each in evidence.contributions:
        if each.state not in ANSWERED:
            stage = evidence.rules.stage(each.stage)
            is_silent = each.due_on < evidence.today
            sentence = (
                _("%(party)s is silent on stage %(stage)s: its answer was due on %(due)s.")
                if is_silent
                else _("%(party)s has not answered on stage %(stage)s yet; its answer is due on %(due)s.")
            )
            words = {"party": each.institution.name, "stage": stage.number, "due": date_format(each.due_on, "j M Y")}
            yield Missing("", sentence % words, evidence.institution(each.institution, _("DDM coordinator or planner")))
