"""Addresses of committees."""

from django.urls import path

from oneplan.committees import views

app_name = "committees"
urlpatterns = [
    path("spaces/<str:code>/committees/", views.committees, name="committees"),
    path("spaces/<str:code>/committees/<slug:kind>/constitute/", views.constitute, name="constitute"),
    path("spaces/<str:code>/committees/<slug:kind>/seat/", views.seat_member, name="seat_member"),
    path("spaces/<str:code>/committees/<slug:kind>/unseat/<str:post_code>/", views.unseat_member, name="unseat_member"),
    path("spaces/<str:code>/committees/<slug:kind>/resolve/", views.record_resolution, name="record_resolution"),
    path("spaces/<str:code>/committees/<slug:kind>/resolutions/<int:number>/minutes/", views.minutes, name="minutes"),
]
