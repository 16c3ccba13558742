"""What every act of writing shares: the locks, the next reference, the stored row, what the log is told."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db.models import F, ManyToManyField
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.plans import rules
from oneplan.plans.choices import PREFIXES, Event
from oneplan.plans.models import Edition, Element
from oneplan.platform.audit import record
from oneplan.platform.errors import RuleBroken

E = TypeVar("E", bound=Element)

# What is kept about an element besides what it says.
_BOOKKEEPING = {"id", "edition", "ref", "position", "revision", "removed_at", "is_carried"}


def lock_edition(edition: Edition) -> Edition:
    """The edition as stored, locked until the transaction ends."""
    return Edition.objects.select_for_update(of=("self",)).select_related("plan__space").get(pk=edition.pk)


def open_for_writing(edition: Edition, by: Actor) -> Edition:
    """Who may, and whether now: the edition, locked and open."""
    check(by, Permission.PLAN_WRITE, edition)
    locked = lock_edition(edition)
    rules.check_can_write(locked)
    return locked


def element_for_writing(element: E, revision: int, by: Actor, *, removed: bool = False) -> E:
    """The element as stored, locked in its open edition. Raises StaleRevision, and RuleBroken where it was removed."""
    edition = open_for_writing(element.edition, by)
    row = type(element)._default_manager.select_for_update(of=("self",)).get(pk=element.pk)
    row.edition = edition
    rules.check_revision(row, revision)
    if removed and row.removed_at is None:
        raise RuleBroken(_("%(ref)s is still part of the plan; there is nothing to restore.") % {"ref": row.ref})
    if row.removed_at is not None and not removed:
        raise RuleBroken(_("%(ref)s was removed from the plan. Restore it before you change it.") % {"ref": row.ref})
    return row


def next_ref(edition: Edition, model: type[Element]) -> str:
    """The next reference of a kind. Counted over all editions of the plan, so that none is ever used twice."""
    prefix = PREFIXES[model.kind]
    last = (
        model._default_manager.filter(edition__plan_id=edition.plan_id)
        .annotate(length=Length("ref"))
        .order_by("-length", "-ref")
        .values_list("ref", flat=True)
        .first()
    )
    number = int(last.removeprefix(f"{prefix}-")) + 1 if last else 1
    return f"{prefix}-{number:03d}"


def snapshot(element: Element) -> dict[str, Any]:
    """What an element says, for the log: posts by their code, linked rows by theirs."""
    told: dict[str, Any] = {}
    for field in element._meta.concrete_fields:
        if field.name not in _BOOKKEEPING:
            value = getattr(element, field.name)
            told[field.name] = getattr(value, "code", value) if field.is_relation else value
    for many in element._meta.many_to_many:
        if isinstance(many, ManyToManyField):
            told[many.name] = sorted(getattr(row, "ref", row.pk) for row in getattr(element, many.name).all())
    return told


def create(
    model: type[E], edition: Edition, fields: Mapping[str, Any], *, event: Event, by: Actor, ref: str = "",
    reason: str = "",
) -> E:  # fmt: skip
    """Write a new element into a locked edition, and remember it."""
    ref = ref or next_ref(edition, model)
    plain, many = _split(model, fields)
    element = model._default_manager.create(edition=edition, ref=ref, **plain)
    _set_many(element, many)
    touch(edition)
    record(event, element, by=by, reason=reason, after=snapshot(element))
    return element


def revise(element: E, fields: Mapping[str, Any], *, event: Event, by: Actor, reason: str = "") -> E:
    """Write new fields into a locked element, and remember what changed. Nothing changed: nothing is written."""
    before = snapshot(element)
    plain, many = _split(type(element), fields)
    for name, value in plain.items():
        setattr(element, name, value)
    _set_many(element, many)
    after = snapshot(element)
    if after != before or element.removed_at is not None:
        element.removed_at = None
        save(element)
        record(event, element, by=by, reason=reason, before=before, after=after)
    return element


def save(element: Element) -> None:
    """Keep the row under its next revision, and count the change of content."""
    element.revision += 1
    element.save()
    touch(element.edition)


def touch(edition: Edition) -> None:
    """Count a change of content, for ETags and for whoever waits for one."""
    Edition.objects.filter(pk=edition.pk).update(content_revision=F("content_revision") + 1)


def _split(model: type[Element], fields: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    many = {field.name for field in model._meta.many_to_many}
    plain = {name: value for name, value in fields.items() if name not in many}
    return plain, {name: value for name, value in fields.items() if name in many}


def _set_many(element: Element, many: Mapping[str, Any]) -> None:
    for name, rows in many.items():
        getattr(element, name).set(rows)
