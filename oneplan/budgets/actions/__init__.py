"""Verbs of money: the only place that writes this room's tables and its builds."""

from oneplan.budgets.actions.building import build_warehouse
from oneplan.budgets.actions.releases import ReceivedBudget, receive_budget, withdraw_budget

__all__ = ["ReceivedBudget", "build_warehouse", "receive_budget", "withdraw_budget"]
