"""Decisions about commitments: what may be written, when, and by whose word. Never writes."""

from oneplan.commitments.rules.budgets import (
    PARAMETERS,
    MediumTermBudget,
    MediumTermBudgets,
    latest_tabled,
    medium_term_budgets,
)
from oneplan.commitments.rules.moves import (
    check_can_deliver,
    check_can_move,
    check_can_restore,
    check_can_withdraw,
    check_spaces_are_open,
    check_terms_may_change,
)
from oneplan.commitments.rules.parties import (
    check_can_add_party,
    check_can_answer_commitment,
    check_can_remove_party,
    check_can_sign_commitment,
    check_can_take_part,
    check_partners,
)
from oneplan.commitments.rules.places import (
    check_areas_lie_in,
    place_quality,
    point_flaw,
)
from oneplan.commitments.rules.pledges import (
    MoneyStanding,
    check_can_accept_pledge,
    check_can_answer_pledge,
    check_pledge_is_the_only_one,
    check_pledge_terms,
    check_status_fits_year,
    money_standing,
)
from oneplan.commitments.rules.shares import (
    WHOLE,
    check_shares,
    check_shares_may_start,
)
from oneplan.commitments.rules.terms import (
    LEAST_REASON,
    check_codes,
    check_elements_exist,
    check_justification,
    check_marker,
    check_reason,
    check_terms_make_sense,
)

__all__ = [
    "LEAST_REASON",
    "PARAMETERS",
    "WHOLE",
    "MediumTermBudget",
    "MediumTermBudgets",
    "MoneyStanding",
    "check_areas_lie_in",
    "check_can_accept_pledge",
    "check_can_add_party",
    "check_can_answer_commitment",
    "check_can_answer_pledge",
    "check_can_deliver",
    "check_can_move",
    "check_can_remove_party",
    "check_can_restore",
    "check_can_sign_commitment",
    "check_can_take_part",
    "check_can_withdraw",
    "check_codes",
    "check_elements_exist",
    "check_justification",
    "check_marker",
    "check_partners",
    "check_pledge_is_the_only_one",
    "check_pledge_terms",
    "check_reason",
    "check_shares",
    "check_shares_may_start",
    "check_spaces_are_open",
    "check_status_fits_year",
    "check_terms_make_sense",
    "check_terms_may_change",
    "latest_tabled",
    "medium_term_budgets",
    "money_standing",
    "place_quality",
    "point_flaw",
]
