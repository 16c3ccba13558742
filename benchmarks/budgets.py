"""Six questions of 10 million budget figures through our interface, beside babbage, PostgreSQL and DuckDB in one run.

A municipality's year by function; a district's municipalities by year and function; the country by year, function and
type; the top items under cuts; a municipality's top projects; months by type. Ours are calls of
`/api/v1/budgets/aggregate` to the server that `oneplan serve` starts, with two web processes, over HTTP to the last
byte of the answer; no answer is kept anywhere. The peers hold the same figures in the layout that suits each
(_budget_peers): raw DuckDB SQL on a sorted native file, SQL on PostgreSQL with the indexes that the six want and 2 GB
of buffers, babbage (PyPI) on those tables, timed inside its own process. SQL is given numbers, ours and babbage codes.
Values are drawn from one seed, none of them twice; each set goes to all in turn, and the answers must be equal to the
cent.

Promised of the medians: at most 1.5 × raw DuckDB + 8 ms on each question; 4 × babbage on the second and 20 × on the
third. The SQL of a shape of question is kept and its values bound: the share of questions with unseen values whose SQL
was known is told. What `budget_ingest` and `budget_growth` measure stands there.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from benchmarks._budget_questions import QUESTIONS, Drawing, Question, Told, country
from benchmarks._setting import is_small, maybe_postgres, start, tell, tell_left_out
from benchmarks.throughput import free_port, serving

ROWS = 100_000 if is_small() else 10_000_000
ROUNDS = 4 if is_small() else 40
SELDOM = 2 if is_small() else 6  # rounds of the peers on the third question, which takes them seconds
WARM = 6  # times that each web process is asked each question beforehand, about
TIMES_RAW, BESIDE = 1.5, 8.0
LEAST = {"q2": 4.0, "q3": 20.0}  # × babbage
SETTINGS = ("shared_buffers=2GB", "work_mem=256MB", "jit=off", "effective_cache_size=8GB", "random_page_cost=1.1")


class Ours:
    """Our interface over HTTP, a connection for each call as its users have: both web processes answer."""

    name = "OnePlan"

    def __init__(self, port: int) -> None:
        self._port = port

    def ask(self, question: Question, values: dict[str, Any]) -> tuple[float, Told]:
        address = question.address(values)
        began = time.perf_counter()
        connection = HTTPConnection("127.0.0.1", self._port, timeout=600)
        try:
            connection.request("GET", address)
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        took = (time.perf_counter() - began) * 1000
        assert response.status == 200, body
        return took, question.told_by_us(json.loads(body))


def build(rows: int) -> None:
    """Generate a release of so many figures and serve it."""
    from benchmarks._budget_facts import receive
    from oneplan.access.actors import system
    from oneplan.budgets.actions import build_warehouse

    began = time.perf_counter()
    receive(rows)
    made = time.perf_counter()
    build_warehouse(by=system("bench"))
    print(
        f"{rows:,} figures generated in {made - began:.0f} s, built in {time.perf_counter() - made:.0f} s", flush=True
    )


@contextmanager
def our_server() -> Iterator[int]:
    """The production server with two web processes and no limit of calls a minute; yields its port."""
    from django.db import connections

    from oneplan.cli.serving import web_command

    port = free_port()
    os.environ.update(ONEPLAN_PORT=str(port), ONEPLAN_WEB_PROCESSES="2", ONEPLAN_API_PUBLIC_CALLS="1000000")
    connections.close_all()
    with serving(web_command(), port):
        yield port


def times_of(peers: Sequence[Any], drawing: Drawing) -> dict[tuple[str, str], list[float]]:
    """Milliseconds of each peer and question; every answer compared with that of the first peer."""
    found: dict[tuple[str, str], list[float]] = {}
    for number in range(-WARM, ROUNDS):
        for question in QUESTIONS:
            seldom = not question.cuts and number >= SELDOM
            values = drawing.values(question)
            told: dict[str, Told] = {}
            for peer in peers:
                if (seldom or number < -1) and peer.name not in ("OnePlan", "DuckDB"):
                    continue
                took, told[peer.name] = peer.ask(question, values)
                if number >= 0:
                    found.setdefault((peer.name, question.name), []).append(took)
            first, *others = told.items()
            for name, answer in others:
                assert _same(first[1], answer, question), (question.name, values, first[0], name)
    return found


def _same(one: Told, other: Told, question: Question) -> bool:
    """Equal cell by cell; of a top list, where the last places may be shared, equal rand in order."""
    if not question.top:
        return one == other
    return sorted(one.values()) == sorted(other.values()) and len(set(one) ^ set(other)) <= 2


def hit_rate() -> tuple[int, int]:
    """(known, asked) statements of a process that has answered nothing yet, over values that it never saw."""
    from django.conf import settings
    from django.test import Client

    from oneplan.warehouse.statements import kept

    settings.API_PUBLIC_CALLS = 1_000_000
    client, drawing = Client(), Drawing(country())
    for _ in range(ROUNDS):
        for question in QUESTIONS:
            assert client.get(question.address(drawing.values(question))).status_code == 200
    return kept.hits, kept.hits + kept.misses


def compare(found: dict[tuple[str, str], list[float]], peers: Sequence[str]) -> bool:
    """Tell the medians and what was promised of them."""
    well = True
    print(f"\n{ROWS:,} figures; median (95th percentile) ms")
    for question in QUESTIONS:
        medians = {name: statistics.median(found[name, question.name]) for name in peers}
        late = {name: sorted(times)[int(len(times) * 0.95)] for name in peers if (times := found[name, question.name])}
        shown = ", ".join(f"{name} {medians[name]:.1f} ({late[name]:.1f})" for name in peers)
        allowed = TIMES_RAW * medians["DuckDB"] + BESIDE
        kept = medians["OnePlan"] <= allowed
        well &= kept or is_small()
        print(f"  {question.name} {question.words}: {shown}; at most {allowed:.1f}")
        beside = ", ".join(f"{name} {medians[name]:.1f}" for name in peers if name != "OnePlan")
        tell(
            f"{question.name} {question.words}", f"{medians['OnePlan']:.1f} ms; {beside}",
            f"≤ {TIMES_RAW:g} × DuckDB + {BESIDE:g} ms = {allowed:.1f}", kept=kept,
        )  # fmt: skip
        if question.name in LEAST and "babbage" in medians:
            faster = medians["babbage"] / medians["OnePlan"]
            kept = faster >= LEAST[question.name]
            well &= kept or is_small()
            print(f"     {faster:.1f} × as fast as babbage; at least {LEAST[question.name]:g}")
            tell(f"{question.name} beside babbage", f"{faster:.1f} ×", f"≥ {LEAST[question.name]:g} ×", kept=kept)
    return well


def main() -> int:
    """Measure and say whether the promises are kept."""
    from benchmarks import _budget_peers as beside

    start()
    build(ROWS)
    with ExitStack() as stack:
        native = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="oneplan-bench-native-")), "raw.duckdb")
        beside.make_native(native, ROWS)
        peers: list[Any] = [beside.Native(native)]
        url = stack.enter_context(maybe_postgres(*SETTINGS))
        if url is None:
            tell_left_out("PostgreSQL and babbage beside our interface", "apt install postgresql")
        else:
            began = time.perf_counter()
            peers[0].close()  # a native file is open to one process's writers or to readers, never in two settings
            beside.fill_postgres(url, native)
            peers[0] = beside.Native(native)
            print(f"PostgreSQL filled and indexed in {time.perf_counter() - began:.0f} s", flush=True)
            peers.append(beside.Postgres(url))
            python = beside.babbage_python()
            if python is None:
                tell_left_out("babbage beside our interface", beside.HOW_TO_GET_BABBAGE)
            else:
                peers.append(stack.enter_context(beside.babbage(python, url)))
        ours = Ours(stack.enter_context(our_server()))
        found = times_of([*peers, ours], Drawing(country()))
        well = compare(found, ["OnePlan", *(peer.name for peer in peers)])
    known, asked = hit_rate()
    print(f"  SQL kept by shape: known for {known} of {asked} statements with unseen values ({known / asked:.1%})")
    tell("SQL kept by shape, unseen values", f"{known / asked:.1%} of {asked} from a cold start")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
