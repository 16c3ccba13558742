"""What is known of one thing that may be linked: all of it optional but its title. Unknown counts neither way."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thing:
    """A commitment, plan item, project or budget line, as the engine compares it.

    `amount` in rand: a float, for likeness only; it is never shown or summed. `years`: first and last calendar year.
    """

    title: str
    detail: str = ""  # more words of it: objective, sector, programme
    institution: str = ""
    province: str = ""
    space: str = ""
    municipal_area: str = ""
    years: tuple[int, int] | None = None
    amount: float | None = None
    identifiers: frozenset[str] = frozenset()
    is_sample: bool = False

    @property
    def text(self) -> str:
        return f"{self.title} {self.detail}"
