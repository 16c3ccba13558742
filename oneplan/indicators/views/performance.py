"""What institutions report of their own performance: targets and what was reported, quarter beside quarter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.indicators.models import Performance, PerformanceQuarter
from oneplan.periods.years import Basis, FinancialYear
from oneplan.platform.web.lists import chips, paginate
from oneplan.platform.web.responses import csv_response, render_page_or_part

_PER_PAGE = 25
_QUARTERS = (1, 2, 3, 4, 0)


class PerformanceFilter(forms.Form):
    """What the list shows."""

    q = forms.CharField(
        label=gettext_lazy("Words of the indicator"), required=False, widget=forms.TextInput({"type": "search"})
    )
    institution = forms.ChoiceField(label=gettext_lazy("Institution"), required=False)
    year = forms.ChoiceField(label=gettext_lazy("Financial year"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        rows = Performance.objects.order_by()
        names = rows.values_list("institution_name", flat=True).distinct().order_by("institution_name")
        fields["institution"].choices = [("", _("all")), *((name, name) for name in names)]
        years = rows.values_list("year", flat=True).distinct().order_by("-year")
        fields["year"].choices = [("", _("all")), *((str(y), FinancialYear(y, Basis.PFMA).label) for y in years)]


@dataclass(frozen=True)
class Line:
    """One indicator with its quarters in order, the year last; None where nothing is said."""

    told: Performance
    quarters: tuple[tuple[str, PerformanceQuarter | None], ...]  # each with what it is called

    @property
    def year(self) -> FinancialYear:
        return FinancialYear(self.told.year, Basis.PFMA)


@require_safe
def performance(request: ActorHttpRequest) -> HttpResponseBase:
    """Performance indicators of institutions, by institution and programme; also as a table (`?format=csv`)."""
    form = PerformanceFilter(request.GET)
    rows = Performance.objects.prefetch_related("quarters").select_related("institution")
    if form.is_valid():
        rows = _found(rows, form.cleaned_data)
    if request.GET.get("format") == "csv":
        return csv_response(_table(rows.iterator(chunk_size=500)), "performance")
    page = paginate(request, rows, _PER_PAGE)
    context = {
        "form": form, "chips": chips(request, form), "page": page, "lines": list(_lines(page)),
        "count": page.paginator.count, "newest": rows.order_by("-as_at").first(),
    }  # fmt: skip
    return render_page_or_part(request, "indicators/performance.html", "indicators/_performance.html", context)


def _found(rows: QuerySet[Performance], asked: dict[str, str]) -> QuerySet[Performance]:
    if asked["q"]:
        rows = rows.filter(Q(title__icontains=asked["q"]) | Q(programme__icontains=asked["q"]))
    if asked["institution"]:
        rows = rows.filter(institution_name=asked["institution"])
    return rows.filter(year=asked["year"]) if asked["year"] else rows


def _lines(rows: Iterable[Performance]) -> Iterator[Line]:
    for row in rows:
        quarters = {each.quarter: each for each in row.quarters.all()}
        yield Line(row, tuple((_head(number), quarters.get(number)) for number in _QUARTERS))


def _head(quarter: int) -> str:
    return _("Quarter %(n)s") % {"n": quarter} if quarter else _("Year")


def _table(rows: Iterable[Performance]) -> Iterator[list[Any]]:
    yield ["institution", "institution_code", "financial_year", "programme", "subprogramme", "indicator", "quarter",
           "target", "target_number", "reported", "reported_number", "validated", "validated_number", "deviation",
           "correction", "question", "source", "as_at"]  # fmt: skip
    for row in rows:
        for each in row.quarters.all():
            yield [
                row.institution_name, row.institution_id or "", FinancialYear(row.year, Basis.PFMA).label,
                row.programme, row.subprogramme, row.title, each.quarter or "year", each.target, each.target_number,
                each.reported, each.reported_number, each.validated, each.validated_number, each.deviation,
                each.correction, each.question, row.source, row.as_at,
            ]  # fmt: skip
