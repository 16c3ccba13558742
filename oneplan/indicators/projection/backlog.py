"""How a backlog of a service goes on: households without it, plus growth, less delivery, year by year, in every
draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from oneplan.indicators.computed.checking import Floats, NotComputable, numbers


@dataclass(frozen=True)
class Scenario:
    """What is delivered: connections or dwellings a year, one number for each year (years, or spaces × years).

    `served_share` is what part of the households that are added comes with the service (a developer's stand, a private
    connection); zero, the assumption where nothing is known, makes each of them join the backlog.
    """

    name: str
    delivered: ArrayLike
    served_share: float = 0.0


@dataclass(frozen=True)
class Backlog:
    """Households without the service, in each draw (spaces × years × draws), the base year first.

    `cleared` is the share of draws in which there is none left, by year (spaces × years). `wasted` is delivery beyond
    the backlog, summed over the years (spaces × draws).
    """

    scenario: Scenario
    without: Floats
    cleared: Floats
    wasted: Floats


def yearly(ends: Floats, years: tuple[int, ...]) -> Floats:
    """Numbers of each year from those at the ends of steps (axis 1 of spaces × years × draws), at even growth in
    between.

    Growth within a step is exponential; where one end is zero, linear.
    """
    found = np.empty((ends.shape[0], years[-1] - years[0] + 1, *ends.shape[2:]))
    for at in range(len(years) - 1):
        first, last, width = ends[:, at], ends[:, at + 1], years[at + 1] - years[at]
        with np.errstate(divide="ignore", invalid="ignore"):
            factor = (last / first) ** (1 / width)
        even = np.isfinite(factor) & (factor > 0)
        now = first.copy()
        for year in range(width):
            found[:, years[at] - years[0] + year] = now
            now = np.where(even, now * np.where(even, factor, 1), first + (last - first) * (year + 1) / width)
    found[:, -1] = ends[:, -1]
    return found


def backlog(households: Floats, without: ArrayLike, scenario: Scenario) -> Backlog:
    """Carry a backlog forward: without + (households added) × (1 - served share) - delivered, never below none or
    above all.

    `households` is spaces × years × draws, one number a year, the base year first (see `yearly`); `without` is how many
    have no service in the base year, by space. Where households become fewer, so does the backlog, in the same number.
    Raises NotComputable for more households without the service than there are, for another number of years, and for
    deliveries below zero.
    """
    count, years, draws = households.shape
    start = numbers("households without the service", without, least=0)
    if start.shape != (count,) or (start[:, None] > households[:, 0] * (1 + 1e-9)).any():
        raise NotComputable("More households are without the service than there are, or spaces are missing.")
    if not 0 <= scenario.served_share <= 1:
        raise NotComputable(f"A share of {scenario.served_share:g} of new households is no share between 0 and 1.")
    delivered = numbers("what is delivered", scenario.delivered, least=0)
    if delivered.shape not in ((years - 1,), (count, years - 1)):
        raise NotComputable(f"{years - 1} years need as many deliveries; given are {delivered.shape}.")
    a_year: NDArray[np.float64] = np.broadcast_to(delivered, (count, years - 1))
    found, wasted = np.empty((count, years, draws)), np.zeros((count, draws))
    found[:, 0] = start[:, None]
    for year in range(1, years):
        added = households[:, year] - households[:, year - 1]
        left = found[:, year - 1] + added * (1 - scenario.served_share) - a_year[:, year - 1, None]
        wasted -= np.minimum(left, 0)
        found[:, year] = np.clip(left, 0, households[:, year])
    return Backlog(scenario, found, (found <= 0).mean(axis=-1), wasted)


def needed(households: Floats, without: float, *, served_share: float = 0.0) -> Floats:
    """How much has to be delivered each year, the same number every year, so that in each draw none is left at the end.

    `households` is years × draws of one space, the base year first. What is delivered while nobody is left reaches
    nobody (`Backlog.wasted`), so that late growth can ask for more than the whole spread over the years does. Raises
    NotComputable for fewer than two years.
    """
    if len(households) < 2:
        raise NotComputable("A backlog needs at least one year to be worked off.")
    joining = np.diff(households, axis=0) * (1 - served_share)
    joining[0] += without
    ahead = np.cumsum(joining[::-1], axis=0) / np.arange(1, len(joining) + 1)[:, None]
    found: Floats = np.maximum(ahead.max(axis=0), 0)
    return found
