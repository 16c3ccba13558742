"""How alike two projects are: by title, cost, days and place. Pure; who asks brings what is known of each."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from oneplan.exchange.values import fold

LIKE = 0.82  # from which two are perhaps one
TITLE_LIKE = 0.75  # below it nothing else makes up for the titles
COMMON = 40  # a word in more titles of one area than this parts nothing
_NEAR = 0.02  # degrees: about two kilometres
_WEIGHTS = {"title": 0.6, "cost": 0.2, "finish": 0.1, "place": 0.1}
_WORD = re.compile(r"[^\W_]{2,}")


@dataclass(frozen=True)
class Likely:
    """What is compared of one project. `area` is its municipal area, else its space, else its province."""

    pk: int
    title: str
    area: str
    total_cost: Decimal | None = None
    finish_on: date | None = None
    longitude: float | None = None
    latitude: float | None = None

    @cached_property
    def folded(self) -> str:
        return fold(self.title)

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(_WORD.findall(self.folded))


@dataclass(frozen=True)
class Likeness:
    """How alike two are, 0 to 1, and by what: what is not known of both counts neither way."""

    score: float
    parts: dict[str, float]

    @property
    def is_enough(self) -> bool:
        return self.score >= LIKE and self.parts["title"] >= TITLE_LIKE


def likeness(one: Likely, other: Likely) -> Likeness:
    """How alike two projects are."""
    from rapidfuzz import fuzz  # here: slow to load

    parts = {"title": fuzz.token_sort_ratio(one.folded, other.folded) / 100}
    if one.total_cost and other.total_cost:
        low, high = sorted((abs(one.total_cost), abs(other.total_cost)))
        parts["cost"] = float(low / high)
    if one.finish_on and other.finish_on:
        parts["finish"] = max(0.0, 1 - abs((one.finish_on - other.finish_on).days) / 730)
    if None not in (one.longitude, one.latitude, other.longitude, other.latitude):
        apart = abs((one.longitude or 0) - (other.longitude or 0)) + abs((one.latitude or 0) - (other.latitude or 0))
        parts["place"] = max(0.0, 1 - apart / _NEAR)
    weight = sum(_WEIGHTS[name] for name in parts)
    score = sum(_WEIGHTS[name] * part for name, part in parts.items()) / weight
    return Likeness(round(score, 4), {name: round(part, 4) for name, part in parts.items()})


def candidates(some: Iterable[Likely], others: Sequence[Likely]) -> Iterator[tuple[Likely, Likely]]:
    """The pairs worth comparing: of one area, with a word in both titles that few titles there have.

    So the work grows with the number of projects and not with its square.
    """
    index: defaultdict[tuple[str, str], list[Likely]] = defaultdict(list)
    for each in others:
        for word in each.words:
            index[each.area, word].append(each)
    for one in some:
        near: dict[int, Likely] = {}
        for word in one.words:
            found = index.get((one.area, word), ())
            if len(found) <= COMMON:
                near |= {each.pk: each for each in found if each.pk != one.pk}
        for other in near.values():
            yield one, other


def likely_pairs(some: Iterable[Likely], others: Sequence[Likely]) -> list[tuple[Likely, Likely, Likeness]]:
    """The pairs that are perhaps one project, most alike first."""
    found = [(one, other, likeness(one, other)) for one, other in candidates(some, others)]
    return sorted(
        (each for each in found if each[2].is_enough), key=lambda each: (-each[2].score, each[0].pk, each[1].pk)
    )
