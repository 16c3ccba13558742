from django.urls import path

from oneplan.budgets.views import builds, placing, spatial

app_name = "budgets"

urlpatterns = [
    # Where rand lies: the page by space, rules, builds.
    path("budgets/spatial/", spatial.spatial_page, name="spatial"),
    path("budgets/rules/", placing.rule_list, name="rule_list"),
    path("budgets/rules/set/", placing.set_rule, name="set_rule"),
    path("budgets/rules/<str:ref>/end/", placing.end_rule, name="end_rule"),
    path("budgets/builds/", builds.build_list, name="build_list"),
    path("budgets/builds/<str:name>/", builds.build, name="build"),
    path("budgets/builds/<str:name>/serve/", builds.serve, name="serve_build"),
]
