"""Words of reprioritisation: by which instrument, how an ask is answered, how far its money has come."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Instrument(TextChoices):
    """By what a budget is made or changed. Its windows, Act and reference: parameters/instruments.yaml."""

    MTEF_SUBMISSION = "mtef_submission", _("Submission for the medium-term budget")
    ADJUSTMENTS = "adjustments", _("Adjustments budget (national or provincial)")
    ROLL_OVER = "roll_over", _("Roll-over of unspent money")
    VIREMENT = "virement", _("Virement within a vote")
    GAZETTE = "gazette", _("Gazetted allocation or framework (Division of Revenue Act)")
    IDP_REVIEW = "idp_review", _("Review of the IDP")
    TABLED_BUDGET = "tabled_budget", _("Submission on the tabled municipal budget")
    MUNICIPAL_ADJUSTMENTS = "municipal_adjustments", _("Municipal adjustments budget")
    CORPORATE_PLAN = "corporate_plan", _("Corporate plan of a state-owned entity")


class AskState(TextChoices):
    """How far an ask is. From `allocated` on only a received budget release says so."""

    DRAFT = "draft", _("Draft")
    ROUTED = "routed", _("Routed, waiting for an answer")
    ANSWERED = "answered", _("Answered")
    IN_SUBMISSION = "in_submission", _("In the institution's submission")
    RECOMMENDED = "recommended", _("Recommended")
    ALLOCATED = "allocated", _("Allocated")
    TABLED = "tabled", _("Tabled")
    ADOPTED = "adopted", _("Adopted")
    GAZETTED = "gazetted", _("Gazetted")
    ADJUSTED = "adjusted", _("Adjusted")
    LAPSED = "lapsed", _("Lapsed without an answer")
    WITHDRAWN = "withdrawn", _("Withdrawn by who asked")


FROM_RELEASES_ONLY = (
    AskState.ALLOCATED, AskState.TABLED, AskState.ADOPTED, AskState.GAZETTED, AskState.ADJUSTED,
)  # fmt: skip


_TRACED = FROM_RELEASES_ONLY
ALLOWED_MOVES: dict[str, tuple[AskState, ...]] = {
    AskState.DRAFT: (AskState.ROUTED, AskState.WITHDRAWN),
    AskState.ROUTED: (AskState.ANSWERED, AskState.WITHDRAWN, AskState.LAPSED, *_TRACED),
    AskState.ANSWERED: (AskState.IN_SUBMISSION, AskState.WITHDRAWN, *_TRACED),
    AskState.IN_SUBMISSION: (AskState.RECOMMENDED, AskState.WITHDRAWN, *_TRACED),
    AskState.RECOMMENDED: (AskState.WITHDRAWN, *_TRACED),
    AskState.LAPSED: _TRACED,  # money may come without an answer
    **{state: tuple(later for later in _TRACED if later != state) for state in _TRACED},
    AskState.WITHDRAWN: (),
}


class ReplyCode(TextChoices):
    """What an accounting officer answers. None of them is money."""

    AGREED = "agreed", _("Agreed")
    AGREED_IN_PART = "agreed_in_part", _("Agreed in part")
    CANNOT_ACCOMMODATE = "cannot_accommodate", _("Supported, but cannot be accommodated")
    LATER_YEAR = "later_year", _("In a later year")
    NOT_OUR_MANDATE = "not_our_mandate", _("Not our mandate")
    DECLINED = "declined", _("Declined")


class Event(TextChoices):
    """What this room remembers."""

    ASK_DRAFTED = "ask.drafted", _("An ask for money was drafted.")
    ASK_REVISED = "ask.revised", _("An ask for money was revised.")
    ASK_ROUTED = "ask.routed", _("An ask for money was routed to an accounting officer.")
    ASK_ANSWERED = "ask.answered", _("An accounting officer answered an ask for money.")
    ASK_MOVED = "ask.moved", _("An ask for money moved on.")
    ASK_TRACED = "ask.traced", _("An ask for money was looked for in a budget release.")
    ASK_WITHDRAWN = "ask.withdrawn", _("An ask for money was withdrawn.")
    ASK_LAPSED = "ask.lapsed", _("An ask for money lapsed without an answer.")
