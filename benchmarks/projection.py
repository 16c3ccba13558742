"""Projections of 52 spaces over 30 years in 1,000 draws, beside the same arithmetic in bare vectorised NumPy.

    python -m benchmarks.projection [--draws 1000] [--rounds 7] [--growth]

From a committed seed: spaces of made size and age, national rates, and the stated uncertainty. Both sides draw their
own shocks, carry every cohort forward, count persons and households at each step, and tell the middle and the 80 per
cent range of each space and year. Rounds take turns; the median processor time of each counts. Given our shocks, the
bare arithmetic's answers are compared with ours. Promised: at most 2 × its time, at most 1.5 GB. Growth: 10 and 100
times the spaces, each in a process of its own, at most 11 × the time a step.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks._setting import ROOT, is_small, tell
from oneplan.indicators.projection.cohorts import SEED, project, shocks
from oneplan.indicators.projection.inputs import Inputs, Known, assemble, uncertainties
from oneplan.indicators.projection.intervals import interval

SPACES, YEARS = 52, 30
MOST, MOST_MEMORY, MOST_GROWTH = 2.0, 1.5e9, 11.0


def country(spaces: int) -> Inputs:
    """So many made spaces with the national rates."""
    rng = np.random.default_rng(SEED)
    young = np.exp(-np.arange(18) / rng.uniform(4, 8, (spaces, 1, 1)))
    people = young * rng.uniform(5e3, 2e5, (spaces, 1, 1)) * rng.uniform(0.9, 1.1, (spaces, 2, 18))
    return assemble(Known(tuple(f"S{at:05}" for at in range(spaces)), 2021, people), years=YEARS)


def by_us(inputs: Inputs, draws: int) -> tuple[Any, Any]:
    found = project(inputs, draws=draws)
    persons = interval(found.persons, of="persons", horizon=YEARS)
    return persons, interval(found.households, of="households", horizon=YEARS)


def bare(inputs: Inputs, draws: int, disturbed: Any = None) -> tuple[Any, Any]:
    """The same arithmetic, as one writes it in NumPy for arrays that are known to be right."""
    stated = uncertainties()[-1]
    steps, spaces = inputs.steps, len(inputs.spaces)
    if disturbed is None:
        rng, share = np.random.default_rng(SEED), float(stated.national_share)
        disturbed = np.sqrt(1 - share) * rng.standard_normal((steps, 3, spaces, draws))
        disturbed += np.sqrt(share) * rng.standard_normal((steps, 3, 1, draws))
        disturbed *= np.array(stated.spreads)[:, None, None]
        for step in range(1, steps):
            disturbed[step] += float(stated.persistence) * disturbed[step - 1]
    now = np.repeat(inputs.population[..., None], draws, axis=-1)
    persons, households = [now.sum(axis=(0, 1))], [np.einsum("aspd,asp->pd", now, inputs.headship)]
    for step in range(steps):
        births_off, risk_off, numbers_off = np.exp(disturbed[step])
        alive = np.exp(np.log(inputs.survival[step])[..., None] * risk_off)
        moved = (1 + inputs.migration[step])[..., None] * numbers_off
        later = np.empty_like(now)
        later[1:] = now[:-1] * alive[1:]
        later[-1] += now[-1] * alive[-1]
        later[1:] *= moved[1:]
        women = (now[3:10, 1] + later[3:10, 1]) / 2
        births = 5 * np.einsum("apd,ap->pd", women, inputs.fertility[step]) * births_off
        later[0, 0] = births * inputs.men_at_birth * alive[0, 0] * moved[0, 0]
        later[0, 1] = births * (1 - inputs.men_at_birth) * alive[0, 1] * moved[0, 1]
        now = later
        persons.append(now.sum(axis=(0, 1)))
        households.append(np.einsum("aspd,asp->pd", now, inputs.headship))
    found = [np.quantile(np.stack(each, axis=1), [0.1, 0.5, 0.9], axis=-1) for each in (persons, households)]
    return found[0], found[1]


def processor_time(act: Callable[[], Any]) -> tuple[float, Any]:
    began = time.process_time()
    answer = act()
    return time.process_time() - began, answer


def beside_bare(draws: int, rounds: int) -> bool:
    """Tell how our time compares with the bare arithmetic's, and whether the answers agree."""
    inputs = country(SPACES)
    ours, theirs = list[float](), list[float]()
    for _ in range(rounds):
        ours.append(processor_time(lambda: by_us(inputs, draws))[0])
        theirs.append(processor_time(lambda: bare(inputs, draws))[0])
    mine = by_us(inputs, draws)
    peer = bare(inputs, draws, shocks(inputs, slice(None), uncertainties()[-1], draws, SEED))
    same = all(
        np.allclose([found.low, found.middle, found.high], quantiles)
        for found, quantiles in zip(mine, peer, strict=True)
    )
    times = statistics.median(ours) / statistics.median(theirs)
    print(
        f"{SPACES} spaces × {YEARS} years × {draws:,} draws: ours {statistics.median(ours) * 1000:.0f} ms, bare NumPy "
        f"{statistics.median(theirs) * 1000:.0f} ms: {times:.2f} × the time; answers {'agree' if same else 'DIFFER'}"
    )
    what = f"projection of {SPACES} spaces × {YEARS} years × {draws:,} draws"
    tell(f"{what} beside bare NumPy", f"{times:.2f} × the time", f"≤ {MOST:g} ×", kept=times <= MOST)
    tell(f"{what}: answers", "equal" if same else "differ", "equal", kept=same)
    return same and (times <= MOST or is_small())


def grown(spaces: int, draws: int) -> None:
    """One size, in this process: tells its processor time and the memory at its peak as JSON."""
    by_us(country(8), draws)  # what is loaded or made ready at first use
    inputs = country(spaces)
    took = processor_time(lambda: by_us(inputs, draws))[0]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": took, "peak": peak}))


def growth(draws: int) -> bool:
    """Tell how time and memory grow with the spaces; sizes take turns, and the best of each counts."""
    sizes = [SPACES * times for times in (1, 10, 100)]
    seconds, peaks = dict.fromkeys(sizes, float("inf")), dict.fromkeys(sizes, 0.0)
    for _ in range(3):
        for size in sizes:
            command = [sys.executable, "-m", "benchmarks.projection", "--spaces", str(size), "--draws", str(draws)]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
            told = json.loads(done.stdout.splitlines()[-1])
            seconds[size], peaks[size] = min(seconds[size], told["seconds"]), max(peaks[size], told["peak"])
    print("\nGrowth:")
    well = True
    for before, size in zip([sizes[0], *sizes], sizes, strict=False):
        step = seconds[size] / seconds[before]
        kept = step <= MOST_GROWTH and peaks[size] <= MOST_MEMORY
        well &= kept
        figure = f"{seconds[size]:.2f} s, {step:.1f} × the time, {peaks[size] / 1e6:,.0f} MB at the peak"
        print(f"  {size:>6,} spaces: {figure}")
        tell(f"projection of {size:,} spaces", figure, f"≤ {MOST_GROWTH:g} × a step, ≤ 1.5 GB", kept=kept)
    return well or is_small()


def main() -> int:
    """Run the benchmark; 1 when a promise is not kept."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--draws", type=int, default=100 if is_small() else 1_000)
    options.add_argument("--rounds", type=int, default=2 if is_small() else 7)
    options.add_argument("--growth", action="store_true", help="only the growth with the number of spaces")
    options.add_argument("--spaces", type=int, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.spaces:
        grown(given.spaces, given.draws)
        return 0
    well = given.growth or beside_bare(given.draws, given.rounds)
    return 0 if well & growth(given.draws) else 1


if __name__ == "__main__":
    sys.exit(main())
