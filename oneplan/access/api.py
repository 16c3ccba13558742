"""The interface to oneself."""

from typing import cast

from django.http import HttpRequest
from ninja import Router

from oneplan.access.bearers import SIGNED_IN
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.roles import ROLES
from oneplan.accounts.models import User
from oneplan.platform.rest.schemas import Shown

router = Router(tags=["Me"])


class GrantShown(Shown):
    """A role and where it holds."""

    role: str
    label: str
    scope: str


class MeShown(Shown):
    """Whom a token stands for."""

    name: str
    email: str
    is_sample: bool
    may_write: bool
    grants: list[GrantShown]


@router.get("/me", auth=SIGNED_IN, response=MeShown, summary="Whom this token stands for")
def me(request: ActorHttpRequest) -> MeShown:
    """The person, and the roles that hold today. A token never has more than these."""
    actor, user = request.actor, cast(User, request.actor.user)  # SIGNED_IN lets only persons in
    grants = sorted(actor.grants, key=lambda each: (each.role, each.scope_key))
    return MeShown(
        name=user.name,
        email=user.email,
        is_sample=user.is_sample,
        may_write=writes(request),
        grants=[GrantShown(role=each.role, label=ROLES[each.role].name, scope=each.scope_key) for each in grants],
    )


def writes(request: HttpRequest) -> bool:
    """Whether what the call came with opens writing."""
    return bool(getattr(getattr(request, "token", None), "may_write", False))
