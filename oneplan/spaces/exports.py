"""Locating the points of a CSV file: what `oneplan locate POINTS.csv --out OUT.csv` does."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path

import numpy as np
from django.utils.translation import gettext as _

from oneplan.platform.errors import RuleBroken
from oneplan.spaces.queries.places import locate

ANSWERS = ("ward", "municipality", "space", "province", "boundary_version", "quality")
BATCH = 200_000
PROBLEMS_LISTED = 1000


@dataclass
class LocateReport:
    """What came of a file: counts, and the rows that could not be located, each with its number and a sentence.

    Rows are counted as a spreadsheet does: the header is row 1.
    """

    rows_read: int = 0
    rows_located: int = 0
    rows_outside: int = 0
    rows_refused: int = 0
    problems: list[tuple[int, str]] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)  # boundary version → points it answered

    def refuse(self, row: int, sentence: str) -> None:
        """Note a row that has no usable point."""
        self.rows_refused += 1
        if len(self.problems) < PROBLEMS_LISTED:
            self.problems.append((row, sentence))


def locate_file(points: Path, out: Path, as_at: date | None = None) -> LocateReport:
    """Answer every row of a CSV file with the columns longitude and latitude (WGS 84 degrees); keep its other columns.

    The columns ward, municipality, space, province, boundary_version and quality are added. A row without a usable
    point stays, with blanks, and is in the report. `out` appears whole or not at all. Raises RuleBroken when the file
    cannot be read.
    """
    if not points.is_file():
        raise RuleBroken(_("There is no file %(path)s.") % {"path": points})
    if points.resolve() == out.resolve():
        raise RuleBroken(_("The answers would overwrite the points. Name another file after --out."))
    report = LocateReport()
    beside = out.with_name(out.name + ".part")
    try:
        with (
            points.open(encoding="utf-8-sig", newline="") as file,
            beside.open("w", encoding="utf-8", newline="") as made,
        ):
            reader = csv.reader(file)
            header = next(reader, [])
            at = _columns(header)
            writer = csv.writer(made)
            writer.writerow([*header, *ANSWERS])
            for batch in _batches(reader):
                writer.writerows(_answer(batch, len(header), at, as_at, report))
        beside.replace(out)
    except UnicodeDecodeError as error:
        raise RuleBroken(_("The file is not UTF-8 text. Save it as “CSV UTF-8” and try again.")) from error
    except csv.Error as error:
        raise RuleBroken(_("The file is not a CSV table: %(error)s.") % {"error": error}) from error
    finally:
        beside.unlink(missing_ok=True)
    return report


def _columns(header: list[str]) -> tuple[int, int]:
    names = [name.strip().lower() for name in header]
    lacking = [name for name in ("longitude", "latitude") if names.count(name) != 1]
    if lacking:
        raise RuleBroken(
            _("The file needs one column called %(names)s, parted by commas. Its columns are: %(found)s.")
            % {"names": _(" and one called ").join(lacking), "found": ", ".join(header) or _("none")}
        )
    if taken := [name for name in ANSWERS if name in names]:
        raise RuleBroken(
            _("The file has columns called %(names)s already. Rename or remove them: the answers get these names.")
            % {"names": ", ".join(taken)}
        )
    return names.index("longitude"), names.index("latitude")


def _batches(reader: Iterator[list[str]]) -> Iterator[list[tuple[int, list[str]]]]:
    numbered = ((number, cells) for number, cells in enumerate(reader, start=2) if cells)
    while batch := list(islice(numbered, BATCH)):
        yield batch


def _answer(
    batch: list[tuple[int, list[str]]], width: int, at: tuple[int, int], as_at: date | None, report: LocateReport
) -> Iterable[list[str]]:
    points = np.full((len(batch), 2), np.nan)
    for index, (number, cells) in enumerate(batch):
        if len(cells) != width:
            report.refuse(
                number, _("The row has %(count)s cells, the header %(width)s.") % {"count": len(cells), "width": width}
            )
            cells[width:] = []
            cells.extend([""] * (width - len(cells)))
            continue
        try:
            points[index] = _point(cells[at[0]], cells[at[1]])
        except ValueError as error:
            report.refuse(number, str(error))
    found = locate(points, as_at)
    usable = ~np.isnan(points[:, 0])
    hit = found.province != ""
    report.rows_read += len(batch)
    report.rows_located += int(hit.sum())
    report.rows_outside += int((usable & ~hit).sum())
    for version, count in zip(*np.unique(found.boundary_version[hit], return_counts=True), strict=True):
        report.versions[str(version)] = report.versions.get(str(version), 0) + int(count)
    answers = [getattr(found, name).tolist() for name in ANSWERS]
    return ([*cells, *row] for (_number, cells), row in zip(batch, zip(*answers, strict=True), strict=True))


def _point(longitude: str, latitude: str) -> tuple[float, float]:
    """Both as numbers. Raises ValueError with a sentence; nothing is repaired or swapped."""
    if not longitude.strip() or not latitude.strip():
        raise ValueError(_("Longitude or latitude is empty."))
    try:
        x, y = float(longitude), float(latitude)
    except ValueError:
        raise ValueError(
            _("“%(longitude)s”, “%(latitude)s” is not a pair of numbers such as 28.19 and -25.74.")
            % {"longitude": longitude[:40], "latitude": latitude[:40]}
        ) from None
    if not (math.isfinite(x) and math.isfinite(y) and abs(x) <= 180 and abs(y) <= 90):
        raise ValueError(_("The numbers are not degrees of longitude and latitude."))
    if x == 0 and y == 0:
        raise ValueError(_("The point is 0, 0, in the Atlantic: a place-holder, not a place."))
    if -48 <= x <= -22 and 16 <= y <= 38:
        raise ValueError(_("Longitude and latitude look swapped. South of the equator latitude is negative."))
    return x, y
