"""What a boundary file of the Municipal Demarcation Board means (`oneplan import boundaries FILE --level … --as-at …`).

Read: shapefile (in a zip), GeoPackage, GeoJSON, TopoJSON. The column of codes is found by what it holds, not by its
name: the Board's files call it CODE, Code, DISTRICT, CAT_B, WardID. Every repair, every doubt is an issue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.exchange.choices import IssueKind
from oneplan.exchange.issues import FileRefused, IssueLog
from oneplan.exchange.kinds import ImportOrder, Kind
from oneplan.exchange.models import ImportRun
from oneplan.exchange.readers.shapes import refused, repaired, say_system
from oneplan.exchange.rows import Row
from oneplan.exchange.targets import Target, TargetType
from oneplan.geometry import checks, measures, reading
from oneplan.geometry.errors import UnusableFile
from oneplan.platform.errors import RuleBroken
from oneplan.platform.web.numerals import grouped
from oneplan.spaces import actions, queries
from oneplan.spaces.choices import Level
from oneplan.spaces.queries.places import parents_on
from oneplan.spaces.queries.register import clean_code

WARD_CODE = re.compile(r"\d{8}")
LEAST_SHARE = 0.5  # of its values must be codes of the level for a column to be the column of codes
LIKELY_NAMES = ("code", "cat_b", "wardid", "ward_id", "district", "mdb_code", "map_code")
WIDER = {Level.WARD: Level.MUNICIPAL_AREA, Level.MUNICIPAL_AREA: Level.SPACE, Level.SPACE: Level.PROVINCE}
NOTABLE_KM2 = 1.0  # overlaps and gaps below this, summed over the country, are rounding
NAMED = 10  # codes named in one sentence


@dataclass(frozen=True)
class Codebook:
    """What codes are expected at a level on a day: to find the column, and to judge each code."""

    level: Level
    known: frozenset[str]
    wider: frozenset[str]  # codes of the level above

    @classmethod
    def on(cls, level: Level, day: date) -> Codebook:
        def codes(at: Level | None) -> frozenset[str]:
            return frozenset(queries.as_at(at, day).values_list("code", flat=True)) if at else frozenset()

        return cls(level, codes(level), codes(WIDER.get(level)))

    def fits(self, code: str) -> bool:
        """Whether this is a code of the level, or has the form of a ward's: new delimitations bring new wards."""
        return code in self.known or (self.level == Level.WARD and bool(WARD_CODE.fullmatch(code)))

    def share(self, values: Sequence[Any], *, wider: bool = False) -> float:
        """The share of different values that are codes of the level (or of the level above)."""
        texts = {clean_code(as_text(value)) for value in values}
        if not texts:
            return 0.0
        fitting = sum((text in self.wider) if wider else self.fits(text) for text in texts)
        return fitting / len(texts) * (1.0 if wider else len(texts) / len(values))


def as_text(value: Any) -> str:
    """A cell of an attribute table as text; whole numbers without a decimal point."""
    if value is None or value != value:  # NaN is not itself
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def find_columns(columns: dict[str, Any], book: Codebook) -> tuple[str, str, float]:
    """The column of codes, the column of the codes around them ("" if none), and how well the first one fits (0–1)."""

    def best(*, wider: bool, without: str = "") -> tuple[float, str]:
        ranked = [
            (book.share(list(values), wider=wider), -_liking(name), name)
            for name, values in columns.items()
            if name != without
        ]
        score, _liked, name = max(ranked, default=(0.0, 0, ""))
        return score, name

    score, code = best(wider=False)
    wide_score, parent = best(wider=True, without=code)
    return code, parent if wide_score >= LEAST_SHARE else "", score


def _liking(name: str) -> int:
    folded = name.lower()
    return LIKELY_NAMES.index(folded) if folded in LIKELY_NAMES else len(LIKELY_NAMES)


def choose_layer(path: Path, book: Codebook) -> str:
    """The layer that fits the level best. Raises FileRefused when none does, naming what there is."""
    layers = sorted(reading.layers_of(path))
    if not layers:
        raise UnusableFile("no_geometry", path=str(path))
    scores: list[tuple[float, int, str]] = []
    seen: list[str] = []
    for layer in layers:
        columns = reading.read_columns(path, layer)
        code, _parent, score = find_columns(columns, book)
        held = {clean_code(as_text(value)) for value in columns.get(code, ())}
        scores.append((round(score, 3), len(held & book.known) or len(held), layer))
        seen.append(f"{layer} ({', '.join(columns)})")
    score, _count, layer = max(scores, key=lambda item: (item[0] >= LEAST_SHARE, item[1], item[0]))
    if score < LEAST_SHARE:
        raise FileRefused(
            IssueKind.MISSING_COLUMN,
            _("No column of the file holds codes of the level “%(level)s” on that day. Found: "
              "%(found)s. Check --level and --as-at.")
            % {"level": book.level.label, "found": "; ".join(seen)},
        )  # fmt: skip
    return layer


def read_boundaries(path: Path, order: ImportOrder, log: IssueLog) -> Iterator[Row]:
    """Yield one row per outline: code, parent, name and shape (WKB, WGS 84, valid). Raises FileRefused."""
    level, day = _asked(order)
    book = Codebook.on(level, day)
    try:
        file = reading.read_vector(path, layer=choose_layer(path, book))
    except UnusableFile as unusable:
        raise refused(unusable) from unusable
    code_column, parent_column, _score = find_columns(file.columns, book)
    sheet = file.layer
    say_system(file.crs_note, log, sheet)
    whole = reading.present(file.geometries)
    areas = whole & checks.are_areas(file.geometries)
    shapes = file.geometries.copy()
    shapes[areas], repairs = checks.repair(file.geometries[areas])
    mended = {
        int(place): repair for place, repair in zip(areas.nonzero()[0][[r.row for r in repairs]], repairs, strict=True)
    }
    empty = ~reading.present(shapes)
    blobs = measures.to_wkb(shapes)
    _say_coverage(shapes[areas & ~empty], log, sheet)
    held: set[str] = set()
    for number, (value, blob) in enumerate(zip(file.columns[code_column], blobs, strict=True), start=1):
        place = number - 1
        text = as_text(value)
        code = clean_code(text)
        held.add(code)
        parent = clean_code(as_text(file.columns[parent_column][place])) if parent_column else ""
        row = Row(sheet, number, {"code": code, "parent": parent, "shape": blob}, key=code,
                  cells=[text, parent], columns={"code": (code_column, 0), "parent": (parent_column, 1)})  # fmt: skip
        if not whole[place] or empty[place]:
            row.refuse("shape", IssueKind.BAD_GEOMETRY, _("Outline %(number)s is empty.") % {"number": number}, text)
        elif not areas[place]:
            row.refuse(
                "shape", IssueKind.BAD_GEOMETRY,
                _("Outline %(number)s is a point or a line, not an area.") % {"number": number}, text,
            )  # fmt: skip
        elif repair := mended.get(place):
            row.warn("shape", IssueKind.BAD_GEOMETRY, repaired(repair), text)
        if code != text:
            row.warn("code", IssueKind.NORMALISED, _("The code is read as %(code)s.") % {"code": code}, text)
        yield row
    _say_missing(book, held, log, sheet)


def _asked(order: ImportOrder) -> tuple[Level, date]:
    if order.level not in Level.values or order.as_at is None:
        raise RuleBroken(
            _(
                "Say which level the file holds (--level %(levels)s) and from which day it is in "
                "force (--as-at 2021-11-01)."
            )
            % {"levels": "|".join(Level.values)}
        )
    return Level(order.level), order.as_at


def _say_coverage(shapes: Any, log: IssueLog, sheet: str) -> None:
    """Overlaps and gaps between the outlines, over the whole file."""
    if not len(shapes):
        return
    found = checks.coverage(shapes)
    if found.overlap_km2 > NOTABLE_KM2:
        log.warn(
            IssueKind.BAD_GEOMETRY,
            _("Outlines overlap by %(km2).1f km² in all (their areas sum to %(sum).0f km², together "
              "they cover %(union).0f km²). "
              "A point in an overlap goes to the code that sorts first.")
            % {"km2": found.overlap_km2, "sum": found.sum_km2, "union": found.union_km2},
            sheet=sheet,
        )  # fmt: skip
    if found.gap_km2 > NOTABLE_KM2:
        log.warn(
            IssueKind.BAD_GEOMETRY,
            _("There are %(count)s gaps between outlines, %(km2).1f km² in all, the largest "
              "%(largest).2f km². Points in them get no answer.")
            % {"count": found.gap_count, "km2": found.gap_km2, "largest": found.largest_gap_km2},
            sheet=sheet,
        )  # fmt: skip


def _say_missing(book: Codebook, held: set[str], log: IssueLog, sheet: str) -> None:
    lacking = sorted(book.known - held)
    if lacking:
        named = ", ".join(lacking[:NAMED]) + (" …" if len(lacking) > NAMED else "")
        log.warn(
            IssueKind.REQUIRED,
            _("%(count)s of %(all)s codes of the register have no outline in the file: %(codes)s.")
            % {"count": grouped(len(lacking)), "all": grouped(len(book.known)), "codes": named},
            sheet=sheet,
        )


class BoundaryRows:
    """The rows of one run: codes are checked against the register as at the day of the order."""

    def __init__(self, order: ImportOrder) -> None:
        self.order = order
        self.level, self.day = _asked(order)
        self.book = Codebook.on(self.level, self.day)
        self.parents = parents_on(self.level, self.day)

    def check(self, rows: Sequence[Row]) -> None:
        """Refuse codes that the register does not know on the day; warn where file and register differ."""
        for row in rows:
            code, parent = row["code"], row["parent"]
            if not code:
                row.refuse("code", IssueKind.REQUIRED, _("The outline has no code."))
            elif not self.book.fits(code):
                row.refuse("code", IssueKind.UNKNOWN_PLACE, self._unknown(code))
            elif code not in self.book.known:
                self._check_new_ward(row, code, parent)
            elif parent and self.parents.get(code, parent) != parent:
                row.warn(
                    "parent", IssueKind.UNKNOWN_PLACE,
                    _("The file puts %(code)s in %(parent)s, the register in %(known)s. The file's "
                      "answer is kept with the outline.")
                    % {"code": code, "parent": parent, "known": self.parents[code]}, parent,
                )  # fmt: skip

    def _check_new_ward(self, row: Row, code: str, parent: str) -> None:
        if parent in self.book.wider and not self.book.known:
            return  # a day before the register's first wards: kept as an older delimitation, which is no oddity
        if parent in self.book.wider:
            row.warn(
                "code", IssueKind.UNKNOWN_PLACE,
                _("Ward %(code)s is new to the register and is taken into it, in %(parent)s.")
                % {"code": code, "parent": parent}, code,
            )  # fmt: skip
        else:
            row.refuse(
                "code", IssueKind.UNKNOWN_PLACE,
                _("Ward %(code)s is not in the register, and the file does not say in which municipality it lies.")
                % {"code": code}, code,
            )  # fmt: skip

    def _unknown(self, code: str) -> str:
        elsewhere = [match for match in queries.resolve(code, as_at=self.day) if match.code == code]
        if elsewhere:
            return _("%(code)s is a code of the level “%(level)s”. Import it with that --level.") % {
                "code": code, "level": Level(elsewhere[0].level).label,
            }  # fmt: skip
        if successors := queries.successors_of(self.level, code):
            return _("%(code)s had ended by %(day)s (now: %(codes)s). Check --as-at.") % {
                "code": code, "day": self.day.isoformat(), "codes": ", ".join(successors),
            }  # fmt: skip
        return _("%(code)s is not a code of the level “%(level)s” on %(day)s. Check --level and --as-at.") % {
            "code": code, "level": self.level.label, "day": self.day.isoformat(),
        }  # fmt: skip

    def accept(self, rows: Iterator[Row], *, run: ImportRun, by: Actor) -> None:
        """Publish the accepted outlines as one release. Called inside the run's transaction."""
        taken = list(rows)
        if not taken:
            return
        release = actions.publish_boundaries(
            [row["code"] for row in taken],
            measures.from_wkb([row["shape"] for row in taken]),
            parents=[row["parent"] for row in taken],
            level=self.level, as_at=self.day, source=self.order.source or self.order.file_name,
            licence=self.order.licence, file_sha256=self.order.file_sha256, by=by,
        )  # fmt: skip
        subject = f"boundary_release:{release.pk}"
        for row in taken:
            row.subject = subject


def version_of(order: ImportOrder) -> str:
    """Each file is a release of its own: the same file again changes nothing, another file is another release."""
    return f"{order.level}:{order.as_at}:{order.file_sha256[:24]}"


KIND = Kind(
    name="boundaries",
    title=gettext_lazy("Boundaries"),
    permission=Permission.BOUNDARIES_IMPORT,
    targets=(
        Target("code", gettext_lazy("Code"), TargetType.CODE, required=True),
        Target("parent", gettext_lazy("Lies in"), TargetType.CODE),
        Target("shape", gettext_lazy("Outline"), TargetType.SHAPE, required=True),
    ),
    row_key=("code",),
    needs=frozenset({"as_at", "level"}),
    levels=tuple(Level.choices),
    scopes=lambda order: ["national"],
    read=read_boundaries,
    reader=BoundaryRows,
    suffixes=(".zip", ".gpkg", ".geojson", ".json", ".topojson", ".gz"),
    version=version_of,
)
