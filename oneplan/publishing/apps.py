from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublishingConfig(AppConfig):
    """The room of the plan in every form."""

    name = "oneplan.publishing"
    verbose_name = _("Publishing")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Teach the log what happens here."""
        from oneplan.portal.queries.memory import register_events
        from oneplan.publishing.choices import Event

        register_events(Event)
