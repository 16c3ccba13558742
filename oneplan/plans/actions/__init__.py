"""Everything that changes a plan: the only place that writes this room's tables.

Every write locks the edition first, so that no content changes while the edition is being frozen, then the element,
whose revision must be the one its editor saw.
"""

from oneplan.plans.actions.citations import cite_observation, remove_citation
from oneplan.plans.actions.editions import (
    abandon_edition,
    adopt_edition,
    change_ruleset,
    freeze_edition,
    involve_institution,
    open_edition,
    reopen_edition,
)
from oneplan.plans.actions.elements import (
    link_priorities,
    mark_element,
    remove_element,
    restore_element,
    unmark_element,
)
from oneplan.plans.actions.findings import record_finding, revise_finding
from oneplan.plans.actions.immediate_issues import (
    raise_immediate_issue,
    resolve_immediate_issue,
    revise_immediate_issue,
)
from oneplan.plans.actions.outcomes import revise_outcome, set_outcome
from oneplan.plans.actions.strategies import formulate_strategy, revise_strategy
from oneplan.plans.actions.texts import write_impact, write_section, write_vision

__all__ = [
    "abandon_edition",
    "adopt_edition",
    "change_ruleset",
    "cite_observation",
    "formulate_strategy",
    "freeze_edition",
    "involve_institution",
    "link_priorities",
    "mark_element",
    "open_edition",
    "raise_immediate_issue",
    "record_finding",
    "remove_citation",
    "remove_element",
    "reopen_edition",
    "resolve_immediate_issue",
    "restore_element",
    "revise_finding",
    "revise_immediate_issue",
    "revise_outcome",
    "revise_strategy",
    "set_outcome",
    "unmark_element",
    "write_impact",
    "write_section",
    "write_vision",
]
