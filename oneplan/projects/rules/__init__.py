"""What must hold before a project is changed: each refusal is a sentence."""

from oneplan.projects.rules.matches import check_can_merge, check_can_part
from oneplan.projects.rules.placing import check_can_locate, check_can_review_placement, check_is_placed
from oneplan.projects.rules.projects import (
    LEAST_REASON,
    check_can_correct,
    check_can_move,
    check_can_show,
    check_milestone,
    check_reason,
    check_said,
)

__all__ = [
    "LEAST_REASON",
    "check_can_correct",
    "check_can_locate",
    "check_can_merge",
    "check_can_move",
    "check_can_part",
    "check_can_review_placement",
    "check_can_show",
    "check_is_placed",
    "check_milestone",
    "check_reason",
    "check_said",
]
