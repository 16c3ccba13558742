"""The explorer of one indicator (every municipal area × three years), and its data, beside bare code in one run.

The server is the one `oneplan serve` starts: granian, two processes. A share of each municipal area of the register is
drawn from a fixed seed for three years, with their population, and brought in, published and built as a file. The page
has the map of the country, the places by peer group, the lines over time and the table; it is asked for by a visitor.
What is drawn of a view is kept in the memory of its process as long as the build is served, so that the load tells of a
view that somebody has looked at; how long the first look takes is told too, over views that nobody has asked for.
Beside it, the page of one value and the scorecard, which keep nothing. The bare Django page is that of `throughput`:
30 queries and 12.5 kB. Promised: at least 0.8 × its requests a second.

The data answer (all areas, one indicator, three years, at the address that names its edition) stands beside a plain
WSGI function under the same server, which asks the same of the same file, prepared once, and writes the same JSON with
the standard library. Promised: at most 1.5 × its median. Neither keeps an answer; a browser keeps ours for ever.
"""

import csv
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from http.client import HTTPConnection
from pathlib import Path

from benchmarks._setting import ROOT, SEED, is_small, start, tell
from benchmarks.throughput import Load, ask, bare, free_port, serving

YEARS = (2018, 2019, 2020)  # in which financial years ended
BEGUN = tuple(year - 1 for year in YEARS)  # by which they are kept
TABLE, INDICATOR = "cash_coverage", "cash-coverage"
LEAST, MOST = 0.8, 1.5
ROUNDS = 1 if is_small() else 3
TURNS = 20 if is_small() else 300
HEAD = ("table", "geo_version", "geo_level", "geo_code", "dimension", "category", "value")

TEXT = """SELECT p.code, p.label, v.year, b.category, v.value, v.above, v.below, v.below_year, v.status, s.code, r.ref
FROM "values" v JOIN places p ON p.id = v.place JOIN breakdowns b ON b.id = v.breakdown
JOIN series s ON s.id = v."table" JOIN releases r ON r.id = v.release
WHERE v.indicator = {indicator} AND v.level = {level} AND v.boundary = $boundary AND v.breakdown = 0 AND v.standing = 0
ORDER BY v.place, v.year, v.length, v.period, v.breakdown, v.status"""

BARE_DATA = """
import json, os
from urllib.parse import parse_qsl
import duckdb

connection = duckdb.connect(os.environ["BARE_FILE"], read_only=True, config={"threads": os.environ["BARE_THREADS"]})
[TEXT] = connection.extract_statements(os.environ["BARE_TEXT"])
HEAD = json.loads(os.environ["BARE_HEAD"])
STATUSES = json.loads(os.environ["BARE_STATUSES"])

def application(environ, start_response):
    asked = dict(parse_qsl(environ["QUERY_STRING"]))
    cursor = connection.cursor()
    rows = cursor.execute(TEXT, {"boundary": int(asked["boundary"])}).fetchall()
    cursor.close()
    values = [
        (code, label, year, category, value, above, below, below_year, STATUSES[status], table, release)
        for code, label, year, category, value, above, below, below_year, status, table, release in rows
    ]
    body = json.dumps({**HEAD, "values": values}, ensure_ascii=False, separators=(",", ":")).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
"""


def build() -> int:
    """Bring the generated file in and serve it; how many municipal areas it tells of."""
    from oneplan.access.actors import system
    from oneplan.exchange.pipeline import run_import
    from oneplan.indicators.actions import build_observations, publish_observations
    from oneplan.indicators.choices import ReleaseState
    from oneplan.indicators.models import ObservationRelease
    from oneplan.spaces.models import MunicipalArea

    by, draw = system("bench"), random.Random(SEED)
    areas = list(MunicipalArea.objects.order_by("code").values_list("code", flat=True))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "areas.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEAD)
            for code in areas:
                for year in YEARS:
                    writer.writerow((TABLE, 2016, "municipality", code, "year", year, round(draw.gauss(3, 2), 1)))
                women, men = draw.randint(5_000, 300_000), draw.randint(5_000, 300_000)
                for sex, number in (("Female", women), ("Male", men)):
                    writer.writerow(("gender", 2016, "municipality", code, "gender", sex, number))
        run_import("indicators", path, by=by, layout="wazimap", source="A generator", as_at=date(2021, 6, 30))
    release = ObservationRelease.objects.get()
    if release.state == ReleaseState.HELD:
        publish_observations(release, reason="Generated for a benchmark", revision=release.revision, by=by)
    build_observations(by=by)
    return len(areas)


@contextmanager
def bare_data(command: list[str], port: int) -> Iterator[int]:
    """The plain function under the same server, on the same file."""
    from django.conf import settings

    from oneplan.indicators import door
    from oneplan.indicators.choices import Level, Status
    from oneplan.indicators.registry import registry
    from oneplan.indicators.shelf import shelf

    asked = door.DataAsked(registry()[INDICATOR], Level.MUNICIPAL_AREA, 2016)
    indicator, level = list(registry()).index(INDICATOR) + 1, list(Level).index(Level.MUNICIPAL_AREA)
    build = shelf.current()
    assert build is not None
    _name, body = door.written(asked)
    with tempfile.TemporaryDirectory(prefix="oneplan-bare-") as folder:
        Path(folder, "bare_data.py").write_text(BARE_DATA, encoding="utf-8")
        import json

        told = json.loads(body)
        same = [*command[:-1], "bare_data:application"]
        same[same.index("--port") + 1] = str(port)
        with serving(
            same, port, PYTHONPATH=f"{folder}{os.pathsep}{ROOT}", BARE_FILE=str(build.serving),
            BARE_THREADS=str(settings.WAREHOUSE_THREADS), BARE_TEXT=TEXT.format(indicator=indicator, level=level),
            BARE_HEAD=json.dumps({name: each for name, each in told.items() if name != "values"}),
            BARE_STATUSES=json.dumps([str(each) for each in Status]),
        ):  # fmt: skip
            yield port


def addresses() -> list[str]:
    """The explorer in turns, each another view of the same indicator."""
    views = [
        f"/indicators/{INDICATOR}/?level=municipal_area&boundary=2016&year={year}&sort={sort}{more}"
        for year in BEGUN for sort in ("value", "-value", "place", "area") for more in ("", "&place=LIM366")
    ]  # fmt: skip
    random.Random(SEED).shuffle(views)
    return views


def throughput(ours: int, beside: tuple[int, str]) -> bool:
    """Requests a second of the explorer and of the bare page, in turn so that each has the same weather."""
    best: dict[str, Load] = {}
    pages = addresses()
    for number in range(ROUNDS + 1):  # the first round warms both
        told = {
            "bare": (beside[0], "/1/", {"Cookie": beside[1]}), "explorer": (ours, pages[number], None),
            "scorecard": (ours, f"/indicators/scorecard/?indicator={INDICATOR}&indicator=population", None),
            "a value": (ours, f"/indicators/values/{INDICATOR}/LIM366/2016/{BEGUN[-1]}/", None),
        }  # fmt: skip
        for name, (port, path, headers) in told.items():
            load = ask(port, path, headers)
            if number and (name not in best or load.rate > best[name].rate):
                best[name] = load
    print(f"  {'bare page':<12}{best['bare'].rate:6.1f} a second, p95 {best['bare'].p95:.0f} ms")
    well = True
    for name in ("explorer", "scorecard", "a value"):
        ratio = best[name].rate / best["bare"].rate
        kept = ratio >= LEAST if name == "explorer" else None
        well &= kept is not False or is_small()
        print(f"  {name:<12}{best[name].rate:6.1f} a second, p95 {best[name].p95:.0f} ms: {ratio:.2f} × the bare page")
        figure = f"{best[name].rate:.0f} a second against {best['bare'].rate:.0f}: {ratio:.2f} ×"
        promised = f"≥ {LEAST} × a bare page of 30 queries" if name == "explorer" else "–"
        tell(f"throughput: {name}", figure, promised, kept=kept)
    return well


def _took(port: int, path: str, headers: Mapping[str, str] | None = None) -> tuple[float, bytes]:
    began = time.perf_counter()
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path, headers=dict(headers or {}))
        response = connection.getresponse()
        body = response.read()
    finally:
        connection.close()
    assert response.status == 200, body
    return (time.perf_counter() - began) * 1000, body


def first_looks(ours: int, beside: tuple[int, str]) -> None:
    """Views that nobody has asked for, one after the other, beside the bare page."""
    times: dict[str, list[float]] = {"ours": [], "bare": []}
    for path in addresses()[ROUNDS + 1 :]:
        times["ours"].append(_took(ours, path)[0])
        times["bare"].append(_took(beside[0], "/1/", {"Cookie": beside[1]})[0])
    medians = {name: statistics.median(each) for name, each in times.items()}
    figure = f"{medians['ours']:.0f} ms against {medians['bare']:.0f} of the bare page"
    print(f"  first look at a view: {figure}")
    tell("explorer: first look at a view", figure)


def data(ours: int, beside: int, edition: str) -> bool:
    """The data answer beside bare code, in turn; their bodies are the same but for nothing."""
    query = "level=municipal_area&boundary=2016"
    times: dict[str, list[float]] = {"ours": [], "bare": []}
    for turn in range(-20, TURNS):
        mine, body = _took(ours, f"/indicators/data/{edition}/{INDICATOR}.json?{query}")
        other, same = _took(beside, f"/?{query}")
        assert body == same, "the answers differ"
        if turn >= 0:
            times["ours"].append(mine)
            times["bare"].append(other)
    medians = {name: statistics.median(each) for name, each in times.items()}
    ratio = medians["ours"] / medians["bare"]
    kept = ratio <= MOST
    figure = f"{medians['ours']:.1f} ms against {medians['bare']:.1f}: {ratio:.2f} ×"
    print(f"  data answer ({len(body) / 1000:.0f} kB): {figure}")
    tell("data answer of the explorer", figure, f"≤ {MOST} × bare code", kept=kept)
    return kept or is_small()


def main() -> int:
    """Measure and say whether the promises are kept."""
    port = free_port()
    os.environ.update(ONEPLAN_PORT=str(port), ONEPLAN_WEB_PROCESSES="2")
    start()
    from django.db import connections

    from oneplan.cli.serving import web_command
    from oneplan.indicators.queries import edition

    areas = build()
    connections.close_all()
    print(f"{areas} municipal areas × {len(YEARS)} years")
    command, beside, plain = web_command(), free_port(), free_port()
    with serving(command, port):
        with bare(command, beside, "") as cookie:
            well = throughput(port, (beside, cookie))
            first_looks(port, (beside, cookie))
        with bare_data(command, plain):
            well &= data(port, plain, edition())
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
