from django.urls import path

from oneplan.budgets.views import releases

app_name = "budgets"
urlpatterns = [
    path("budgets/releases/", releases.releases, name="releases"),
    path("budgets/releases/<slug:ref>/", releases.release, name="release"),
    path("budgets/releases/<slug:ref>/withdraw/", releases.withdraw_release, name="withdraw_release"),
]
