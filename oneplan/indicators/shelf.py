"""Where the records and builds of observations lie."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext_lazy as _

from oneplan.warehouse import connection
from oneplan.warehouse.connection import Reading
from oneplan.warehouse.store import Shelf

shelf = Shelf(
    name="observations",
    form=2,
    empty=_(
        "No observation has been published yet. Import a file of indicators; what it says can be read from then on."
    ),
    stale=_("OnePlan was changed, and the observations are being built anew. Come back in some minutes."),
)


@contextmanager
def reading() -> Iterator[Reading]:
    """Ask the build of observations that is served now. Raises NothingBuilt, BuiltBefore."""
    with connection.reading(shelf) as turn:
        yield turn
