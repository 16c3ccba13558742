"""Storing and opening documents. The bytes lie under their own hash, so equal files are kept once."""

import hashlib
import os
import tempfile
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import transaction

from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.audit.log import Doer
from oneplan.platform.errors import RuleBroken
from oneplan.platform.models import Classification, Document

_CHUNK = 1024 * 1024


def _path(sha256: str) -> Path:
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256


@transaction.atomic
def store(
    file: IO[bytes],
    *,
    name: str,
    media_type: str,
    by: Doer,
    classification: str = Classification.INTERNAL,
    file_plan_code: str = "",
) -> Document:
    """Keep a file for good. `file` is read to its end. Raises RuleBroken for an empty file."""
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    sha, size = hashlib.sha256(), 0
    handle, staged = tempfile.mkstemp(dir=root)
    try:
        with os.fdopen(handle, "wb") as out:
            while chunk := file.read(_CHUNK):
                sha.update(chunk)
                size += len(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        if not size:
            raise RuleBroken("The file is empty. Choose the file again.")
        target = _path(sha.hexdigest())
        target.parent.mkdir(parents=True, exist_ok=True)
        Path(staged).replace(target)
    except BaseException:
        Path(staged).unlink(missing_ok=True)
        raise
    document = Document.objects.create(
        sha256=sha.hexdigest(),
        name=Path(name).name[:200] or "unnamed",
        media_type=media_type[:120],
        size=size,
        classification=classification,
        file_plan_code=file_plan_code,
        stored_at=clock.now(),
        stored_by_id=by.user_id,
    )
    record("document.stored", document, by=by, sha256=document.sha256, name=document.name, size=size)
    return document


def open_document(document: Document) -> IO[bytes]:
    """The document's bytes. Raises FileNotFoundError where the data folder lost them (`oneplan doctor` says so)."""
    return _path(document.sha256).open("rb")


def is_intact(sha256: str) -> bool:
    """Whether the bytes kept under a hash still have it. Raises FileNotFoundError where they are gone."""
    with _path(sha256).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256
