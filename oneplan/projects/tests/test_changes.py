from datetime import date

import pytest

from benchmarks import _irm_workbooks as workbooks
from oneplan.access.actors import system
from oneplan.exchange.pipeline import run_import
from oneplan.projects.choices import Change, ProjectStanding
from oneplan.projects.models import Identifier, Match, Project, Submission
from oneplan.projects.queries.changes import changes_of
from oneplan.projects.tests.conftest import JUNE, SEPTEMBER, irm_row

REAL = "projects/irm_2023-24_ec_kzn_lim_wc.xlsx"


def found(submission):
    """By sort of change: the id of each row, with what it says of the others or of days."""
    ids = {
        key: float(value) for key, value in Identifier.objects.filter(scheme="irm").values_list("project_id", "value")
    }
    by: dict[str, dict[float, object]] = {change.value: {} for change in Change}
    for each in changes_of(submission):
        others = tuple(sorted(ids[key] for key in each.others))
        by[each.change.value][ids[each.project]] = others or abs(each.days)
    return by


def check_every_edit(edits, by):
    assert by["slipped"] == edits.slipped
    assert by["brought_forward"] == edits.brought_forward
    sorts = (
        "cost_up", "cost_down", "stage_forward", "stage_back", "spending_fell", "renamed", "moved", "vanished", "new",
    )  # fmt: skip
    for name in sorts:
        assert set(by[name]) == getattr(edits, name), name
    assert by["identifier"] == {old: (new,) for old, new in edits.identifier.items()}
    assert by["merged"] == {key: tuple(sorted(parts)) for key, parts in edits.merged.items()}
    assert by["split"] == {key: tuple(sorted(parts)) for key, parts in edits.split.items()}


def two_quarters(table, tmp_path, each):
    second, edits = workbooks.next_quarter(table, seed=4, each=each)
    for name, rows, day in (("first", table, JUNE), ("second", second, SEPTEMBER)):
        path = workbooks.write(tmp_path / f"{name}.xlsx", rows)
        assert not run_import("irm", path, by=system("tests"), as_at=day).rows_refused
    return edits


def test_every_edit_of_a_second_quarter_is_found_and_no_other(boundaries, tmp_path):
    edits = two_quarters(workbooks.invented(240, seed=3), tmp_path, each=3)
    submission = Submission.objects.get(as_at=SEPTEMBER)
    by = found(submission)
    check_every_edit(edits, by)
    gone = edits.vanished | set(edits.identifier) | set(edits.split)
    gone |= {part for parts in edits.merged.values() for part in parts}
    names = Identifier.objects.filter(scheme="irm", project__standing=ProjectStanding.VANISHED)
    assert {float(value) for value in names.values_list("value", flat=True)} == gone
    owner = dict(Identifier.objects.filter(scheme="irm").values_list("value", "project_id"))
    for old, new in edits.identifier.items():  # a changed id is proposed as one project, for a person to say
        pair = sorted((owner[f"{old:.0f}"], owner[f"{new:.0f}"]))
        assert Match.objects.filter(left=pair[0], right=pair[1], state="proposed").exists()


def test_the_first_submission_of_a_source_changes_nothing(irm):
    irm([irm_row()])
    assert changes_of(Submission.objects.get()) == []


def test_a_corrected_file_of_the_same_day_counts_with_the_one_it_corrects(irm):
    irm([irm_row(1), irm_row(2)])
    irm([irm_row(1), irm_row(2)], as_at=SEPTEMBER)
    irm([irm_row(1), irm_row(2, c10="Tender")], as_at=SEPTEMBER)
    [changed] = changes_of(Submission.objects.latest("pk"))
    assert (changed.change, changed.was, changed.now) == (Change.STAGE_BACK, "design", "tender")
    assert not Project.objects.filter(standing=ProjectStanding.VANISHED).exists()


@pytest.mark.shared
def test_every_edit_of_a_second_quarter_made_from_the_real_workbook_is_found(boundaries, tmp_path, shared_data):
    import python_calamine

    table = python_calamine.load_workbook(str(shared_data / REAL)).get_sheet_by_index(0).to_python()
    edits = two_quarters(table[:2500], tmp_path, each=6)
    check_every_edit(edits, found(Submission.objects.get(as_at=SEPTEMBER)))


def test_days_are_named_with_the_change(irm):
    irm([irm_row(c13="2026-03-31")])
    irm([irm_row(c13="2026-04-30")], as_at=SEPTEMBER)
    [changed] = changes_of(Submission.objects.get(as_at=SEPTEMBER))
    assert (changed.was, changed.now, changed.days) == (date(2026, 3, 31), date(2026, 4, 30), 30)
