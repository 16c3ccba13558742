from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommitteesConfig(AppConfig):
    name = "oneplan.committees"
    label = "committees"

    def ready(self) -> None:
        from oneplan.committees import listeners, queries
        from oneplan.institutions.ownership import register_ownership

        listeners.listen()
        register_ownership("seats", _("Seats on committees"), queries.seats_of_post)
