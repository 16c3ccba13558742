from django.urls import path

from oneplan.budgets.views import cycle

app_name = "budgets"

urlpatterns = [
    # The budget cycle.
    path("budgets/cycle/", cycle.cycle, name="cycle"),
    path("budgets/cycle.ics", cycle.cycle_feed, name="cycle_feed"),
]
