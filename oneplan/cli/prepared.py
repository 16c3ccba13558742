"""Whether this data folder was prepared by exactly this code: read from files alone, so that serving starts at once."""

import hashlib
import json
import os
from pathlib import Path

from oneplan import __version__

PACKAGE = Path(__file__).resolve().parent.parent
OUTLINE = PACKAGE / "static" / "dist" / "data" / "countries-10m.json"


def home() -> Path:
    """The data folder, as settings.HOME has it."""
    return Path(os.environ.get("ONEPLAN_HOME") or Path.cwd() / "var").expanduser().resolve()


def fingerprint() -> str:
    """Changes whenever shipped data or migrations could need preparing again, or another database is named."""
    sha = hashlib.sha256(__version__.encode())
    shipped = [
        *PACKAGE.glob("*/migrations/*.py"),
        *PACKAGE.glob("*/register/*"),
        *PACKAGE.glob("institutions/parameters/*.yaml"),
        *([OUTLINE] if OUTLINE.exists() else []),
    ]
    for path in sorted(shipped):
        sha.update(f"{path.relative_to(PACKAGE)}:{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    sha.update(os.environ.get("DATABASE_URL", "sqlite").encode())
    return sha.hexdigest()


def _mark() -> Path:
    return home() / "prepared.json"


def is_prepared() -> bool:
    """Whether nothing changed since the last time this data folder was prepared."""
    try:
        made = json.loads(_mark().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    there = bool(os.environ.get("DATABASE_URL")) or (home() / "oneplan.sqlite3").is_file()
    return there and isinstance(made, dict) and made.get("fingerprint") == fingerprint()


def mark_prepared() -> None:
    """Remember that this data folder is prepared."""
    _mark().write_text(json.dumps({"fingerprint": fingerprint(), "version": __version__}), encoding="utf-8")


def forget_prepared() -> None:
    """Make the next start prepare again (after a restore, for example)."""
    _mark().unlink(missing_ok=True)
