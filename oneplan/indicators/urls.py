from django.urls import path

from oneplan.indicators.views import profile

app_name = "indicators"

urlpatterns = [
    # The profile of a space.
    path("spaces/<str:code>/profile/", profile.profile, name="profile"),
    path("spaces/<str:code>/profile/full/", profile.full_profile, name="full_profile"),
]
