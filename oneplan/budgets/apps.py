from django.apps import AppConfig


class BudgetsConfig(AppConfig):
    name = "oneplan.budgets"
    label = "budgets"
