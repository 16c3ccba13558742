from django.urls import path

from oneplan.indicators.views import explorer, listing

app_name = "indicators"

urlpatterns = [
    # What there is, and one indicator to look at.
    path("indicators/", listing.listing, name="listing"),
    path("indicators/<slug:code>/", explorer.explorer, name="explorer"),
]
