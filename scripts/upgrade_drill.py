"""The upgrade drill: the release before builds its demonstration; this checkout upgrades, checks and restores it.

Takes the last tag before this commit, else the commit named in .ci/previous_release. In a temporary folder:
1. the release before makes the demonstration and exports its sealed plan;
2. `oneplan upgrade` of this checkout brings that data folder up to date, `oneplan doctor` finds nothing wrong, and the
   sealed plan still verifies and comes out byte for byte as before;
3. a backup is restored into an empty folder, and every row of every table and every file is the same.

Runs on SQLite; with --postgresql on a throw-away PostgreSQL server instead, where one is installed.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PINNED = ROOT / ".ci" / "previous_release"
PLAN = "DC36"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
_started = time.monotonic()


def say(sentence: str) -> None:
    print(f"{time.monotonic() - _started:5.0f} s  {sentence}", flush=True)


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def previous_release() -> str | None:
    """The last tag before this commit, else what the file names; None where there is neither, or it is this commit."""
    try:
        return git("describe", "--tags", "--abbrev=0", "HEAD^")
    except subprocess.CalledProcessError:
        pass
    if not PINNED.exists():
        return None
    named = PINNED.read_text(encoding="utf-8").split()[0]
    try:
        return None if git("rev-parse", f"{named}^{{commit}}") == git("rev-parse", "HEAD") else named
    except subprocess.CalledProcessError:
        if git("rev-parse", "--is-shallow-repository") == "true":
            print(f"This clone is shallow and does not hold {named}: git fetch --unshallow brings it.")
            return None
        sys.exit(f"{PINNED} names {named}, which this clone does not hold.")


@contextmanager
def checkout(revision: str, folder: Path) -> Iterator[Path]:
    """The release before as files, with this checkout's built front end (it is never committed)."""
    place = folder / "previous"
    git("worktree", "add", "--detach", "--force", str(place), revision)
    try:
        dist = ROOT / "oneplan" / "static" / "dist"
        if dist.exists():
            shutil.copytree(dist, place / "oneplan" / "static" / "dist", dirs_exist_ok=True)
        yield place
    finally:
        git("worktree", "remove", "--force", str(place))


def python_for(previous: Path, folder: Path) -> str:
    """An interpreter with what the release before pins: this one if it has just that, else a new environment."""
    pins: dict[str, set[str | None]] = {}
    for name, wanted in _PIN.findall((previous / "requirements.txt").read_text(encoding="utf-8")):
        pins.setdefault(name, {None}).add(wanted)  # a lock for several Pythons names some packages twice
    if all(_installed(name) in wanted for name, wanted in pins.items()):
        return sys.executable
    say("The release before pins other versions: installing them.")
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    python = str(folder / "venv" / "bin" / "python")
    requirements = str(previous / "requirements.txt")
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", requirements], check=True)
    return python


def _installed(name: str) -> str | None:
    """The installed version; None where it is not installed (as a pin for another platform is not)."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


class House:
    """One version of OnePlan on one data folder and database."""

    def __init__(self, code: Path, home: Path, python: str = sys.executable, database: str = "") -> None:
        self.code, self.python = code, python
        self.environment = {
            **os.environ, "PYTHONPATH": str(code), "ONEPLAN_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "oneplan.config.settings",
        }  # fmt: skip
        self.environment.pop("DATABASE_URL", None)
        if database:
            self.environment["DATABASE_URL"] = database

    def oneplan(self, *arguments: str) -> str:
        """Run a command; the drill ends where it fails."""
        return self._run("-m", "oneplan.cli.main", *arguments)

    def rows(self) -> str:
        """A line per table, with the count and the digest of its rows."""
        return self._run("-c", _ROWS)

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [self.python, *arguments], cwd=self.code, env=self.environment, capture_output=True, text=True
        )
        if done.returncode:
            sys.exit(f"FAILED: {' '.join(arguments)[:200]}\n{done.stdout}{done.stderr}")
        return done.stdout


_ROWS = """
import hashlib, django
django.setup()
from django.db import connection
with connection.cursor() as cursor:
    for table in sorted(connection.introspection.table_names(cursor)):
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        names = [column[0] for column in cursor.description]
        rows = sorted(
            repr([(n, bytes(v) if isinstance(v, memoryview) else v) for n, v in zip(names, row, strict=True)])
            for row in cursor.fetchall()
        )
        print(table, len(rows), hashlib.sha256("\\n".join(rows).encode()).hexdigest())
"""


def files(home: Path) -> dict[str, str]:
    """Documents and keys by name, with their digests."""
    found = sorted(path for folder in ("documents", "keys") for path in (home / folder).rglob("*") if path.is_file())
    return {str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def second_database(url: str) -> str:
    """An empty database beside the first, for the restore."""
    import psycopg

    with psycopg.connect(url.replace("postgres://", "postgresql://"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE restored")
    return url.rsplit("/", 1)[0] + "/restored"


def drill(revision: str, folder: Path, database: str) -> None:
    home, empty = folder / "home", folder / "restored"
    home.mkdir()
    empty.mkdir()
    before, after, archive = folder / "before.json", folder / "after.json", folder / "backup.tar"
    with checkout(revision, folder) as place:
        old = House(place, home, python_for(place, folder), database)
        old.oneplan("demo")
        old.oneplan("export", "plan", PLAN, "--out", str(before))
        say(f"{revision} built its demonstration and exported the sealed plan of {PLAN}.")
    new = House(ROOT, home, database=database)
    say(new.oneplan("upgrade", "--dry-run").strip().splitlines()[-1])
    say(new.oneplan("upgrade").strip().splitlines()[-1])
    new.oneplan("doctor")
    new.oneplan("export", "plan", PLAN, "--out", str(after))
    new.oneplan("verify", str(after))
    if before.read_bytes() != after.read_bytes():
        sys.exit(f"FAILED: the sealed plan of {PLAN} is another one after the upgrade.")
    say("The doctor finds nothing wrong; the sealed plan verifies and is byte for byte the same.")

    new.oneplan("backup", str(archive))
    restored = House(ROOT, empty, database=second_database(database) if database else "")
    restored.oneplan("restore", str(archive))
    was, now = new.rows().splitlines(), restored.rows().splitlines()
    if different := sorted(set(was) ^ set(now)):
        sys.exit("FAILED: these tables differ after the restore:\n" + "\n".join(different))
    if files(home) != files(empty):
        sys.exit("FAILED: documents or keys differ after the restore.")
    rows = sum(int(line.split()[1]) for line in was)
    say(f"Restored into an empty folder: {len(was)} tables, {rows} rows and {len(files(home))} files are the same.")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--postgresql", action="store_true", help="on a throw-away PostgreSQL server")
    parser.add_argument("--from", dest="revision", help="the release before, if not the last tag")
    arguments = parser.parse_args()
    revision = arguments.revision or previous_release()
    if revision is None:
        print("LEFT OUT. The upgrade drill: no release before this one is at hand.")
        return 0
    from run_tests import find_postgres, postgres

    programs = find_postgres() if arguments.postgresql else None
    if arguments.postgresql and programs is None:
        print("PostgreSQL is not installed: the drill on it was left out.")
        return 0
    server = postgres(programs) if programs else nullcontext("")
    with tempfile.TemporaryDirectory(prefix="oneplan-drill-") as folder, server as database:
        drill(revision, Path(folder), database)
    say("The upgrade drill is done.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
