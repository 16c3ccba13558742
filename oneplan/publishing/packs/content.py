"""What a pack says, before any form: sections of sentences, points and tables. PDF and Word are written from this."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from oneplan.publishing.charts import Drawing


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column. `weight` is its part of the width beside the others."""

    label: str
    weight: float = 1
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under heads. `total` is a last row; `note` says unit, source and day."""

    title: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    total: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of level 1 or 2 with what stands under it."""

    title: str
    level: int = 1
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    drawing: Drawing | None = None


@dataclass(frozen=True, slots=True)
class Pack:
    """One document for one meeting or submission, as one reader may read it on one day.

    `answer` is the sentence that a reader in a hurry takes along; `restricted` says who may read it, or nothing where
    everybody may; `page` is the address of where it comes from.
    """

    title: str
    subtitle: str
    answer: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    on: date
    page: str
    restricted: str = ""
    is_sample: bool = False

    @property
    def banner(self) -> str:
        """What stands over every page."""
        marks = [_("SAMPLE: invented for demonstration")] if self.is_sample else []
        marks += [_("RESTRICTED until tabled")] if self.restricted else []
        return " · ".join(marks)


def table(
    title: str, heads: Sequence[Head], rows: Sequence[Sequence[str]], *, note: str = "", total: Sequence[str] = ()
) -> tuple[Table, ...]:
    """One table as a section takes it; none at all where it has no rows."""
    if not rows:
        return ()
    return (Table(title, tuple(heads), tuple(tuple(row) for row in rows), note, tuple(total)),)
