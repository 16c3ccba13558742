"""The one source of every form: the canonical content of an edition, and a typed reading of it. Pure; no database.

An adopted edition speaks from its sealed bundle alone. What is not adopted has the same shape (see
`joint_planning.exports.draft_content`) and never looks adopted: each form asks `Told.standing`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from oneplan.joint_planning.canonical import canonical_bytes, sha256

Json = dict[str, Any]


class Standing(StrEnum):
    """Whether anybody decided what a document says."""

    ADOPTED = "adopted"
    SIGNING_COPY = "signing_copy"
    IN_PROGRESS = "in_progress"


@dataclass(frozen=True)
class Told:
    """A content with what it is: the only thing that a form is made from.

    `content` has the shape of a sealed edition, JSON types only. `as_at` is the day of adoption, or, for a draft, the
    day on which it was read. `key_id` and `signature` are empty where nothing was sealed.
    """

    content: Json
    standing: Standing
    content_hash: str
    as_at: date
    key_id: str = ""
    signature: str = ""

    @property
    def is_sample(self) -> bool:
        return bool(self.content["is_sample"])

    @property
    def copy_hash(self) -> str:
        """SHA-256 of the signing copy; "" where none was frozen."""
        return str(self.content["copy_sha256"])

    @property
    def is_draft(self) -> bool:
        return self.standing != Standing.ADOPTED

    @property
    def banner(self) -> str:
        """What stands on every page of every form; empty for an adopted edition that is no sample.

        >>> Told({"is_sample": True}, Standing.IN_PROGRESS, "", date(2026, 4, 1)).banner
        'SAMPLE: invented for demonstration · DRAFT – not adopted'
        """
        return " · ".join(
            words
            for words, holds in (
                (_("SAMPLE: invented for demonstration"), self.is_sample),
                (_("DRAFT – not adopted"), self.is_draft),
            )
            if holds
        )

    @property
    def standing_words(self) -> str:
        """The standing as a reader says it."""
        return {
            Standing.ADOPTED: _("adopted and sealed"),
            Standing.SIGNING_COPY: _("signing copy, not adopted"),
            Standing.IN_PROGRESS: _("edition in progress, not adopted"),
        }[self.standing]

    @property
    def title(self) -> str:
        """The document's title."""
        return _("One Plan of %(space)s") % {"space": self.content["copy"]["plan"]["space"]["name"]}


def from_bundle(bundle: bytes) -> Told:
    """What a sealed bundle says. Raises ValueError or KeyError for bytes that are none; verifying is another matter."""
    sealed = json.loads(bundle)
    content = sealed["content"]
    adopted_on = date.fromisoformat(content["edition"]["adopted_on"])
    return Told(content, Standing.ADOPTED, sealed["content_sha256"], adopted_on, sealed["key_id"], sealed["signature"])


def from_draft(content: Json, *, as_at: date) -> Told:
    """What an edition in progress or a signing copy says (`joint_planning.exports.draft_content`)."""
    standing = Standing.SIGNING_COPY if content["copy_sha256"] else Standing.IN_PROGRESS
    return Told(content, standing, sha256(canonical_bytes(content)), as_at)


def named(code: Any, labels: Mapping[str, Any]) -> str:
    """The word for a code; a code that is no longer known is shown as it is, none as unknown."""
    return str(labels.get(str(code), code)) if code not in (None, "") else _("unknown")
