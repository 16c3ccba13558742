"""Python reads this as it starts: a house of the journeys finds nothing that only developers have installed."""

import os
import sys
from collections.abc import Sequence
from types import ModuleType

_HIDDEN = frozenset(os.environ.get("ONEPLAN_HIDDEN", "").split(","))


class _Hides:
    """Says of a hidden module that there is none, before anybody finds it."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> None:
        if path is None and name in _HIDDEN:
            raise ModuleNotFoundError(f"No module named {name!r}: requirements.txt does not have it", name=name)


sys.meta_path.insert(0, _Hides)
