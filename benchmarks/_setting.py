"""What the benchmarks share: a throw-away data folder and database, and seeded commitments in bulk."""

import json
import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from scripts.run_tests import find_postgres, postgres

ROOT = Path(__file__).resolve().parent.parent
SEED = 2026
REPORT, SMALL = "ONEPLAN_BENCH_REPORT", "ONEPLAN_BENCH_SMALL"  # set by `python -m benchmarks` for each benchmark
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
    programs = find_postgres()
    if programs is None:
        yield None
    else:
        with postgres(programs) as url:
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
    """Write commitments, parties, pledges and shares straight into the tables: `in_space` in one, the rest spread."""
    from django.db import transaction

    from oneplan.commitments.models import Commitment, Party, Pledge, Share
    from oneplan.institutions.models import Institution
    from oneplan.periods.years import Basis
    from oneplan.plans.models import Edition, OnePlan
    from oneplan.spaces.models import MunicipalArea, Space

    rng = random.Random(SEED)
    spaces = list(Space.objects.order_by("code"))
    areas: dict[str, list[MunicipalArea]] = {}
    for area in MunicipalArea.objects.all():
        areas.setdefault(area.space_id, []).append(area)
    institutions = list(Institution.objects.order_by("code").values_list("code", flat=True)[:200])
    instant = datetime(2026, 3, 1, tzinfo=UTC)
    topics = ["people", "economy", "spatial", "infrastructure", "services", "governance"]
    with transaction.atomic():
        for space in spaces:
            plan, _ = OnePlan.objects.get_or_create(space=space)
            Edition.objects.get_or_create(
                plan=plan,
                number=1,
                defaults={"ruleset": "framework_2020", "start_year": 2026, "opened_on": date(2026, 1, 5)},
            )
        have = Commitment.objects.count()
        rows = []
        for number in range(have, country):
            home = next(s for s in spaces if s.code == space_code) if number < in_space else rng.choice(spaces)
            rows.append(
                Commitment(
                    ref=f"{home.code}-C-{number:05d}",
                    home_space=home,
                    title=f"Commitment {number} of {home.name}",
                    kind="project",
                    area=rng.choice(topics),
                    novelty=rng.choice(["new", "existing", "accelerated"]),
                    state=rng.choice(["proposed", "proposed", "agreed", "signed"]),
                    lead_id=rng.choice(institutions),
                    start_on=date(2026, 4, 1),
                    finish_on=date(2026 + rng.randint(1, 9), 3, 31),
                    total_cost=Decimal(rng.randint(1, 900)) * 1_000_000,
                    funding=rng.choice(["funded", "part", "unfunded"]),
                    pledged=Decimal(rng.randint(1, 400)) * 1_000_000,
                    place_quality=rng.choice(["named", "not_placed"]),
                    proposed_at=instant,
                    changed_at=instant,
                    search_text=f"commitment {number} {home.name}".lower(),
                )
            )
        made = Commitment.objects.bulk_create(rows, batch_size=2000)
        Share.objects.bulk_create(
            [Share(commitment=c, space_id=c.home_space_id, fraction=1, valid_from=date(2026, 1, 1)) for c in made],
            batch_size=5000,
        )
        through = Commitment.municipal_areas.through
        through.objects.bulk_create(
            [
                through(commitment_id=c.pk, municipalarea_id=rng.choice(areas[c.home_space_id]).code)
                for c in made
                if c.place_quality == "named"
            ],
            batch_size=5000,
        )
        parties = Party.objects.bulk_create(
            [
                Party(commitment=c, institution_id=code, role=role)
                for c in made
                for code, role in (
                    (c.lead_id, "lead"),
                    (institutions[(institutions.index(c.lead_id) + 7) % len(institutions)], "partner"),
                )
            ],
            batch_size=5000,
        )
        Pledge.objects.bulk_create(
            [
                Pledge(
                    party=p, year=2026 + n, basis=Basis.PFMA, amount=Decimal(rng.randint(1, 90)) * 1_000_000,
                    funding_source="Equitable share", status="tabled" if n < 2 else "indicative",
                )
                for p in parties
                for n in range(3)
            ],
            batch_size=5000,
        )  # fmt: skip
