"""What the documents claim is what the code does."""

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("oneplan/*/README.md")])
pytestmark = pytest.mark.engine_free


def test_the_roles_page_is_fresh():
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        page = import_module("make_docs").roles_page()
    finally:
        sys.path.pop(0)
    assert (ROOT / "docs" / "roles.md").read_text(encoding="utf-8") == page, "run `make docs`"


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path):
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if "://" not in target and not target.startswith("mailto:"):
            assert (path.parent / target).exists(), target


def test_every_setting_is_documented():
    operations = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    settings = (ROOT / "oneplan" / "config" / "settings.py").read_text(encoding="utf-8")
    for name in re.findall(r'env\.\w+\("(\w+)"', settings):
        short = name.removeprefix("ONEPLAN_MAIL") if name.startswith("ONEPLAN_MAIL_") else name
        assert f"`{name}`" in operations or f"`{short}`" in operations, name


def test_every_command_is_documented():
    from oneplan.cli.main import main

    operations = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for name in main.commands:
        assert f"oneplan {name}" in operations, name


def test_every_event_has_a_sentence():
    from django.conf import settings

    for room in settings.ROOMS:
        try:
            event = import_module(f"oneplan.{room}.choices").Event
        except (ModuleNotFoundError, AttributeError):
            continue
        for member in event:
            assert re.fullmatch(r"[a-z_]+\.[a-z_]+", member.value), member
            assert len(str(member.label)) > 10, member


def test_lock_files_name_no_registry():
    locks = [*ROOT.glob("requirements*.txt"), ROOT / "frontend" / "package-lock.json"]
    for lock in locks:
        written = re.sub(r'"(url|funding)": ?"[^"]*"', "", lock.read_text(encoding="utf-8"))
        assert "://" not in written or lock.suffix == ".json", lock
        assert '"resolved"' not in lock.read_text(encoding="utf-8"), lock


def test_nothing_third_party_is_committed():
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: what is committed cannot be seen")
    listing = ["git", "ls-files"]
    files = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert not [name for name in files if "node_modules" in name or name.startswith("oneplan/static/dist/")]
