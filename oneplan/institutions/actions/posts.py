"""Filling and vacating posts, delegating powers. The post is the source of truth for the roles it confers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from oneplan.access.actions import grant_role, invite_to_seat, revoke_role
from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.models import Invitation, RoleAssignment
from oneplan.access.permissions import Permission
from oneplan.access.roles import Role
from oneplan.accounts.models import User
from oneplan.institutions import rules, signals
from oneplan.institutions.choices import Capacity, Event, Power
from oneplan.institutions.establishment import Conferment, ScopeKind, post_kinds
from oneplan.institutions.models import Delegation, Holding, Institution, Post
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.documents import Document
from oneplan.platform.errors import RuleBroken, StaleRevision
from oneplan.spaces.models import Space

_ROLE_OF_POWER = {Power.SIGN: Role.SIGNING_AUTHORITY, Power.CONTRIBUTE: Role.CONTRIBUTOR}


@transaction.atomic
def register_post(
    institution: Institution, *, kind: str, title: str, by: Actor, space: Space | None = None, reason: str = ""
) -> Post:
    """Add a post beyond those its kind of institution has by rule. Raises NotAllowed or RuleBroken."""
    check(by, Permission.INSTITUTION_REGISTER, institution)
    rules.check_can_register_post(institution, kind)
    stem = ".".join(filter(None, (institution.code, kind.replace("_", "-"), space.code.lower() if space else "")))
    taken = set(Post.objects.filter(code__startswith=stem).values_list("code", flat=True))
    code = next(each for each in (stem, *(f"{stem}.{n}" for n in range(2, len(taken) + 3))) if each not in taken)
    post = Post.objects.create(institution=institution, code=code, title=title, kind=kind, space=space)
    record(Event.POST_REGISTERED, post, by=by, reason=reason, code=code, kind=kind, title=title)
    return post


@transaction.atomic
def fill_post(
    post: Post, *, person_name: str, valid_from: date, revision: int, by: Actor, user: User | None = None,
    capacity: str = Capacity.HOLDER, valid_to: date | None = None, reason: str = "",
) -> Holding:  # fmt: skip
    """Put a person into a post from a day on. Who sat there in the same capacity leaves on that day.

    Roles follow in the same transaction: the successor receives what the post confers and what was delegated to it, the
    predecessor's lapse. What the post owns is untouched. Raises NotAllowed, RuleBroken or StaleRevision.
    """
    check(by, Permission.POST_FILL, post)
    post = _locked(post, revision)
    rules.check_can_fill_post(post, capacity, person_name, valid_from, valid_to)
    rules.check_may_give_power(post, capacity, user.pk if user else None, by)
    if capacity != Capacity.DEPUTY:
        earlier = Holding.objects.filter(post=post, capacity=capacity, valid_from__lt=valid_from)
        for predecessor in earlier.valid_on(valid_from):
            _end(predecessor, valid_from, by=by, reason=reason)
    if capacity == Capacity.HOLDER:
        for stand_in in Holding.objects.filter(post=post, capacity=Capacity.ACTING, valid_from__lt=valid_from).valid_on(
            valid_from
        ):
            _end(stand_in, valid_from, by=by, reason=reason)
    holding = Holding.objects.create(
        post=post, user=user, person_name=person_name.strip(), capacity=capacity, valid_from=valid_from,
        valid_to=valid_to, recorded_at=clock.now(),
    )  # fmt: skip
    _confer(holding, by=by)
    post.revision += 1
    post.save(update_fields=["revision"])
    record(
        Event.POST_FILLED, post, by=by, reason=reason, holding=holding.pk, holder=f"user:{user.pk}" if user else None,
        capacity=capacity, valid_from=valid_from, valid_to=valid_to,
    )  # fmt: skip
    transaction.on_commit(lambda: signals.post_filled.send(Holding, holding=holding))
    return holding


@transaction.atomic
def invite_into_post(
    post: Post, *, email: str, person_name: str, valid_from: date, revision: int, by: Actor, link: str,
    capacity: str = Capacity.HOLDER, valid_to: date | None = None, reason: str = "",
) -> tuple[Holding, Invitation | None, str]:  # fmt: skip
    """Put somebody into a post and, where they have no account, write the letter that opens one with its roles.

    The post is held by name from the day given; the account receives what it confers when the invitation is taken up.
    Returns the holding, the invitation and its link (None and "" where there was an account). `link` holds "{secret}".
    Raises NotAllowed, RuleBroken or StaleRevision.
    """
    user = User.objects.filter(email__iexact=email).first()
    if user is not None and not user.is_active:
        raise RuleBroken(
            _("The account %(email)s is closed. Ask an administrator to open it again.") % {"email": email}
        )
    holding = fill_post(
        post, person_name=person_name, user=user, valid_from=valid_from, valid_to=valid_to, revision=revision,
        capacity=capacity, reason=reason, by=by,
    )  # fmt: skip
    if user is not None:
        return holding, None, ""
    seat_name = f"{post.title}, {post.institution.name}"
    letter, address = invite_to_seat(
        email=email, name=holding.person_name, seat_key=f"holding:{holding.pk}", seat_name=seat_name, by=by, link=link,
        scopes=rules.settled_at(post, capacity),
    )  # fmt: skip
    return holding, letter, address


@transaction.atomic
def take_up_post(seat_key: str, user: User, by: Actor) -> None:
    """Give a holding that waits for its account to the account, with what the post confers. Raises RuleBroken."""
    waiting = Holding.objects.select_for_update(of=("self",)).select_related("post__institution", "post__space")
    holding = waiting.get(pk=int(seat_key.removeprefix("holding:")))
    rules.check_can_take_up(holding)
    holding.user = user
    holding.save(update_fields=["user"])
    _confer(holding, by=by)
    record(Event.POST_TAKEN_UP, holding.post, by=by, holding=holding.pk, holder=f"user:{user.pk}")
    transaction.on_commit(lambda: signals.post_filled.send(Holding, holding=holding))


@transaction.atomic
def vacate_post(holding: Holding, *, on: date, by: Actor, reason: str = "") -> Holding:
    """End a holding on a day, the first on which it no longer holds. Raises NotAllowed or RuleBroken."""
    check(by, Permission.POST_FILL, holding.post)
    post = Post.objects.select_for_update().get(pk=holding.post_id)
    holding = Holding.objects.select_for_update().get(pk=holding.pk)
    rules.check_may_give_power(holding.post, holding.capacity, None, by)
    rules.check_can_vacate(holding, on)
    _end(holding, on, by=by, reason=reason)
    post.revision += 1
    post.save(update_fields=["revision"])
    transaction.on_commit(lambda: signals.post_vacated.send(Holding, holding=holding))
    return holding


@transaction.atomic
def delegate_powers(
    from_post: Post, to_post: Post, *, powers: Collection[str], instrument: Document | None, reference: str,
    valid_from: date, valid_to: date | None, by: Actor, reason: str = "",
) -> Delegation:  # fmt: skip
    """Hand powers from one post to another in writing, for a time. Raises NotAllowed or RuleBroken.

    The instrument and its reference are printed with every signature made under it.
    """
    check(by, Permission.POST_DELEGATE, from_post)
    from_post = Post.objects.select_for_update(of=("self",)).select_related("institution").get(pk=from_post.pk)
    rules.check_can_delegate(from_post, to_post, powers, instrument, reference, valid_from, valid_to, by)
    if instrument is None or valid_to is None:
        raise RuleBroken(_("A delegation needs its instrument and its end."))
    delegation = Delegation.objects.create(
        from_post=from_post, to_post=to_post, powers=sorted(powers), instrument=instrument, reference=reference.strip(),
        valid_from=valid_from, valid_to=valid_to, recorded_at=clock.now(),
    )  # fmt: skip
    for holding in (
        Holding.objects.filter(post=to_post).overlapping(valid_from, valid_to).select_related("post", "user")
    ):
        _confer_delegated(holding, delegation, by=by)
    record(
        Event.POWERS_DELEGATED, delegation, by=by, reason=reason, from_post=from_post.code, to_post=to_post.code,
        powers=sorted(powers), reference=reference, instrument=instrument.sha256, valid_from=valid_from,
        valid_to=valid_to,
    )  # fmt: skip
    return delegation


@transaction.atomic
def end_delegation(delegation: Delegation, *, on: date, by: Actor, reason: str = "") -> Delegation:
    """Withdraw delegated powers from a day on. Raises NotAllowed or RuleBroken."""
    check(by, Permission.POST_DELEGATE, delegation)
    delegation = (
        Delegation.objects.select_for_update(of=("self",))
        .select_related("from_post__institution")
        .get(pk=delegation.pk)
    )
    rules.check_can_end_delegation(delegation, on)
    before, delegation.valid_to = delegation.valid_to, on
    delegation.save(update_fields=["valid_to"])
    _revoke(Q(source__startswith=f"delegation:{delegation.pk}:"), delegation.from_post, on, by=by, reason=reason)
    record(
        Event.DELEGATION_ENDED, delegation, by=by, reason=reason, before={"valid_to": before}, after={"valid_to": on}
    )
    return delegation


def _locked(post: Post, revision: int) -> Post:
    """The post, locked, at the revision that was seen. Raises StaleRevision."""
    row = Post.objects.select_for_update(of=("self",)).select_related("institution", "space").get(pk=post.pk)
    if row.revision != revision:
        raise StaleRevision(current=row)
    return row


def _end(holding: Holding, on: date, *, by: Actor, reason: str) -> None:
    """End a holding and every role that came with it."""
    before, holding.valid_to = holding.valid_to, on
    holding.save(update_fields=["valid_to"])
    if holding.user_id:
        came_with_it = Q(source__startswith=("post:")) | Q(source__startswith="delegation:")
        _revoke(
            came_with_it & Q(source__endswith=f":{holding.pk}", user_id=holding.user_id), holding.post, on, by=by,
            reason=reason,
        )  # fmt: skip
    record(
        Event.POST_VACATED, holding.post, by=by, reason=reason, before={"valid_to": before}, after={"valid_to": on},
        holding=holding.pk, capacity=holding.capacity,
    )  # fmt: skip


def _revoke(which: Q, post: Post, on: date, *, by: Actor, reason: str) -> None:
    open_still = Q(valid_to=None) | Q(valid_to__gt=on)
    for each in RoleAssignment.objects.filter(which & open_still).select_related("user"):
        revoke_role(
            each.user, Role(each.role), each.scope_key, by=by, reason=reason, source=each.source, valid_to=on,
            scopes=_around(each.scope_key, post),
        )  # fmt: skip


def _around(scope_key: str, post: Post) -> list[str]:
    """The scopes at which somebody may hand on a role of the post: its own, wider ones last."""
    return list(dict.fromkeys([scope_key, *post.scopes()]))


def _scope_key(conferment: Conferment, post: Post) -> str | None:
    """The scope key of a role of this post, or None where the post has no such place."""
    institution = post.institution
    place = {
        ScopeKind.INSTITUTION: institution.code,
        ScopeKind.SPACE: post.space_id or institution.space_id,
        ScopeKind.PROVINCE: post.province_id or institution.province_id,
        ScopeKind.NATIONAL: "national",
    }[conferment.scope]
    if place is None or conferment.scope is ScopeKind.NATIONAL:
        return place
    return f"{conferment.scope}:{place}"


def _confer(holding: Holding, *, by: Actor) -> None:
    """Grant what the post confers on this capacity, and what was delegated to the post, for the time of the holding."""
    user, post = holding.user, holding.post
    if user is None or (holding.valid_to and holding.valid_to <= clock.today()):
        return
    for conferment in post_kinds()[post.kind].confers_on(holding.capacity):
        key = _scope_key(conferment, post)
        if key:
            grant_role(
                user, conferment.role, key, by=by, valid_from=holding.valid_from, valid_to=holding.valid_to,
                source=f"post:{post.pk}:{holding.pk}", scopes=_around(key, post),
            )  # fmt: skip
    received = Delegation.objects.filter(to_post=post).overlapping(holding.valid_from, holding.valid_to)
    for delegation in received.select_related("from_post__institution"):
        _confer_delegated(holding, delegation, by=by)


def _confer_delegated(holding: Holding, delegation: Delegation, *, by: Actor) -> None:
    """Grant the delegated powers for as long as both the holding and the delegation last. Deputies receive none."""
    if holding.user is None or holding.capacity == Capacity.DEPUTY:
        return
    starts = max(holding.valid_from, delegation.valid_from)
    ends = min(delegation.valid_to, holding.valid_to or delegation.valid_to)
    if ends <= max(starts, clock.today()):
        return
    key = f"institution:{delegation.from_post.institution_id}"
    for power in delegation.powers:
        grant_role(
            holding.user, _ROLE_OF_POWER[Power(power)], key, by=by, valid_from=starts, valid_to=ends,
            source=f"delegation:{delegation.pk}:{holding.pk}", scopes=_around(key, delegation.from_post),
        )  # fmt: skip
