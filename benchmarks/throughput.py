"""Requests a second of the two busiest pages, beside a bare Django page of 30 queries on the same server in one run.

The server is the one `oneplan serve` starts: granian, two processes. The space home and the ledger are asked for by a
signed-in hub manager, with 1,500 commitments in the space and 60,000 in the country, eight connections at a time; no
answer is cached. The bare page (written below, 30 queries and 12.5 kB) runs under the same command and
database settings: startproject's settings, signed in as well, 7 parts of a place read with a count, a sum, a first row
and a list each, out of 60,000 lines. Best of three, taken in turn. Promised: at least 0.8 × the bare page.

Beside that: the public page of an adopted plan, whole and as 304 by its tag; the 95th percentile of everybody else
while 16 slow clients trickle their requests (promised: at most 2 × that without them); and queries and time of both
pages with 1, 10 and 52 spaces filled (promised: the same queries, no more time).
"""

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks._setting import ROOT, is_small, maybe_postgres, start, tell, tell_left_out

SPACE, PILOT = "DC36", "waterberg"  # its first edition is adopted and sealed, its second is being written
PAGES = {"space home": f"/spaces/{SPACE}/", "ledger": f"/spaces/{SPACE}/commitments/"}
STEPS = ((1, 1_500, 1_500), (10, 11_500, 1_500), (52, 60_000, 1_500))  # spaces filled, commitments in all, in this one
if is_small():
    STEPS = ((1, 150, 150), (3, 200, 150), (6, 300, 150))
SECONDS = 1.0 if is_small() else 6.0
ROUNDS = 1 if is_small() else 3
CONNECTIONS, SLOW_CLIENTS = 8, 16
LEAST, MOST_SLOWED, MOST_GROWN = 0.8, 2.0, 1.25  # growth: timing of one page wavers by a fifth on a shared machine


# --- the load: a process of its own ----------------------------------------------------------------------------------


@dataclass
class Load:
    """What a load gave: answers a second of the wanted status, milliseconds at the median and the 95th percentile."""

    rate: float
    median: float
    p95: float
    other: int


class _Asker(asyncio.Protocol):
    """One connection kept alive: asks, reads the whole answer, asks again until the time is up."""

    def __init__(self, request: bytes, until: float, done: "asyncio.Future[None]") -> None:
        self.request, self.until, self.done = request, until, done
        self.times: list[tuple[int, float]] = []
        self.held, self.missing = b"", -1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._ask()

    def _ask(self) -> None:
        self.held, self.missing = b"", -1
        self.asked = time.perf_counter()
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        if self.missing < 0:
            self.held += data
            head, blank, body = self.held.partition(b"\r\n\r\n")
            if not blank:
                return
            lines = head.lower().split(b"\r\n")
            length = next((line[15:] for line in lines if line.startswith(b"content-length:")), b"0")
            self.status, self.missing = int(lines[0].split()[1]), int(length) - len(body)
        else:
            self.missing -= len(data)
        if self.missing <= 0:
            self.times.append((self.status, time.perf_counter() - self.asked))
            if time.perf_counter() < self.until:
                self._ask()
            else:
                self.transport.close()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


async def _trickle(port: int, request: bytes) -> None:
    """One slow client after another on one seat: a byte of the request every fifth of a second, never finishing."""
    while True:
        _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            for byte in request[:-2]:
                writer.write(bytes((byte,)))
                await writer.drain()
                await asyncio.sleep(0.2)
        except OSError:  # the server sent the slow client away, as it may
            pass
        finally:
            writer.close()


async def _load(port: int, request: bytes, status: int, seconds: float, slow: int) -> Load:
    loop = asyncio.get_running_loop()
    trickling = [loop.create_task(_trickle(port, request)) for _ in range(slow)]
    if slow:
        await asyncio.sleep(1.0)
    began = time.perf_counter()
    ends = [loop.create_future() for _ in range(CONNECTIONS)]
    made = [
        loop.create_connection(lambda end=end: _Asker(request, began + seconds, end), "127.0.0.1", port)  # type: ignore[misc]
        for end in ends
    ]  # fmt: skip
    askers = [asker for _transport, asker in await asyncio.gather(*made)]
    await asyncio.gather(*ends)
    took = time.perf_counter() - began
    for task in trickling:
        task.cancel()
    told = [each for asker in askers for each in asker.times]
    good = sorted(each * 1000 for code, each in told if code == status)
    if not good:
        return Load(0.0, float("inf"), float("inf"), len(told))
    return Load(len(good) / took, statistics.median(good), good[int(len(good) * 0.95)], len(told) - len(good))


def ask(port: int, path: str, headers: Mapping[str, str] | None = None, *, status: int = 200, slow: int = 0) -> Load:
    """Eight connections asking for one page for some seconds, from another process."""
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", *(f"{k}: {v}" for k, v in (headers or {}).items())]
    request = "\r\n".join([*lines, "", ""])
    given = json.dumps({"port": port, "request": request, "status": status, "seconds": SECONDS, "slow": slow})
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.throughput", "--load"], input=given, cwd=ROOT, text=True, check=True,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    load = Load(**json.loads(run.stdout))
    assert load.rate and not load.other, f"{path}: {load.other} answers were not {status}"
    return load


# --- the servers -----------------------------------------------------------------------------------------------------


@contextmanager
def serving(command: list[str], port: int, **environment: str) -> Iterator[int]:
    """A server in the background, ready to answer; stopped at the end."""
    server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment})
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert server.poll() is None and time.monotonic() < deadline, "The server did not start."
                time.sleep(0.1)
        time.sleep(2)  # both processes up
        yield port
    finally:
        server.terminate()
        server.wait(timeout=20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


BARE = """
import sys
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from oneplan.config import env  # for the same database settings

settings.configure(
    SECRET_KEY="bare", ALLOWED_HOSTS=["*"], ROOT_URLCONF="bare", USE_TZ=True, STATIC_URL="static/",
    DATABASES={"default": env.database("BARE_DATABASE_URL", Path(__file__).parent)},
    INSTALLED_APPS=[
        "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages",
        "django.contrib.staticfiles",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent],
        "OPTIONS": {"context_processors": [
            "django.template.context_processors.request",
            "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ]},
    }],
)
application = get_wsgi_application()

from django.contrib.auth.decorators import login_required
from django.db import connection, models
from django.db.models import Sum
from django.shortcuts import render
from django.urls import path

PARTS, PLACES, LINES = 7, 52, int(sys.argv[1]) if __name__ == "__main__" else 0

class Place(models.Model):
    name = models.CharField(max_length=40)
    class Meta:
        app_label = "bare"

class Line(models.Model):
    place = models.ForeignKey(Place, on_delete=models.CASCADE)
    part = models.IntegerField()
    name = models.CharField(max_length=80)
    text = models.TextField()
    amount = models.BigIntegerField()
    due_on = models.DateField()
    class Meta:
        app_label = "bare"
        indexes = [models.Index(fields=["place", "part"], name="line_by_part")]

@login_required
def page(request, place):
    parts = []
    for part in range(PARTS):
        own = Line.objects.filter(place=place, part=part)
        parts.append({
            "part": part, "count": own.count(), "sum": own.aggregate(sum=Sum("amount"))["sum"],
            "first": own.order_by("pk").first(), "lines": list(own.select_related("place").order_by("pk")[:14]),
        })
    return render(request, "page.html", {"parts": parts})

urlpatterns = [path("<int:place>/", page), path("line/<int:pk>/", page, name="line")]

def make():
    import datetime
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client
    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(Place)
        editor.create_model(Line)
    Place.objects.bulk_create(Place(pk=pk, name=f"Place {pk}") for pk in range(1, PLACES + 1))
    Line.objects.bulk_create((
        Line(place_id=1 + each % PLACES, part=each // PLACES % PARTS, name=f"Line {each} of the page",
             text="What will be done, by whom and when. " * 8, amount=each * 7919 % 100_000,
             due_on=datetime.date(2026, 1 + each % 12, 1 + each % 28))
        for each in range(LINES)
    ), batch_size=2000)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    client = Client()
    client.force_login(User.objects.create_user("bench"))
    print(client.cookies["sessionid"].value)

if __name__ == "__main__":
    make()
"""

BARE_PAGE = """{% extends "base.html" %}{% block title %}A place{% endblock %}{% block content %}
{% for part in parts %}<section><h2>Part {{ part.part }}: {{ part.count }} lines, {{ part.sum }}</h2>
<p>{{ part.first.name }}</p>
<table>{% for line in part.lines %}<tr><td><a href="{% url "line" line.pk %}">{{ line.name }}</a></td>\
<td>{{ line.place.name }}</td><td>{{ line.amount }}</td><td>{{ line.due_on|date:"j M Y" }}</td></tr>
{% endfor %}</table></section>{% endfor %}{% endblock %}"""
BARE_BASE = """<!doctype html><html lang="en"><head><title>{% block title %}{% endblock %}</title></head><body>
<header>{{ user.username }}</header>{% for message in messages %}{{ message }}{% endfor %}
<main>{% block content %}{% endblock %}</main></body></html>"""


@contextmanager
def bare(command: list[str], port: int, url: str) -> Iterator[str]:
    """The bare page under the same server command and database settings; yields the Cookie header of its session."""
    with tempfile.TemporaryDirectory(prefix="oneplan-bare-") as folder:
        for name, text in {"bare.py": BARE, "page.html": BARE_PAGE, "base.html": BARE_BASE}.items():
            Path(folder, name).write_text(text, encoding="utf-8")
        ours = {"PYTHONPATH": f"{folder}{os.pathsep}{ROOT}", "BARE_DATABASE_URL": _beside(url)}
        made = subprocess.run(
            [sys.executable, str(Path(folder, "bare.py")), str(STEPS[-1][1])], check=True, text=True,
            stdout=subprocess.PIPE, env={**os.environ, **ours},
        )  # fmt: skip
        same = [*command[:-1], "bare:application"]
        same[same.index("--port") + 1] = str(port)
        with serving(same, port, **ours):
            yield f"sessionid={made.stdout.strip()}"


def _beside(url: str) -> str:
    """A second, empty database on the same PostgreSQL server; for SQLite nothing (a file in the folder)."""
    if not url:
        return ""
    import psycopg

    with psycopg.connect(url, autocommit=True) as database:
        database.execute("CREATE DATABASE bare")
    return url.rpartition("/")[0] + "/bare"


# --- what is measured ------------------------------------------------------------------------------------------------


def measure(url: str) -> bool:
    """Fill and measure one engine; True where every promise was kept."""
    port = free_port()
    os.environ.update(ONEPLAN_PORT=str(port), ONEPLAN_WEB_PROCESSES="2")
    start(url)
    from django.db import connection, connections

    from oneplan.cli.serving import web_command

    tagged = public_page()
    well = growth()
    cookie = sign_in()
    engine = connection.vendor
    connections.close_all()
    print(f"\n{engine}: {CONNECTIONS} connections, best of {ROUNDS} of {SECONDS:.0f} s")
    beside = free_port()
    with serving(web_command(), port), bare(web_command(), beside, url) as bare_cookie:
        well &= throughput(engine, (port, cookie), (beside, bare_cookie))
        not_modified(engine, port, *tagged)
        well &= slow_clients(engine, port, cookie)
    return well


def hub_manager() -> "User":  # type: ignore[name-defined]  # noqa: F821 - Django is not set up yet
    """Whoever asks: a hub manager of the space."""
    from oneplan.access.actions import grant_role
    from oneplan.access.actors import system
    from oneplan.access.roles import Role
    from oneplan.accounts.models import User

    user = User.objects.filter(email="bench@example.org").first()
    if user is None:
        user = User.objects.create_user("bench@example.org", None, name="Bench")
        grant_role(user, Role.HUB_MANAGER, f"space:{SPACE}", by=system("bench"))
    return user


def sign_in() -> str:
    """The Cookie header of a session of the hub manager."""
    from django.test import Client

    client = Client()
    client.force_login(hub_manager())
    return f"sessionid={client.cookies['sessionid'].value}"


def growth() -> bool:
    """Queries and milliseconds of a page with 1, 10 and 52 spaces filled, this one's own data staying the same."""
    from django.db import connection, transaction
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from oneplan.commitments.actions import keep_sums
    from oneplan.commitments.models import Commitment
    from oneplan.demo.scale import Scale, sizes, write
    from oneplan.spaces.models import Space

    client, well = Client(), True
    client.force_login(hub_manager())
    codes = [SPACE, *Space.objects.filter(one_plan=None).exclude(pk=SPACE).order_by("pk").values_list("pk", flat=True)]
    found: dict[str, list[tuple[int, float]]] = {name: [] for name in PAGES}
    have = {SPACE: Commitment.objects.filter(home_space=SPACE).count()}
    for spaces, commitments, largest in STEPS:
        wanted = sizes(codes[:spaces], Scale(spaces, commitments, largest))
        with transaction.atomic():
            for _ in write({code: n - have.get(code, 0) for code, n in wanted.items() if n > have.get(code, 0)}):
                pass
        keep_sums()  # as the house does every 20 seconds
        have |= {code: max(n, have.get(code, 0)) for code, n in wanted.items()}
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        for name, address in PAGES.items():
            times = []
            for _ in range(12):
                with CaptureQueriesContext(connection) as queries:
                    began = time.perf_counter()
                    assert client.get(address).status_code == 200
                    times.append((time.perf_counter() - began) * 1000)
            found[name].append((len(queries), statistics.median(times[2:])))
    print(f"\n{connection.vendor}: queries (median ms) with {', '.join(str(step[0]) for step in STEPS)} spaces filled")
    for name, rows in found.items():
        same, grown = len({count for count, _ms in rows}) == 1, rows[-1][1] / rows[0][1]
        kept = same and (grown <= MOST_GROWN or is_small())
        well &= kept
        print(f"  {name:<12}" + "  ".join(f"{count:3d} ({ms:5.1f})" for count, ms in rows) + f"  {grown:.2f} ×")
        tell(
            f"growth to {STEPS[-1][0]} spaces: {name}, {connection.vendor}",
            f"{rows[0][0]} to {rows[-1][0]} queries, {rows[0][1]:.0f} to {rows[-1][1]:.0f} ms",
            f"the same queries, time ≤ {MOST_GROWN} ×", kept=kept,
        )  # fmt: skip
    return well


def throughput(engine: str, ours: tuple[int, str], beside: tuple[int, str]) -> bool:
    """Requests a second of both pages and of the bare one, in turn so that each has the same weather."""
    best: dict[str, Load] = {}
    asked = {"bare": (*beside, "/1/"), **{name: (*ours, path) for name, path in PAGES.items()}}
    for number in range(ROUNDS + 1):  # the first round warms both
        for name, (port, cookie, path) in asked.items():
            load = ask(port, path, {"Cookie": cookie})
            if number and (name not in best or load.rate > best[name].rate):
                best[name] = load
    print(f"  {'bare page':<12}{best['bare'].rate:6.1f} a second, p95 {best['bare'].p95:.0f} ms")
    well = True
    for name in PAGES:
        ratio = best[name].rate / best["bare"].rate
        kept = ratio >= LEAST
        well &= kept or is_small()
        print(f"  {name:<12}{best[name].rate:6.1f} a second, p95 {best[name].p95:.0f} ms: {ratio:.2f} × the bare page")
        figure = f"{best[name].rate:.0f} a second against {best['bare'].rate:.0f}: {ratio:.2f} ×"
        tell(f"throughput: {name}, {engine}", figure, f"≥ {LEAST} × a bare page of 30 queries", kept=kept)
    return well


def public_page() -> tuple[str, str]:
    """The address and tag of an adopted plan: the pilot of the demonstration that is adopted and sealed."""
    from django.test import Client

    from oneplan.demo.build import build
    from oneplan.portal.queries.sealed import in_force

    for _ in build((PILOT,)):
        pass
    address = in_force()[0].href
    return address, Client().get(address)["ETag"]


def not_modified(engine: str, port: int, address: str, tag: str) -> None:
    """The public page whole, and as 304 where the reader has it already."""
    whole = max((ask(port, address) for _ in range(ROUNDS)), key=lambda load: load.rate)
    known = {"If-None-Match": tag}
    same = max((ask(port, address, known, status=304) for _ in range(ROUNDS)), key=lambda load: load.rate)
    ratio = same.rate / whole.rate
    print(f"  public plan {whole.rate:6.1f} a second whole, {same.rate:.0f} as 304: {ratio:.1f} ×")
    tell(f"304 of a public plan, {engine}", f"{same.rate:.0f} a second against {whole.rate:.0f}: {ratio:.0f} ×")


def slow_clients(engine: str, port: int, cookie: str) -> bool:
    """How long the others wait while slow clients trickle their requests."""
    path, signed_in = PAGES["space home"], {"Cookie": cookie}
    alone, beside = [], []
    for _ in range(ROUNDS):
        alone.append(ask(port, path, signed_in).p95)
        beside.append(ask(port, path, signed_in, slow=SLOW_CLIENTS).p95)
    ratio = min(beside) / min(alone)
    kept = ratio <= MOST_SLOWED
    figure = f"p95 {min(beside):.0f} ms against {min(alone):.0f}: {ratio:.2f} ×"
    print(f"  others beside {SLOW_CLIENTS} slow clients: {figure}")
    tell(f"{SLOW_CLIENTS} slow clients, {engine}", figure, f"≤ {MOST_SLOWED} ×", kept=kept)
    return kept or is_small()


def main() -> int:
    if sys.argv[1:] == ["--load"]:
        given = json.load(sys.stdin)
        load = asyncio.run(
            _load(given["port"], given["request"].encode(), given["status"], given["seconds"], given["slow"])
        )
        print(json.dumps(load.__dict__))
        return 0
    if sys.argv[1:] and not sys.argv[1].startswith("-"):
        return 0 if measure("" if sys.argv[1] == "sqlite" else sys.argv[1]) else 1
    again = [sys.executable, "-m", "benchmarks.throughput"]  # each engine in a process of its own
    outcome = subprocess.run([*again, "sqlite"], cwd=ROOT).returncode
    with maybe_postgres() as url:
        if url is None:
            tell_left_out("throughput on PostgreSQL", "apt install postgresql")
        else:
            outcome |= subprocess.run([*again, url], cwd=ROOT).returncode
    return outcome


if __name__ == "__main__":
    sys.exit(main())
