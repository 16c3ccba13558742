"""The sealer: chains committed log entries in batches, so that a later alteration or removal can be found.

Only one sealer runs at a time (the oldest entry is locked). It takes whatever is committed and unsealed, so an entry
that commits late is sealed in the next batch rather than missed. The newest digest (the head) is printed in every
sealed edition, which ties the log to documents outside this database.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from oneplan.periods import clock
from oneplan.platform.models import LogEntry, Seal

BATCH = 5_000
_FIELDS = (
    "id", "at", "event", "subject", "scope", "actor_id", "actor_kind", "reason", "before", "after", "facts",
    "request_id",
)  # fmt: skip


@dataclass(frozen=True)
class Flaw:
    """A seal that does not hold, with a sentence for the auditor."""

    seal_id: int
    sentence: str


def _digest(previous: str, entries: list[dict[str, Any]]) -> str:
    sha = hashlib.sha256(previous.encode())
    for entry in entries:
        line = {**entry, "at": entry["at"].isoformat()}
        sha.update(json.dumps(line, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode())
        sha.update(b"\n")
    return sha.hexdigest()


@transaction.atomic
def seal_log() -> int:
    """Chain all committed, unsealed entries. Returns how many were sealed."""
    sealed = 0
    # The oldest entry is the turnstile. Locking the newest seal would not do: who waited for it goes on with that very
    # seal although the other sealer made a newer one, and the chain forks.
    LogEntry.objects.select_for_update(of=("self",)).order_by("id").first()
    last = Seal.objects.order_by("-id").first()
    while True:
        entries = list(LogEntry.objects.filter(seal=None).order_by("id").values(*_FIELDS)[:BATCH])
        if not entries:
            return sealed
        previous = last.digest if last else ""
        last = Seal.objects.create(
            count=len(entries), digest=_digest(previous, entries), previous=previous, sealed_at=clock.now()
        )
        LogEntry.objects.filter(id__in=[e["id"] for e in entries]).update(seal=last)
        sealed += len(entries)


def head() -> str:
    """The digest of the newest seal; empty before the first."""
    return Seal.objects.order_by("-id").values_list("digest", flat=True).first() or ""


def verify_chain() -> list[Flaw]:
    """Recompute every seal. An empty list means that no sealed entry was altered, removed or added since."""
    flaws: list[Flaw] = []
    previous = ""
    for seal in Seal.objects.order_by("id"):
        entries = list(LogEntry.objects.filter(seal=seal).order_by("id").values(*_FIELDS))
        if seal.previous != previous:
            words = f"Seal {seal.pk} does not follow the seal before it: one was removed or altered."
            flaws.append(Flaw(seal.pk, words))
        if len(entries) != seal.count:
            flaws.append(Flaw(seal.pk, f"Seal {seal.pk} covers {seal.count} entries but {len(entries)} are stored."))
        elif _digest(seal.previous, entries) != seal.digest:
            flaws.append(Flaw(seal.pk, f"An entry under seal {seal.pk} was altered."))
        previous = seal.digest
    return flaws
