"""Lists in pages: a page number and a size, the total, and links to the neighbours."""

from collections.abc import Callable, Iterable, Sequence
from math import ceil
from typing import Annotated, Any, Generic, TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Field, Schema
from pydantic import BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError

from oneplan.platform.rest.schemas import Shown

T = TypeVar("T")
USUAL, MOST, LAST_PAGE = 50, 200, 100_000


def _digits(value: Any) -> Any:
    if isinstance(value, str) and not (value.isascii() and value.isdecimal() and len(value) < 12):
        raise PydanticCustomError("digits", "This is no whole number. Write digits only.")
    return value


Count = Annotated[int, Field(ge=0), BeforeValidator(_digits)]
_PageNumber = Annotated[int, Field(ge=1, le=LAST_PAGE), BeforeValidator(_digits)]
_Limit = Annotated[int, Field(ge=1, le=MOST), BeforeValidator(_digits)]


class Paging(Schema):
    """Which page, and how many rows on it."""

    model_config = ConfigDict(extra="forbid")
    page: _PageNumber = Field(1, description="The page, from 1.")
    limit: _Limit = Field(USUAL, description=f"Rows on a page: {USUAL} unless told, at most {MOST}.")


class Listed(Shown, Generic[T]):
    """One page of a list. The header Link leads to the first, previous, next and last page."""

    total: int = Field(description="How many rows there are on all pages.")
    page: int
    pages: int
    limit: int
    items: list[T]


def paged(
    request: HttpRequest,
    response: HttpResponse,
    rows: QuerySet[Any] | Sequence[Any],
    paging: Paging,
    shape: Callable[[Any], Any],
) -> dict[str, Any]:
    """One page of rows that stand in a stable order, each shaped, with Link headers on the answer.

    Two queries for a queryset, and what it prefetches.
    """
    total = rows.count() if isinstance(rows, QuerySet) else len(rows)
    first = (paging.page - 1) * paging.limit
    pages = max(1, ceil(total / paging.limit))
    held: Iterable[Any] = rows[first : first + paging.limit] if first < total else ()
    response["Link"] = _links(request, paging.page, pages)
    return {
        "total": total, "page": paging.page, "pages": pages, "limit": paging.limit,
        "items": [shape(row) for row in held],
    }  # fmt: skip


def _links(request: HttpRequest, page: int, pages: int) -> str:
    wanted = {"first": 1, "prev": page - 1, "next": page + 1, "last": pages}
    query = request.GET.copy()
    links = []
    for relation, number in wanted.items():
        if 1 <= number <= pages:
            query["page"] = str(number)
            links.append(f'<{request.path}?{query.urlencode()}>; rel="{relation}"')
    return ", ".join(links)
