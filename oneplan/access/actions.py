"""Granting roles and inviting people."""

import hashlib
import secrets
from datetime import date, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from oneplan.access import rules
from oneplan.access.actors import Actor, system
from oneplan.access.checks import check
from oneplan.access.choices import Event
from oneplan.access.models import Invitation, RoleAssignment
from oneplan.access.permissions import Permission
from oneplan.access.roles import Role
from oneplan.access.scopes import take_seat
from oneplan.accounts.models import User
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.errors import RuleBroken

INVITATION_DAYS = 14


@transaction.atomic
def grant_role(
    user: User,
    role: Role,
    scope_key: str,
    *,
    by: Actor,
    valid_from: date | None = None,
    valid_to: date | None = None,
    source: str = "granted",
    scopes: list[str] | None = None,
) -> RoleAssignment:
    """Give a person a role at a scope. `scopes` are the scope and those around it (a space's province and country).

    With `valid_to` the role lapses by itself: acting and delegated powers are dated.
    Granting what is already held changes nothing. Raises NotAllowed or RuleBroken.
    """
    around = scopes or [scope_key, "national"]
    permission = _permission_for(source, by, around)
    check(by, permission, around)
    rules.check_scope_suits_role(role, scope_key)
    if permission is Permission.ROLE_GRANT:
        rules.check_may_let_in(by, permission, around)
        rules.check_may_hand_on(by, role, around)
    assignment, made = RoleAssignment.objects.get_or_create(
        user=user, role=role, scope_key=scope_key, source=source, valid_to=valid_to,
        defaults={"valid_from": valid_from or clock.today()},
    )  # fmt: skip
    if made:
        record(Event.ROLE_GRANTED, assignment, by=by, role=role, scope_key=scope_key, source=source)
    return assignment


@transaction.atomic
def revoke_role(
    user: User, role: Role, scope_key: str, *, by: Actor, reason: str = "", source: str = "granted",
    valid_to: date | None = None, scopes: list[str] | None = None,
) -> int:  # fmt: skip
    """End a role; its past stays on record. Returns how many assignments ended."""
    around = scopes or [scope_key, "national"]
    check(by, _permission_for(source, by, around), around)
    end, ended = valid_to or clock.today(), 0
    rows = RoleAssignment.objects.select_for_update().filter(
        Q(valid_to=None) | Q(valid_to__gt=end), user=user, role=role, scope_key=scope_key, source=source
    )
    for assignment in rows:
        assignment.valid_to = max(end, assignment.valid_from)
        assignment.save(update_fields=["valid_to"])
        record(Event.ROLE_REVOKED, assignment, by=by, reason=reason, role=role, scope_key=scope_key, source=source)
        ended += 1
    return ended


def _permission_for(source: str, by: Actor, around: list[str]) -> Permission:
    """Posts and written delegations hand on what they confer; any other grant takes the power to grant roles."""
    if source.startswith("delegation:") and by.may(Permission.POST_DELEGATE, around):
        return Permission.POST_DELEGATE
    return Permission.POST_FILL if source.startswith(("post:", "delegation:")) else Permission.ROLE_GRANT


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def invite_user(
    *, email: str, name: str, role: Role, scope_key: str, by: Actor, link: str, scopes: list[str] | None = None
) -> tuple[Invitation, str]:
    """Write a letter that opens an account. `link` holds "{secret}". Returns the invitation and the full link.

    The link is shown once to whoever invites, for places without e-mail; only its hash is stored.
    """
    around = scopes or [scope_key, "national"]
    check(by, Permission.INVITATION_SEND, around)
    rules.check_may_let_in(by, Permission.INVITATION_SEND, around)
    rules.check_scope_suits_role(role, scope_key)
    rules.check_may_hand_on(by, role, around)
    return _write_letter(email=email, name=name, role=role, scope_key=scope_key, by=by, link=link)


@transaction.atomic
def invite_to_seat(
    *, email: str, name: str, seat_key: str, seat_name: str, by: Actor, link: str, scopes: list[str]
) -> tuple[Invitation, str]:
    """Write a letter that opens an account which takes a seat kept for it, with all that the seat confers.

    The room of the seat has checked that `by` may give it (`institutions.actions.invite_into_post`). Raises as
    `invite_user` does.
    """
    check(by, Permission.INVITATION_SEND, scopes)
    return _write_letter(
        email=email, name=name, seat_key=seat_key, seat_name=seat_name, scope_key=scopes[0], by=by, link=link
    )


def _write_letter(
    *, email: str, name: str, scope_key: str, by: Actor, link: str, role: Role | None = None, seat_key: str = "",
    seat_name: str = "",
) -> tuple[Invitation, str]:  # fmt: skip
    if User.objects.filter(email__iexact=email).exists():
        raise RuleBroken(_("%(email)s has an account already. Grant the role to it instead.") % {"email": email})
    secret, now = secrets.token_urlsafe(32), clock.now()
    invitation = Invitation.objects.create(
        email=email.lower(), name=name, role=role or "", seat_key=seat_key, seat_name=seat_name, scope_key=scope_key,
        secret_hash=_hash(secret),
        invited_by_id=by.user_id, invited_at=now, expires_at=now + timedelta(days=INVITATION_DAYS),
    )  # fmt: skip
    record(
        Event.USER_INVITED, f"invitation:{invitation.pk}", by=by, role=role or "", seat=seat_key, scope_key=scope_key,
        email_hash=_hash(email.lower()),
    )  # fmt: skip
    address = link.replace("{secret}", secret)
    body = _(
        "%(by)s invites you to OnePlan as %(role)s (%(scope)s).\n\n"
        "Open this address within %(days)s days and choose a password:\n%(link)s\n"
    ) % {
        "by": by.name, "role": invitation.role_name, "scope": scope_key, "days": INVITATION_DAYS, "link": address,
    }  # fmt: skip
    transaction.on_commit(lambda: send_mail(_("Your invitation to OnePlan"), body, None, [email], fail_silently=True))
    return invitation, address


def find_invitation(secret: str) -> Invitation:
    """The invitation of a link. Raises Invitation.DoesNotExist."""
    return Invitation.objects.get(secret_hash=_hash(secret))


@transaction.atomic
def accept_invitation(secret: str, *, password: str) -> User:
    """Open the account an invitation promises. Raises RuleBroken for a used or expired one or a weak password."""
    try:
        invitation = Invitation.objects.select_for_update().get(secret_hash=_hash(secret))
    except Invitation.DoesNotExist:
        raise RuleBroken(
            _("This link is not an invitation. Copy it again from the letter, to its last sign.")
        ) from None
    rules.check_can_accept(invitation)
    if User.objects.filter(email__iexact=invitation.email).exists():
        raise RuleBroken(_("This address has an account already. Sign in with it."))
    user = User(email=invitation.email, name=invitation.name)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise RuleBroken(" ".join(error.messages)) from None
    user.set_password(password)
    user.save()
    invitation.accepted_at = clock.now()
    invitation.save(update_fields=["accepted_at"])
    if invitation.seat_key:
        take_seat(invitation.seat_key, user, by=system("invitation"))
    else:
        RoleAssignment.objects.create(
            user=user, role=invitation.role, scope_key=invitation.scope_key, valid_from=clock.today()
        )
    record(
        Event.INVITATION_ACCEPTED, f"user:{user.pk}", by=Actor(user=user), invitation=invitation.pk,
        role=invitation.role, seat=invitation.seat_key, scope_key=invitation.scope_key,
    )  # fmt: skip
    return user


@transaction.atomic
def withdraw_invitation(
    invitation: Invitation, *, by: Actor, reason: str = "", scopes: list[str] | None = None
) -> None:
    """Make an open invitation useless. `scopes` are its scope and those around it, as when it was sent."""
    around = scopes or [invitation.scope_key, "national"]
    check(by, Permission.INVITATION_SEND, around)
    rules.check_may_let_in(by, Permission.INVITATION_SEND, around)
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    rules.check_can_accept(invitation)
    invitation.withdrawn_at = clock.now()
    invitation.save(update_fields=["withdrawn_at"])
    record(Event.INVITATION_WITHDRAWN, f"invitation:{invitation.pk}", by=by, reason=reason)


@transaction.atomic
def deactivate_user(user: User, *, by: Actor, reason: str) -> None:
    """Close an account; its past acts stay its own. Nobody closes their own, so that somebody always remains."""
    check(by, Permission.ROLE_GRANT, "national")
    if by.user_id == user.pk:
        raise RuleBroken(_("You cannot close your own account. Ask another administrator."))
    user.is_active = False
    user.save(update_fields=["is_active"])
    record(Event.USER_DEACTIVATED, f"user:{user.pk}", by=by, reason=reason)


@transaction.atomic
def reactivate_user(user: User, *, by: Actor, reason: str) -> None:
    """Open a closed account again, with the roles that still hold."""
    check(by, Permission.ROLE_GRANT, "national")
    user.is_active = True
    user.save(update_fields=["is_active"])
    record(Event.USER_REACTIVATED, f"user:{user.pk}", by=by, reason=reason)
