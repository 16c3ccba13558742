from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InstitutionsConfig(AppConfig):
    """The room of institutions and posts. A broken `parameters/posts.yaml` stops the start."""

    name = "oneplan.institutions"
    verbose_name = _("Institutions")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from oneplan.exchange.kinds import register
        from oneplan.institutions.establishment import posts
        from oneplan.institutions.imports import KIND

        posts()
        register(KIND)
