from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """The pages across rooms."""

    name = "oneplan.portal"
    label = "portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        """Teach the rooms below what only the roof can see: places, posts, the words of the log, the inbox's count."""
        from oneplan.access import scopes
        from oneplan.platform.audit import register_teller
        from oneplan.platform.web import navigation
        from oneplan.portal.queries import memory, people
        from oneplan.portal.queries.inbox import waiting_for

        scopes.register_kind("province", _("A province"), people.provinces)
        scopes.register_kind("space", _("A district or metro space"), people.spaces)
        scopes.register_kind("institution", _("An institution"), people.institutions)
        scopes.register_posts(people.posts_of)
        register_teller(memory.lines)
        navigation.register(
            navigation.Door("/inbox/", _("Do what waits for me"), "inbox", "i", navigation.signed_in, waiting_for)
        )
        navigation.register(navigation.Door("/board/", _("See the country"), "board", "b", navigation.signed_in))
        navigation.register(navigation.Door("/plans/", _("Read adopted plans"), "plan", "r"))
        navigation.register(navigation.Door("/log/", _("Audit the log"), "history", "l", people.may_audit))
        navigation.register(navigation.Door("/people/", _("Manage people"), "person", "p", people.may_manage))
        navigation.register(navigation.Door("/help/", _("Get help"), "help", ""))
