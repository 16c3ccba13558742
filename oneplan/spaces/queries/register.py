"""Names, codes and dates: what a place was called and lay in on a day, and which place a text means."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import Prefetch, Q, QuerySet

from oneplan.access.actors import Actor
from oneplan.periods import clock
from oneplan.platform.prepared import prepared
from oneplan.spaces.choices import Level
from oneplan.spaces.models import (
    FunctionalArea,
    MunicipalArea,
    RegisterEdition,
    Space,
    Succession,
    TerritoryAlias,
    TerritoryVersion,
)

# What officials put after a name. Stripped from the end, longest first.
_SUFFIXES = tuple(
    sorted(
        (
            "local municipality", "district municipality", "metropolitan municipality", "metro municipality",
            "municipality", "district", "metropolitan", "metro", "province", "provincial government", "lm", "dm", "mm",
        ),
        key=len,
        reverse=True,
    )
)  # fmt: skip
_CODE = re.compile(r"\b(DC\s?0*\d{1,2}|(?:EC|FS|GT|KZN|LIM|MP|NC|NW|WC)\s?\d{3}|\d{8}|[A-Z]{2,3})\b")


def visible_to(actor: Actor) -> QuerySet[Space]:
    """The spaces an actor may see: territory is public, so all of them, with their province."""
    return Space.objects.select_related("province")


def municipal_areas_of(space: Space | str) -> QuerySet[MunicipalArea]:
    """The municipal areas that tile a space, by name."""
    return MunicipalArea.objects.filter(space_id=space if isinstance(space, str) else space.pk)


def space_named(code: str) -> Space | None:
    """The space of a code with its province. One query."""
    return next(iter(_named(code=code)), None)


@prepared
def _named(*, code: str) -> QuerySet[Space]:
    return Space.objects.select_related("province").filter(pk=code)


def functional_areas_of(space: Space | str, on: date | None = None) -> QuerySet[FunctionalArea]:
    """The functional areas (catchment, corridor, region) that reach into a space on a day."""
    on = on or clock.today()
    code = space if isinstance(space, str) else space.pk
    return FunctionalArea.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on, municipal_areas__space_id=code
    ).distinct()


def functional_areas() -> QuerySet[FunctionalArea]:
    """Every functional area, past ones included, with the municipal areas of each and their spaces."""
    members = MunicipalArea.objects.select_related("space__province").order_by("space__name", "name")
    return FunctionalArea.objects.prefetch_related(Prefetch("municipal_areas", members))


def as_at(level: str, on: date) -> QuerySet[TerritoryVersion]:
    """The territories of one level as they stood on a day. Empty before the register starts (18 May 2011)."""
    return TerritoryVersion.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), level=level, valid_from__lte=on)


def successors_of(level: str, code: str) -> list[str]:
    """The codes that took over a territory, the largest share first; empty when it still exists."""
    rows = Succession.objects.filter(level=level, predecessor_code=code).order_by("-share_of_area", "successor_code")
    return list(rows.values_list("successor_code", flat=True))


def fold(text: str) -> str:
    """A name as it is compared: lower case, no diacritics, signs to spaces, no "Local Municipality" and the like.

    >>> fold("Khâi-Ma Local Municipality")
    'khai ma'
    >>> fold("//Khara Hais"), fold("O.R. Tambo DM"), fold("Maluti-a-Phofung")
    ('khara hais', 'or tambo', 'maluti a phofung')
    """
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    plain = re.sub(r"\b(\w)\.(?=\w\b\.?)", r"\1", plain.casefold())  # initials: o.r. → or.
    plain = " ".join(re.sub(r"[^\w]+", " ", plain).split())
    for suffix in _SUFFIXES:
        if plain.endswith(" " + suffix):
            return plain[: -len(suffix) - 1]
    return plain


def clean_code(text: str) -> str:
    """A code as the Board writes it: upper case, no spaces, district numbers not zero-padded.

    >>> clean_code(" dc 05 "), clean_code("ec136"), clean_code("eThekwini")
    ('DC5', 'EC136', 'ETHEKWINI')
    """
    code = "".join(text.split()).upper()
    return re.sub(r"^DC0+(?=\d)", "DC", code)


@dataclass(frozen=True)
class Match:
    """One place that a text may mean. `by` says how: code, name, alias, former name, successor, code in text."""

    level: str
    code: str
    name: str
    parent_code: str
    by: str


@dataclass(frozen=True)
class _Known:
    level: str
    code: str
    name: str
    parent_code: str
    valid_from: date
    valid_to: date | None

    def holds(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


class Gazetteer:
    """All names and codes above the wards, in memory: a column of 100 000 place names costs no query.

    Made from the whole register by `gazetteer()`. Texts are matched in steps, and the first step that finds anything
    answers with all it finds: code; name in force on the day; alias; former or later name; successors of a territory
    that has ended; a code inside the text.
    """

    def __init__(
        self, versions: Iterable[TerritoryVersion], aliases: Iterable[TerritoryAlias], successions: Iterable[Succession]
    ) -> None:
        self._by_code: dict[str, list[_Known]] = defaultdict(list)
        self._by_name: dict[str, list[_Known]] = defaultdict(list)
        for row in versions:
            known = _Known(row.level, row.code, row.name, row.parent_code, row.valid_from, row.valid_to)
            self._by_code[row.code].append(known)
            self._by_name[fold(row.name)].append(known)
        self._by_alias: dict[str, list[tuple[str, str, date | None, date | None]]] = defaultdict(list)
        for alias in aliases:
            self._by_alias[alias.folded].append((alias.level, alias.code, alias.valid_from, alias.valid_to))
        self._successors: dict[tuple[str, str], list[str]] = defaultdict(list)
        for step in successions:
            self._successors[step.level, step.predecessor_code].append(step.successor_code)

    def resolve(self, text: str, level: str = "", on: date | None = None) -> list[Match]:
        """All places that the text means at the level (any, when left out) on the day (today). Empty when unknown."""
        on = on or clock.today()
        folded, code = fold(text), clean_code(text)
        if not folded:
            return []
        named, coded = self._by_name.get(folded, []), self._by_code.get(code, [])
        steps: tuple[Callable[[], list[Match]], ...] = (
            lambda: self._in_force(coded, "code", on),
            lambda: self._in_force(named, "name", on),
            lambda: self._through_alias(folded, on),
            lambda: self._otherwise(named + coded, on),
            lambda: self._code_inside(text, on),
        )
        for step in steps:
            if found := {match for match in step() if level in ("", match.level)}:
                return sorted(found, key=lambda match: (match.level, match.code))
        return []

    def _in_force(self, known: list[_Known], by: str, on: date) -> list[Match]:
        return [Match(row.level, row.code, row.name, row.parent_code, by) for row in known if row.holds(on)]

    def _current(self, level: str, code: str, by: str, on: date) -> list[Match]:
        return [match for match in self._in_force(self._by_code.get(code, []), by, on) if match.level == level]

    def _through_alias(self, folded: str, on: date) -> list[Match]:
        found: list[Match] = []
        for level, code, start, end in self._by_alias.get(folded, []):
            if (start is None or start <= on) and (end is None or on < end):
                found += self._current(level, code, "alias", on)
        return found

    def _otherwise(self, known: list[_Known], on: date) -> list[Match]:
        found: list[Match] = []
        for row in known:
            if same := self._current(row.level, row.code, "former name", on):
                found += same
            elif row.valid_to is not None and row.valid_to <= on:
                for successor in self._successors.get((row.level, row.code), []):
                    found += self._current(row.level, successor, "successor", on)
        return found

    def _code_inside(self, text: str, on: date) -> list[Match]:
        found: list[Match] = []
        for token in _CODE.findall(text):
            found += self._in_force(self._by_code.get(clean_code(token), []), "code in text", on)
        return found


@lru_cache(maxsize=2)
def _gazetteer(edition: str) -> Gazetteer:
    return Gazetteer(
        TerritoryVersion.objects.exclude(level=Level.WARD), TerritoryAlias.objects.all(), Succession.objects.all()
    )


def gazetteer() -> Gazetteer:
    """The gazetteer of the register in force: one query, and three more when the register has changed."""
    edition = RegisterEdition.objects.values_list("sha256", flat=True).first()
    if edition is None:
        return Gazetteer([], [], [])
    return _gazetteer(edition)


def resolve(name_or_code: str, level: str = "", as_at: date | None = None) -> list[Match]:
    """All places that a name or code may mean on a day, sorted; "Emalahleni" gives EC136 and MP312.

    Eight digits are a ward. For many texts take `gazetteer()` once and ask it.
    """
    text = name_or_code.strip()
    if re.fullmatch(r"\d{8}", text) and level in ("", Level.WARD):
        on = as_at or clock.today()
        rows = TerritoryVersion.objects.filter(
            Q(valid_to=None) | Q(valid_to__gt=on), level=Level.WARD, code=text, valid_from__lte=on
        )
        return [Match(row.level, row.code, row.name, row.parent_code, "code") for row in rows]
    return gazetteer().resolve(text, level, as_at)
