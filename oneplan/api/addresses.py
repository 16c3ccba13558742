"""Every address below /api/. Loaded at the first call (see lazy.py)."""

from django.urls import path, re_path
from django.urls.resolvers import URLPattern
from ninja.utils import normalize_path, replace_path_param_notation

from oneplan.api.guard import guarded
from oneplan.api.interface import interface, unknown_address
from oneplan.api.reference import reference


def _addresses() -> list[URLPattern]:
    return [
        path(
            normalize_path(f"v1/{replace_path_param_notation(route)}").lstrip("/").removesuffix("/"),
            guarded(path_view),
            name=path_view.operations[0].view_func.__name__,
        )
        for router in interface._get_bound_routers()
        for route, path_view in router.path_operations.items()
    ]


urlpatterns = [
    path("", reference, name="reference"),
    *_addresses(),
    re_path(r"^(?P<rest>.*)$", unknown_address, name="unknown"),
]
