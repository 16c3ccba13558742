"""The room's entry in Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SpacesConfig(AppConfig):
    """Territories: provinces, spaces, municipal areas, wards, functional areas and their boundaries."""

    name = "oneplan.spaces"
    label = "spaces"
    verbose_name = _("Spaces")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Offer files of boundaries and of planning layers to the import pipeline."""
        from oneplan.exchange.kinds import register
        from oneplan.spaces.imports import KINDS

        for kind in KINDS:
            register(kind)
