"""What the benchmarks share: a throw-away data folder and database, and the large sample."""

import atexit
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.run_tests import find_postgres, postgres

ROOT = Path(__file__).resolve().parent.parent
SEED = 2026
REPORT, SMALL = "ONEPLAN_BENCH_REPORT", "ONEPLAN_BENCH_SMALL"  # set by `python -m benchmarks` for each benchmark
SHARED = ROOT.parent / "shared" / "data"


def own_folder() -> None:
    """A data folder of this process, which goes with it."""
    os.environ["ONEPLAN_HOME"] = tempfile.mkdtemp(prefix="oneplan-bench-")
    atexit.register(shutil.rmtree, os.environ["ONEPLAN_HOME"], ignore_errors=True)


def start(database_url: str = "") -> None:
    """Set Django up on an empty database in a temporary folder, with the registers loaded."""
    own_folder()
    os.environ["DJANGO_SETTINGS_MODULE"] = "oneplan.config.settings"
    if database_url:
        os.environ["DATABASE_URL"] = database_url
    else:
        os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    from oneplan.cli.preparing import prepare

    for _ in prepare():
        pass


@contextmanager
def maybe_postgres(*settings: str) -> Iterator[str | None]:
    """A throw-away PostgreSQL server's URL, or None where no server is installed. `settings` as in "jit=off"."""
    programs = find_postgres()
    if programs is None:
        yield None
    else:
        with postgres(programs, *settings) as url:
            yield url


@contextmanager
def maybe_postgis() -> Iterator[str | None]:
    """A database with PostGIS: the one that BENCH_POSTGIS_DSN names, else a throw-away one, else None."""
    import psycopg

    if given := os.environ.get("BENCH_POSTGIS_DSN"):
        yield given
        return
    with maybe_postgres() as url:
        has_it = False
        if url is not None:
            with psycopg.connect(url, autocommit=True) as database:
                known = "SELECT count(*) FROM pg_available_extensions WHERE name = 'postgis'"
                has_it = database.execute(known).fetchone() == (1,)
                if has_it:
                    database.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        yield url if has_it else None


def is_small() -> bool:
    """Whether only little data is wanted, to see that the benchmark runs."""
    return os.environ.get(SMALL) == "1"


def tell(what: str, figure: str, promised: str = "–", *, kept: bool | None = None) -> None:
    """A row of the table at the end; `kept` is None where nothing was promised."""
    _report(what, figure, promised, "" if kept is None else "kept" if kept else "NOT KEPT")


def tell_left_out(what: str, how_to_get_it: str) -> None:
    """Say that a peer is missing, here and in the table at the end."""
    print(f"LEFT OUT. {what}: {how_to_get_it}")
    _report(what, "left out", "–", how_to_get_it)


def _report(what: str, figure: str, promised: str, outcome: str) -> None:
    if path := os.environ.get(REPORT):
        row = {"what": what, "figure": figure, "promised": promised, "outcome": outcome}
        with Path(path).open("a", encoding="utf-8") as report:
            report.write(json.dumps(row, ensure_ascii=False) + "\n")


def fill(country: int, in_space: int, *, space_code: str = "DC36") -> None:
    """Bring the large sample (oneplan/demo/scale.py) up to so many commitments: `in_space` in one, the rest spread."""
    from django.db import transaction
    from django.db.models import Count

    from oneplan.demo.scale import write
    from oneplan.spaces.models import Space

    have = dict(Space.objects.annotate(count=Count("home_commitments")).values_list("code", "count"))
    others = sorted(set(have) - {space_code})
    wanted = {space_code: in_space - have[space_code]}
    for place, code in enumerate(others):
        share = (country - in_space) // len(others) + (place < (country - in_space) % len(others))
        wanted[code] = share - have[code]
    with transaction.atomic():
        for _ in write({code: count for code, count in wanted.items() if count > 0}):
            pass
