from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Event(TextChoices):
    ROLE_GRANTED = "role.granted", _("A role was granted")
    ROLE_REVOKED = "role.revoked", _("A role was revoked")
    USER_INVITED = "user.invited", _("A person was invited")
    INVITATION_ACCEPTED = "invitation.accepted", _("An invitation was taken up")
    INVITATION_WITHDRAWN = "invitation.withdrawn", _("An invitation was withdrawn")
    USER_DEACTIVATED = "user.deactivated", _("An account was closed")
    USER_REACTIVATED = "user.reactivated", _("An account was opened again")
