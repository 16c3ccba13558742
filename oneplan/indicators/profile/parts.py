"""What a profile is made of. Words and numbers only: a face adds its own marks and never looks anything up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from oneplan.indicators.choices import Status
from oneplan.indicators.comparing.peers import PeerGroup
from oneplan.indicators.registry import Chapter, Defined

SURE = frozenset({Status.AUDITED, Status.OFFICIAL})  # goes without saying


@dataclass(frozen=True)
class Figure:
    """One value with all that a reader needs beside it. `value` None is unknown, and `shown` says so.

    `shown` carries the unit; `borders` is the year of the demarcation, "" for any; `as_at` the day that the source
    tells of; `address` its fact page, "" where there is no value to open.
    """

    value: float | None
    shown: str
    period: str
    borders: str
    source: str
    as_at: date
    status: Status
    is_sample: bool
    address: str

    @property
    def is_sure(self) -> bool:
        return self.status in SURE and not self.is_sample

    @property
    def quality(self) -> str:
        """How far it can be trusted, in words."""
        return str(self.status.label)


@dataclass(frozen=True)
class Around:
    """The same of the province or the country; `why` says why it may not be set beside the space's."""

    name: str
    figure: Figure | None
    why: str = ""


@dataclass(frozen=True)
class PeerFigures:
    """Of the fair peers that may be compared: the lowest, the one in the middle, the highest."""

    lowest: str
    middle: str
    highest: str
    count: int


@dataclass(frozen=True)
class Breakdown:
    """An indicator by the categories of one dimension, in the order of its table."""

    label: str
    rows: Sequence[tuple[str, Figure]]


@dataclass(frozen=True)
class Part:
    """One municipal area: its figure, and in which of five classes from the lowest to the highest it lies (0: none)."""

    code: str
    name: str
    figure: Figure
    shade: int


@dataclass(frozen=True)
class Line:
    """One indicator of the space. `figure` None: nothing is known, and `sentence` says who owes it.

    `around` are the province and the country, both, or nothing where the space has no value. `trend` are the values
    that may be compared with the newest, earliest first and the newest last.
    """

    defined: Defined
    unit: str
    figure: Figure | None
    around: Sequence[Around]
    peers: PeerFigures | None
    trend: Sequence[Figure]
    breakdowns: Sequence[Breakdown]
    parts: Sequence[Part]
    sentence: str
    is_notable: bool

    @property
    def code(self) -> str:
        return self.defined.code


@dataclass(frozen=True)
class MeasureHere:
    """A computed measure of the space beside the country's, or why there is none (`why`).

    `shown` and `country` carry their units; `when` tells time, borders and source; `quality` is "modelled" or
    "computed"; `address` the page of the measure.
    """

    code: str
    title: str
    value: float | None
    shown: str
    country: str
    when: str
    quality: str
    address: str
    why: str = ""

    @property
    def quality_words(self) -> str:
        return _("modelled") if self.quality == "modelled" else _("computed here")

    @property
    def sentence(self) -> str:
        """The measure in one line, the same on pages and in documents."""
        if self.value is None:
            return _("%(title)s: not worked out. %(why)s") % {"title": self.title, "why": self.why}
        told = {
            "title": self.title, "shown": self.shown, "country": self.country, "quality": self.quality_words,
            "when": self.when,
        }  # fmt: skip
        if self.country:
            return _("%(title)s: %(shown)s; South Africa %(country)s (%(quality)s; %(when)s).") % told
        return _("%(title)s: %(shown)s (%(quality)s; %(when)s).") % told


@dataclass(frozen=True)
class ChapterOf:
    """One chapter of the profile. `keys` are the few indicators that speak for it on one page."""

    told: Chapter
    lines: Sequence[Line]
    keys: Sequence[Line]
    unknown: Sequence[Line]
    who: str  # is asked for what is missing, and by when; "" where nothing is
    measures: Sequence[MeasureHere] = ()

    @property
    def has_data(self) -> bool:
        return bool(self.lines)

    @property
    def asked(self) -> str:
        return _("Asked: %(who)s") % {"who": self.who} if self.who else ""


@dataclass(frozen=True)
class Out:
    """One thing that stands out: the sentence, and the line it is about."""

    sentence: str
    line: Line
    is_better: bool
    is_worse: bool


@dataclass(frozen=True)
class StandsOut:
    """What stands out, most first; `why` says why nothing can be told, "" where it can. `rule` is what decides."""

    findings: Sequence[Out]
    more: int
    tested: int
    rule: str
    why: str = ""


@dataclass(frozen=True)
class Profile:
    """A space in figures, as one reader may see the build named `edition`."""

    code: str
    name: str
    province: str
    category: str
    edition: str
    chapters: Sequence[ChapterOf]
    stands_out: StandsOut
    peers: PeerGroup
    peer_names: Sequence[tuple[str, str, float]]  # code, name, persons
    sources: Sequence[tuple[str, str, date, str]]  # title, reference, day, error in words
    borders: Sequence[str]  # years of the demarcations that figures are told on

    @property
    def is_metropolitan(self) -> bool:
        return self.category == "A"

    @property
    def missing(self) -> Sequence[ChapterOf]:
        """Chapters of which something is missing."""
        return [chapter for chapter in self.chapters if chapter.who]

    @property
    def known(self) -> int:
        return sum(len(chapter.lines) for chapter in self.chapters)

    @property
    def is_sample(self) -> bool:
        """Whether some figure in it is invented."""
        return any(line.figure and line.figure.is_sample for chapter in self.chapters for line in chapter.lines)
