"""Migrations: named, linear, complete, and free of our code."""

import ast
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

PACKAGE = Path(__file__).resolve().parents[2] / "oneplan"
MIGRATIONS = sorted(path for path in PACKAGE.glob("*/migrations/*.py") if path.name != "__init__.py")
# Django writes these into migrations for fields; nothing else of ours may appear there.
ALLOWED = re.compile(r"^oneplan\.(platform\.fields|[a-z_]+\.models)$")


@pytest.mark.django_db
def test_no_model_changed_without_its_migration():
    call_command("makemigrations", "--check", "--dry-run", stdout=StringIO())


@pytest.mark.engine_free
@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_a_migration_has_a_name_and_stands_alone(path):
    assert re.fullmatch(r"\d{4}_[a-z][a-z0-9_]+", path.stem)
    assert "auto" not in path.stem.split("_")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("oneplan"):
            assert ALLOWED.match(node.module or ""), node.module


@pytest.mark.engine_free
def test_the_migrations_of_a_room_stand_in_a_line():
    for room in {path.parent for path in MIGRATIONS}:
        numbers = [path.name[:4] for path in MIGRATIONS if path.parent == room]
        assert numbers == [f"{n:04d}" for n in range(1, len(numbers) + 1)], room
