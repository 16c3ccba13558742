"""What the tests of this room share."""

import pytest

from oneplan.access.actors import system
from oneplan.spaces import actions
from oneplan.spaces.models import Boundary, BoundaryRelease


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


@pytest.fixture(scope="session")
def drawn_once():
    """The rows of the approximate map, once a test has made it."""
    return []


@pytest.fixture
def approximate(bare, drawn_once):
    """The approximate map, cut to a hull: no outline file is needed. Made by the action once, then put back."""
    if not drawn_once:
        for release in actions.publish_approximate_map(None, by=system("tests")):
            drawn_once.append((release, list(release.boundaries.all())))
    else:
        BoundaryRelease.objects.bulk_create(release for release, _rows in drawn_once)
        Boundary.objects.bulk_create((row for _release, rows in drawn_once for row in rows), batch_size=500)
    return [release for release, _rows in drawn_once]


@pytest.fixture
def real_boundaries(shared_data):
    """The folder of real boundary files, for tests marked `shared`; they are not committed."""
    return shared_data / "boundaries"
