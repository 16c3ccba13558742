"""Writes tests/contracts/openapi.json anew: the description of the interface that others build on."""

import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
sys.path.insert(0, str(Path(__file__).parents[1]))
django.setup()

from oneplan.api.index import snapshot  # noqa: E402  the house must be set up first

if __name__ == "__main__":
    kept = Path(__file__).parents[1] / "tests" / "contracts" / "openapi.json"
    kept.write_text(snapshot(), encoding="utf-8")
    print(f"{kept} is renewed. Read the difference before you commit it.")
