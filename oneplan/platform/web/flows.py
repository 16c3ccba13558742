"""Flows of rand drawn in columns (a Sankey diagram): widths are to scale, every label stands on its band. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, TALL, GAP, BAR, LABEL = 960, 360, 14, 12, 15  # units of the view box; LABEL is the least height of a label
_LEFT, _RIGHT = 4, 265  # room for the labels of the last column


@dataclass
class Node:
    """A band of one column. `name` is its key, `label` what is written beside it."""

    column: int
    name: str
    label: str
    value: Decimal
    css_class: str
    x: float = 0
    y: float = 0
    height: float = 0
    label_y: float = 0

    @property
    def label_x(self) -> float:
        return self.x + BAR + 6


@dataclass(frozen=True)
class Band:
    """One flow between two columns, as an SVG path."""

    path: str
    css_class: str
    words: str
    value: Decimal


@dataclass(frozen=True)
class Flows:
    """A drawn diagram. `left_out` is how many flows below zero are only in the table."""

    nodes: list[Node]
    bands: list[Band]
    height: float
    left_out: int

    @property
    def view_box(self) -> str:
        return f"0 0 {WIDTH} {self.height:.0f}"


def flows(rows: Iterable[tuple[Sequence[str], Decimal]], labels: Mapping[str, str], shades: Mapping[str, str]) -> Flows:
    """Rows are the names along one way (one for each column) and its rand. `shades` gives the class of first names."""
    whole = [(tuple(way), value) for way, value in rows if value]
    drawn = [(way, value) for way, value in whole if value > 0]
    columns = max((len(way) for way, _value in drawn), default=0)
    nodes = _nodes(drawn, labels, shades, columns)
    height = _place(nodes, columns, sum((value for _way, value in drawn), Decimal(0)))
    return Flows([node for each in nodes for node in each.values()], _bands(drawn, nodes, shades, columns), height,
                 len(whole) - len(drawn))  # fmt: skip


def _nodes(
    drawn: Sequence[tuple[tuple[str, ...], Decimal]], labels: Mapping[str, str], shades: Mapping[str, str], columns: int
) -> list[dict[str, Node]]:
    found: list[dict[str, Node]] = []
    for column in range(columns):
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for way, value in drawn:
            sums[way[column]] += value
        found.append({
            name: Node(column, name, labels.get(name, name), value, shades.get(name, "no-data"))
            for name, value in sorted(sums.items(), key=lambda told: (-told[1], told[0]))
        })  # fmt: skip
    return found


def _place(nodes: Sequence[Mapping[str, Node]], columns: int, whole: Decimal) -> float:
    """Give every node its place; returns the height of the drawing. Labels never stand on one another."""
    if not columns:
        return 0
    scale = TALL / float(whole)
    step = (WIDTH - _LEFT - _RIGHT) / max(1, columns - 1)
    tallest = 0.0
    for column, known in enumerate(nodes):
        y = LABEL / 2
        for node in known.values():
            node.x, node.y = round(_LEFT + column * step, 1), round(y, 1)
            node.height = round(max(1.5, float(node.value) * scale), 1)
            node.label_y = round(y + node.height / 2, 1)
            y += max(node.height, LABEL * 2) + (GAP if node.height > LABEL * 2 else 2)
        tallest = max(tallest, y)
    return tallest


def _bands(
    drawn: Sequence[tuple[tuple[str, ...], Decimal]], nodes: Sequence[Mapping[str, Node]], shades: Mapping[str, str],
    columns: int,
) -> list[Band]:  # fmt: skip
    bands: list[Band] = []
    for column in range(columns - 1):
        sums: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
        for way, value in drawn:
            sums[way[0], way[column], way[column + 1]] += value
        left, right = nodes[column], nodes[column + 1]
        ranks = [{name: at for at, name in enumerate(known)} for known in (nodes[0], left, right)]
        outgoing: dict[str, float] = defaultdict(float)
        incoming: dict[str, float] = defaultdict(float)
        for first, start, end in sorted(sums, key=lambda way: tuple(r[n] for r, n in zip(ranks, way, strict=True))):
            value = sums[first, start, end]
            a, b = left[start], right[end]
            tall_a, tall_b = (each.height * float(value / each.value) for each in (a, b))
            y_a, y_b = a.y + outgoing[start], b.y + incoming[end]
            outgoing[start] += tall_a
            incoming[end] += tall_b
            x_a, x_b = a.x + BAR, b.x
            middle = (x_a + x_b) / 2
            path = (
                f"M{x_a:.1f} {y_a:.1f}C{middle:.1f} {y_a:.1f} {middle:.1f} {y_b:.1f} {x_b:.1f} {y_b:.1f}"
                f"V{y_b + tall_b:.1f}C{middle:.1f} {y_b + tall_b:.1f} {middle:.1f} {y_a + tall_a:.1f} {x_a:.1f} "
                f"{y_a + tall_a:.1f}Z"
            )
            bands.append(Band(path, shades.get(first, "no-data"), f"{a.label} → {b.label}", value))
    return bands
