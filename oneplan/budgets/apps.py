from typing import Any

from django.apps import AppConfig


class BudgetsConfig(AppConfig):
    name = "oneplan.budgets"
    label = "budgets"

    def ready(self) -> None:
        """Put where we are in the budget cycle on every page; build anew when rules of where rand belongs have changed."""
        from oneplan.budgets.signals import rules_changed
        from oneplan.budgets.views import cycle
        from oneplan.platform.web.sections import register_section

        register_section("frame", "budget_cycle", cycle.ribbon)
        rules_changed.connect(_put_off_placing, dispatch_uid="budgets.place_anew")


def _put_off_placing(sender: Any, *, reason: str, by: Any, **_kwargs: Any) -> None:
    from oneplan.budgets import tasks
    from oneplan.warehouse import store

    if store.current_name():  # where nothing is built, the first build places by the rules of its day
        tasks.build_warehouse_anew.enqueue(by.user_id, reason)
