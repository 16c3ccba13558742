"""What scope keys mean, told by the rooms above: access lies below places and institutions and cannot ask them.

Each kind of scope (`province`, `space`, `institution`) is registered once, from `apps.ready()` of a room that knows it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.access.roles import FROM_POSTS_ONLY, ROLES, Role
from oneplan.accounts.models import User


@dataclass(frozen=True)
class Scope:
    """One place or institution at which roles are held. `around` are its scope keys, narrow to wide, itself first."""

    key: str
    name: str
    around: tuple[str, ...]

    @property
    def kind(self) -> str:
        return self.key.split(":")[0]


NATIONAL = Scope("national", "South Africa", ("national",))
_KINDS: dict[str, tuple[str | Promise, Callable[[], Iterable[Scope]]]] = {
    "national": (_("The whole country"), lambda: [NATIONAL])
}
_take_seat: list[Callable[[str, User, Actor], None]] = []
# Whoever holds a permission at a scope of this kind gives roles at scopes of these kinds.
_KIND_REACHES = {
    "national": frozenset({"national", "province", "space", "institution"}),
    "province": frozenset({"province", "space", "institution"}),
    "space": frozenset({"space"}),
    "institution": frozenset({"institution"}),
}
_posts_of: list[Callable[[list[int]], dict[int, list[str]]]] = []


def register_kind(kind: str, label: str | Promise, all_scopes: Callable[[], Iterable[Scope]]) -> None:
    """Teach a kind of scope. `all_scopes` gives every one of them in at most one query."""
    _KINDS[kind] = (label, all_scopes)


def register_posts(posts_of: Callable[[list[int]], dict[int, list[str]]]) -> None:
    """Teach how to name the posts that people hold today: user ids in, user id → titles out, in one query."""
    _posts_of[:] = [posts_of]


def register_seats(take_seat: Callable[[str, User, Actor], None]) -> None:
    """Teach how an account takes the seat that an invitation keeps for it: the seat key, the account, who does it."""
    _take_seat[:] = [take_seat]


def take_seat(seat_key: str, user: User, *, by: Actor) -> None:
    """Give the seat that waits under a key to an account that was just opened. Raises RuleBroken where it is gone."""
    _take_seat[0](seat_key, user, by)


def kind_label(kind: str) -> str:
    """What a kind of scope is called; the kind itself where no room taught it."""
    return str(_KINDS[kind][0]) if kind in _KINDS else kind


def known_scopes() -> dict[str, Scope]:
    """Every scope by its key, in the order of kinds; one query for each kind."""
    return {scope.key: scope for _label, all_scopes in _KINDS.values() for scope in all_scopes()}


def posts_of(user_ids: list[int]) -> dict[int, list[str]]:
    """The posts people hold today, in words, by user id."""
    return _posts_of[0](user_ids) if _posts_of else {}


def settling(around: Iterable[str]) -> list[str]:
    """The scope keys at which it is settled who acts in a scope; `around` are its own, narrow to wide.

    A municipality lies in a space, but is not the space's: it, its province and the nation settle who acts for it.
    """
    keys = list(around)
    if keys and keys[0].startswith("institution:"):
        return [key for key in keys if not key.startswith("space:")]
    return keys


def roles_to_give(actor: Actor, permission: Permission) -> list[Role]:
    """The roles this actor may hand on somewhere, in the order of `ROLES`; signing comes with a post only."""
    within = {_KIND_REACHES[key.split(":")[0]] for key in actor.scopes_with(permission)}
    reached = frozenset().union(*within)
    national_only = {Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR}
    may_give_national = actor.is_national(Permission.ROLE_GRANT)
    return [
        role
        for role, definition in ROLES.items()
        if role not in FROM_POSTS_ONLY
        and (may_give_national or (role not in national_only and definition.scopes != ("national",)))
        and not reached.isdisjoint(definition.scopes)
    ]


def scopes_to_give(actor: Actor, permission: Permission, scopes: Iterable[Scope]) -> list[Scope]:
    """The scopes at which this actor may give roles: those that lie in a scope where it holds the permission.

    A space does not settle who acts for the municipalities in it (`settling`).
    """
    may_give_national = actor.is_national(Permission.ROLE_GRANT)
    return [
        scope
        for scope in scopes
        if actor.may(permission, settling(scope.around)) and (may_give_national or scope.key != "national")
    ]
