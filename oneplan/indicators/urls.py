from django.urls import path

from oneplan.indicators.views import (
    borders,
    compare,
    data,
    definitions,
    explorer,
    facts,
    freshness,
    lineage,
    listing,
    measures,
    outlook,
    own,
    owners,
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
    # What users define, and who answers for figures.
    path("indicators/definitions/", definitions.definitions, name="definitions"),
    path("indicators/definitions/<slug:kind>/new/", definitions.define, name="define"),
    path("indicators/definitions/<slug:kind>/<slug:code>/", definitions.definition, name="definition"),
    path("indicators/definitions/<slug:kind>/<slug:code>/revise/", definitions.revise_definition, name="revise"),
    path("indicators/definitions/<slug:kind>/<slug:code>/retire/", definitions.retire_definition, name="retire"),
    path("indicators/owners/<slug:subject>/<slug:code>/", owners.ownership, name="ownership"),
    path("indicators/owners/<slug:subject>/<slug:code>/assign/", owners.assign_owner, name="assign_owner"),
    path("indicators/owners/<slug:subject>/<slug:code>/answer/", owners.answer_ownership, name="answer_ownership"),
    # What institutions report of themselves.
    path("indicators/performance/", performance.performance, name="performance"),
    # What was decided: from where, and to where.
    path("indicators/targets/", targets.targets, name="targets"),
    path("indicators/targets/set/", targets.set_target, name="set_target"),
    path("indicators/baselines/set/", targets.set_baseline, name="set_baseline"),
    # What there is, one value with the rows behind it, and one indicator to look at.
    path("indicators/", listing.listing, name="listing"),
    path("indicators/values/<slug:code>/<str:place>/<int:boundary>/<str:when>/", facts.value_page, name="value"),
    path(
        "indicators/values/<slug:code>/<str:place>/<int:boundary>/<str:when>/from/<int:source>/",
        lineage.converted_page,
        name="converted_value",
    ),
    # What befell the borders that values are told on.
    path("indicators/borders/", borders.all_borders, name="all_borders"),
    path("indicators/borders/<str:code>/", borders.borders, name="borders"),
    # What is worked out by a published method, and from figures that a reader brings.
    path("indicators/measures/", measures.measure_list, name="measures"),
    path("indicators/measures/<slug:code>/", measures.measure_page, name="measure"),
    path("indicators/measures/<slug:code>/own/", own.own_page, name="own"),
    path("indicators/measures/<slug:code>/own/result/", own.own_result, name="own_result"),
    # Spaces beside each other.
    path("indicators/compare/", compare.compare, name="compare"),
    path("indicators/scorecard/", scorecard.scorecard_page, name="scorecard"),
    # The data behind them, at addresses that name their edition.
    path("indicators/data/<slug:code>.json", data.newest_data, name="newest_data"),
    path("indicators/data/<str:edition>/<slug:code>.json", data.edition_data, name="edition_data"),
    *(
        path(f"indicators/data/{address}.{form}", view, {"form": form}, name=f"{name}_{form.replace('.', '_')}")
        for form in ("sdmx.csv", "sdmx.json")
        for address, view, name in (
            ("<slug:code>", data.newest_data, "newest"),
            ("<str:edition>/<slug:code>", data.edition_data, "edition"),
        )
    ),
    path("indicators/<slug:code>/", explorer.explorer, name="explorer"),
    # The profile of a space.
    path("spaces/<str:code>/profile/", profile.profile, name="profile"),
    path("spaces/<str:code>/profile/full/", profile.full_profile, name="full_profile"),
    # What is to come: people and households, and backlogs under deliveries a year.
    path("spaces/<str:code>/outlook/", outlook.outlook, name="outlook"),
    path("spaces/<str:code>/outlook/services/", outlook.services, name="outlook_services"),
]
