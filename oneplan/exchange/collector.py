"""Python's search for cycles, held back while a file is read or stored, or many things are compared."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_YOUNG = 50_000  # new objects before a search; Python's own 700 is passed several times by each batch of rows


@contextmanager
def patient_collector() -> Iterator[None]:
    """Look for cycles seldom: as a context or a decorator.

    A batch of rows is tens of thousands of objects without cycles, which die when the batch is done. At Python's own
    threshold they are walked over and over while they live, a quarter of the time of an import.
    """
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], _YOUNG) if before[0] else 0, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
