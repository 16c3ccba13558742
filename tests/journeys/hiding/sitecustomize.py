"""Python reads this as it starts: a house of the journeys finds nothing that only developers have installed."""

import os
import sys

for name in filter(None, os.environ.get("ONEPLAN_HIDDEN", "").split(",")):
    sys.modules[name] = None  # type: ignore[assignment]
