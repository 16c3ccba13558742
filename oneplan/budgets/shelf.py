"""Where the records and builds of budgets lie."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext_lazy as _

from oneplan.warehouse import connection
from oneplan.warehouse.connection import Reading
from oneplan.warehouse.store import Shelf

shelf = Shelf(
    form=2,
    empty=_("No budget has been loaded yet. Import one; its figures can be asked from then on."),
    stale=_("OnePlan was changed, and the figures of budgets are being built anew. Come back in some minutes."),
)


@contextmanager
def reading() -> Iterator[Reading]:
    """Ask the build of budgets that is served now. Raises NothingBuilt, BuiltBefore."""
    with connection.reading(shelf) as turn:
        yield turn
