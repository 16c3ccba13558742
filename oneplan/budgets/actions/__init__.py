"""Verbs of money: the only place that writes this room's tables and its builds."""

from oneplan.budgets.actions.building import build_warehouse

__all__ = ["build_warehouse"]
