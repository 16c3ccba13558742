"""Pictures drawn on the server: they need no script, print as they look, and say in words what they show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from oneplan.platform.web.numerals import grouped
from oneplan.platform.web.states import STATES, state_of

Number = int | float | Decimal
TEXTURED = frozenset({"part", "proposed", "unplaced", "sample", "missing", "late", "quiet"})


def texture_of(css_class: str) -> str:
    """The texture that goes with a tone, where it has one: colour is never the only difference."""
    tone = css_class.removeprefix("tone-")
    return f"texture-{tone}" if css_class.startswith("tone-") and tone in TEXTURED else ""


def css_class(name: str) -> str:
    """The CSS class of a shade: `seq-1`…`seq-5`, `div-1`…`div-7`, `no-data`, or the tone of a state."""
    return f"tone-{STATES[name].tone}" if name in STATES else name or "no-data"


@dataclass(frozen=True)
class Segment:
    """One part of a stacked bar; positions in per cent of the whole."""

    label: str
    value: Number
    shown: str
    css_class: str
    glyph: str
    texture: str
    start: float
    width: float


def segments(parts: Iterable[Any], total: Number | None = None, shown: str = "number") -> list[Segment]:
    """Parts as (state code, value) or (state code, value, label); parts without a value are left out of the bar.

    `total` is the whole, where the parts do not fill it. `shown` is "number" or "rand".
    """
    rows = [(row[0], row[1] or 0, row[2] if len(row) > 2 else None) for row in map(tuple, parts)]
    whole = float(total if total is not None else sum(value for _code, value, _label in rows)) or 1.0
    result, start = [], 0.0
    for code, value, label in rows:
        state = state_of(code)
        width = max(0.0, min(100.0 - start, 100 * float(value) / whole))
        result.append(
            Segment(
                label=str(label or state.label),
                value=value,
                shown=grouped(value, rand=shown == "rand"),
                css_class=f"tone-{state.tone}",
                glyph=state.glyph,
                texture=texture_of(f"tone-{state.tone}"),
                start=round(start, 3),
                width=round(width, 3),
            )
        )
        start += width
    return result


@dataclass(frozen=True)
class Spark:
    """A line without axes: runs of points (a gap where a value is unknown) on a 100 × 28 field."""

    runs: list[str]
    end: tuple[float, float] | None
    target: float | None
    words: str
    first: str = ""
    last: str = ""


def spark(values: Sequence[Any], unit: str = "", target: Number | None = None) -> Spark:
    """`values` are numbers or (label, number) pairs in order of time; None is a gap, never a zero."""
    pairs = [value if isinstance(value, tuple | list) else ("", value) for value in values]
    known = [float(value) for _label, value in pairs if value is not None]
    if not known:
        return Spark([], None, None, _("no values"))
    low, high = min([*known, *([float(target)] if target is not None else [])]), max(known)
    high = max(high, float(target)) if target is not None else high
    spread = (high - low) or 1.0

    def height(value: Number) -> float:
        return round(25 - 22 * (float(value) - low) / spread, 2)

    step = 94 / max(1, len(pairs) - 1)
    runs: list[list[str]] = [[]]
    end: tuple[float, float] | None = None
    for position, (_label, value) in enumerate(pairs):
        if value is None:
            runs.append([])
            continue
        end = (round(3 + position * step, 2), height(value))
        runs[-1].append(f"{end[0]},{end[1]}")
    told = [(label, value) for label, value in pairs if value is not None]
    first, last = (f"{grouped(value)}{unit}" for value in (told[0][1], told[-1][1]))
    words = _("from %(first)s %(since)s to %(last)s %(until)s") % {
        "first": first,
        "since": told[0][0] and f"({told[0][0]})",
        "last": last,
        "until": told[-1][0] and f"({told[-1][0]})",
    }
    drawn = [" ".join(run) for run in runs if run]
    return Spark(drawn, end, height(target) if target is not None else None, " ".join(words.split()), first, last)


@dataclass(frozen=True)
class Shape:
    """One area of a map."""

    code: str
    name: str
    path: str
    css_class: str = "no-data"
    href: str = ""
    title: str = ""
    label: str = ""
    label_x: float = 0
    label_y: float = 0

    @property
    def texture(self) -> str:
        return texture_of(self.css_class)

    @property
    def label_lines(self) -> list[str]:
        """The label as it stands on the area: a long double name on two lines."""
        head, dash, tail = self.label.partition("-")
        if dash and len(self.label) > LABEL_LINE:
            return [head + dash, tail]
        return self.label.rsplit(" ", 1) if len(self.label) > LABEL_LINE else [self.label]


LABEL_LINE = 12  # characters


@dataclass(frozen=True)
class Tile:
    """One tile of a grid; `col` and `row` count from 0."""

    code: str
    name: str
    col: int
    row: int
    css_class: str = "no-data"
    glyph: str = ""
    href: str = ""
    title: str = ""
    x: int = field(default=0)
    y: int = field(default=0)


TILE_WIDTH, TILE_HEIGHT, TILE_GAP = 60, 46, 4


def _named(row: Any, names: Sequence[str]) -> dict[str, Any]:
    """A row given as a mapping, a tuple in the order of `names`, or an object with those attributes."""
    if isinstance(row, Mapping):
        return {name: row[name] for name in names if name in row} | (
            {"css_class": row["class"]} if "class" in row else {}
        )
    if isinstance(row, tuple | list):
        return dict(zip(names, row, strict=False))
    return {name: getattr(row, name) for name in names if hasattr(row, name)}


def shapes(rows: Iterable[Any]) -> list[Shape]:
    """Shapes from mappings, tuples (code, name, path, class, href, title, label, label_x, label_y) or objects."""
    names = ("code", "name", "path", "css_class", "href", "title", "label", "label_x", "label_y")
    drawn = []
    for row in rows:
        given = _named(row, names)
        given["css_class"] = css_class(given.get("css_class", ""))
        drawn.append(Shape(**given))
    return drawn


def tiles(rows: Iterable[Any]) -> tuple[list[Tile], str]:
    """Tiles from mappings, tuples (code, name, col, row, class, glyph, href, title) or objects, and their view box."""
    names = ("code", "name", "col", "row", "css_class", "glyph", "href", "title")
    laid = []
    for row in rows:
        given = _named(row, names)
        given["css_class"] = css_class(given.get("css_class", ""))
        code = given.get("glyph") or ""
        given["glyph"] = STATES[code].glyph if code in STATES else code
        given["x"] = given["col"] * (TILE_WIDTH + TILE_GAP)
        given["y"] = given["row"] * (TILE_HEIGHT + TILE_GAP)
        laid.append(Tile(**given))
    width = max((tile.x for tile in laid), default=0) + TILE_WIDTH
    height = max((tile.y for tile in laid), default=0) + TILE_HEIGHT
    return laid, f"-2 -2 {width + 4} {height + 4}"
