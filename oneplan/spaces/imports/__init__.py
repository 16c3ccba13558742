"""What files of territory mean: boundaries of the Demarcation Board, and planning layers of anybody."""

from oneplan.spaces.imports.boundaries import KIND as BOUNDARIES
from oneplan.spaces.imports.layers import KIND as LAYER

KINDS = (BOUNDARIES, LAYER)

__all__ = ["BOUNDARIES", "KINDS", "LAYER"]
