"""Every address of the house, room by room."""

from importlib.util import find_spec

from django.conf import settings
from django.urls import include, path

from oneplan.api.lazy import LazyResolver
from oneplan.config import health

handler400 = "oneplan.platform.web.views.bad_request"
handler403 = "oneplan.platform.web.views.forbidden"
handler404 = "oneplan.platform.web.views.not_found"
handler500 = "oneplan.platform.web.views.broken"

_ROOMS = [room for room in settings.ROOMS if find_spec(f"oneplan.{room}.urls")]

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    LazyResolver("api/", "oneplan.api.addresses", "api"),
    LazyResolver("ogc/", "oneplan.api.ogc.addresses", "ogc"),
    path("account/", include("allauth.urls")),
    *(path("", include(f"oneplan.{room}.urls")) for room in _ROOMS),
    path("", include("oneplan.platform.web.urls")),
]
