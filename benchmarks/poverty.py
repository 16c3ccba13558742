"""Multidimensional poverty of a million households, beside the same in pandas.

    python -m benchmarks.poverty [--households 1000000] [--rounds 7] [--growth]

From a committed seed: the South African index's eleven indicators, a survey weight and one of 52 spaces for each
household. Both sides get columns in memory and tell headcount, intensity, the adjusted headcount and the headcounts
of each indicator, for the country and for each space. Rounds of both take turns; the median processor time of each
counts, and the answers are compared. Promised: at least as fast as pandas.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import numpy as np

from benchmarks._setting import is_small, tell, tell_left_out
from oneplan.indicators.computed.poverty import Structure, alkire_foster, by_group, structure

SEED = 20261123
LEAST, MOST_GROWTH = 1.0, 11.0
SPACES = 52


def survey(households: int, index: Structure) -> tuple[dict[str, Any], Any, Any]:
    """Deprivations by indicator, weights and spaces of so many drawn households; some are deprived in much at once."""
    rng = np.random.default_rng(SEED)
    hardship = rng.beta(1, 4, households)
    columns = {code: rng.random(households) < hardship * rng.uniform(0.6, 1.4) for code in index.weights}
    return columns, rng.uniform(5, 400, households), rng.integers(0, SPACES, households)


def by_pandas(frame: Any, index: Structure) -> tuple[Any, Any]:
    """The same measures as an analyst writes them: of each space and of the country, from a frame."""
    codes = list(index.weights)
    weights = [float(index.weights[code]) for code in codes]
    poor = frame[codes].dot(weights) >= 1 / 3 - 1e-9
    weighed = frame[codes].mul(frame["weight"], axis=0)
    censored = weighed.where(poor, 0.0)
    table = censored.assign(
        poor=frame["weight"].where(poor, 0.0), all=frame["weight"], **{f"raw_{code}": weighed[code] for code in codes}
    )
    sums = table.groupby(frame["space"]).sum()

    def measures(sums: Any) -> Any:
        shares = sums.div(sums["all"], axis=0)
        shares["adjusted"] = shares[codes].dot(weights)
        shares["intensity"] = shares["adjusted"] / shares["poor"]
        return shares

    return measures(sums.sum().to_frame().T), measures(sums)


def by_us(columns: dict[str, Any], weights: Any, spaces: Any, index: Structure) -> tuple[Any, Any]:
    return alkire_foster(columns, index, weights=weights), by_group(columns, index, spaces, weights=weights)


def processor_time(act: Callable[[], Any]) -> tuple[float, Any]:
    began = time.process_time()
    answer = act()
    return time.process_time() - began, answer


def beside_pandas(households: int, rounds: int, index: Structure) -> bool:
    """Tell how many times as fast as pandas we are, and whether the answers agree."""
    try:
        import pandas
    except ImportError:
        tell_left_out("poverty beside pandas", "it comes with requirements-dev.txt: make test")
        return True
    columns, weights, spaces = survey(households, index)
    frame = pandas.DataFrame({**columns, "weight": weights, "space": spaces})
    ours, theirs = list[float](), list[float]()
    mine: Any = None
    peer: Any = None
    for _ in range(rounds):
        took, mine = processor_time(lambda: by_us(columns, weights, spaces, index))
        ours.append(took)
        took, peer = processor_time(lambda: by_pandas(frame, index))
        theirs.append(took)
    (country, each), (whole, parts) = mine, peer
    pairs = [(country, whole.iloc[0]), *((each[space], parts.loc[space]) for space in each)]
    same = all(
        np.allclose(
            [found.headcount, found.intensity, found.adjusted], row[["poor", "intensity", "adjusted"]].astype(float)
        )
        and np.allclose(list(found.censored.values()), row[list(found.censored)].astype(float))
        and np.allclose(list(found.uncensored.values()), row[[f"raw_{code}" for code in found.censored]].astype(float))
        for found, row in pairs
    )
    times = statistics.median(theirs) / statistics.median(ours)
    print(
        f"{households:,} households, {len(index.weights)} indicators, country and {SPACES} spaces: ours "
        f"{statistics.median(ours) * 1000:.0f} ms, pandas {pandas.__version__} {statistics.median(theirs) * 1000:.0f} "
        f"ms: {times:.2f} × as fast; answers {'agree' if same else 'DIFFER'}"
    )
    what = f"poverty of {households:,} households beside pandas"
    tell(what, f"{times:.2f} × as fast", f"≥ {LEAST:g} ×", kept=times >= LEAST)
    tell(f"{what}: answers", "equal" if same else "differ", "equal", kept=same)
    return same and (times >= LEAST or is_small())


def growth(households: int, index: Structure) -> bool:
    """Tell how time grows with the households; sizes take turns, and the best of each counts."""
    sizes = [households // 100 * times for times in (1, 10, 100)]
    drawn = {size: survey(size, index) for size in sizes}
    seconds = dict.fromkeys(sizes, float("inf"))
    for size in sizes * 5:
        columns, weights, spaces = drawn[size]
        took, _answer = processor_time(partial(by_us, columns, weights, spaces, index))
        seconds[size] = min(seconds[size], took)
    print("\nGrowth:")
    well = True
    for before, size in zip([sizes[0], *sizes], sizes, strict=False):
        step = seconds[size] / seconds[before]
        well &= step <= MOST_GROWTH
        figure = f"{seconds[size] * 1000:.1f} ms, {step:.1f} × the time"
        print(f"  {size:>11,} households: {figure}")
        tell(f"poverty of {size:,} households", figure, f"≤ {MOST_GROWTH:g} × a step", kept=step <= MOST_GROWTH)
    return well or is_small()


def main() -> int:
    """Run the benchmark; 1 when a promise is not kept."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--households", type=int, default=20_000 if is_small() else 1_000_000)
    options.add_argument("--rounds", type=int, default=2 if is_small() else 7)
    options.add_argument("--growth", action="store_true", help="only the growth with the number of households")
    given = options.parse_args()
    index = structure("sampi", date(2026, 1, 1))
    well = given.growth or beside_pandas(given.households, given.rounds, index)
    return 0 if well & growth(given.households, index) else 1


if __name__ == "__main__":
    sys.exit(main())
