"""Who works on a data folder: houses that serve share it, restoring and upgrading want it for themselves.

The processes of a house keep the database file open, so what they write into a file that was replaced underneath them
would be lost. The lock ends with the process that holds it, however it ends.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from oneplan.cli.prepared import home

try:
    import fcntl

    HAS_LOCKS = True
except ImportError:  # Windows has no such locks; there the guide alone says to stop serving first
    HAS_LOCKS = False


@contextmanager
def holding(*, alone: bool) -> Iterator[bool]:
    """Hold the data folder, alone or with others who share it; yields whether it could be had."""
    if not HAS_LOCKS:
        yield True
        return
    home().mkdir(parents=True, exist_ok=True)
    with (home() / "held.lock").open("a") as file:
        try:
            fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
