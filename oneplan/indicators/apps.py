from typing import Any

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "oneplan.indicators"
    label = "indicators"

    def ready(self) -> None:
        """Offer the import of observations; build when releases changed."""
        from oneplan.exchange.kinds import register
        from oneplan.indicators.imports import KINDS
        from oneplan.indicators.signals import releases_changed

        for kind in KINDS:
            register(kind)
        releases_changed.connect(_put_off_build, dispatch_uid="indicators.build")


def _put_off_build(sender: Any, *, by: Any, **_kwargs: Any) -> None:
    from oneplan.indicators import tasks

    tasks.build.enqueue(by.user_id)
