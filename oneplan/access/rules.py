"""Decisions about roles and invitations."""

from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.models import Invitation
from oneplan.access.permissions import Permission
from oneplan.access.roles import FROM_POSTS_ONLY, ROLES, Role
from oneplan.access.scopes import settling
from oneplan.periods import clock
from oneplan.platform.errors import NotAllowed, RuleBroken


def check_scope_suits_role(role: Role, scope_key: str) -> None:
    """A role is granted only at the kinds of scope it is made for."""
    kind = scope_key.split(":")[0]
    if kind not in ROLES[role].scopes:
        raise RuleBroken(
            _("%(role)s is granted for: %(kinds)s. Choose one of these instead of %(scope)s.")
            % {"role": ROLES[role].name, "kinds": ", ".join(ROLES[role].scopes), "scope": scope_key}
        )


def check_may_let_in(actor: Actor, permission: Permission, scopes: list[str]) -> None:
    """Who acts for an institution is settled by itself or the offices above it, not by the space it lies in."""
    if actor.may(permission, scopes) and not actor.may(permission, settling(scopes)):
        raise NotAllowed(
            _("Each institution lets in its own people. Ask its accounting officer, its province's coordinator or the"
              " national programme office to invite this person.")
        )  # fmt: skip


def check_may_hand_on(actor: Actor, role: Role, scopes: list[str]) -> None:
    """Nobody hands on more than their own: only national offices give national roles, and signing comes with a post."""
    if role in FROM_POSTS_ONLY and not actor.is_system:
        raise RuleBroken(_("Signing authority comes with a post. Fill the institution's accounting post instead."))
    national = ("national" in scopes[:1]) or role in {Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR}
    if national and not actor.is_national(Permission.ROLE_GRANT):
        raise NotAllowed(_("Only the national programme office or the system administrator gives national roles."))


def check_can_accept(invitation: Invitation) -> None:
    if invitation.withdrawn_at:
        raise RuleBroken(_("This invitation was withdrawn. Ask whoever invited you for a new one."))
    if invitation.accepted_at:
        raise RuleBroken(_("This invitation was used already. Sign in with the password you chose then."))
    if invitation.expires_at <= clock.now():
        raise RuleBroken(_("This invitation has expired. Ask whoever invited you for a new one."))
