"""OnePlan runs on what it asks to be installed. What developers have on top must not be missed on the first page.

That a library asks for another one while it works is seen by the journeys: their houses find nothing that only
developers have.
"""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installed import installed, only_developers_have

pytestmark = pytest.mark.engine_free

PACKAGE = Path(__file__).resolve().parents[2] / "oneplan"
OPTIONAL = {"pyspark"}  # who outgrows one machine installs it: warehouse/engines.py says so in a sentence


def imported(tree: ast.AST) -> Iterator[str]:
    """Top-level modules that a file imports as it runs, not for types alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            continue
        if isinstance(node, ast.Import):
            yield from (each.name.partition(".")[0] for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
        yield from imported(node)


def missing(tree: ast.AST) -> set[str]:
    return set(imported(tree)) & only_developers_have() - OPTIONAL


def test_an_import_of_what_only_developers_have_is_found():
    assert missing(ast.parse("def late():\n    import pytest.mark")) == {"pytest"}
    assert missing(ast.parse("if TYPE_CHECKING:\n    import pytest\nimport django, json")) == set()
    assert {"django", "duckdb"} <= installed()


def test_nothing_is_imported_that_is_not_installed():
    found = {
        str(path.relative_to(PACKAGE)): names
        for path in sorted(PACKAGE.rglob("*.py"))
        if "tests" not in path.parts and (names := missing(ast.parse(path.read_text(encoding="utf-8"))))
    }
    assert found == {}


def test_what_only_developers_have_is_hidden_from_the_houses_of_the_journeys():
    hiding = Path(__file__).resolve().parents[1] / "journeys" / "hiding"
    environment = {**os.environ, "PYTHONPATH": str(hiding), "ONEPLAN_HIDDEN": ",".join(only_developers_have())}
    done = subprocess.run([sys.executable, "-c", "import pytest"], env=environment, capture_output=True, text=True)
    assert "ModuleNotFoundError" in done.stderr
    assert subprocess.run([sys.executable, "-c", "import django"], env=environment).returncode == 0
