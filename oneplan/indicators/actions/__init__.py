"""Verbs of this room."""

from oneplan.indicators.actions.building import build_observations, sweep_observations
from oneplan.indicators.actions.performance import take_performance
from oneplan.indicators.actions.releases import (
    ReceivedObservations,
    publish_observations,
    receive_observations,
    withdraw_observations,
)
from oneplan.indicators.actions.targets import set_baseline, set_target

__all__ = [
    "ReceivedObservations",
    "build_observations",
    "publish_observations",
    "receive_observations",
    "set_baseline",
    "set_target",
    "sweep_observations",
    "take_performance",
    "withdraw_observations",
]
