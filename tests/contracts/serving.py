"""The application on a real port, on the connection of the test: nothing is committed, nothing needs to be wiped."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connections
from django.test import TestCase

_SIGNALS = (request_started, request_finished)


def application(*, at_work: bool = False) -> Callable[[Any, Any], Iterable[bytes]]:
    """The WSGI application, on the connection of the test in whatever thread it is called.

    `at_work`: what a call puts off is done as soon as it is answered, as by a worker.
    """
    inner = get_wsgi_application()
    held = {alias: connections[alias] for alias in connections}
    for connection in held.values():
        connection.inc_thread_sharing()

    def app(environ: Any, start_response: Any) -> Iterable[bytes]:
        for alias, connection in held.items():
            connections[alias] = connection
        for signal in _SIGNALS:  # within a transaction PostgreSQL's would count as worn out; Django's client connects
            signal.disconnect(close_old_connections)
        environ.pop("HTTP_ACCEPT_ENCODING", None)  # the client within schemathesis does not unpack
        with TestCase.captureOnCommitCallbacks(execute=True) if at_work else nullcontext():
            return inner(environ, start_response)

    return app


@contextmanager
def kept_open() -> Iterator[None]:
    """Afterwards requests close connections again; while it lasts `application` sees to it that none does."""
    try:
        yield
    finally:
        for signal in _SIGNALS:
            signal.connect(close_old_connections)


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the name is the library's
        return


@contextmanager
def served() -> Iterator[str]:
    """One request after the other, at the address given."""
    server: WSGIServer = make_server("127.0.0.1", 0, application(at_work=True), handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        with kept_open():
            yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
