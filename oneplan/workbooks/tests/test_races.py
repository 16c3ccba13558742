"""Two who take in at once, and a slow worker that was given up: nobody waits for ever, nothing is taken in twice."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from oneplan.access.actors import system
from oneplan.commitments.actions import propose_commitment, set_shares
from oneplan.commitments.models import Commitment
from oneplan.institutions.actions import publish_register as publish_institutions
from oneplan.periods import clock
from oneplan.plans import actions as plans
from oneplan.plans.models import Outcome
from oneplan.platform.errors import RuleBroken
from oneplan.platform.models import LogEntry
from oneplan.spaces.actions import publish_register as publish_spaces
from oneplan.spaces.models import Space
from oneplan.workbooks import actions
from oneplan.workbooks.choices import ReturnState
from oneplan.workbooks.models import WorkbookReturn
from oneplan.workbooks.taking import _REVISE
from oneplan.workbooks.tests.conftest import Waterberg, build, comparison_of
from tests.world import World

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "connection.vendor != 'postgresql'",
        reason="SQLite lets one transaction write at a time; PostgreSQL must lock in one order",
    ),
]
US = system("tests")
PATIENCE = 3  # seconds; PostgreSQL looks for a deadlock after one


@pytest.fixture(scope="module", autouse=True)
def register_for_the_next(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """These tests commit, so the database is emptied after each. Whoever comes next finds the register again."""
    yield
    with django_db_blocker.unblock():
        publish_spaces(by=US)
        publish_institutions(by=US)


@pytest.fixture
def committed(transactional_db: None, tmp_path: Path) -> Waterberg:
    publish_spaces(by=US)
    publish_institutions(by=US)
    return build(World(), tmp_path)


def in_own_connection(act: Callable[[], Any]) -> Callable[[], Any]:
    def run() -> Any:
        try:
            return act()
        finally:
            connection.close()

    return run


def returned(waterberg: Waterberg, space: Space, shared: Commitment) -> WorkbookReturn:
    """A compared return of a space: its outcome changed, a commitment added, and what it shares with the other."""
    workbook = actions.issue_workbook(space, by=US)
    paper = waterberg.paper(workbook, f"{space.pk}.xlsx")
    paper.put("outcomes", "O-001", unit=f"households of {space.pk}")
    paper.put("commitments", shared.ref, **{"title": "As DC15 says"} if space.pk == "DC15" else {"unit": "km"})
    paper.add("commitments", title=f"A bridge of {space.pk}", lead="nat-dws", area="services")
    return waterberg.give_back(paper.save(), by=US)


def test_two_returns_of_spaces_that_share_commitments_are_taken_in_at_once(
    committed: Waterberg, monkeypatch: pytest.MonkeyPatch
) -> None:
    tambo = committed.world.dc15
    edition = plans.open_edition(tambo, ruleset="framework_2020", start_year=2026, by=US)
    plans.set_outcome(edition, area="services", statement="Every village has a road.", by=US)
    road = propose_commitment(committed.world.dc36, by=US, title="A road", lead=committed.world.dws, area="services")
    set_shares(road, dict.fromkeys(("DC15", "DC36"), Decimal("0.5")), valid_from=clock.today(), by=US)
    rows = [returned(committed, space, road) for space in (committed.world.dc36, tambo)]
    seals = [comparison_of(row, US).seal for row in rows]

    both_hold_their_own = threading.Barrier(2)
    revise = _REVISE["outcomes"]

    def revise_and_wait(*given: Any, **more: Any) -> Any:
        done = revise(*given, **more)
        with suppress(threading.BrokenBarrierError):  # in one order both never come this far together
            both_hold_their_own.wait(PATIENCE)
        return done

    monkeypatch.setitem(_REVISE, "outcomes", revise_and_wait)
    with ThreadPoolExecutor(2) as pool:
        acts = [
            pool.submit(in_own_connection(lambda row=row, seal=seal: actions.take_in(row, seal=seal, by=US)))  # type: ignore[misc]
            for row, seal in zip(rows, seals, strict=True)
        ]
        problems = [act.exception() for act in acts]
    # The second may be told that the road was changed since it was shown. Neither waits for ever.
    assert [type(each).__name__ for each in problems if each] in ([], ["StaleRevision"]), problems
    assert Outcome.objects.filter(unit__startswith="households of").count() == 2 - sum(map(bool, problems))


def test_a_worker_that_was_only_slow_takes_in_once(committed: Waterberg) -> None:
    paper = committed.paper(committed.issue())
    row = committed.give_back(paper.put("commitments", committed.water.ref, title="Bulk water to all").save())
    hub = committed.world.hub36
    seal = comparison_of(row, hub).seal
    row = actions.ask_taking(row, seal=seal, by=hub)
    WorkbookReturn.objects.filter(pk=row.pk).update(at_work_since=clock.now() - timedelta(minutes=16))
    written, commit = threading.Event(), threading.Event()

    def slowly() -> None:
        with transaction.atomic():
            actions.take_in(row, seal=seal, by=hub, attempt=row.attempt)
            written.set()
            assert commit.wait(PATIENCE * 5)

    with ThreadPoolExecutor(2) as pool:
        worker = pool.submit(in_own_connection(slowly))
        assert written.wait(PATIENCE * 5)
        again = pool.submit(in_own_connection(lambda: actions.restart_return(row, by=hub)))
        commit.set()
        worker.result()
        with pytest.raises(RuleBroken, match="Nothing is at work"):
            again.result()
    assert WorkbookReturn.objects.get(pk=row.pk).state == ReturnState.TAKEN_IN
    assert LogEntry.objects.filter(event="commitment.amended").count() == 1
