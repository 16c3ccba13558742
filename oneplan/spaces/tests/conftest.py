"""What the tests of this room share."""

import pytest

from oneplan.access.actors import system
from oneplan.spaces import actions
from oneplan.spaces.models import BoundaryRelease

@pytest.fixture
def register(db):
    """The register of places, published (free where the test database has it already)."""
    return actions.publish_register(by=system("tests"))


@pytest.fixture
def data_folder(settings, tmp_path):
    """A data folder of the test's own, for the point index."""
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def bare(register, data_folder):
    """The register without any boundaries, whatever the test database started with."""
    BoundaryRelease.objects.all().delete()
    return data_folder


@pytest.fixture
def approximate(bare):
    """The approximate map, cut to a hull: no outline file is needed."""
    return actions.publish_approximate_map(None, by=system("tests"))


@pytest.fixture
def real_boundaries(shared_data):
    """The folder of real boundary files, for tests marked `shared`; they are not committed."""
    return shared_data / "boundaries"
