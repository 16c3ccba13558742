"""Sets of assumptions by which a base is carried forward, and the inputs that each makes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from oneplan.indicators.computed.checking import Floats, NotComputable
from oneplan.indicators.outlook.bases import CENSUS, SURVEY, Base, Stock, arrayed
from oneplan.indicators.projection.inputs import Inputs, Known, assemble, residual_migration
from oneplan.indicators.projection.schedules import AGES, SEXES, schedules

_SHAPE = (len(SEXES), len(AGES))
_LEAST_IN_GROUP = 500  # persons of an age, below which what came in or went out cannot be told from the survey's error


class Assumed(TextChoices):
    """What is taken to happen; the code stands in addresses."""

    CLOSED = "closed", _("National rates as they are expected; nobody moves, on balance")
    HELD = "held", _("National rates as before the base year; nobody moves, on balance")
    MOVING = "moving", _("National rates as they are expected; people move as from 2011 to 2016")


def offered(stock: Stock) -> list[Assumed]:
    """The sets that what is served allows."""
    moves = Assumed.MOVING
    return [each for each in Assumed if each != moves or {CENSUS, SURVEY} <= set(stock.bases)]


def inputs_of(
    stock: Stock, base: Base, assumed: Assumed, spaces: Sequence[str], *, years: int, as_known_then: bool = False
) -> Inputs:
    """What the projection of those spaces starts from. Raises NotComputable.

    `as_known_then` keeps rates as they were before the base year, whatever the set says: for back-tests.
    """
    headship = arrayed(stock.headship, spaces, lambda: np.full(_SHAPE, np.nan))
    moving = arrayed(migration(stock), spaces, lambda: np.full(_SHAPE, np.nan)) if assumed == Assumed.MOVING else None
    known = Known(
        tuple(spaces), base.year, np.array([base.people[space] for space in spaces]), migration=moving,
        headship=headship,
    )  # fmt: skip
    held = base.year if as_known_then or assumed == Assumed.HELD else None
    return assemble(known, years=years, held_from=held)


def migration(stock: Stock) -> dict[str, Floats]:
    """Who came or went from 2011 to 2016, as far as survival does not explain the two counts.

    The survey tells no sexes, so both sexes of an age have one rate; small groups have that of the whole space.
    """
    if not {CENSUS, SURVEY} <= set(stock.bases):
        raise NotComputable("Migration from 2011 to 2016 needs the ages of Census 2011 and of Community Survey 2016.")
    before, after = stock.bases[CENSUS].people, stock.bases[SURVEY].people
    spaces = sorted(set(before) & set(after))
    if not spaces:
        return {}
    return dict(zip(spaces, _residual(
        np.array([before[each] for each in spaces]), np.array([after[each] for each in spaces])
    ), strict=True))  # fmt: skip


def _residual(before: Floats, after: Floats) -> Floats:
    survival = schedules()[-1].survival[schedules()[-1].period(2013.5)]
    rates = residual_migration(before.sum(axis=1)[:, None], after.sum(axis=1)[:, None], _of_both(survival, before))
    survivors = after.sum(axis=1) / (1 + rates[:, 0])
    older = slice(1, None)  # the births of the youngest are not counted
    whole = after.sum(axis=1)[:, older].sum(axis=1) / survivors[:, older].sum(axis=1) - 1
    small = survivors < _LEAST_IN_GROUP
    found = np.where(small, whole[:, None], rates[:, 0])
    return np.tile(found[:, None], (1, len(SEXES), 1))


def _of_both(survival: Floats, before: Floats) -> Floats:
    """Survival of both sexes together, weighed by who was there (spaces × 1 × 18); that of births by all."""
    from_group = np.concatenate([before[..., :1], before[..., :-1]], axis=-1)
    from_group[..., -1] = before[..., -2] + before[..., -1]
    found: Floats = (survival * from_group).sum(axis=1) / np.maximum(from_group.sum(axis=1), 1e-9)
    return found[:, None]
