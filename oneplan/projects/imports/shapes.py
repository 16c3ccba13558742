"""Projects as lines, areas and points of a file of shapes: the attribute table is the table, the shape is the place."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from oneplan.exchange import mapping as maps
from oneplan.exchange.issues import IssueLog
from oneplan.exchange.kinds import ImportOrder, get_kind
from oneplan.exchange.readers.shapes import SHAPE, read_shapes
from oneplan.exchange.rows import Row
from oneplan.exchange.targets import Target, TargetType
from oneplan.projects.imports.rows import ProjectRows
from oneplan.projects.imports.targets import KEY, TARGETS, TITLE

_HEADERS = "headers"  # under which a row carries the names of its columns from reading to checking
SHAPE_TARGETS = (KEY, TITLE, *TARGETS, Target(SHAPE, _("Shape"), TargetType.SHAPE, required=True))


def read_project_shapes(path: Path, order: ImportOrder, log: IssueLog) -> Iterator[Row]:
    """One row a shape. Raises FileRefused."""
    table = read_shapes(path, get_kind(order.kind), order, log)
    for row in table.rows:
        row.found[_HEADERS] = table.headers
        yield row


class ShapeRows(ProjectRows):
    """The reader of one run."""

    def check(self, rows: Sequence[Row]) -> None:
        """As for any table, once the names of its columns are known."""
        for row in rows:
            self._headers = row.found.pop(_HEADERS, self._headers)
        self._fed = frozenset(maps.columns_by_name(SHAPE_TARGETS, self._headers))
        super().check(rows)
