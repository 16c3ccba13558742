"""What must hold before a project is changed: each refusal is a sentence."""

from oneplan.projects.rules.placing import check_can_locate, check_can_review_placement, check_is_placed

__all__ = ["check_can_locate", "check_can_review_placement", "check_is_placed"]
