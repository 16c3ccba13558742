"""Verbs of this room."""

from oneplan.indicators.actions.building import build_observations, sweep_observations
from oneplan.indicators.actions.releases import (
    ReceivedObservations,
    publish_observations,
    receive_observations,
    withdraw_observations,
)

__all__ = [
    "ReceivedObservations",
    "build_observations",
    "publish_observations",
    "receive_observations",
    "sweep_observations",
    "withdraw_observations",
]
