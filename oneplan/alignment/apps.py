from django.apps import AppConfig


class AlignmentConfig(AppConfig):
    name = "oneplan.alignment"
    label = "alignment"

    def ready(self) -> None:
        """Add clashes, ties and links to the pages of projects and commitments."""
        from oneplan.alignment.views import clashes, links, ties
        from oneplan.platform.web.sections import register_section

        register_section("project", "ties", ties.section_of_project)
        register_section("project", "clashes", clashes.section_of_project)
        register_section("commitment", "ties", ties.section_of_commitment)
        register_section("project", "links", links.section_of_project)
        register_section("commitment", "links", links.section_of_commitment)
