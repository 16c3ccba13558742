"""What geometry says when it cannot read or use a file. `kind` is stable; callers put it into words."""

from __future__ import annotations


class UnusableFile(Exception):
    """A vector file cannot be used at all. `facts` fill the caller's sentence for `kind`.

    Kinds: missing, empty, format, broken, zip_bomb, several_layers, layer_unknown, no_geometry, crs_missing,
    crs_unknown.
    """

    def __init__(self, kind: str, **facts: object) -> None:
        super().__init__(f"{kind}: {facts}")
        self.kind = kind
        self.facts = facts
