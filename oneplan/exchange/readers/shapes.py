"""Files of shapes as rows: shapefile in a zip, GeoPackage, GeoJSON. A shape is valid WGS 84, or its row says why not.

Columns of the attribute table become targets by their names, as the headers of a table do. Nothing is mended in
silence: a repaired outline, a system converted, a system taken for granted are each an issue.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oneplan.exchange import mapping as maps
from oneplan.exchange.binding import Binding
from oneplan.exchange.choices import IssueKind
from oneplan.exchange.issues import FileRefused, IssueLog
from oneplan.exchange.kinds import ImportOrder, Kind
from oneplan.exchange.readers.table import RawRow
from oneplan.exchange.rows import Cell, Row
from oneplan.exchange.targets import Target
from oneplan.geometry import checks, measures, reading
from oneplan.geometry.errors import UnusableFile
from oneplan.platform.web.numerals import grouped

SHAPE = "shape"  # the target that holds the WKB
# For the `details` of a kind of shapes: which layer of a file of several is meant.
LAYER = Target(
    "layer", gettext_lazy("Layer of the file"), most=200,
    help=gettext_lazy("Its name, where the file holds several (a GeoPackage, a zip of shapefiles); else empty."),
)  # fmt: skip
SUFFIXES = (".zip", ".gpkg", ".geojson", ".json", ".gz")
MOST_VERTICES = 500_000  # of one shape; a country's coast in full detail has fewer
MOST_SHAPES = 500_000
NEAR_COUNTRY = (12.0, -48.0, 42.0, -21.0)  # South Africa with its seas and islands: west, south, east, north

SENTENCES = {
    "missing": gettext_lazy("There is no file %(path)s."),
    "empty": gettext_lazy("The file is empty. Fetch it again from its source."),
    "format": gettext_lazy("This is no file of shapes that OnePlan reads. It reads: %(suffixes)s."),
    "broken": gettext_lazy("The file is damaged or cut off and cannot be read. Fetch it again from its source."),
    "zip_bomb": gettext_lazy("The archive unpacks to far more than a file of shapes does (%(bytes)s "
                             "bytes). It was not opened."),
    "several_layers": gettext_lazy("The file holds several layers: %(layers)s. Name the one that is meant under “Layer "
                                   "of the file”, or with --set layer=NAME."),
    "layer_unknown": gettext_lazy("The file holds no layer %(layer)s. It holds: %(layers)s. Write one of these names."),
    "no_geometry": gettext_lazy("The file holds no outlines. A shapefile needs its .shp, .shx, .dbf "
                                "and .prj together in one zip."),
    "crs_missing": gettext_lazy(
        "The file does not say its coordinate system, and its coordinates are not degrees in South Africa. "
        "Ask the source for the .prj file, or convert the file to WGS 84 (EPSG:4326)."
    ),
    "crs_unknown": gettext_lazy("The coordinate system of the file is not known. Convert the file "
                                "to WGS 84 (EPSG:4326)."),
}  # fmt: skip
KINDS = {"broken": IssueKind.DAMAGED, "empty": IssueKind.NO_ROWS, "zip_bomb": IssueKind.UNSAFE_ARCHIVE}


def refused(unusable: UnusableFile) -> FileRefused:
    """What is wrong with a whole file of shapes, in a sentence."""
    sentence = SENTENCES.get(unusable.kind, SENTENCES["broken"]) % unusable.facts
    return FileRefused(KINDS.get(unusable.kind, IssueKind.NOT_A_TABLE), sentence)


def say_system(note: str, log: IssueLog, sheet: str) -> None:
    """Tell from which coordinate system the file was read, where that is not plainly WGS 84."""
    if note == "missing":
        log.warn(
            IssueKind.NORMALISED,
            _("The file does not say its coordinate system. Its coordinates are degrees in South "
              "Africa, so WGS 84 was taken."),
            sheet=sheet,
        )  # fmt: skip
    elif note:
        log.warn(
            IssueKind.NORMALISED,
            _("The coordinates were converted from %(system)s to WGS 84.") % {"system": note},
            sheet=sheet,
        )


def repaired(repair: checks.Repair) -> str:
    """How an outline was mended, in a sentence."""
    return _(
        "The outline was not valid (%(reason)s) and was mended; its area went from %(before).2f to %(after).2f km². "
        "Look at it on the map."
    ) % {"reason": repair.reason, "before": repair.area_before_km2, "after": repair.area_after_km2}


@dataclass(frozen=True)
class ShapeTable:
    """A file of shapes: the names of its columns, the system it came in, and a row for each shape."""

    headers: list[str]
    crs_note: str
    rows: Iterator[Row]


def read_shapes(path: Path, kind: Kind, order: ImportOrder, log: IssueLog) -> ShapeTable:
    """A row for each shape of a layer, with the kind's targets and its WKB under `SHAPE`. Raises FileRefused."""
    try:
        file = reading.read_vector(path, layer=order.details.get(LAYER.name, ""))
    except UnusableFile as unusable:
        raise refused(unusable) from unusable
    if len(file) > MOST_SHAPES:
        raise FileRefused(
            IssueKind.TOO_LARGE, _("The file holds %(count)s shapes; at most %(most)s are taken. Split it.")
            % {"count": grouped(len(file)), "most": grouped(MOST_SHAPES)},
        )  # fmt: skip
    _check_place(file)
    say_system(file.crs_note, log, file.layer)
    headers = list(file.columns)
    return ShapeTable(headers, file.crs_note, _rows(file, headers, kind, log))


def _check_place(file: reading.VectorFile) -> None:
    """A file of which nothing lies near South Africa has a wrong coordinate system, or is of another country."""
    boxes = measures.bounding_boxes(file.geometries[reading.present(file.geometries)])
    if not len(boxes) or _are_near(boxes).any():
        return
    raise FileRefused(
        IssueKind.BAD_GEOMETRY,
        _("No shape of the file lies in South Africa: its coordinates run from %(west).5g to %(east).5g east and from "
          "%(south).5g to %(north).5g north. Its coordinate system may be stated wrongly, or longitude and latitude "
          "be swapped. Ask the source, or convert the file to WGS 84 (EPSG:4326).")
        % {"west": boxes[:, 0].min(), "east": boxes[:, 2].max(), "south": boxes[:, 1].min(),
           "north": boxes[:, 3].max()},
    )  # fmt: skip


def _are_near(boxes: Any) -> Any:
    west, south, east, north = NEAR_COUNTRY
    return (boxes[:, 0] >= west) & (boxes[:, 2] <= east) & (boxes[:, 1] >= south) & (boxes[:, 3] <= north)


def _rows(file: reading.VectorFile, headers: list[str], kind: Kind, log: IssueLog) -> Iterator[Row]:
    binding = Binding(kind, maps.automatic_spec(kind, headers), headers, file.layer, log, {SHAPE: b""})
    shapes = file.geometries
    there = reading.present(shapes)
    vertices = measures.vertex_counts(shapes)
    fit = there & (vertices <= MOST_VERTICES)
    areas = fit & checks.are_areas(shapes)
    shapes = shapes.copy()
    shapes[areas], repairs = checks.repair(shapes[areas])
    positions = areas.nonzero()[0]
    mended = {int(positions[each.row]): each for each in repairs}
    left = reading.present(shapes)  # a mended outline may have nothing left
    near = _are_near(measures.bounding_boxes(shapes))
    sound = fit.copy()
    sound[fit] = checks.are_sound(shapes[fit])
    columns = [file.columns[name] for name in headers]
    for place in range(len(shapes)):
        row = binding.row(RawRow(place + 1, [_cell(column[place]) for column in columns]))
        fault = ""
        if not there[place] or not left[place]:
            fault = _("The shape is empty.")
        elif not fit[place]:
            said = _("The shape has %(count)s vertices; at most %(most)s are taken. Simplify it and save it again.")
            fault = said % {"count": grouped(int(vertices[place])), "most": grouped(MOST_VERTICES)}
        elif not sound[place]:
            fault = _("The shape is not valid and cannot be mended without changing what it shows. Draw it again.")
        elif not near[place]:
            fault = _("The shape lies outside South Africa.")
        if fault:
            row.refuse(SHAPE, IssueKind.BAD_GEOMETRY, fault, value="")
        elif repair := mended.get(place):
            row.warn(SHAPE, IssueKind.BAD_GEOMETRY, repaired(repair), value="")
        row.values[SHAPE] = measures.to_wkb(shapes[place : place + 1])[0] if not fault else b""
        yield row


def _cell(value: Any) -> Cell:
    """A cell of an attribute table: NumPy's numbers, dates and "not a number" as a spreadsheet has them."""
    if hasattr(value, "item"):
        value = value.item()
    if value is None or value != value:  # NaN is not itself
        return None
    if isinstance(value, bool | int | float | str | datetime | date):
        return float(value) if type(value) is int else value
    return str(value)
