from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FrameworksConfig(AppConfig):
    """The room of rule sets. It owns no tables; a broken file stops the start."""

    name = "oneplan.frameworks"
    verbose_name = _("Frameworks")

    def ready(self) -> None:
        from oneplan.frameworks import queries

        queries.load_everything()
