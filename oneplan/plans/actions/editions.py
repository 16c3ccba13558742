"""Opening an edition and moving it: freeze, reopen, adopt, abandon; the rule set it follows; who is involved."""

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.institutions.models import Institution
from oneplan.periods import clock
from oneplan.plans import queries, rules
from oneplan.plans.actions.writing import lock_edition
from oneplan.plans.choices import EditionState, Event
from oneplan.plans.models import (
    Citation,
    Edition,
    Element,
    Finding,
    ImmediateIssue,
    ImpactStatement,
    Involvement,
    Marking,
    OnePlan,
    Outcome,
    PriorityLink,
    Section,
    Strategy,
    VisionStatement,
)
from oneplan.platform.audit import record
from oneplan.spaces.models import BoundaryRelease, Space

_CARRIED: tuple[type[Element], ...] = (Section, VisionStatement, ImpactStatement, Finding, Outcome, Strategy)


@transaction.atomic
def open_edition(
    space: Space,
    *,
    ruleset: str,
    start_year: int,
    by: Actor,
    horizon_years: int = 30,
    opened_on: date | None = None,
    is_sample: bool = False,
) -> Edition:
    """Open the next edition of a space's plan, with everything that the edition in force says.

    `start_year` is the calendar year that is year 1 of the horizon. Elements keep their references, so that editions
    can be compared. What follows from a sample is a sample. Raises RuleBroken (one is in progress), NotAllowed.
    """
    check(by, Permission.EDITION_OPEN, space)
    OnePlan.objects.get_or_create(space=space, defaults={"is_sample": is_sample})
    plan = OnePlan.objects.select_for_update(of=("self",)).get(space=space)
    rules.check_can_open(
        plan,
        in_progress=queries.edition_in_progress(space),
        ruleset=ruleset,
        start_year=start_year,
        horizon_years=horizon_years,
    )
    in_force = queries.edition_in_force(space)
    edition = Edition.objects.create(
        plan=plan,
        number=queries.last_number(plan) + 1,
        ruleset=ruleset,
        start_year=start_year,
        horizon_years=horizon_years,
        opened_on=opened_on or clock.today(),
        is_sample=is_sample or (in_force is not None and in_force.is_sample),
    )
    told = {
        "ruleset": ruleset,
        "start_year": start_year,
        "horizon_years": horizon_years,
        "is_sample": edition.is_sample,
    }
    record(Event.EDITION_OPENED, edition, by=by, after=told)
    if in_force:
        _carry_forward(in_force, edition, by)
    return edition


@transaction.atomic
def change_ruleset(edition: Edition, *, ruleset: str, revision: int, by: Actor) -> Edition:
    """Move an open edition to another rule set. Codes are concepts that all rule sets share, so the content stays.

    Raises StaleRevision, RuleBroken, NotAllowed.
    """
    check(by, Permission.EDITION_OPEN, edition)
    row = lock_edition(edition)
    rules.check_can_write(row)
    rules.check_revision(row, revision)
    rules.known_ruleset(ruleset)
    return _move(row, Event.RULESET_CHANGED, by, ruleset=ruleset)


@transaction.atomic
def freeze_edition(
    edition: Edition, *, copy_hash: str, boundary_release: BoundaryRelease | None, by: Actor, revision: int
) -> Edition:
    """Freeze an edition as the signing copy with this SHA-256. The caller holds the edition's lock and keeps the bytes.

    Raises StaleRevision, RuleBroken, NotAllowed.
    """
    check(by, Permission.EDITION_FREEZE, edition)
    row = lock_edition(edition)
    rules.check_can_move(row, EditionState.FROZEN)
    rules.check_revision(row, revision)
    rules.check_copy_hash(copy_hash)
    return _move(
        row,
        Event.EDITION_FROZEN,
        by,
        state=EditionState.FROZEN,
        frozen_at=clock.now(),
        copy_hash=copy_hash,
        boundary_release=boundary_release,
    )


@transaction.atomic
def reopen_edition(edition: Edition, *, by: Actor, reason: str) -> Edition:
    """Withdraw the signing copy, so that the edition can be written again. Raises RuleBroken, NotAllowed."""
    check(by, Permission.EDITION_FREEZE, edition)
    row = lock_edition(edition)
    rules.check_can_move(row, EditionState.OPEN)
    rules.check_reason(reason)
    return _move(
        row,
        Event.EDITION_REOPENED,
        by,
        reason,
        state=EditionState.OPEN,
        frozen_at=None,
        copy_hash="",
        boundary_release=None,
    )


@transaction.atomic
def adopt_edition(edition: Edition, *, by: Actor) -> Edition:
    """Put a frozen edition in force; the edition in force until now is superseded. Raises RuleBroken, NotAllowed."""
    check(by, Permission.EDITION_ADOPT, edition)
    row = lock_edition(edition)
    rules.check_can_move(row, EditionState.ADOPTED)
    for earlier in Edition.objects.select_for_update().filter(plan_id=row.plan_id, state=EditionState.ADOPTED):
        rules.check_can_move(earlier, EditionState.SUPERSEDED)
        _move(earlier, Event.EDITION_SUPERSEDED, by, state=EditionState.SUPERSEDED)
    return _move(row, Event.EDITION_ADOPTED, by, state=EditionState.ADOPTED, adopted_on=clock.today())


@transaction.atomic
def abandon_edition(edition: Edition, *, revision: int, by: Actor, reason: str) -> Edition:
    """Give an open edition up. Its rows stay, its number and references are not used again.

    Raises StaleRevision, RuleBroken, NotAllowed.
    """
    check(by, Permission.EDITION_FREEZE, edition)
    row = lock_edition(edition)
    rules.check_can_move(row, EditionState.ABANDONED)
    rules.check_revision(row, revision)
    rules.check_reason(reason)
    return _move(row, Event.EDITION_ABANDONED, by, reason, state=EditionState.ABANDONED)


@transaction.atomic
def involve_institution(plan: OnePlan, institution: Institution, *, by: Actor) -> Involvement:
    """Let an institution read the drafts of a plan, because it was asked for its part or is a party to a commitment.

    Doing it again changes nothing. Raises NotAllowed.
    """
    rules.check_may_involve(by, plan, institution)
    return involve(plan, institution, by=by)


def involve(plan: OnePlan, institution: Institution, *, by: Actor) -> Involvement:
    """As involve_institution, inside an act that was checked already."""
    involvement, is_new = Involvement.objects.get_or_create(
        plan=plan, institution=institution, defaults={"since": clock.today()}
    )
    if is_new:
        record(Event.INSTITUTION_INVOLVED, f"plan:{plan.pk}", by=by, institution=institution.pk)
    return involvement


def _move(edition: Edition, event: Event, by: Actor, reason: str = "", **changes: Any) -> Edition:
    """Write the fields of a locked edition under its next revision, and remember them."""
    before = {name: getattr(edition, name) for name in changes}
    for name, value in changes.items():
        setattr(edition, name, value)
    edition.revision += 1
    edition.save(update_fields=[*changes, "revision"])
    record(event, edition, by=by, reason=reason, before=before, after=changes)
    return edition


def _carry_forward(source: Edition, edition: Edition, by: Actor) -> None:
    """Copy what the source says into the new edition: one query to read and one to write for each kind of row."""
    counts: dict[str, int] = {}
    refs: list[str] = []
    for model in _CARRIED:
        rows = list(model._default_manager.filter(edition=source, removed_at=None))
        for row in rows:
            row.pk, row._state.adding = None, True
            row.edition, row.revision, row.is_carried = edition, 1, True
        model._default_manager.bulk_create(rows)
        counts[model.kind] = len(rows)
        refs += [row.ref for row in rows]
    for model in (Finding, Strategy):
        _carry_many(model, source, edition)
    counts["marking"] = _carry_rows(Marking.objects.filter(edition=source, ref__in=refs), edition)
    counts["citation"] = _carry_rows(Citation.objects.filter(edition=source, ref__in=refs), edition)
    counts["priority"] = _carry_rows(PriorityLink.objects.filter(edition=source, ref__in=refs), edition)
    counts["immediate"] = _carry_rows(ImmediateIssue.objects.filter(edition=source, resolved_on=None), edition)
    Edition.objects.filter(pk=edition.pk).update(content_revision=F("content_revision") + 1)
    digest = hashlib.sha256("\n".join(sorted(refs)).encode()).hexdigest()
    record(
        Event.CONTENT_CARRIED,
        edition,
        by=by,
        source=source.audit_key,
        source_hash=source.copy_hash,
        counts=counts,
        digest=digest,
    )


def _carry_many(model: type[Finding] | type[Strategy], source: Edition, edition: Edition) -> None:
    """Copy the many-to-many links of a kind: places by code, elements by reference; links to removed ones fall away."""
    new = _by_ref(model, edition)
    for many in model._meta.many_to_many:
        through: Any = many.remote_field.through
        related: Any = many.related_model
        own, other = many.m2m_column_name(), many.m2m_reverse_name()
        is_element = issubclass(related, Element)
        target_key = f"{many.m2m_reverse_field_name()}__ref" if is_element else other
        found = _by_ref(related, edition) if is_element else {}
        links = through._default_manager.filter(**{f"{many.m2m_field_name()}__edition": source}).values_list(
            f"{many.m2m_field_name()}__ref", target_key
        )
        through._default_manager.bulk_create(
            through(**{own: new[ref], other: found.get(target) if is_element else target})
            for ref, target in links
            if ref in new and (not is_element or target in found)
        )


def _by_ref(model: type[Element], edition: Edition) -> dict[str, int]:
    return dict(model._default_manager.filter(edition=edition).values_list("ref", "pk"))


def _carry_rows(rows: Iterable[Any], edition: Edition) -> int:
    carried = list(rows)
    for row in carried:
        row.pk, row._state.adding, row.edition = None, True, edition
        if hasattr(row, "revision"):
            row.revision = 1
    if carried:
        type(carried[0])._default_manager.bulk_create(carried)
    return len(carried)
