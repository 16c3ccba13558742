"""How many live in a space as far as anybody says: the newest figure, and the newest that is official."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.indicators import queries
from oneplan.indicators.choices import Level
from oneplan.indicators.measuring import preferred
from oneplan.indicators.profile.country import reader
from oneplan.indicators.profile.figures import figure
from oneplan.indicators.profile.parts import Figure
from oneplan.warehouse.connection import NothingBuilt

_KEPT = 128


@dataclass(frozen=True)
class PeopleNow:
    """The newest figures of a space. `official` is the newest official count of persons where `persons` is none."""

    persons: Figure
    official: Figure | None
    households: Figure | None

    @property
    def words(self) -> str:
        """In one sentence, for where no link can stand."""
        told = [_said(_("%(n)s persons"), self.persons)]
        if self.official:
            told.append(_said(_("%(n)s persons"), self.official))
        if self.households:
            told.append(_said(_("%(n)s households"), self.households))
        return "; ".join(told)


def _said(what: str, each: Figure) -> str:
    source = each.source if each.period in each.source else f"{each.source}, {each.period}"
    return f"{what % {'n': each.shown}} ({source}{'' if each.is_sure else ': ' + each.quality})"


def people_now(code: str, *, by: Actor) -> PeopleNow | None:
    """What is known of real people in a space; None where nothing is, or nothing was built."""
    return _people(queries.edition(), by.is_national(Permission.OBSERVATION_READ), code, get_language() or "")


@lru_cache(maxsize=_KEPT)
def _people(edition: str, sees_government: bool, code: str, _language: str) -> PeopleNow | None:
    if not edition:
        return None
    try:
        values = queries.values_at([code], by=reader(sees_government), codes=("population", "households"))
    except NothingBuilt:
        return None
    known = [each for each in values if each.level == Level.SPACE and each.value is not None and not each.is_sample]
    persons = [figure(each) for each in preferred([each for each in known if each.indicator == "population"])]
    households = [figure(each) for each in preferred([each for each in known if each.indicator == "households"])]
    if not persons:
        return None
    newest = persons[-1]
    official = next((each for each in reversed(persons) if each.is_sure), None) if not newest.is_sure else None
    return PeopleNow(newest, official, households[-1] if households else None)
