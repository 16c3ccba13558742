from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommitmentsConfig(AppConfig):
    name = "oneplan.commitments"
    label = "commitments"

    def ready(self) -> None:
        """Offer the import of commitments, and say for which a post is accountable."""
        from oneplan.commitments import queries
        from oneplan.commitments.imports import KIND
        from oneplan.exchange.kinds import register
        from oneplan.institutions.ownership import register_ownership

        register(KIND)
        register_ownership("commitments", _("Commitments it is accountable for"), queries.accountable)
