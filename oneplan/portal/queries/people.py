"""What `access` cannot know of places, institutions and posts, told to it in `apps.ready()`."""

from collections.abc import Iterator
from typing import Any

from oneplan.access.permissions import Permission
from oneplan.access.queries import may_see_people
from oneplan.access.scopes import Scope
from oneplan.institutions.models import Holding, Institution
from oneplan.periods import clock
from oneplan.spaces.models import Province, Space


def provinces() -> Iterator[Scope]:
    """The nine provinces as scopes."""
    for code, name in Province.objects.values_list("code", "name"):
        yield Scope(f"province:{code}", name, (f"province:{code}", "national"))


def spaces() -> Iterator[Scope]:
    """The 52 spaces as scopes."""
    for code, name, province in Space.objects.values_list("code", "name", "province_id"):
        yield Scope(f"space:{code}", f"{name} ({code})", (f"space:{code}", f"province:{province}", "national"))


def institutions() -> Iterator[Scope]:
    """Institutions in being today as scopes; a municipality lies in its space as well."""
    rows = Institution.objects.valid_on(clock.today()).only("code", "name", "space_id", "province_id")
    for row in rows:
        yield Scope(f"institution:{row.code}", row.name, tuple(row.scopes()))


def posts_of(user_ids: list[int]) -> dict[int, list[str]]:
    """The posts that people hold today, in words."""
    held: dict[int, list[str]] = {}
    rows = Holding.objects.valid_on(clock.today()).filter(user__in=user_ids).select_related("post__institution")
    for row in rows.order_by("post__title"):
        capacity = "" if row.capacity == "holder" else f" ({row.get_capacity_display().lower()})"
        institution = row.post.institution.short_name or row.post.institution.name
        held.setdefault(row.user_id or 0, []).append(f"{row.post.title}{capacity} · {institution}")
    return held


def may_audit(actor: Any) -> bool:
    """Whether the log is open to the actor."""
    return bool(getattr(actor, "is_signed_in", False)) and actor.is_national(Permission.AUDIT_READ)


def may_manage(actor: Any) -> bool:
    """Whether the actor looks after people."""
    return bool(getattr(actor, "is_signed_in", False)) and may_see_people(actor)
