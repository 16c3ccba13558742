"""The command line's promises: forms, exit codes, sentences."""

import csv
import json

import pytest
from click.testing import CliRunner

from oneplan.cli.backups import _release
from oneplan.cli.doctor import examine
from oneplan.cli.main import main
from oneplan.joint_planning.seal import ensure_key

pytestmark = pytest.mark.django_db


def run(*arguments):
    return CliRunner().invoke(main, [str(a) for a in arguments])


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def test_help_names_every_command():
    said = run("--help").output
    for name in ("serve", "import", "export", "verify", "locate", "demo", "doctor", "backup", "restore"):
        assert name in said


def test_the_doctor_looks_at_the_sealing_keys(tmp_path, settings):
    settings.HOME = tmp_path
    key = ensure_key()
    private = tmp_path / "keys" / f"{key}.pem"
    assert not [each for each in examine() if "sealing keys" in each.sentence.lower() and not each.is_well]
    private.chmod(0o644)
    assert [each.sentence for each in examine() if private.name in each.sentence and not each.is_well]


def test_a_backup_of_a_later_release_is_told_by_numbers():
    assert _release("0.10.0") > _release("0.9.4")
    assert _release("1.0") > _release("0.99")


@pytest.mark.parametrize(
    "arguments",
    [
        ("import",),
        ("import", "nonsense", "FILE"),
        ("import", "institutions", "no-such-file.csv"),
        ("import", "institutions", "FILE", "--as-at", "yesterday"),
        ("import", "institutions", "FILE", "--as", "nobody@example.org"),
        ("import", "boundaries", "FILE"),
        ("export", "plan", "DC36"),
        ("nonsense",),
    ],
)
def test_misuse_is_2_and_says_what_is_wrong(tmp_path, arguments):
    file = write(tmp_path / "x.csv", "code,name\n")
    done = run(*[str(file) if a == "FILE" else a for a in arguments])
    assert done.exit_code == 2, done.output
    assert "Traceback" not in done.output


def test_a_file_that_cannot_be_read_stores_nothing_and_is_1(tmp_path):
    done = run("import", "institutions", write(tmp_path / "x.xlsx", "not a workbook"), "--source", "a letter")
    assert done.exit_code == 1
    assert "Nothing was stored" in done.output


def test_export_of_a_space_without_an_adopted_plan_is_1(tmp_path):
    done = run("export", "plan", "DC36", "--out", tmp_path / "plan.json")
    assert done.exit_code == 1
    assert not (tmp_path / "plan.json").exists()


def test_export_of_an_unknown_space_is_1(tmp_path):
    assert run("export", "plan", "DC999", "--out", tmp_path / "plan.json").exit_code == 1


def test_verify_refuses_what_is_no_bundle(tmp_path):
    assert run("verify", write(tmp_path / "x.json", "{}")).exit_code == 1


def test_an_administrator_is_made_once():
    first = run("administrator", "root@example.org", "--name", "Root", "--password", "a long enough password")
    assert first.exit_code == 0, first.output
    again = run("administrator", "root@example.org", "--name", "Root", "--password", "a long enough password")
    assert again.exit_code == 1
    assert "already" in again.output


def test_a_weak_password_is_refused():
    assert run("administrator", "root@example.org", "--name", "Root", "--password", "short").exit_code == 1


def test_locate_without_boundaries_leaves_blanks(tmp_path):
    points = write(tmp_path / "points.csv", "name,longitude,latitude\na,29.4,-23.9\nb,x,y\n")
    done = run("locate", points, "--out", tmp_path / "out.csv")
    assert done.exit_code == 0, done.output
    with (tmp_path / "out.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == ["a", "b"]
    assert list(rows[0])[-6:] == ["ward", "municipality", "space", "province", "boundary_version", "quality"]
    assert "row 3" in done.output, "the point that is no number is named"


def test_the_report_holds_what_was_promised(tmp_path):
    file = write(tmp_path / "x.csv", "code,name\n")
    out = tmp_path / "report.json"
    run("import", "institutions", file, "--source", "a letter", "--dry-run", "--report", out)
    report = json.loads(out.read_text())
    assert {"rows_read", "rows_accepted", "rows_refused", "issues", "totals"} <= set(report)
