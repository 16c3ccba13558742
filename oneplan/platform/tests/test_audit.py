"""The log: appended, chained, and any alteration or removal found."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oneplan.access.actors import system
from oneplan.periods import clock
from oneplan.platform.audit import head, history, record, seal_log, verify_chain
from oneplan.platform.models import LogEntry, Seal

BY = system("tests")
pytestmark = pytest.mark.django_db


def write(count: int) -> None:
    for number in range(count):
        record("thing.changed", f"thing:{number}", by=BY, before={"x": number}, after={"x": number + 1}, note="why")


def test_an_entry_remembers_who_what_when_and_why():
    entry = record(
        "thing.changed", "thing:1", by=BY, reason="asked to", before={"a": 1, "b": 2}, after={"a": 1, "b": 3}
    )
    assert entry.actor_kind == "system:tests"
    assert entry.reason == "asked to"
    assert entry.before == {"b": 2}, "a field that did not change is left out"
    assert entry.after == {"b": 3}
    assert list(history("thing:1")) == [entry]


def test_sealing_chains_batches_and_takes_late_entries():
    write(3)
    assert seal_log() >= 3
    first = head()
    write(2)
    assert seal_log() == 2
    assert head() != first
    assert Seal.objects.latest("id").previous == first
    assert seal_log() == 0, "nothing new, nothing sealed"
    assert verify_chain() == []


ALTERATIONS: dict[str, dict[str, Any]] = {
    "who": {"actor_kind": "system:other"},
    "what": {"event": "thing.removed"},
    "subject": {"subject": "thing:else"},
    "why": {"reason": "another"},
    "before": {"before": {"x": 999}},
    "after": {"after": {"x": 999}},
    "facts": {"facts": {"note": "because"}},
    "when": {"at": clock.now() - timedelta(days=400)},
}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sizes=st.lists(st.integers(1, 6), min_size=1, max_size=4),
    pick=st.integers(0, 10_000),
    what=st.sampled_from([*ALTERATIONS, "removed", "moved"]),
)
def test_any_altered_or_removed_entry_is_found(db, sizes, pick, what):
    LogEntry.objects.all().delete()
    Seal.objects.all().delete()
    for size in sizes:
        write(size)
        seal_log()
    assert verify_chain() == []
    ids = list(LogEntry.objects.order_by("id").values_list("pk", flat=True))
    victim = LogEntry.objects.filter(pk=ids[pick % len(ids)])
    if what == "removed":
        victim.delete()
    elif what == "moved":
        if len(sizes) == 1:
            return
        own = victim.get().seal
        victim.update(seal=Seal.objects.exclude(pk=own.pk if own else 0).first())
    else:
        victim.update(**ALTERATIONS[what])
    assert verify_chain() != []


def test_a_removed_seal_is_found():
    for _ in range(3):
        write(1)
        seal_log()
    middle = Seal.objects.order_by("id")[1]
    middle.entries.all().delete()
    middle.delete()
    assert verify_chain() != []


def test_a_sealer_waits_its_turn_before_it_looks_for_the_newest_seal():
    """Else whoever waited chains onto the seal that was newest before the wait, and the chain forks."""
    write(1)
    seal_log()
    write(1)
    with CaptureQueriesContext(connection) as asked:
        seal_log()
    reads = [each["sql"] for each in asked if each["sql"].startswith("SELECT")]
    assert "platform_logentry" in reads[0]
    assert "FOR UPDATE" in reads[0] or not connection.features.has_select_for_update
    assert "platform_seal" in reads[1]
    assert verify_chain() == []
