"""The command line's promises: forms, exit codes, sentences."""

import csv
import io
import json
from decimal import Decimal

import pytest
from click.testing import CliRunner

from benchmarks import _irm_workbooks as workbooks
from oneplan.access.actors import system
from oneplan.cli.backups import _release
from oneplan.cli.doctor import examine
from oneplan.cli.main import main
from oneplan.commitments.actions import keep_sums
from oneplan.commitments.models import KeptSum
from oneplan.commitments.queries import money_of
from oneplan.commitments.tests.factories import pledge, propose
from oneplan.joint_planning.seal import ensure_key
from oneplan.platform.audit import head, record, seal_log
from oneplan.platform.documents import store
from oneplan.platform.models import Seal

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


def doubts(**asked):
    return [each.sentence for each in examine(**asked) if not each.is_well]


def test_the_doctor_adds_up_what_is_kept_and_forgets_what_is_wrong(world):
    pledge(propose().parties.get())
    keep_sums()
    assert not [sentence for sentence in doubts() if "sums" in sentence]
    KeptSum.objects.update(amount=Decimal("1.00"))
    assert [sentence for sentence in doubts() if "The kept sums of 1 (DC15)" in sentence]
    assert not [sentence for sentence in doubts() if "sums" in sentence], "they are forgotten"
    assert money_of("DC15").pledged == Decimal("400000.00")


def test_the_doctor_hashes_every_document(tmp_path, settings, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "documents"
    monkeypatch.setattr("oneplan.cli.doctor._TELL_EVERY", 1)
    heard: list[str] = []
    minutes, letter = (
        store(io.BytesIO(text), name=name, media_type="text/plain", by=system("tests"))
        for text, name in ((b"we resolved", "minutes.txt"), (b"dear mayor", "letter.txt"))
    )
    assert not [each for each in doubts(tell=heard.append) if "documents" in each]
    assert heard == ["1 of 2 documents are read and hashed …", "2 of 2 documents are read and hashed …"]
    kept = settings.MEDIA_ROOT / minutes.sha256[:2] / minutes.sha256
    kept.write_bytes(b"we resolveD")
    assert [each for each in doubts() if "1 (minutes.txt) of 2 documents are no longer what was stored" in each]
    (settings.MEDIA_ROOT / letter.sha256[:2] / letter.sha256).unlink()
    assert [each for each in doubts() if "1 (letter.txt) of 2 documents are missing" in each]


def test_a_log_cut_at_its_end_is_found_by_a_head_kept_elsewhere():
    for number in range(3):
        record(f"thing.{number}", "thing:1", by=system("tests"))
        seal_log()
    kept = head()
    assert not [each for each in doubts(kept_head=kept) if "log" in each]
    last = Seal.objects.get(digest=kept)
    last.entries.all().delete()
    last.delete()
    assert not [each for each in doubts() if "log" in each], "the chain alone cannot tell"
    assert [each.sentence for each in examine() if "the log alone cannot tell" in each.sentence], "and says so"
    assert [each for each in doubts(kept_head=kept) if "its end was removed" in each]


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


def test_a_workbook_of_projects_is_imported_with_its_day_and_goes_out_as_open_data(tmp_path):
    file = workbooks.write(tmp_path / "irm.xlsx", workbooks.invented(3, seed=1))
    done = run("import", "irm", file, "--as-at", "2023-06-30")
    assert done.exit_code == 0, done.output
    assert "3 rows read: 3 accepted" in done.output
    assert run("import", "irm", file).exit_code == 2  # no day, no quarter
    out = tmp_path / "projects.json"
    assert run("export", "projects", "--format", "oc4ids", "--out", out).exit_code == 0
    assert len(json.loads(out.read_text(encoding="utf-8"))["projects"]) == 3
    assert run("export", "projects", "--out", out, "--space", "DC999").exit_code == 1
