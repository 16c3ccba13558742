from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReprioritisationConfig(AppConfig):
    name = "oneplan.reprioritisation"
    label = "reprioritisation"

    def ready(self) -> None:
        """Add asks to the pages of commitments and spaces, and their door to the rooms."""
        from oneplan.platform.web.navigation import Door, register
        from oneplan.platform.web.sections import register_section
        from oneplan.reprioritisation.views import sections

        register_section("commitment", "asks", sections.section_of_commitment)
        register_section("space", "asks", sections.section_of_space)
        register(Door("/asks/", _("Ask for money, and answer"), "table", "q"))
