"""What an address asks of projects: one set of filters for the list, the map, its tiles, CSV and OGC."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from oneplan.money import BadAmount, parse_rand
from oneplan.periods.years import Basis, FinancialYear
from oneplan.projects.choices import BUILDING, DONE, PLANNING, STOPPED, ProjectStanding
from oneplan.projects.models import Programme, Project
from oneplan.spaces.choices import PlaceMethod

NO_VALUE = "unknown"  # "" cannot stand in an address
PHASES = {"planning": PLANNING, "building": BUILDING, "done": DONE, "stopped": STOPPED, NO_VALUE: ("",)}
_YEAR = re.compile(r"(\d{4})(?:-(PFMA|MFMA))?")
_NOTHING = Q(pk=None)


class Placed(TextChoices):
    """Whether a project has a place, and how fine it is."""

    PIN = "pin", _("On the map")
    PLACED = "placed", _("Placed")
    NOT_PLACED = "not_placed", _("Not placed")


def folded(text: str) -> str:
    """Lower case without diacritics, spaces tidied: how text is searched.

    >>> folded("Bela-Belá  Çity")
    'bela-bela city'
    """
    if not text.isascii():
        text = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return " ".join(text.lower().split())


@dataclass(frozen=True)
class ProjectFilters:
    """What the address asks for. Every field is a tuple of values; several values of one field are alternatives.

    `space`, `municipality`, `ward`, `province` and `institution` are codes; `finish` is a calendar year ("2027") or a
    financial year ("2027-PFMA"); `cost_from` and `cost_to` are rand, both ends included; `placed` is one of Placed;
    `doubtful` and `sample` are yes or no; "unknown" asks for what its source does not say. Projects that are one with
    another are left out unless `standing` asks for them.
    """

    q: tuple[str, ...] = ()
    space: tuple[str, ...] = ()
    municipality: tuple[str, ...] = ()
    ward: tuple[str, ...] = ()
    province: tuple[str, ...] = ()
    phase: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    nature: tuple[str, ...] = ()
    sphere: tuple[str, ...] = ()
    sector: tuple[str, ...] = ()
    funding: tuple[str, ...] = ()
    fund: tuple[str, ...] = ()
    confidence: tuple[str, ...] = ()
    method: tuple[str, ...] = ()
    placed: tuple[str, ...] = ()
    institution: tuple[str, ...] = ()
    feed: tuple[str, ...] = ()
    standing: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    sample: tuple[str, ...] = ()
    cost_from: tuple[str, ...] = ()
    cost_to: tuple[str, ...] = ()
    finish: tuple[str, ...] = ()
    programme: tuple[str, ...] = ()

    @classmethod
    def read(cls, data: Any) -> "ProjectFilters":
        """From a query string (anything with `getlist`). Empty values are dropped; unknown ones find nothing."""
        return cls(**{f.name: tuple(value for value in data.getlist(f.name) if value.strip()) for f in fields(cls)})

    def pairs(self) -> list[tuple[str, str]]:
        """Each filter that is set, as (name, value), in the order of the fields."""
        return [(f.name, value) for f in fields(self) for value in getattr(self, f.name)]

    @property
    def is_empty(self) -> bool:
        return not self.pairs()

    def condition(self) -> Q:
        """The filters as one condition on columns of Project alone: no join, so that tiles may ask it too."""
        found = Q() if self.standing else ~Q(standing=ProjectStanding.MERGED)
        for name, column in _COLUMNS.items():
            if values := getattr(self, name):
                found &= Q(**{f"{column}__in": ["" if value == NO_VALUE else value for value in values]})
        for name, column in _REFERENCES.items():
            if values := getattr(self, name):
                codes = [value for value in values if value != NO_VALUE]
                one_of = Q(**{f"{column}__in": codes})
                found &= one_of | Q(**{column: None}) if NO_VALUE in values else one_of
        for name, one in _CONDITIONS.items():
            if values := getattr(self, name):
                found &= _any(values, one)
        if self.programme:
            found &= Q(programme__in=Programme.objects.filter(ref__in=self.programme).values("pk"))
        for word in folded(" ".join(self.q)).split():
            found &= Q(search_text__contains=word)
        return found

    def apply(self, rows: "QuerySet[Project]") -> "QuerySet[Project]":
        """The rows that fit."""
        return rows.filter(self.condition())


_COLUMNS = {
    name: name
    for name in (
        "stage", "kind", "nature", "sphere", "sector", "funding", "fund", "confidence", "method", "feed", "standing"
    )
}  # fmt: skip
_REFERENCES = {"space": "space", "municipality": "municipal_area", "ward": "ward", "province": "province"}


def _any(values: Iterable[str], one: Callable[[str], Q]) -> Q:
    found = Q()
    for value in values:
        found |= one(value)
    return found


def _phase(value: str) -> Q:
    return Q(stage__in=PHASES[value]) if value in PHASES else _NOTHING


def _placed(value: str) -> Q:
    match value:
        case Placed.PIN:
            return Q(cell__isnull=False)
        case Placed.PLACED:
            return ~Q(method=PlaceMethod.NOT_PLACED)
        case Placed.NOT_PLACED:
            return Q(method=PlaceMethod.NOT_PLACED)
    return _NOTHING


def _institution(value: str) -> Q:
    if value == NO_VALUE:
        return Q(implementing=None)
    return Q(implementing=value) | Q(funder=value)


def _is(column: str) -> Callable[[str], Q]:
    return lambda value: Q(**{column: value == "yes"}) if value in ("yes", "no") else _NOTHING


def _cost(comparison: str) -> Callable[[str], Q]:
    def one(value: str) -> Q:
        try:
            return Q(**{f"total_cost__{comparison}": parse_rand(value)})
        except BadAmount:
            return _NOTHING

    return one


def _finish(value: str) -> Q:
    if value == NO_VALUE:
        return Q(finish_on=None)
    match = _YEAR.fullmatch(value)
    if match is None:
        return _NOTHING
    try:
        if match[2]:
            year = FinancialYear(int(match[1]), Basis(match[2]))
            return Q(finish_on__gte=year.starts_on, finish_on__lte=year.ends_on)
        return Q(finish_on__gte=date(int(match[1]), 1, 1), finish_on__lte=date(int(match[1]), 12, 31))
    except ValueError:
        return _NOTHING


_CONDITIONS: dict[str, Callable[[str], Q]] = {
    "phase": _phase,
    "placed": _placed,
    "institution": _institution,
    "doubtful": _is("is_doubtful"),
    "sample": _is("is_sample"),
    "cost_from": _cost("gte"),
    "cost_to": _cost("lte"),
    "finish": _finish,
}
