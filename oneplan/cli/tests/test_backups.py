"""Backup and restore, on a data folder of their own, through the real command in its own process."""

import os
import sqlite3
import subprocess
import sys
import tarfile

import pytest

pytestmark = pytest.mark.engine_free  # the command runs in its own process on its own SQLite file


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "home"
    environment = {**os.environ, "ONEPLAN_HOME": str(folder), "DJANGO_SETTINGS_MODULE": "oneplan.config.settings"}
    environment.pop("DATABASE_URL", None)

    def command(*arguments, module="oneplan.cli.main"):
        return subprocess.run(
            [sys.executable, "-m", module, *arguments], env=environment, capture_output=True, text=True
        )

    made = command("migrate", "--verbosity", "0", module="django")
    assert made.returncode == 0, made.stderr
    made = command("administrator", "root@example.org", "--name", "Root", "--password", "a long enough password")
    assert made.returncode == 0, made.stderr
    (folder / "keys").mkdir(exist_ok=True)
    (folder / "keys" / "x.pub").write_text("a key")
    return folder, command


def names(folder):
    with sqlite3.connect(folder / "oneplan.sqlite3") as connection:
        return [row[0] for row in connection.execute("SELECT name FROM accounts_user ORDER BY id")]


def test_what_was_backed_up_comes_back(home, tmp_path):
    folder, command = home
    archive = tmp_path / "backup.tar"
    done = command("backup", str(archive))
    assert done.returncode == 0, done.stderr
    assert archive.stat().st_mode & 0o077 == 0, "it holds keys"
    command("administrator", "two@example.org", "--name", "Two", "--password", "a long enough password")
    (folder / "keys" / "x.pub").unlink()
    refused = command("restore", str(archive))
    assert refused.returncode == 1
    assert "--replace" in refused.stderr
    assert names(folder) == ["Root", "Two"], "a refusal changes nothing"
    done = command("restore", str(archive), "--replace")
    assert done.returncode == 0, done.stderr
    assert names(folder) == ["Root"]
    assert (folder / "keys" / "x.pub").read_text() == "a key"
    assert list((folder / "backups").glob("*.tar")), "what was there before is kept"


@pytest.mark.parametrize("damage", ["truncated", "flipped", "not an archive"])
def test_a_damaged_backup_changes_nothing(home, tmp_path, damage):
    folder, command = home
    archive = tmp_path / "backup.tar"
    command("backup", str(archive))
    whole = archive.read_bytes()
    if damage == "truncated":
        archive.write_bytes(whole[: len(whole) // 2])
    elif damage == "not an archive":
        archive.write_bytes(b"hello")
    else:
        with tarfile.open(archive) as tar:
            member = tar.getmember("database.sqlite3")
        at = member.offset_data + member.size // 2
        archive.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    done = command("restore", str(archive), "--replace")
    assert done.returncode == 1
    assert "Nothing was changed" in done.stderr
    assert names(folder) == ["Root"]
