"""Shares of lines and areas beside GeoPandas' overlay and PostGIS: 60,000 features, 213 municipal areas, in one run.

    python -m benchmarks.placement [--features 60000] [--passes 3] [--growth]

Each peer runs in a process of its own, on the same features and outlines held in memory (PostGIS: in tables with a GiST
index, analysed). Asked of all: for each feature the part of its length or area that falls to each municipal area,
measured in the equal-area projection. Reading files is left out for all, and so is what is done once for the outlines
(our index, GeoPandas' spatial index, PostGIS' subdivided table). Moving the features into the projection is counted
for us and left out for the peers: they are given features and outlines that are there already. PostGIS cuts with the
subdivided outlines and takes what a municipal area covers whole without cutting, as its manual recommends.

The outlines are the Demarcation Board's when ../shared is there, else the approximate map's. Half of the features are
lines of 0.3 to 60 km, half areas of 0.1 to 12 km across, of 8 to 120 vertices, and one in a thousand a corridor of
some hundred kilometres; all from a seed, and like the outlines with a vertex at least every 2 km.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from benchmarks._setting import is_small, maybe_postgis, tell, tell_left_out
from benchmarks.locate import HOW, OUTLINE, SEED, best_of

ROOT = Path(__file__).resolve().parent.parent
REAL = ROOT.parent / "shared" / "data" / "boundaries" / "mdb2020_municipalities_from_wards.geojson"
PEERS = ("oneplan", "geopandas", "postgis")
LEAST = 1.0  # times as fast as the better of the two
SAME = 1e-6


def outlines() -> tuple[str, Any]:
    """What the municipal areas are, in words, and their outlines sorted by code, with a vertex at least every 2 km.

    The vertices make an edge the same line in degrees and in the projection, so that all peers cut along one border.
    """
    from oneplan.geometry import cells, country, reading
    from oneplan.geometry.overlay import DENSE

    if REAL.exists():
        file = reading.read_vector(REAL)
        return f"real municipal areas ({REAL.name})", shapely.segmentize(
            file.geometries[np.argsort(file.columns["code"].astype(str))], DENSE
        )
    import csv

    with (ROOT / "oneplan" / "spaces" / "register" / "wards.csv").open(encoding="utf-8") as table:
        rows = sorted(csv.DictReader(table), key=lambda row: row["code"])
    x, y = (np.array([float(row[name]) for row in rows]) for name in ("longitude", "latitude"))
    made = cells.voronoi_cells(x, y, country.country_outline(OUTLINE) if OUTLINE.exists() else cells.hull_of(x, y))
    there = ~shapely.is_empty(made)
    groups = [row["municipal_area"] for row, kept in zip(rows, there, strict=True) if kept]
    return "approximate municipal areas", shapely.segmentize(cells.dissolve(made[there], groups)[1], DENSE)


def features(areas: Any, count: int) -> Any:
    """Seeded lines and areas in WGS 84, somewhere in the country."""
    from oneplan.geometry.frame import from_equal_area, to_equal_area
    from oneplan.geometry.overlay import DENSE

    rng = np.random.default_rng(SEED)
    country = shapely.union_all(areas)
    shapely.prepare(country)
    west, south, east, north = shapely.bounds(country)
    places: Any = np.zeros((0, 2))
    while len(places) < count:
        tried = np.column_stack([rng.uniform(west, east, count), rng.uniform(south, north, count)])
        places = np.vstack([places, tried[shapely.contains_xy(country, tried[:, 0], tried[:, 1])]])
    starts = shapely.get_coordinates(to_equal_area(shapely.points(places[:count])))
    made = [
        _line(rng, start, 300_000.0 if number % 1000 == 0 else 0.0) if number % 2 == 0 else _area(rng, start)
        for number, start in enumerate(starts)
    ]
    found = shapely.segmentize(from_equal_area(np.array(made, dtype=object)), DENSE)
    return found[shapely.is_valid(found)]


def _line(rng: np.random.Generator, start: Any, length: float) -> Any:
    vertices = int(rng.integers(8, 120)) if not length else 300
    length = length or float(np.exp(rng.uniform(np.log(300), np.log(60_000))))
    heading = rng.uniform(0, 2 * np.pi) + np.cumsum(rng.normal(0, 0.15 if vertices < 200 else 0.03, vertices))
    steps = np.column_stack([np.cos(heading), np.sin(heading)]) * length / vertices
    return shapely.linestrings(start + np.cumsum(steps, axis=0))


def _area(rng: np.random.Generator, middle: Any) -> Any:
    vertices, across = int(rng.integers(8, 120)), float(np.exp(rng.uniform(np.log(100), np.log(12_000))))
    angles = np.sort(rng.uniform(0, 2 * np.pi, vertices))
    radii = across * (1 + 0.3 * np.sin(3 * angles + rng.uniform(0, 6)) + 0.05 * rng.normal(size=vertices))
    return shapely.polygons(middle + np.column_stack([np.cos(angles) * radii, np.sin(angles) * radii]))


Parts = tuple[Any, Any, Any]  # feature, area, fraction


def fractions(feature: Any, area: Any, size: Any) -> Parts:
    """Sizes of parts as fractions of each feature, ordered, without what only touches."""
    feature, area, size = (np.asarray(each) for each in (feature, area, size))
    kept = size > 0
    feature, area, size = feature[kept].astype(np.int64), area[kept].astype(np.int64), size[kept].astype(np.float64)
    pair, place = np.unique(feature * 10_000 + area, return_inverse=True)
    sizes = np.bincount(place, weights=size)
    feature, area = pair // 10_000, pair % 10_000
    return feature, area, sizes / np.bincount(feature, weights=sizes)[feature]


def run_oneplan(shapes: Any, areas: Any, passes: int) -> tuple[float, Parts, str]:
    import time

    from oneplan.geometry.locator import Locator
    from oneplan.geometry.overlay import Overlay

    start = time.perf_counter()
    overlay = Overlay.build(Locator.build(areas))
    overlay.shares(shapes[:100])
    built = time.perf_counter() - start
    best, shares = best_of(passes, lambda: overlay.shares(shapes))
    crossing = len(shares.feature) - len(np.unique(shares.feature))
    note = f"index once in {built:.2f} s, {len(overlay.pieces)} pieces; {crossing:,} parts beyond the first"
    return best, (shares.feature, shares.area, shares.fraction), note


def run_geopandas(shapes: Any, areas: Any, passes: int) -> tuple[float, Parts, str]:
    import geopandas

    from oneplan.geometry.frame import EQUAL_AREA

    left = geopandas.GeoDataFrame({"id": np.arange(len(shapes))}, geometry=shapes, crs="EPSG:4326").to_crs(EQUAL_AREA)
    right = geopandas.GeoDataFrame({"area": np.arange(len(areas))}, geometry=areas, crs="EPSG:4326").to_crs(EQUAL_AREA)
    is_line = shapely.get_dimensions(shapes) == 1
    lines, polygons = left[is_line], left[~is_line]
    right.sindex  # noqa: B018 - built once, like ours

    def overlay() -> Parts:
        one = geopandas.overlay(lines, right, how="intersection", keep_geom_type=True)
        two = geopandas.overlay(polygons, right, how="intersection", keep_geom_type=True)
        return fractions(
            np.r_[one["id"], two["id"]], np.r_[one["area"], two["area"]], np.r_[one.length, two.geometry.area]
        )

    best, parts = best_of(passes, overlay)
    return best, parts, f"geopandas {geopandas.__version__}, overlay(intersection)"


def run_postgis(shapes: Any, areas: Any, passes: int) -> tuple[float, Parts, str]:
    import psycopg

    from oneplan.geometry.frame import to_equal_area

    with psycopg.connect(os.environ["BENCH_POSTGIS_DSN"], autocommit=True) as database:
        for table, held in (("areas", areas), ("features", shapes)):
            database.execute(f"CREATE TEMP TABLE {table} (id int, shape geometry(Geometry))")
            with database.cursor().copy(f"COPY {table} FROM STDIN") as copy:
                for number, blob in enumerate(shapely.to_wkb(to_equal_area(held), hex=True)):
                    copy.write_row((number, blob))
        database.execute("CREATE TEMP TABLE pieces AS SELECT id, ST_Subdivide(shape, 128) AS shape FROM areas")
        for table in ("areas", "pieces", "features"):
            database.execute(f"CREATE INDEX ON {table} USING gist (shape)")
            database.execute(f"ANALYZE {table}")
        whole = (
            "SELECT f.id AS feature, a.id AS area, 1.0::float8 AS size FROM features f JOIN areas a "
            "ON ST_Covers(a.shape, f.shape)"
        )
        cut = (
            "SELECT f.id, p.id, CASE WHEN ST_Dimension(f.shape) = 1 THEN ST_Length(ST_Intersection(f.shape, p.shape)) "
            "ELSE ST_Area(ST_Intersection(f.shape, p.shape)) END FROM features f JOIN pieces p "
            "ON ST_Intersects(f.shape, p.shape) WHERE NOT EXISTS (SELECT 1 FROM inside i WHERE i.feature = f.id)"
        )

        def join() -> None:
            database.execute("DROP TABLE IF EXISTS inside; DROP TABLE IF EXISTS parts")
            database.execute(f"CREATE TEMP TABLE inside AS {whole}")
            database.execute("CREATE INDEX ON inside (feature)")
            database.execute(f"CREATE TEMP TABLE parts AS SELECT * FROM inside UNION ALL {cut}")

        best, _none = best_of(passes, join)
        rows = np.array(database.execute("SELECT feature, area, size FROM parts").fetchall(), dtype=np.float64)
        version = database.execute("SELECT postgis_lib_version()").fetchone()
    return best, fractions(rows[:, 0], rows[:, 1], rows[:, 2]), f"PostGIS {version[0] if version else '?'}, subdivided"


def run_peer(peer: str, folder: Path, passes: int) -> None:
    """One peer, in this process: writes its answers and prints its figures as JSON."""
    shapes, areas = (
        shapely.from_wkb((folder / f"{name}.hex").read_text(encoding="ascii").split()) for name in ("features", "areas")
    )
    seconds, (feature, area, fraction), note = globals()[f"run_{peer}"](shapes, areas, passes)
    np.savez(folder / f"{peer}.npz", feature=feature, area=area, fraction=fraction)
    print(json.dumps({"seconds": seconds, "note": note}))


def contested(shapes: Any, areas: Any) -> set[int]:
    """Features that touch ground which the file gives to two municipal areas: peers count it twice, we once."""
    one, other = shapely.STRtree(areas).query(areas, predicate="intersects")
    shared = shapely.intersection(areas[one[one < other]], areas[other[one < other]])
    shared = shapely.get_parts(shared[shapely.area(shared) > 0])
    twice = shared[shapely.get_dimensions(shared) == 2]
    return set(shapely.STRtree(shapes).query(twice, predicate="intersects")[1].tolist())


def differing(folder: Path, peer: str, count: int, left_out: set[int]) -> tuple[int, int]:
    """Features of which a peer says otherwise than we, beyond slivers; and features of which we left a sliver out."""
    ours: dict[int, dict[int, float]] = {}
    theirs: dict[int, dict[int, float]] = {}
    for parts, name in ((ours, "oneplan"), (theirs, peer)):
        held = np.load(folder / f"{name}.npz")
        for feature, area, fraction in zip(
            held["feature"].tolist(), held["area"].tolist(), held["fraction"].tolist(), strict=True
        ):
            parts.setdefault(feature, {})[area] = fraction
    wrong = slivers = 0
    for feature in set(range(count)) - left_out:
        mine, other = ours.get(feature, {}), theirs.get(feature, {})
        if not mine and not other:
            continue  # it lies in the sea
        kept = {area: fraction for area, fraction in other.items() if area in mine}
        slivers += len(kept) < len(other)
        whole = sum(kept.values()) or 1.0
        is_same = mine.keys() == kept.keys() and all(abs(mine[area] - kept[area] / whole) <= SAME for area in mine)
        wrong += not is_same or 1 - whole > 0.05  # five slivers of one part in a hundred
    return wrong, slivers


def compare(what: str, shapes: Any, areas: Any, passes: int, peers: list[str]) -> bool:
    """Run the peers and print a table; whether the promise and the equality hold."""
    print(f"{len(shapes):,} lines and areas, {len(areas)} {what}, best of {passes}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, held in (("features", shapes), ("areas", areas)):
            (folder / f"{file}.hex").write_text("\n".join(shapely.to_wkb(held, hex=True)), encoding="ascii")
        figures: dict[str, dict[str, Any]] = {}
        for peer in peers:
            command = [sys.executable, "-m", "benchmarks.placement", "--peer", peer, "--folder", name,
                       "--passes", str(passes)]  # fmt: skip
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"  {peer:<10} {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else '?'}")
                tell_left_out(
                    f"placement beside {peer}", HOW.get(peer, "it comes with requirements-dev.txt: make test")
                )
                continue
            figures[peer] = json.loads(done.stdout.strip().splitlines()[-1])
        ours, held = figures["oneplan"]["seconds"], True
        twice = contested(shapes, areas)
        print(f"  ({len(twice)} features touch ground that two outlines of the file claim; they are not compared)")
        for peer, figure in figures.items():
            differ = ""
            if peer != "oneplan":
                wrong, slivers = differing(folder, peer, len(shapes), twice)
                differ = f"{wrong} differ by more than {SAME:g}; {slivers} with a sliver that we leave out"
                held &= wrong == 0
                tell(f"placement: shares beside {peer}", f"{wrong} differ", "equal within 1e-6", kept=wrong == 0)
            rate, times = len(shapes) / figure["seconds"], figure["seconds"] / ours
            print(f"  {peer:<10} {figure['seconds']:8.2f} s {rate:10,.0f} a second  oneplan is {times:5.2f} ×  "
                  f"{figure['note']}  {differ}")  # fmt: skip
        tell("placement of lines and areas", f"{len(shapes) / ours:,.0f} features a second")
        others = {peer: figure["seconds"] / ours for peer, figure in figures.items() if peer != "oneplan"}
        if others:
            better = min(others, key=lambda peer: others[peer])
            fast = others[better] >= LEAST
            held &= fast
            tell(f"placement beside the better peer ({better})", f"{others[better]:.2f} × as fast",
                 f"≥ {LEAST:g} ×", kept=fast)  # fmt: skip
    return bool(held)


def growth(areas: Any) -> None:
    """How time grows with the number of features."""
    from oneplan.geometry.locator import Locator
    from oneplan.geometry.overlay import Overlay

    overlay = Overlay.build(Locator.build(areas))
    least = 200 if is_small() else 6_000
    print("Growth (one index):")
    first = 0.0
    for times in (1, 10):
        shapes = features(areas, least * times)
        overlay.shares(shapes[:100])
        best, _shares = best_of(3, lambda shapes=shapes: overlay.shares(shapes))  # type: ignore[misc]
        first = first or best
        print(f"  {times:>3} × {least:,}: {best:7.3f} s = {best / first:5.1f} × the time")
    tell("placement: ten times the features", f"{best / first:.1f} × the time", "about 10 ×")


def main() -> int:
    """Run the benchmark; 1 when the promise or an equality does not hold."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--features", type=int, default=1_000 if is_small() else 60_000)
    options.add_argument("--passes", type=int, default=3)
    options.add_argument("--growth", action="store_true", help="only the growth with the number of features")
    options.add_argument("--peer", choices=PEERS, help=argparse.SUPPRESS)
    options.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.peer:
        run_peer(given.peer, given.folder, given.passes)
        return 0
    what, areas = outlines()
    held = True
    if not given.growth:
        with maybe_postgis() as dsn:
            if dsn is None:
                tell_left_out("placement beside postgis", HOW["postgis"])
            else:
                os.environ["BENCH_POSTGIS_DSN"] = dsn
            peers = [peer for peer in PEERS if peer != "postgis" or dsn]
            held = compare(what, features(areas, given.features), areas, given.passes, peers)
    growth(areas)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
