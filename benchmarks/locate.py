"""`locate` beside GeoPandas, SedonaDB and PostGIS: points against 4,468 wards, in one run.

    python -m benchmarks.locate [--points 1000000] [--passes 3] [--growth]

Each peer runs in a process of its own, on the same points and outlines held in memory (PostGIS: in tables with a GiST
index, analysed); reading files and building points is left out for all, and so is building an index, which is printed
apart. Best of the passes counts. The answers of every peer are compared point by point with GeoPandas'.

PostGIS takes part in a throw-away server where it is installed (Debian: apt install postgresql postgis), or in the
database that BENCH_POSTGIS_DSN names.
Wards are the Demarcation Board's when ../shared is there, else the cells of the approximate map.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from benchmarks._setting import is_small, maybe_postgis, tell, tell_left_out

ROOT = Path(__file__).resolve().parent.parent
REAL = ROOT.parent / "shared" / "data" / "boundaries" / "mdb2020_wards.geojson.gz"
OUTLINE = ROOT / "oneplan" / "static" / "dist" / "data" / "countries-10m.json"
SEED = 20260401
PEERS = ("oneplan", "geopandas", "sedonadb", "postgis")
HOW = {"postgis": "apt install postgresql postgis"}  # any other peer comes with requirements-dev.txt: make test
LEAST = {"geopandas": 0.8, "postgis": 5.0}  # the figures: times as fast as the peer


def wards() -> tuple[str, Any]:
    """What the wards are, in words, and their outlines sorted by code."""
    from oneplan.geometry import cells, country, reading

    if REAL.exists():
        file = reading.read_vector(REAL)
        return f"real wards ({REAL.name})", file.geometries[np.argsort(file.columns["code"].astype(str))]
    with (ROOT / "oneplan" / "spaces" / "register" / "wards.csv").open(encoding="utf-8") as table:
        rows = sorted(csv.DictReader(table), key=lambda row: row["code"])
    x, y = (np.array([float(row[name]) for row in rows]) for name in ("longitude", "latitude"))
    outline = country.country_outline(OUTLINE) if OUTLINE.exists() else cells.hull_of(x, y)
    made = cells.voronoi_cells(x, y, outline)
    return "cells of the approximate map", made[~shapely.is_empty(made)]


def scatter(outlines: Any, count: int, *, crowded: bool = False) -> Any:
    """Seeded points: uniform over the country, or (crowded) as many in each ward's box, so that most are in towns."""
    rng = np.random.default_rng(SEED)
    if crowded:
        boxes = shapely.bounds(outlines)[rng.integers(0, len(outlines), count)]
        return boxes[:, :2] + rng.random((count, 2)) * (boxes[:, 2:] - boxes[:, :2])
    country = shapely.union_all(outlines)
    shapely.prepare(country)
    west, south, east, north = shapely.bounds(country)
    kept: list[Any] = []
    while sum(map(len, kept)) < count:
        points = np.column_stack([rng.uniform(west, east, count), rng.uniform(south, north, count)])
        kept.append(points[shapely.contains_xy(country, points[:, 0], points[:, 1])])
    return np.concatenate(kept)[:count]


def best_of(passes: int, act: Callable[[], Any]) -> tuple[float, Any]:
    """The best wall time of several passes, and the last result."""
    times, result = [], None
    for _ in range(passes):
        start = time.perf_counter()
        result = act()
        times.append(time.perf_counter() - start)
    return min(times), result


def first_of(count: int, point: Any, ward: Any) -> Any:
    """One ward a point from pairs (a point in an overlap counts for the first ward), -1 where there is none."""
    answers = np.full(count, np.iinfo(np.int32).max, dtype=np.int32)
    np.minimum.at(answers, np.asarray(point, dtype=np.int64), np.asarray(ward, dtype=np.int32))
    answers[answers == np.iinfo(np.int32).max] = -1
    return answers


def run_oneplan(points: Any, outlines: Any, passes: int) -> tuple[float, Any, str]:
    from oneplan.geometry.locator import Locator

    start = time.perf_counter()
    locator = Locator.build(outlines)
    built = time.perf_counter() - start
    best, answers = best_of(passes, lambda: locator.locate(points[:, 0], points[:, 1]))
    tested = locator.tested[0] / len(points)
    return (
        best,
        answers,
        f"index built once in {built:.2f} s, {locator.nbytes / 1e6:.0f} MB; {tested:.1%} tested exactly",
    )


def run_geopandas(points: Any, outlines: Any, passes: int) -> tuple[float, Any, str]:
    import geopandas

    left = geopandas.GeoDataFrame(geometry=shapely.points(points), crs="EPSG:4326")
    right = geopandas.GeoDataFrame({"ward": np.arange(len(outlines))}, geometry=outlines, crs="EPSG:4326")
    best, joined = best_of(passes, lambda: geopandas.sjoin(left, right, predicate="within"))
    return (
        best,
        first_of(len(points), joined.index, joined["ward"]),
        f"geopandas {geopandas.__version__}, sjoin(within)",
    )


def run_sedonadb(points: Any, outlines: Any, passes: int) -> tuple[float, Any, str]:
    import geopandas
    import sedonadb

    session = sedonadb.connect()
    left = geopandas.GeoDataFrame({"id": np.arange(len(points))}, geometry=shapely.points(points), crs="EPSG:4326")
    right = geopandas.GeoDataFrame({"ward": np.arange(len(outlines))}, geometry=outlines, crs="EPSG:4326")
    session.create_data_frame(left).to_memtable().to_view("points")
    session.create_data_frame(right).to_memtable().to_view("wards")
    query = "SELECT p.id, w.ward FROM points p JOIN wards w ON ST_Within(p.geometry, w.geometry)"
    best, table = best_of(passes, lambda: session.sql(query).to_arrow_table())
    answers = first_of(len(points), table["id"].to_numpy(), table["ward"].to_numpy())
    return best, answers, f"sedonadb {sedonadb.__version__}, in memory"


def run_postgis(points: Any, outlines: Any, passes: int) -> tuple[float, Any, str]:
    import psycopg

    with psycopg.connect(os.environ["BENCH_POSTGIS_DSN"], autocommit=True) as database:
        database.execute("CREATE TEMP TABLE wards (ward int, shape geometry(Geometry, 4326))")
        database.execute("CREATE TEMP TABLE points (id int, shape geometry(Point, 4326))")
        for table, shapes in (("wards", outlines), ("points", shapely.points(points))):
            blobs = shapely.to_wkb(shapely.set_srid(shapes, 4326), hex=True, include_srid=True)
            with database.cursor().copy(f"COPY {table} FROM STDIN") as copy:
                for number, blob in enumerate(blobs):
                    copy.write_row((number, blob))
        database.execute("CREATE INDEX ON wards USING gist (shape)")
        database.execute("ANALYZE wards; ANALYZE points;")

        def join() -> None:
            database.execute("DROP TABLE IF EXISTS answers")
            database.execute(
                "CREATE TEMP TABLE answers AS "
                "SELECT p.id, w.ward FROM points p JOIN wards w ON ST_Contains(w.shape, p.shape)"
            )

        best, _none = best_of(passes, join)
        pairs = np.array(database.execute("SELECT id, ward FROM answers").fetchall(), dtype=np.int64).reshape(-1, 2)
        version = database.execute("SELECT postgis_lib_version()").fetchone()
    return best, first_of(len(points), pairs[:, 0], pairs[:, 1]), f"PostGIS {version[0] if version else '?'}, GiST"


def run_peer(peer: str, folder: Path, passes: int) -> None:
    """One peer, in this process: writes its answers and prints its figures as JSON."""
    points = np.load(folder / "points.npy")
    outlines = shapely.from_wkb((folder / "wards.hex").read_text(encoding="ascii").split())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds, answers, note = globals()[f"run_{peer}"](points, outlines, passes)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    np.save(folder / f"{peer}.npy", answers)
    print(json.dumps({"seconds": seconds, "note": note, "peak_mb": (peak - before) / 1024}))


def compare(label: str, points: Any, outlines: Any, passes: int, peers: list[str]) -> bool:
    """Run the peers over one set of points and print a table; whether the promised ratios hold."""
    print(f"\n{label}: {len(points):,} points, {len(outlines):,} wards, best of {passes}")
    held = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        np.save(folder / "points.npy", points)
        (folder / "wards.hex").write_text("\n".join(shapely.to_wkb(outlines, hex=True)), encoding="ascii")
        figures: dict[str, dict[str, Any]] = {}
        for peer in peers:
            command = [
                sys.executable,
                "-m",
                "benchmarks.locate",
                "--peer",
                peer,
                "--folder",
                name,
                "--passes",
                str(passes),
            ]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"  {peer:<10} {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else '?'}")
                tell_left_out(f"locate beside {peer}", HOW.get(peer, "it comes with requirements-dev.txt: make test"))
                continue
            figures[peer] = json.loads(done.stdout.strip().splitlines()[-1])
        ours = figures["oneplan"]["seconds"]
        reference = np.load(folder / "geopandas.npy") if "geopandas" in figures else None
        for peer, figure in figures.items():
            rate, times = len(points) / figure["seconds"] / 1e6, figure["seconds"] / ours
            differ = "" if reference is None else f"{int((np.load(folder / f'{peer}.npy') != reference).sum())} differ"
            verdict, promised, kept = "", "–", None
            if peer in LEAST:
                fast = times >= LEAST[peer]
                held &= fast
                promised, kept = f"≥ {LEAST[peer]:g} ×", fast
                verdict = f"wanted ≥ {LEAST[peer]} ×: {'held' if fast else 'NOT HELD'}"
            print(
                f"  {peer:<10} {figure['seconds']:8.3f} s {rate:8.2f} M/s  oneplan is {times:6.1f} ×  {differ:>10}  "
                f"+{figure['peak_mb']:.0f} MB  {figure['note']} {verdict}"
            )
            if peer != "oneplan":
                tell(f"locate, {label.lower()}, beside {peer}", f"{times:.1f} × as fast", promised, kept=kept)
        tell(f"locate, {label.lower()}", f"{len(points) / ours / 1e6:.2f} M points a second")
        if reference is not None:
            same = bool((np.load(folder / "oneplan.npy") == reference).all())
            tell(f"locate, {label.lower()}: answers", "equal" if same else "differ", "equal to GeoPandas'", kept=same)
            held &= same
    return held


def growth(outlines: Any) -> None:
    """How time grows with the number of points."""
    from oneplan.geometry.locator import Locator

    locator = Locator.build(outlines)
    print("\nGrowth (one index):")
    first = 0.0
    least = 1_000 if is_small() else 100_000
    for times in (1, 10, 100):
        points = scatter(outlines, least * times, crowded=True)
        best, _answers = best_of(3, lambda points=points: locator.locate(points[:, 0], points[:, 1]))  # type: ignore[misc]
        first = first or best
        print(f"  {times:>3} × {least:,} points: {best:7.3f} s = {best / first:6.1f} × the time")


def main() -> int:
    """Run the benchmark; 1 when a promised ratio or an equality does not hold."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--points", type=int, default=10_000 if is_small() else 1_000_000)
    options.add_argument("--passes", type=int, default=3)
    options.add_argument("--growth", action="store_true", help="only the growth with the number of points")
    options.add_argument("--peer", choices=PEERS, help=argparse.SUPPRESS)
    options.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.peer:
        run_peer(given.peer, given.folder, given.passes)
        return 0
    what, outlines = wards()
    print(f"locate against {what}")
    held = True
    if not given.growth:
        with maybe_postgis() as dsn:
            if dsn is None:
                tell_left_out("locate beside postgis", HOW["postgis"])
            else:
                os.environ["BENCH_POSTGIS_DSN"] = dsn
            peers = [peer for peer in PEERS if peer != "postgis" or dsn]
            held = compare("Over the country", scatter(outlines, given.points), outlines, given.passes, peers)
        crowded = scatter(outlines, given.points, crowded=True)
        held &= compare("Crowded in towns", crowded, outlines, given.passes, ["oneplan", "geopandas"])
    growth(outlines)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
