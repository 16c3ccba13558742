"""Reads of what was decided: baselines and targets, each with the versions that stood before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from oneplan.indicators import times
from oneplan.indicators.choices import Length, Level, YearBasis
from oneplan.indicators.dimensions import COUNTRY
from oneplan.indicators.models import Stated
from oneplan.indicators.registry import Defined, defined_once
from oneplan.platform.errors import RuleBroken
from oneplan.spaces.models import MunicipalArea, Province, Space

Kind = TypeVar("Kind", bound=Stated)
LEVELS = (Level.COUNTRY, Level.PROVINCE, Level.SPACE, Level.MUNICIPAL_AREA)  # at which something is decided


def scopes_of(level: Level, place: str) -> list[str]:
    """The scopes of a place, narrow to wide. Raises RuleBroken where there is none of that code."""
    found: Province | Space | MunicipalArea | None = None
    if level == Level.COUNTRY and place == COUNTRY:
        return ["national"]
    if level == Level.PROVINCE:
        found = Province.objects.filter(code=place).first()
    elif level == Level.SPACE:
        found = Space.objects.filter(code=place).first()
    elif level == Level.MUNICIPAL_AREA:
        found = MunicipalArea.objects.select_related("space").filter(code=place).first()
    if found is None:
        raise RuleBroken(
            _("The register knows no %(level)s “%(code)s”. Write a code, such as DC36, LIM361 or LIM, or ZA.")
            % {"level": str(level.label).lower(), "code": place}
        )
    return found.scopes()


@dataclass(frozen=True)
class Decided:
    """A baseline or target in force, and the versions before it, newest first."""

    stated: Stated
    earlier: tuple[Stated, ...]
    label: str  # of the place

    @property
    def indicator(self) -> Defined | None:
        return defined_once(self.stated.indicator)

    @property
    def when(self) -> str:
        told = self.stated
        return times.long_label(told.year, Length(told.length), told.period, YearBasis(told.basis))

    @property
    def is_changed_late(self) -> bool:
        return any(each.is_changed_late for each in (self.stated, *self.earlier))


def decided(kind: type[Kind], *, indicator: str = "", place: str = "") -> list[Decided]:
    """What is in force, by indicator, place and time; of an indicator or a place where one is named."""
    rows = kind._default_manager.select_related("set_by")
    if indicator:
        rows = rows.filter(indicator=indicator)
    if place:
        rows = rows.filter(place__iexact=place)
    found: dict[tuple[object, ...], list[Stated]] = {}
    for row in rows:
        told = row.indicator, row.level, row.place, row.year, row.length, row.period, row.basis
        found.setdefault(told, []).append(row)
    names = _names({(row.level, row.place) for row in rows})
    return [
        Decided(versions[0], tuple(versions[1:]), names.get((versions[0].level, versions[0].place), versions[0].place))
        for versions in found.values()
    ]


def in_force(kind: type[Kind], *, indicator: str = "", place: str = "") -> QuerySet[Kind]:
    """What is in force, in a stable order; of an indicator or a place where one is named."""
    rows = kind._default_manager.filter(is_in_force=True)
    rows = rows.filter(indicator=indicator) if indicator else rows
    return rows.filter(place__iexact=place) if place else rows


def one_decided(kind: type[Kind], **told: object) -> Decided | None:
    """One baseline or target with the versions before it; none where nothing is set."""
    versions = list(kind._default_manager.filter(**told).order_by("-version"))
    if not versions:
        return None
    newest = versions[0]
    name = _names([(newest.level, newest.place)]).get((newest.level, newest.place), newest.place)
    return Decided(newest, tuple(versions[1:]), name)


def version_in_force(kind: type[Kind], **told: object) -> int:
    """The version in force of one baseline or target; 0 where none is set."""
    found = kind._default_manager.filter(is_in_force=True, **told).first()
    return found.version if found else 0


def _names(wanted: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
    codes = {code for _level, code in wanted}
    names: dict[tuple[str, str], str] = {(Level.COUNTRY, COUNTRY): _("South Africa")}
    for level, model in (
        (Level.PROVINCE, Province), (Level.SPACE, Space), (Level.MUNICIPAL_AREA, MunicipalArea),
    ):  # fmt: skip
        found = model.objects.filter(code__in=codes).values_list("code", "name")
        names |= {(str(level), code): name for code, name in found}
    return names
