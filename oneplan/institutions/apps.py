from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InstitutionsConfig(AppConfig):
    """The room of institutions and posts. A broken `parameters/posts.yaml` stops the start."""

    name = "oneplan.institutions"
    verbose_name = _("Institutions")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from oneplan.access.scopes import register_seats
        from oneplan.exchange.kinds import register
        from oneplan.institutions.actions import take_up_post
        from oneplan.institutions.establishment import posts
        from oneplan.institutions.imports import KIND
        from oneplan.institutions.ownership import delegations_given, delegations_received, register_ownership

        posts()
        register_seats(take_up_post)
        register(KIND)
        register_ownership("delegations_given", _("Delegations given"), delegations_given)
        register_ownership("delegations_received", _("Delegations received"), delegations_received)
