"""The stage of the access matrix, and a token for each member of the cast."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kept import Kept, kept_fixture
from tests.world import World


def set_stage_for_callers(world: World) -> dict[str, Any]:
    from tests.architecture.matrix_stage import set_stage
    from tests.contracts.calling import callers

    stage = set_stage(world)
    return {**stage, "callers": callers(stage["cast"])}


kept_stage = kept_fixture(set_stage_for_callers)


@pytest.fixture
def stage(kept_stage: Kept[dict[str, Any]], world: World, settings: Any, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """A plan in progress, an adopted one, a commitment, a run; `callers`: who calls with a token of their own."""
    settings.HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "documents"
    settings.API_CALLS = settings.API_PUBLIC_CALLS = 1_000_000
    logging.disable(logging.WARNING)
    yield kept_stage.lend(world, tmp_path)
    logging.disable(logging.NOTSET)
