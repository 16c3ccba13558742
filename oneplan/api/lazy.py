"""Addresses that load when the first call comes: the command line and the pages do not pay for the interface."""

from django.urls import URLResolver
from django.urls.resolvers import RoutePattern


class LazyResolver(URLResolver):
    """As `path(route, include(module))`, without importing the module until an address below the route is asked for."""

    def __init__(self, route: str, module: str, namespace: str) -> None:
        super().__init__(RoutePattern(route), module, app_name=namespace, namespace=namespace)

    def _populate(self) -> None:
        """Names are looked up through the namespace, which loads the module; the house's own names need it not."""
        if "urlconf_module" in self.__dict__:
            super()._populate()
