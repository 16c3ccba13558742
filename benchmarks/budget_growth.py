"""Questions of money as figures grow; requests while builds are swapped; the same questions on a Spark cluster.

Growth: the six questions of `budgets` through our interface at 1 and 10 million figures, values never seen before.
Promised for each step: the selective ones at most 1.5 × the time, the national one at most 11 ×. With `--large` at 100
million too (about 25 GB of disk and a quarter of an hour; not part of `make bench`), and told how much memory the
build took. Swap: six connections ask while the same figures are built and served anew; promised: every request is
answered, with the same cells. Spark: a standalone master and two workers of one core on loopback answer what DuckDB
answered, row for row; told is what that costs (small figures: nothing but the overhead is measured).
"""

from __future__ import annotations

import itertools
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from benchmarks._budget_questions import QUESTIONS, Country, Drawing, country
from benchmarks._setting import ROOT, is_small, start, tell, tell_left_out
from benchmarks.budgets import Ours, build, our_server

SIZES = (20_000, 200_000) if is_small() else (1_000_000, 10_000_000)
LARGE = 400_000 if is_small() else 100_000_000
ROUNDS, WARM = (4, 4) if is_small() else (40, 6)
MOST_SELECTIVE, MOST_NATIONAL = 1.5, 11.0
NEIGHBOURS, SWAPS = 6, 2 if is_small() else 6
SPARK_ROWS, SPARK_ROUNDS = 20_000 if is_small() else 200_000, 3


# --- growth: each size served by a process of its own, all asked in turn so that each has the same weather -----------


def serve_size(rows: int) -> None:
    """Build so many figures and serve them until standard input ends; tells the port, what there is, and the peak."""
    start()
    build(rows)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    there = country()
    with our_server() as port:
        told = {"port": port, "peak": peak, "municipalities": list(there.municipalities), "districts": there.districts}
        print(json.dumps(told), flush=True)
        sys.stdin.read()


@contextmanager
def serving_size(rows: int) -> Iterator[dict[str, Any]]:
    """What `serve_size` told, while it serves."""
    command = [sys.executable, "-m", "benchmarks.budget_growth", "--size", str(rows)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin and process.stdout
    try:
        line = next((line for line in process.stdout if line.startswith("{")), "")
        assert line, f"{rows:,} figures are not served"
        yield json.loads(line)
    finally:
        process.stdin.close()
        process.wait(timeout=60)


def growth(sizes: list[int]) -> bool:
    """Tell the medians of each size and how much they grow at each step."""
    with ExitStack() as stack:
        told = [stack.enter_context(serving_size(rows)) for rows in sizes]
        drawing = Drawing(Country(told[0]["municipalities"], told[0]["districts"]))
        found: list[dict[str, list[float]]] = [{question.name: [] for question in QUESTIONS} for _ in sizes]
        for number in range(-WARM, ROUNDS):
            for question in QUESTIONS:
                values = drawing.values(question)
                for each, times_of in zip(told, found, strict=True):
                    took, _answer = Ours(each["port"]).ask(question, values)
                    if number >= 0:
                        times_of[question.name].append(took)
    measured = [{name: statistics.median(each) for name, each in times_of.items()} for times_of in found]
    well = True
    print(f"\nmedian ms with {', '.join(f'{rows:,}' for rows in sizes)} figures")
    for question in QUESTIONS:
        times = [each[question.name] for each in measured]
        steps = [after / before for before, after in itertools.pairwise(times)]
        most = MOST_SELECTIVE if question.cuts else MOST_NATIONAL
        kept = max(steps) <= most
        well &= kept or is_small()
        print(
            f"  {question.name} {question.words}: {', '.join(f'{ms:.1f}' for ms in times)}; "
            f"{', '.join(f'{step:.2f} ×' for step in steps)}, at most {most:g} ×"
        )
        tell(
            f"growth {question.name}, {' to '.join(f'{rows:,}' for rows in sizes)}",
            f"{', '.join(f'{ms:.1f}' for ms in times)} ms: {', '.join(f'{step:.2f} ×' for step in steps)}",
            f"≤ {most:g} × a step", kept=kept,
        )  # fmt: skip
    peak = told[-1]["peak"]
    print(f"  peak memory of the build of {sizes[-1]:,} figures: {peak / 1e6:,.0f} MB")
    tell(f"build of {sizes[-1]:,} figures: memory", f"{peak / 1e6:,.0f} MB at the peak")
    return well


# --- swap ------------------------------------------------------------------------------------------------------------


class Neighbour(threading.Thread):
    """Asks one address after the other until told to stop; remembers what went wrong and which builds answered."""

    def __init__(self, port: int, asked: dict[str, Any], until: threading.Event) -> None:
        super().__init__()
        self.port, self.asked, self.until = port, asked, until
        self.count, self.wrong, self.builds, self.slowest = 0, list[str](), set[str](), 0.0

    def run(self) -> None:
        while not self.until.is_set():
            for address, cells in self.asked.items():
                connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
                began = time.perf_counter()
                try:
                    connection.request("GET", address)
                    response = connection.getresponse()
                    answer = json.loads(response.read())
                    if response.status != 200 or answer["cells"] != cells:
                        self.wrong.append(f"{response.status} {address}")
                    self.builds.add(answer.get("build", ""))
                except (OSError, HTTPException, ValueError) as error:
                    self.wrong.append(f"{error!r} {address}")
                finally:
                    connection.close()
                self.count += 1
                self.slowest = max(self.slowest, time.perf_counter() - began)


def swap() -> bool:
    """Requests of six connections while the warehouse is built and served anew, several times."""
    from oneplan.access.actors import system
    from oneplan.budgets.actions import build_warehouse

    build(SIZES[0])
    drawing = Drawing(country())
    with our_server() as port:
        asked = {}
        for question in QUESTIONS * 2:
            address = question.address(drawing.values(question))
            connection = HTTPConnection("127.0.0.1", port, timeout=120)
            connection.request("GET", address)
            asked[address] = json.loads(connection.getresponse().read())["cells"]
            connection.close()
        until = threading.Event()
        neighbours = [Neighbour(port, asked, until) for _ in range(NEIGHBOURS)]
        for each in neighbours:
            each.start()
        for _ in range(SWAPS):
            build_warehouse(by=system("bench"))
        time.sleep(1)
        until.set()
        for each in neighbours:
            each.join()
    count, wrong = sum(each.count for each in neighbours), [text for each in neighbours for text in each.wrong]
    builds = len(set().union(*(each.builds for each in neighbours)))
    kept = not wrong and builds > SWAPS
    slowest = max(each.slowest for each in neighbours)
    print(f"\n{SWAPS} swaps under load: {count:,} requests to {builds} builds, {len(wrong)} failed")
    print(f"  the slowest took {slowest:.1f} s")
    for text in wrong[:5]:
        print("  ", text)
    tell(
        f"{SWAPS} swaps of builds under load", f"{len(wrong)} of {count:,} requests failed, {builds} builds answered",
        "none fails", kept=kept,
    )  # fmt: skip
    return kept


# --- Spark -----------------------------------------------------------------------------------------------------------


def spark() -> bool:
    """The six questions on a cluster: the same rows, and what it costs."""
    if shutil.which("java") is None:
        tell_left_out("the six questions on a Spark cluster", "apt install openjdk-17-jre-headless")
        return True
    try:
        from oneplan.warehouse.tests.cluster import cluster
    except ImportError:
        tell_left_out("the six questions on a Spark cluster", "pip install pyspark")
        return True
    from django.conf import settings

    from oneplan.access.actors import PUBLIC
    from oneplan.budgets.cube import Question, answer, read_by, read_cuts, read_order
    from oneplan.warehouse import engines

    build(SPARK_ROWS)
    drawing = Drawing(country())
    asked = []
    for question in QUESTIONS:
        values = drawing.values(question)
        by = read_by("|".join(ours for ours, _theirs in question.by))
        order = read_order("amount:desc" if question.top else "", by)
        asked.append((question, Question(by, read_cuts(question.cut(values)), order, 1, question.top or 10_000)))

    def times_of(ask: Question) -> tuple[float, Any]:
        times = []
        for _ in range(SPARK_ROUNDS):
            began = time.perf_counter()
            found = answer(ask, by=PUBLIC)
            times.append((time.perf_counter() - began) * 1000)
        return statistics.median(times), (found.cells, found.total, found.cell_count)

    here = [times_of(ask) for _question, ask in asked]
    well = True
    with tempfile.TemporaryDirectory(prefix="oneplan-bench-spark-") as folder:
        began = time.perf_counter()
        with cluster(Path(folder)) as address:
            ready = time.perf_counter() - began
            settings.WAREHOUSE_SPARK = address
            try:
                began = time.perf_counter()
                answer(asked[0][1], by=PUBLIC)
                first = time.perf_counter() - began
                print(f"\nSpark on {SPARK_ROWS:,} figures: the cluster is up after {ready:.0f} s, its first answer"
                      f" comes after {first:.0f} s")  # fmt: skip
                for (question, ask), (ms, expected) in zip(asked, here, strict=True):
                    there, told = times_of(ask)
                    well &= told == expected
                    print(
                        f"  {question.name}: {there:.0f} ms, DuckDB {ms:.1f} ms{'' if told == expected else ' DIFFERS'}"
                    )
                    tell(f"Spark {question.name}, {SPARK_ROWS:,} figures", f"{there:.0f} ms; DuckDB {ms:.1f} ms",
                         "the same rows", kept=told == expected)  # fmt: skip
                tell("Spark: cluster up, first answer", f"{ready:.0f} s, {first:.0f} s")
            finally:
                engines.leave_cluster()
                settings.WAREHOUSE_SPARK = ""
    return well


def alone(part: str) -> bool:
    """A part in a process of its own, so that its data folder goes with it."""
    return not subprocess.run([sys.executable, "-m", "benchmarks.budget_growth", part], cwd=ROOT).returncode


def main() -> int:
    """Measure and say whether the promises are kept."""
    if "--size" in sys.argv:
        serve_size(int(sys.argv[sys.argv.index("--size") + 1]))
        return 0
    for part, measured in (("--swap", swap), ("--spark", spark)):
        if part in sys.argv:
            start()
            return 0 if measured() else 1
    sizes = [*SIZES, LARGE] if "--large" in sys.argv else list(SIZES)
    well = growth(sizes)
    return 0 if well & alone("--swap") & alone("--spark") else 1


if __name__ == "__main__":
    sys.exit(main())
