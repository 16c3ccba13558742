"""The profile page of spaces from the real census, beside a bare Django page of 30 queries in one run.

The server is the one `oneplan serve` starts: granian, two processes; a visitor asks, eight connections at a time, each
round for another space. A profile is kept in the memory of its process as long as the build is served, so that the load
tells of a space that somebody has looked at; how long the first look takes is told too, over spaces that nobody has
asked for. The bare page is that of `throughput`. Promised: at least 0.8 × its requests a second.
"""

import os
import statistics
import sys
import time
from collections.abc import Mapping
from http.client import HTTPConnection

from benchmarks._setting import is_small, tell, tell_left_out
from benchmarks.profiles import CENSUS, load_census
from benchmarks.throughput import Load, ask, bare, free_port, serving

LEAST = 0.8
ROUNDS = 1 if is_small() else 3
PAGES = {"profile": "/spaces/{}/profile/", "full profile": "/spaces/{}/profile/full/"}


def throughput(ours: int, beside: tuple[int, str], spaces: list[str]) -> bool:
    """Requests a second of each page and of the bare one, in turn so that each has the same weather."""
    best: dict[str, Load] = {}
    for number in range(ROUNDS + 1):  # the first round warms both
        told: dict[str, tuple[int, str, Mapping[str, str] | None]] = {
            "bare": (beside[0], "/1/", {"Cookie": beside[1]}),
            **{name: (ours, path.format(spaces[number]), None) for name, path in PAGES.items()},
        }
        for name, (port, path, headers) in told.items():
            load = ask(port, path, headers)
            if number and (name not in best or load.rate > best[name].rate):
                best[name] = load
    print(f"  bare page     {best['bare'].rate:6.1f} a second, p95 {best['bare'].p95:.0f} ms")
    well = True
    for name in PAGES:
        ratio = best[name].rate / best["bare"].rate
        print(f"  {name:<14}{best[name].rate:6.1f} a second, p95 {best[name].p95:.0f} ms: {ratio:.2f} × the bare page")
        figure = f"{best[name].rate:.0f} a second against {best['bare'].rate:.0f}: {ratio:.2f} ×"
        kept = ratio >= LEAST if name == "profile" else None
        tell(f"throughput: {name}", figure, f"≥ {LEAST} × a bare page" if name == "profile" else "–", kept=kept)
        well &= kept is not False or is_small()
    return well


def first_looks(ours: int, spaces: list[str]) -> None:
    """Spaces that nobody has asked for, one after the other."""
    times = []
    for code in spaces:
        connection = HTTPConnection("127.0.0.1", ours, timeout=60)
        began = time.perf_counter()
        connection.request("GET", PAGES["profile"].format(code))
        response = connection.getresponse()
        response.read()
        times.append((time.perf_counter() - began) * 1000)
        connection.close()
        assert response.status == 200, code
    figure = f"{statistics.median(times):.0f} ms"
    print(f"  first look at a profile: {figure}")
    tell("profile: first look", figure)


def main() -> int:
    """Measure and say whether the promise is kept."""
    if not CENSUS.exists():
        tell_left_out("the profile page", f"the census file {CENSUS.name} is not there")
        return 0
    port = free_port()
    os.environ.update(ONEPLAN_PORT=str(port), ONEPLAN_WEB_PROCESSES="2")
    load_census()
    from django.db import connections

    from oneplan.cli.serving import web_command
    from oneplan.spaces.models import Space

    spaces = list(Space.objects.order_by("code").values_list("code", flat=True))
    connections.close_all()
    command, beside = web_command(), free_port()
    with serving(command, port), bare(command, beside, "") as cookie:
        well = throughput(port, (beside, cookie), spaces)
        first_looks(port, spaces[ROUNDS + 1 : ROUNDS + 21])
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
