"""Verbs of this room: the only place that writes its tables. None of them writes a budget figure."""

from oneplan.reprioritisation.actions.asking import draft_ask, revise_ask, route_ask, withdraw_ask
from oneplan.reprioritisation.actions.following import lapse_asks, move_ask, trace_asks
from oneplan.reprioritisation.actions.replying import answer_ask

__all__ = ["answer_ask", "draft_ask", "lapse_asks", "move_ask", "revise_ask", "route_ask", "trace_asks", "withdraw_ask"]
