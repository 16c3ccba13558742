"""Faults of a file in sentences: what, in which row and column, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from oneplan.exchange.choices import IssueKind, Severity
from oneplan.exchange.issues import ISSUES_LISTED, IssueFound
from oneplan.indicators.feeds.meanings import Findings
from oneplan.indicators.tables import tables
from oneplan.warehouse.checks import Check, Found, counted, first_found


def tell_faults(cursor: Any, checks: Sequence[Check], found: Findings) -> None:
    """An issue for each row and cell at fault."""
    held = counted(cursor, checks, "typed")
    for each in first_found(cursor, checks, held, "typed", most=ISSUES_LISTED):
        kind, column, value, message = _said(each, found)
        found.log.add(IssueFound(found.sheet, each.row, column, value, kind, Severity.ERROR, message))


def _said(each: Found, found: Findings) -> tuple[IssueKind, str, str, str]:
    """(kind, column, value, sentence) of one row at fault."""
    match each.check.name:
        case "place" | "subject" | "quality":
            fault = found.faults[each.words[0] - 1]
            return fault.kind, found.bound.header_of(fault.target), "", fault.message
        case "ragged":
            message = (
                _("The row has fewer cells than the header. Fill it up, or export the table again.")
                if each.words[0] == 1 else
                _("The row has more cells than the header. A comma may stand in a cell without quotation marks.")
            )  # fmt: skip
            return IssueKind.RAGGED_ROW, "", "", message
        case "too_low":
            table = tables()[each.words[0]]
            message = _("The source stands by “%(table)s” down to %(level)s only. Leave the row out, or mark it as"
                        " modelled (status: modelled) and say by which method.") % {
                "table": table.title, "level": str(table.lowest.label).lower(),
            }  # fmt: skip
            return IssueKind.RULE_BROKEN, found.bound.header_of("place"), each.value, message
    header = found.bound.values[each.words[0]].header
    match each.check.name:
        case "number":
            message = _("“%(value)s” is no number, or may be read as two. Write digits with a decimal point and nothing"
                        " between thousands, or leave the cell empty where there is no value.") % {
                "value": each.value,
            }  # fmt: skip
            return IssueKind.BAD_NUMBER, header, each.value, message
        case "negative":
            message = _("%(value)s: a count cannot be less than nothing. Correct it at the source.")
            return IssueKind.ODD_AMOUNT, header, each.value, message % {"value": each.value}
        case "percent":
            message = _("%(value)s is a percentage, and the table tells counts. If the file tells per cent, its table"
                        " is another one.") % {"value": each.value}  # fmt: skip
            return IssueKind.ODD_AMOUNT, header, each.value, message
        case "large":
            message = _("%(value)s: nothing in this country is so many. Correct it at the source.")
            return IssueKind.ODD_AMOUNT, header, each.value, message % {"value": each.value}
        case _ if each.words[1] == 1:
            message = _("%(value)s: a part of one lies between 0 and 1. If the file tells per cent or counts, its table"
                        " is another one.") % {"value": each.value}  # fmt: skip
            return IssueKind.ODD_AMOUNT, header, each.value, message
        case _:
            message = _("%(value)s: a percentage lies between 0 and 100. If the file tells counts, its table is another"
                        " one.") % {"value": each.value}  # fmt: skip
            return IssueKind.ODD_AMOUNT, header, each.value, message


def tell_repeated(cursor: Any, found: Findings) -> None:
    """An issue for each row that says what an earlier row, or another column of it, says already."""
    rows = cursor.execute(
        'SELECT "row", min(first), arg_min(cell, first), arg_min(first_cell, first) FROM repeated GROUP BY "row" '
        f'ORDER BY "row" LIMIT {ISSUES_LISTED}'
    ).fetchall()
    headers = [column.header for column in found.bound.values]
    for row, first, cell, first_cell in rows:
        message = (
            _("The columns “%(one)s” and “%(two)s” say the same of one place and time. Label each with the category or"
              " the period that it holds.") % {"one": headers[first_cell], "two": headers[cell]}
            if row == first else
            _("The row says again what row %(first)s says: the same table, category, place and period. Delete one.")
            % {"first": first}
        )  # fmt: skip
        found.log.add(IssueFound(found.sheet, row, "", "", IssueKind.DUPLICATE_ROW, Severity.ERROR, message))
