"""The approximate map for tests: made by its action once in a process, put back from memory afterwards."""

from oneplan.access.actors import system
from oneplan.spaces.actions import publish_approximate_map
from oneplan.spaces.models import Boundary, BoundaryRelease
from tests.world import World

_MADE: list[tuple[BoundaryRelease, list[Boundary]]] = []


def put_approximate_map(_world: World) -> list[BoundaryRelease]:
    """The releases of the map, cut to a hull: no outline file is needed. Nothing else is kept beside it."""
    BoundaryRelease.objects.all().delete()
    if not _MADE:
        releases = publish_approximate_map(None, by=system("tests"))
        _MADE.extend((release, list(release.boundaries.all())) for release in releases)
    else:
        BoundaryRelease.objects.bulk_create(release for release, _rows in _MADE)
        Boundary.objects.bulk_create((row for _release, rows in _MADE for row in rows), batch_size=500)
    return [release for release, _rows in _MADE]
