"""`oneplan doctor`: looks the house over and says in sentences what is wrong and what to do."""

import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from oneplan.commitments.actions import forget_sums
from oneplan.commitments.queries import wrong_sums
from oneplan.institutions.models import Institution
from oneplan.joint_planning.models import Adoption
from oneplan.joint_planning.seal import trusted_keys, verify_bundle
from oneplan.platform.audit import head, verify_chain
from oneplan.platform.documents import is_intact, open_document
from oneplan.platform.models import Document, LogEntry, Seal
from oneplan.spaces.models import BoundaryRelease, Space

_LEAST_FREE = 1024**3
_TELL_EVERY = 500  # documents


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


def _documents(tell: Callable[[str], None]) -> Iterator[Finding]:
    """Every document is read and hashed: a file that is there may still be another one."""
    names = dict(Document.objects.order_by("-id").values_list("sha256", "name"))
    lost, changed = [], []
    for done, (sha256, name) in enumerate(names.items(), 1):
        try:
            if not is_intact(sha256):
                changed.append(name)
        except OSError:
            lost.append(name)
        if done % _TELL_EVERY == 0:
            tell(f"{done} of {len(names)} documents are read and hashed …")
    where = f"{settings.MEDIA_ROOT}: restore them from a backup."
    if lost:
        yield Finding(False, f"{_some(lost)} of {len(names)} documents are missing from {where}")
    if changed:
        yield Finding(False, f"{_some(changed)} of {len(names)} documents are no longer what was stored in {where}")
    if not lost and not changed:
        yield Finding(True, f"All {len(names)} documents are in their place, and their hashes hold.")


def _some(names: list[str]) -> str:
    """How many, with the first few by name."""
    return f"{len(names)} ({', '.join(names[:3])}{', …' if len(names) > 3 else ''})"


def _memory(kept_head: str) -> Iterator[Finding]:
    """The chain shows what was altered within it. That its end was cut is seen only by a head kept elsewhere."""
    flaws = verify_chain()
    for flaw in flaws:
        yield Finding(False, flaw.sentence)
    if not flaws:
        waiting = LogEntry.objects.filter(seal=None).count()
        yield Finding(
            True, f"The log's chain holds; {waiting} entries wait for the sealer. Its head is {head() or '–'}."
        )
    if not kept_head:
        yield Finding(
            True,
            "Whether the end of the log was cut since the last sealed edition, the log alone cannot tell: keep its head"
            " elsewhere (each backup's manifest names it) and ask again with --log-head.",
        )
    elif Seal.objects.filter(digest=kept_head).exists():
        yield Finding(True, f"The log still holds everything up to the head {kept_head}.")
    else:
        yield Finding(
            False, f"The log no longer holds the head {kept_head}: its end was removed, or an older log put back."
        )


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


def _sums() -> Iterator[Finding]:
    """Kept sums that would be read must be those of the pledges. Where they are not, pages add up themselves again."""
    wrong = wrong_sums()
    forget_sums(wrong)
    yield Finding(
        not wrong,
        "The sums kept for the spaces are those of their pledges."
        if not wrong
        else f"The kept sums of {_some(wrong)} were not those of their pledges: something wrote past the acts of the"
        " house. They are forgotten and will be made anew; find out what wrote.",
    )


def _disk() -> Iterator[Finding]:
    free = shutil.disk_usage(Path(settings.HOME)).free
    yield Finding(free > _LEAST_FREE, f"{free / 1024**3:.1f} GiB are free in the data folder.")


def examine(*, tell: Callable[[str], None] = lambda _: None, kept_head: str = "") -> list[Finding]:
    """Every check; one that breaks is itself a finding. `tell` hears how far a long check has come.

    `kept_head` is a head of the log that somebody kept outside this database.
    """
    checks: dict[str, Callable[[], Iterator[Finding]]] = {
        "database": _database, "registers": _registers, "front end": _front_end,
        "documents": lambda: _documents(tell), "log": lambda: _memory(kept_head), "seals": _seals, "sums": _sums,
        "disk": _disk,
    }  # fmt: skip
    findings: list[Finding] = []
    for name, check in checks.items():
        try:
            findings.extend(check())
        except Exception as error:
            findings.append(Finding(False, f"The check of the {name} broke: {error}"))
    return findings
