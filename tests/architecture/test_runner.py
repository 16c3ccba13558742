"""`make test` names what it leaves out, continuous integration installs what it takes, `make bench` runs every one."""

import re
from pathlib import Path

import pytest

from benchmarks.__main__ import ORDER, table
from scripts.run_tests import NEEDED

pytestmark = pytest.mark.engine_free
ROOT = Path(__file__).resolve().parents[2]
# Programs whose packages in Debian have another name.
PACKAGES = {
    "chromium-browser": "chromium",
    "google-chrome": "chromium",
    "initdb": "postgresql",
    "java": "openjdk-17-jre-headless",
    "pdftotext": "poppler-utils",
    "soffice": "libreoffice-writer-nogui libreoffice-calc-nogui",
    "libreoffice": "libreoffice-writer-nogui libreoffice-calc-nogui",
}


def test_every_program_that_a_test_is_skipped_without_is_named():
    asked = set()
    for folder in ("oneplan", "tests"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            if re.search(r"pytest\.(mark\.)?skip", text) and path != Path(__file__):
                asked |= set(re.findall(r'which\("([a-z0-9-]+)"\)', text))
    assert "openssl" in asked
    asked.discard("bash")  # `.ci/run` itself is written in it
    assert {PACKAGES.get(program, program) for program in asked} <= set(NEEDED)


@pytest.mark.parametrize("packages", NEEDED)
def test_what_is_left_out_says_how_to_get_it_and_is_installed_in_continuous_integration(packages):
    assert NEEDED[packages].endswith(f"apt install {packages}")
    assert f"missing+=({packages})" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_one_command_runs_every_benchmark():
    found = {path.stem for path in (ROOT / "benchmarks").glob("*.py") if not path.stem.startswith("_")}
    assert set(ORDER) == found
    assert "-m benchmarks" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_the_table_at_the_end_stands_in_columns():
    row = {"what": "locate", "figure": "12,1 ×", "promised": "≥ 5 ×", "outcome": "kept"}
    first, second = table([row, {**row, "what": "import of ten"}])
    assert first.index("12,1") == second.index("12,1")
