"""`oneplan doctor`: looks the house over and says in sentences what is wrong and what to do."""

import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from oneplan.institutions.models import Institution
from oneplan.joint_planning.models import Adoption
from oneplan.joint_planning.seal import trusted_keys, verify_bundle
from oneplan.platform.audit import verify_chain
from oneplan.platform.documents import open_document
from oneplan.platform.models import Document, LogEntry, Seal
from oneplan.spaces.models import BoundaryRelease, Space

_LEAST_FREE = 1024**3


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    is_well: bool
    sentence: str


def _database() -> Iterator[Finding]:
    connection.ensure_connection()
    yield Finding(True, f"The database answers ({connection.vendor}).")
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    yield Finding(not plan, "All migrations are applied." if not plan else "Migrations wait: run `oneplan prepare`.")


def _registers() -> Iterator[Finding]:
    spaces = Space.objects.count()
    yield Finding(spaces == 52, f"{spaces} spaces are registered" + ("." if spaces == 52 else "; 52 are expected."))
    institutions = Institution.objects.count()
    yield Finding(institutions > 257, f"{institutions} institutions are registered.")
    legal = BoundaryRelease.objects.filter(quality="legal").values_list("level", flat=True).distinct()
    yield Finding(
        True,
        f"Legal boundaries are imported for: {', '.join(sorted(legal))}."
        if legal
        else "Maps are approximate: import the Demarcation Board's files (docs/how-to/import-boundaries.md).",
    )


def _front_end() -> Iterator[Finding]:
    manifest = settings.PACKAGE / "static" / "dist" / ".vite" / "manifest.json"
    there = manifest.exists() or (settings.PACKAGE / "static" / "dist" / "manifest.json").exists()
    yield Finding(there, "The front end is built." if there else "The front end is not built: run `make run`.")


def _documents() -> Iterator[Finding]:
    lost = 0
    for document in Document.objects.iterator():
        try:
            open_document(document).close()
        except FileNotFoundError:
            lost += 1
    count = Document.objects.count()
    yield Finding(
        not lost,
        f"All {count} documents are in their place."
        if not lost
        else f"{lost} of {count} documents are missing from {settings.MEDIA_ROOT}: restore them from a backup.",
    )


def _memory() -> Iterator[Finding]:
    flaws = verify_chain()
    for flaw in flaws:
        yield Finding(False, flaw.sentence)
    if not flaws:
        waiting = LogEntry.objects.filter(seal=None).count()
        yield Finding(True, f"The log's chain holds; {waiting} entries wait for the sealer.")


def _seals() -> Iterator[Finding]:
    private = list((Path(settings.HOME) / "keys").glob("*.pem"))
    open_keys = [path.name for path in private if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]
    yield Finding(
        not open_keys,
        "Sealing keys are readable by their owner alone."
        if not open_keys
        else f"Other users of this computer can read {', '.join(open_keys)}: chmod 600 them.",
    )
    for adoption in Adoption.objects.select_related("bundle", "edition"):
        with open_document(adoption.bundle) as file:
            verdict = verify_bundle(file.read(), trusted_keys())
        if not verdict.is_valid:
            yield Finding(False, f"The seal of {adoption.edition} does not hold: restore the documents from a backup.")
        if adoption.log_head and not Seal.objects.filter(digest=adoption.log_head).exists():
            words = (
                f"{adoption.edition} prints a head of the log that is no longer there: the end of the log was removed."
            )
            yield Finding(False, words)
    yield Finding(True, f"{Adoption.objects.count()} sealed editions were checked.")


def _disk() -> Iterator[Finding]:
    free = shutil.disk_usage(Path(settings.HOME)).free
    yield Finding(free > _LEAST_FREE, f"{free / 1024**3:.1f} GiB are free in the data folder.")


_CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _database, _registers, _front_end, _documents, _memory, _seals, _disk,
)  # fmt: skip


def examine() -> list[Finding]:
    """Every check; one that breaks is itself a finding."""
    findings: list[Finding] = []
    for check in _CHECKS:
        try:
            findings.extend(check())
        except Exception as error:
            findings.append(Finding(False, f"The check {check.__name__.strip('_')} broke: {error}"))
    return findings
