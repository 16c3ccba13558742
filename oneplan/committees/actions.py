"""Constituting committees, seating posts, recording what was resolved."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from oneplan.access.actions import grant_role, revoke_role
from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.models import RoleAssignment
from oneplan.access.permissions import Permission
from oneplan.access.roles import Role, roles_with
from oneplan.committees import queries, rules
from oneplan.committees.choices import Capacity, CommitteeKind, Event, Method
from oneplan.committees.models import Attendance, Committee, Resolution, Seat, VoidedCopy
from oneplan.frameworks.definitions import Each, SeatTemplate
from oneplan.frameworks.queries import ruleset as rule_set
from oneplan.institutions.choices import Capacity as Sits
from oneplan.institutions.models import Holding, Post
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.documents import Document
from oneplan.platform.errors import NotAllowed, RuleBroken
from oneplan.spaces.models import Space

ROLES = {
    CommitteeKind.POLITICAL.value: Role.POLITICAL_COMMITTEE_MEMBER,
    CommitteeKind.TECHNICAL.value: Role.TECHNICAL_COMMITTEE_MEMBER,
}


@transaction.atomic
def constitute_committee(
    space: Space, kind: str, *, ruleset: str, by: Actor, valid_from: date | None = None, is_sample: bool = False
) -> Committee:
    """Constitute a committee after a rule set's template and seat the posts that the template names beyond doubt.

    A committee under another rule set gives way: it and its seats end today. Raises NotAllowed or RuleBroken.
    """
    check(by, Permission.COMMITTEE_CONSTITUTE, space)
    space = Space.objects.select_for_update().get(pk=space.pk)
    earlier = Committee.objects.filter(space=space, kind=kind, valid_to=None).first()
    rules.check_can_constitute(earlier, ruleset)
    template = rule_set(ruleset).committee(kind)
    if earlier is not None:
        _end_committee(earlier, by=by)
    committee = Committee.objects.create(
        space=space, kind=kind, name=template.label, ruleset=ruleset,
        valid_from=valid_from or clock.today(), is_sample=is_sample,
    )  # fmt: skip
    record(Event.COMMITTEE_CONSTITUTED, committee, by=by, after={"name": committee.name, "ruleset": ruleset})
    for seat in template.seats:
        for post in _posts_beyond_doubt(space, seat):
            _seat(committee, post, seat.capacity.value, template=seat.code, valid_from=committee.valid_from, by=by)
    return committee


def _posts_beyond_doubt(space: Space, template: SeatTemplate) -> list[Post]:
    """Posts that need no choosing: one per local municipality, or the only one there is."""
    if not template.is_required:
        return []
    found = list(queries.candidates(space, template))
    if template.each is Each.PER_LOCAL_MUNICIPALITY:
        return list({post.institution_id: post for post in reversed(found)}.values())[::-1]
    return found if template.each is Each.ONE and len(found) == 1 else []


def _end_committee(committee: Committee, *, by: Actor) -> None:
    today = max(clock.today(), committee.valid_from)
    for seat in Seat.objects.filter(committee=committee, valid_to=None).select_related("post", "committee__space"):
        _unseat(seat, today, by=by, reason=_("The committee was constituted anew."))
    committee.valid_to = today
    committee.save(update_fields=["valid_to"])
    record(Event.COMMITTEE_ENDED, committee, by=by, after={"valid_to": today})


@transaction.atomic
def seat_member(
    committee: Committee, post: Post, capacity: str, *, by: Actor, template: str = "", valid_from: date | None = None
) -> Seat:
    """Give a post a seat. Whoever holds the post gets the committee's role, and loses it when the post is handed over.

    `template` is the rule set's seat this one fills; without it the first that suits post and capacity is taken.
    """
    check(by, Permission.COMMITTEE_CONSTITUTE, committee)
    committee = Committee.objects.select_for_update().get(pk=committee.pk)
    open_seats = list(Seat.objects.filter(committee=committee, valid_to=None))
    rules.check_can_seat(committee, post, capacity, open_seats)
    if not template:
        seats = rule_set(committee.ruleset).committee(committee.kind).seats
        fits = [each.code for each in seats if each.capacity.value == capacity and post.kind in each.post_kinds]
        template = fits[0] if fits else ""
    return _seat(committee, post, capacity, template=template, valid_from=valid_from or clock.today(), by=by)


def _seat(committee: Committee, post: Post, capacity: str, *, template: str, valid_from: date, by: Actor) -> Seat:
    seat = Seat.objects.create(
        committee=committee, post=post, capacity=capacity, template=template, valid_from=valid_from
    )
    record(
        Event.MEMBER_SEATED, committee, by=by,
        after={"post": post.code, "capacity": Capacity(capacity), "valid_from": valid_from},
    )  # fmt: skip
    keep_seat_roles(post, by=by)
    return seat


@transaction.atomic
def unseat_member(seat: Seat, *, reason: str, by: Actor, valid_to: date | None = None) -> Seat:
    """End a seat; its past stays. The committee's role ends for whoever holds the post."""
    check(by, Permission.COMMITTEE_CONSTITUTE, seat)
    seat = Seat.objects.select_for_update().select_related("committee__space", "post").get(pk=seat.pk)
    rules.check_can_unseat(seat)
    return _unseat(seat, max(valid_to or clock.today(), seat.valid_from), by=by, reason=reason)


def _unseat(seat: Seat, valid_to: date, *, by: Actor, reason: str) -> Seat:
    seat.valid_to = valid_to
    seat.save(update_fields=["valid_to"])
    record(
        Event.MEMBER_UNSEATED,
        seat.committee,
        by=by,
        reason=reason,
        after={"post": seat.post.code, "valid_to": valid_to},
    )
    keep_seat_roles(seat.post, by=by)
    return seat


@transaction.atomic
def keep_seat_roles(post: Post, *, by: Actor) -> None:
    """Make the committee roles of a post's holders follow its seats. Called when either changes; calling again is
    harmless.
    """
    today, source = clock.today(), f"post:{post.code}:seat"
    seats = Seat.objects.filter(post=post, valid_to=None).select_related("committee__space__province")
    sitting = (
        Holding.objects.valid_on(today).filter(post=post, capacity__in=[Sits.HOLDER, Sits.ACTING]).exclude(user=None)
    )
    users = {holding.user_id: holding.user for holding in sitting.select_related("user")}
    wanted = {
        (user_id, ROLES[seat.committee.kind].value, f"space:{seat.committee.space_id}"): seat.committee.space
        for seat in seats
        for user_id in users
    }
    held = RoleAssignment.objects.filter(source=source, valid_to=None).select_related("user")
    for each in held:
        if (each.user_id, each.role, each.scope_key) not in wanted:
            revoke_role(
                each.user, Role(each.role), each.scope_key, by=by, source=source,
                scopes=_scopes_of(each.scope_key), reason=_("The seat or its holder changed."),
            )  # fmt: skip
    for (user_id, role, scope_key), space in wanted.items():
        user = users[user_id]
        if user is not None:
            grant_role(user, Role(role), scope_key, by=by, source=source, scopes=space.scopes())


def _scopes_of(scope_key: str) -> list[str]:
    return Space.objects.get(pk=scope_key.removeprefix("space:")).scopes()


def check_may_resolve(by: Actor, committee: Committee) -> None:
    """Raise NotAllowed unless the actor may record what this committee resolved: members speak for their own alone."""
    check(by, Permission.COMMITTEE_RESOLVE, committee)
    speak = roles_with(Permission.COMMITTEE_RESOLVE) - (set(ROLES.values()) - {ROLES[committee.kind]})
    scopes = committee.scopes()
    if not by.is_system and not any(grant.role in speak and grant.scope_key in scopes for grant in by.grants):
        raise NotAllowed(
            _("You sit on another committee of this space. Only the secretariat and members of the %(name)s record what"
              " it resolved.") % {"name": committee.name}
        )  # fmt: skip


@transaction.atomic
def record_resolution(
    committee: Committee,
    *,
    held_on: date,
    decision: str,
    text: str,
    present: Mapping[Seat, str],
    by: Actor,
    copy_hash: str = "",
    method: str = Method.CONSENSUS,
    votes_for: int | None = None,
    votes_against: int | None = None,
    abstained: int | None = None,
    dissent: str = "",
    minutes: Document | None = None,
) -> Resolution:
    """Record what a committee resolved. `present` maps each seat present to who stood in for its holder ("" for
    nobody).

    Refused without a quorum under the rule set, without a presiding seat, with votes that do not add up, for a
    meeting in the future, and about a signing copy that was withdrawn. The names of those who sat are kept as they
    were that day.
    """
    check_may_resolve(by, committee)
    committee = Committee.objects.select_for_update().get(pk=committee.pk)
    rules.check_can_resolve(
        committee, held_on=held_on, today=clock.today(), decision=decision, text=text, copy_hash=copy_hash
    )
    seats = queries.seats_on([committee], held_on)[committee.pk]
    sat = {seat.pk: stand_in for seat, stand_in in present.items()}
    counted = rules.check_meeting(committee, seats, sat)
    rules.check_votes(method, counted.present, (votes_for, votes_against, abstained))
    resolution = Resolution.objects.create(
        committee=committee, number=queries.next_number(committee.space_id, committee.kind), held_on=held_on,
        decision=decision, text=text.strip(), copy_hash=copy_hash, method=method, votes_for=votes_for,
        votes_against=votes_against, abstained=abstained, dissent=dissent.strip(), minutes=minutes,
        seats_total=counted.total, seats_present=counted.present, quorum_needed=counted.needed, recorded_at=clock.now(),
    )  # fmt: skip
    names = {each.seat.pk: each.name for each in seats}
    Attendance.objects.bulk_create(
        Attendance(resolution=resolution, seat=seat, held_by=names[seat.pk], represented_by=stand_in.strip())
        for seat, stand_in in present.items()
    )
    record(
        Event.RESOLUTION_RECORDED, resolution, by=by,
        after={"decision": decision, "held_on": held_on, "copy_hash": copy_hash, "method": method},
        present=counted.present, needed=counted.needed, seats=counted.total,
    )  # fmt: skip
    return resolution


@transaction.atomic
def void_resolutions(copy_hash: str, *, space: Space, reason: str, by: Actor) -> int:
    """A signing copy was withdrawn: what was resolved about it falls, nothing more may be. Returns how many fell."""
    check(by, Permission.EDITION_FREEZE, space)
    if not reason.strip():
        raise RuleBroken(_("Say why the signing copy is withdrawn."))
    VoidedCopy.objects.get_or_create(copy_hash=copy_hash, defaults={"voided_at": clock.now(), "reason": reason})
    fallen = list(
        Resolution.objects.select_for_update()
        .filter(copy_hash=copy_hash, voided_at=None, committee__space=space)
        .select_related("committee__space")
    )
    for resolution in fallen:
        resolution.voided_at, resolution.void_reason = clock.now(), reason
        resolution.save(update_fields=["voided_at", "void_reason"])
        record(Event.RESOLUTIONS_VOIDED, resolution, by=by, reason=reason, copy_hash=copy_hash)
    return len(fallen)
