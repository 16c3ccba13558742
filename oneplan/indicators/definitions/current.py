"""The definitions that stand now, the shipped ones and those of users, as one.

They are read from the database once for each of their versions. Which version stands is asked once in a request, a task
or a build, so that each sees what another process changed, and itself sees the same from beginning to end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from django.db import connection

if TYPE_CHECKING:
    from oneplan.indicators.registry import Chapter, Defined
    from oneplan.indicators.tables import Source, Table

P = ParamSpec("P")
T = TypeVar("T")

# A change is a new row; posts and institutions count the changes of their names.
_VERSION = """
    SELECT (SELECT max(id) FROM indicators_sourceversion), (SELECT max(set_at) FROM indicators_sourceversion),
        (SELECT max(id) FROM indicators_tableversion), (SELECT max(set_at) FROM indicators_tableversion),
        (SELECT max(id) FROM indicators_indicatorversion), (SELECT max(set_at) FROM indicators_indicatorversion),
        (SELECT max(id) FROM indicators_ownership), (SELECT max(set_at) FROM indicators_ownership),
        (SELECT sum(p.revision + i.revision) FROM indicators_ownership o JOIN institutions_post p ON p.id = o.post_id
            JOIN institutions_institution i ON i.code = p.institution_id WHERE o.is_in_force)"""


@dataclass(frozen=True)
class Definitions:
    """Every definition by its code, those of users behind the shipped ones.

    `tables` has those that are retired too, since figures are stored by them; `retired` are indicators that stand no
    more, which targets and citations may still name. `memory` is for what is worked out of these definitions.
    """

    version: str
    sources: Mapping[str, Source]
    tables: Mapping[str, Table]
    indicators: Mapping[str, Defined]
    retired: Mapping[str, Defined]
    chapters: tuple[Chapter, ...]
    memory: dict[Any, Any] = field(default_factory=dict, compare=False)


_now: ContextVar[Definitions | None] = ContextVar("definitions", default=None)
_kept: dict[str, Definitions] = {}  # of the newest version this process met


def definitions() -> Definitions:
    """The definitions that stand now."""
    found = _now.get()
    if found is None:
        found = _read()
        _now.set(found)
    return found


def forget(**_told: Any) -> None:
    """Ask anew which version stands: another request begins, or a definition was changed."""
    _now.set(None)


def kept_while_defined(work: Callable[P, T]) -> Callable[P, T]:
    """As functools.cache, of a function that goes by the definitions: kept as long as these stand."""

    @wraps(work)
    def answered(*args: P.args, **kwargs: P.kwargs) -> T:
        memory, key = definitions().memory, (work, args, *kwargs.items())
        if key not in memory:
            memory[key] = work(*args, **kwargs)
        return cast(T, memory[key])

    return answered


def _read() -> Definitions:
    from oneplan.indicators.definitions.gathering import gather

    with connection.cursor() as cursor:
        cursor.execute(_VERSION)
        version = " ".join(str(each or 0) for each in cursor.fetchone())
    found = _kept.get(version)
    if found is None:
        found = gather(version)
        _kept.clear()
        _kept[version] = found
    return found
