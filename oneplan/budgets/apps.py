from django.apps import AppConfig


class BudgetsConfig(AppConfig):
    name = "oneplan.budgets"
    label = "budgets"

    def ready(self) -> None:
        """Put where we are in the budget cycle on every page."""
        from oneplan.budgets.views import cycle
        from oneplan.platform.web.sections import register_section

        register_section("frame", "budget_cycle", cycle.ribbon)
