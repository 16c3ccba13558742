"""The other end of a link that somebody writes: what there is to choose from, and what was chosen."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.alignment.actions.recording import record_line
from oneplan.alignment.choices import LinkKind
from oneplan.alignment.lines import FoundLine, find_lines, now_serving
from oneplan.alignment.link_rules import End
from oneplan.commitments.models import Commitment
from oneplan.money import format_rand_short
from oneplan.platform.errors import RuleBroken
from oneplan.projects.models import Project
from oneplan.source_plans.models import PlanItem
from oneplan.warehouse.connection import NothingBuilt

MOST = 25


@dataclass(frozen=True)
class Choice:
    """Something that can be linked: what `chosen` is given, and how it reads."""

    value: str
    title: str
    words: str


def kinds_from(own: Commitment | Project) -> tuple[LinkKind, ...]:
    """The kinds of links that can be written from a commitment or a project."""
    if isinstance(own, Project):
        return (LinkKind.PROJECT_LINE, LinkKind.PROJECT_ITEM)
    return (LinkKind.COMMITMENT_LINE, LinkKind.COMMITMENT_ITEM)


def find_choices(kind: LinkKind, own: Commitment | Project, text: str, *, by: Actor) -> list[Choice]:
    """What fits the words; without words, what belongs to the institutions of the one end."""
    if kind in (LinkKind.COMMITMENT_LINE, LinkKind.PROJECT_LINE):
        return [_line_choice(each) for each in _lines(own, text, by)]
    rows = PlanItem.objects.filter(withdrawn_at=None, plan__withdrawn_at=None).select_related("plan")
    for word in text.casefold().split():
        rows = rows.filter(Q(search_text__contains=word) | Q(plan__title__icontains=word) | Q(ref__iexact=word))
    if not own.is_sample:
        rows = rows.filter(plan__is_sample=False)
    return [
        Choice(str(row.pk), f"{row.ref} {row.title}", f"{row.plan.title} · {row.get_kind_display()}")
        for row in rows.order_by("plan__title", "position")[:MOST]
    ]


def _lines(own: Commitment | Project, text: str, by: Actor) -> list[FoundLine]:
    institutions: list[str] = []
    if not text:
        institutions = _institutions(own)
        if not institutions:
            return []
    try:
        return find_lines(by=by, text=text, institutions=institutions, is_sample=own.is_sample, limit=MOST)
    except NothingBuilt:
        return []


def _institutions(own: Commitment | Project) -> list[str]:
    if isinstance(own, Commitment):
        return list(own.parties.values_list("institution_id", flat=True))
    return [each for each in (own.implementing_id, own.funder_id) if each]


def _line_choice(found: FoundLine) -> Choice:
    codes = found.terms.codes
    words = f"{codes.institution} · {found.year.long} · {found.amount_type.label} · {format_rand_short(found.amount)}"
    return Choice(found.terms.key, found.terms.label, words)


def chosen(kind: LinkKind, own: Commitment | Project, value: str, text: str, *, by: Actor) -> tuple[End, End]:
    """Both ends in the order of the kind; `text` is what was looked for. Raises RuleBroken.

    A line that nobody linked yet is written down.
    """
    if kind in (LinkKind.COMMITMENT_LINE, LinkKind.PROJECT_LINE):
        found = next((each for each in _lines(own, text, by) if each.terms.key == value), None)
        if found is None:
            raise RuleBroken(_("The budget that is served now has no such line any more. Look for it again."))
        return own, record_line(found.terms, build=now_serving())
    item = PlanItem.objects.select_related("plan").filter(pk=value if value.isdigit() else 0).first()
    if item is None:
        raise RuleBroken(_("This item is not there any more. Look for it again."))
    return own, item
