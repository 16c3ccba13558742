"""`oneplan export plan` and `oneplan export brief`: what they write, and their exit codes."""

import io
import json
from pathlib import Path

import docx
import openpyxl
import pytest
from click.testing import CliRunner

from oneplan.cli.main import main
from oneplan.joint_planning.seal import verify_bundle
from oneplan.publishing.models import Rendition
from oneplan.publishing.tests.conftest import SECRET


def run(*arguments):
    return CliRunner().invoke(main, ["export", *map(str, arguments)])


def test_an_adopted_plan_is_written_in_every_form(published, tmp_path):
    opened = {
        "pdf": lambda file: file.startswith(b"%PDF"),
        "docx": lambda file: docx.Document(io.BytesIO(file)).paragraphs,
        "xlsx": lambda file: openpyxl.load_workbook(io.BytesIO(file)).sheetnames,
        "json": lambda file: verify_bundle(file).is_valid,
    }
    for form, opens in opened.items():
        out = tmp_path / f"plan.{form}"
        done = run("plan", "dc36", "--format", form, "--out", out, "--edition", 1)
        assert done.exit_code == 0, done.output
        assert published.adoption.content_hash in done.output
        assert opens(out.read_bytes()), form
    assert sorted(Rendition.objects.values_list("form", "state")) == [
        ("docx", "ready"), ("pdf", "ready"), ("xlsx", "ready"),
    ]  # fmt: skip


def test_what_was_made_before_is_given_again(published, tmp_path, monkeypatch):
    assert run("plan", "DC36", "--format", "xlsx", "--out", tmp_path / "1.xlsx").exit_code == 0
    monkeypatch.setattr("oneplan.publishing.making.make_form", lambda *_args: 1 / 0)
    assert run("plan", "DC36", "--format", "xlsx", "--out", tmp_path / "2.xlsx").exit_code == 0
    assert (tmp_path / "1.xlsx").read_bytes() == (tmp_path / "2.xlsx").read_bytes()


def test_a_draft_is_written_for_who_may_read_it(published, tmp_path):
    published.next_edition()
    out = tmp_path / "draft.json"
    reader = published.world.hub36.user.email
    assert run("plan", "DC36", "--format", "json", "--draft", "--as", reader, "--out", out).exit_code == 0
    told = json.loads(out.read_bytes())
    assert (told["format"], told["seal"]) == ("oneplan-draft-1", None)
    assert SECRET in out.read_text(encoding="utf-8")
    assert not Rendition.objects.exists()


def test_what_is_not_there_or_not_theirs_is_1_and_writes_nothing(published, tmp_path):
    published.next_edition()
    stranger = ("--as", published.world.charlie.user.email)
    out = tmp_path / "out"
    for arguments in (
        ("plan", "DC15", "--format", "pdf"),
        ("plan", "DC999", "--format", "docx"),
        ("plan", "DC36", "--format", "pdf", "--edition", "7"),
        ("plan", "DC36", "--draft", "--edition", "1"),
        ("plan", "DC36", "--draft", *stranger),
        ("plan", "DC15", "--draft"),
        ("brief", "DC999"),
        ("brief", "DC36", "--kind", "meeting", *stranger),
    ):
        done = run(*arguments, "--out", out)
        assert done.exit_code == 1, (arguments, done.output)
        assert len(done.output.split()) > 3, arguments
        assert not out.exists()


def test_the_briefs_are_written(published, tmp_path):
    published.next_edition()
    for kind in ("district", "meeting"):
        out = tmp_path / f"{kind}.pdf"
        done = run("brief", "dc36", "--kind", kind, "--out", out, "--as", published.world.hub36.user.email)
        assert done.exit_code == 0, done.output
        assert out.read_bytes().startswith(b"%PDF")


def test_every_command_of_the_how_to_does_what_it_says(published, tmp_path, monkeypatch):
    published.next_edition()
    page = (Path(__file__).resolve().parents[3] / "docs" / "how-to" / "publish-a-plan.md").read_text(encoding="utf-8")
    commands = [line.split()[1:] for line in page.splitlines() if line.startswith("oneplan ")]
    assert len(commands) == 8
    monkeypatch.chdir(tmp_path)
    for command in commands:
        words = [published.world.hub36.user.email if word == "hub@example.org" else word for word in command]
        done = CliRunner().invoke(main, words)
        assert done.exit_code == 0, (command, done.output)
        assert (tmp_path / words[words.index("--out") + 1]).stat().st_size > 1000


def test_a_place_that_cannot_be_written_is_1(published, tmp_path):
    assert run("plan", "DC36", "--format", "xlsx", "--out", tmp_path / "no" / "such" / "folder.xlsx").exit_code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", "DC36"),
        ("plan", "DC36", "--format", "odt", "--out", "x"),
        ("plan", "DC36", "--out", "x", "--edition", "first"),
        ("brief", "DC36", "--kind", "long", "--out", "x"),
        ("plan", "DC36", "--out", "x", "--as", "nobody@example.org"),
    ],
)
def test_misuse_is_2(db, arguments):
    assert run(*arguments).exit_code == 2
