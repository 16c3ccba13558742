"""Cohorts carried forward, in many draws at once.

Arithmetic of a step, after Preston, Heuveline and Guillot (2001), box 6.1 (one sex) and section 6.3 (two): survivors
move up one group; births are five years of fertility over the mean of women at both ends; net migrants join the
survivors at the end. A draw disturbs births, the risk of dying and migration by shocks that last in part (first-order
autoregression), some of it common to all spaces. Shocks of a space come from the seed and its code alone, so that a
space projected by itself has the numbers that it has among all others.

Arrays are ages × sexes × spaces × draws, so that everything moves in long runs of memory.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oneplan.indicators.computed.checking import Floats, NotComputable

from .inputs import Inputs, Uncertainty, uncertainties
from .schedules import FERTILE, STEP, WOMEN

SEED = 20260701
DRAWS = 1_000
_BLOCK = 16  # spaces carried at a time: what a thousand draws of them need stays near the processor


@dataclass(frozen=True)
class Projection:
    """Persons and households of each space at the end of each step, in each draw (spaces × years × draws).

    `central_*` are the same without shocks (spaces × years). `cohorts`, where kept, are persons by sex and age in
    each draw (spaces × years × 2 × 18 × draws), and `central_cohorts` without shocks.
    """

    inputs: Inputs
    uncertainty: Uncertainty
    seed: int
    years: tuple[int, ...]
    persons: Floats
    households: Floats
    central_persons: Floats
    central_households: Floats
    central_cohorts: Floats
    cohorts: NDArray[np.float32] | None = None


def project(
    inputs: Inputs, *, draws: int = DRAWS, uncertainty: Uncertainty | None = None, seed: int = SEED,
    keep_cohorts: bool = False,
) -> Projection:  # fmt: skip
    """Carry every space forward over all steps of the inputs, once without shocks and in `draws` draws.

    Raises NotComputable for fewer than a hundred draws, which give no interval.
    """
    if draws < 100:
        raise NotComputable(f"{draws} draws give no interval. Use a thousand.")
    uncertainty = uncertainty or uncertainties()[-1]
    shape = (len(inputs.spaces), inputs.steps + 1)
    persons, households = np.empty((*shape, draws)), np.empty((*shape, draws))
    kept: NDArray[np.float32] | None = None
    if keep_cohorts:
        kept = np.empty((*shape, 2, 18, draws), dtype=np.float32)
    central = np.empty((*shape, 2, 18))
    carry(inputs, slice(None), None, cohorts=central[..., None])
    for first in range(0, len(inputs.spaces), _BLOCK):
        block = slice(first, first + _BLOCK)
        carry(
            inputs, block, shocks(inputs, block, uncertainty, draws, seed), persons=persons[block],
            households=households[block], cohorts=None if kept is None else kept[block],
        )  # fmt: skip
    return Projection(
        inputs, uncertainty, seed, inputs.years, persons, households, central.sum(axis=(2, 3)),
        np.einsum("asp,ptsa->pt", inputs.headship, central), central, kept,
    )  # fmt: skip


def shocks(inputs: Inputs, block: slice, uncertainty: Uncertainty, draws: int, seed: int) -> Floats:
    """Logarithms by which births, the risk of dying and numbers are disturbed (steps × 3 × spaces × draws)."""
    spaces = inputs.spaces[block]
    shape = (inputs.steps, 3, draws)
    share, lasts = float(uncertainty.national_share), float(uncertainty.persistence)
    found = np.empty((inputs.steps, 3, len(spaces), draws))
    for at, code in enumerate(spaces):
        found[:, :, at] = np.random.default_rng([seed, zlib.crc32(code.encode())]).standard_normal(shape)
    found *= np.sqrt(1 - share)
    found += np.sqrt(share) * np.random.default_rng(seed).standard_normal(shape)[:, :, None]
    found *= np.array(uncertainty.spreads)[:, None, None]
    for step in range(1, inputs.steps):
        found[step] += lasts * found[step - 1]
    return found


def carry(
    inputs: Inputs, block: slice, disturbed: Floats | None, *, persons: Floats | None = None,
    households: Floats | None = None, cohorts: NDArray[np.floating[Any]] | None = None,
) -> None:  # fmt: skip
    """Carry the spaces of a block forward and write what is asked for, for the base year and each step's end.

    `disturbed` are the shocks, None for none. `persons` and `households` are spaces × years × draws, `cohorts` spaces ×
    years × 2 × 18 × draws.
    """
    draws = 1 if disturbed is None else disturbed.shape[-1]
    base = inputs.population[:, :, block, None]
    population = np.array(np.broadcast_to(base, (*base.shape[:3], draws)), order="C")
    headship = inputs.headship[:, :, block]
    at_birth = np.array([inputs.men_at_birth, 1 - inputs.men_at_birth])[:, None, None]
    scratch = np.empty_like(population)
    for step in range(inputs.steps + 1):
        if step:
            shock = None if disturbed is None else disturbed[step - 1]
            population, scratch = _step(inputs, step - 1, block, population, scratch, at_birth, shock), population
        if persons is not None:
            persons[:, step] = population.sum(axis=(0, 1))
        if households is not None:
            households[:, step] = np.einsum("aspd,asp->pd", population, headship)
        if cohorts is not None:
            cohorts[:, step] = population.transpose(2, 1, 0, 3)


def _step(
    inputs: Inputs, step: int, block: slice, population: Floats, out: Floats, at_birth: Floats, shock: Floats | None
) -> Floats:
    """The population five years on, written into `out` (which also holds the survival of the draws on the way)."""
    survival = inputs.survival[step][:, :, block, None]
    if shock is None:
        out[:] = survival
    else:
        np.multiply(np.log(survival), np.exp(shock[1]), out=out)
        np.exp(out, out=out)
    oldest = population[-1] * out[-1]
    out[1:] *= population[:-1]
    out[-1] += oldest
    moved = 1 + inputs.migration[step][:, :, block, None]
    out[1:] *= moved[1:]
    if shock is not None:
        out[1:] *= np.exp(shock[2])
    women = population[FERTILE, WOMEN] + out[FERTILE, WOMEN]
    births = np.einsum("apd,ap->pd", women, inputs.fertility[step][:, block]) * (STEP / 2)
    if shock is not None:
        births *= np.exp(shock[0] + shock[2])
    out[0] *= births * at_birth * moved[0]
    return out
