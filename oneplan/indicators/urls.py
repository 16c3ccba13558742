from django.urls import path

from oneplan.indicators.views import (
    compare,
    data,
    explorer,
    facts,
    freshness,
    listing,
    performance,
    profile,
    releases,
    scorecard,
    targets,
)

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
    # What there is, one value with the rows behind it, and one indicator to look at.
    path("indicators/", listing.listing, name="listing"),
    path("indicators/values/<slug:code>/<str:place>/<int:boundary>/<str:when>/", facts.value_page, name="value"),
    # Spaces beside each other.
    path("indicators/compare/", compare.compare, name="compare"),
    path("indicators/scorecard/", scorecard.scorecard_page, name="scorecard"),
    # The data behind them, at addresses that name their edition.
    path("indicators/data/<slug:code>.json", data.newest_data, name="newest_data"),
    path("indicators/data/<str:edition>/<slug:code>.json", data.edition_data, name="edition_data"),
    path("indicators/<slug:code>/", explorer.explorer, name="explorer"),
    # The profile of a space.
    path("spaces/<str:code>/profile/", profile.profile, name="profile"),
    path("spaces/<str:code>/profile/full/", profile.full_profile, name="full_profile"),
]
