"""Proposing, amending, delivering, withdrawing; what a commitment serves and how it is marked."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.commitments import rules
from oneplan.commitments.actions.keeping import (
    check_may_enter,
    involve,
    lock,
    lock_editions,
    lock_numbers,
    place_quality,
    refresh,
    void_standing,
)
from oneplan.commitments.actions.sums import forget_sums
from oneplan.commitments.choices import CommitmentKind, CommitmentState, Event, Novelty, PartyRole
from oneplan.commitments.models import Commitment, CommitmentMarking, Party, Service, Share
from oneplan.commitments.queries import share_codes
from oneplan.institutions.models import Institution
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.documents import Document
from oneplan.platform.errors import RuleBroken
from oneplan.spaces.models import Space

# What a person may write in a commitment. The rest is kept by the actions.
TERMS = (
    "title", "description", "kind", "area", "novelty", "is_catalytic", "project_stage", "objective", "indicator",
    "unit", "baseline", "target", "target_on", "outputs", "start_on", "finish_on", "total_cost", "spent_before",
    "accountable_post", "place_text", "longitude", "latitude", "ward", "whole_space", "external_ids",
)  # fmt: skip
_ORIGIN = ("source", "source_row", "source_run", "is_sample")


def next_numbers(space: Space) -> int:
    """The number after the last reference of a space. The space's row is locked, so that two never get the same."""
    lock_numbers(space)
    last = (
        Commitment.objects.filter(home_space=space, ref__startswith=f"{space.pk}-C-")
        .order_by(Length("ref").desc(), "-ref")
        .values_list("ref", flat=True)
        .first()
    )
    return int(last.rsplit("-", 1)[1]) + 1 if last else 1


def reference(space: Space, number: int) -> str:
    """The public identity of a commitment, such as DC36-C-0001."""
    return f"{space.pk}-C-{number:04d}"


@transaction.atomic
def propose_commitment(
    space: Space,
    *,
    by: Actor,
    title: str,
    lead: Institution,
    area: str,
    kind: str = CommitmentKind.PROJECT,
    novelty: str = Novelty.NEW,
    municipal_areas: Iterable[Any] = (),
    responsibility: str = "",
    partners: Mapping[Institution, str] | None = None,
    serves: Iterable[str] = (),
    shares: Mapping[str, Decimal] | None = None,
    **fields: Any,
) -> Commitment:
    """Write down what an institution is asked to promise. Nobody has agreed to anything yet.

    `partners` are further institutions, each with what it is to be responsible for; `serves` the references of outcomes
    and strategies of the space's plan; `fields` are names of TERMS, or source, source_row, source_run, is_sample.
    Raises NotAllowed, or RuleBroken where a space with a share is out for signing or the terms make no sense.
    """
    check_may_enter(by, Permission.COMMITMENT_PROPOSE, lead.pk, space)
    unknown = set(fields) - set(TERMS) - set(_ORIGIN)
    if unknown:
        raise TypeError(f"Not terms of a commitment: {', '.join(sorted(unknown))}")
    fractions = dict(shares or {space.pk: Decimal(1)})
    rules.check_shares(fractions)
    for other in Space.objects.filter(pk__in=set(fractions) - {space.pk}).select_related("province"):
        check_may_enter(by, Permission.COMMITMENT_PROPOSE, lead.pk, other)
    number = next_numbers(space)
    lock_editions(fractions)
    forget_sums(fractions)
    rules.check_spaces_are_open(fractions)
    now, areas = clock.now(), list(municipal_areas)
    commitment = Commitment(
        ref=reference(space, number), home_space=space, title=title, lead=lead, area=area, kind=kind,
        novelty=novelty, proposed_at=now, changed_at=now, **fields,
    )  # fmt: skip
    rules.check_terms_make_sense(commitment)
    rules.check_codes(commitment)
    rules.check_areas_lie_in(fractions, areas, commitment.ward)
    commitment.place_quality = place_quality(commitment, fractions, areas)
    commitment.save(force_insert=True)
    commitment.municipal_areas.set(areas)
    today = clock.today()
    Share.objects.bulk_create(
        Share(commitment=commitment, space_id=code, fraction=fraction, valid_from=today)
        for code, fraction in sorted(fractions.items())
    )
    others, wanted = dict(partners or {}), sorted(set(serves))
    rules.check_can_take_part([lead, *others])
    rules.check_partners(lead, others)
    rules.check_elements_exist(commitment, space, wanted)
    Party.objects.create(commitment=commitment, institution=lead, role=PartyRole.LEAD, responsibility=responsibility)
    Party.objects.bulk_create(
        Party(commitment=commitment, institution=institution, responsibility=its_part)
        for institution, its_part in others.items()
    )
    Service.objects.bulk_create(Service(commitment=commitment, space=space, element_ref=ref) for ref in wanted)
    refresh(commitment, bump=False)
    record(
        Event.COMMITMENT_PROPOSED, commitment, by=by,
        after={**{name: getattr(commitment, name) for name in TERMS if getattr(commitment, name) not in ("", None)},
               "lead": lead, "municipal_areas": [area.pk for area in areas], "shares": fractions,
               **({"partners": {each.pk: its_part for each, its_part in others.items()}} if others else {}),
               **({"serves": wanted} if wanted else {})},
    )  # fmt: skip
    for institution in (lead, *others):
        involve(commitment, institution)
    return commitment


@transaction.atomic
def amend_commitment(commitment: Commitment, *, revision: int, by: Actor, reason: str, **changes: Any) -> Commitment:
    """Change what a commitment says.

    Agreement and signatures fall, because what was agreed is no longer what is written.

    `changes` are names of TERMS and `municipal_areas`. Nothing happens where nothing differs. Raises StaleRevision,
    NotAllowed, RuleBroken.
    """
    check(by, Permission.COMMITMENT_AMEND, commitment)
    row = lock(commitment, revision)
    rules.check_terms_may_change(row)
    rules.check_reason(reason)
    areas = changes.pop("municipal_areas", None)
    unknown = set(changes) - set(TERMS)
    if unknown:
        raise TypeError(f"Not terms of a commitment: {', '.join(sorted(unknown))}")
    before: dict[str, Any] = {name: getattr(row, name) for name in changes}
    for name, value in changes.items():
        setattr(row, name, value)
    after: dict[str, Any] = {name: getattr(row, name) for name in changes}
    held = list(row.municipal_areas.all())
    if areas is not None:
        areas = list(areas)
        before["municipal_areas"] = sorted(area.pk for area in held)
        after["municipal_areas"] = sorted(area.pk for area in areas)
    if before == after:
        return row
    rules.check_terms_make_sense(row)
    rules.check_codes(row)
    spaces = share_codes(row)
    rules.check_areas_lie_in(spaces, areas or (), row.ward if "ward" in changes else None)
    row.place_quality = place_quality(row, spaces, held if areas is None else areas)
    row.save()
    if areas is not None:
        row.municipal_areas.set(areas)
    refresh(row)
    record(Event.COMMITMENT_AMENDED, row, by=by, reason=reason, before=before, after=after)
    void_standing(row, by=by, reason=reason)
    return row


@transaction.atomic
def deliver_commitment(
    commitment: Commitment,
    *,
    delivered_on: date,
    evidence: str,
    by: Actor,
    revision: int,
    document: Document | None = None,
) -> Commitment:
    """Say that a signed commitment was delivered, and what shows it."""
    check(by, Permission.DELIVERY_REPORT, commitment)
    row = lock(commitment, revision)
    rules.check_can_deliver(row, delivered_on, evidence)
    row.state, row.delivered_on, row.delivery_evidence = CommitmentState.DELIVERED, delivered_on, evidence
    row.delivery_document, row.changed_at, row.revision = document, clock.now(), row.revision + 1
    row.save()
    record(
        Event.COMMITMENT_DELIVERED, row, by=by, before={"state": CommitmentState.SIGNED},
        after={"state": row.state, "delivered_on": delivered_on, "evidence": evidence}, document=document,
    )  # fmt: skip
    return row


@transaction.atomic
def withdraw_commitment(commitment: Commitment, *, by: Actor, reason: str, revision: int) -> Commitment:
    """Take a commitment back, with the reason. It stays in the ledger as withdrawn; its signatures are voided."""
    check(by, Permission.COMMITMENT_WITHDRAW, commitment)
    row = lock(commitment, revision)
    rules.check_can_withdraw(row, reason)
    before = row.state
    void_standing(row, by=by, reason=reason)
    row.state, row.changed_at, row.revision = CommitmentState.WITHDRAWN, clock.now(), row.revision + 1
    row.save()
    record(Event.COMMITMENT_WITHDRAWN, row, by=by, reason=reason, before={"state": before}, after={"state": row.state})
    return row


@transaction.atomic
def restore_commitment(commitment: Commitment, *, by: Actor, reason: str, revision: int) -> Commitment:
    """Propose a withdrawn commitment again; every party is asked anew."""
    check(by, Permission.COMMITMENT_PROPOSE, commitment)
    row = lock(commitment, revision)
    rules.check_can_restore(row)
    rules.check_reason(reason)
    row.state, row.changed_at, row.revision = CommitmentState.PROPOSED, clock.now(), row.revision + 1
    row.save()
    record(
        Event.COMMITMENT_RESTORED, row, by=by, reason=reason, before={"state": CommitmentState.WITHDRAWN},
        after={"state": row.state},
    )  # fmt: skip
    return row


@transaction.atomic
def serve_elements(commitment: Commitment, space: Space, refs: Iterable[str], *, by: Actor) -> Commitment:
    """Say which outcomes and strategies of a space's plan the commitment serves. Replaces what stood for that space."""
    check(by, Permission.COMMITMENT_AMEND, [*commitment.scopes(), *space.scopes()])
    row = lock(commitment)
    rules.check_terms_may_change(row)
    wanted = sorted(set(refs))
    rules.check_elements_exist(row, space, wanted)
    held = sorted(row.services.filter(space=space).values_list("element_ref", flat=True))
    if held == wanted:
        return row
    row.services.filter(space=space).exclude(element_ref__in=wanted).delete()
    Service.objects.bulk_create(
        Service(commitment=row, space=space, element_ref=ref) for ref in wanted if ref not in held
    )
    refresh(row)
    record(Event.SERVICES_SET, row, by=by, before={"serves": held}, after={"serves": wanted}, space=space.pk)
    void_standing(row, by=by, reason=_("What the commitment serves was changed."))
    return row


@transaction.atomic
def mark_commitment(commitment: Commitment, marker: str, *, justification: str, by: Actor) -> CommitmentMarking:
    """Set a cross-cutting marker with its justification, or change the justification."""
    check(by, Permission.COMMITMENT_AMEND, commitment)
    row = lock(commitment)
    rules.check_terms_may_change(row)
    rules.check_marker(marker)
    rules.check_justification(justification)
    held = row.markings.filter(marker=marker).first()
    if held and held.justification == justification:
        return held
    marking, _made = CommitmentMarking.objects.update_or_create(
        commitment=row, marker=marker, defaults={"justification": justification}
    )
    refresh(row)
    record(
        Event.COMMITMENT_MARKED, row, by=by, before={marker: held.justification if held else ""},
        after={marker: justification},
    )  # fmt: skip
    void_standing(row, by=by, reason=_("A cross-cutting marker was changed."))
    return marking


@transaction.atomic
def unmark_commitment(commitment: Commitment, marker: str, *, by: Actor) -> None:
    """Take a cross-cutting marker away."""
    check(by, Permission.COMMITMENT_AMEND, commitment)
    row = lock(commitment)
    rules.check_terms_may_change(row)
    held = row.markings.filter(marker=marker).first()
    if held is None:
        raise RuleBroken(_("This commitment does not carry that marker."))
    held.delete()
    refresh(row)
    record(Event.COMMITMENT_UNMARKED, row, by=by, before={marker: held.justification}, after={marker: ""})
    void_standing(row, by=by, reason=_("A cross-cutting marker was changed."))
