"""`make test` names what it leaves out, and continuous integration installs what it takes."""

import re
from pathlib import Path

import pytest

from scripts.run_tests import NEEDED

pytestmark = pytest.mark.engine_free
ROOT = Path(__file__).resolve().parents[2]
# Programs whose package in Debian has another name.
PACKAGES = {"chromium-browser": "chromium", "google-chrome": "chromium", "initdb": "postgresql"}


def test_every_program_that_a_test_is_skipped_without_is_named():
    asked = set()
    for folder in ("oneplan", "tests"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            if "pytest.skip" in text and path != Path(__file__):
                asked |= set(re.findall(r'which\("([a-z0-9-]+)"\)', text))
    assert "openssl" in asked
    assert {PACKAGES.get(program, program) for program in asked} <= set(NEEDED)


@pytest.mark.parametrize("package", NEEDED)
def test_what_is_left_out_says_how_to_get_it_and_is_installed_in_continuous_integration(package):
    assert NEEDED[package].endswith(f"apt install {package}")
    assert f"missing+=({package})" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
