"""Appending to the log and reading one subject's history."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Protocol

from django.db import models

from oneplan.periods import clock
from oneplan.platform.models import LogEntry
from oneplan.platform.requests import current_request_id


class Doer(Protocol):
    """What the log needs to know of an actor (access.actors.Actor is one)."""

    @property
    def user_id(self) -> int | None: ...
    @property
    def kind(self) -> str: ...


def subject_key(subject: models.Model | str) -> str:
    """The subject's public key in the log, such as "commitment:DC36-C-0001"."""
    if isinstance(subject, str):
        return subject
    own = getattr(subject, "audit_key", None)
    return str(own) if own else f"{subject._meta.model_name}:{subject.pk}"


def plain(value: Any) -> Any:
    """A value as it is written in the log: JSON types only, money as text, rows by their key."""
    if value is None or (isinstance(value, bool | int | str) and not isinstance(value, Enum)):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, models.Model):
        return subject_key(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = [plain(item) for item in value]
        return sorted(items, key=str) if isinstance(value, set | frozenset) else items
    return str(value)


def record(
    event: str,
    subject: models.Model | str,
    *,
    by: Doer,
    reason: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    **facts: Any,
) -> LogEntry:
    """Remember an act, inside the action's own transaction.

    `before` and `after` hold the fields that changed; where both name a field with the same value it is left out.
    A bulk act is one entry whose facts carry counts and a digest.
    """
    was, now = before or {}, after or {}
    old, new = plain(was), plain(now)
    # 3.0000 as stored and 3 as typed are the same number
    same = {name for name in was if name in now and (was[name] == now[name] or old[name] == new[name])}
    scopes = [] if isinstance(subject, str) else list(getattr(subject, "scopes", list)())
    return LogEntry.objects.create(
        at=clock.now(),
        event=str(event),
        subject=subject_key(subject),
        scope=scopes[0] if scopes else "",
        actor_id=by.user_id,
        actor_kind=by.kind,
        reason=reason,
        before={name: value for name, value in old.items() if name not in same},
        after={name: value for name, value in new.items() if name not in same},
        facts=plain(facts),
        request_id=current_request_id(),
    )


def history(*subjects: models.Model | str) -> models.QuerySet[LogEntry]:
    """What was done to these subjects, newest first. The caller has already checked that they may be seen."""
    return LogEntry.objects.filter(subject__in=[subject_key(s) for s in subjects]).select_related("actor")


__all__ = ["history", "plain", "record", "subject_key"]


def newest_entry() -> int:
    """The number of the newest entry, 0 where there is none: it changes with whatever an action writes."""
    return LogEntry.objects.aggregate(newest=models.Max("pk"))["newest"] or 0
