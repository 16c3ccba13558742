"""Parts of a page that belong to rooms above the page's own: each says, when it starts, what it adds to which page."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Section:
    """A part of a page: its template, and what the template shows."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)


# `maker(actor, subject)`: the section for this reader; None where there is nothing to show.
Maker = Callable[[Any, Any], Section | None]
_MAKERS: dict[str, dict[str, Maker]] = {}


def register_section(page: str, code: str, maker: Maker) -> None:
    """Add a part to a page (from a room's `apps.ready`). The same code again replaces it."""
    _MAKERS.setdefault(page, {})[code] = maker


def sections_of(page: str, actor: Any, subject: Any) -> list[Section]:
    """What the rooms above add to a page about one thing."""
    made = [make(actor, subject) for make in _MAKERS.get(page, {}).values()]
    return [section for section in made if section is not None]
