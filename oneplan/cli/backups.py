"""`oneplan backup` and `oneplan restore`: database, documents and keys in one archive, each byte hashed."""

import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections

from oneplan import __version__
from oneplan.cli.prepared import forget_prepared
from oneplan.periods import clock
from oneplan.platform.audit import head
from oneplan.platform.errors import RuleBroken
from oneplan.platform.models import Seal

_DATABASE = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}
_DOCUMENTS = "documents"
_WAREHOUSE = "warehouse"
# Of the warehouse what was received: builds are made of it.
_FOLDERS = (_DOCUMENTS, "keys", f"{_WAREHOUSE}/releases", f"{_WAREHOUSE}/observations/releases")
_FILES = ("secret_key",)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _postgres(*command: str) -> None:
    database: dict[str, Any] = settings.DATABASES["default"]
    environment = {**os.environ, "PGPASSWORD": str(database.get("PASSWORD", ""))}
    where = ["--host", database["HOST"], "--username", database["USER"]]
    if database.get("PORT"):
        where += ["--port", database["PORT"]]
    try:
        subprocess.run([command[0], *where, *command[1:]], env=environment, check=True, capture_output=True)
    except FileNotFoundError:
        raise RuleBroken(f"{command[0]} is not installed. Install PostgreSQL's client programs first.") from None
    except subprocess.CalledProcessError as error:
        raise RuleBroken(f"{command[0]} failed: {error.stderr.decode(errors='replace').strip()}") from None


def _dump_database(folder: Path) -> Path:
    target, name = folder / _DATABASE[connection.vendor], str(settings.DATABASES["default"]["NAME"])
    if connection.vendor == "sqlite":
        # SQLite's own online backup: consistent while others write.
        with sqlite3.connect(name) as live, sqlite3.connect(target) as copy:
            live.backup(copy)
        live.close()
        copy.close()
    else:
        _postgres("pg_dump", "--format=custom", "--file", str(target), name)
    return target


def _kept_files(home: Path) -> dict[str, Path]:
    """The files of the data folder that a backup holds, by name.

    What lies in the documents' own folder, not under a hash, is an upload on its way: no document yet, and soon gone.
    Likewise a record that is still being written.
    """
    found = [path for folder in _FOLDERS for path in sorted((home / folder).rglob("*")) if path.is_file()]
    found += [home / name for name in _FILES if (home / name).exists()]
    return {
        str(path.relative_to(home)): path for path in found
        if path.parent != home / _DOCUMENTS and path.parent.suffix != ".making"
    }  # fmt: skip


def _log_head() -> str:
    """The head of the log, so that a copy of the backup witnesses it; empty before the tables are made."""
    return head() if Seal._meta.db_table in connection.introspection.table_names() else ""


def back_up(out: Path | None = None) -> Path:
    """Write an archive and return its path. The archive is complete or absent, never half written."""
    home = Path(settings.HOME)
    stamp = clock.now().strftime("%Y%m%dT%H%M%SZ")
    out = out or home / "backups" / f"oneplan-{stamp}.tar"
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as scratch:
        members: dict[str, Path] = {}
        dump = _dump_database(Path(scratch))
        members[dump.name] = dump
        members |= _kept_files(home)
        manifest = {
            "format": "oneplan-backup/1",
            "version": __version__,
            "made_at": clock.now().isoformat(),
            "engine": connection.vendor,
            "log_head": _log_head(),
            "files": {name: _hash(path) for name, path in members.items()},
        }
        listing = Path(scratch) / "manifest.json"
        listing.write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")
        staged = Path(scratch) / "archive.tar"
        with tarfile.open(staged, "w") as archive:
            archive.add(listing, "manifest.json")
            for name, path in members.items():
                archive.add(path, name)
        staged.chmod(0o600)  # it holds keys and the log
        staged.replace(out)
    return out


def _release(version: str) -> list[int]:
    """A version as numbers: 0.10 comes after 0.9."""
    return [int(number) for number in re.findall(r"\d+", version)]


def _unpack(file: Path, scratch: Path) -> dict[str, Any]:
    try:
        with tarfile.open(file) as archive:
            archive.extractall(scratch, filter="data")
        manifest: dict[str, Any] = json.loads((scratch / "manifest.json").read_text(encoding="utf-8"))
        files, version, engine = dict(manifest["files"]), str(manifest["version"]), manifest["engine"]
    except (tarfile.TarError, OSError, ValueError, KeyError, TypeError):
        raise RuleBroken(f"{file.name} is not a OnePlan backup, or it is damaged. Nothing was changed.") from None
    for name, digest in files.items():
        path = scratch / name
        if not path.is_file() or _hash(path) != digest:
            raise RuleBroken(f"{name} in {file.name} is damaged. Nothing was changed; use another backup.")
    if _release(version) > _release(__version__):
        raise RuleBroken(
            f"This backup was made by OnePlan {version}; this is {__version__}. Install that version first."
        )
    if engine != connection.vendor:
        raise RuleBroken(
            f"This backup holds a {engine} database; this installation uses {connection.vendor}. "
            "Set DATABASE_URL accordingly."
        )
    return manifest


def _is_empty() -> bool:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        if "plans_oneplan" not in tables:
            return True
        cursor.execute("SELECT count(*) FROM plans_oneplan")
        plans = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM accounts_user")
        return not plans and not cursor.fetchone()[0]


def restore(file: Path, *, replace: bool) -> str:
    """Put a backup back. What is there now is backed up first; a damaged archive changes nothing."""
    home = Path(settings.HOME)
    kept = ""
    with tempfile.TemporaryDirectory(dir=home) as scratch_name:
        scratch = Path(scratch_name)
        manifest = _unpack(file, scratch)
        if not _is_empty():
            if not replace:
                raise RuleBroken("This data folder is not empty. Say --replace; what is there is backed up first.")
            kept = f" What was there before is in {back_up()}."
        connections.close_all()
        if connection.vendor == "sqlite":
            target = Path(str(settings.DATABASES["default"]["NAME"]))
            for suffix in ("-wal", "-shm"):
                Path(f"{target}{suffix}").unlink(missing_ok=True)
            (scratch / _DATABASE["sqlite"]).replace(target)
        else:
            name = str(settings.DATABASES["default"]["NAME"])
            dump = str(scratch / _DATABASE["postgresql"])
            options = ["--clean", "--if-exists", "--no-owner", "--single-transaction"]
            _postgres("pg_restore", *options, "--dbname", name, dump)
        shutil.rmtree(home / _WAREHOUSE, ignore_errors=True)  # builds of other figures must not be served
        for folder in _FOLDERS:
            shutil.rmtree(home / folder, ignore_errors=True)
            if (scratch / folder).exists():
                (home / folder).parent.mkdir(parents=True, exist_ok=True)
                (scratch / folder).replace(home / folder)
        for name in _FILES:
            if (scratch / name).exists():
                (scratch / name).replace(home / name)
        forget_prepared()
    made_at = manifest.get("made_at", "an unknown day")
    rebuild = "".join(
        f" Run oneplan {command} to have its {what} served."
        for folder, command, what in (
            ("releases", "build-warehouse", "budgets"), ("observations/releases", "build-observations", "observations"),
        )
        if (home / _WAREHOUSE / folder).exists()
    )  # fmt: skip
    return f"Restored the backup of {made_at}: {len(manifest['files'])} files.{kept}{rebuild}"
