"""The One Plan as a file: the sealed bundle, and the content of a signing copy."""

import json
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from oneplan.joint_planning import assembly
from oneplan.joint_planning.assembly import boundary_release, signing_content
from oneplan.joint_planning.canonical import canonical_bytes, plain
from oneplan.joint_planning.gates import gather
from oneplan.joint_planning.models import Adoption
from oneplan.joint_planning.queries import latest_adoption, standing_copy
from oneplan.plans.models import Edition
from oneplan.platform.documents import open_document
from oneplan.platform.errors import RuleBroken
from oneplan.spaces.models import Space

__all__ = [
    "boundary_release",
    "bundle",
    "canonical_bytes",
    "draft_content",
    "export_plan",
    "latest_bundle",
    "signing_content",
]


def bundle(adoption: Adoption) -> bytes:
    """The file of a sealed edition, byte for byte as it was sealed. Raises FileNotFoundError where the data folder
    lost it.
    """
    with open_document(adoption.bundle) as file:
        return file.read()


def latest_bundle(space: Space | str, edition: int | None = None) -> bytes | None:
    """The sealed bundle of a space: the latest adopted edition unless told; None where there is none."""
    code = space if isinstance(space, str) else space.pk
    adoption = latest_adoption(code, edition)
    return bundle(adoption) if adoption else None


def draft_content(edition: Edition) -> dict[str, Any]:
    """An edition in progress in the form of the sealed content, so that one reader serves both; JSON types only.

    A signing copy speaks with its frozen words, an open edition with those of now. `seal` is None.
    """
    copy = standing_copy(edition)
    said = (
        json.loads(bytes(copy.content)) if copy else signing_content(edition, copy_number=0, release=boundary_release())
    )
    content: dict[str, Any] = plain(assembly.draft_content(gather(edition), copy, said))
    return content


def export_plan(code: str, *, edition: int | None = None, out: Path) -> str:
    """Write the sealed bundle of a space to a file. Returns a sentence. Raises RuleBroken where nothing is sealed."""
    adoption = latest_adoption(code.upper(), edition)
    if adoption is None:
        raise RuleBroken(
            _("%(code)s has no adopted edition yet.") % {"code": code}
            if edition is None
            else _("%(code)s has no adopted edition %(edition)s.") % {"code": code, "edition": edition}
        )
    file = bundle(adoption)
    out.write_bytes(file)
    return _("%(space)s, edition %(edition)s, sealed with %(hash)s: %(bytes)s bytes written to %(out)s.") % {
        "space": adoption.edition.space_id, "edition": adoption.edition.number, "hash": adoption.content_hash,
        "bytes": len(file), "out": out,
    }  # fmt: skip
