"""What the frame of every page shows of the place that the page is of."""

from __future__ import annotations

from oneplan.spaces.models import Space

Place = dict[str, str]


def place_of(space: Space | None) -> Place | None:
    """The name, code and address of a page's space, for the bar above it; None where a page is of no space."""
    return place_named(space.code, space.name) if space else None


def place_named(code: str, name: str) -> Place:
    """The same of a space that a page knows by its code and name alone."""
    return {"name": name, "code": code, "href": f"/spaces/{code}/"}
