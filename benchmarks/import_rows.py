"""Importing 10,668 real rows: wall time over what python-calamine needs, growth at ten times the rows, memory.

The figures promised: ten times the rows take at most 11 times the time. Uses the real Infrastructure Reporting Model
snapshot where it lies beside the checkout, else a seeded workbook of the same shape. Each pass runs in a process of
its own on an empty database, so that peak memory is its own.
"""

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _setting import SEED, SHARED

REAL = SHARED / "projects" / "irm_2023-24_ec_kzn_lim_wc.xlsx"
ROWS, TIMES, MOST = 10_668, 10, 11.0
PASSES = 3


def calamine_seconds(path: Path) -> float:
    """Opening the workbook and turning every row into Python values, best of three."""
    import python_calamine

    best = float("inf")
    for _ in range(PASSES):
        began = time.perf_counter()
        book = python_calamine.load_workbook(str(path))
        rows = book.get_sheet_by_index(0).to_python()
        best = min(best, time.perf_counter() - began)
    return best if rows else 0.0


def start_empty() -> None:
    """Django on an empty database in a temporary folder: no register, so that peak memory is the import's own."""
    os.environ["ONEPLAN_HOME"] = tempfile.mkdtemp(prefix="oneplan-bench-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "oneplan.config.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def import_once(path: Path) -> None:
    """One whole import, stored; prints seconds and peak memory as JSON. Run in a process of its own."""
    start_empty()
    from oneplan.access.actors import system
    from oneplan.exchange.kinds import register
    from oneplan.exchange.pipeline import run_import
    from oneplan.exchange.tests.wells import KIND

    register(KIND)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    report = run_import("wells", path, by=system("bench"), source="bench")
    seconds = time.perf_counter() - began
    print(
        json.dumps(
            {
                "seconds": seconds,
                "rows": report.rows_read,
                "accepted": report.rows_accepted,
                "before": before / 1024,
                "here": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "reader": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
            }
        )
    )


def rows_of_the_file() -> list[list[object]]:
    """The real table, or a seeded one of the same shape: header first."""
    if REAL.exists():
        import python_calamine

        table = python_calamine.load_workbook(str(REAL)).get_sheet_by_index(0).to_python()
        return [list(row) for row in table]
    rng = random.Random(SEED)
    names = ["Project ID", "Project Name", "Province", "Department", "Project Status", "Total Project Cost"]
    header: list[object] = [*names]
    header += [f"Main Budget Appropriation {n}" for n in range(20)] + [f"Note {n}" for n in range(15)]
    rows: list[list[object]] = [header]
    for number in range(ROWS):
        row: list[object] = [float(number), f"Project {number} of a school or clinic", "Limpopo", "Health", "Design"]
        row += [float(rng.randint(0, 10**9)) for _ in range(21)] + [f"Agent {rng.randint(0, 500)}" for _ in range(15)]
        rows.append(row)
    return rows


def write(path: Path, table: list[list[object]], times: int) -> None:
    """The table repeated `times` with ids of its own for each copy."""
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet("Sheet1")
        sheet.write_row(0, 0, table[0])
        number = 0
        for copy in range(times):
            for row in table[1:]:
                number += 1
                sheet.write_row(number, 0, [float(number), *row[1:]] if copy else row)


def run(path: Path, passes: int = PASSES) -> dict[str, float]:
    """The best of several whole imports."""
    found: list[dict[str, float]] = []
    for _ in range(passes):
        told = subprocess.run([sys.executable, __file__, str(path)], capture_output=True, text=True, check=True)
        found.append(json.loads(told.stdout.splitlines()[-1]))
    return min(found, key=lambda one: one["seconds"])


def main() -> int:
    """Measure and say whether the promise is kept."""
    with tempfile.TemporaryDirectory() as folder:
        table = rows_of_the_file()
        small, large = Path(folder) / "small.xlsx", Path(folder) / "large.xlsx"
        write(small, table, 1)
        write(large, table, TIMES)
        reading = calamine_seconds(small)
        one, ten = run(small), run(large, passes=1)
    growth = ten["seconds"] / one["seconds"]
    print(f"file: {'the real snapshot' if REAL.exists() else 'a seeded table of the same shape'}")
    print(f"calamine reads {one['rows']:,.0f} rows in {reading:.2f} s")
    print(f"import of {one['rows']:,.0f} rows: {one['seconds']:.2f} s = {one['seconds'] / reading:.2f} × calamine")
    print(f"import of {ten['rows']:,.0f} rows: {ten['seconds']:.2f} s = {growth:.2f} × the time (at most {MOST:g})")
    for name, told in (("small", one), ("large", ten)):
        print(
            f"peak memory, {name}: {told['here']:.0f} MiB here ({told['before']:.0f} before it began),"
            f" {told['reader']:.0f} MiB in the reader"
        )
    return 0 if growth <= MOST else 1


if __name__ == "__main__":
    if len(sys.argv) > 1:
        import_once(Path(sys.argv[1]))
    else:
        sys.exit(main())
