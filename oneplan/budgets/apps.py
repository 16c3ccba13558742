from typing import Any

from django.apps import AppConfig


class BudgetsConfig(AppConfig):
    name = "oneplan.budgets"
    label = "budgets"

    def ready(self) -> None:
        """Offer the import of budgets; say on every page where the cycle is; build when releases or rules changed."""
        from oneplan.budgets.amendment_imports import KIND as CALENDAR
        from oneplan.budgets.imports import KINDS
        from oneplan.budgets.signals import releases_changed, rules_changed
        from oneplan.budgets.views import cycle
        from oneplan.exchange.kinds import register
        from oneplan.platform.web.sections import register_section

        for kind in (*KINDS, CALENDAR):
            register(kind)
        register_section("frame", "budget_cycle", cycle.ribbon)
        releases_changed.connect(_put_off_build, dispatch_uid="budgets.build")
        rules_changed.connect(_put_off_placing, dispatch_uid="budgets.place_anew")


def _put_off_build(sender: Any, *, by: Any, **_kwargs: Any) -> None:
    from oneplan.budgets import tasks

    tasks.build.enqueue(by.user_id)


def _put_off_placing(sender: Any, *, reason: str, by: Any, **_kwargs: Any) -> None:
    from oneplan.budgets import tasks
    from oneplan.budgets.shelf import shelf

    if shelf.current_name():  # where nothing is built, the first build places by the rules of its day
        tasks.build_warehouse_anew.enqueue(by.user_id, reason)
