"""What is counted of the need for a service in a place. Services name it by code; whose count it is, is said with it.

One door for whatever counts need: `backlog_of` is asked by code and place, and answers in words with a source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oneplan.budgets.people import People, people, series

_COUNTS: Mapping[str, tuple[Promise, Callable[[People], Decimal | None]]] = {
    "no_toilet": (_("%(share)s %% of households without a toilet"), lambda life: life.no_toilet),
    "no_water_scheme": (_("%(share)s %% of people without water from a scheme"), lambda life: life.no_water_scheme),
    "no_weekly_refuse": (
        _("%(share)s %% of people without refuse removal every week"), lambda life: life.no_weekly_refuse
    ),
    "unemployed": (_("%(share)s %% of the labour force without work"), lambda life: life.unemployed),
}  # fmt: skip


@dataclass(frozen=True)
class Backlog:
    """How many are without, in per cent and in words that name who is counted, and by whom."""

    code: str
    share: Decimal
    words: str
    source: str


def backlog_of(codes: Sequence[str], place: str) -> list[Backlog]:
    """What is counted under those codes in a place of the register; what is not known there is left out."""
    life = people().get(place)
    if life is None:
        return []
    found = []
    for code in codes:
        words, count = _COUNTS[code]
        share = count(life)
        if share is not None:
            found.append(Backlog(code, share, str(words) % {"share": share}, series()))
    return found
