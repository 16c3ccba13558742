"""Verbs of money: the only place that writes this room's tables and its builds."""

from oneplan.budgets.actions.building import build_warehouse, serve_build, sweep_warehouse
from oneplan.budgets.actions.placing import end_placement_rule, set_placement_rule
from oneplan.budgets.actions.releases import ReceivedBudget, receive_budget, withdraw_budget

__all__ = [
    "ReceivedBudget", "build_warehouse", "end_placement_rule", "receive_budget", "serve_build", "set_placement_rule",
    "sweep_warehouse", "withdraw_budget",
]  # fmt: skip
