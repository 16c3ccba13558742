"""What is wrong with a judged file, in sentences: each with row, column, value and what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from oneplan.budgets.choices import AmountType, Length
from oneplan.budgets.feeds.binding import Bound, year_in
from oneplan.budgets.feeds.figures import Figures, Sums
from oneplan.budgets.feeds.meanings import Findings
from oneplan.budgets.feeds.targets import LABELS
from oneplan.exchange.choices import IssueKind, Severity
from oneplan.exchange.issues import ISSUES_LISTED, FileRefused, IssueFound, IssueLog
from oneplan.exchange.kinds import TextTable
from oneplan.exchange.rows import shown
from oneplan.warehouse.checks import Found, counted, first_found

_GROUPS = ("institution", "period", "function", "item", "fund", "receiver")
_TRIED, _SHIFTS, _MOSTLY = 200, (1, -1, 2, -2), 0.9
_PERIODS_NAMED = 20


def tell_faults(cursor: Any, figures: Figures, found: Findings, bound: Bound) -> None:
    """Say of each row what is wrong with it, as far as the log lists."""
    counts = counted(cursor, figures.checks, "typed")
    if not counts:
        return
    figures.keep_faults()
    held = {check.name for check in figures.checks if check.costs_row and check.name in counts}
    for each in first_found(cursor, figures.checks, held, "at_fault", most=ISSUES_LISTED):
        found.log.add(_issue(each, found, bound))
    for name in ("function_year", "item_year"):
        check = next(check for check in figures.checks if check.name == name)
        if name in counts and not check.costs_row:
            found.log.warn(
                IssueKind.UNKNOWN_CODE,
                _("%(count)s rows are of years that the chart of the layout does not cover. Their codes were read by it"
                  " all the same; look whether they meant something else then.") % {"count": counts[name]},
                sheet=found.sheet,
            )  # fmt: skip


def _issue(each: Found, found: Findings, bound: Bound) -> IssueFound:
    kind, column, value, message = _SENTENCES[each.check.name](each, found, bound)
    return IssueFound(found.sheet, each.row, column, shown(value), kind, Severity.ERROR, str(message))


def _by_number(each: Found, found: Findings, bound: Bound) -> tuple[IssueKind, str, str, str]:
    fault = found.faults[each.words[0] - 1]
    return fault.kind, bound.header_of(fault.target) or LABELS.get(fault.target, ""), "", fault.message


def _ragged(each: Found, found: Findings, bound: Bound) -> tuple[IssueKind, str, str, str]:
    said = (
        _("The row has fewer cells than the header.")
        if each.words[0] == 1
        else _("The row has more cells than the header.")
    )
    remedy = _("A mark inside a cell may stand for a column, or the file was cut off here: put cells that hold the"
               " delimiter in quotation marks and export again.")  # fmt: skip
    return IssueKind.RAGGED_ROW, "", "", f"{said} {remedy}"


def _said(
    kind: IssueKind, message: Callable[[], str]
) -> Callable[[Found, Findings, Bound], tuple[IssueKind, str, str, str]]:
    def sentence(each: Found, found: Findings, bound: Bound) -> tuple[IssueKind, str, str, str]:
        return kind, each.column, each.value, message() % {"value": each.value}

    return sentence


def _outside_years(message: Callable[[], str]) -> Callable[[Found, Findings, Bound], tuple[IssueKind, str, str, str]]:
    """A code of a year that the chart does not cover: another layout reads it, or the code or the year is wrong."""

    def sentence(each: Found, found: Findings, bound: Bound) -> tuple[IssueKind, str, str, str]:
        said = message() % {"value": each.value}
        if other := bound.layout.other_years:
            remedy = _("Returns of other years have codes of their own: import them with --layout %(other)s, or correct"
                       " the year.") % {"other": other}  # fmt: skip
        else:
            remedy = _("Correct the code or the year.")
        return IssueKind.UNKNOWN_CODE, each.column, each.value, f"{said} {remedy}"

    return sentence


_SENTENCES: dict[str, Callable[[Found, Findings, Bound], tuple[IssueKind, str, str, str]]] = {
    **dict.fromkeys(_GROUPS, _by_number),
    "ragged": _ragged,
    "ended": _said(IssueKind.ENDED, lambda: _(
        "“%(value)s” had ceased to exist before this financial year. Whoever took it over reports for it: correct the"
        " code or the year.")),
    "amount": _said(IssueKind.BAD_AMOUNT, lambda: _(
        "“%(value)s” is no amount in rand, or more than R100 trillion. Write a number, for example 1234567.00.")),
    "lost_point": _said(IssueKind.ODD_AMOUNT, lambda: _(
        "“%(value)s” is a whole number in a file in which no amount has three decimals, though many have more"
        " or fewer: its"
        " point was probably lost when the file was made (4.788 became 4788), so that it is a thousand times too large."
        " Fetch a sound file from the source. If the amounts are right, say the unit (--set unit=1000).")),
    "year": _said(IssueKind.BAD_YEAR, lambda: _(
        "Nobody says of which financial year this amount is. Match a column of years, or put the year in the name or"
        " label of the column.")),
    "type": _said(IssueKind.BAD_CHOICE, lambda: _(
        "Nobody says whether this amount is a budget or spent. Match a column of amount types, or label the"
        " column, such"
        " as “original” or “actual”.")),
    "statement": _said(IssueKind.BAD_CHOICE, lambda: _(
        "Nobody says in which statement this amount stands (revenue, operating, capital …). Match a column of"
        " statements, or say it for the whole file.")),
    "item_year": _outside_years(lambda: _("The item “%(value)s” is not in the chart of this financial year.")),
    "function_year": _outside_years(lambda: _("The function “%(value)s” is not in the chart of this financial year.")),
}  # fmt: skip


def tell_repeated(cursor: Any, found: Findings) -> None:
    """Say of rows that say again what an earlier row of the file says, and of periods that stand in it twice."""
    [(count,)] = cursor.execute("SELECT count(*) FROM repeated").fetchall()
    if not count:
        return
    periods = cursor.execute(
        'SELECT word, year, length, period, amount_type, count(*), min("row"), min("first") FROM repeated '
        'JOIN (SELECT DISTINCT ON ("row") * FROM typed SEMI JOIN repeated USING ("row") ORDER BY "row", cell) '
        'USING ("row") '
        "JOIN words ON words.id = institution "
        f"GROUP BY ALL ORDER BY 7 LIMIT {_PERIODS_NAMED}"
    ).fetchall()
    for institution, year, length, period, amount_type, rows, row, first in periods:
        found.log.add(IssueFound(
            found.sheet, row, "", institution or "", IssueKind.DUPLICATE_ROW, Severity.WARNING,
            _("%(rows)s rows of %(institution)s, %(when)s, stand in the file twice: from row %(row)s on they"
              " say again what"
              " stands from row %(first)s on. The first are kept; if the second were right, remove the first.")
            % {"rows": rows, "institution": institution, "when": when(year, length, period, amount_type), "row": row,
               "first": first},
        ))  # fmt: skip
    for row, first in cursor.execute(
        f'SELECT "row", "first" FROM repeated ORDER BY 1 LIMIT {ISSUES_LISTED}'
    ).fetchall():
        found.log.add(IssueFound(
            found.sheet, row, "", "", IssueKind.DUPLICATE_ROW, Severity.ERROR,
            _("This row says again what row %(first)s says: the same institution, period and codes. Keep one of"
              " the two.")
            % {"first": first},
        ))  # fmt: skip


def when(year: int, length: int, period: int, amount_type: int) -> str:
    """A period and an amount type in words: "2019/20, M01, Actual, in the year"."""
    label = f"{year}/{(year + 1) % 100:02d}" if year else _("no year")
    part = {1: f", Q{period}", 2: f", M{period:02d}"}.get(length, "") if list(Length)[length] != Length.YEAR else ""
    return f"{label}{part}, {list(AmountType)[amount_type].label if amount_type >= 0 else '?'}"


def tell_rounded(sums: dict[str, Sums], found: Findings) -> None:
    """Say which columns have parts of a cent, and what rounding does to their sum."""
    for header, each in sums.items():
        if each.rounded:
            found.log.add(IssueFound(
                found.sheet, each.first_rounded, header, "", IssueKind.NORMALISED, Severity.WARNING,
                _("%(count)s amounts have parts of a cent and were rounded to the cent, each by itself; their"
                  " sum changes by"
                  " R%(change)s.") % {"count": each.rounded, "change": f"{each.kept - each.accepted:.7f}".rstrip("0")},
            ))  # fmt: skip


def check_not_cut_off(table: TextTable) -> None:
    """Whether the file reaches its end. Raises FileRefused where its last line stops in the middle.

    What is left of a file that was cut off would take the place of the whole return that was reported before. A remark
    under the table, in one cell, is no row that stops.
    """
    if not table.ends_open or len(table.headers) < 2:
        return
    filled = " + ".join(f"(coalesce(c{index}, '') <> '')::INTEGER" for index in range(len(table.headers)))
    [(row, stops)] = table.cursor.execute(
        f'SELECT "row", c{len(table.headers) - 1} IS NULL AND {filled} > 1 FROM source ORDER BY "row" DESC LIMIT 1'
    ).fetchall()
    if stops:
        raise FileRefused(
            IssueKind.DAMAGED,
            _("The file was cut off: row %(row)s, its last, stops in the middle. Fetch it again from its source; if the"
              " row is a remark, remove it.") % {"row": row},
            sheet=table.sheet, row=row,
        )  # fmt: skip


def tell_unread_years(bound: Bound, table: TextTable, log: IssueLog) -> None:
    """Say of each column whose header names a financial year, and which is not read, that it is not."""
    read = {cell.index for cell in bound.cells} | {index for indexes in bound.columns.values() for index in indexes}
    unread = [
        header for index, header in enumerate(table.headers) if index not in read and year_in(header)
    ]  # fmt: skip
    if unread:
        log.warn(
            IssueKind.BAD_MAPPING,
            _("Not read, although their headers name a year: %(columns)s. If they hold amounts, the file may be in"
              " another layout.") % {"columns": ", ".join(unread)[:400]},
            sheet=table.sheet, row=table.header_row,
        )  # fmt: skip


def check_columns_stand(bound: Bound, table: TextTable) -> None:
    """Whether cells stand under their header. Raises FileRefused where they stand a column or two beside it."""
    checked = [(cell.index, _is_amount) for cell in bound.cells[:3]]
    checked += [(bound.columns[name][0], _is_year) for name in ("year",) if name in bound.columns]
    checked += [(bound.columns[name][0], _is_period) for name in ("period_code",) if name in bound.columns]
    rows = [row for row in table.first[:_TRIED] if any(cell not in ("", None) for cell in row)]
    if len(rows) < 3 or _fits(rows, checked, 0) > 1 - _MOSTLY:
        return
    for shift in _SHIFTS:
        if _fits(rows, checked, shift) >= _MOSTLY:
            raise FileRefused(
                IssueKind.SHIFTED,
                _("The cells stand %(columns)s to the %(side)s of their headers: under “%(header)s” stands"
                  " “%(cell)s”. A"
                  " column was added or lost in one of them. Mend the header and import again.")
                % {
                    "columns": _("one column") if abs(shift) == 1 else _("two columns"),
                    "side": _("right") if shift > 0 else _("left"), "header": table.headers[checked[0][0]],
                    "cell": shown(rows[0][checked[0][0]]) if checked[0][0] < len(rows[0]) else "",
                },
                sheet=table.sheet, row=table.header_row + 1, column=table.headers[checked[0][0]],
            )  # fmt: skip


def _fits(rows: Sequence[Sequence[Any]], checked: Sequence[tuple[int, Callable[[str], bool]]], shift: int) -> float:
    """The part of rows in which every checked cell, so many columns beside, reads as it should."""
    good = sum(
        all(0 <= at + shift < len(row) and reads(shown(row[at + shift]).strip()) for at, reads in checked)
        and any(shown(row[at + shift]).strip() for at, _reads in checked)
        for row in rows
    )
    return good / len(rows)


def _is_amount(text: str) -> bool:
    return not text or text.replace(".", "", 1).replace("-", "", 1).replace(" ", "").replace(",", "").isdigit()


def _is_year(text: str) -> bool:
    return len(text) >= 4 and text[:4].isdigit() and 1990 <= int(text[:4]) <= 2100 and len(text) <= 9


def _is_period(text: str) -> bool:
    return _is_year(text[:4]) and text[4:5].isalpha()
