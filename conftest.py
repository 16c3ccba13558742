"""What every test shares: the register loaded once, closed sockets, a stopped clock on demand."""

import gc
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

SHARED = Path(__file__).resolve().parent.parent / "shared" / "data"

JOURNEYS = "tests/journeys/"
IN_A_HOUSE_OF_ITS_OWN = "tests/journeys/test_from_zero_to_sealed.py"

pytest_plugins = ["tests.world"]


class WholeFiles(LoadScopeScheduling):
    """Gives each process whole files, in their order: what is kept for a file's tests is built by one process alone.

    The journeys through the house with the demonstration count as one file: it is started once.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "journeys" if file.startswith(JOURNEYS) and file != IN_A_HOUSE_OF_ITS_OWN else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> WholeFiles:
    config.option.loadscopereorder = False
    return WholeFiles(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # The journeys go first: they are the longest, and while one process waits for a browser others work. Within a file
    # those go first that ask for no world kept for the file's tests (tests/kept.py).
    places = {item.path: place for place, item in reversed([*enumerate(items)])}
    items.sort(key=lambda item: (
        not item.nodeid.startswith(JOURNEYS), places[item.path],
        any(name.startswith("kept_") for name in _fixtures(item)),
    ))  # fmt: skip
    reason = pytest.mark.skip(reason="needs the real files in ../shared/data, which are not part of the project")
    for item in items:
        if not SHARED.is_dir() and item.get_closest_marker("shared"):
            item.add_marker(reason)
        # pytest-django opens the database to whoever asks for it and to nobody else.
        if not item.get_closest_marker("django_db") and not {"db", "transactional_db"} & set(_fixtures(item)):
            item.add_marker(pytest.mark.engine_free)


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: the collector of cycles need not walk through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)


def _fixtures(item: pytest.Item) -> list[str]:
    return getattr(item, "fixturenames", [])


def pytest_unconfigure() -> None:
    """Each process of the tests takes its data folder away with it."""
    if settings := sys.modules.get("tests.settings"):
        shutil.rmtree(settings.FOLDER, ignore_errors=True)


@pytest.fixture(autouse=True)
def fresh_minute() -> None:
    """Calls of the interface are counted by the minute in the process: no test begins with the calls of another."""
    if guard := sys.modules.get("oneplan.api.guard"):  # loaded late on purpose; what never called it need not load it
        guard.forget()


@pytest.fixture(autouse=True)
def definitions_of_this_test(request: pytest.FixtureRequest) -> None:
    """Which indicators are defined is read anew in each test; without a database those that are shipped are."""
    if current := sys.modules.get("oneplan.indicators.definitions.current"):
        from oneplan.indicators.definitions.gathering import shipped

        current._kept.clear()
        current._now.set(shipped() if request.node.get_closest_marker("engine_free") else None)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real files; only tests marked `shared` ask for it."""
    return SHARED


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """The real register in the test database, loaded once: every test sees 52 spaces and all institutions.

    PostgreSQL is told how much lies where: it plans as for a house whose registers have lain there for a while.
    """
    from django.db import connection

    from oneplan.access.actors import system
    from oneplan.institutions.actions import publish_register as publish_institutions
    from oneplan.spaces.actions import publish_register as publish_spaces

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        publish_spaces(by=system("tests"))
        publish_institutions(by=system("tests"))
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
    yield
