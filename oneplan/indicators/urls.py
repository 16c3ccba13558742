from django.urls import path

from oneplan.indicators.views import explorer, facts, listing

app_name = "indicators"

urlpatterns = [
    # What there is, one value with the rows behind it, and one indicator to look at.
    path("indicators/", listing.listing, name="listing"),
    path("indicators/values/<slug:code>/<str:place>/<int:boundary>/<str:when>/", facts.value_page, name="value"),
    path("indicators/<slug:code>/", explorer.explorer, name="explorer"),
]
