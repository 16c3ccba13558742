"""Freezing and amending at the same moment: one waits for the other, so that a copy never holds what nobody signs."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from oneplan.access.actors import system
from oneplan.commitments.actions import amend_commitment
from oneplan.commitments.models import Commitment
from oneplan.institutions.actions import publish_register as publish_institutions
from oneplan.joint_planning.actions import freeze_copy
from oneplan.joint_planning.models import SigningCopy
from oneplan.joint_planning.tests import factories
from oneplan.joint_planning.tests.conftest import Made, make_whole
from oneplan.platform.errors import RuleBroken
from oneplan.spaces.actions import publish_register as publish_spaces
from tests.world import World

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "connection.vendor != 'postgresql'",
        reason="SQLite lets one transaction write at a time, so nobody is overtaken; PostgreSQL must hold locks",
    ),
]
PATIENCE = 20  # seconds


def publish() -> None:
    publish_spaces(by=system("tests"))
    publish_institutions(by=system("tests"))


@pytest.fixture(scope="module", autouse=True)
def register_for_the_next(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """These tests commit, so the database is emptied after each. Whoever comes next finds the register again."""
    yield
    with django_db_blocker.unblock():
        publish()


@pytest.fixture(autouse=True)
def register(transactional_db: None) -> None:
    publish()


@pytest.fixture
def whole(register: None) -> Made:
    """An edition that lacks nothing before adoption, committed: no other test finds it afterwards."""
    return make_whole(World())


def in_own_connection(act: Callable[[], Any]) -> Callable[[], Any]:
    def run() -> Any:
        try:
            return act()
        finally:
            connection.close()

    return run


def waits_or_is_done(second: "Future[Any]") -> bool:
    """True as soon as some transaction of this database waits for a lock; False where the second did not wait."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and not second.done():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return True
        time.sleep(0.05)
    return False


def overlap(first: Callable[[], Any], second: Callable[[], Any]) -> "tuple[Future[Any], Future[Any], bool]":
    """Do the first, begin the second before the first is committed. Returns both, and whether the second waited."""
    written, commit = threading.Event(), threading.Event()

    def hold() -> Any:
        with transaction.atomic():
            done = first()
            written.set()
            assert commit.wait(PATIENCE)
            return done

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(in_own_connection(hold))
        assert written.wait(PATIENCE)
        two = pool.submit(in_own_connection(second))
        waited = waits_or_is_done(two)
        commit.set()
    return one, two, waited


def acts(whole: Any) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """Freezing and amending, ready to go."""
    factories.pass_gates(whole.again(), by=whole.hub)
    edition, commitment = whole.again(), Commitment.objects.get(pk=whole.commitment.pk)
    return (
        lambda: freeze_copy(edition, revision=edition.revision, by=whole.hub),
        lambda: amend_commitment(
            commitment, revision=commitment.revision, by=whole.hub, reason="The scheme grew", outputs="Three stations"
        ),
    )


def test_who_amends_while_a_copy_is_made_waits_and_is_refused(whole):
    freeze, amend = acts(whole)
    frozen, amended, waited = overlap(freeze, amend)
    assert waited
    assert frozen.result().sha256 == whole.again().copy_hash
    with pytest.raises(RuleBroken, match="Withdraw the signing copy"):
        amended.result()


def test_who_freezes_while_terms_change_waits_and_judges_the_new_terms(whole):
    freeze, amend = acts(whole)
    amended, frozen, waited = overlap(amend, freeze)
    assert waited
    assert amended.result().outputs == "Three stations"
    with pytest.raises(RuleBroken, match="neither agreed to its part"):
        frozen.result()
    assert not SigningCopy.objects.exists()
