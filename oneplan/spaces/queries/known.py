"""What the codes named as evidence mean on a day: municipal areas, their successors, wards, areas served, km²."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import Prefetch, Q

from oneplan.spaces.choices import Level, Quality
from oneplan.spaces.models import (
    Boundary,
    BoundaryRelease,
    FunctionalArea,
    MunicipalArea,
    Space,
    Succession,
    TerritoryVersion,
)
from oneplan.spaces.queries.places import parents_on, releases_in_force

Parts = Mapping[str, float]  # municipal area → its part; the parts sum to 1
# (ward, demarcation) → the municipality in which it lay then, and whether the code has that meaning today
WardOf = Mapping[tuple[str, int], tuple[str, bool]]
IN_LOOK_UP = 500


@dataclass(frozen=True)
class Territory:
    """The register as it answers about one day.

    `space_of` says in which space a municipal area lay on the day; `now` are the municipal areas of today's register,
    to which all answers refer; `only_area` is the one municipal area of a metropolitan space.
    """

    space_of: Mapping[str, str]
    now: frozenset[str]
    successors: Mapping[str, tuple[tuple[str, float], ...]]
    only_area: Mapping[str, str]
    spaces: frozenset[str]
    served: Mapping[str, tuple[tuple[str, ...], bool]]  # functional area → municipal areas, and whether verified
    km2: Mapping[str, float]

    @classmethod
    def on(cls, day: date) -> Territory:
        """The register on a day. Six queries."""
        successors: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for step in Succession.objects.filter(level=Level.MUNICIPAL_AREA):
            successors[step.predecessor_code].append((step.successor_code, step.share_of_area))
        areas: dict[str, list[str]] = defaultdict(list)
        for code, space in MunicipalArea.objects.values_list("code", "space_id"):
            areas[space].append(code)
        named = FunctionalArea.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)
        members = Prefetch("municipal_areas", MunicipalArea.objects.only("code").order_by("code"))
        return cls(
            space_of=parents_on(Level.MUNICIPAL_AREA, day),
            now=frozenset(code for codes in areas.values() for code in codes),
            successors={code: tuple(steps) for code, steps in successors.items()},
            only_area={space: codes[0] for space, codes in areas.items() if len(codes) == 1},
            spaces=frozenset(Space.objects.values_list("code", flat=True)),
            served={
                area.code: (tuple(member.code for member in area.municipal_areas.all()), area.is_verified)
                for area in named.prefetch_related(members)
            },
            km2=_km2(day),
        )

    def current(self, code: str) -> Parts:
        """The municipal areas of today that a code means: itself, or who took it over. Empty where it is unknown."""
        if code in self.now:
            return {code: 1.0}
        parts: dict[str, float] = defaultdict(float)
        for successor, share in self.successors.get(code, ()):
            for heir, part in self.current(successor).items():
                parts[heir] += share * part
        return scaled(parts)

    def by_area(self, codes: Iterable[str]) -> Parts:
        """Municipal areas by their km² in the boundaries in force; in equal parts where one of these is unknown."""
        return scaled({code: self.km2.get(code, 0.0) for code in codes})

    def spaces_by_area(self, codes: Iterable[str]) -> Parts:
        """Spaces by the km² of their municipal areas; in equal parts where these are unknown."""
        sizes = dict.fromkeys(codes, 0.0)
        for area, km2 in self.km2.items():
            if self.space_of.get(area) in sizes:
                sizes[self.space_of[area]] += km2
        return scaled(sizes)


def scaled(parts: Mapping[str, float]) -> Parts:
    """Parts in proportion, summing to 1, largest code last; in equal parts where one of them has no size.

    >>> scaled({"b": 3.0, "a": 1.0}), scaled({"a": 2.0, "b": 0.0}), scaled({})
    ({'a': 0.25, 'b': 0.75}, {'a': 0.5, 'b': 0.5}, {})
    """
    codes = sorted(parts)
    sizes = [parts[code] for code in codes] if all(parts[code] > 0 for code in codes) else [1.0] * len(codes)
    whole = sum(sizes)
    return {code: size / whole for code, size in zip(codes, sizes, strict=True)}


def _km2(day: date) -> Parts:
    release = next((each for each in releases_in_force(day) if each.level == Level.MUNICIPAL_AREA), None)
    return _release_km2(release.pk, release.file_sha256, release.outline_count) if release else {}


@lru_cache(maxsize=8)
def _release_km2(release_id: int, _sha256: str, _count: int) -> Parts:
    return dict(Boundary.objects.filter(release_id=release_id).values_list("code", "area_km2"))


def wards_of(named: Iterable[tuple[str, int]]) -> WardOf:
    """The municipality in which each ward lay in its demarcation, as the register or a boundary release knows it."""
    years: dict[int, set[str]] = defaultdict(set)
    for code, year in named:
        years[year].add(code)
    found: dict[tuple[str, int], tuple[str, bool]] = {}
    for year, codes in sorted(years.items()):
        ordered = sorted(codes)
        last = date(year, 12, 31)
        releases = BoundaryRelease.objects.filter(
            level=Level.WARD, quality=Quality.LEGAL, as_at__range=(date(year, 1, 1), last)
        )
        for start in range(0, len(ordered), IN_LOOK_UP):
            some = ordered[start : start + IN_LOOK_UP]
            outlines = Boundary.objects.filter(release__in=releases, code__in=some).exclude(parent_code="")
            versions = TerritoryVersion.objects.filter(
                Q(valid_to=None) | Q(valid_to__gt=last), level=Level.WARD, code__in=some, valid_from__lte=last
            )
            for code, parent in outlines.order_by("release_id").values_list("code", "parent_code"):
                found[code, year] = (parent, False)
            for code, parent, until in versions.values_list("code", "parent_code", "valid_to"):
                found[code, year] = (parent, until is None)
    return found


def wards_in_force(codes: Iterable[str], day: date) -> frozenset[str]:
    """Those of the ward codes that have today's meaning on a day: a code of an earlier demarcation names other ground.

    The day is the one from which boundaries are in force that gave the codes.
    """
    ordered = sorted(set(codes))
    rows = TerritoryVersion.objects.filter(level=Level.WARD, valid_to=None, valid_from__lte=day)
    return frozenset(
        code
        for start in range(0, len(ordered), IN_LOOK_UP)
        for code in rows.filter(code__in=ordered[start : start + IN_LOOK_UP]).values_list("code", flat=True)
    )
