import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest

from oneplan.access.actors import Actor, system
from oneplan.commitments import actions
from oneplan.commitments.actions import import_commitments, keep_sums
from oneplan.commitments.choices import CommitmentState, Novelty, PlaceQuality
from oneplan.commitments.imports import KIND
from oneplan.commitments.models import Commitment
from oneplan.commitments.queries import money_of
from oneplan.commitments.tests.factories import freeze
from oneplan.exchange.checking import headers_of
from oneplan.exchange.mapping import layout_of, suggest
from oneplan.exchange.pipeline import run_import
from oneplan.exchange.report import Report
from oneplan.exchange.values import fold
from oneplan.institutions.queries import signing_post
from oneplan.plans.actions import formulate_strategy, open_edition, set_outcome
from oneplan.plans.models import Outcome, Strategy
from oneplan.platform.errors import NotAllowed, RuleBroken
from oneplan.spaces.models import Space

IRM = "projects/irm_2023-24_ec_kzn_lim_wc.xlsx"
NATIONAL = "projects/vulekamali_national_infrastructure_2019-20.csv"
HEAD = "id,title,lead,province,municipality,start,finish,year,basis,amount,funding status,total cost"
ROW = "1,Clinic at Sheshego,lim-health,,Lephalale,2026-04-01,2027-03-31,2026/27,PFMA,R1 000.50,committed,R2 000"


def imported(tmp_path: Path, world, *rows: str, head: str = HEAD, name: str = "rows.csv", **order):
    path = tmp_path / name
    path.write_text("\n".join([head, *rows]), encoding="utf-8")
    return run_import("commitments", path, **{"by": world.hub36, "space": "DC36", "source": "Limpopo list", **order})


def kinds(report: Report) -> list[tuple[str, str, int]]:
    return [(issue.kind.value, issue.column, issue.row) for issue in report.issues if issue.severity.value != "warning"]


def test_a_row_becomes_a_proposed_existing_commitment(world, tmp_path):
    report = imported(tmp_path, world, ROW)
    assert (report.rows_read, report.rows_accepted, report.rows_refused) == (1, 1, 0), report.issues
    commitment = Commitment.objects.get()
    assert commitment.state == CommitmentState.PROPOSED
    assert commitment.novelty == Novelty.EXISTING
    assert commitment.place_quality == PlaceQuality.NAMED
    assert (commitment.source, commitment.source_row) == ("Limpopo list", "1")
    pledge = commitment.parties.get().pledges.get()
    assert (pledge.amount, pledge.year, pledge.basis, pledge.acceptance) == (Decimal("1000.50"), 2026, "PFMA", "asked")
    assert commitment.funding == "part"
    assert commitment.search_text


def test_importing_again_changes_nothing(world, tmp_path):
    imported(tmp_path, world, ROW)
    report = imported(tmp_path, world, ROW)
    assert (report.rows_accepted, report.rows_unchanged) == (0, 1)
    assert Commitment.objects.count() == 1


def test_a_changed_row_amends_what_is_proposed(world, tmp_path):
    imported(tmp_path, world, ROW)
    report = imported(tmp_path, world, ROW.replace("R1 000.50", "R1 500").replace("Clinic at", "Clinic in"))
    assert (report.rows_accepted, report.rows_updated) == (1, 1)
    commitment = Commitment.objects.get()
    assert commitment.title == "Clinic in Sheshego"
    assert commitment.parties.get().pledges.get().amount == Decimal(1500)
    assert commitment.pledged == Decimal(1500)


def test_a_changed_row_does_not_touch_what_is_agreed(world, tmp_path):
    imported(tmp_path, world, ROW)
    actions.agree_and_accept(Commitment.objects.get().parties.get(), by=world.ayanda)
    report = imported(tmp_path, world, ROW.replace("Clinic at", "Clinic in"))
    assert report.rows_refused == 1
    assert kinds(report)[0][0] == "rule_broken"
    assert Commitment.objects.get().title == "Clinic at Sheshego"
    assert Commitment.objects.get().state == CommitmentState.AGREED


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (("Lephalale", "Nowhere"), "unknown_place"),
        (("Lephalale", "Mbhashe"), "wrong_space"),
        (("lim-health", "Department of Magic"), "unknown_institution"),
        (("lim-health", "Department of Health"), "ambiguous"),
        (("R1 000.50", "plenty"), "bad_amount"),
        (("R1 000.50", "-5"), "rule_broken"),
        (("PFMA", ""), "year_without_basis"),
        (("2026/27,PFMA", "2026/29,PFMA"), "bad_year"),
        (("2027-03-31", "2025-03-31"), "dates_reversed"),
        (("2026/27,PFMA", "2031/32,PFMA"), "rule_broken"),
        (("Clinic at Sheshego", "=1+1"), "formula"),
        (("committed", "maybe"), "bad_choice"),
        (("Clinic at Sheshego", ""), "required"),
    ],
)
def test_a_bad_row_is_refused_and_the_others_go_on(world, tmp_path, change, kind):
    good = ROW.replace("1,Clinic", "2,School", 1)
    report = imported(tmp_path, world, ROW.replace(change[0], change[1], 1), good)
    assert (report.rows_accepted, report.rows_refused) == (1, 1), report.issues
    [(found, column, row)] = kinds(report)
    assert (found, row) == (kind, 2)
    assert column
    assert [c.title for c in Commitment.objects.all()] == ["School at Sheshego"]


def test_a_name_and_its_province_find_the_institution(world, tmp_path):
    report = imported(tmp_path, world, ROW.replace("lim-health,", "Department of Health,Limpopo"))
    assert report.rows_accepted == 1, report.issues
    assert Commitment.objects.get().lead_id == "lim-health"


def test_the_same_row_id_twice_is_refused(world, tmp_path):
    report = imported(tmp_path, world, ROW, ROW)
    assert (report.rows_accepted, report.rows_refused) == (1, 1)
    assert kinds(report)[0][0] == "duplicate_row"


def test_a_second_amount_for_the_same_year_of_a_project_is_refused(world, tmp_path):
    names = ("title", "lead", "municipality", "year", "basis", "amount")
    spec = {
        "columns": {
            **{name: name for name in names},
            "key": "id",
            "group": "project",
            "funding_status": "funding status",
        },
        "row_key": ["key"],
    }
    rows = [
        f"P1,{ROW}",
        f"P1,{ROW.replace('1,Clinic', '2,Clinic', 1)}",
        f"P1,{ROW.replace('1,', '3,', 1)}".replace("2026/27", "2027/28"),
    ]
    report = imported(tmp_path, world, *rows, head=f"project,{HEAD}", mapping=spec)
    assert (report.rows_accepted, report.rows_refused) == (2, 1), report.issues
    assert kinds(report) == [("duplicate_row", "amount", 3)]
    assert Commitment.objects.get().pledged == Decimal("2001.00")


def in_projects(tmp_path, world, *rows: str, **order):
    names = ("title", "lead", "municipality", "year", "basis", "amount")
    columns = {name: name for name in names} | {"key": "id", "group": "project", "funding_status": "funding status"}
    spec = {"columns": columns, "row_key": ["key"]}
    return imported(tmp_path, world, *(f"P1,{row}" for row in rows), head=f"project,{HEAD}", mapping=spec, **order)


def test_a_new_row_does_not_overwrite_a_year_that_another_row_stored(world, tmp_path):
    in_projects(tmp_path, world, ROW)
    other = ROW.replace("1,Clinic", "2,Clinic", 1).replace("R1 000.50", "R7")
    report = in_projects(tmp_path, world, other)
    assert (report.rows_accepted, report.rows_refused) == (0, 1)
    assert kinds(report) == [("duplicate_row", "amount", 2)]
    assert "from row 1 of an earlier file" in report.issues[0].message
    assert Commitment.objects.get().pledged == Decimal("1000.50")
    report = in_projects(tmp_path, world, other.replace("2026/27", "2027/28"))
    assert report.rows_accepted == 1, report.issues
    assert Commitment.objects.get().parties.get().pledges.count() == 2


def test_an_empty_cell_does_not_take_away_a_year_of_another_row(world, tmp_path):
    later = ROW.replace("1,Clinic", "2,Clinic", 1).replace("2026/27", "2027/28")
    in_projects(tmp_path, world, ROW, later)
    assert Commitment.objects.get().pledged == Decimal("2001.00")
    emptied = later.replace("2027/28", "2026/27").replace("R1 000.50", "")
    assert in_projects(tmp_path, world, emptied).rows_updated == 1
    assert Commitment.objects.get().pledged == Decimal("2001.00")


def test_a_row_that_moves_its_money_to_another_year_leaves_nothing_behind(world, tmp_path):
    imported(tmp_path, world, ROW)
    assert imported(tmp_path, world, ROW.replace("2026/27", "2027/28")).rows_updated == 1
    pledge = Commitment.objects.get().parties.get().pledges.get()
    assert (pledge.year, Commitment.objects.get().pledged) == (2027, Decimal("1000.50"))


def elements_of(space: Space, by: Actor) -> tuple[Outcome, Strategy]:
    edition = open_edition(space, ruleset="framework_2020", start_year=2026, by=by)
    outcome = set_outcome(edition, area="services", statement="Every clinic has water", by=by)
    return outcome, formulate_strategy(edition, area="services", title="Water first", by=by)


def test_who_signs_for_the_lead_is_accountable_where_the_file_names_nobody(world, tmp_path):
    imported(tmp_path, world, ROW)
    assert Commitment.objects.get().accountable_post == signing_post(world.health)


@pytest.mark.parametrize("said", ["DDM Coordinator (chief planner)", "lim-health.ddm-coordinator"])
def test_a_file_names_the_accountable_office_by_title_or_code(world, tmp_path, said):
    report = imported(tmp_path, world, f"{ROW},{said}", head=f"{HEAD},accountable office")
    assert report.rows_accepted == 1, report.issues
    commitment = Commitment.objects.get()
    assert commitment.accountable_post is not None
    assert commitment.accountable_post.code == "lim-health.ddm-coordinator"
    changed = f"{ROW.replace('Clinic at', 'Clinic in')},"
    imported(tmp_path, world, changed, head=f"{HEAD},accountable office")
    commitment.refresh_from_db()
    assert commitment.accountable_post.code == "lim-health.ddm-coordinator", "an empty cell changes nothing"
    imported(tmp_path, world, f"{ROW},Head of Department", head=f"{HEAD},accountable office")
    commitment.refresh_from_db()
    assert commitment.accountable_post == signing_post(world.health)


@pytest.mark.parametrize("said", ["Minister of Magic", "nat-dws.director-general"])
def test_an_office_that_the_lead_does_not_have_refuses_the_row(world, tmp_path, said):
    report = imported(tmp_path, world, f"{ROW},{said}", head=f"{HEAD},accountable office")
    assert kinds(report) == [("bad_choice", "accountable office", 2)]
    assert "Head of Department (lim-health.head-of-department)" in report.issues[0].message


def test_a_file_says_which_outcomes_and_strategies_are_served(world, tmp_path):
    outcome, strategy = elements_of(world.dc36, by=system("tests"))
    head = f"{HEAD},serves"
    report = imported(tmp_path, world, f"{ROW},{outcome.ref.lower()}; {strategy.ref}", head=head)
    assert report.rows_accepted == 1, report.issues
    commitment = Commitment.objects.get()
    served = commitment.services.values_list("space_id", "element_ref")
    assert set(served) == {("DC36", outcome.ref), ("DC36", strategy.ref)}
    commitment.services.filter(element_ref=strategy.ref).delete()
    assert imported(tmp_path, world, f"{ROW},{strategy.ref}", head=head).rows_updated == 1
    assert set(served.all()) == {("DC36", outcome.ref), ("DC36", strategy.ref)}
    unknown = f"{ROW.replace('1,', '2,', 1)},{outcome.ref};O-999"
    report = imported(tmp_path, world, unknown, head=head)
    assert kinds(report) == [("bad_choice", "serves", 2)]
    assert outcome.ref in report.issues[0].message and "O-999" in report.issues[0].message


def test_nothing_can_be_served_where_no_plan_is_written(world, tmp_path):
    report = imported(tmp_path, world, f"{ROW},O-001", head=f"{HEAD},serves")
    assert kinds(report) == [("bad_choice", "serves", 2)]
    assert "no outcome or strategy yet" in report.issues[0].message


def test_money_of_a_former_lead_is_amended_and_never_counted_twice(world, tmp_path):
    imported(tmp_path, world, ROW)
    commitment = Commitment.objects.get()
    actions.change_lead(
        commitment, world.dws, revision=commitment.revision, by=world.hub36, reason="The water department leads"
    )
    report = imported(tmp_path, world, ROW.replace("R1 000.50", "R1 500"))
    assert report.rows_updated == 1, report.issues
    commitment.refresh_from_db()
    assert commitment.pledged == Decimal(1500)


@pytest.mark.parametrize(
    ("longitude", "latitude", "words"),
    [("0", "0", "coordinate is 0"), ("-23.7", "27.7", "swapped"), ("2", "3", "South Africa")],
)
def test_a_doubtful_point_is_said_and_not_used(world, tmp_path, longitude, latitude, words):
    report = imported(tmp_path, world, f"{ROW},{longitude},{latitude}", head=f"{HEAD},longitude,latitude")
    assert report.rows_accepted == 1
    assert words in report.issues[0].message
    commitment = Commitment.objects.get()
    assert (commitment.longitude, commitment.place_quality) == (None, PlaceQuality.NAMED)


def test_who_may_not_import_stores_nothing(world, tmp_path):
    for actor in (world.thandi, world.auditor, world.charlie, world.analyst):
        with pytest.raises(NotAllowed):
            imported(tmp_path, world, ROW, by=actor)
    assert not Commitment.objects.exists()


def test_a_space_that_goes_out_for_signing_while_rows_are_checked_takes_none(world, tmp_path, monkeypatch):
    rows = import_commitments

    def frozen_meanwhile(*args, **kwargs):
        freeze("DC36")
        return rows(*args, **kwargs)

    monkeypatch.setattr(actions, "import_commitments", frozen_meanwhile)
    report = imported(tmp_path, world, ROW)
    assert (report.rows_accepted, report.rows_refused) == (0, 1)
    assert "frozen as a signing copy" in report.issues[-1].message
    assert not Commitment.objects.exists()


def test_an_unknown_space_and_a_space_out_for_signing_are_misuse(world, tmp_path):
    with pytest.raises(RuleBroken, match="no space XX"):
        imported(tmp_path, world, ROW, space="XX", by=system("tests"))
    freeze("DC36")
    with pytest.raises(RuleBroken, match="signing copy"):
        imported(tmp_path, world, ROW)


def test_a_dry_run_stores_nothing(world, tmp_path):
    assert imported(tmp_path, world, ROW, dry_run=True).rows_accepted == 1
    assert not Commitment.objects.exists()


@pytest.mark.shared
@pytest.mark.parametrize(
    ("space", "rows", "accepted", "left_out"),
    [
        ("DC36", 132, 72, {"completed": 32, "terminated": 1, "past": 27}),
        ("DC15", 454, 318, {"completed": 111, "past": 25}),
        ("ETH", 804, 490, {"completed": 207, "past": 106, "compensation of employees": 1}),
    ],
)
def test_the_real_infrastructure_rows_reconcile(world, shared_data, space, rows, accepted, left_out):
    report = run_import("commitments", shared_data / IRM, by=system("tests"), layout="irm", space=space)
    assert report.rows_read == 10_668
    assert report.rows_accepted == accepted
    found = {reason.partition(" year")[0]: count for reason, count in report.rows_left_out.items()}
    assert {reason: found.get(reason, 0) for reason in left_out} == left_out
    assert accepted + sum(left_out.values()) == rows
    assert report.rows_read == report.rows_accepted + report.rows_refused + sum(report.rows_left_out.values())
    total = sum((c.pledged for c in Commitment.objects.all()), Decimal(0))
    assert f"{total:.2f}" == report.as_dict()["totals"]["main_budget_appropriation_total"]["accepted"]
    assert set(Commitment.objects.values_list("state", flat=True)) == {CommitmentState.PROPOSED}
    page, rand, of_file = read_as_a_person(world.client(world.office), space)
    assert (page.context["counted"], money_of(space).pledged, rand, of_file) == (accepted, total, total, accepted)
    keep_sums()
    assert money_of(space).pledged == total


def read_as_a_person(client, space):
    """The ledger's page; and of its file, the rand pledged in all years, and how many rows there are."""
    ledger = f"/spaces/{space}/commitments/"
    file = b"".join(client.get(f"{ledger}ledger.csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(file)))
    years = [name for name in rows[0] if name.endswith(" pledged")]
    rand = sum((Decimal(row[year]) for row in rows for year in years if row[year]), Decimal(0))
    return client.get(ledger), rand, len(rows)


@pytest.mark.shared
@pytest.mark.parametrize(("file", "layout"), [(NATIONAL, "national_infrastructure"), (IRM, "irm")])
def test_the_known_files_are_known_by_their_columns(shared_data, file, layout):
    headers, _samples = headers_of(shared_data / file, KIND, None)
    found = layout_of(KIND, headers)
    assert found is not None and found.name == layout
    assert layout_of(KIND, [header for header in headers if fold(header) != fold(found.columns["key"])]) is None


def test_the_columns_of_the_national_list_are_suggested_by_their_names():
    headers = (
        "administration_type government_institution sector project_name project_description gps_code"
        " nature_of_investment infrastructure_type current_project_stage sip_category total_project_cost br_featured"
        " featured financial_year budget_phase amount_rands project_slug"
    )
    assert suggest(KIND, headers.split()) == {
        "administration_type": "sphere",
        "government_institution": "lead",
        "sector": "area",
        "project_name": "title",
        "project_description": "description",
        "gps_code": "coordinates",
        "nature_of_investment": "outputs",
        "current_project_stage": "stage",
        "total_project_cost": "total_cost",
        "financial_year": "year",
        "budget_phase": "funding_status",
        "amount_rands": "amount",
        "project_slug": "key",
    }


@pytest.mark.shared
def test_national_projects_group_their_years(world, shared_data):
    report = run_import(
        "commitments",
        shared_data / NATIONAL,
        by=system("tests"),
        layout="national_infrastructure",
        space="DC36",
        dry_run=True,
    )
    assert report.rows_read == 175 == report.rows_accepted + sum(report.rows_left_out.values())
