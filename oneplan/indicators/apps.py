from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IndicatorsConfig(AppConfig):
    name = "oneplan.indicators"
    label = "indicators"

    def ready(self) -> None:
        """Offer the import of observations; build when releases or definitions changed; say what a post answers for.

        Which definitions stand is asked anew in each request and task.
        """
        from django.core.signals import request_started
        from django_tasks.signals import task_started

        from oneplan.exchange.kinds import register
        from oneplan.indicators.definitions.current import forget
        from oneplan.indicators.imports import KINDS
        from oneplan.indicators.owners import owned_by_post
        from oneplan.indicators.signals import definitions_changed, releases_changed
        from oneplan.institutions.ownership import register_ownership

        for kind in KINDS:
            register(kind)
        for changed in (releases_changed, definitions_changed):
            changed.connect(_put_off_build, dispatch_uid="indicators.build")
        for begins in (request_started, task_started):
            begins.connect(forget, dispatch_uid="indicators.definitions")
        register_ownership("indicators", _("Figures it answers for"), owned_by_post)


def _put_off_build(sender: Any, *, by: Any, **_kwargs: Any) -> None:
    from oneplan.indicators import tasks

    tasks.build.enqueue(by.user_id)
