"""Lists on pages: a part at a time, in an order the reader chose from those allowed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.forms import BaseForm, BoundField, CheckboxInput
from django.http import HttpRequest
from django.utils.translation import gettext

PER_PAGE = 50
Row = TypeVar("Row", bound=Model)


def paginate(request: HttpRequest, rows: QuerySet[Any] | Sequence[Any], per_page: int = PER_PAGE) -> Page[Any]:
    """The page of `rows` that `?page=` asks for; a number too high or unreadable gives the nearest page.

    Two queries for a queryset: its count and its slice.
    """
    return Paginator(rows, per_page).get_page(request.GET.get("page"))


@dataclass(frozen=True)
class Sorting:
    """The order of a list: `asked` is the key in the address ("-due" is due, latest first)."""

    asked: str
    order_by: tuple[str, ...]

    def apply(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        return rows.order_by(*self.order_by)


def sorting(
    request: HttpRequest,
    allowed: Mapping[str, str | Sequence[str]],
    default: str,
    param: str = "sort",
    tie: str = "pk",
) -> Sorting:
    """The order that `?sort=` asks for, if it is one of `allowed` (key in the address → field or fields).

    Anything else gives `default`, so that only fields the view named are sorted by. `tie` makes the order total.
    Pass the result to the template as `sorting`, for `{% sort_header %}`.
    """
    asked = request.GET.get(param, default)
    if asked.removeprefix("-") not in allowed:
        asked = default
    fields = allowed[asked.removeprefix("-")]
    names = [fields] if isinstance(fields, str) else list(fields)
    if asked.startswith("-"):
        names = [name.removeprefix("-") if name.startswith("-") else f"-{name}" for name in names]
    return Sorting(asked, (*names, tie))


def chips(request: HttpRequest, form: BaseForm) -> list[dict[str, str]]:
    """The filters in use, one for each value in the address that the filter form accepts, each with the way to drop it.

    Pass the result to the template as `chips`, for `web/_filters.html`.
    """
    found = []
    form.is_valid()
    for bound in form:
        if bound.name in form.errors or bound.is_hidden:
            continue
        for value in request.GET.getlist(bound.html_name):
            if value:
                query = request.GET.copy()
                query.pop("page", None)
                query.setlist(bound.html_name, [each for each in query.getlist(bound.html_name) if each != value])
                href = f"{request.path}?{query.urlencode()}"
                found.append({"label": str(bound.label), "shown": _shown(bound, value), "href": href})
    return found


def _shown(bound: BoundField, value: str) -> str:
    """The words of a choice, where the field has choices."""
    if isinstance(bound.field.widget, CheckboxInput):
        return gettext("yes")
    for key, label in _flat(getattr(bound.field, "choices", ())):
        if str(key) == value:
            return str(label)
    return value


def _flat(choices: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield key, label
