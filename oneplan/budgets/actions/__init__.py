"""Verbs of money: the only place that writes this room's tables and its builds."""

from oneplan.budgets.actions.building import build_warehouse, serve_build
from oneplan.budgets.actions.placing import end_placement_rule, set_placement_rule

__all__ = ["build_warehouse", "end_placement_rule", "serve_build", "set_placement_rule"]
