"""Registering plans and writing their items: the only place that writes this room's tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.exchange.models import ImportRun
from oneplan.institutions.models import Institution
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.errors import RuleBroken, StaleRevision
from oneplan.source_plans import queries, rules
from oneplan.source_plans.choices import Event
from oneplan.source_plans.models import PlanItem, SourcePlan
from oneplan.source_plans.rules import ItemTerms
from oneplan.spaces.models import Province, Space

_MOST_TOLD = 5  # faults that a refusal spells out
_TERMS = (
    "kind", "title", "description", "institution", "space", "municipal_area", "place_text", "unit", "baseline",
    "target", "start_year", "finish_year", "basis", "cost", "external_ids",
)  # fmt: skip
_AMENDABLE = ("title", "reference", "valid_from", "valid_to")


@dataclass(frozen=True)
class Written:
    """How many items were new, changed, and the same as before."""

    added: int
    changed: int
    unchanged: int


@transaction.atomic
def register_plan(
    *,
    by: Actor,
    code: str,
    kind: str,
    title: str,
    reference: str,
    owner: Institution | None = None,
    space: Space | None = None,
    province: Province | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    succeeds: SourcePlan | None = None,
    is_sample: bool = False,
) -> SourcePlan:
    """Register an edition of a plan. Raises NotAllowed, RuleBroken (no document named, days reversed, code taken)."""
    plan = SourcePlan(
        code=code, kind=kind, title=title.strip(), reference=reference.strip(), owner=owner, space=space,
        province=province, valid_from=valid_from, valid_to=valid_to, succeeds=succeeds, is_sample=is_sample,
        registered_at=clock.now(),
    )  # fmt: skip
    check(by, Permission.SOURCE_PLAN_REGISTER, plan)
    rules.check_can_register_plan(title=title, reference=reference, valid_from=valid_from, valid_to=valid_to)
    if SourcePlan.objects.filter(code=code).exists():
        raise RuleBroken(_("There is a plan with the code %(code)s already. Choose another.") % {"code": code})
    if succeeds:
        rules.check_can_succeed(succeeds, kind=kind, owner=owner)
    plan.save()
    record(Event.PLAN_REGISTERED, plan, by=by, after={name: str(getattr(plan, name)) for name in ("kind", *_AMENDABLE)})
    return plan


@transaction.atomic
def amend_plan(plan: SourcePlan, *, revision: int, reason: str, by: Actor, **changes: Any) -> SourcePlan:
    """Correct title, reference or days. Raises NotAllowed, StaleRevision, RuleBroken."""
    row = _locked(plan, revision, by)
    rules.check_reason(reason)
    unknown = set(changes) - set(_AMENDABLE)
    if unknown:
        raise RuleBroken(_("This cannot be changed: %(names)s.") % {"names": ", ".join(sorted(unknown))})
    told = {name: changes.get(name, getattr(row, name)) for name in _AMENDABLE}
    rules.check_can_register_plan(**told)
    before = {name: str(getattr(row, name)) for name in changes}
    for name, value in changes.items():
        setattr(row, name, value)
    _keep(row)
    after = {name: str(value) for name, value in changes.items()}
    record(Event.PLAN_AMENDED, row, by=by, reason=reason, before=before, after=after)
    return row


@transaction.atomic
def withdraw_plan(plan: SourcePlan, *, revision: int, reason: str, by: Actor) -> SourcePlan:
    """Take a plan out of the register; it is kept, with the reason. Raises NotAllowed, StaleRevision, RuleBroken."""
    row = _locked(plan, revision, by)
    rules.check_reason(reason)
    row.withdrawn_at, row.withdrawn_reason = clock.now(), reason.strip()
    _keep(row)
    record(Event.PLAN_WITHDRAWN, row, by=by, reason=reason)
    return row


@transaction.atomic
def write_items(
    plan: SourcePlan, items: Sequence[ItemTerms], *, revision: int, reason: str, by: Actor, run: ImportRun | None = None
) -> Written:
    """Add items to a plan, or change those of the same number; items that are not named stay.

    All or nothing. Raises NotAllowed, StaleRevision, RuleBroken with what is wrong with which item.
    """
    row = _locked(plan, revision, by)
    rules.check_reason(reason)
    faults = rules.faults_of(items, queries.known_refs(row))
    if faults:
        told = [fault.sentence for fault in faults[:_MOST_TOLD]]
        if len(faults) > _MOST_TOLD:
            told.append(_("%(count)d more items have faults.") % {"count": len(faults) - _MOST_TOLD})
        raise RuleBroken(" ".join([*told, _("Nothing was written.")]))
    known = {item.ref: item for item in row.items.all()}
    position = max((item.position for item in known.values()), default=0)
    added, changed = [], []
    for terms in items:
        item = known.get(terms.ref)
        if item is None:
            position += 1
            item = known[terms.ref] = PlanItem(plan=row, ref=terms.ref, position=position)
            _take(item, terms)
            added.append(item)
        elif _take(item, terms):
            item.revision += 1
            changed.append(item)
    PlanItem.objects.bulk_create(added, batch_size=500)
    moved = _hang(items, known)
    changed_ids = {item.pk for item in changed} | (moved - {item.pk for item in added})
    unchanged = len(items) - len(added) - len(changed_ids)
    PlanItem.objects.bulk_update(
        [item for item in known.values() if item.pk in changed_ids | moved],
        [*_TERMS, "parent", "source_row", "search_text", "withdrawn_at", "revision"], batch_size=500,
    )  # fmt: skip
    row.run = run or row.run
    _keep(row)
    written = Written(len(added), len(changed_ids), unchanged)
    record(
        Event.ITEMS_IMPORTED if run else Event.ITEM_WRITTEN, row, by=by, reason=reason,
        after={"added": written.added, "changed": written.changed, "refs": [terms.ref for terms in items][:200]},
    )  # fmt: skip
    return written


@transaction.atomic
def withdraw_item(item: PlanItem, *, revision: int, reason: str, by: Actor) -> PlanItem:
    """Take one item out; it is kept. Raises NotAllowed, StaleRevision, RuleBroken where others hang on it."""
    row = PlanItem.objects.select_for_update(of=("self",)).select_related("plan").get(pk=item.pk)
    check(by, Permission.SOURCE_PLAN_REGISTER, row)
    if row.revision != revision:
        raise StaleRevision(current=row)
    rules.check_can_change(row.plan)
    rules.check_reason(reason)
    if row.children.filter(withdrawn_at=None).exists():
        raise RuleBroken(_("Other items stand under %(ref)s. Move or withdraw them first.") % {"ref": row.ref})
    row.withdrawn_at = clock.now()
    row.revision += 1
    row.save()
    record(Event.ITEM_WITHDRAWN, row, by=by, reason=reason, before={"title": row.title})
    return row


def _locked(plan: SourcePlan, revision: int, by: Actor) -> SourcePlan:
    row = SourcePlan.objects.select_for_update(of=("self",)).select_related("owner", "space").get(pk=plan.pk)
    check(by, Permission.SOURCE_PLAN_REGISTER, row)
    if row.revision != revision:
        raise StaleRevision(current=row)
    rules.check_can_change(row)
    return row


def _keep(row: SourcePlan) -> None:
    row.revision += 1
    row.save()


def _take(item: PlanItem, terms: ItemTerms) -> bool:
    """Write the terms into the row; whether anything is another than before. An item that was withdrawn comes back."""
    told = {name: getattr(terms, name) for name in _TERMS} | {"external_ids": dict(terms.external_ids)}
    differs = any(getattr(item, name) != value for name, value in told.items()) or item.withdrawn_at is not None
    for name, value in told.items():
        setattr(item, name, value)
    item.withdrawn_at = None
    item.source_row = terms.source_row or item.source_row
    words = (item.ref, item.title, item.description, item.place_text, item.institution.name if item.institution else "")
    item.search_text = " ".join(words).casefold()
    return differs


def _hang(items: Sequence[ItemTerms], known: dict[str, PlanItem]) -> set[int]:
    """Put each item under its parent, now that all have numbers of the database; which were moved."""
    moved = set()
    for terms in items:
        item = known[terms.ref]
        parent = known[terms.parent_ref] if terms.parent_ref else None
        if item.parent_id != (parent.pk if parent else None):
            item.parent = parent
            moved.add(item.pk)
    return moved
