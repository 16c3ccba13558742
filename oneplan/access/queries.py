"""Who holds what, as far as the reader may see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.models import Invitation, RoleAssignment
from oneplan.access.permissions import Permission
from oneplan.access.roles import ROLES, Role
from oneplan.access.scopes import Scope, scopes_to_give
from oneplan.accounts.models import User
from oneplan.periods import clock

SEES_PEOPLE = (Permission.ROLE_GRANT, Permission.INVITATION_SEND, Permission.AUDIT_READ)


def may_see_people(actor: Actor) -> bool:
    """Whether the actor looks after people anywhere."""
    return actor.is_system or any(actor.scopes_with(permission) for permission in SEES_PEOPLE)


def sees_everyone(actor: Actor) -> bool:
    """Whether the actor looks after people of the whole country."""
    return any(actor.is_national(permission) for permission in SEES_PEOPLE)


def keys_in_sight(actor: Actor, scopes: Mapping[str, Scope]) -> set[str]:
    """The scope keys whose people the actor may see: its own and all that lie within them."""
    own = frozenset().union(*(actor.scopes_with(permission) for permission in SEES_PEOPLE))
    return {scope.key for scope in scopes.values() if not own.isdisjoint(scope.around)}


def keys_settled_by(actor: Actor, scopes: Mapping[str, Scope]) -> set[str]:
    """The scope keys at which the actor lets people in; a space's hub not for the municipalities in it."""
    return {scope.key for scope in scopes_to_give(actor, Permission.INVITATION_SEND, scopes.values())}


def visible_people(actor: Actor, scopes: Mapping[str, Scope]) -> QuerySet[User]:
    """The people an actor may see: all for national offices, those of its scopes for others, itself always."""
    if sees_everyone(actor):
        return User.objects.order_by("name", "pk")
    known = RoleAssignment.objects.filter(scope_key__in=keys_in_sight(actor, scopes)).values("user_id")
    mine = known if may_see_people(actor) else known.none()
    return User.objects.filter(Q(pk__in=mine) | Q(pk=actor.user_id)).order_by("name", "pk")


def current() -> Q:
    """The filter for assignments that hold today."""
    today = clock.today()
    return Q(valid_from__lte=today) & (Q(valid_to=None) | Q(valid_to__gt=today))


@dataclass
class HeldRole:
    """A role as a page shows it."""

    assignment: RoleAssignment
    name: str
    scope_name: str
    is_current: bool

    @property
    def by_post(self) -> bool:
        return self.assignment.source.startswith("post:")


@dataclass
class Person:
    """A person with roles and posts."""

    user: User
    roles: list[HeldRole] = field(default_factory=list)
    posts: list[str] = field(default_factory=list)


def with_roles(users: list[User], scopes: Mapping[str, Scope], *, past: bool = False) -> list[Person]:
    """These people with the roles they hold (and held, with `past`); one query."""
    people = {user.pk: Person(user) for user in users}
    rows = RoleAssignment.objects.filter(user__in=users).order_by("valid_to", "role", "scope_key")
    today = clock.today()
    for row in rows if past else rows.filter(current()):
        is_current = row.valid_from <= today and (row.valid_to is None or row.valid_to > today)
        place = scopes.get(row.scope_key)
        known = ROLES.get(Role(row.role)) if row.role in {role.value for role in ROLES} else None
        people[row.user_id].roles.append(
            HeldRole(row, known.name if known else row.role, place.name if place else row.scope_key, is_current)
        )
    return list(people.values())


def open_invitations(actor: Actor, scopes: Mapping[str, Scope]) -> QuerySet[Invitation]:
    """Letters not answered or withdrawn that the actor may see, newest first; expired ones too, to be renewed."""
    rows = Invitation.objects.filter(accepted_at=None, withdrawn_at=None).select_related("invited_by")
    if not sees_everyone(actor):
        rows = rows.filter(scope_key__in=keys_settled_by(actor, scopes)) if may_see_people(actor) else rows.none()
    return rows.order_by("-invited_at")


def scope_words(key: str, scopes: Mapping[str, Scope]) -> str:
    """A scope key in words; the key itself where its place is no longer known."""
    return scopes[key].name if key in scopes else _("%(key)s (no longer in the register)") % {"key": key}
