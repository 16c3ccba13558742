from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkbooksConfig(AppConfig):
    """The room of workbooks that parties fill and return."""

    name = "oneplan.workbooks"
    verbose_name = _("Workbooks")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Teach the log what happens here."""
        from oneplan.portal.queries.memory import register_events
        from oneplan.workbooks.choices import Event

        register_events(Event)
