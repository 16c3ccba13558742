from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "oneplan.projects"
    label = "projects"

    def ready(self) -> None:
        """Offer the imports of projects."""
        from oneplan.exchange.kinds import register
        from oneplan.projects.imports import KINDS

        for kind in KINDS:
            register(kind)
