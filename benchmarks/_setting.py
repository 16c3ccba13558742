"""What the benchmarks share: a throw-away data folder and database, and the large sample."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]
SEED = 2026
SHARED = ROOT.parent / "shared" / "data"


def start(database_url: str = "") -> None:
    """Set Django up on an empty database in a temporary folder, with the registers loaded."""
    os.environ["ONEPLAN_HOME"] = tempfile.mkdtemp(prefix="oneplan-bench-")
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
def maybe_postgres() -> Iterator[str | None]:
    """A throw-away PostgreSQL server's URL, or None where no server is installed."""
    from run_tests import find_postgres, postgres

    programs = find_postgres()
    if programs is None:
        yield None
    else:
        with postgres(programs) as url:
            yield url


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
