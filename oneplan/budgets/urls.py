from django.urls import path

from oneplan.budgets.views import equity, facts, national, space

app_name = "budgets"

urlpatterns = [
    path("budgets/", national.national, name="national"),
    path("budgets/facts/", facts.facts_page, name="facts"),
    path("budgets/equity/", equity.equity, name="equity"),
    path("spaces/<str:code>/budget/", space.space_budget, name="space_budget"),
]
