"""Environment variables, read once and loudly: a value that cannot be understood stops the start."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit


class BadEnvironment(Exception):
    """An environment variable holds something that OnePlan cannot use."""


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def boolean(name: str, default: bool) -> bool:
    """True or false. Raises BadEnvironment for anything but the usual words."""
    raw = os.environ.get(name)
    if raw is None or raw == "":
        return default
    word = raw.strip().lower()
    if word in {"1", "true", "yes", "on"}:
        return True
    if word in {"0", "false", "no", "off"}:
        return False
    raise BadEnvironment(f"{name} is {raw!r}. Use true or false.")


def integer(name: str, default: int, *, least: int, most: int) -> int:
    """A whole number between `least` and `most`. Raises BadEnvironment otherwise."""
    raw = os.environ.get(name)
    if raw is None or raw == "":
        return default
    try:
        value = int(raw)
    except ValueError:
        raise BadEnvironment(f"{name} is {raw!r}. Use a whole number.") from None
    if not least <= value <= most:
        raise BadEnvironment(f"{name} is {value}. Use a number from {least} to {most}.")
    return value


def words(name: str, default: list[str]) -> list[str]:
    """A comma-separated list."""
    raw = os.environ.get(name)
    return [word.strip() for word in raw.split(",") if word.strip()] if raw else default


def folder(name: str, default: Path) -> Path:
    """An absolute folder path; it is made where it is missing."""
    path = Path(os.environ.get(name) or default).expanduser().resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadEnvironment(f"{name} is {path}, which cannot be made: {error.strerror}.") from None
    return path


def database(name: str, home: Path) -> dict[str, object]:
    """Django's database settings: PostgreSQL from a URL, else SQLite in the data folder.

    SQLite: write-ahead log, immediate transactions (a lock is taken when a transaction starts, so that
    read-then-write is safe without row locks) and a long busy timeout. Raises BadEnvironment for other schemes.
    """
    url = os.environ.get(name, "")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(home / "oneplan.sqlite3"),
            "CONN_MAX_AGE": 60,  # opening the file, reading its schema and warming its pages costs more than most pages
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;"
                    " PRAGMA mmap_size=134217728; PRAGMA temp_store=MEMORY;"
                ),
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise BadEnvironment(f"{name} begins with {parts.scheme!r}. Use postgres://user:password@host:port/database.")
    options: dict[str, object] = dict(parse_qsl(parts.query))
    # Disks without moving heads: told the old price of a seek, PostgreSQL reads the whole country for one space's page.
    # Only what is asked again and again is prepared (platform.prepared.run_kept): planning anew costs more than asking.
    options.setdefault("options", "-c random_page_cost=1.1 -c plan_cache_mode=force_generic_plan")
    options["prepare_threshold"] = 10**9  # never by itself; without a number Django has nothing prepared at all
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": str(options.pop("host", "")) or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
