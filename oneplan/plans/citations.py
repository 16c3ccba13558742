"""Observations that findings cite: what may be cited now, what is cited, and whether there is newer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from oneplan.access.actors import PUBLIC
from oneplan.indicators import queries as observations
from oneplan.indicators.choices import Level
from oneplan.indicators.comparing.sentences import amount
from oneplan.indicators.measuring import measured, period_of, preferred
from oneplan.indicators.profile.figures import figure
from oneplan.indicators.queries import Value
from oneplan.indicators.registry import chapters, defined_once, in_chapter, registry
from oneplan.indicators.words import value_address
from oneplan.plans.models import Citation, Edition
from oneplan.warehouse.connection import NothingBuilt

_LEVELS = (Level.SPACE, Level.MUNICIPAL_AREA)


class Newer(StrEnum):
    """How a cited value stands to what is served today."""

    CURRENT = "current"
    NEWER = "newer"
    RESTATED = "restated"
    GONE = "gone"
    UNKNOWN = "unknown"  # nothing is served, so nobody can say


@dataclass(frozen=True)
class Cited:
    """A citation with the newest value of the same thing."""

    citation: Citation
    standing: Newer
    newest: Value | None = None

    @property
    def title(self) -> str:
        known = defined_once(self.citation.indicator)
        return known.title if known else self.citation.indicator

    @property
    def is_outdated(self) -> bool:
        return self.standing in (Newer.NEWER, Newer.RESTATED, Newer.GONE)

    @property
    def address(self) -> str:
        """The fact page of the newest value; "" where there is none."""
        return value_address(self.newest) if self.newest else ""

    @property
    def words(self) -> str:
        """The value as it was cited."""
        row, known = self.citation, registry().get(self.citation.indicator)
        value = amount(measured(known), row.value) if known else str(row.value)
        return _("%(value)s in %(year)s, release %(release)s") % {
            "value": value, "year": row.year, "release": row.release,
        }  # fmt: skip

    @property
    def sentence(self) -> str:
        """What has come since, "" where nothing has or nobody can say."""
        if self.standing == Newer.GONE:
            return _("What was cited is no longer served: its release was withdrawn or replaced.")
        if self.newest is None or not self.is_outdated:
            return ""
        newest = figure(self.newest)
        said = _("Newer data: %(value)s in %(period)s (%(source)s).")
        if self.standing == Newer.RESTATED:
            said = _("Restated: %(value)s in %(period)s (%(source)s).")
        return said % {"value": newest.shown, "period": newest.period, "source": newest.source}


def newest_of(edition: Edition, places: Sequence[str], codes: Iterable[str]) -> dict[tuple[str, str, str], Value]:
    """The newest public value that is known, by level, place and indicator. One read. Raises NothingBuilt.

    A plan is read by everybody, so what it cites is too; an invented value is cited by invented plans alone.
    """
    found: dict[tuple[str, str, str], list[Value]] = {}
    for value in observations.values_at(places, by=PUBLIC, codes=tuple(codes)):
        if value.level in _LEVELS and value.value is not None and (edition.is_sample or not value.is_sample):
            found.setdefault((value.level, value.place, value.indicator), []).append(value)
    return {at: preferred(values)[-1] for at, values in found.items()}


def citable(edition: Edition) -> list[tuple[str, list[tuple[str, str]]]]:
    """What there is to cite, by chapter: each indicator with its newest value for the space, where it has one.

    Empty where nothing is served.
    """
    space = edition.plan_id
    try:
        newest = newest_of(edition, [space], ())
    except NothingBuilt:
        return []
    offered = []
    for chapter in chapters():
        lines = []
        for each in in_chapter(chapter.code):
            value = newest.get((Level.SPACE, space, each.code))
            told = figure(value) if value else None
            lines.append((each.code, f"{each.title}: {told.shown} ({told.period})" if told else each.title))
        if lines:
            offered.append((chapter.title, lines))
    return offered


def cited(edition: Edition, ref: str = "") -> list[Cited]:
    """What the findings of an edition cite (or one of them), beside what is served today. One query and one read."""
    rows = list(edition.citations.filter(ref=ref) if ref else edition.citations.all())
    if not rows:
        return []
    known = [row for row in rows if row.indicator in registry()]
    try:
        newest = newest_of(edition, sorted({row.place for row in known}), sorted({row.indicator for row in known}))
    except NothingBuilt:
        return [Cited(row, Newer.UNKNOWN) for row in rows]
    return [_beside(row, newest.get((row.level, row.place, row.indicator))) for row in rows]


def citations_of(indicator: str) -> int:
    """How many findings of any edition cite an indicator."""
    return Citation.objects.filter(indicator=indicator).count()


def _beside(row: Citation, newest: Value | None) -> Cited:
    if newest is None:
        return Cited(row, Newer.GONE)
    then, now = (row.year, row.length, row.period), (newest.year, newest.length, newest.period)
    if now != then:
        return Cited(row, Newer.NEWER if period_of(newest).ends_on.year >= row.year else Newer.GONE, newest)
    return Cited(row, Newer.CURRENT if newest.value == row.value else Newer.RESTATED, newest)
