"""Who acts: a person with grants, the public, or the system itself (jobs and the command line)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from oneplan.access.models import RoleAssignment
from oneplan.access.permissions import Permission
from oneplan.access.roles import ROLES, Role, roles_with
from oneplan.accounts.models import User
from oneplan.periods import clock
from oneplan.platform.prepared import prepared


@dataclass(frozen=True)
class Grant:
    """A role at a scope key."""

    role: Role
    scope_key: str


@dataclass(frozen=True)
class Actor:
    """Whoever acts. `kind` is "person", "public" or "system:<name>"."""

    user: User | None
    kind: str = "person"
    grants: frozenset[Grant] = field(default_factory=frozenset)

    @property
    def user_id(self) -> int | None:
        return self.user.pk if self.user else None

    @property
    def name(self) -> str:
        return self.user.name if self.user else "OnePlan" if self.is_system else "The public"

    @property
    def is_signed_in(self) -> bool:
        return self.user is not None

    @property
    def is_system(self) -> bool:
        return self.kind.startswith("system:")

    @cached_property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    def scopes_with(self, permission: Permission) -> frozenset[str]:
        """The scope keys at which this actor holds a permission."""
        roles = roles_with(permission)
        return frozenset(grant.scope_key for grant in self.grants if grant.role in roles)

    def codes_with(self, permission: Permission, kind: str) -> frozenset[str]:
        """The codes of one kind of scope: `codes_with(PLAN_READ, "space")` might be {"DC36"}."""
        prefix = f"{kind}:"
        return frozenset(key.removeprefix(prefix) for key in self.scopes_with(permission) if key.startswith(prefix))

    def is_national(self, permission: Permission) -> bool:
        """Whether the actor holds the permission over the whole country."""
        return self.is_system or "national" in self.scopes_with(permission)

    def may(self, permission: Permission, scopes: Iterable[str]) -> bool:
        """Whether any of the scopes is one at which the actor holds the permission."""
        return self.is_system or not self.scopes_with(permission).isdisjoint(scopes)


PUBLIC = Actor(user=None, kind="public")


def system(name: str) -> Actor:
    """The system acting by itself, for example `system("sealer")`. It may do everything and is named in the log."""
    return Actor(user=None, kind=f"system:{name}")


def actor_for(user: User | AnonymousUser | None) -> Actor:
    """The actor of a signed-in user, with the grants that hold today (one query); PUBLIC for nobody."""
    if not isinstance(user, User) or not user.is_active:
        return PUBLIC
    today = clock.today()
    rows = _assignments(user=user.pk, today=today)
    known = {role.value for role in ROLES}
    return Actor(user=user, grants=frozenset(Grant(Role(role), key) for role, key in rows if role in known))


@prepared
def _assignments(*, user: int, today: date) -> QuerySet[RoleAssignment, tuple[str, str]]:
    return RoleAssignment.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=today), user=user, valid_from__lte=today
    ).values_list("role", "scope_key")
