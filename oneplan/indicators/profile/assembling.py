"""A profile put together: three reads of the build, however many indicators, areas and peers there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.indicators import queries
from oneplan.indicators.choices import Level
from oneplan.indicators.comparing.peers import PeerGroup
from oneplan.indicators.comparing.sentences import finding_sentence
from oneplan.indicators.comparing.standing_out import RULE
from oneplan.indicators.comparing.values import Place, Verdict
from oneplan.indicators.definitions.current import definitions
from oneplan.indicators.profile.chapters import Here, chapter_of
from oneplan.indicators.profile.country import Country, Known, country_of, known_at, reader
from oneplan.indicators.profile.measured import measured_in
from oneplan.indicators.profile.parts import ChapterOf, Out, Profile, StandsOut
from oneplan.indicators.queries import Value
from oneplan.indicators.registry import chapters
from oneplan.indicators.tables import sources, tables
from oneplan.spaces.models import Space

_KEPT = 16  # profiles of the build served, about a megabyte each; pages keep what they drew of them


def profile_of(space: Space, *, by: Actor) -> Profile:
    """The profile of a space in the build that is served, as far as the actor may see it. Raises NothingBuilt.

    It is kept until another build is served or a definition changes: who reads the same page reads the same.
    """
    return _profile(
        queries.edition(), definitions().version, by.is_national(Permission.OBSERVATION_READ), get_language() or "",
        space.pk, space.name, space.category, space.province_id, space.province.name,
    )  # fmt: skip


@lru_cache(maxsize=_KEPT)
def _profile(
    edition: str, _definitions: str, sees_government: bool, _language: str, code: str, name: str, category: str,
    province: str, province_name: str,
) -> Profile:  # fmt: skip
    by = reader(sees_government)
    country = country_of(by)
    areas = {place.code: place.label for place in queries.places_of(Level.MUNICIPAL_AREA) if place.space == code}
    known = known_at(list(areas), by=by, levels=(Level.MUNICIPAL_AREA,)) if len(areas) > 1 else {}
    by_area = {area: known.get((Level.MUNICIPAL_AREA, area), {}) for area in areas}
    broken_down: dict[str, list[Value]] = {}
    for value in queries.breakdowns_at(code, by=by, level=Level.SPACE):
        broken_down.setdefault(value.indicator, []).append(value)
    own = country.known.get((Level.SPACE, code), {})
    here = Here(
        code, name, (province, province_name), country, country.peers.get(code), own, broken_down, by_area, areas,
        _borders_of(by_area),
    )  # fmt: skip
    measures = measured_in(code, by=by)
    told = [
        replace(chapter_of(chapter, here), measures=measures.get(chapter.code, ())) for chapter in chapters()
    ]  # fmt: skip
    peers = here.group or PeerGroup(Place(code, name, category), (), 0)
    return Profile(
        code, name, province_name, category, edition, told, _stands_out(code, country, told), peers,
        [(each, country.names[each], country.peers[each].place.population or 0.0) for each in peers.codes],
        _sources(told, own, country.margins), _borders(told),
    )  # fmt: skip


def _borders_of(by_area: Mapping[str, Known]) -> dict[int, frozenset[str]]:
    """Of which areas something is told on the borders of each year."""
    found: dict[int, set[str]] = {}
    for area, known in by_area.items():
        for boundary in {value.boundary for series in known.values() for value in series}:
            found.setdefault(boundary, set()).add(area)
    return {boundary: frozenset(areas) for boundary, areas in found.items()}


def _stands_out(code: str, country: Country, told: Sequence[ChapterOf]) -> StandsOut:
    notable = country.notable.get(code)
    if notable is None or not notable.tested:
        return StandsOut((), 0, 0, RULE.sentence, _("Nothing could be tested: too few figures, or no fair peers."))
    lines = {line.defined.code: line for chapter in told for line in chapter.lines}
    found = [
        Out(
            finding_sentence(each), lines[each.measured.code], each.verdict == Verdict.BETTER,
            each.verdict == Verdict.WORSE,
        )
        for each in notable.findings if each.measured.code in lines
    ]  # fmt: skip
    return StandsOut(found, notable.more, notable.tested, RULE.sentence)


def _sources(told: Sequence[ChapterOf], own: Known, margins: Mapping[str, str]) -> list[tuple[str, str, date, str]]:
    """Every source of the figures of the space: title, reference, day, and what it says of its error.

    A release may say more than the registry knows.
    """
    stated: dict[str, set[str]] = {}
    for line in (line for chapter in told for line in chapter.lines):
        for value in own.get(line.code, ()):
            if value.value is not None:
                stated.setdefault(tables()[value.table].source, set()).add(margins.get(value.release, ""))
    return [
        (each.title, each.reference, each.day, " ".join(sorted(filter(None, stated[code]))) or each.margin)
        for code, each in sources().items() if code in stated
    ]  # fmt: skip


def _borders(told: Sequence[ChapterOf]) -> list[str]:
    return sorted({
        line.figure.borders for chapter in told for line in chapter.lines if line.figure and line.figure.borders
    })  # fmt: skip
