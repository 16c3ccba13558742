"""Institutions from a table: new ones are registered, known ones corrected, faulty rows named."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from oneplan.access.actors import Actor
from oneplan.exchange.pipeline import run_import
from oneplan.exchange.report import Report
from oneplan.institutions.models import Institution
from oneplan.platform.errors import NotAllowed

HEADER = ["Code", "Name", "Sphere", "Kind", "Province", "Space", "Verified"]


def table(tmp_path: Path, *rows: list[str]) -> Path:
    path = tmp_path / "institutions.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


def take(path: Path, by: Actor, **changes: Any) -> Report:
    return run_import("institutions", path, by=by, source="Letter of the province", as_at=date(2026, 5, 1), **changes)


NEW = ["biz-chamber", "Lephalale Chamber of Commerce", "", "organised_business", "Limpopo", "DC36", "yes"]
BETTER = ["soe-eskom", "Eskom Holdings Ltd", "national", "state_owned_entity", "", "", "yes"]


@pytest.mark.django_db(transaction=False)
def test_a_table_registers_and_corrects(world, tmp_path):
    report = take(table(tmp_path, NEW, BETTER), world.admin)
    assert (report.rows_read, report.rows_accepted, report.rows_refused) == (2, 2, 0)
    chamber = Institution.objects.get(code="biz-chamber")
    assert (chamber.space_id, chamber.province_id, chamber.is_verified) == ("DC36", "LIM", True)
    assert chamber.posts.count() == 2
    eskom = Institution.objects.get(code="soe-eskom")
    assert (eskom.name, eskom.is_verified, eskom.source) == ("Eskom Holdings Ltd", True, "Letter of the province")
    again = take(table(tmp_path, NEW, BETTER), world.admin)
    assert again.rows_refused == 0
    assert Institution.objects.get(code="soe-eskom").revision == eskom.revision


@pytest.mark.parametrize(
    ("column", "value", "kind"),
    [
        (0, "", "required"),
        (1, "", "required"),
        (1, "Department of Water and Sanitation", "ambiguous"),
        (3, "", "required"),
        (3, "club", "bad_choice"),
        (4, "Natal", "unknown_place"),
        (5, "DC99", "unknown_place"),
    ],
)
def test_a_faulty_row_is_named_and_the_others_are_stored(world, tmp_path, column, value, kind):
    bad = [*NEW]
    bad[0], bad[1] = "biz-bad", "Another chamber"
    bad[column] = value
    if kind == "ambiguous":
        bad[4] = ""
    report = take(table(tmp_path, NEW, bad), world.admin)
    assert (report.rows_accepted, report.rows_refused) == (1, 1)
    assert kind in {str(issue.kind) for issue in report.issues}
    assert Institution.objects.filter(code="biz-chamber").exists()
    assert not Institution.objects.filter(code="biz-bad").exists()


def test_a_dry_run_stores_nothing_and_others_may_not(world, tmp_path):
    take(table(tmp_path, NEW), world.admin, dry_run=True)
    assert not Institution.objects.filter(code="biz-chamber").exists()
    with pytest.raises(NotAllowed):
        take(table(tmp_path, NEW), world.planner)
