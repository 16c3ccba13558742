from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from oneplan.exchange.models import ImportRun, StoredRow
from oneplan.periods import clock
from oneplan.platform.bulk import insert_rows, reserve_ids, update_rows, upsert_rows
from oneplan.projects.models import Programme, Project, Submission

COLUMNS = ("id", "ref", "title", "kind", "feed", "total_cost", "start_on", "registered_at", "changed_at", "is_sample",
           "revision", "description", "stage", "nature", "funding", "fund", "sector", "sphere", "budget_programme",
           "implementing_text", "standing", "audience", "search_text", "method", "confidence", "is_doubtful",
           "province_id")  # fmt: skip


def project(key, ref, **said):
    now = clock.now()
    given = {
        "id": key, "ref": ref, "title": "Käse “1” \\ %s\t\n", "kind": "works", "feed": "hand",
        "total_cost": Decimal("12.34"),
        "start_on": date(2026, 4, 1), "registered_at": now, "changed_at": now, "is_sample": True, "revision": 1,
        "standing": "live", "audience": "government", "method": "not_placed", "confidence": "none",
        "is_doubtful": False, "province_id": "LIM", **said,
    }  # fmt: skip
    return tuple(given.get(name, "") for name in COLUMNS)


def test_rows_come_back_as_they_went_in(db):
    first, second = reserve_ids(Project, 2)
    insert_rows(Project, COLUMNS, [project(first, "PR-1"), project(second, "PR-2", total_cost=None, start_on=None)])
    row, empty = Project.objects.order_by("pk")
    assert (row.title, row.total_cost, row.start_on) == ("Käse “1” \\ %s\t\n", Decimal("12.34"), date(2026, 4, 1))
    assert (row.is_sample, row.province_id) == (True, "LIM")
    assert abs(clock.now() - row.registered_at).total_seconds() < 60
    assert (empty.total_cost, empty.start_on) == (None, None)


def test_reserved_keys_are_nobody_elses(db):
    [first] = reserve_ids(Project, 1)
    insert_rows(Project, COLUMNS, [project(first, "PR-1")])
    [second] = reserve_ids(Project, 1)
    insert_rows(Project, COLUMNS, [project(second, "PR-2")])
    assert second > first
    made = Programme.objects.create(ref="PG-1", title="x", institution_id="nat-dws")
    assert made.pk not in reserve_ids(Programme, 3)


def test_rows_are_updated_by_key_and_others_left_alone(db):
    keys = list(reserve_ids(Project, 2))
    insert_rows(Project, COLUMNS, [project(keys[0], "PR-1"), project(keys[1], "PR-2")])
    update_rows(Project, ("title", "total_cost"), [("New", Decimal("0.05"), keys[1])])
    first, second = Project.objects.order_by("pk")
    assert first.title.startswith("Käse")
    assert (second.title, second.total_cost, second.ref) == ("New", Decimal("0.05"), "PR-2")


def test_json_goes_in_as_a_value_or_as_text(db):
    now, columns = (
        clock.now(),
        ("id", "feed", "source", "as_at", "headers", "received_at", "snapshot_count", "is_sample"),
    )
    keys = reserve_ids(Submission, 2)
    rows = [(key, "irm", "x", date(2026, 1, 1), headers, now, 0, False)
            for key, headers in zip(keys, (["ä", None], '["b"]'), strict=True)]  # fmt: skip
    insert_rows(Submission, columns, rows)
    assert list(Submission.objects.order_by("pk").values_list("headers", flat=True)) == [["ä", None], ["b"]]


def test_a_row_that_is_there_is_set_and_a_new_one_inserted(db):
    run = ImportRun.objects.create(kind="x", source="y", retrieved_at=clock.now())
    columns = ("kind", "source", "version", "run_id", "key", "digest", "subject")
    key = ("kind", "source", "version", "key")
    upsert_rows(StoredRow, columns, [("x", "y", "", run.pk, "1", "a", "")], key=key)
    upsert_rows(StoredRow, columns, [("x", "y", "", run.pk, str(n), "b", "s") for n in (1, 2)], key=key)
    assert list(StoredRow.objects.order_by("key").values_list("key", "digest", "subject")) == [
        ("1", "b", "s"), ("2", "b", "s"),
    ]  # fmt: skip


def test_a_constraint_holds_as_ever(db):
    keys = list(reserve_ids(Project, 2))
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(Project, COLUMNS, [project(keys[0], "PR-1"), project(keys[1], "PR-1")])
    assert not Project.objects.exists()
