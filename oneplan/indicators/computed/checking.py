"""What a measure asks of the numbers it is given, before it computes anything."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


class NotComputable(ValueError):
    """A measure cannot honestly be computed from what was given. The sentence says why, and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def numbers(name: str, values: ArrayLike, *, least: float = -np.inf, most: float = np.inf) -> Floats:
    """The values as floats, each known, finite and within the bounds (both included); else NotComputable."""
    found: Floats = np.asarray(values, dtype=np.float64)
    unknown = int(np.isnan(found).sum())
    if unknown:
        raise NotComputable(
            f"{unknown:,} of {found.size:,} values of {name} are unknown. Leave these places out, and say so, or find "
            "the values: nothing is computed over unknown values."
        )
    outside = found[(found < least) | (found > most) | np.isinf(found)]
    if outside.size:
        bounds = f"from {least:g}" if np.isinf(most) else f"between {least:g} and {most:g}"
        raise NotComputable(
            f"{outside.size:,} values of {name} cannot be right, for example {outside.flat[0]:g}; they must be "
            f"{'finite' if np.isinf(least) else bounds}."
        )
    return found


def weights_for(values: Floats, weights: ArrayLike | None) -> Floats:
    """A weight not below zero for each value, some above it; ones where none are given."""
    if weights is None:
        return np.ones(values.shape)
    found = numbers("the weights", weights, least=0)
    if found.shape != values.shape:
        raise NotComputable(f"There are {values.size:,} values but {found.size:,} weights. Give one weight each.")
    if not found.sum() > 0:
        raise NotComputable("The weights add up to zero. Nothing stands for anybody.")
    return found


def same_shape(**arrays: NDArray[Any]) -> None:
    """Refuse arrays that should stand side by side and do not."""
    shapes = {name: array.shape for name, array in arrays.items()}
    if len(set(shapes.values())) > 1:
        told = ", ".join(f"{name.replace('_', ' ')} {shape}" for name, shape in shapes.items())
        raise NotComputable(f"These must have one shape: {told}.")
