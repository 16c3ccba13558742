"""Sentences about a profile as a whole, the same on pages and in documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oneplan.indicators.profile.parts import Line, Part, Profile

_SHADES = 5


def answer(told: Profile) -> str:
    """What the profile holds, in one sentence: how many figures, of which years, and what is without any."""
    lines = [line for chapter in told.chapters for line in chapter.lines]
    if not lines:
        return _("Nothing is known of %(place)s yet.") % {"place": told.name}
    years = sorted(line.figure.period[:4] for line in lines if line.figure)
    known = ngettext("%(n)s indicator has a value", "%(n)s indicators have a value", len(lines)) % {"n": len(lines)}
    most = max(set(years), key=years.count)
    empty = [chapter.told.title for chapter in told.chapters if not chapter.has_data]
    if years[0] == years[-1]:
        said = _("%(known)s here, all of %(year)s.") % {"known": known, "year": most}
    else:
        said = _("%(known)s here, most of them of %(year)s, the newest of %(last)s.") % {
            "known": known, "year": most, "last": years[-1],
        }  # fmt: skip
    if empty:
        said += " " + _("No data: %(chapters)s.") % {"chapters": ", ".join(empty)}
    return said


def borders_words(told: Profile) -> str:
    """On which demarcations its figures are told."""
    if not told.borders:
        return ""
    return _(
        "Figures are told on the municipal borders of %(years)s; each says which. A municipality that has ended since "
        "then stands in tables by its old name, and on no map."
    ) % {"years": _(" and ").join(told.borders)}


@dataclass(frozen=True)
class Shaded:
    """A map of municipal areas: what it shows, and from where to where its classes reach."""

    title: str
    parts: Mapping[str, Part]
    legend: Sequence[tuple[str, str]]


def shaded(line: Line) -> Shaded:
    """The municipal areas of one indicator; the title says where it is highest."""
    known = [part for part in line.parts if part.figure.value is not None]
    ordered = sorted(known, key=lambda part: part.figure.value or 0.0)
    if not ordered:
        return Shaded("", {}, ())
    low, high = ordered[0], ordered[-1]
    title = _("%(title)s: highest in %(place)s (%(value)s)") % {
        "title": line.defined.title, "place": high.name, "value": high.figure.shown,
    }  # fmt: skip
    ends = (
        ("seq-1", _("lowest: %(value)s") % {"value": low.figure.shown}), ("seq-3", _("between, in equal steps")),
        (f"seq-{_SHADES}", _("highest: %(value)s") % {"value": high.figure.shown}),
    )  # fmt: skip
    return Shaded(title, {part.code: part for part in line.parts}, ends)


def people(told: Profile) -> Shaded:
    """Where the people of the space live."""
    lines = (line for chapter in told.chapters for line in chapter.lines if line.defined.code == "population")
    line = next(lines, None)
    return shaded(line) if line else Shaded("", {}, ())


def notes_of(line: Line) -> Sequence[str]:
    """Where a line's figure comes from: unit, source, time, borders, and how sure it is where that is in question."""
    figure = line.figure
    if figure is None:
        return (line.unit,)
    parts = [line.unit, figure.source, figure.period]
    if figure.borders:
        parts.append(_("borders of %(year)s") % {"year": figure.borders})
    if figure.is_sample:
        parts.append(_("sample data"))
    elif not figure.is_sure:
        parts.append(figure.quality)
    return parts
