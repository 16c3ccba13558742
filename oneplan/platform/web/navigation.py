"""The rooms a user may enter, by their verbs. A door is shown only where its address exists."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.urls import get_urlconf, is_valid_path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Door:
    """One entry of the left navigation. `may_enter(actor)` decides who sees it; `key` is its shortcut after `g`.

    `count(actor)` is the number beside it (what waits in the inbox); None shows nothing.
    """

    path: str
    label: str | Promise
    icon: str
    key: str = ""
    may_enter: Callable[[Any], bool] = lambda actor: True
    count: Callable[[Any], int] | None = None


def signed_in(actor: Any) -> bool:
    return bool(getattr(actor, "is_signed_in", False))


_DOORS: list[Door] = [
    Door("/", _("Home"), "home", "h"),
    Door("/inbox/", _("Do what waits for me"), "inbox", "i", signed_in),
    Door("/board/", _("See the country"), "board", "b"),
    Door("/immediate/", _("See what cannot wait"), "warning", "u", signed_in),
    Door("/spaces/", _("Open a space"), "place", "s"),
    Door("/commitments/", _("Follow commitments"), "table", "c"),
    Door("/projects/", _("Find projects"), "map", "j"),
    Door("/budgets/", _("Follow the money"), "table", "f"),
    Door("/ledger/", _("Trace the rand"), "table", "t", signed_in),
    Door("/indicators/", _("Read the evidence"), "table", "e"),
    Door("/source-plans/", _("Look up other plans"), "plan", "n"),
    Door("/links/", _("Link plans and money"), "table", "l", signed_in),
    Door("/clashes/", _("Settle clashes"), "warning", "x", signed_in),
    Door("/institutions/", _("Find an institution"), "people", "o"),
    Door("/imports/", _("Bring in files"), "upload", "m", signed_in),
    Door("/people/", _("Manage people"), "person", "p", signed_in),
    Door("/verify/", _("Verify a plan"), "seal", "v"),
]


def register(door: Door) -> None:
    """Add a door (from a room's `apps.ready`); a door with the same path is replaced in place."""
    for position, known in enumerate(_DOORS):
        if known.path == door.path:
            _DOORS[position] = door
            return
    _DOORS.append(door)


@lru_cache(maxsize=64)
def _exists(path: str, _urlconf: str | None) -> bool:
    return bool(is_valid_path(path))


def exists(path: str) -> bool:
    """Whether an address of ours answers."""
    return _exists(path, get_urlconf())


def doors_for(actor: Any, current_path: str) -> list[dict[str, Any]]:
    """The doors an actor sees, with the one they stand in marked."""
    shown = [door for door in _DOORS if exists(door.path) and door.may_enter(actor)]
    inside = [door for door in shown if door.path != "/" and current_path.startswith(door.path)]
    here = max(inside, key=lambda door: len(door.path), default=None)
    return [
        {
            "path": door.path,
            "label": door.label,
            "icon": door.icon,
            "key": door.key,
            "count": door.count(actor) if door.count else None,
            "is_here": door is here or door.path == current_path,
        }
        for door in shown
    ]
