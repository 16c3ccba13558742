from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CommitteeKind(TextChoices):
    POLITICAL = "political", _("Political committee")
    TECHNICAL = "technical", _("Technical committee")


class Capacity(TextChoices):
    """How a seat is held. Names follow the committee templates of the rule sets."""

    CHAIR = "chair", _("Chair")
    DEPUTY_CHAIR = "deputy_chair", _("Deputy chair")
    CO_CHAIR = "co_chair", _("Co-chair")
    MEMBER = "member", _("Member")


PRESIDING = (Capacity.CHAIR, Capacity.DEPUTY_CHAIR, Capacity.CO_CHAIR)


class Method(TextChoices):
    CONSENSUS = "consensus", _("By consensus")
    VOTE = "vote", _("By vote")


class Decision(TextChoices):
    """What a committee may resolve about an edition."""

    SUBMIT = "submit", _("Submit the signing copy to the political committee")
    APPROVE = "approve", _("Approve the signing copy for adoption")
    REFER_BACK = "refer_back", _("Refer the signing copy back")
    OTHER = "other", _("Another resolution")


ABOUT_A_COPY = (Decision.SUBMIT, Decision.APPROVE, Decision.REFER_BACK)


class Event(TextChoices):
    COMMITTEE_CONSTITUTED = "committee.constituted", _("A committee was constituted")
    COMMITTEE_ENDED = "committee.ended", _("A committee gave way to its successor")
    MEMBER_SEATED = "member.seated", _("A post was seated")
    MEMBER_UNSEATED = "member.unseated", _("A post left its seat")
    RESOLUTION_RECORDED = "resolution.recorded", _("A resolution was recorded")
    RESOLUTIONS_VOIDED = "resolutions.voided", _("Resolutions fell with the signing copy they cited")
