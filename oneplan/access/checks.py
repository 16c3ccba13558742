"""The one check: may this actor do this to that? Called first in every action."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.access.roles import ROLES, roles_with
from oneplan.platform.errors import NotAllowed, Refused


class Scoped(Protocol):
    """Anything that says which scopes it lies in, narrow to wide."""

    def scopes(self) -> list[str]: ...


def check(actor: Actor, permission: Permission, subject: Scoped | Iterable[str] | str) -> None:
    """Raise NotAllowed unless the actor holds the permission at one of the subject's scopes."""
    if isinstance(subject, str):
        scopes: Iterable[str] = [subject]
    elif hasattr(subject, "scopes"):
        scopes = subject.scopes()
    else:
        scopes = subject
    if not actor.may(permission, scopes):
        who = ", ".join(sorted(ROLES[role].name for role in roles_with(permission)))
        raise NotAllowed(
            _("You may not do this here. It takes one of these roles for this place or institution: %(who)s.")
            % {"who": who}
        )


def passes(act: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
    """Whether a check or rule would let this through; for pages that show or hide a button."""
    try:
        act(*args, **kwargs)
    except Refused:
        return False
    return True
