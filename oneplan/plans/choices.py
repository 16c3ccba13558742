from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EditionState(TextChoices):
    """Where an edition stands. Content is written while it is open; frozen, it is a signing copy."""

    OPEN = "open", _("In progress")
    FROZEN = "frozen", _("Signing copy")
    ADOPTED = "adopted", _("Adopted and sealed")
    SUPERSEDED = "superseded", _("Superseded")
    ABANDONED = "abandoned", _("Abandoned")


ALLOWED_MOVES: dict[str, tuple[str, ...]] = {
    EditionState.OPEN: (EditionState.FROZEN, EditionState.ABANDONED),
    EditionState.FROZEN: (EditionState.OPEN, EditionState.ADOPTED),
    EditionState.ADOPTED: (EditionState.SUPERSEDED,),
    EditionState.SUPERSEDED: (),
    EditionState.ABANDONED: (),
}


class ElementKind(TextChoices):
    """What kinds of element a plan is made of; the prefix of their references."""

    FINDING = "finding", _("Finding")
    OUTCOME = "outcome", _("Outcome")
    STRATEGY = "strategy", _("Strategy")
    IMPACT = "impact", _("Impact statement")
    VISION = "vision", _("Vision")
    SECTION = "section", _("Section")


PREFIXES: dict[str, str] = {
    ElementKind.FINDING: "F",
    ElementKind.OUTCOME: "O",
    ElementKind.STRATEGY: "S",
    ElementKind.IMPACT: "I",
    ElementKind.VISION: "V",
    ElementKind.SECTION: "N",
}


class Direction(TextChoices):
    UP = "up", _("Higher is better")
    DOWN = "down", _("Lower is better")


class ImmediateKind(TextChoices):
    """The Framework, 6.2: what a One Plan must show as urgent."""

    BASIC_SERVICE = "basic_service", _("Immediate basic-service issue")
    SHORT_TERM = "short_term", _("Critical short-term intervention")


class Event(TextChoices):
    EDITION_OPENED = "edition.opened", _("An edition was opened")
    EDITION_FROZEN = "edition.frozen", _("The signing copy was frozen")
    EDITION_REOPENED = "edition.reopened", _("The signing copy was withdrawn and the edition reopened")
    EDITION_ADOPTED = "edition.adopted", _("The edition was adopted and sealed")
    EDITION_SUPERSEDED = "edition.superseded", _("The edition was superseded by the next one")
    EDITION_ABANDONED = "edition.abandoned", _("The edition was abandoned")
    INSTITUTION_INVOLVED = "institution.involved", _("An institution was involved in the plan")
    RULESET_CHANGED = "edition.ruleset_changed", _("The edition moved to another rule set")
    SECTION_WRITTEN = "section.written", _("A section was written")
    VISION_WRITTEN = "vision.written", _("The vision was written")
    IMPACT_WRITTEN = "impact.written", _("An impact statement was written")
    FINDING_RECORDED = "finding.recorded", _("A finding was recorded")
    FINDING_REVISED = "finding.revised", _("A finding was revised")
    FINDING_CITED = "finding.cited", _("A finding cited an observation")
    CITATION_REMOVED = "citation.removed", _("A finding no longer cites an observation")
    OUTCOME_SET = "outcome.set", _("An outcome was set")
    OUTCOME_REVISED = "outcome.revised", _("An outcome was revised")
    STRATEGY_FORMULATED = "strategy.formulated", _("A strategy was formulated")
    STRATEGY_REVISED = "strategy.revised", _("A strategy was revised")
    ELEMENT_REMOVED = "element.removed", _("An element was removed")
    ELEMENT_RESTORED = "element.restored", _("An element was restored")
    ELEMENT_MARKED = "element.marked", _("A cross-cutting marker was set")
    ELEMENT_UNMARKED = "element.unmarked", _("A cross-cutting marker was removed")
    PRIORITIES_LINKED = "priorities.linked", _("National priorities were linked")
    IMMEDIATE_RAISED = "immediate.raised", _("An immediate issue was raised")
    IMMEDIATE_REVISED = "immediate.revised", _("An immediate issue was revised")
    IMMEDIATE_RESOLVED = "immediate.resolved", _("An immediate issue was resolved")
    CONTENT_CARRIED = "content.carried", _("Content was carried forward from the edition before")
