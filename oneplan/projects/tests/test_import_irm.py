from datetime import date
from decimal import Decimal

import pytest

from benchmarks import _irm_workbooks as workbooks
from oneplan.access.actors import PUBLIC, system
from oneplan.exchange.models import ImportRun
from oneplan.exchange.pipeline import run_import
from oneplan.exchange.queries import visible_to as visible_runs
from oneplan.platform.errors import NotAllowed, RuleBroken
from oneplan.projects.choices import ProjectStanding
from oneplan.projects.models import Identifier, Placement, Project, Snapshot, SnapshotMoney, Submission
from oneplan.projects.queries import ProjectFilters, placed_share, projects_list, visible_to
from oneplan.projects.queries.changes import changes_of
from oneplan.projects.tests.conftest import JUNE, SEPTEMBER, irm_row, said
from oneplan.spaces.choices import Confidence, PlaceMethod

REAL = "projects/irm_2023-24_ec_kzn_lim_wc.xlsx"


def test_a_row_becomes_a_public_project_with_its_snapshot(irm):
    report = irm([irm_row(c19=1000.5, c28=700, c29=-100, c30=10, c31=20, c40="Main Contractor: Bricks CC")])
    assert (report.rows_accepted, report.rows_refused) == (1, 0), report.issues
    project = Project.objects.get()
    assert (project.ref, project.title, project.stage, project.nature) == (
        "PR-0000001", "Clinic 1 at Lephalale", "design", "upgrade",
    )  # fmt: skip
    assert (project.implementing_id, project.province_id, project.space_id) == ("lim-health", "LIM", "DC36")
    assert (project.sphere, project.audience, project.finish_on) == ("provincial", "public", date(2026, 3, 31))
    assert project.method == PlaceMethod.GEOMETRY
    assert project.cell is not None
    assert visible_to(PUBLIC).get() == project
    snapshot = project.snapshots.get()
    assert project.latest == snapshot
    assert snapshot.submission.as_at == JUNE
    assert snapshot.total_cost == Decimal("1000.50")
    assert snapshot.contractors == [["Program Implementing Agent", "DOPW"], ["Main Contractor", "Bricks CC"]]
    cells = dict(zip(snapshot.submission.headers, snapshot.cells, strict=True))
    assert (cells["Project Name"], cells["Project Contractor (3)"]) == (project.title, "Main Contractor: Bricks CC")
    money = snapshot.money.get()
    assert (money.year, money.basis, money.budget, money.spent) == (2023, "PFMA", Decimal(700), Decimal(30))
    assert (money.q1, money.q2, money.q3) == (Decimal(10), Decimal(20), None)
    names = {(each.scheme, each.issuer, each.value) for each in project.identifiers.all()}
    assert names == {("irm", "", "1"), ("irm_no", "LIM", "W/0001")}


def test_the_adjustment_is_kept_as_a_change_beside_the_main_budget(irm):
    irm([irm_row(c28=700, c29=-700)])
    money = SnapshotMoney.objects.get()
    assert (money.budget, money.adjustment, money.adjusted) == (Decimal(700), Decimal(-700), None)
    assert money.adjusted_budget == 0


def test_the_same_file_twice_changes_nothing(irm):
    irm([irm_row(1), irm_row(2)])
    report = irm([irm_row(1), irm_row(2)])
    assert (report.rows_accepted, report.rows_unchanged) == (0, 2)
    assert (Submission.objects.count(), Snapshot.objects.count(), Placement.objects.count()) == (1, 2, 2)


ELSEWHERE = {"c3": "Eastern Cape", "c6": "Nyandeni", "c7": "OR Tambo", "c8": -31.2, "c9": 28.7}


def test_a_provincial_coordinator_takes_the_workbook_of_the_province_in(irm, world):
    rows = [irm_row(1), irm_row(2, c3="", c6="Polokwane", c7="Capricorn", c8=0, c9=0), irm_row(3, c3="", c6="", c7="")]
    report = irm(rows, by=world.coordinator, province="LIM")
    assert (report.rows_accepted, report.rows_refused) == (3, 0), report.issues
    assert set(Project.objects.values_list("province_id", flat=True)) == {"LIM"}
    run = ImportRun.objects.get()
    assert (run.province_code, run.space_code, run.scope_keys) == ("LIM", "", "|province:LIM|national|")
    assert list(visible_runs(world.coordinator)) == [run]
    assert not visible_runs(world.other_coordinator).exists()


def test_a_row_outside_the_province_is_refused_with_where_it_is_and_what_to_do(irm, world):
    nowhere = irm_row(3, c3="", c6="", c7="", c8=0, c9=0)
    report = irm([irm_row(1), irm_row(2, **ELSEWHERE), nowhere], by=world.coordinator, province="LIM")
    assert (report.rows_accepted, report.rows_refused) == (1, 2)
    [strange, unknown] = [issue for issue in report.issues if issue.severity == "error"]
    assert (strange.row, strange.column, strange.kind) == (3, "Province", "wrong_space")
    assert "The row is of Eastern Cape, and the file is imported for Limpopo. Take it out" in strange.message
    assert unknown.row == 4
    assert "Neither a province nor a place is known" in unknown.message
    assert Project.objects.get().province_id == "LIM"


def test_an_id_of_another_province_is_not_taken_over(irm, world):
    irm([irm_row(1, **ELSEWHERE)])
    report = irm([irm_row(1), irm_row(2)], as_at=SEPTEMBER, by=world.coordinator, province="LIM")
    assert (report.rows_accepted, report.rows_refused) == (1, 1)
    assert [issue.message for issue in report.issues if issue.severity == "error"] == [
        "“1” is a project of another province, and the file is imported for Limpopo. Correct the id, or have the row"
        " imported for the whole country."
    ]
    assert Project.objects.get(identifiers__value="1").province_id == "EC"


def test_a_province_is_for_who_may_import_there_and_known_and_alone(irm, world):
    with pytest.raises(NotAllowed):
        irm([irm_row()], by=world.other_coordinator, province="LIM")
    with pytest.raises(NotAllowed):
        irm([irm_row()], by=world.hub36, province="LIM")
    with pytest.raises(NotAllowed):
        irm([irm_row()], by=world.coordinator)
    with pytest.raises(RuleBroken, match=r"There is no province XX\. The provinces are: EC, FS"):
        irm([irm_row()], province="XX")
    with pytest.raises(RuleBroken, match="not both"):
        irm([irm_row()], province="LIM", space="DC36")
    assert not ImportRun.objects.exists()


def test_what_vanished_and_changed_is_of_the_province_alone(irm):
    irm([irm_row(1), irm_row(2), irm_row(3, **ELSEWHERE)])
    report = irm([irm_row(1, c19=5)], as_at=SEPTEMBER, province="LIM")
    assert set(Identifier.objects.filter(scheme="irm").values_list("value", "project__standing")) == {
        ("1", ProjectStanding.LIVE), ("2", ProjectStanding.VANISHED), ("3", ProjectStanding.LIVE),
    }  # fmt: skip
    changed = changes_of(Submission.objects.get(run=report.run_id))
    assert {each.ref for each in changed} == {"PR-0000001", "PR-0000002"}
    irm([irm_row(3, **ELSEWHERE)], as_at=date(2023, 12, 31), province="EC")
    assert Project.objects.get(identifiers__value="1", identifiers__scheme="irm").standing == ProjectStanding.LIVE


def test_the_next_quarter_is_wholly_new_and_the_last_one_stays(irm):
    irm([irm_row(c19=1000)])
    report = irm([irm_row(c19=1500, c10="Tender")], as_at=SEPTEMBER)
    assert (report.rows_accepted, report.rows_updated) == (1, 0)
    project = Project.objects.get()
    assert project.total_cost == Decimal(1500)
    assert [row.total_cost for row in project.snapshots.all()] == [Decimal(1000), Decimal(1500)]
    assert project.placements.count() == 1  # nothing new was said of its place


def test_an_older_day_adds_to_the_past_and_changes_nothing_else(irm):
    irm([irm_row(c19=1500, c8=-23.70)], as_at=SEPTEMBER)
    irm([irm_row(c19=1000), irm_row(2)])
    project = Project.objects.get(identifiers__value="1")
    assert project.total_cost == Decimal(1500)
    assert project.snapshots.count() == 2
    assert project.placements.count() == 1
    assert project.latitude == pytest.approx(-23.70)
    assert set(Project.objects.values_list("standing", flat=True)) == {ProjectStanding.LIVE}


def test_what_is_no_longer_in_the_file_has_vanished_until_it_comes_back(irm):
    irm([irm_row(1), irm_row(2)])
    irm([irm_row(1)], as_at=SEPTEMBER)
    gone = Project.objects.get(identifiers__value="2")
    assert gone.standing == ProjectStanding.VANISHED
    irm([irm_row(1), irm_row(2)], as_at=date(2023, 12, 31))
    gone.refresh_from_db()
    assert gone.standing == ProjectStanding.LIVE


def test_a_refused_row_is_still_in_the_file(irm):
    irm([irm_row(1), irm_row(2)])
    report = irm([irm_row(1), irm_row(2, c2="")], as_at=SEPTEMBER)
    assert report.rows_refused == 1
    assert not Project.objects.filter(standing=ProjectStanding.VANISHED).exists()


def test_a_file_of_one_province_says_nothing_of_another(irm):
    irm([irm_row(1), irm_row(2, c3="Eastern Cape", c6="Mhlontlo", c7="O.R. Tambo", c8=-31.25, c9=28.75)])
    irm([irm_row(3)], as_at=SEPTEMBER)
    assert set(Project.objects.filter(standing=ProjectStanding.VANISHED).values_list("province_id", flat=True)) == {
        "LIM"
    }


def test_a_file_cut_to_one_space_takes_its_rows_and_lets_nothing_vanish(irm):
    rows = [
        irm_row(1),
        irm_row(2, c6="Thulamela", c7="Vhembe", c8=-22.9, c9=30.6),
        irm_row(3, c6="", c7="", c8="", c9=""),
    ]
    irm([*rows, irm_row(4)])
    report = irm(rows, as_at=SEPTEMBER, space="DC36")
    assert report.rows_accepted == 1
    assert report.rows_left_out == {"another space": 1, "no place is known, so no space": 1}
    assert not Project.objects.filter(standing=ProjectStanding.VANISHED).exists()


def test_every_row_is_kept_with_its_kind_and_only_works_have_a_pin(irm):
    rows = [
        irm_row(1),
        irm_row(2, c10="Other - Compensation of Employees", c36="Infrastructure Transfers - Capital"),
        irm_row(3, c10="Other - Packaged Ongoing Project", c36="Infrastructure Transfers - Current"),
        irm_row(4, c36="Infrastructure Transfers - Capital"),
        irm_row(5, c36="Non-Infrastructure"),
        irm_row(6, c10="Terminated"),
    ]
    assert irm(rows).rows_accepted == 6
    kinds = dict(Project.objects.values_list("ref", "kind"))
    assert list(kinds.values()) == ["works", "compensation", "packaged", "transfer", "non_infrastructure", "works"]
    assert list(Project.objects.exclude(cell=None).values_list("kind", flat=True)) == ["works", "works"]
    totals = placed_share(projects_list(PUBLIC, ProjectFilters()))
    assert totals.works.projects == 2
    assert {kind: tally.projects for kind, tally in totals.apart.items()} == {
        "compensation": 1, "packaged": 1, "transfer": 1, "non_infrastructure": 1,
    }  # fmt: skip
    assert totals.by_attribute["transfer"].projects == 3  # salaries and a package are transfers too


@pytest.mark.parametrize(
    ("latitude", "longitude", "kind", "doubt"),
    [
        (0, 0, "bad_point", "zero"),
        (27.7, -23.69, "bad_point", "swapped"),
        (-1.2, 36.8, "bad_point", "outside"),
        (-31.25, 28.75, "place_differs", "space_differs"),
    ],
)
def test_coordinates_that_are_doubtful_are_kept_and_said(irm, latitude, longitude, kind, doubt):
    report = irm([irm_row(c8=latitude, c9=longitude)])
    assert report.rows_accepted == 1
    assert (kind, 2, "warning") in said(report)
    project = Project.objects.get()
    assert doubt in project.placements.get().doubts
    assert project.is_doubtful
    assert project.confidence in (Confidence.LOW, Confidence.MEDIUM)
    if kind == "bad_point":
        assert project.method == PlaceMethod.MUNICIPALITY
        assert project.cell is None


@pytest.mark.parametrize(
    ("named", "sentence"),
    [
        ({}, "The point lies in EC155 (DC15), another municipality and another space than those stated."),
        ({"c6": ""}, "The point lies in DC15, another space than the one stated."),
        (
            {"c3": "Eastern Cape", "c6": "Mhlontlo", "c7": "OR Tambo"},
            "The point lies in EC155, another municipality than the one stated.",
        ),
    ],
)
def test_a_point_elsewhere_is_said_once(irm, named, sentence):
    report = irm([irm_row(c8=-31.55, c9=28.95, **named)])
    [issue] = [issue for issue in report.issues if issue.kind == "place_differs"]
    assert issue.message.startswith(sentence)


def test_a_row_that_says_nothing_of_its_place_is_kept_and_not_placed(irm):
    report = irm([irm_row(c6="", c7="", c8="", c9="")])
    assert said(report) == [("no_place", 2, "warning")]
    assert Project.objects.get().method == PlaceMethod.NOT_PLACED


def test_names_that_mean_nothing_or_several_places_keep_the_row_with_the_doubt(irm):
    report = irm(
        [irm_row(1, c6="Atlantis-by-Sea", c8="", c9=""), irm_row(2, c3="", c6="Emalahleni", c7="", c8="", c9="")]
    )
    assert report.rows_accepted == 2
    assert ("unknown_place", 2, "warning") in said(report)
    assert ("ambiguous", 3, "warning") in said(report)
    first, second = Project.objects.order_by("ref")
    assert (first.method, first.space_id) == (PlaceMethod.SPACE, "DC36")
    assert second.method == PlaceMethod.NOT_PLACED


def test_a_name_is_narrowed_by_the_province_beside_it(irm):
    irm([irm_row(c3="Eastern Cape", c6="Emalahleni", c7="", c8="", c9="")])
    assert Project.objects.get().municipal_area_id == "EC136"


@pytest.mark.parametrize("text", ["21019-04-01", "0014-04-01", "20226-04-01"])
def test_a_date_of_no_year_is_left_empty_and_named(irm, text):
    report = irm([irm_row(c11=text)])
    [issue] = [issue for issue in report.issues if issue.kind.value == "bad_date"]
    assert (issue.row, issue.column, issue.value) == (2, "Project Start Date", text)
    assert Project.objects.get().start_on is None
    assert Snapshot.objects.get().cells[11] == text


def test_a_cost_that_is_hard_to_believe_is_flagged_and_not_changed(irm):
    report = irm([irm_row(c19=109_949_336_312), irm_row(2, c19=-5)])
    assert [each for each in said(report) if each[0] == "odd_amount"] == [
        ("odd_amount", 2, "warning"), ("odd_amount", 3, "warning"),
    ]  # fmt: skip
    assert Snapshot.objects.get(row=2).total_cost == Decimal(109_949_336_312)


def test_a_missing_optional_column_is_accepted_and_a_missing_id_refuses_the_file(irm):
    short = [name for name in workbooks.HEADER if name != "Sector"]
    row = irm_row()
    del row["cells"][5]
    report = irm([row], header=short)
    assert report.rows_accepted == 1
    assert ("missing_column", 1, "warning") in said(report)
    irm([irm_row()], as_at=SEPTEMBER)
    irm([row], header=short, as_at=date(2023, 12, 31))
    assert Project.objects.get().sector == "Health"  # what the file cannot say stays as it was
    without = irm([irm_row()], header=["Nothing", *workbooks.HEADER[1:]])
    assert without.is_file_error
    assert "Project ID" in without.issues[-1].message


def test_the_second_row_of_an_id_is_refused(irm):
    report = irm([irm_row(1), irm_row(1, c2="Another")])
    assert (report.rows_accepted, report.rows_refused) == (1, 1)
    assert ("duplicate_row", 3, "error") in said(report)


def test_an_unknown_department_is_kept_by_its_name(irm):
    report = irm([irm_row(c4="Department of Wishes")])
    assert ("unknown_institution", 2, "warning") in said(report)
    project = Project.objects.get()
    assert (project.implementing_id, project.implementing_text) == (None, "Department of Wishes")


def test_a_crowd_on_one_point_is_doubted(irm):
    report = irm([irm_row(number) for number in range(1, 22)])
    assert ("place_differs", 2, "warning") in said(report)
    assert Project.objects.filter(is_doubtful=True, confidence=Confidence.LOW).count() == 21


def test_a_place_given_by_a_person_is_never_replaced_by_a_file(irm):
    irm([irm_row()])
    project = Project.objects.get()
    held = project.placements.get()
    held.superseded_at = held.made_at
    held.save()
    by_hand = Placement.objects.create(
        project=project, method="municipality", confidence="medium", as_at=JUNE, made_at=held.made_at, reason="Visited"
    )
    Project.objects.update(space="DC36", municipal_area="LIM366", method="municipality")
    irm([irm_row(c6="Thulamela", c7="Vhembe", c8=-22.9, c9=30.6)], as_at=SEPTEMBER)
    project.refresh_from_db()
    assert project.placements.get(superseded_at=None) == by_hand
    assert (project.municipal_area_id, project.is_doubtful) == ("LIM366", True)
    assert project.placements.exclude(superseded_at=None).count() == 2  # what the file says now stands beside it


def test_only_who_may_import_projects_does(irm, world):
    with pytest.raises(NotAllowed):
        irm([irm_row()], by=world.planner)
    with pytest.raises(NotAllowed):
        irm([irm_row()], by=world.hub36)
    assert irm([irm_row()], by=world.hub36, space="DC36").rows_accepted == 1
    assert irm([irm_row(2)], by=world.office, as_at=SEPTEMBER).rows_accepted == 1


def test_a_file_without_its_day_is_misuse(irm):
    with pytest.raises(RuleBroken):
        irm([irm_row()], as_at=None)


def test_a_dry_run_writes_nothing(irm):
    assert irm([irm_row()], dry_run=True).rows_accepted == 1
    assert not Project.objects.exists()
    assert not ImportRun.objects.exists()


@pytest.mark.shared
def test_the_real_workbook_keeps_every_row_and_every_rand(boundaries, shared_data):
    report = run_import("irm", shared_data / REAL, by=system("tests"), as_at=JUNE)
    assert (report.rows_read, report.rows_accepted, report.rows_refused) == (10_668, 10_668, 0)
    assert Project.objects.count() == Snapshot.objects.count() == 10_668
    assert Identifier.objects.filter(scheme="irm").count() == 10_668
    totals = placed_share(projects_list(PUBLIC, ProjectFilters()))
    assert totals.works.projects + sum(tally.projects for tally in totals.apart.values()) == 10_668
    assert {kind: tally.projects for kind, tally in totals.by_attribute.items()} == {
        "compensation": 33, "packaged": 488, "non_infrastructure": 337, "transfer": 1_130,
    }  # fmt: skip
    cents = {name: Decimal(0) for name in ("budget", "adjustment", "q1", "q2", "q3", "q4")}
    for row in SnapshotMoney.objects.values(*cents):
        for name, rand in row.items():
            cents[name] += rand or 0
    assert cents == {
        "budget": Decimal(41_370_144_881), "adjustment": Decimal(-575_021_517), "q1": Decimal(5_369_812_210),
        "q2": Decimal(9_456_035_697), "q3": Decimal(1_543_886_590), "q4": Decimal(0),
    }  # fmt: skip
    costs = Snapshot.objects.values_list("total_cost", flat=True)
    assert sum((cost or Decimal(0) for cost in costs), Decimal(0)) == Decimal(447_770_559_294)
    again = run_import("irm", shared_data / REAL, by=system("tests"), as_at=JUNE)
    assert (again.rows_accepted, again.rows_unchanged) == (0, 10_668)
