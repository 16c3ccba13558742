"""The stage of the access matrix, and a token for each member of the cast."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def stage(db: None, settings: Any) -> Iterator[dict[str, Any]]:
    """A plan in progress, an adopted one, a commitment, a run; `callers`: who calls with a token of their own."""
    from tests.architecture.matrix_stage import set_stage
    from tests.contracts.calling import callers

    settings.API_CALLS = settings.API_PUBLIC_CALLS = 1_000_000
    logging.disable(logging.WARNING)
    stage = set_stage()
    yield {**stage, "callers": callers(stage["cast"])}
    logging.disable(logging.NOTSET)
