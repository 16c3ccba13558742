"""Which projects get in each other's way, on the ground and in time. Pure: works in, alarms out; writes nothing.

Every rule stands in parameters/clashes.yaml with its distances and its weight. Only what is known raises an alarm:
works without a place or without dates are passed over. Works on one spot are found by a tree of boxes and likely twins
by their rare words, so the cost grows with the number of works and not with its square.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from oneplan.alignment.choices import ClashKind, WorksKind
from oneplan.exchange.collector import patient_collector
from oneplan.exchange.values import fold
from oneplan.frameworks.definitions import Standing
from oneplan.frameworks.loading import load
from oneplan.geometry import nearness
from oneplan.geometry.frame import Geometries
from oneplan.projects.choices import Nature
from oneplan.projects.likeness import COMMON, Likely, Likeness, candidates, likeness

PARAMETERS = Path(__file__).parent / "parameters" / "clashes.yaml"
CROWD = 15  # works on one very point from which the point is an office, and says nothing of where they dig


@dataclass(frozen=True)
class KindOfWorks:
    code: WorksKind
    words: tuple[str, ...]
    patterns: tuple[str, ...] = ()


@dataclass(frozen=True)
class SamePlace:
    """Works of the kinds `one` and `other` clash within so many metres, where they overlap by so many days."""

    code: str
    one: tuple[str, ...]
    other: tuple[str, ...]
    metres: float
    least_days: int
    weight: float


@dataclass(frozen=True)
class Prerequisite:
    """New works of the kinds `works` need one of the kinds `needs` within so many kilometres, ready before them."""

    code: str
    works: tuple[str, ...]
    needs: tuple[str, ...]
    kilometres: float
    grace_days: int
    late: float
    absent: float
    known: int


@dataclass(frozen=True)
class Duplicates:
    code: str
    metres: float
    least_cost_ratio: float


@dataclass(frozen=True)
class Rules:
    """The parameter file."""

    standing: Standing
    reference: str
    works: tuple[KindOfWorks, ...]
    same_place: tuple[SamePlace, ...]
    prerequisites: tuple[Prerequisite, ...]
    duplicates: Duplicates

    @cached_property
    def patterns(self) -> list[tuple[str, re.Pattern[str]]]:
        return [
            (kind.code.value, re.compile(r"\b(?:" + "|".join([*map(re.escape, kind.words), *kind.patterns]) + ")"))
            for kind in self.works
        ]


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The rules in force."""
    return load(PARAMETERS, Rules)


@dataclass(frozen=True)
class Works:
    """What is known of one project on the ground. `by` is who builds it; the period is that of its construction."""

    pk: int
    title: str
    by: str
    feed: str = ""
    sector: str = ""
    nature: str = ""
    longitude: float | None = None
    latitude: float | None = None
    wkb: bytes = b""
    starts_on: date | None = None
    ends_on: date | None = None
    total_cost: Decimal | None = None
    municipal_area: str = ""
    space: str = ""

    @property
    def point(self) -> tuple[float, float] | None:
        if self.longitude is None or self.latitude is None:
            return None
        return self.longitude, self.latitude


@dataclass(frozen=True)
class Alarm:
    """One clash found. `right` is None where what is needed is not there at all."""

    kind: ClashKind
    rule: str
    left: int
    right: int | None
    weight: float
    starts_on: date | None = None
    ends_on: date | None = None
    metres: float | None = None
    evidence: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str, int, int | None]:
        """What makes it the same alarm when it is found again."""
        return self.kind.value, self.rule, self.left, self.right


@patient_collector()
def find(works: Sequence[Works]) -> list[Alarm]:
    """Every clash among works that are going on or planned, the surest first."""
    ground = _Ground(works)
    found = [*_same_place(ground), *_prerequisites(ground), *_duplicates(ground)]
    best: dict[tuple[str, str, int, int | None], Alarm] = {}
    for alarm in found:
        held = best.get(alarm.key)
        if held is None or alarm.weight > held.weight:
            best[alarm.key] = alarm
    return sorted(best.values(), key=lambda alarm: (-alarm.weight, alarm.rule, alarm.left, alarm.right or 0))


class _Ground:
    """The works, sorted by kind, with their shapes in metres where their place is known and no office."""

    def __init__(self, works: Sequence[Works]) -> None:
        crowds = Counter(each.point for each in works if each.point and not each.wkb)
        self.works = works
        self.is_placed = [bool(each.wkb) or (each.point is not None and crowds[each.point] < CROWD) for each in works]
        self.shapes: Geometries = nearness.on_the_ground(
            [np.nan if each.longitude is None else each.longitude for each in works],
            [np.nan if each.latitude is None else each.latitude for each in works],
            [each.wkb for each in works],
        )
        self.kinds = [kinds_of(each.title, each.sector) for each in works]
        self._placed: dict[str, list[int]] = defaultdict(list)
        self.known: Counter[tuple[str, str]] = Counter()
        for row, (kinds, placed) in enumerate(zip(self.kinds, self.is_placed, strict=True)):
            for kind in kinds:
                self.known[kind, works[row].municipal_area] += 1
                if placed:
                    self._placed[kind].append(row)

    def placed(self, kinds: Iterable[str]) -> list[int]:
        """The rows of works of any of these kinds whose place is known."""
        return sorted({row for kind in kinds for row in self._placed[kind]})

    def near(self, some: Sequence[int], others: Sequence[int], metres: float) -> Iterator[tuple[int, int, float]]:
        """Pairs of rows and the metres between them."""
        if not some or not others:
            return
        left, right, distances = nearness.pairs_within(self.shapes[list(some)], self.shapes[list(others)], metres)
        for one, other, distance in zip(left.tolist(), right.tolist(), distances.tolist(), strict=True):
            if some[one] != others[other]:
                yield some[one], others[other], distance


def kinds_of(title: str, sector: str = "") -> frozenset[str]:
    """Which kinds of works words tell of. Words of the sector count only where the title says nothing.

    >>> sorted(kinds_of("Upgrading of Main Street")), sorted(kinds_of("Phase 2", "Housing"))
    (['road'], ['housing'])
    """
    for text in (title, sector):
        folded = fold(text)
        if found := frozenset(code for code, pattern in rules().patterns if pattern.search(folded)):
            return found
    return frozenset()


def _same_place(ground: _Ground) -> Iterator[Alarm]:
    for rule in rules().same_place:
        some, others = ground.placed(rule.one), ground.placed(rule.other)
        for one, other, metres in ground.near(some, others, rule.metres):
            left, right = ground.works[one], ground.works[other]
            period = _overlap(left, right)
            if not left.by or not right.by or left.by == right.by or period is None:
                continue
            days = (period[1] - period[0]).days + 1
            if days < rule.least_days:
                continue
            kinds = [_taken_as(ground.kinds[one], rule.one), _taken_as(ground.kinds[other], rule.other)]
            first, second = sorted((left, right), key=lambda each: each.pk)
            evidence = {
                "kinds": kinds if first is left else kinds[::-1],
                "days_in_common": days, "within_metres": rule.metres,
            }  # fmt: skip
            # The nearer, the surer: at the edge of the distance half as sure as on the spot.
            weight = rule.weight * (1 - 0.5 * metres / rule.metres)
            yield Alarm(
                ClashKind.SAME_PLACE,
                rule.code,
                first.pk,
                second.pk,
                round(weight, 3),
                *period,
                round(metres, 1),
                evidence,
            )


def _overlap(left: Works, right: Works) -> tuple[date, date] | None:
    if None in (left.starts_on, left.ends_on, right.starts_on, right.ends_on):
        return None
    first, last = max(left.starts_on, right.starts_on), min(left.ends_on, right.ends_on)  # type: ignore[type-var]
    return (first, last) if first and last and first <= last else None


def _taken_as(kinds: Iterable[str], among: Iterable[str]) -> str:
    """The kind by which a rule takes these works."""
    return next(code for code in among if code in kinds)


def _prerequisites(ground: _Ground) -> Iterator[Alarm]:
    for rule in rules().prerequisites:
        dependent = [
            row
            for row in ground.placed(rule.works)
            if ground.works[row].nature == Nature.NEW and ground.works[row].ends_on is not None
        ]
        near: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for one, other, metres in ground.near(dependent, ground.placed(rule.needs), rule.kilometres * 1000):
            near[one].append((other, metres))
        for row in dependent:
            if alarm := _lacking(ground, rule, row, near.get(row, [])):
                yield alarm


def _lacking(ground: _Ground, rule: Prerequisite, row: int, near: Sequence[tuple[int, float]]) -> Alarm | None:
    """What new works lack; None where one is ready in time, or where nothing is known."""
    works = ground.works[row]
    if works.ends_on is None:  # pragma: no cover - asked only where the end is known
        return None
    evidence: dict[str, Any] = {
        "needs": rule.needs[0],
        "within_km": rule.kilometres,
        "ready_by": works.ends_on.isoformat(),
    }
    if near:
        ends = [ground.works[other].ends_on for other, _metres in near]
        limit = works.ends_on + timedelta(days=rule.grace_days)
        late = [(end, metres, other) for end, (other, metres) in zip(ends, near, strict=True) if end and end > limit]
        if len(late) < len(near):  # one is in time, or it is not known when it ends
            return None
        end, metres, other = min(late)
        evidence |= {"ready_on": end.isoformat(), "days_late": (end - works.ends_on).days}
        return Alarm(
            ClashKind.MISSING_PREREQUISITE, rule.code, works.pk, ground.works[other].pk, rule.late, works.ends_on, end,
            round(metres, 1), evidence,
        )  # fmt: skip
    known = sum(ground.known[kind, works.municipal_area] for kind in rule.needs) if works.municipal_area else 0
    if not rule.absent or known < rule.known:
        return None
    evidence["known_in_municipality"] = known
    return Alarm(
        ClashKind.MISSING_PREREQUISITE, rule.code, works.pk, None, rule.absent, None, works.ends_on, None, evidence
    )  # fmt: skip


def _duplicates(ground: _Ground) -> Iterator[Alarm]:
    rule = rules().duplicates
    of = {works.pk: works for works in ground.works}
    likely = {
        row: Likely(
            works.pk, works.title, works.municipal_area or works.space, works.total_cost, works.ends_on,
            works.longitude, works.latitude,
        )
        for row, works in enumerate(ground.works)
        if works.municipal_area or works.space
    }  # fmt: skip
    for one, other, metres in (*_close(ground, likely, rule.metres), *_placeless(ground, likely)):
        left, right = of[one.pk], of[other.pk]
        if _are_of_two(left, right) and (alarm := _twin(left, right, likeness(one, other), rule, metres)):
            yield alarm


_Pair = tuple[Likely, Likely, float | None]


def _close(ground: _Ground, likely: dict[int, Likely], metres: float) -> Iterator[_Pair]:
    """Pairs worth comparing whose places are known: near each other first, for that leaves the fewest to read."""
    placed = [each for row, each in likely.items() if ground.is_placed[row]]
    if not placed:
        return
    shapes = ground.shapes[[row for row in likely if ground.is_placed[row]]]
    left, right, distances = nearness.pairs_within(shapes, shapes, metres)
    keys = np.array([each.pk for each in placed])
    areas = np.unique([each.area for each in placed], return_inverse=True)[1]
    told = np.flatnonzero((keys[left] < keys[right]) & (areas[left] == areas[right]))  # each pair once
    common = Counter((each.area, word) for each in likely.values() for word in each.words)
    for one_at, other_at, apart in zip(
        left[told].tolist(), right[told].tolist(), distances[told].tolist(), strict=True
    ):
        one, other = placed[one_at], placed[other_at]
        if any(common[one.area, word] <= COMMON for word in one.words & other.words):
            yield one, other, apart


def _placeless(ground: _Ground, likely: dict[int, Likely]) -> Iterator[_Pair]:
    """Pairs worth comparing of which one at least has no place that is known."""
    some = {each.pk: each for row, each in likely.items() if not ground.is_placed[row]}
    for one, other in candidates(some.values(), list(likely.values())) if some else ():
        if one.pk < other.pk:
            yield one, other, None
        elif other.pk not in some:
            yield other, one, None


def _are_of_two(left: Works, right: Works) -> bool:
    """Whether two hands wrote them down: different institutions, or different files."""
    return bool(left.by and right.by and left.by != right.by) or left.feed != right.feed


def _twin(left: Works, right: Works, like: Likeness, rule: Duplicates, metres: float | None) -> Alarm | None:
    """The alarm for two works that read alike; None where their titles or their cost speak against it."""
    ratio = like.parts.get("cost")
    if (
        not like.is_enough
        or (ratio is not None and ratio < rule.least_cost_ratio)
        or (ratio is None and metres is None)
    ):
        return None
    evidence = {"likeness": like.score, **{f"{name}_likeness": part for name, part in like.parts.items()}}
    return Alarm(
        ClashKind.DUPLICATE, rule.code, left.pk, right.pk, round(like.score * 0.8, 3), left.starts_on, left.ends_on,
        None if metres is None else round(metres, 1), evidence,
    )  # fmt: skip
