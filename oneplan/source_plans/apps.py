from django.apps import AppConfig


class SourcePlansConfig(AppConfig):
    name = "oneplan.source_plans"
    label = "source_plans"

    def ready(self) -> None:
        """Offer the import of the items of plans."""
        from oneplan.exchange.kinds import register
        from oneplan.source_plans.imports import KIND

        register(KIND)
