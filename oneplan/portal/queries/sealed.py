"""Adopted editions as anybody may read them: from the sealed bundle alone, so that no draft can leak."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from oneplan.joint_planning.models import Adoption
from oneplan.joint_planning.seal import Verdict
from oneplan.platform.documents import Document, open_document
from oneplan.platform.prepared import prepared


@dataclass(frozen=True)
class SealedEdition:
    """One adopted edition: where it is, when, and its seal. Nothing of its content."""

    code: str
    space_name: str
    province: str
    number: int
    adopted_on: date | None
    content_hash: str
    previous_hash: str
    copy_hash: str
    key_id: str
    is_sample: bool
    is_in_force: bool
    bundle: Document

    @property
    def href(self) -> str:
        return f"/plans/{self.code}/" if self.is_in_force else f"/plans/{self.code}/editions/{self.number}/"

    @property
    def promises_href(self) -> str:
        """Where the promises of this very edition are; their references follow."""
        return f"/plans/{self.code}/editions/{self.number}/promises/"

    @property
    def bundle_href(self) -> str:
        return f"/plans/{self.code}/editions/{self.number}/bundle.json"


def _adoptions() -> QuerySet[Adoption]:
    return Adoption.objects.select_related("edition__plan__space__province", "copy", "bundle").defer("copy__content")


def _shown(adoption: Adoption) -> SealedEdition:
    edition, space = adoption.edition, adoption.edition.plan.space
    return SealedEdition(
        space.code, space.name, space.province.name, edition.number, edition.adopted_on, adoption.content_hash,
        adoption.previous_hash, adoption.copy.sha256, adoption.key_id, edition.is_sample, edition.state == "adopted",
        adoption.bundle,
    )  # fmt: skip


def in_force() -> list[SealedEdition]:
    """The editions in force, the latest adopted first. One query."""
    rows = _adoptions().filter(edition__state="adopted").order_by("-adopted_at")
    return [_shown(row) for row in rows]


def editions_of(code: str) -> list[SealedEdition]:
    """Every sealed edition of a space, newest first. One query."""
    return [_shown(row) for row in _adoptions_of(code=code)]


@prepared
def _adoptions_of(*, code: str) -> QuerySet[Adoption]:
    return _adoptions().filter(edition__plan=code).order_by("-edition__number")


def by_hash(fingerprint: str) -> SealedEdition | None:
    """The sealed edition that a content hash or the hash of its signing copy names. One or two queries."""
    row = _adoptions().filter(content_hash=fingerprint).first() or _adoptions().filter(copy__sha256=fingerprint).first()
    return _shown(row) if row else None


def chain_before(verdict: Verdict) -> list[SealedEdition]:
    """The editions that a verified one rests on, newest first, followed from hash to hash."""
    code = str(verdict.content.get("space", {}).get("code", ""))
    known = {each.content_hash: each for each in editions_of(code)}
    chain, before = [], verdict.previous_hash
    while before in known:
        each = known.pop(before)
        chain.append(each)
        before = each.previous_hash
    return chain


def content_of(edition: SealedEdition) -> dict[str, Any]:
    """The sealed content, read from the stored bundle. Kept in memory by its hash: sealed bytes never change."""
    kept = _KEPT.get(edition.bundle.sha256)
    if kept is None:
        with open_document(edition.bundle) as file:
            kept = json.load(file)["content"]
        if len(_KEPT) >= _MOST_KEPT:
            _KEPT.pop(next(iter(_KEPT)))
        _KEPT[edition.bundle.sha256] = kept
    return kept


_KEPT: dict[str, dict[str, Any]] = {}
_MOST_KEPT = 64
