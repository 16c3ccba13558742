"""Commands about place: layers, clashes, and places read again."""

import json

import pytest
from click.testing import CliRunner

from oneplan.alignment.models import Clash
from oneplan.cli.main import main
from oneplan.projects.tests import factories
from oneplan.spaces.models import PlanningLayer

pytestmark = pytest.mark.django_db


def run(*arguments):
    return CliRunner().invoke(main, [str(each) for each in arguments])


@pytest.fixture
def nodes(tmp_path):
    shape = {"type": "Polygon", "coordinates": [[[28, -24], [28.1, -24], [28.1, -23.9], [28, -23.9], [28, -24]]]}
    feature = {"type": "Feature", "geometry": shape, "properties": {"name": "Lephalale"}}
    path = tmp_path / "nodes.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    return path


def test_a_layer_comes_in_with_what_the_file_does_not_say(nodes):
    said = [each for pair in ("code=nodes", "name=Nodes", "kind=node", "custodian=CoGTA", "sensitivity=public")
            for each in ("--set", pair)]  # fmt: skip
    outcome = run("import", "layer", nodes, "--source", "NSDF", "--licence", "CC BY 4.0", *said)
    assert outcome.exit_code == 0, outcome.output
    assert PlanningLayer.objects.get().licence == "CC BY 4.0"


@pytest.mark.parametrize(
    ("said", "words"), [(("--set", "code"), "write it as code=value"), (("--set", "code=nodes"), "say also")]
)
def test_what_is_missing_or_misspelt_is_misuse(nodes, said, words):
    outcome = run("import", "layer", nodes, "--source", "NSDF", *said)
    assert outcome.exit_code == 2 and words in outcome.output and not PlanningLayer.objects.exists()


def test_clashes_are_looked_for(world):
    days = {"construction_start_on": "2027-01-01", "construction_finish_on": "2027-12-31"}
    for title, institution in (("Paving of Mandela Street", world.dws), ("Sewer, phase 2", world.health)):
        factories.project(title, implementing=institution, longitude=28.0, latitude=-24.0, **days)
    outcome = run("find-clashes", "--as-at", "2026-10-01")
    assert outcome.exit_code == 0 and "1 clashes" in outcome.output and Clash.objects.count() == 1


def test_places_are_read_again_and_a_person_who_may_not_is_refused(world):
    row = factories.project()
    factories.placement(row, evidence={"spaces": ["DC36"]}, submission=factories.submission(), areas={"LIM362": 1.0})
    assert "1 moved" in run("renew-placements", "--dry-run").output
    assert row.placements.count() == 1
    assert "DC36" in run("renew-placements").output and row.placements.count() == 2
    assert run("renew-placements", "--as", world.charlie.user.email).exit_code == 1
