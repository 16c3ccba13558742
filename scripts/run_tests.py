"""`make test`: lint, types and contracts, the whole suite on SQLite and the database tests again on PostgreSQL.

Types and PostgreSQL are done beside SQLite: browsers, Java and LibreOffice are waited for much of the time, and what
one waits another works.
What this machine lacks (Chromium, LibreOffice, pdftotext, PostgreSQL, OpenSSL, the real files) is named at the end,
with how to get it.
With ONEPLAN_NOTHING_LEFT_OUT=1, as in continuous integration, leaving out a program's tests is a failure.
"""

import getpass
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PROCESSES = os.environ.get("ONEPLAN_TEST_PROCESSES", str(min(os.cpu_count() or 1, 8)))

# Of a server that is thrown away with its data. What autovacuum would count at some moment or other, `django_db_setup`
# in conftest.py has counted once, so that every run plans alike.
THROWN_AWAY = ("autovacuum=off", "full_page_writes=off", "jit=off")

# What the machine must have for every test, by its packages in Debian, and what is left out without it.
NEEDED = {
    "chromium": "The browser journeys: Chromium is missing. On Debian: apt install chromium",
    "postgresql": "The suite on PostgreSQL: no server is installed. On Debian: apt install postgresql",
    "curl": "The interface's how-to as it is typed: the program is missing. On Debian: apt install curl",
    "openssl": "The seal checked by OpenSSL: the program is missing. On Debian: apt install openssl",
    "libreoffice-writer-nogui libreoffice-calc-nogui": (
        "Word and Excel files in another program: LibreOffice is missing. On Debian: "
        "apt install libreoffice-writer-nogui libreoffice-calc-nogui"
    ),
    "openjdk-17-jre-headless": (
        "Questions of money on a Spark cluster: Java is missing. On Debian: apt install openjdk-17-jre-headless"
    ),
    "poppler-utils": "The words of PDF files: pdftotext is missing. On Debian: apt install poppler-utils",
}


def environment(**more: str) -> dict[str, str]:
    """As here; and whoever starts Python keeps what it compiles: hundreds of processes begin during a run."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | more


def run(*command: str, **more: str) -> bool:
    print("$", " ".join(command), flush=True)
    return subprocess.run(command, cwd=ROOT, env=environment(**more)).returncode == 0


@contextmanager
def beside(*command: str, **more: str) -> Iterator[list[bool]]:
    """Run a command beside what is done in the context; afterwards the list holds how it went."""
    went: list[bool] = []
    with tempfile.TemporaryFile("w+") as said:
        done = subprocess.Popen(command, cwd=ROOT, env=environment(**more), stdout=said, stderr=subprocess.STDOUT)
        try:
            yield went
        finally:
            went.append(done.wait() == 0)
            said.seek(0)
            print("$", " ".join(command), f"\n{said.read()}", flush=True)


@contextmanager
def beside_on_postgres(programs: Path, *command: str) -> Iterator[list[bool]]:
    """Likewise, with a server of its own."""
    with (
        postgres(programs, *THROWN_AWAY) as url,
        beside(*command, DATABASE_URL=url, ONEPLAN_PG_PROGRAMS=str(programs)) as went,
    ):
        yield went


def find_postgres() -> Path | None:
    """The newest folder that holds a PostgreSQL server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def postgres(programs: Path, *settings: str) -> Iterator[str]:
    """A throw-away PostgreSQL server on a free port; yields its URL. Never run as root: it refuses.

    `settings` are its own, as in "shared_buffers=2GB".
    """
    as_root = os.geteuid() == 0
    prefix = [shutil.which("runuser") or "/usr/sbin/runuser", "-u", "postgres", "--"] if as_root else []
    owner = "postgres" if as_root else getpass.getuser()
    with tempfile.TemporaryDirectory(prefix="oneplan-pg-") as folder:
        if as_root:
            shutil.chown(folder, "postgres")
        data, port = f"{folder}/data", _free_port()
        quiet = {"cwd": folder, "check": True, "stdout": subprocess.DEVNULL}
        subprocess.run([*prefix, str(programs / "initdb"), "-A", "trust", "-E", "UTF8", "-D", data], **quiet)  # type: ignore[call-overload]
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off"
        options += "".join(f" -c {setting}" for setting in settings)
        control = [*prefix, str(programs / "pg_ctl"), "-D", data, "-w", "-l", f"{folder}/log"]
        subprocess.run([*control, "-o", options, "start"], **quiet)  # type: ignore[call-overload]
        try:
            yield f"postgres://{owner}@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], **quiet)  # type: ignore[call-overload]


def main() -> int:
    started = time.monotonic()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    programs = find_postgres()
    here = {
        "chromium": chromium, "postgresql": programs, "curl": shutil.which("curl"),
        "openssl": shutil.which("openssl"),
        "libreoffice-writer-nogui libreoffice-calc-nogui": shutil.which("soffice"),
        "openjdk-17-jre-headless": shutil.which("java"),
        "poppler-utils": shutil.which("pdftotext"),
    }  # fmt: skip
    left_out = [why for package, why in NEEDED.items() if not here[package]]
    well = True
    for check in (
        [str(BIN / "ruff"), "check", "."],
        [str(BIN / "ruff"), "format", "--check", "."],
        [str(BIN / "lint-imports"), "--no-cache"],
    ):
        well &= run(*check)

    suite = [str(BIN / "pytest"), "-q", "-n", PROCESSES]
    without_browser: list[str] = []
    if not chromium:
        without_browser = ["-m", "not browser"]
    if not (ROOT.parent / "shared" / "data").is_dir():
        print("The tests on real files are left out: ../shared/data is not there (it is not part of the project).")
    marked = [*suite, "-m", "not browser and not engine_free and not cluster"]
    with (
        beside(str(BIN / "mypy")) as types,
        beside_on_postgres(programs, *marked) if programs else nullcontext([True]) as there,
    ):
        well &= run(*suite, *without_browser, **({"ONEPLAN_CHROMIUM": chromium} if chromium else {}))
    well &= all(types) and all(there)

    print(f"\nTook {time.monotonic() - started:.0f} s.")
    for line in left_out:
        print(f"LEFT OUT. {line}")
    if left_out and os.environ.get("ONEPLAN_NOTHING_LEFT_OUT") == "1":
        print("Nothing may be left out here.")
        well = False
    print("All is well." if well else "Something failed; see above.")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
