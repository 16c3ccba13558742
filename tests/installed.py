"""What is installed where OnePlan runs (requirements.txt), and what only developers have on top of it."""

import re
import sys
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parents[1] / "requirements.txt"
_NAMED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==", re.MULTILINE)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def installed() -> frozenset[str]:
    """The distributions of requirements.txt."""
    return frozenset(_plain(name) for name in _NAMED.findall(REQUIREMENTS.read_text(encoding="utf-8")))


@cache
def only_developers_have() -> frozenset[str]:
    """Top-level modules that are here, and are not where only requirements.txt is installed."""
    return frozenset(
        module for module, owners in packages_distributions().items()
        if module.isidentifier() and not module.startswith("__") and module not in sys.stdlib_module_names
        and not {_plain(owner) for owner in owners} & {*installed(), "oneplan"}
    )  # fmt: skip
