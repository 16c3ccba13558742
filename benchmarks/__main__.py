"""`make bench`: every benchmark in its order, each told as it runs, and a short table of all at the end.

    python -m benchmarks [--small]

Nothing must be set up: a PostgreSQL server of its own is started and thrown away where the programs are installed.
A peer that is missing is named in the table, with how to get it. `--small` tries everything on little data; its figures
promise nothing.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks._setting import REPORT, ROOT, SMALL

ORDER = (
    "locate", "placement", "clashes", "ledger", "import_rows", "import_projects", "tiles", "pages", "throughput",
    "workbook", "pdf", "budgets", "budget_ingest", "budget_growth", "indicator_ingest", "explorer", "profile_page",
    "profiles", "poverty", "projection",
)  # fmt: skip


def table(rows: list[dict[str, str]]) -> list[str]:
    """The rows as lines of text, columns aligned."""
    columns = ("what", "figure", "promised", "outcome")
    widths = [max(len(row[name]) for row in rows) for name in columns]
    return [
        "  ".join(f"{row[name]:<{width}}" for name, width in zip(columns, widths, strict=True)).rstrip() for row in rows
    ]


def main() -> int:
    """Run them all; 1 when one failed or a promise was not kept."""
    small = "--small" in sys.argv[1:]
    well = True
    rows: list[dict[str, str]] = [{"what": "What", "figure": "Figure", "promised": "Promised", "outcome": "Outcome"}]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report"
        environment = {**os.environ, REPORT: str(report), **({SMALL: "1"} if small else {})}
        for name in ORDER:
            print(f"\n== {name}", flush=True)
            report.write_text("", encoding="utf-8")
            began = time.monotonic()
            failed = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=ROOT, env=environment).returncode
            well &= not failed
            told = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
            rows += told
            if failed and not any(row["outcome"] == "NOT KEPT" for row in told):
                rows.append({"what": name, "figure": "–", "promised": "–", "outcome": "FAILED, see above"})
            print(f"({name} took {time.monotonic() - began:.0f} s)", flush=True)
    print("\n== All", "(small sizes: these figures promise nothing)" if small else "", sep=" ")
    print("\n".join(table(rows)))
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
