from django.apps import AppConfig


class CommitmentsConfig(AppConfig):
    name = "oneplan.commitments"
    label = "commitments"

    def ready(self) -> None:
        """Offer the import of commitments."""
        from oneplan.commitments.imports import KIND
        from oneplan.exchange.kinds import register

        register(KIND)
