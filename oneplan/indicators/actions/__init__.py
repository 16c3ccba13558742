"""Verbs of this room."""

from oneplan.indicators.actions.building import build_observations, sweep_observations
from oneplan.indicators.actions.definitions import (
    define_indicator,
    define_source,
    define_table,
    retire_indicator,
    retire_source,
    retire_table,
    revise_indicator,
    revise_source,
    revise_table,
)
from oneplan.indicators.actions.owners import answer_ownership, assign_owner
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
    "answer_ownership",
    "assign_owner",
    "build_observations",
    "define_indicator",
    "define_source",
    "define_table",
    "publish_observations",
    "receive_observations",
    "retire_indicator",
    "retire_source",
    "retire_table",
    "revise_indicator",
    "revise_source",
    "revise_table",
    "set_baseline",
    "set_target",
    "sweep_observations",
    "take_performance",
    "withdraw_observations",
]
