"""The verbs of the room: publish the register, publish boundaries, publish the approximate map."""

from oneplan.spaces.actions.boundaries import publish_approximate_map, publish_boundaries
from oneplan.spaces.actions.register import publish_register

__all__ = ["publish_approximate_map", "publish_boundaries", "publish_register"]
