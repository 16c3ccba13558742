from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InstitutionsConfig(AppConfig):
    """The room of institutions and posts."""

    name = "oneplan.institutions"
    verbose_name = _("Institutions")
    default_auto_field = "django.db.models.BigAutoField"
