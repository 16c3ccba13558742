"""What a post owns. Posts, not people, own things.

The things lie in the rooms above, so each of these says here, when it starts, how to find its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from oneplan.access.actors import Actor
from oneplan.institutions.models import Delegation, Post
from oneplan.periods import clock


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that a post owns: what it is called, where it is shown, and what tells it apart."""

    text: str
    href: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Owned:
    """What a post owns of one kind, as far as the reader may see."""

    label: str
    things: tuple[Thing, ...]

    @property
    def count(self) -> int:
        return len(self.things)


# `finder(actor, post)`: the things of one kind that the post owns now and the actor may see.
Finder = Callable[[Actor, Post], Iterable[Thing]]
_FINDERS: dict[str, tuple[str | Promise, Finder]] = {}


def register_ownership(code: str, label: str | Promise, finder: Finder) -> None:
    """Say how to find what a post owns of one kind (from a room's `apps.ready`). The same code again replaces it."""
    _FINDERS[code] = (label, finder)


def owned_by(actor: Actor, post: Post) -> list[Owned]:
    """Everything that the post owns now, kind by kind, as far as the actor may see; kinds without any included."""
    return [Owned(str(label), tuple(find(actor, post))) for label, find in _FINDERS.values()]


def _of_delegation(row: Delegation, other: Post) -> Thing:
    return Thing(other.title, f"/posts/{other.code}/", row.reference)


def delegations_given(actor: Actor, post: Post) -> list[Thing]:
    """The written delegations from the post that hold today or later."""
    rows = post.delegations_given.filter(valid_to__gt=clock.today()).select_related("to_post")
    return [_of_delegation(row, row.to_post) for row in rows]


def delegations_received(actor: Actor, post: Post) -> list[Thing]:
    """The written delegations to the post that hold today or later."""
    rows = post.delegations_received.filter(valid_to__gt=clock.today()).select_related("from_post")
    return [_of_delegation(row, row.from_post) for row in rows]
