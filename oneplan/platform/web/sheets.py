"""A table as a file: CSV, Excel or Parquet, each with its source, date, unit and notes."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _

from oneplan.platform.web.responses import csv_response, file_name, harmless

FORMS = (("csv", "CSV"), ("xlsx", "Excel"), ("parquet", "Parquet"))
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}


@dataclass(frozen=True)
class Sheet:
    """A table to hand out. `rand` names the columns that hold rand; `about` says what the numbers are."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    rand: frozenset[str]
    about: Mapping[str, str]
    page: str = ""  # what the sheet of the workbook is called


def file_of(sheet: Sheet, form: str) -> HttpResponse | StreamingHttpResponse:
    """The sheet as a file in one of FORMS. Raises KeyError for any other."""
    if form == "csv":
        return csv_response(_csv(sheet), file_name(sheet.name, "csv"))
    content = {"xlsx": _xlsx, "parquet": _parquet}[form](sheet)
    response = HttpResponse(content, content_type=_TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{file_name(sheet.name, form)}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _csv(sheet: Sheet) -> list[Sequence[Any]]:
    """What the numbers are stands in columns of every row: a table that is cut apart still says it."""
    told = list(sheet.about.values())
    return [[*sheet.columns, *sheet.about], *([*row, *told] for row in sheet.rows)]


def _xlsx(sheet: Sheet) -> bytes:
    import xlsxwriter  # here: slow to load, and only this function writes a workbook

    made = io.BytesIO()
    with xlsxwriter.Workbook(made, _OPTIONS) as book:
        head = book.add_format({"bold": True, "bg_color": "#1d4f63", "font_color": "#ffffff", "text_wrap": True})
        rand = book.add_format({"num_format": "#,##0.00"})
        page = book.add_worksheet(sheet.page or _("Figures"))
        page.freeze_panes(1, 1)
        page.set_column(0, len(sheet.columns), 20)
        page.write_row(0, 0, sheet.columns, head)
        formats = [rand if column in sheet.rand else None for column in sheet.columns]
        told = cache(harmless)  # the same few texts stand in most rows
        for at, row in enumerate(sheet.rows, start=1):
            for place, cell in enumerate(row):
                if isinstance(cell, Decimal | int | float):
                    page.write_number(at, place, cell, formats[place])
                elif cell:
                    page.write_string(at, place, told(cell))
        about = book.add_worksheet(_("About"))
        about.set_column(0, 0, 20)
        about.set_column(1, 1, 100)
        for at, (name, words) in enumerate(sheet.about.items()):
            about.write_string(at, 0, name, head)
            about.write_string(at, 1, words)
    return made.getvalue()


def _parquet(sheet: Sheet) -> bytes:
    import pyarrow as pa  # here: slow to load, and only this function writes Parquet
    import pyarrow.parquet as pq

    columns = list(zip(*sheet.rows, strict=True)) or [() for _name in sheet.columns]
    arrays = []
    for name, values in zip(sheet.columns, columns, strict=True):
        whole = [value for value in values if value is not None]
        kind = (
            pa.decimal128(24, 2) if name in sheet.rand
            else pa.int64() if whole and all(isinstance(value, int) for value in whole)
            else pa.float64() if whole and all(isinstance(value, float) for value in whole)
            else pa.string()
        )  # fmt: skip
        given = values if kind != pa.string() else [None if value is None else str(value) for value in values]
        arrays.append(pa.array(given, kind))
    table = pa.table(dict(zip(sheet.columns, arrays, strict=True)))
    made = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(dict(sheet.about)), made)
    return made.getvalue()
