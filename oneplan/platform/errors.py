"""What an action says when it will not do what was asked. Each carries a sentence for an official."""

from typing import Any


class Refused(Exception):
    """Base of all refusals; `sentence` says what, why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = str(sentence)


class RuleBroken(Refused):
    """The act is not possible now. Shown beside the form (HTTP 409 where there is none)."""


class NotAllowed(Refused):
    """The actor may not do this (HTTP 403)."""


class StaleRevision(Refused):
    """Somebody changed the row since it was read (HTTP 412). `current` is the row as stored now."""

    def __init__(self, current: Any, sentence: str = "") -> None:
        super().__init__(
            sentence
            or "Somebody changed this while you were editing. Compare the two versions and choose; nothing was saved."
        )
        self.current = current
