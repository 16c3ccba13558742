"""`oneplan serve`: the parent process that prepares, starts web and worker, runs the schedule and restarts what dies.

Where the data folder is prepared already, the web server is started before Django is set up here: setting up twice, one
after the other, would double the wait.
"""

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable

import click

from oneplan.cli.holding import holding
from oneplan.cli.prepared import home, is_prepared
from oneplan.config import env

_log = logging.getLogger(__name__)
_RESTART_AFTER = 2.0  # seconds: a process that dies at once must not spin


def _address() -> tuple[str, int]:
    return env.text("ONEPLAN_HOST", "127.0.0.1"), env.integer("ONEPLAN_PORT", 8000, least=1, most=65535)


def web_command() -> list[str]:
    host, port = _address()
    processes = env.integer("ONEPLAN_WEB_PROCESSES", 2, least=1, most=64)
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(processes), "--blocking-threads", "1", "--no-access-log", "--log-level", "warning",
        "--respawn-failed-workers", "oneplan.config.wsgi:application",
    ]  # fmt: skip


def _worker() -> list[str]:
    return [sys.executable, "-m", "django", "db_worker", "--verbosity", "0"]


def _port_is_free() -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(_address())
        except OSError:
            return False
    return True


def _wait_until_serving(child: "_Child", seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and child.is_running:
        try:
            with socket.create_connection(_address(), timeout=1):
                return True
        except OSError:
            time.sleep(0.05)
    return False


class _Child:
    """A process that is started again when it ends by itself."""

    def __init__(self, name: str, command: Callable[[], list[str]]) -> None:
        self.name, self.command = name, command
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        environment = {
            **os.environ, "DJANGO_SETTINGS_MODULE": "oneplan.config.settings", "ONEPLAN_HOME": str(home()),
        }  # fmt: skip
        self.process = subprocess.Popen(self.command(), env=environment)
        self.started = time.monotonic()

    def tend(self) -> None:
        if self.process and not self.is_running and time.monotonic() - self.started > _RESTART_AFTER:
            _log.error("%s ended with code %s; starting it again", self.name, self.process.returncode)
            self.start()

    def stop(self) -> None:
        if self.process and self.is_running:
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()


def _run_due(next_at: dict[str, float]) -> None:
    from django.db import close_old_connections

    from oneplan.config.schedule import SCHEDULE

    for task in SCHEDULE:
        if time.monotonic() < next_at.get(task.name, 0.0):
            continue
        next_at[task.name] = time.monotonic() + task.every.total_seconds()
        close_old_connections()
        try:
            task.run()
        except Exception:  # a failed act is logged and tried again at its next time; serving goes on
            _log.exception("scheduled act failed: %s", task.name)


def _prepare(*, with_demo: bool) -> None:
    from django.db import connections

    from oneplan.cli.preparing import prepare
    from oneplan.plans.models import OnePlan

    for line in prepare():
        click.echo(line)
    if with_demo and not OnePlan.objects.exists():
        from oneplan.demo.build import build

        for line in build():
            click.echo(line)
    connections.close_all()


def _say_welcome() -> None:
    from oneplan.plans.models import OnePlan

    address = "http://{}:{}".format(*_address())
    click.echo(f"\nOnePlan is serving on {address}")
    if OnePlan.objects.filter(is_sample=True).exists():
        from oneplan.demo.people import PASSWORD, PEOPLE

        click.echo(f"Sign in at {address}/account/login/ with any of these (invented people, password: {PASSWORD}):")
        for person in PEOPLE:
            click.echo(f"  {person.email:<28} {person.name}, {person.post}")
    else:
        click.echo("No account yet? oneplan administrator you@example.org --name 'Your name'")
    click.echo("Stop with Ctrl+C.\n")


def serve(set_up: Callable[[], None], *, with_demo: bool) -> int:
    """Run until told to stop; `set_up` readies Django. Returns the exit code."""
    with holding(alone=False) as is_ours:
        if is_ours:
            return _serve(set_up, with_demo=with_demo)
    click.echo("A restore or an upgrade works on this data folder. Start again when it is done.", err=True)
    return 1


def _serve(set_up: Callable[[], None], *, with_demo: bool) -> int:
    if not _port_is_free():
        click.echo(f"Port {_address()[1]} is in use. Stop what uses it, or set ONEPLAN_PORT to another.", err=True)
        return 1
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    web, worker = _Child("web", web_command), _Child("worker", _worker)
    if not is_prepared():
        set_up()
        _prepare(with_demo=with_demo)
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        web.start()
        is_serving = _wait_until_serving(web)
        set_up()
        if is_serving:
            _say_welcome()
        worker.start()
        next_at: dict[str, float] = {}
        while not stopping:
            for child in (web, worker):
                child.tend()
            _run_due(next_at)
            time.sleep(0.5)
    finally:
        for child in (worker, web):
            child.stop()
    return 0
