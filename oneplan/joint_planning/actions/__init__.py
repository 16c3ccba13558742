"""Everything that moves joint planning: the only place that writes this room's tables."""

from oneplan.joint_planning.actions.adoption import adopt_edition, freeze_copy, withdraw_copy
from oneplan.joint_planning.actions.participation import (
    ask_again,
    contribute,
    decline_contribution,
    open_contribution,
    remind_party,
    request_contribution,
    request_contributions,
)
from oneplan.joint_planning.actions.stages import (
    change_ruleset,
    grant_exception,
    pass_gate,
    reopen_stage,
    schedule_stage,
    start_planning,
    withdraw_exception,
)

__all__ = [
    "adopt_edition",
    "ask_again",
    "change_ruleset",
    "contribute",
    "decline_contribution",
    "freeze_copy",
    "grant_exception",
    "open_contribution",
    "pass_gate",
    "remind_party",
    "reopen_stage",
    "request_contribution",
    "request_contributions",
    "schedule_stage",
    "start_planning",
    "withdraw_copy",
    "withdraw_exception",
]
