"""Answers that are not a plain page: CSV, a stored file, a part of a page for HTMX."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from oneplan.platform.documents import Document, open_document

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_IS_A_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?%?")
# What a browser may show in place. Everything else is saved to disk, so that nothing handed in runs on our pages.
_SHOWN_IN_PLACE = frozenset({"application/pdf", "image/png", "image/jpeg", "text/plain"})


def harmless(cell: Any) -> str:
    """A cell that no spreadsheet runs as a formula; numbers stay numbers, exact to the cent.

    >>> harmless("=1+1"), harmless("-5.20"), harmless(None), harmless("@SUM(A1)")
    ("'=1+1", '-5.20', '', "'@SUM(A1)")
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | float | Decimal):
        return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
    text = str(cell)
    if text.lstrip(" \u00a0").startswith(_STARTS_A_FORMULA) and not _IS_A_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


class _Echo:
    """What csv.writer writes to: gives each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def csv_response(rows: Iterable[Sequence[Any]], name: str) -> StreamingHttpResponse:
    """`rows` (the first one the headings) as a CSV file called `name`, sent as it is made.

    UTF-8 with a byte order mark, so that Excel reads it rightly; cells that would run as formulas are neutralised.
    """
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff"
        for row in rows:
            yield writer.writerow([harmless(cell) for cell in row])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name(name, "csv")}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def file_name(name: str, extension: str) -> str:
    """A file name of letters, digits, points and hyphens, with its extension once.

    >>> file_name("Commitments DC36 / 2026", "csv")
    'commitments-dc36-2026.csv'
    """
    stem = re.sub(r"[^a-z0-9.]+", "-", name.lower().removesuffix(f".{extension}")).strip("-.")
    return f"{stem or 'oneplan'}.{extension}"


def download(document: Document, *, in_place: bool = False) -> FileResponse:
    """A stored document as a file; `in_place` lets the browser show it, for media types that cannot run script.

    The caller has checked that the actor may read it.
    """
    shown = in_place and document.media_type in _SHOWN_IN_PLACE
    response = FileResponse(
        open_document(document), as_attachment=not shown, filename=document.name, content_type=document.media_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=0, must-revalidate"
    response["ETag"] = f'"{document.sha256}"'
    return response


def render_page_or_part(
    request: HttpRequest, page: str, part: str, context: dict[str, Any] | None = None, status: int | None = None
) -> HttpResponse:
    """The whole page, or, when HTMX asks for a piece of it, only the part.

    A boosted link or a return through history gets the whole page. The answer says that it depends on the header,
    so that no cache mixes the two.
    """
    htmx = request.headers
    wants_part = (
        htmx.get("HX-Request") == "true"
        and htmx.get("HX-Boosted") != "true"
        and htmx.get("HX-History-Restore-Request") != "true"
    )
    response = render(request, part if wants_part else page, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
