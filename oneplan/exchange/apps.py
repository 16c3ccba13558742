from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    """The room of data in and out."""

    name = "oneplan.exchange"
    verbose_name = _("Imports")
    default_auto_field = "django.db.models.BigAutoField"
