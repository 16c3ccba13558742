"""`oneplan upgrade`: backs up first, refuses what a newer version wrote, says the way back."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from oneplan.cli import upgrading
from oneplan.cli.doctor import Finding
from oneplan.platform.errors import RuleBroken


@pytest.fixture
def steps(monkeypatch, db):
    """The steps without their work: what was done, in order."""
    done: list[str] = []

    def back_up() -> Path:
        done.append("backup")
        return Path("/backups/before.tar")

    def prepare():
        done.append("prepare")
        yield "Database: up to date."

    def examine() -> list[Finding]:
        done.append("doctor")
        return [Finding(True, "Well.")]

    monkeypatch.setattr(upgrading, "back_up", back_up)
    monkeypatch.setattr(upgrading, "prepare", prepare)
    monkeypatch.setattr(upgrading, "is_prepared", lambda: False)
    monkeypatch.setattr(upgrading, "examine", examine)
    return done


def test_it_backs_up_before_it_migrates_and_looks_over_what_it_did(steps):
    said = list(upgrading.upgrade())
    assert steps == ["backup", "prepare", "doctor"]
    assert "/backups/before.tar" in said[0]
    assert "finds nothing wrong" in said[-1]


def test_it_refuses_what_a_newer_version_wrote(steps):
    MigrationRecorder(connection).record_applied("plans", "0099_from_the_future")
    with pytest.raises(RuleBroken, match=r"newer OnePlan.*plans\.0099_from_the_future"):
        list(upgrading.upgrade())
    with pytest.raises(RuleBroken, match="newer OnePlan"):
        list(upgrading.plan_upgrade())
    assert steps == [], "nothing was touched"


def test_a_failure_says_the_way_back(steps, monkeypatch):
    def fail():
        yield "Database: up to date."
        raise RuntimeError("no space left on device")

    monkeypatch.setattr(upgrading, "prepare", fail)
    monkeypatch.setattr(upgrading, "connections", type("Nothing", (), {"close_all": staticmethod(lambda: None)}))
    with pytest.raises(RuleBroken, match="no space left on device") as refusal:
        list(upgrading.upgrade())
    assert "oneplan restore /backups/before.tar --replace" in refusal.value.sentence


def test_what_the_doctor_finds_is_said(steps, monkeypatch):
    monkeypatch.setattr(upgrading, "examine", lambda: [Finding(False, "3 documents are missing.")])
    with pytest.raises(RuleBroken, match="3 documents are missing"):
        list(upgrading.upgrade())


def test_what_is_up_to_date_stays_untouched(steps, monkeypatch):
    monkeypatch.setattr(upgrading, "is_prepared", lambda: True)
    assert "Up to date" in next(iter(upgrading.upgrade()))
    assert steps == []


@pytest.mark.engine_free
def test_the_command_upgrades_a_folder_that_lags_behind(tmp_path):
    environment = {
        **os.environ, "ONEPLAN_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "oneplan.config.settings",
    }  # fmt: skip
    environment.pop("DATABASE_URL", None)

    def run(*arguments, module="oneplan.cli.main"):
        return subprocess.run(
            [sys.executable, "-m", module, *arguments], env=environment, capture_output=True, text=True
        )

    nothing = run("upgrade")
    assert nothing.returncode == 1
    assert "nothing to upgrade" in nothing.stderr
    assert run("prepare").returncode == 0
    assert run("migrate", "sessions", "zero", "--verbosity", "0", module="django").returncode == 0
    dry = run("upgrade", "--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert "Waits: sessions.0001_initial" in dry.stdout
    assert "Nothing was changed" in dry.stdout
    assert not (tmp_path / "backups").exists()
    (tmp_path / "prepared.json").unlink()
    done = run("upgrade")
    assert done.returncode == 0, done.stdout + done.stderr
    assert list((tmp_path / "backups").glob("*.tar"))
    assert "Up to date" in run("upgrade").stdout
