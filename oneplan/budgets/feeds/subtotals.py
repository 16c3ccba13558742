"""Subtotals are no figures: they are set apart, and compared with the sum of the parts that stand in the same file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext as _

from oneplan.budgets.feeds.binding import Bound
from oneplan.budgets.feeds.meanings import Findings
from oneplan.exchange.choices import IssueKind, Severity
from oneplan.exchange.issues import IssueFound
from oneplan.warehouse.texts import insert_rows

_LISTED = 1_000
_SAME = "institution, amount_type, year, length, period, function, fund, programme, project, evidence, cell"


def check_subtotals(cursor: Any, bound: Bound, found: Findings) -> None:
    """Warn of each subtotal that is not the sum of its parts; where a part is not in the file nothing can be said."""
    cursor.execute('CREATE VIEW standing AS SELECT * FROM typed ANTI JOIN refused USING ("row")')
    _check_columns(cursor, bound, found)
    if any(found.subtotals.values()):
        _check_items(cursor, found, found.subtotals)


def _check_columns(cursor: Any, bound: Bound, found: Findings) -> None:
    places = {cell.index: number for number, cell in enumerate(bound.cells)}
    for number, cell in enumerate(bound.cells):
        if not cell.parts:
            continue
        parts = ", ".join(str(places[index]) for index in cell.parts)
        rows = cursor.execute(
            f'SELECT "row", sum(exact) FILTER (cell = {number}) AS stated, '
            f"coalesce(sum(exact) FILTER (cell IN ({parts})), 0) AS parts FROM standing WHERE cell IN"
            f" ({number}, {parts}) "
            f'GROUP BY "row" HAVING abs(stated - parts) >= 0.01 ORDER BY "row" LIMIT {_LISTED}'
        ).fetchall()
        for row, stated, summed in rows:
            _tell(found, row, cell.header, stated, summed)


def _check_items(cursor: Any, found: Findings, subtotals: Mapping[str, tuple[str, ...]]) -> None:
    pairs = [
        (found.word(whole), found.word(part.lstrip("-")), -1 if part.startswith("-") else 1)
        for whole, parts in subtotals.items() for part in parts
    ]  # fmt: skip
    insert_rows(cursor, "of_subtotals", {"whole": pa.int32(), "part": pa.int32(), "sign": pa.int8()}, pairs)
    named = {number: word for word, number in found.words.items()}
    alike = " AND ".join(f"parts.{name} = whole.{name}" for name in _SAME.split(", "))
    rows = cursor.execute(
        f"""SELECT min(whole."row"), whole.item, any_value(whole.exact), sum(parts.exact * sign)
        FROM standing whole JOIN of_subtotals ON of_subtotals.whole = whole.item
        JOIN (SELECT {_SAME}, item, sum(exact) AS exact FROM standing WHERE exact IS NOT NULL GROUP BY ALL) parts
            ON parts.item = of_subtotals.part AND {alike}
        WHERE whole.exact IS NOT NULL GROUP BY whole."row", whole.cell, whole.item
        HAVING abs(any_value(whole.exact) - sum(parts.exact * sign)) >= 0.01 ORDER BY 1 LIMIT {_LISTED}"""
    ).fetchall()
    for row, item, stated, summed in rows:
        label = found.labels.get(("items", named[item]))
        _tell(found, row, label.label if label else named[item], stated, summed)


def _tell(found: Findings, row: int, what: str, stated: Any, summed: Any) -> None:
    message = _("“%(what)s” is R%(stated)s, but its parts in the file add up to R%(summed)s. The parts are kept"
                " as figures,"
                " the subtotal is not; ask the source which is right.")  # fmt: skip
    found.log.add(
        IssueFound(
            found.sheet, row, what, f"{stated:.2f}", IssueKind.SUBTOTAL, Severity.WARNING,
            message % {"what": what, "stated": f"{stated:.2f}", "summed": f"{summed:.2f}"},
        )
    )  # fmt: skip
