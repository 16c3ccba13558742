from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CommitmentState(TextChoices):
    PROPOSED = "proposed", _("Proposed")
    AGREED = "agreed", _("Agreed")
    SIGNED = "signed", _("Signed")
    DELIVERED = "delivered", _("Delivered")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# Amending content sends an agreed or signed commitment back to proposed: what was agreed is no longer what is written.
ALLOWED_MOVES: dict[str, tuple[str, ...]] = {
    CommitmentState.PROPOSED: (CommitmentState.AGREED, CommitmentState.WITHDRAWN),
    CommitmentState.AGREED: (CommitmentState.PROPOSED, CommitmentState.SIGNED, CommitmentState.WITHDRAWN),
    # Back to agreed: the signing copy was withdrawn, its signatures fall, the agreement to unchanged terms stands.
    CommitmentState.SIGNED: (
        CommitmentState.PROPOSED,
        CommitmentState.AGREED,
        CommitmentState.DELIVERED,
        CommitmentState.WITHDRAWN,
    ),
    CommitmentState.DELIVERED: (),
    CommitmentState.WITHDRAWN: (CommitmentState.PROPOSED,),
}


class CommitmentKind(TextChoices):
    PROGRAMME = "programme", _("Programme")
    PROJECT = "project", _("Project")
    SERVICE = "service", _("Service")
    REFORM = "reform", _("Reform")
    FUNDING = "funding", _("Funding")
    LAND = "land", _("Land")
    POLICY = "policy", _("Policy")


class Novelty(TextChoices):
    """The Framework, section 7(c): not just legacy projects."""

    NEW = "new", _("New")
    ACCELERATED = "accelerated", _("Accelerated")
    REDIRECTED = "redirected", _("Redirected")
    EXISTING = "existing", _("Existing")


class PartyRole(TextChoices):
    LEAD = "lead", _("Lead")
    PARTNER = "partner", _("Partner")


class FundingStatus(TextChoices):
    """How firm a pledge is. Beyond the latest tabled medium-term budget, at most indicative."""

    COMMITTED = "committed", _("Committed")
    TABLED = "tabled", _("Tabled")
    INDICATIVE = "indicative", _("Indicative")
    UNFUNDED = "unfunded", _("Unfunded")


# What counts as money in hand: a budget line or a contract stands behind it.
SECURED = (FundingStatus.COMMITTED, FundingStatus.TABLED)


class Funding(TextChoices):
    """Whether the pledges cover what the commitment needs. Unknown stays unknown."""

    FUNDED = "funded", _("Funded")
    PART = "part", _("Funded in part, or only indicatively")
    UNFUNDED = "unfunded", _("Unfunded")
    UNKNOWN = "", _("Unknown")


class Acceptance(TextChoices):
    """What the pledging institution's accounting officer said."""

    ASKED = "asked", _("Asked, not answered")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")


class ProjectStage(TextChoices):
    """Those of `projects.choices.Stage` that something still to be done can have, in order; blank for no project."""

    INITIATION = "initiation", _("Project initiation")
    PRE_FEASIBILITY = "pre_feasibility", _("Pre-feasibility")
    FEASIBILITY = "feasibility", _("Feasibility")
    TENDER = "tender", _("Tender")
    DESIGN = "design", _("Design")
    SITE_HANDED_OVER = "site_handed_over", _("Site handed over to contractor")
    CONSTRUCTION_25 = "construction_25", _("Construction 1–25 %")
    CONSTRUCTION_50 = "construction_50", _("Construction 26–50 %")
    CONSTRUCTION_75 = "construction_75", _("Construction 51–75 %")
    CONSTRUCTION_99 = "construction_99", _("Construction 76–99 %")
    PRACTICAL_COMPLETION = "practical_completion", _("Practical completion")
    FINAL_COMPLETION = "final_completion", _("Final completion")
    ON_HOLD = "on_hold", _("On hold")
    PACKAGED = "packaged", _("Packaged ongoing project")


class PlaceQuality(TextChoices):
    """How a commitment's place is known. Only `located` and `named` count as placed."""

    LOCATED = "located", _("Located: a ward or point inside a legal boundary")
    NAMED = "named", _("Named: one or more municipal areas")
    WHOLE_SPACE = "whole_space", _("The whole space, stated")
    APPROXIMATE = "approximate", _("Approximate: a point tested against the approximate map")
    NOT_PLACED = "not_placed", _("Not placed")


# A point tested only against the approximate map is never placed evidence.
PLACED = (PlaceQuality.LOCATED, PlaceQuality.NAMED)


class Placing(TextChoices):
    """The ledger's filter on places: three honest answers."""

    PLACED = "placed", _("Placed: a ward, a point in a legal boundary, or municipal areas")
    COARSE = "coarse", _("Coarse: the whole space, or an approximate point")
    NOT_PLACED = "not_placed", _("Not placed")


class Event(TextChoices):
    COMMITMENT_PROPOSED = "commitment.proposed", _("A commitment was proposed")
    COMMITMENT_AGREED = "commitment.agreed", _("All parties agreed")
    COMMITMENT_SIGNED = "commitment.signed", _("A party signed")
    SIGNATURES_VOIDED = "signatures.voided", _("Signatures were voided by a change")
    COMMITMENT_AMENDED = "commitment.amended", _("The commitment was amended")
    COMMITMENT_DELIVERED = "commitment.delivered", _("The commitment was delivered")
    COMMITMENT_WITHDRAWN = "commitment.withdrawn", _("The commitment was withdrawn")
    COMMITMENT_RESTORED = "commitment.restored", _("A withdrawn commitment was proposed again")
    COMMITMENTS_IMPORTED = "commitments.imported", _("Commitments were imported")
    PARTY_ADDED = "party.added", _("A party was added")
    PARTY_REMOVED = "party.removed", _("A party was removed")
    PLEDGE_DRAFTED = "pledge.drafted", _("A pledge was drafted")
    PLEDGE_REVISED = "pledge.revised", _("A pledge was revised")
    PLEDGE_REMOVED = "pledge.removed", _("A pledge was removed")
    PLEDGE_ACCEPTED = "pledge.accepted", _("A pledge was accepted")
    PLEDGE_DECLINED = "pledge.declined", _("A pledge was declined")
    SHARES_SET = "shares.set", _("The shares of the spaces were set")
    COMMITMENT_MARKED = "commitment.marked", _("A cross-cutting marker was set")
    COMMITMENT_UNMARKED = "commitment.unmarked", _("A cross-cutting marker was removed")
    SERVICES_SET = "services.set", _("The outcomes and strategies served were set")
    PARTY_AGREED = "party.agreed", _("A party agreed")
    PARTY_DECLINED = "party.declined", _("A party declined")
