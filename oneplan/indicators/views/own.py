"""Measures worked out from figures that a reader brings. Nothing of them is kept, unless somebody keeps the result."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.indicators.computed import poverty
from oneplan.indicators.computed.checking import NotComputable
from oneplan.indicators.computed.development import human_development
from oneplan.indicators.worked.catalogue import measures
from oneplan.indicators.worked.keeping import keep_poverty
from oneplan.indicators.worked.microdata import Microdata, poverty_of, shifts_of
from oneplan.periods import clock
from oneplan.platform.errors import NotAllowed
from oneplan.platform.web.inputs import NumberInput
from oneplan.platform.web.responses import csv_response
from oneplan.spaces.models import MunicipalArea

_SALT = "indicators.worked.poverty"
_AN_HOUR = 3600
_NEWEST_REPORT = 2025
_FIRST_COUNT = date(1900, 1, 1)


class DevelopmentForm(forms.Form):
    """The four parts of the human development index of one place."""

    life_expectancy = NumberInput(label=gettext_lazy("Life expectancy at birth, years"), max_digits=6, decimal_places=2)
    mean_schooling = NumberInput(
        label=gettext_lazy("Mean years of schooling, adults of 25 or older"), max_digits=5, decimal_places=2
    )
    expected_schooling = NumberInput(label=gettext_lazy("Expected years of schooling"), max_digits=5, decimal_places=2)
    income = NumberInput(
        label=gettext_lazy("Gross national income per person, constant PPP dollars"), max_digits=10, decimal_places=2
    )

    @classmethod
    def answer(cls, given: Mapping[str, str]) -> dict[str, Any]:
        """The form, and what it gives where it was sent."""
        if "life_expectancy" not in given:
            return {"development": cls()}
        form = cls(given)
        if not form.is_valid():
            return {"development": form}
        try:
            told = {name: [float(value)] for name, value in form.cleaned_data.items()}
            found = human_development(**told, report=_NEWEST_REPORT)
        except NotComputable as refused:
            return {"development": form, "development_refused": refused.sentence}
        parts = (
            (_("Index"), found.index), (_("Health"), found.health), (_("Education"), found.education),
            (_("Income"), found.income),
        )  # fmt: skip
        return {
            "development": form, "goalposts": found.goalposts,
            "developed": [(label, round(float(each[0]), 3)) for label, each in parts],
        }  # fmt: skip


class OwnForm(forms.Form):
    """A file of one's own."""

    file = forms.FileField(label=gettext_lazy("File"), widget=forms.ClearableFileInput({"accept": ".csv"}))


class MicrodataForm(OwnForm):
    """Households with their deprivations, from where and when, and what is done where a deprivation is unknown."""

    title = forms.CharField(
        label=gettext_lazy("What the file is"), max_length=150,
        help_text=gettext_lazy("The survey or census with its year: it stands beside every number of the result."),
    )  # fmt: skip
    as_at = forms.DateField(label=gettext_lazy("Counted on"), widget=forms.DateInput({"type": "date"}))
    covers = forms.ChoiceField(
        label=gettext_lazy("The file stands for"),
        choices=[("", gettext_lazy("choose")), ("country", gettext_lazy("the whole country")),
                 ("areas", gettext_lazy("the municipal areas that it names, and no more"))],
        help_text=gettext_lazy("Of the whole file something is kept as South Africa's only where it stands for it."),
    )  # fmt: skip
    boundary = forms.ChoiceField(
        label=gettext_lazy("Municipal codes are on the borders of"),
        choices=[(each, each) for each in ("2021", "2016", "2011")],
    )  # fmt: skip
    missing = forms.ChoiceField(
        label=gettext_lazy("Where a deprivation is unknown"),
        choices=[
            (poverty.Missing.REFUSE.value, gettext_lazy("work nothing out")),
            (poverty.Missing.LEAVE_OUT.value, gettext_lazy("leave the household out")),
            (poverty.Missing.NOT_DEPRIVED.value, gettext_lazy("count it as not deprived: the lowest it can be")),
        ],
    )  # fmt: skip

    def clean_as_at(self) -> date:
        told: date = self.cleaned_data["as_at"]
        if not _FIRST_COUNT <= told <= clock.today():
            raise forms.ValidationError(_("Enter a day from %(first)s until today.") % {"first": _FIRST_COUNT.year})
        return told


@require_http_methods(["GET", "HEAD", "POST"])
def own_page(request: ActorHttpRequest, code: str) -> HttpResponseBase:
    """A measure worked out from a file that is sent; the file is read and forgotten."""
    if code not in ("multidimensional-poverty", "shift-share"):
        raise Http404
    if not request.actor.is_national(Permission.OBSERVATION_READ):
        raise NotAllowed(_("Files are worked out for those who read observations of the whole country."))
    is_poverty = code == "multidimensional-poverty"
    kind = MicrodataForm if is_poverty else OwnForm
    form = kind(request.POST or None, request.FILES or None)
    index = poverty.structure("sampi", clock.today())
    context: dict[str, Any] = {
        "measure": measures()[code], "form": form, "index": index, "is_poverty": is_poverty, "now": clock.now(),
        "may_keep": request.actor.is_national(Permission.OBSERVATION_IMPORT),
    }  # fmt: skip
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            if is_poverty:
                found = poverty_of(told["file"], index, poverty.Missing(told["missing"]))
                context |= _poverty_shown(found, index, told)
            else:
                context["shifts"] = [(place, rows, sum((each.parts for each in rows[1:]), rows[0].parts))
                                     for place, rows in shifts_of(told["file"]).items()]  # fmt: skip
        except NotComputable as refused:
            context["refused"] = refused.sentence
    return render(request, "indicators/own.html", context)


def _poverty_shown(found: Microdata, index: poverty.Structure, told: Mapping[str, Any]) -> dict[str, Any]:
    whole = found.whole
    names = dict(MunicipalArea.objects.filter(code__in=[each.code for each in found.areas]).values_list("code", "name"))
    contributions, dimensions = whole.contributions, whole.dimension_contributions
    indicators = [
        (group, each, 100 * whole.uncensored[each.code], 100 * whole.censored[each.code],
         100 * contributions[each.code] if contributions else None)
        for group in index.dimensions for each in group.indicators
    ]  # fmt: skip
    return {
        "found": found, "whole": whole, "title": told["title"], "as_at": told["as_at"],
        "indicators": indicators, "areas": [(each, names.get(each.code, "")) for each in found.areas],
        "dimensions": [(group.label, 100 * dimensions[group.code]) for group in index.dimensions] if dimensions else [],
        "result": signing.dumps(_result(found, told), salt=_SALT, compress=True),
    }  # fmt: skip


def _result(found: Microdata, told: Mapping[str, Any]) -> dict[str, Any]:
    """What is needed to keep the result or hand it out: numbers of places, no household."""
    whole = ("ZA", "country") if told["covers"] == "country" else ("", "file")
    places = [(*whole, found.whole), *((each.code, "municipality", each.found) for each in found.areas)]
    return {
        "title": told["title"], "as_at": told["as_at"].isoformat(), "missing": told["missing"],
        "boundary": int(told["boundary"]),
        "rows": [
            [code, level, each.headcount, each.intensity, each.adjusted, each.households, each.unknown]
            for code, level, each in places
        ],
    }  # fmt: skip


def _signed(request: HttpRequest) -> dict[str, Any]:
    """The result as this OnePlan worked it out, not older than an hour."""
    try:
        found: dict[str, Any] = signing.loads(request.POST.get("result", ""), salt=_SALT, max_age=_AN_HOUR)
    except signing.BadSignature:
        raise Http404 from None
    return found


@require_POST
def own_result(request: ActorHttpRequest, code: str) -> HttpResponseBase:
    """The result of microdata as a file, or kept as modelled observations (`keep`)."""
    if code != "multidimensional-poverty":
        raise Http404
    if not request.actor.is_national(Permission.OBSERVATION_READ):
        raise NotAllowed(_("Files are worked out for those who read observations of the whole country."))
    told = _signed(request)
    if "keep" not in request.POST:
        head = [
            "place", "level", "headcount", "intensity", "m0", "households", "unknown", "source", "as_at", "unknown_are",
        ]  # fmt: skip
        more = [told["title"], told["as_at"], told["missing"]]
        return csv_response([head, *([*row, *more] for row in told["rows"])], "multidimensional-poverty")
    places = [row for row in told["rows"] if row[0]]  # a file that does not stand for the country keeps no whole
    kept = keep_poverty(
        places, title=told["title"], as_at=date.fromisoformat(told["as_at"]), boundary=told["boundary"],
        missing=told["missing"], by=request.actor,
    )  # fmt: skip
    return redirect(f"/indicators/releases/{kept}/")
