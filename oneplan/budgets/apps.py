from typing import Any

from django.apps import AppConfig


class BudgetsConfig(AppConfig):
    name = "oneplan.budgets"
    label = "budgets"

    def ready(self) -> None:
        """Offer the import of budgets; build the warehouse when what is in force has changed."""
        from oneplan.budgets.imports import KINDS
        from oneplan.budgets.signals import releases_changed
        from oneplan.exchange.kinds import register

        for kind in KINDS:
            register(kind)
        releases_changed.connect(_put_off_build, dispatch_uid="budgets.build")


def _put_off_build(sender: Any, *, by: Any, **_kwargs: Any) -> None:
    from oneplan.budgets import tasks

    tasks.build.enqueue(by.user_id)
