from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    name = "oneplan.plans"
    label = "plans"

    def ready(self) -> None:
        """Say what of a plan a post may own."""
        from oneplan.indicators.definitions.uses import register_use
        from oneplan.institutions.ownership import register_ownership
        from oneplan.plans import ownership
        from oneplan.plans.citations import citations_of

        register_use("citations", _("citations in plans"), citations_of)
        register_ownership("immediate", _("Immediate issues"), ownership.immediate_issues)
        register_ownership("findings", _("Findings"), ownership.findings)
        register_ownership("outcomes", _("Outcomes"), ownership.outcomes)
        register_ownership("strategies", _("Strategies"), ownership.strategies)
        register_ownership("sections", _("Sections of plans"), ownership.sections)
