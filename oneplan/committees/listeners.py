"""What this room does when a post changes hands: the committee's role follows the post."""

from typing import Any

from oneplan.access.actors import system
from oneplan.committees.actions import keep_seat_roles
from oneplan.institutions.models import Holding
from oneplan.institutions.signals import post_filled, post_vacated


def _follow(sender: Any, holding: Holding, **kwargs: Any) -> None:
    keep_seat_roles(holding.post, by=system("committees"))


def listen() -> None:
    """Hear of posts that were filled or vacated."""
    post_filled.connect(_follow, dispatch_uid="committees.post_filled")
    post_vacated.connect(_follow, dispatch_uid="committees.post_vacated")
