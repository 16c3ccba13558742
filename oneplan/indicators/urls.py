from django.urls import path

from oneplan.indicators.views import freshness, performance, releases, targets

app_name = "indicators"

urlpatterns = [
    # What was received, and how old it is. These words come before the code of an indicator.
    path("indicators/releases/", releases.releases, name="releases"),
    path("indicators/releases/<slug:ref>/", releases.release, name="release"),
    path("indicators/releases/<slug:ref>/publish/", releases.publish_release, name="publish_release"),
    path("indicators/releases/<slug:ref>/withdraw/", releases.withdraw_release, name="withdraw_release"),
    path("indicators/freshness/", freshness.freshness, name="freshness"),
    # What institutions report of themselves.
    path("indicators/performance/", performance.performance, name="performance"),
    # What was decided: from where, and to where.
    path("indicators/targets/", targets.targets, name="targets"),
    path("indicators/targets/set/", targets.set_target, name="set_target"),
    path("indicators/baselines/set/", targets.set_baseline, name="set_baseline"),
]
