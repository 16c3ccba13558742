from django.urls import path

from oneplan.budgets.views import amendments, builds, cycle, equity, facts, national, placing, releases, space, spatial

app_name = "budgets"

urlpatterns = [
    # The budget cycle.
    path("budgets/cycle/", cycle.cycle, name="cycle"),
    path("budgets/cycle.ics", cycle.cycle_feed, name="cycle_feed"),
    # What was received.
    path("budgets/cycle/amendments/", amendments.amendment_list, name="amendment_list"),
    path("budgets/cycle/amendments/new/", amendments.amend_calendar, name="amend_calendar"),
    path("budgets/cycle/amendments/<str:ref>/withdraw/", amendments.withdraw_amendment, name="withdraw_amendment"),
    path("budgets/releases/", releases.releases, name="releases"),
    path("budgets/releases/<slug:ref>/", releases.release, name="release"),
    path("budgets/releases/<slug:ref>/withdraw/", releases.withdraw_release, name="withdraw_release"),
    # Who spends what.
    path("budgets/", national.national, name="national"),
    path("budgets/facts/", facts.facts_page, name="facts"),
    path("budgets/equity/", equity.equity, name="equity"),
    path("spaces/<str:code>/budget/", space.space_budget, name="space_budget"),
    # Where rand lies: the page by space, rules, builds.
    path("budgets/spatial/", spatial.spatial_page, name="spatial"),
    path("budgets/rules/", placing.rule_list, name="rule_list"),
    path("budgets/rules/set/", placing.set_rule, name="set_rule"),
    path("budgets/rules/<str:ref>/end/", placing.end_rule, name="end_rule"),
    path("budgets/builds/", builds.build_list, name="build_list"),
    path("budgets/builds/<str:name>/", builds.build, name="build"),
    path("budgets/builds/<str:name>/serve/", builds.serve, name="serve_build"),
]
