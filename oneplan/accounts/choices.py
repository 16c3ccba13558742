from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Event(TextChoices):
    TOKEN_MADE = "token.made", _("A token for the interface was made")  # an event, not a secret
    TOKEN_REVOKED = "token.revoked", _("A token for the interface was revoked")
