"""The stage of the access matrix, for the tests that walk it."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def stage(db: None) -> Iterator[dict[str, Any]]:
    """A plan in progress, an adopted one, a commitment, a run, and a browser for each member of the cast."""
    from tests.architecture.matrix_stage import set_stage

    logging.disable(logging.WARNING)  # thousands of refusals are what is asked for here
    yield set_stage()
    logging.disable(logging.NOTSET)
