"""The stage of the access matrix, for the tests that walk it."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kept import Kept, kept_fixture
from tests.world import World


def set_the_stage(world: World) -> dict[str, Any]:
    from tests.architecture.matrix_stage import set_stage  # late: the rooms are loaded by then

    return set_stage(world)


kept_stage = kept_fixture(set_the_stage)


@pytest.fixture
def stage(kept_stage: Kept[dict[str, Any]], world: World, settings: Any, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """A plan in progress, an adopted one, a commitment, a run, and a browser for each member of the cast."""
    settings.HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "documents"
    logging.disable(logging.WARNING)  # thousands of refusals are what is asked for here
    stage = kept_stage.lend(world, tmp_path)
    yield {**stage, "clients": {member: world.client(actor) for member, actor in stage["cast"].items()}}
    logging.disable(logging.NOTSET)
