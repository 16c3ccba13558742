"""What every act of this room shares: the lock, the answer of a power, and what a change of terms undoes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor, system
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.commitments import rules
from oneplan.commitments.actions.sums import forget_sums
from oneplan.commitments.choices import Acceptance, CommitmentState, Event, PlaceQuality
from oneplan.commitments.models import Commitment, Party, Pledge, Share, Signature
from oneplan.commitments.queries import folded, share_codes
from oneplan.institutions.models import Delegation, Institution, Post
from oneplan.institutions.queries import may_sign_for
from oneplan.periods import clock
from oneplan.plans.actions import involve_institution
from oneplan.plans.models import Edition, OnePlan
from oneplan.plans.queries import IN_PROGRESS, readable_spaces
from oneplan.platform.audit import record
from oneplan.platform.errors import NotAllowed, StaleRevision
from oneplan.spaces.models import MunicipalArea, Space
from oneplan.spaces.queries import locate_one


@dataclass(frozen=True)
class Hand:
    """By whose hand an institution is bound: name and post as they stand today, and the written delegation, if any."""

    name: str
    post: Post
    delegation: Delegation | None
    instrument: str


def hand_of(by: Actor, institution: Institution) -> Hand:
    """The signing power of the actor for an institution. Raises NotAllowed where there is none."""
    power = may_sign_for(by, institution, clock.today())
    if power is None:
        raise NotAllowed(
            _("Only the accounting officer of %(institution)s, or who holds a written delegation, binds it.")
            % {"institution": institution.name}
        )
    delegation = power.delegation
    instrument = f"{delegation.reference} ({delegation.valid_from} – {delegation.valid_to})" if delegation else ""
    return Hand(power.sentence[:200], power.post, delegation, instrument)


def check_may_enter(by: Actor, permission: Permission, lead_id: str, space: Space) -> None:
    """Whether the actor may put a commitment of an institution into a space's plan. Raises NotAllowed.

    Whoever plans for the space may. Whoever plans for the institution may where it was asked to take part: else an
    institution would let itself in, and read the drafts of any space by proposing something there.
    """
    if by.may(permission, space.scopes()):
        return
    check(by, permission, [f"institution:{lead_id}", *space.scopes()])
    if not readable_spaces(by).filter(pk=space.pk).exists():
        raise NotAllowed(
            _("Your institution has not been asked to take part in the plan of %(space)s. Ask its hub manager first.")
            % {"space": space.name}
        )


def lock_editions(space_codes: Iterable[str]) -> None:
    """Lock the editions in progress of these spaces until the transaction ends.

    Freezing, withdrawing a copy and adopting lock their edition first. So whoever changes or signs a commitment waits
    for them, or they wait; nothing changes while a copy is made of it. Always editions before commitments, in the order
    of the codes: two who wait for each other would wait for ever. (SQLite lets one write at a time and needs no lock.)
    """
    rows = Edition.objects.filter(plan_id__in=sorted(set(space_codes)), state__in=IN_PROGRESS)
    list(rows.select_for_update().order_by("plan_id").values_list("pk"))


def lock(commitment: Commitment, revision: int | None = None, *, gains: Iterable[str] = ()) -> Commitment:
    """The row, locked, and before it the editions in progress of its spaces and of those that it `gains`.

    Raises StaleRevision where somebody changed it since `revision` was read.
    """
    spaces = [*share_codes(Commitment(pk=commitment.pk)), *gains]  # afresh: what came with a page may be old
    lock_editions(spaces)
    forget_sums(spaces)
    row = Commitment.objects.select_for_update(of=("self",)).select_related("home_space").get(pk=commitment.pk)
    if revision is not None and row.revision != revision:
        raise StaleRevision(current=row)
    return row


def lock_numbers(space: Space) -> None:
    """Let nobody else number a commitment of this space until the transaction ends.

    Only numbers: whoever stores a row that names the space goes on. Else two who each number in their own space and
    change a commitment of the other would wait for each other.
    """
    Space.objects.select_for_update(no_key=True).get(pk=space.pk)


@transaction.atomic
def lock_together(refs: Iterable[str], space: Space, *, is_entered: bool = False) -> None:
    """Lock all that an act over many commitments of a space will change, before it changes any, until it ends.

    In the order in which single acts lock: the space, where commitments are entered in it (they are numbered), the
    editions in progress by the codes of their spaces, the commitments by number. Two such acts then wait for each other
    one after the other, whatever the order of what they do.
    """
    if is_entered:
        lock_numbers(space)
    keys = list(Commitment.objects.filter(ref__in=list(refs)).order_by("pk").values_list("pk", flat=True))
    today = clock.today()
    shares = Share.objects.filter(Q(valid_to=None) | Q(valid_to__gt=today), commitment__in=keys)
    lock_editions([space.pk, *shares.values_list("space_id", flat=True)])
    list(Commitment.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk").values_list("pk"))


def void_standing(commitment: Commitment, *, by: Actor, reason: str) -> None:
    """Terms changed: every agreement, acceptance of the whole, and signature falls, and is remembered as fallen.

    Answers to pledges stay where the pledge itself is unchanged: they carry the digest of what was accepted.
    """
    parties = {
        pk: (code, answer) for pk, code, answer in commitment.parties.values_list("pk", "institution_id", "acceptance")
    }
    agreed = [(code, answer) for code, answer in parties.values() if answer != Acceptance.ASKED]
    signed = Signature.objects.filter(party__in=parties, voided_at=None)
    names = [(parties[party][0], name) for party, name in signed.values_list("party_id", "signed_by")]
    if not agreed and not names and commitment.state == CommitmentState.PROPOSED:
        return
    signed.update(voided_at=clock.now(), void_reason=reason)
    commitment.parties.update(
        acceptance=Acceptance.ASKED, answered_at=None, answered_by="", answered_post=None, delegation=None,
        answer_reason="", agreed_digest="",
    )  # fmt: skip
    before = commitment.state
    commitment.state = CommitmentState.PROPOSED
    commitment.save(update_fields=["state"])
    record(
        Event.SIGNATURES_VOIDED, commitment, by=by, reason=reason, before={"state": before},
        after={"state": commitment.state}, answers=[f"{code}: {answer}" for code, answer in agreed],
        signatures=[f"{code}: {name}" for code, name in names],
    )  # fmt: skip


def refresh(commitment: Commitment, *, bump: bool = True) -> Commitment:
    """Keep the columns that spare the ledger its joins, and count the change."""
    parties = list(commitment.parties.select_related("institution"))
    pledges = list(Pledge.objects.filter(party__in=parties))  # by party: a join is slow where statistics are behind
    money = rules.money_standing(commitment, pledges)
    commitment.pledged = money.pledged
    commitment.funding = money.funding
    commitment.search_text = search_text(commitment, parties)
    commitment.changed_at = clock.now()
    if bump:
        commitment.revision += 1
    commitment.save(update_fields=["pledged", "funding", "search_text", "changed_at", "revision"])
    return commitment


def place_quality(commitment: Commitment, space_codes: Iterable[str], areas: Sequence[MunicipalArea]) -> PlaceQuality:
    """How well the place is known, its point looked up in the boundaries in force.

    A point in none of the spaces that have a share is no evidence of where the commitment lands in them.
    """
    quality = ""
    if commitment.longitude is not None and commitment.latitude is not None:
        found = locate_one(commitment.longitude, commitment.latitude)
        quality = found.quality if found.space in set(space_codes) else ""
    return rules.place_quality(commitment, has_areas=bool(areas), point_quality=quality)


def search_text(commitment: Commitment, parties: list[Party]) -> str:
    """What the ledger's text filter searches."""
    names = [f"{party.institution.name} {party.institution.short_name}" for party in parties]
    ids = " ".join(str(value) for value in commitment.external_ids.values())
    return folded(
        " ".join([commitment.ref, commitment.title, commitment.place_text, commitment.indicator, ids, *names])
    )


def settle(commitment: Commitment, *, by: Actor) -> None:
    """Agreed when every party agreed and no pledge is unanswered; no longer when that ceases to hold."""
    parties = list(commitment.parties.all())
    everyone = bool(parties) and all(party.acceptance == Acceptance.ACCEPTED for party in parties)
    waiting = Pledge.objects.filter(party__in=parties, acceptance=Acceptance.ASKED)
    is_agreed = everyone and not waiting.exclude(status="unfunded").exists()
    before = commitment.state
    if is_agreed and before == CommitmentState.PROPOSED:
        commitment.state = CommitmentState.AGREED
    elif not is_agreed and before == CommitmentState.AGREED:
        commitment.state = CommitmentState.PROPOSED
    else:
        return
    commitment.save(update_fields=["state"])
    if commitment.state == CommitmentState.AGREED:
        record(Event.COMMITMENT_AGREED, commitment, by=by, before={"state": before}, after={"state": commitment.state})


def involve(commitment: Commitment, institution: Institution) -> None:
    """A party may read the drafts of the plans that carry the commitment."""
    plans = OnePlan.objects.filter(space_id__in=share_codes(commitment)).select_related("space")
    for plan in plans.exclude(involvements__institution=institution):
        involve_institution(plan, institution, by=system("commitments"))


def plain(row: Any, names: list[str]) -> dict[str, Any]:
    """Some fields of a row, for the log."""
    return {name: getattr(row, name) for name in names}


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return any(before[name] != after[name] for name in before)
