"""A pledge that was deleted from a workbook and written anew for the same year and source is the same pledge, changed.

A party has one pledge for each year and source. Read as a removal and an addition, the addition would be refused as the
second of its kind; and the pledge would lose its history.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from oneplan.exchange.values import BadValue
from oneplan.workbooks.cells import read
from oneplan.workbooks.contents import House, Line
from oneplan.workbooks.models import Workbook
from oneplan.workbooks.reading import Difference
from oneplan.workbooks.sheets import COMMITMENTS, PLEDGES

_KEYS = ("commitment", "institution", "year", "funding_source")
_COLUMNS = {column.key: column for column in PLEDGES.columns}


def pair_pledges(
    workbook: Workbook, rows: list[Difference], gone: Sequence[Sequence[str]], house: House, now: Mapping[str, Line]
) -> tuple[list[Difference], list[Sequence[str]]]:
    """The rows and what is gone, where an added pledge that stands for a deleted one has become a change of it.

    `now` are the pledges as the house has them, by identity: one that was removed there is not changed any more.
    """
    left = {identity for key, identity in gone if key == PLEDGES.key and identity in now}
    if not left or not any(row.sheet == PLEDGES.key and not row.id for row in rows):
        return rows, list(gone)
    reader = _Reader(workbook, house)
    issued = {
        row[0]: dict(zip(_COLUMNS, row[3], strict=True)) for row in workbook.issued["sheets"][PLEDGES.key]["rows"]
    }
    deleted = {reader.names(issued[identity]): identity for identity in sorted(left)}
    paired: list[Difference] = []
    for row in rows:
        names = reader.names(row.cells) if row.sheet == PLEDGES.key and not row.id and not row.flaws else None
        identity = deleted.pop(names, "") if names else ""
        if identity:
            written = {
                key: row.cells[key] for key, column in _COLUMNS.items() if column.is_open and not column.only_new
            }
            row = replace(row, id=identity, cells={**issued[identity], **written})
            left.discard(identity)
        paired.append(row)
    return paired, [
        (key, identity) for key, identity in gone if key != PLEDGES.key or identity in left or identity not in now
    ]


class _Reader:
    def __init__(self, workbook: Workbook, house: House) -> None:
        self.house = house
        self.own = workbook.institution_id or ""
        place = [column.key for column in COMMITMENTS.columns].index("lead")
        column = COMMITMENTS.columns[place]
        known = house.lists.known(column.options)
        rows: Iterable[Any] = workbook.issued["sheets"][COMMITMENTS.key]["rows"]
        self.leads = {row[0]: read(column, row[3][place], known)[0] for row in rows}

    def names(self, cells: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """What a pledge is the only one of: its commitment, institution, year and source; None where it cannot be read.

        A row that names no institution is of the party whose workbook it is, else of the leading institution.
        """
        try:
            commitment, institution, year, source = (self._value(name, cells[name]) for name in _KEYS)
        except BadValue:
            return None
        ref = str(commitment).upper()
        return (ref, institution or self.own or self.leads.get(ref, ""), year, source) if year else None

    def _value(self, name: str, cell: Any) -> Any:
        column = _COLUMNS[name]
        return read(column, cell, self.house.lists.known(column.options) if column.options else {})[0]
