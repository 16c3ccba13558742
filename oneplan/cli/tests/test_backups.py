"""Backup and restore, on a data folder of their own, through the real command in its own process."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile

import pytest

from oneplan.cli.backups import _kept_files, _unpack
from oneplan.platform.errors import RuleBroken

pytestmark = pytest.mark.engine_free  # the command runs in its own process on its own SQLite file


def commands_on(folder):
    environment = {**os.environ, "ONEPLAN_HOME": str(folder), "DJANGO_SETTINGS_MODULE": "oneplan.config.settings"}
    environment.pop("DATABASE_URL", None)

    def command(*arguments, module="oneplan.cli.main"):
        return subprocess.run(
            [sys.executable, "-m", module, *arguments], env=environment, capture_output=True, text=True
        )

    return command


@pytest.fixture(scope="module")
def made_once(tmp_path_factory):
    """A data folder as these tests begin with it; each takes a copy."""
    folder = tmp_path_factory.mktemp("made") / "home"
    command = commands_on(folder)
    made = command("migrate", "--verbosity", "0", module="django")
    assert made.returncode == 0, made.stderr
    made = command("administrator", "root@example.org", "--name", "Root", "--password", "a long enough password")
    assert made.returncode == 0, made.stderr
    (folder / "keys").mkdir(exist_ok=True)
    (folder / "keys" / "x.pub").write_text("a key")
    for name in (
        "releases/1234/record.parquet",
        "releases/5678.making/record.parquet",
        "observations/releases/4321/record.parquet",
        "observations/builds/1/build.json",
        "builds/1/build.json",
        "current",
    ):
        path = folder / "warehouse" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("figures")
    return folder


@pytest.fixture
def home(made_once, tmp_path):
    folder = tmp_path / "home"
    shutil.copytree(made_once, folder)
    return folder, commands_on(folder)


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
    left = sorted(str(path.relative_to(folder / "warehouse")) for path in (folder / "warehouse").rglob("*.*"))
    assert left == ["observations/releases/4321/record.parquet", "releases/1234/record.parquet"], (
        "what was received comes back; builds are made of it"
    )
    assert "oneplan build-warehouse" in done.stdout
    assert "oneplan build-observations" in done.stdout
    assert list((folder / "backups").glob("*.tar")), "what was there before is kept"


def test_an_upload_on_its_way_does_not_stop_a_backup(tmp_path):
    kept = tmp_path / "documents" / "ab" / "ab12"
    kept.parent.mkdir(parents=True)
    kept.write_text("a document")
    (tmp_path / "secret_key").write_text("secret")
    staged = tmp_path / "documents" / "tmp8hq2"
    staged.write_text("half an upload")
    members = _kept_files(tmp_path)
    staged.unlink()
    assert {name: path.read_text() for name, path in members.items()} == {
        "documents/ab/ab12": "a document", "secret_key": "secret",
    }  # fmt: skip


@pytest.mark.parametrize("manifest", ['{"files": {}}', '{"files": {}, "version": "0.1"}', '{"files": 1}', "[]"])
def test_a_manifest_that_lacks_something_is_told_in_a_sentence(tmp_path, manifest):
    archive, listing = tmp_path / "backup.tar", tmp_path / "manifest.json"
    listing.write_text(manifest)
    with tarfile.open(archive, "w") as tar:
        tar.add(listing, "manifest.json")
    with pytest.raises(RuleBroken, match=r"not a OnePlan backup.+Nothing was changed"):
        _unpack(archive, tmp_path / "scratch")


def test_a_backup_witnesses_the_head_of_the_log(home, tmp_path):
    _folder, command = home
    assert command("backup", str(tmp_path / "backup.tar")).returncode == 0
    with tarfile.open(tmp_path / "backup.tar") as tar:
        member = tar.extractfile("manifest.json")
        assert member is not None
        assert "log_head" in json.load(member)


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


@pytest.mark.parametrize("act", [("restore", "--replace"), ("upgrade",)])
def test_nothing_is_replaced_underneath_a_house_that_serves(home, tmp_path, act):
    fcntl = pytest.importorskip("fcntl")
    folder, command = home
    archive = tmp_path / "backup.tar"
    assert command("backup", str(archive)).returncode == 0
    verb, *options = act
    arguments = [verb, *([str(archive)] if verb == "restore" else []), *options]
    with (folder / "held.lock").open("a") as held:  # as `oneplan serve` holds it
        fcntl.flock(held, fcntl.LOCK_SH)
        refused = command(*arguments)
        assert refused.returncode == 1
        assert "Stop it first" in refused.stderr
        assert command("doctor").returncode in (0, 1), "what only reads goes on"
    assert "Stop it first" not in command(*arguments).stderr
