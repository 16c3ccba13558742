"""The verbs of the room: publish the register, boundaries, the approximate map; publish and withdraw a layer."""

from oneplan.spaces.actions.boundaries import publish_approximate_map, publish_boundaries
from oneplan.spaces.actions.layers import NewFeature, publish_layer, withdraw_layer
from oneplan.spaces.actions.register import publish_register

__all__ = [
    "NewFeature",
    "publish_approximate_map",
    "publish_boundaries",
    "publish_layer",
    "publish_register",
    "withdraw_layer",
]
