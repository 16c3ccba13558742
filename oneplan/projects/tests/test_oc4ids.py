import csv
import json
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import shapely

from oneplan.access.actors import system
from oneplan.exchange.pipeline import run_import
from oneplan.projects import actions
from oneplan.projects.exports.oc4ids import export_projects
from oneplan.projects.models import Match, Project
from oneplan.projects.tests.conftest import JUNE, irm_row, said
from oneplan.spaces.placing import PlaceEvidence

SCHEMAS = "projects/oc4ids"
PROJECT = {
    "id": "oc4ids-abc-1", "title": "A bridge", "status": "implementation", "type": "construction",
    "sector": ["transport", "transport.road"], "publicAuthority": {"id": "x", "name": "Limpopo Department of Health"},
    "period": {"startDate": "2022-04-01T00:00:00Z", "endDate": "2026-03-31T00:00:00Z"},
    "budget": {"amount": {"amount": 1000.5, "currency": "ZAR"}},
    "locations": [{"id": "1", "geometry": {"type": "Point", "coordinates": [27.70, -23.69]},
                   "address": {"locality": "Lephalale", "region": "Limpopo"}}],
}  # fmt: skip


def package(tmp_path, *projects, name="package.json"):
    path = tmp_path / name
    path.write_text(json.dumps({"version": "0.9", "projects": list(projects)}), encoding="utf-8")
    return path


def taken_in(path, **order):
    return run_import("oc4ids", path, by=system("tests"), **{"as_at": JUNE, "source": "A publisher", **order})


def test_a_package_becomes_projects(boundaries, tmp_path):
    report = taken_in(package(tmp_path, PROJECT))
    assert (report.rows_accepted, report.rows_refused) == (1, 0), report.issues
    project = Project.objects.get()
    assert (project.title, project.stage, project.nature, project.sector) == ("A bridge", "tender", "new", "transport")
    assert (project.implementing_id, project.space_id) == ("lim-health", "DC36")
    assert project.total_cost == Decimal("1000.50")
    assert project.snapshots.get().cells == [PROJECT]
    assert taken_in(package(tmp_path, PROJECT)).rows_unchanged == 1


def test_what_a_package_gets_wrong_is_said_and_the_rest_is_taken(boundaries, tmp_path):
    dollars = {**PROJECT, "id": "2", "budget": {"amount": {"amount": 5, "currency": "USD"}}, "status": "dreamt of"}
    report = taken_in(package(tmp_path, PROJECT, dollars, {"title": "No id"}, PROJECT))
    assert (report.rows_accepted, report.rows_refused) == (2, 2)
    assert {("bad_amount", 2, "warning"), ("bad_choice", 2, "warning"), ("required", 3, "error")} <= set(said(report))
    assert ("duplicate_row", 4, "error") in said(report)
    second = Project.objects.get(identifiers__value="2")
    assert (second.total_cost, second.stage) == (None, "")


@pytest.mark.parametrize("text", ["no json", '{"releases": []}', "[" * 100_000])
def test_a_file_that_is_no_package_is_refused(boundaries, tmp_path, text):
    path = tmp_path / "package.json"
    path.write_text(text, encoding="utf-8")
    assert taken_in(path).is_file_error
    assert not Project.objects.exists()


def test_only_what_is_published_goes_out(irm, tmp_path, world):
    irm([irm_row(1, c19=1000.5), irm_row(2)])
    hidden = Project.objects.get(identifiers__value="2")
    actions.withhold_project(hidden, revision=hidden.revision, reason="Not yet tabled", by=world.office)
    out = tmp_path / "out.json"
    assert "1 project" in export_projects(out)
    [project] = json.loads(out.read_text(encoding="utf-8"))["projects"]
    assert project["id"] == "oneplan-PR-0000001"
    assert project["budget"]["amount"] == {"amount": 1000.5, "currency": "ZAR"}
    assert project["locations"][0]["geometry"] == {"type": "Point", "coordinates": [27.7, -23.69]}
    assert {"scheme": "irm", "id": "1"} in project["identifiers"]
    assert "0 projects" in export_projects(out, space="ETH")


def test_what_went_out_comes_back_and_is_proposed_as_one(irm, tmp_path):
    irm([irm_row(1, c19=1000.5)])
    out = tmp_path / "out.json"
    export_projects(out)
    taken_in(out)
    theirs = Project.objects.get(feed="oc4ids")
    ours = Project.objects.get(feed="irm")
    for name in (
        "title",
        "stage",
        "nature",
        "total_cost",
        "start_on",
        "finish_on",
        "implementing_id",
        "space_id",
        "cell",
    ):
        expected = "pre_feasibility" if name == "stage" else getattr(ours, name)  # the standard is coarser
        assert getattr(theirs, name) == expected, name
    match = Match.objects.get()
    assert (match.left, match.right) == (ours, theirs)


def test_who_builds_what_was_spent_and_the_shape_of_the_works_go_out_and_come_back(irm, tmp_path):
    irm([irm_row(1, c28=700, c30=10, c31=20.5, c40="Main Contractor: Bricks CC")])
    project = Project.objects.get()
    line = shapely.LineString([(27.7, -23.69), (27.75, -23.7)])
    actions.locate_project(
        project, PlaceEvidence(wkb=line.wkb), revision=project.revision, by=system("tests"), reason="The route"
    )
    out = tmp_path / "out.json"
    export_projects(out)
    [said] = json.loads(out.read_text(encoding="utf-8"))["projects"]
    assert said["locations"][0]["geometry"] == {"type": "LineString", "coordinates": [[27.7, -23.69], [27.75, -23.7]]}
    assert {"id": "supplier:bricks cc", "name": "Bricks CC", "roles": ["supplier", "Main Contractor"]} in said[
        "parties"
    ]
    [metric] = said["metrics"]
    assert (metric["id"], metric["observations"][0]["value"]) == ("spent", {"amount": 30.5, "currency": "ZAR"})
    assert taken_in(out).rows_accepted == 1
    theirs: Any = Project.objects.get(feed="oc4ids")
    assert ["Main Contractor", "Bricks CC"] in theirs.latest.contractors
    money = theirs.latest.money.get()
    assert (money.year, money.basis, money.budget, money.spent) == (2023, "PFMA", Decimal(700), Decimal("30.50"))
    assert shapely.from_wkb(bytes(theirs.placements.get(superseded_at=None).wkb)).equals(line)


def test_a_shape_that_is_not_valid_is_told_and_not_used(boundaries, tmp_path):
    bow = {"type": "Polygon", "coordinates": [[[28, -24], [28.2, -24.2], [28.2, -24], [28, -24.2], [28, -24]]]}
    strange = {**PROJECT, "locations": [{"id": "1", "geometry": bow, "address": {"locality": "Lephalale"}}]}
    report = taken_in(package(tmp_path, strange))
    assert ("bad_geometry", 1, "warning") in said(report)
    assert Project.objects.get().method == "municipality"


@pytest.mark.shared
def test_the_package_is_valid_by_the_standards_own_checker(irm, tmp_path, shared_data, monkeypatch):
    api = pytest.importorskip("libcoveoc4ids.api", reason="needs libcoveoc4ids (requirements-dev)")
    config_of = pytest.importorskip("libcoveoc4ids.config").LibCoveOC4IDSConfig
    line = shapely.LineString([(27.7, -23.69), (27.75, -23.7)])
    irm(
        [
            irm_row(1, c19=1000.5, c28=9, c30=5),
            irm_row(2, c36="Non-Infrastructure", c5="Unheard of", c6="", c7="", c8="", c9=""),
        ]
    )
    project = Project.objects.get(identifiers__value="1")
    project = actions.locate_project(
        project, PlaceEvidence(wkb=line.wkb), revision=project.revision, by=system("tests"), reason="The route"
    )
    actions.set_milestone(project, title="Tender closes", due_on=JUNE, by=system("tests"))
    out = tmp_path / "out.json"
    export_projects(out)
    home, published = tmp_path / "schemas", "https://standard.open-contracting.org/infrastructure/schema/0__9__5/"
    home.mkdir()
    for name in ("project-schema.json", "project-package-schema.json"):
        text = (shared_data / SCHEMAS / f"schema__project-level__{name}").read_text(encoding="utf-8")
        (home / name).write_text(text.replace(published, f"{home}/"), encoding="utf-8")
    monkeypatch.setattr("libcoveoc4ids.schema.load_core_codelists", lambda *_args, **_more: codelists(shared_data))
    monkeypatch.setattr("libcove.lib.common.get_request", lambda url, **_more: SimpleNamespace(text=read(url)))
    config = config_of({"schema_host": f"{home}/", "schema_codelists": {"0.9": f"{home}/"}})
    found = api.oc4ids_json_output(str(tmp_path), str(out), lib_cove_oc4ids_config=config)
    assert found["validation_errors"] == []
    assert found["additional_closed_codelist_values"] == {}
    assert found["additional_fields_count"] == 0, found["data_only"]
    broken = json.loads(out.read_text(encoding="utf-8"))
    broken["projects"][0]["title"] = 5
    out.write_text(json.dumps(broken), encoding="utf-8")
    assert api.oc4ids_json_output(str(tmp_path), str(out), lib_cove_oc4ids_config=config)["validation_errors"]


def read(path):
    return Path(path).read_text(encoding="utf-8")


def codelists(shared_data):
    """The code lists that are at hand, by file name: their codes."""
    found = {}
    for path in (shared_data / SCHEMAS).glob("*codelists__*.csv"):
        with path.open(encoding="utf-8") as file:
            found[path.name.rpartition("__")[2]] = {row["Code"]: (row["Title"], "") for row in csv.DictReader(file)}
    return found
