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

# Those whose tiles are asked for by the hundred come first: an address is looked up from the top.
_ROOMS = [
    room for room in sorted(settings.ROOMS, key=lambda room: room not in ("projects", "spaces"))
    if find_spec(f"oneplan.{room}.urls")
]  # fmt: skip

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    LazyResolver("api/", "oneplan.api.addresses", "api"),
    LazyResolver("ogc/", "oneplan.api.ogc.addresses", "ogc"),
    path("account/", include("allauth.urls")),
    *(path("", include(f"oneplan.{room}.urls")) for room in _ROOMS),
    path("", include("oneplan.platform.web.urls")),
]
