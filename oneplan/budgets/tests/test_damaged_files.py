"""A real file, damaged: each way in says what is wrong and what to do, and what serves goes on serving untouched."""

import gzip
import json
import random
import shutil
from collections import namedtuple
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from oneplan.access.actions import grant_role
from oneplan.access.actors import system
from oneplan.access.roles import Role
from oneplan.accounts.models import User
from oneplan.budgets.actions import build_warehouse
from oneplan.budgets.models import BudgetRelease
from oneplan.budgets.shelf import reading, shelf
from oneplan.budgets.tests.files import raw
from oneplan.cli.main import main
from oneplan.exchange.models import ImportRun
from oneplan.exchange.pipeline import run_import
from oneplan.exchange.readers.packed import OPENING
from oneplan.warehouse.store import spill_folder
from tests.kept import kept_fixture
from tests.world import LONG_AGO

pytestmark = pytest.mark.django_db
LAYOUT = "municipal-income-expenditure-tables"
FACTS = "scorecard__fixtures__tests__indicators__uifw_expenditure__income_expenditure_facts_v2.csv"
Usage = namedtuple("Usage", "total used free")


def lines(content, change):
    return b"\n".join(change(content.splitlines()))


def numbered(rows):
    return [rows[0], *(b"%d,%s" % (number, row) for number, row in enumerate(rows[1:]))]


def noisy(content):
    packed, noise = gzip.compress(content), random.Random(1)
    return packed[:2000] + bytes(noise.randrange(256) for _each in range(500)) + packed[2500:]


# How a sound file is damaged, under which name it comes, and what is said of it.
DAMAGED = {
    "parted by a mark that parts nothing": (
        lambda file: file.replace(b",", b"^"), "f.csv", "The whole header stands in one cell"),
    "sixteen bits a letter": (
        lambda file: file.decode().encode("utf-16"), "f.csv", "The file is in UTF-16. Export it as"),
    "a column too many under the header": (
        lambda file: lines(file, numbered), "f.csv", "stand one column to the right of their headers"),
    "no header": (
        lambda file: lines(file, lambda rows: rows[1:]), "f.csv", "No header row was found"),
    "a header alone": (
        lambda file: lines(file, lambda rows: rows[:1]), "f.csv", "a header but no rows"),
    "cut off": (lambda file: file[:20_000], "f.csv", "row 408, its last, stops in the middle"),
    "packed and cut off": (
        lambda file: gzip.compress(file)[:3000], "f.csv.gz", "damaged or was cut off on the way"),
    "packed and damaged": (noisy, "f.csv.gz", "damaged or was cut off on the way"),
    "a bomb": (
        lambda file: gzip.compress(file + b"0" * 100_000_000), "f.csv.gz", "which no honest table does"),
    "packed twice": (
        lambda file: gzip.compress(gzip.compress(file)), "f.csv.gz", "This is not a table."),
    "years for periods": (
        lambda file: file.replace(b"AUDA", b""), "f.csv", "“2020” is no period."),
    "unknown municipality": (
        lambda file: file.replace(b"CPT", b"XQZ"), "f.csv", "The register knows no institution “XQZ”"),
    "one that no longer exists": (
        lambda file: file.replace(b"CPT", b"EC103"), "f.csv", "had ceased to exist before this financial year"),
}  # fmt: skip


@pytest.fixture
def sound(shared_data):
    return (shared_data / "budget" / "municipal_data_fixtures" / FACTS).read_bytes()


def build(_world):
    """A release that serves."""
    with TemporaryDirectory() as folder:
        path = raw(Path(folder), ("BUF", "2020ORGB", "1110", "2000", "1500.10"))
        run_import("budget", path, by=system("tests"), layout="municipal-income-expenditure", as_at=date(2021, 3, 31))
    build_warehouse(by=system("tests"))


kept_warehouse = kept_fixture(build)


@pytest.fixture
def served(lent):
    """A release that serves. Returns what is served, to compare."""

    def now():
        with reading() as turn:
            return shelf.current_name(), turn.rows("SELECT * FROM facts"), BudgetRelease.objects.count()

    return now


@pytest.mark.shared
@pytest.mark.parametrize("how", DAMAGED)
def test_a_damaged_file_is_refused_on_the_command_line_and_nothing_changes(how, sound, served, kept, tmp_path):
    damage, name, sentence = DAMAGED[how]
    path, told, before, records = tmp_path / name, tmp_path / "report.json", served(), kept()
    path.write_bytes(damage(sound))
    answer = CliRunner().invoke(
        main, ["import", "budget", str(path), "--layout", LAYOUT, "--as-at", "2021-03-31", "--report", str(told)]
    )
    assert answer.exit_code == 1, answer.output
    issues = json.loads(told.read_text(encoding="utf-8"))["issues"]
    assert any(sentence in issue["message"] for issue in issues), issues[:3]
    assert (served(), kept()) == (before, records)
    assert list(spill_folder().iterdir()) == []


@pytest.mark.shared
@pytest.mark.parametrize("how", ["a column too many under the header", "cut off", "packed and cut off", "a bomb"])
def test_a_damaged_file_is_refused_on_the_page_and_nothing_changes(
    how, sound, served, client, settings, django_capture_on_commit_callbacks
):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    user = User.objects.create_user("keeper@example.org", "a long enough password", name="Keeper")
    grant_role(user, Role.BUDGET_KEEPER, "national", by=system("tests"), valid_from=LONG_AGO)
    client.force_login(user)
    damage, name, sentence = DAMAGED[how]
    before = served()
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("exchange:start_import", args=["budget"]), {
            "file": SimpleUploadedFile(name, damage(sound)), "as_at": "2021-03-31", "using": f"layout:{LAYOUT}",
        })  # fmt: skip
    run = ImportRun.objects.order_by("-pk").first()
    shown = client.get(answer.url) if answer.status_code == 302 else answer
    assert sentence in shown.content.decode()
    assert run is None or run.state != "checked"
    assert served() == before


def test_of_a_large_packed_file_the_page_reads_the_beginning_and_the_check_the_rest(
    home, client, settings, django_capture_on_commit_callbacks
):
    """Its end is damaged: whoever hands it in is answered without waiting for it, and reads so on the run's page."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    user = User.objects.create_user("keeper@example.org", "a long enough password", name="Keeper")
    grant_role(user, Role.BUDGET_KEEPER, "national", by=system("tests"), valid_from=LONG_AGO)
    client.force_login(user)
    dice = random.Random(1)
    rows = b"".join(
        b"BUF,2020ORGB,1110,%d,%d\n" % (dice.randrange(9999), dice.randrange(10**9)) for _each in range(500_000)
    )
    packed = gzip.compress(b"DEMARCATION_CDE,YEARPERIOD,FUNCTION_CDE,INCEXP_CDE,TCOST\n" + rows, compresslevel=1)
    assert len(rows) > 1.5 * OPENING
    with django_capture_on_commit_callbacks() as waiting:
        answer = client.post(reverse("exchange:start_import", args=["budget"]), {
            "file": SimpleUploadedFile("incexp.csv.gz", packed[:-1000]), "as_at": "2021-03-31",
        })  # fmt: skip
    run = ImportRun.objects.get()
    assert (answer.status_code, answer.url, waiting) == (302, reverse("exchange:match_columns", args=[run.pk]), [])
    matched = client.get(answer.url).content.decode()
    assert "INCEXP_CDE" in matched
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("exchange:start_import", args=["budget"]), {
            "file": SimpleUploadedFile("incexp.csv.gz", packed[:-1000]), "as_at": "2021-03-31",
            "using": "layout:municipal-income-expenditure",
        })  # fmt: skip
    refused = ImportRun.objects.latest("pk")
    assert refused.state == "failed"
    assert (
        "damaged or was cut off on the way" in client.get(reverse("exchange:run", args=[refused.pk])).content.decode()
    )
    assert list(spill_folder().iterdir()) == []


def test_a_disk_without_room_says_so_and_not_that_the_file_is_damaged(take, tmp_path, monkeypatch, kept):
    packed = tmp_path / "incexp.csv.gz"
    packed.write_bytes(gzip.compress(raw(tmp_path, ("BUF", "2020ORGB", "1110", "2000", 5)).read_bytes()))
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**12, 10**12 - 1000, 1000))
    report = take(packed, "municipal-income-expenditure")
    assert (report.is_file_error, report.issues[-1].kind) == (True, "too_large")
    assert "There is no room on the disk of this OnePlan" in report.issues[-1].message
    assert kept() == []
