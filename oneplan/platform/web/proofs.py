"""Proofs: tiles that each show their evidence, or what is missing and who owes it."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Missing:
    """What is missing, and the post or office that owes it."""

    what: str
    who: str


@dataclass
class Proof:
    """One tile: `state` is a code of `platform.web.states`."""

    label: str
    state: str
    figure: str
    note: str
    evidence: list[str] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
