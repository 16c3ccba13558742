"""Importing the real IRM workbook as projects: wall time over what python-calamine needs, memory, growth at ten times.

The figures promised: 10,668 rows in at most 15 times what python-calamine takes to read them, under 500 MB; ten times
the rows in at most 11 times the time. Uses the real Infrastructure Reporting Model snapshot where it lies beside the
checkout, else invented rows of the same shape. Each pass runs in a process of its own on a database with the registers
alone, so that peak memory is its own. The next quarter of the same file is timed beside it: there every project is
known already. Growth is the median of pairs, a small file and a large one read one after the other: a machine that is
slower for a minute is slower for both.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from statistics import median

from benchmarks import _irm_workbooks as workbooks
from benchmarks._setting import ROOT, SEED, SHARED, is_small, tell, tell_left_out
from benchmarks.import_rows import calamine_seconds, prepare

REAL = SHARED / "projects" / "irm_2023-24_ec_kzn_lim_wc.xlsx"
ROWS, TIMES = 300 if is_small() else 10_668, 10
Told = dict[str, float]  # of one import
Pair = tuple[Told, Told]
MOST, MOST_GROWTH, MOST_MIB = 15.0, 11.0, 500 * 1e6 / 2**20
PAIRS = 1 if is_small() else 3


def import_once(first: Path, second: Path) -> None:
    """Two quarters imported one after the other; prints seconds and peak memory of each as JSON."""
    import django

    django.setup()
    from oneplan.access.actors import system
    from oneplan.exchange.pipeline import run_import

    found = []
    for path, day in ((first, date(2023, 6, 30)), (second, date(2023, 9, 30))):
        began, worked = time.perf_counter(), time.process_time()
        report = run_import("irm", path, by=system("bench"), as_at=day)
        found.append(
            {
                "seconds": time.perf_counter() - began,
                "worked": time.process_time() - worked,
                "rows": report.rows_accepted,
                "here": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "reader": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
            }
        )
    print(json.dumps(found))


def table() -> workbooks.Table:
    """The real table, or an invented one of its shape: header first."""
    if not REAL.exists():
        return workbooks.invented(ROWS, SEED)
    import python_calamine

    rows = python_calamine.load_workbook(str(REAL)).get_sheet_by_index(0).to_python()
    return [list(row) for row in rows[: ROWS + 1]]


def times(rows: workbooks.Table, count: int) -> workbooks.Table:
    """The table repeated with ids of its own for each copy."""
    far = 10**7
    copies = [[row[0] + copy * far, *row[1:]] for copy in range(count) for row in rows[1:]]
    return [rows[0], *copies]


def run(first: Path, second: Path, base: Path) -> Pair:
    """One file imported and another after it, on a copy of the prepared data folder."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(base, f"{folder}/home")
        told = subprocess.run(
            [sys.executable, "-m", "benchmarks.import_projects", str(first), str(second)],
            capture_output=True, text=True, check=True, cwd=ROOT,
            env={**os.environ, "ONEPLAN_HOME": f"{folder}/home"},
        )  # fmt: skip
    one, two = json.loads(told.stdout.splitlines()[-1])
    return one, two


def main() -> int:
    """Measure and say whether the promises are kept."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder) / "base"
        prepare(base)
        rows = table()
        if not REAL.exists():
            tell_left_out(
                "projects: the real file",
                f"lay {REAL.name} (National Treasury) in {REAL.parent}; invented rows stand in",
            )
        later, _edits = workbooks.next_quarter(rows, SEED, each=2 if is_small() else 20)
        small = workbooks.write(Path(folder) / "small.xlsx", rows)
        next_small = workbooks.write(Path(folder) / "next.xlsx", later)
        large = workbooks.write(Path(folder) / "large.xlsx", times(rows, TIMES))
        reading = calamine_seconds(REAL if REAL.exists() and not is_small() else small)
        pairs = [(run(small, next_small, base), run(large, small, base)[0]) for _ in range(PAIRS)]
    one, two = min((quarters for quarters, _ten in pairs), key=lambda quarters: quarters[0]["seconds"])
    ten = min((ten for _quarters, ten in pairs), key=lambda ten: ten["seconds"])
    growths = sorted(ten["seconds"] / quarters[0]["seconds"] for quarters, ten in pairs)
    ratio, growth, memory = one["seconds"] / reading, median(growths), one["here"] + one["reader"]
    print(f"file: {'the real workbook' if REAL.exists() else 'invented rows of the same shape'}")
    print(f"calamine reads {one['rows']:,.0f} rows in {reading:.2f} s")
    for name, told in (("first quarter", one), ("next quarter", two), ("ten times the rows", ten)):
        print(
            f"{name}: {told['rows']:,.0f} rows in {told['seconds']:.2f} s ({told['worked']:.2f} s of processor time),"
            f" peak {told['here']:.0f} MiB here and {told['reader']:.0f} MiB in the reader"
        )
    print(f"growth of each pair: {', '.join(f'{each:.2f} ×' for each in growths)}")
    kept = ratio <= MOST and growth <= MOST_GROWTH and memory <= MOST_MIB
    tell(
        f"projects: {one['rows']:,.0f} rows", f"{one['seconds']:.2f} s = {ratio:.1f} × calamine", f"≤ {MOST:g} ×",
        kept=ratio <= MOST,
    )  # fmt: skip
    tell("projects: the next quarter", f"{two['seconds']:.2f} s = {two['seconds'] / reading:.1f} × calamine")
    tell("projects: peak memory", f"{memory:.0f} MiB", f"≤ {MOST_MIB:.0f} MiB", kept=memory <= MOST_MIB)
    tell(
        f"projects: {ten['rows']:,.0f} rows", f"{growth:.2f} × the time", f"≤ {MOST_GROWTH:g} ×",
        kept=growth <= MOST_GROWTH,
    )  # fmt: skip
    return 0 if kept or is_small() else 1


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "oneplan.config.settings"
    if len(sys.argv) > 1:
        import_once(Path(sys.argv[1]), Path(sys.argv[2]))
    else:
        sys.exit(main())
