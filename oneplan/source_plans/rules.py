"""Which trees of a source plan can be, and when one may be changed. Pure: nothing here writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from oneplan.institutions.models import Institution
from oneplan.platform.errors import RuleBroken
from oneplan.source_plans.choices import ItemKind
from oneplan.source_plans.models import SourcePlan
from oneplan.spaces.models import MunicipalArea, Space

_ORDER = {kind: number for number, kind in enumerate(ItemKind.values)}
_FIRST_YEAR, _LAST_YEAR = 1994, 2100  # of a plan's item: what lies outside is a slip of the pen
_SHOWN = 8  # refs of a circle that a sentence spells out


@dataclass(frozen=True)
class ItemTerms:
    """One item as a person or a file states it. `parent_ref` is the ref of its parent in the same plan, "" for none."""

    ref: str
    kind: str
    title: str
    parent_ref: str = ""
    description: str = ""
    institution: Institution | None = None
    space: Space | None = None
    municipal_area: MunicipalArea | None = None
    place_text: str = ""
    unit: str = ""
    baseline: str = ""
    target: str = ""
    start_year: int | None = None
    finish_year: int | None = None
    basis: str = ""
    cost: Decimal | None = None  # rand
    external_ids: Mapping[str, str] = field(default_factory=dict)
    source_row: str = ""


@dataclass(frozen=True)
class ItemFault:
    """What is wrong with one item, as a sentence with its remedy."""

    ref: str
    source_row: str
    sentence: str


def faults_of(items: Sequence[ItemTerms], known: Mapping[str, tuple[str, str]]) -> list[ItemFault]:
    """What is wrong with items that are to be written beside `known` ones (ref → kind and parent's ref) of the plan.

    A parent must be there and of no later kind than its child; nothing has two parents; nothing is above itself.
    """
    stated = Counter(item.ref for item in items)
    parents = {ref: {parent} for ref, (_kind, parent) in known.items() if ref not in stated}
    kinds = {ref: kind for ref, (kind, _parent) in known.items()}
    for item in items:
        parents.setdefault(item.ref, set()).add(item.parent_ref)
        kinds[item.ref] = item.kind
    circles = _circles(parents)
    return [
        ItemFault(item.ref, item.source_row, sentence)
        for item in items
        if (sentence := _fault(item, stated, parents, kinds, circles))
    ]


def _circles(parents: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
    """Ref → the circle that its line upwards runs into; each ref is walked once. Refs of a sound line are left out."""
    found: dict[str, tuple[str, ...]] = {}
    for start in parents:
        path: dict[str, None] = {}
        above = start
        while above and above not in path and above not in found:
            path[above] = None
            above = next(iter(parents.get(above, {""})))
        circle = found.get(above, ())
        if above in path:
            walked = list(path)
            circle = tuple(walked[walked.index(above) :])
        found |= dict.fromkeys(path, circle)
    return {ref: circle for ref, circle in found.items() if circle}


def _fault(
    item: ItemTerms, stated: Mapping[str, int], parents: Mapping[str, set[str]], kinds: Mapping[str, str],
    circles: Mapping[str, tuple[str, ...]],
) -> str:  # fmt: skip
    said = {"ref": item.ref, "parent": item.parent_ref, "title": item.title}
    if not item.ref.strip():
        return _("“%(title)s” has no number. Give each item the number that its document gives it.") % said
    if not item.title.strip():
        return _("Item %(ref)s has no title. Write what the document says there.") % said
    if item.kind not in _ORDER:
        return _("Item %(ref)s is “%(kind)s”, which is no kind of item. Use one of: %(kinds)s.") % {
            **said, "kind": item.kind, "kinds": ", ".join(_ORDER),
        }  # fmt: skip
    if len(parents[item.ref]) > 1:
        claimed = ", ".join(sorted(parent or _("none") for parent in parents[item.ref]))
        return _("Item %(ref)s is claimed by two parents (%(claimed)s). Keep the one that the document names.") % {
            **said, "claimed": claimed,
        }  # fmt: skip
    if stated[item.ref] > 1:
        return _("Item %(ref)s is stated twice. Give each item a number of its own, or leave one out.") % said
    return _fault_of_place(item, kinds, circles) or fault_of_facts(item)


def _fault_of_place(item: ItemTerms, kinds: Mapping[str, str], circles: Mapping[str, tuple[str, ...]]) -> str:
    """What is wrong with where it stands in the tree."""
    if not item.parent_ref:
        return ""
    said = {"ref": item.ref, "parent": item.parent_ref}
    if item.parent_ref not in kinds:
        return (
            _("Item %(ref)s is under %(parent)s, which this plan does not have. Add that item, or correct the number.")
            % said
        )
    if circle := circles.get(item.ref):
        at = circle.index(item.ref) if item.ref in circle[:_SHOWN] else 0
        told = [*circle[at:], *circle[:at], circle[at]]
        circle_told = " → ".join(told if len(told) <= _SHOWN else [*told[: _SHOWN - 2], "…", told[-1]])
        return _("Item %(ref)s leads back to itself (%(circle)s). Say which of them is the highest.") % {
            **said, "circle": circle_told,
        }  # fmt: skip
    if _ORDER.get(kinds[item.parent_ref], 0) > _ORDER[item.kind]:
        return _("Item %(ref)s (%(kind)s) is under %(parent)s (%(above)s). Put the broader one above.") % {
            **said, "kind": ItemKind(item.kind).label, "above": ItemKind(kinds[item.parent_ref]).label,
        }  # fmt: skip
    return ""


def fault_of_facts(item: ItemTerms) -> str:
    """What is wrong with the years and the cost of an item, wherever it stands in the tree."""
    said = {"ref": item.ref, "start": item.start_year, "finish": item.finish_year}
    for year in (item.start_year, item.finish_year):
        if year is not None and not _FIRST_YEAR <= year <= _LAST_YEAR:
            return _("Item %(ref)s names the year %(year)s. A year lies between %(first)s and %(last)s.") % {
                **said, "year": year, "first": _FIRST_YEAR, "last": _LAST_YEAR,
            }  # fmt: skip
    if item.start_year and item.finish_year and item.finish_year < item.start_year:
        return _("Item %(ref)s finishes in %(finish)s, before it starts in %(start)s. Exchange the years.") % said
    if item.cost is not None and item.cost < 0:
        return _("Item %(ref)s costs less than nothing. State its cost in rand, or leave it empty.") % said
    return ""


def check_can_register_plan(*, title: str, reference: str, valid_from: date | None, valid_to: date | None) -> None:
    """Raises RuleBroken where a plan lacks what makes it a document that can be found again."""
    if not title.strip():
        raise RuleBroken(_("The plan has no title. Write the title of the document."))
    if not reference.strip():
        raise RuleBroken(
            _("Name the document: its title, who adopted it, and when. Without it nobody can check an item.")
        )
    if valid_from and valid_to and valid_to <= valid_from:
        raise RuleBroken(_("The plan ends before it begins. Its last day comes after its first."))


def check_can_succeed(earlier: SourcePlan, *, kind: str, owner: Institution | None) -> None:
    """Raises RuleBroken where a plan cannot come after another."""
    if (earlier.kind, earlier.owner_id) != (kind, owner.pk if owner else None):
        raise RuleBroken(
            _("A plan comes after one of the same kind and owner. “%(title)s” is another's.") % {"title": earlier}
        )
    if SourcePlan.objects.filter(succeeds=earlier).exists():
        raise RuleBroken(_("“%(title)s” has a plan that comes after it already.") % {"title": earlier})


def check_can_change(plan: SourcePlan) -> None:
    """Raises RuleBroken for lists that come with OnePlan, and for what was withdrawn."""
    if plan.is_shipped:
        raise RuleBroken(_("“%(title)s” comes with OnePlan and is not changed here.") % {"title": plan})
    if plan.withdrawn_at:
        raise RuleBroken(_("“%(title)s” was withdrawn: %(why)s") % {"title": plan, "why": plan.withdrawn_reason})


def check_reason(reason: str) -> None:
    """Raises RuleBroken without a reason."""
    if not reason.strip():
        raise RuleBroken(_("Say why: the reason stands in the log."))
