"""Tiles, boxes and single features of 200,000 projects, beside TiPG on PostGIS in one run.

Both serve the same rows from the same PostgreSQL server with two web processes, to eight connections at a time; each
request asks for one filter on top of what everybody may see, and the same properties come back. Every answer is drawn
when it is asked for: no tile is prebuilt or kept. Requests go round through the same list of places for both, drawn
from one seed by where projects stand; of zoom 9 only tiles that both answer whole (we gather projects in a tile of
more than 4,000, TiPG cuts it off at 10,000). Features are points and, one in twenty, lines; tiles hold their pins, for
which TiPG gets a table of its own. Best of three, taken in turn.

At zoom 6 TiPG sends up to 10,000 points of a tile and drops the rest; ours are gathered into squares with exact counts.
Promised: 3 × at zoom 6, 1.5 × at zooms 9 and 12 and for 100 features of a box, 1 × for one feature. Told apart: ours on
SQLite, the public unfiltered layer as 304 by its version, and a tile of boundaries, which is prebuilt.

TiPG (PyPI) is installed into an environment of its own under the folder that BENCH_TIPG names, else a temporary one.
"""

import asyncio
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv
from collections.abc import Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks._setting import ROOT, is_small, maybe_postgis, start, tell, tell_left_out
from benchmarks.throughput import CONNECTIONS, Load, _Asker, free_port, serving

PROJECTS = 4_000 if is_small() else 200_000
SECONDS = 1.0 if is_small() else 6.0
ROUNDS = 1 if is_small() else 3
PLACES = 40  # different requests of one kind
TIPG = ("tipg==1.6.1", "uvicorn[standard]==0.54.0")
FILTER = {"funding": "tabled"}
TARGETS = {"tile z6": 3.0, "tile z9": 1.5, "tile z12": 1.5, "box of 100": 1.5, "one feature": 1.0}
DRAWN = "ref,stage,confidence,total_cost"
COLUMNS = (
    "ref", "title", "kind", "stage", "nature", "funding", "fund", "sector", "sphere", "province_id", "space_id",
    "municipal_area_id", "ward_id", "implementing_id", "start_on", "finish_on", "total_cost", "spent_to_date", "jobs",
    "standing", "method", "confidence", "is_doubtful", "is_sample",
)  # fmt: skip

Requests = dict[str, list[str]]


# --- the load: a process of its own, that goes round through a list of requests ---------------------------------------


class _Rounds(_Asker):
    """One connection that asks for one address after the other."""

    def __init__(self, requests: Sequence[bytes], first: int, until: float, done: "asyncio.Future[None]") -> None:
        super().__init__(b"", until, done)
        self.requests = itertools.islice(itertools.cycle(requests), first, None)

    def _ask(self) -> None:
        self.request = next(self.requests)
        super()._ask()


async def _load(port: int, paths: list[str], headers: dict[str, str], status: int) -> dict[str, float]:
    loop = asyncio.get_running_loop()
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    requests = [f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{lines}\r\n".encode() for path in paths]
    began = time.perf_counter()
    until = began + SECONDS
    ends = [loop.create_future() for _ in range(CONNECTIONS)]
    made = [
        loop.create_connection(
            partial(_Rounds, requests, place * len(requests) // CONNECTIONS, until, end), "127.0.0.1", port
        )
        for place, end in enumerate(ends)
    ]
    askers = [asker for _transport, asker in await asyncio.gather(*made)]
    await asyncio.gather(*ends)
    took = time.perf_counter() - began
    told = [each for asker in askers for each in asker.times]
    good = sorted(each * 1000 for code, each in told if code == status)
    other = len(told) - len(good)
    if not good:
        return {"rate": 0.0, "median": 0.0, "p95": 0.0, "other": max(other, 1)}
    return {
        "rate": len(good) / took, "median": good[len(good) // 2], "p95": good[int(len(good) * 0.95)], "other": other,
    }  # fmt: skip


def ask(port: int, paths: Sequence[str], headers: dict[str, str] | None = None, status: int = 200) -> Load:
    given = json.dumps([port, list(paths), headers or {}, status])
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.tiles", "--load"], input=given, cwd=ROOT, text=True, check=True,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    load = Load(**json.loads(run.stdout))
    assert load.rate and not load.other, f"{paths[0]}: {load.other} answers were not {status}"
    return load


# --- the peer --------------------------------------------------------------------------------------------------------


def tipg_python() -> str | None:
    """The Python of an environment that has TiPG; None where it cannot be installed."""
    folder = Path(os.environ.get("BENCH_TIPG") or Path(tempfile.gettempdir()) / "oneplan-bench-tipg")
    python = folder / "bin" / "python"
    if not python.is_file():
        venv.create(folder, with_pip=True)
    done = subprocess.run([python, "-m", "pip", "install", "--quiet", *TIPG], check=False)
    return str(python) if done.returncode == 0 else None


def give_rows(url: str) -> None:
    """The same rows for TiPG: tables with a geometry and its index, rand as whole cents in both."""
    import psycopg

    pin = "ST_SetSRID(ST_MakePoint(longitude, latitude), 4326)"
    line = "SELECT ST_GeomFromWKB(wkb, 4326) FROM projects_placement WHERE project_id = projects_project.id"
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("CREATE SCHEMA IF NOT EXISTS bench")
        for table, shape in (("bench.pins", pin), ("bench.projects", f"COALESCE(({line}), {pin})")):
            database.execute(
                f"CREATE TABLE {table} AS SELECT id AS pk, {', '.join(COLUMNS)}, audience, {shape} AS geom"
                " FROM projects_project WHERE cell IS NOT NULL"
            )
            database.execute(f"ALTER TABLE {table} ADD PRIMARY KEY (ref)")
            database.execute(f"CREATE INDEX ON {table} USING gist (geom)")
            database.execute(f"CREATE INDEX ON {table} (audience, funding)")
            database.execute(f"VACUUM ANALYZE {table}")
        database.execute("VACUUM ANALYZE projects_project, projects_placement")  # settled, as autovacuum leaves them


# --- what is asked ---------------------------------------------------------------------------------------------------


def places() -> list[tuple[float, float, str]]:
    """Where the requests look: places of public projects that fit the filter, from one seed, each with its ref."""
    from oneplan.projects.models import Project

    rows = Project.objects.filter(audience="public", cell__isnull=False, **FILTER).order_by("ref")
    found = list(rows.values_list("longitude", "latitude", "ref"))
    return [(float(x or 0), float(y or 0), ref) for x, y, ref in random.Random(4).sample(found, PLACES)]


def requests() -> tuple[Requests, Requests]:
    """The paths of ours and of TiPG's, kind by kind."""
    from oneplan.access.actors import PUBLIC
    from oneplan.geometry.mercator import cells
    from oneplan.projects.queries import ProjectFilters, on_map

    asked = "&".join(f"{name}={value}" for name, value in FILTER.items())
    filters = ProjectFilters(**{name: (value,) for name, value in FILTER.items()})
    theirs_filter = f"audience=public&{asked}"
    ours: Requests = {name: [] for name in TARGETS}
    theirs: Requests = {name: [] for name in TARGETS}
    collection = "/collections/bench.projects"
    for x, y, ref in places():
        for zoom in (6, 9, 12):
            tile = _tile(int(cells([x], [y])[0]), zoom)
            if zoom > 6 and on_map.points_of(PUBLIC, filters, *tile) is None:
                continue
            z, column, row = tile
            ours[f"tile z{zoom}"].append(f"/tiles/projects/{z}/{column}/{row}.mvt?{asked}")
            theirs[f"tile z{zoom}"].append(
                f"/collections/bench.pins/tiles/WebMercatorQuad/{z}/{column}/{row}?{theirs_filter}&properties={DRAWN}"
            )
        box = f"{x - 0.1:.4f},{y - 0.1:.4f},{x + 0.1:.4f},{y + 0.1:.4f}"
        ours["box of 100"].append(f"/ogc/collections/projects/items?bbox={box}&limit=100&{asked}")
        theirs["box of 100"].append(
            f"{collection}/items?bbox={box}&limit=100&{theirs_filter}&properties={','.join(COLUMNS)}&f=geojson"
        )
        ours["one feature"].append(f"/ogc/collections/projects/items/{ref}")
        theirs["one feature"].append(f"{collection}/items/{ref}?f=geojson&properties={','.join(COLUMNS)}")
    return ours, theirs


def _tile(cell: int, zoom: int) -> tuple[int, int, int]:
    import numpy as np

    from oneplan.geometry.mercator import DEPTH, columns_and_rows

    column, row = columns_and_rows(np.array([cell]))
    return zoom, int(column[0]) >> (DEPTH - zoom), int(row[0]) >> (DEPTH - zoom)


def compare(ours: int, theirs: int, paths: tuple[Requests, Requests]) -> None:
    """Both answer with as much: features of a tile, exact numbers of a box, properties of a feature."""
    import mapbox_vector_tile

    for kind in ("tile z9", "tile z12"):
        for a, b in list(zip(paths[0][kind], paths[1][kind], strict=True))[:8]:
            counted = [_count(mapbox_vector_tile.decode(_get(port, path))) for port, path in ((ours, a), (theirs, b))]
            # A point on the seam, or in TiPG's margin of the tile, may count for one of the two.
            assert abs(counted[0] - counted[1]) <= max(3, 0.05 * counted[1]), (kind, a, counted)
    for a, b in list(zip(paths[0]["box of 100"], paths[1]["box of 100"], strict=True))[:8]:
        left, right = json.loads(_get(ours, a)), json.loads(_get(theirs, b))
        assert left["numberMatched"] == right["numberMatched"], (a, left["numberMatched"], right["numberMatched"])
        assert len(left["features"]) == len(right["features"])
        assert len(left["features"][0]["properties"]) == len(right["features"][0]["properties"])


def _count(decoded: dict[str, Any]) -> int:
    return sum(len(layer["features"]) for layer in decoded.values())


def _get(port: int, path: str) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=120) as answer:
        return bytes(answer.read())


# --- what is measured ------------------------------------------------------------------------------------------------


def measure(url: str) -> bool:
    """On PostgreSQL, beside TiPG."""
    from oneplan.cli.serving import web_command

    port, beside = _begin(url), free_port()
    _close()
    give_rows(url)
    python = tipg_python()
    if python is None:
        tell_left_out("TiPG beside tiles", "it could not be installed from PyPI")
        return True
    paths = requests()
    _close()
    environment = {
        "DATABASE_URL": url.replace("postgres://", "postgresql://"), "TIPG_DB_SCHEMAS": '["bench"]',
        "TIPG_MAX_FEATURES_PER_TILE": "10000", "TIPG_CATALOG_TTL": "100000",
    }  # fmt: skip
    peer = [python, "-m", "uvicorn", "tipg.main:app", "--workers", "2", "--port", str(beside), "--log-level", "warning"]
    with serving(web_command(), port), _without_our_path(), serving(peer, beside, **environment):
        compare(port, beside, paths)
        best: dict[tuple[str, str], Load] = {}
        for number in range(ROUNDS + 1):  # the first round warms both
            for kind in TARGETS:
                for who, at, asked in (("ours", port, paths[0]), ("TiPG", beside, paths[1])):
                    load = ask(at, asked[kind])
                    if number and ((who, kind) not in best or load.rate > best[who, kind].rate):
                        best[who, kind] = load
        well = True
        print(f"\nPostgreSQL, {PROJECTS} projects, {CONNECTIONS} connections, best of {ROUNDS} of {SECONDS:.0f} s")
        for kind, target in TARGETS.items():
            mine, other = best["ours", kind], best["TiPG", kind]
            ratio = mine.rate / other.rate
            well &= ratio >= target or is_small()
            print(f"  {kind:<12} {mine.rate:7.1f} a second (p95 {mine.p95:.0f} ms), TiPG {other.rate:7.1f}"
                  f" (p95 {other.p95:.0f} ms): {ratio:.2f} ×")  # fmt: skip
            figure = f"{mine.rate:.0f} a second against {other.rate:.0f}: {ratio:.2f} ×"
            tell(f"{kind}, beside TiPG on PostGIS", figure, f"≥ {target:g} ×", kept=ratio >= target)
        _apart("postgresql", port)
    return well


def on_sqlite() -> None:
    """The same of ours on SQLite, told apart."""
    from oneplan.cli.serving import web_command

    port = _begin("")
    ours, _theirs = requests()
    _close()
    with serving(web_command(), port):
        print("\nSQLite")
        for kind in TARGETS:
            load = max((ask(port, ours[kind]) for _ in range(2)), key=lambda each: each.rate)
            print(f"  {kind:<12} {load.rate:7.1f} a second, p95 {load.p95:.0f} ms")
            tell(f"{kind}, SQLite", f"{load.rate:.0f} a second, p95 {load.p95:.0f} ms")
        _apart("sqlite", port)


def _apart(engine: str, port: int) -> None:
    """What is kept: the public unfiltered layer for who has it already, and boundaries."""
    path = "/tiles/projects/6/37/37.mvt"
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=120) as answer:
        tag = answer.headers["ETag"]
    kept = ask(port, [path], {"If-None-Match": tag}, status=304)
    prebuilt = ask(port, ["/tiles/boundaries/approximate/9/295/292.mvt"])
    print(f"  apart: unfiltered z6 as 304 {kept.rate:.0f} a second, a tile of boundaries {prebuilt.rate:.0f}")
    tell(f"kept apart, {engine}", f"304 {kept.rate:.0f} a second, boundaries {prebuilt.rate:.0f} a second")


def _begin(url: str) -> int:
    from benchmarks._projects import fill_projects

    port = free_port()
    os.environ.update(ONEPLAN_PORT=str(port), ONEPLAN_WEB_PROCESSES="2")
    start(url)
    fill_projects(PROJECTS)
    return port


def _close() -> None:
    from django.db import connections

    connections.close_all()


@contextmanager
def _without_our_path() -> Any:
    """The peer finds only its own packages."""
    held = os.environ.pop("PYTHONPATH", None)
    try:
        yield
    finally:
        if held is not None:
            os.environ["PYTHONPATH"] = held


def main() -> int:
    if "--load" in sys.argv:
        print(json.dumps(asyncio.run(_load(*json.loads(sys.stdin.read())))))
        return 0
    if "--sqlite" in sys.argv:
        on_sqlite()
        return 0
    well = True
    with maybe_postgis() as url:
        if url is None:
            tell_left_out("tiles beside TiPG", "install PostgreSQL with PostGIS, or name one in BENCH_POSTGIS_DSN")
        else:
            well = measure(url)
    subprocess.run([sys.executable, "-m", "benchmarks.tiles", "--sqlite"], cwd=ROOT, check=True)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
