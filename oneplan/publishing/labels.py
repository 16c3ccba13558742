"""Labels on a map: ink on a light plate, so that they read on every shade, and moved where they would cover another.

How wide words are is reckoned from their letters, for an SVG does not know its fonts. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from html import escape

from oneplan.publishing.charts import INK

_LINE, _BASE, _PAD = 1.08, 0.84, 0.16  # of the size of the letters: a line, its foot, the plate around the words
_WIDTHS = (("ijltfrI.,'’-‐()[] \u00a0:;", 0.3), ("mwMW%", 0.82), ("ABCDEFGHJKLNOPQRSTUVXYZ", 0.66))
_LETTER, _BOLD = 0.5, 1.06
_FAR = range(-8, 9)  # half letters that a label may go from its place
_WAYS = sorted(((dx, dy) for dx in _FAR for dy in _FAR), key=lambda way: (way[0] ** 2 + way[1] ** 2, -way[1]))
_LONG_NAME = 13  # letters


@dataclass(frozen=True)
class Label:
    """Lines of words around a point, each with whether it is strong."""

    x: float
    y: float
    lines: Sequence[tuple[str, bool]]
    size: float

    @cached_property
    def wide(self) -> float:
        return self.size * (2 * _PAD + max(_width(words) * (_BOLD if strong else 1) for words, strong in self.lines))

    @property
    def tall(self) -> float:
        return self.size * (2 * _PAD + _LINE * len(self.lines))

    def covers(self, other: Label) -> bool:
        """Whether some of the other would be hidden."""
        return abs(self.x - other.x) * 2 < self.wide + other.wide and abs(self.y - other.y) * 2 < self.tall + other.tall

    def drawn(self) -> str:
        """The plate and the words, as SVG."""
        left, top = self.x - self.wide / 2, self.y - self.tall / 2
        plate = (
            f'<rect x="{left:.2f}" y="{top:.2f}" width="{self.wide:.2f}" height="{self.tall:.2f}"'
            f' rx="{self.size / 5:.2f}" fill="#ffffff" fill-opacity=".84"/>'
        )
        return plate + "".join(
            f'<text x="{self.x:.2f}" y="{top + self.size * (_PAD + _BASE + at * _LINE):.2f}" text-anchor="middle"'
            f' font-size="{self.size:.2f}" font-weight="{700 if strong else 400}" fill="{INK}">{escape(words)}</text>'
            for at, (words, strong) in enumerate(self.lines)
        )


def label(x: float, y: float, lines: Sequence[str], size: float) -> Label:
    """Words at a point: the first line is a name, which takes two lines where it is long; what follows is strong."""
    return Label(x, y, [(part, bool(at)) for at, words in enumerate(lines) for part in _broken(words)], size)


def apart(labels: Sequence[Label], frame: tuple[float, float, float, float]) -> list[Label]:
    """The labels inside the frame (left, top, wide, tall), each as near to its place as the others leave it.

    >>> one = label(50.0, 50.0, ["Mogalakwena"], 10)
    >>> [(each.x, each.y) for each in apart([one, one], (0, 0, 100, 100))]
    [(50.0, 50.0), (50.0, 65.0)]
    """
    found: list[Label] = []
    for each in labels:
        half, home = each.size / 2, _inside(each, frame)
        tried = (
            home if way == (0, 0) else _inside(replace(home, x=home.x + half * way[0], y=home.y + half * way[1]), frame)
            for way in _WAYS
        )
        found.append(next((one for one in tried if not any(one.covers(other) for other in found)), home))
    return found


def _inside(each: Label, frame: tuple[float, float, float, float]) -> Label:
    """The label moved into the frame, or over its middle where it is larger."""
    left, top, wide, tall = frame
    return replace(each, x=_between(each.x, left, wide, each.wide), y=_between(each.y, top, tall, each.tall))


def _between(at: float, start: float, room: float, own: float) -> float:
    return start + room / 2 if own >= room else min(max(at, start + own / 2), start + room - own / 2)


@lru_cache(maxsize=1024)
def _width(words: str) -> float:
    return sum(next((wide for letters, wide in _WIDTHS if each in letters), _LETTER) for each in words)


def _broken(name: str) -> list[str]:
    """A name in one line, or broken at the hyphen or space nearest to its middle.

    >>> _broken("Modimolle-Mookgophong"), _broken("Bela-Bela")
    (['Modimolle-', 'Mookgophong'], ['Bela-Bela'])
    """
    breaks = [at + 1 for at, letter in enumerate(name) if letter in "- "]
    if len(name) <= _LONG_NAME or not breaks:
        return [name]
    at = min(breaks, key=lambda at: abs(at - len(name) / 2))
    return [name[:at].rstrip(), name[at:]]
