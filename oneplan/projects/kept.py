"""Files that take longer than a reader waits: made in the background, kept for a day, each for whom it was made.

What there is of a file is told by the data folder alone: asked for, ready, or failed.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from oneplan.access.actors import PUBLIC, Actor, actor_for
from oneplan.accounts.models import User
from oneplan.periods import clock
from oneplan.projects.files import write_file
from oneplan.projects.models import Project
from oneplan.projects.queries import ProjectFilters, on_map, placed_in, projects_list

DIRECT = 20_000  # rows that are written while the reader waits: under two seconds
_KEPT = 24 * 60 * 60  # seconds
Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Wanted:
    """Which projects a file holds: those of a filter and, with `lies_in`, those that lie in a space, if by a share."""

    filters: ProjectFilters
    lies_in: str = ""

    def rows(self, actor: Actor) -> "QuerySet[Project]":
        """What the actor may see of them."""
        rows = projects_list(actor, self.filters)
        return rows.filter(placed_in([self.lies_in])) if self.lies_in else rows


def key_of(actor: Actor, form: str, wanted: Wanted) -> str:
    """What names a file of this reader, until something is written anywhere in the house."""
    told = (
        _who(actor), sorted(map(str, actor.grants)), form, wanted.filters.pairs(), wanted.lies_in, on_map.map_version()
    )  # fmt: skip
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def ask(actor: Actor, form: str, key: str) -> bool:
    """Note that a file is wanted; whether it is now to be made. Sweeps what is older than a day."""
    folder = _folder(actor)
    folder.mkdir(parents=True, exist_ok=True)
    now = clock.now().timestamp()
    for old in folder.iterdir():
        if now - old.stat().st_mtime > _KEPT:
            old.unlink(missing_ok=True)
    if state(actor, form, key) in ("ready", "asked"):
        return False
    _failed(actor, form, key).unlink(missing_ok=True)
    _asked(actor, form, key).touch()
    return True


def state(actor: Actor, form: str, key: str) -> str:
    """ "ready", "asked", "failed", or "" where nobody asked."""
    for name, path in (("ready", ready), ("failed", _failed), ("asked", _asked)):
        if path(actor, form, key).is_file():
            return name
    return ""


def make(user_id: int | None, form: str, pairs: Pairs, key: str, lies_in: str = "") -> None:
    """Make a file that was asked for, of what its reader may see now."""
    actor = actor_for(User.objects.filter(pk=user_id).first()) if user_id else PUBLIC
    if user_id and not actor.is_signed_in:
        return  # the account was closed meanwhile
    beside = ready(actor, form, key).with_suffix(f".part.{form}")
    try:
        write_file(Wanted(_filters(pairs), lies_in).rows(actor), form, beside)
        beside.replace(ready(actor, form, key))
    except Exception:
        _failed(actor, form, key).touch()
        raise
    finally:
        beside.unlink(missing_ok=True)
        _asked(actor, form, key).unlink(missing_ok=True)


def _filters(pairs: Pairs) -> ProjectFilters:
    given: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        given[name] = (*given.get(name, ()), value)
    return ProjectFilters(**given)


def ready(actor: Actor, form: str, key: str) -> Path:
    return _at(actor, f"{key}.{form}")


def _failed(actor: Actor, form: str, key: str) -> Path:
    return _at(actor, f"{key}.{form}.failed")


def _asked(actor: Actor, form: str, key: str) -> Path:
    return _at(actor, f"{key}.{form}.asked")


def _at(actor: Actor, name: str) -> Path:
    if not re.fullmatch(r"[0-9a-f]{32}\.[a-z]+(\.[a-z]+)?", name):
        raise ValueError(name)
    return _folder(actor) / name


def _folder(actor: Actor) -> Path:
    return Path(settings.HOME) / "project_files" / _who(actor)


def _who(actor: Actor) -> str:
    return f"user-{actor.user_id}" if actor.user_id else "public"
