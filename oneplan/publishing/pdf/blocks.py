"""What a page is made of: kinds of block as JSON. `typst/blocks.typ` sets each; nothing here knows a font."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oneplan.platform.web.states import STATES
from oneplan.publishing.charts import Drawing

Block = dict[str, Any]
Cell = Any  # a text, a state, or a list of these, one under the other
_SHORT = 900  # letters; in the narrowest column about a third of a page
NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass
class Pages:
    """Blocks in the order in which they are read, and the pictures that they name."""

    blocks: list[Block] = field(default_factory=list)
    pictures: dict[str, str] = field(default_factory=dict)

    def add(self, *blocks: Block) -> None:
        self.blocks += blocks

    def figure(self, drawing: Drawing, *, height_mm: int = 0) -> None:
        """A chart or map with its finding over it, unit, source and date under it, and its words for a reader's ear.

        It is as wide as the text, or, with a height, as high as that and not wider than the text.
        """
        self.add(self._figure(drawing, height_mm))

    def figures(self, *drawings: Drawing, height_mm: int) -> None:
        """Drawings of the same height beside each other."""
        self.add({"k": "figures", "rows": [self._figure(each, height_mm) for each in drawings]})

    def _figure(self, drawing: Drawing, height_mm: int) -> Block:
        name = f"{len(self.pictures) + 1:03d}"
        self.pictures[name] = drawing.svg
        return {
            "k": "figure",
            "picture": name,
            "title": drawing.title,
            "note": drawing.subtitle,
            "alt": drawing.alt,
            "height": height_mm,
        }


def chapter(title: str, *, number: int | str = "") -> Block:
    """A heading of the first level, on a new page."""
    return {"k": "h", "level": 1, "text": title, "number": str(number)}


def heading(title: str, *, level: int = 2, code: str = "") -> Block:
    """A heading under a chapter; `code` is the reference that stands before it."""
    return {"k": "h", "level": level, "text": title, "number": code}


def words(text: str, *, style: str = "") -> Block:
    """Plain text; blank lines divide paragraphs. `style`: "", lead, muted or quote."""
    return {"k": "words", "paragraphs": [each.strip() for each in text.split("\n\n") if each.strip()], "style": style}


def story(nodes: Sequence[Any]) -> Block:
    """Narrative made by `pdf.narrative`."""
    return {"k": "story", "nodes": list(nodes)}


def notice(text: str, *, tone: str = "quiet", title: str = "") -> Block:
    """Something that must not be overlooked, in a frame."""
    return {"k": "notice", "text": text, "tone": tone, "title": title}


def facts(pairs: Iterable[tuple[str, Cell]], *, columns: int = 1) -> Block:
    """Labels with what they say, in one or two columns."""
    return {"k": "facts", "pairs": [list(pair) for pair in pairs], "columns": columns}


def table(
    columns: Sequence[tuple[str, str]],
    rows: Sequence[Sequence[Cell]],
    *,
    title: str = "",
    note: str = "",
    total: Sequence[Cell] = (),
) -> Block:
    """A table with a header that repeats on each page.

    `columns` are (label, width): a width is typst's ("1fr", "22mm", "auto"), with ">" before it for numbers. `total` is
    a last row that says in its first cell what it totals.
    """
    return {
        "k": "table",
        "title": title,
        "note": note,
        "labels": [label for label, _width in columns],
        "widths": [width.lstrip(">") for _label, width in columns],
        "aligns": ["right" if width.startswith(">") else "left" for _label, width in columns],
        "rows": [list(row) for row in rows],
        "total": list(total),
        "whole": all(is_short(cell) for row in rows for cell in row),
    }


def is_short(cell: Cell) -> bool:
    """Whether it surely fits on a page, so that its row or block need not be broken across two."""
    return len(str(cell)) < _SHORT


def state(code: str, label: str = "") -> Block:
    """A state by its shape, tone and word (`platform.web.states`); an unknown code is its own word."""
    return _state(code, label, get_language())


@lru_cache(maxsize=1024)
def _state(code: str, label: str, _language: str | None) -> Block:
    known = STATES.get(code)
    if known is None:
        return {"state": "quiet", "glyph": "minus", "t": label or code or _("unknown")}
    return {"state": known.tone, "glyph": known.glyph, "t": label or str(known.label)}


def code(text: str) -> Block:
    """A fingerprint or reference, in fixed width, to be copied."""
    return {"code": text}


def strong(text: str) -> Block:
    """Words that carry the cell."""
    return {"strong": text}


def muted(text: str) -> Block:
    """Words beside the matter: a unit, a source."""
    return {"muted": text}


def day(text: Any, *, missing: str = "") -> str:
    """A date as sealed, for reading: 22 Nov 2026."""
    return _day(str(text)[:10], get_language()) or missing or _("no date")


@lru_cache(maxsize=4096)
def _day(text: str, _language: str | None) -> str:
    try:
        when = date.fromisoformat(text)
    except ValueError:
        return ""
    return date_format(when, "j M Y").replace(" ", NO_BREAK)
