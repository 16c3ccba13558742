"""`oneplan serve`: the parent that prepares, starts web and worker, runs the schedule and restarts what dies."""

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable

import click
from django.conf import settings
from django.db import close_old_connections, connections

from oneplan.cli.preparing import is_prepared, prepare
from oneplan.config.schedule import SCHEDULE
from oneplan.plans.models import OnePlan

_log = logging.getLogger(__name__)
_RESTART_AFTER = 2.0  # seconds: a process that dies at once must not spin


def _web() -> list[str]:
    processes = settings.WEB_PROCESSES
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", settings.HOST, "--port", str(settings.PORT),
        "--workers", str(processes), "--blocking-threads", "1", "--no-access-log", "--log-level", "warning",
        "--respawn-failed-workers", "oneplan.config.wsgi:application",
    ]  # fmt: skip


def _worker() -> list[str]:
    return [sys.executable, "-m", "django", "db_worker", "--verbosity", "0"]


def _port_is_free() -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.HOST, settings.PORT))
        except OSError:
            return False
    return True


def _wait_until_serving(seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with socket.create_connection((settings.HOST, settings.PORT), timeout=1):
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

    def start(self) -> None:
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "oneplan.config.settings"}
        environment["ONEPLAN_HOME"] = str(settings.HOME)
        self.process = subprocess.Popen(self.command(), env=environment)
        self.started = time.monotonic()

    def tend(self) -> None:
        if self.process and self.process.poll() is not None and time.monotonic() - self.started > _RESTART_AFTER:
            _log.error("%s ended with code %s; starting it again", self.name, self.process.returncode)
            self.start()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()


def _run_due(next_at: dict[str, float]) -> None:
    for task in SCHEDULE:
        if time.monotonic() < next_at.get(task.name, 0.0):
            continue
        next_at[task.name] = time.monotonic() + task.every.total_seconds()
        close_old_connections()
        try:
            task.run()
        except Exception:  # a failed act is logged and tried again at its next time; serving goes on
            _log.exception("scheduled act failed: %s", task.name)


def _say_welcome() -> None:
    address = f"http://{settings.HOST}:{settings.PORT}"
    click.echo(f"\nOnePlan is serving on {address}")
    if OnePlan.objects.filter(is_sample=True).exists():
        from oneplan.demo.people import PASSWORD, PEOPLE

        click.echo(f"Sign in at {address}/account/login/ with any of these (invented people, password {PASSWORD}):")
        for person in PEOPLE:
            click.echo(f"  {person.email:<38} {person.name}, {person.post}")
    else:
        click.echo("No account yet? oneplan administrator you@example.org --name 'Your name'")
    click.echo("Stop with Ctrl+C.\n")


def serve(*, with_demo: bool) -> int:
    """Run until told to stop. Returns the exit code."""
    if not _port_is_free():
        click.echo(f"Port {settings.PORT} is in use. Stop what uses it, or set ONEPLAN_PORT to another.", err=True)
        return 1
    if not is_prepared():
        for line in prepare():
            click.echo(line)
    if with_demo and not OnePlan.objects.exists():
        from oneplan.demo.build import build

        for line in build():
            click.echo(line)
    connections.close_all()

    children = [_Child("web", _web), _Child("worker", _worker)]
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    for child in children:
        child.start()
    if _wait_until_serving():
        _say_welcome()
    next_at: dict[str, float] = {}
    try:
        while not stopping:
            for child in children:
                child.tend()
            _run_due(next_at)
            time.sleep(0.5)
    finally:
        for child in reversed(children):
            child.stop()
    return 0
