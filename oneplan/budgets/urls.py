from django.urls import path

from oneplan.budgets.views import cycle, equity, facts, national, space

app_name = "budgets"

urlpatterns = [
    # The budget cycle.
    path("budgets/cycle/", cycle.cycle, name="cycle"),
    path("budgets/cycle.ics", cycle.cycle_feed, name="cycle_feed"),
    path("budgets/", national.national, name="national"),
    path("budgets/facts/", facts.facts_page, name="facts"),
    path("budgets/equity/", equity.equity, name="equity"),
    path("spaces/<str:code>/budget/", space.space_budget, name="space_budget"),
]
