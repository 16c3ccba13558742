"""The log in words, for rooms below: only the room at the top knows the names behind every key and code."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from oneplan.platform.models import LogEntry


class Told(Protocol):
    """An entry as `web/_history.html` shows it: at, who, what, reason, changes and more, all in words."""

    @property
    def at(self) -> Any: ...
    @property
    def who(self) -> str: ...


Teller = Callable[[Iterable[LogEntry], str], Sequence[Told]]
_teller: list[Teller] = []


def register_teller(teller: Teller) -> None:
    """Teach how entries are told (from `apps.ready` of the room that knows the words)."""
    _teller[:] = [teller]


def told(entries: Iterable[LogEntry], about: str) -> Sequence[Told]:
    """Entries in the words of the log page, in their order; `about` is the key of what the reader looks at."""
    return _teller[0](entries, about)
