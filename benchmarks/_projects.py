"""Generated projects on the ground: as many as wanted, around the wards' reference points, from one seed.

Half stand within some kilometres of a ward's point, a third crowd into a hundred and twenty towns, the rest lie where
they like around a ward. Each has its placement; of one in LINES it is a line of ten points, some kilometres long, that
goes through its pin. Written straight into the tables, as a bulk import is.
"""

import random
from collections.abc import Iterator

import numpy as np

SEED = 4
LINES = 20
STAGES = ("initiation", "feasibility", "tender", "design", "construction_25", "construction_75",
          "practical_completion", "final_completion", "on_hold", "")  # fmt: skip
WORDS = ("Upgrade", "Build", "Repair", "Extend", "Renew", "clinic", "road", "bulk water", "school", "substation")


def fill_projects(count: int) -> None:
    """Bring the table of projects up to `count` rows with a pin, nine in ten of them public."""
    from django.db import connection, transaction

    from oneplan.geometry.mercator import cells
    from oneplan.periods import clock
    from oneplan.projects.models import Project
    from oneplan.spaces.models import Ward

    wards = list(
        Ward.objects.filter(latitude__gt=-36).order_by("code").values_list(
            "longitude", "latitude", "code", "municipal_area_id", "municipal_area__space_id",
            "municipal_area__space__province_id",
        )
    )  # fmt: skip
    dice = np.random.default_rng(SEED)
    of = dice.integers(0, len(wards), count)
    towns = dice.integers(0, len(wards), 120)
    crowded = dice.random(count) < 1 / 3
    of[crowded] = towns[dice.integers(0, len(towns), int(crowded.sum()))]
    spread = np.where(crowded, 0.01, np.where(dice.random(count) < 0.2, 0.08, 0.025))
    longitudes = np.array([ward[0] for ward in wards])[of] + dice.normal(0, 1, count) * spread
    latitudes = np.array([ward[1] for ward in wards])[of] + dice.normal(0, 1, count) * spread
    codes = cells(longitudes, latitudes)
    drawn = random.Random(SEED)
    now = clock.now()

    def rows() -> Iterator[Project]:
        for place in range(count):
            _x, _y, ward, area, space, province = wards[of[place]]
            yield Project(
                ref=f"B-{place:06}", title=f"{' '.join(drawn.choices(WORDS, k=4))} {place}", kind="works",
                stage=drawn.choice(STAGES), funding=drawn.choice(("tabled", "not_tabled")), feed="projects",
                sphere=drawn.choice(("national", "provincial", "local")), province_id=province, space_id=space,
                municipal_area_id=area, ward_id=ward, audience="government" if place % 10 == 0 else "public",
                total_cost=None if place % 7 == 0 else drawn.randrange(10**5, 10**9), method="geometry",
                confidence=drawn.choice(("high", "medium", "low")), longitude=float(longitudes[place]),
                latitude=float(latitudes[place]), cell=int(codes[place]), registered_at=now, changed_at=now,
                search_text=f"project {place}", is_sample=True,
            )  # fmt: skip

    with transaction.atomic():
        batch: list[Project] = []
        for row in rows():
            batch.append(row)
            if len(batch) == 5000:
                Project.objects.bulk_create(batch, batch_size=2000)
                batch = []
        Project.objects.bulk_create(batch, batch_size=2000)
        _place()
    with connection.cursor() as cursor:
        for table in ("projects_project", "projects_placement"):
            cursor.execute(f"VACUUM ANALYZE {table}" if connection.vendor == "postgresql" else "ANALYZE")


def _place() -> None:
    """A placement for each project."""
    from oneplan.geometry.writing import line_wkb
    from oneplan.periods import clock
    from oneplan.projects.models import Placement, Project

    dice, now = random.Random(SEED), clock.now()
    made: list[Placement] = []
    rows = Project.objects.order_by("ref").values_list("pk", "longitude", "latitude", "confidence")
    for number, (pk, x, y, confidence) in enumerate(rows.iterator(chunk_size=5000)):
        place = Placement(
            project_id=pk, method="geometry", confidence=confidence, longitude=x, latitude=y, as_at=now.date(),
            made_at=now,
        )  # fmt: skip
        if x is not None and y is not None and number % LINES == 7:  # most of them public
            east, north = dice.uniform(-0.01, 0.01), dice.uniform(-0.01, 0.01)
            points = [(x + step * east, y + step * north) for step in range(-4, 6)]
            (a, b), (c, d) = points[0], points[-1]
            place.wkb = line_wkb(points)
            place.minx, place.maxx, place.miny, place.maxy = min(a, c), max(a, c), min(b, d), max(b, d)
        made.append(place)
    Placement.objects.bulk_create(made, batch_size=2000)
