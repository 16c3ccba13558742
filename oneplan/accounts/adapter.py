"""How sign-in differs from the library's defaults."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitedOnly(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Nobody registers by themselves: accounts come from invitations (access.actions.invite_user)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
