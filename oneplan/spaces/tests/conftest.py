"""What the tests of this room share."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from oneplan.access.actors import system
from oneplan.spaces import actions
from oneplan.spaces.models import BoundaryRelease, Ward
from oneplan.spaces.tests.approximate import put_approximate_map
from tests.kept import Kept, kept


@pytest.fixture
def register(db):
    """The register of places, published (free where the test database has it already)."""
    return actions.publish_register(by=system("tests"))


@pytest.fixture(scope="session")
def session_folder(tmp_path_factory):
    """A data folder for the session: the point index of a release is built once."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def bare(register, settings, session_folder):
    """The register without any boundaries, whatever the test database started with."""
    settings.HOME = session_folder
    BoundaryRelease.objects.all().delete()


@pytest.fixture(scope="module")
def kept_map(django_db_setup: None, django_db_blocker: Any, session_folder: Path) -> Iterator[Kept[Any]]:
    with kept(put_approximate_map, django_db_blocker, session_folder) as standing:
        yield standing


@pytest.fixture
def approximate(kept_map: Kept[Any], db: None, settings: Any, session_folder: Path) -> list[BoundaryRelease]:
    """The releases of the approximate map, finest first."""
    settings.HOME = session_folder
    return list(kept_map.made)


@pytest.fixture
def real_boundaries(shared_data):
    """The folder of real boundary files, for tests marked `shared`; they are not committed."""
    return shared_data / "boundaries"


@pytest.fixture
def boxes(bare):
    """Legal boundaries of four municipal areas as boxes of a degree, side by side, and of one ward of Nyandeni.

    Nyandeni (EC155) and Mhlontlo (EC156) lie in DC15, Matatiele (EC441) in DC44; eThekwini stands apart.
    """
    given: dict[str, Any] = {"as_at": date(2021, 11, 1), "source": "a test", "by": system("tests")}
    areas = {"EC155": (28, -32), "EC156": (29, -32), "EC441": (30, -32), "ETH": (31, -30)}
    outlines = [shapely.box(x, y, x + 1, y + 1) for x, y in areas.values()]
    actions.publish_boundaries(
        list(areas), np.array(outlines), level="municipal_area", file_sha256="e" * 64, **given
    )  # fmt: skip
    ward = Ward.objects.filter(municipal_area_id="EC155").order_by("code").first()
    assert ward is not None
    actions.publish_boundaries(
        [ward.code], np.array([shapely.box(28, -32, 28.5, -31.5)]), level="ward", file_sha256="f" * 64, **given
    )  # fmt: skip
    return ward.code
