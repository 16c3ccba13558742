"""Baselines and targets: which stand, what stood before, which were changed late; and setting one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.indicators import actions
from oneplan.indicators.choices import Length, Level, YearBasis
from oneplan.indicators.decided import LEVELS, Decided, decided, version_in_force
from oneplan.indicators.models import Baseline, Stated, Target
from oneplan.indicators.registry import registry
from oneplan.platform.errors import NotAllowed
from oneplan.platform.web.acts import act_page
from oneplan.platform.web.inputs import NumberInput
from oneplan.platform.web.lists import chips
from oneplan.platform.web.responses import csv_response, render_page_or_part

_POSTING = ["GET", "HEAD", "POST"]


def _indicators() -> list[tuple[str, str]]:
    return [(each.code, each.title) for each in registry().values()]


class TargetFilter(forms.Form):
    """What the list shows."""

    indicator = forms.ChoiceField(
        label=gettext_lazy("Indicator"), required=False, choices=lambda: [("", _("all")), *_indicators()]
    )
    place = forms.CharField(label=gettext_lazy("Code of the place"), required=False, max_length=8)


class StatedForm(forms.Form):
    """A baseline or a target. Of a time that is set already the version in force is compared."""

    indicator = forms.ChoiceField(label=gettext_lazy("Indicator"), choices=_indicators)
    level = forms.ChoiceField(
        label=gettext_lazy("Kind of place"), initial=Level.SPACE, choices=[(each.value, each.label) for each in LEVELS]
    )
    place = forms.CharField(
        label=gettext_lazy("Code of the place"), max_length=8, help_text=gettext_lazy("Such as DC36.")
    )
    year = forms.IntegerField(
        label=gettext_lazy("Year"), min_value=1994, max_value=2100,
        help_text=gettext_lazy("Of a financial year the one in which it begins."),
    )  # fmt: skip
    basis = forms.ChoiceField(label=gettext_lazy("Which year"), choices=YearBasis.choices)
    quarter = forms.ChoiceField(
        label=gettext_lazy("Quarter"), required=False,
        choices=[("", gettext_lazy("the whole year")), *((each, str(each)) for each in range(1, 5))],
    )  # fmt: skip
    value = NumberInput(label=gettext_lazy("Value"), max_digits=24, decimal_places=6)
    reason = forms.CharField(
        label=gettext_lazy("Why, and where it comes from"), widget=forms.Textarea(attrs={"rows": 3})
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def told(self) -> dict[str, Any]:
        """What it is of, without what was decided."""
        given = self.cleaned_data
        length = Length.QUARTER if given["quarter"] else Length.YEAR
        return {
            "indicator": given["indicator"], "level": Level(given["level"]), "place": given["place"].strip().upper(),
            "year": given["year"], "basis": YearBasis(given["basis"]), "length": length,
            "period": int(given["quarter"] or 0),
        }  # fmt: skip


@require_safe
def targets(request: ActorHttpRequest) -> HttpResponseBase:
    """Every baseline and target in force, with what stood before it; also as a table (`?format=csv`)."""
    form = TargetFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    told = {"indicator": asked.get("indicator", ""), "place": asked.get("place", "")}
    set_targets, baselines = decided(Target, **told), decided(Baseline, **told)
    if request.GET.get("format") == "csv":
        return csv_response(_lines([("target", set_targets), ("baseline", baselines)]), "targets")
    context = {
        "form": form, "chips": chips(request, form), "may_set": _may_set(request),
        "groups": [(_("Targets"), set_targets), (_("Baselines"), baselines)],
        "changed_late": sum(each.is_changed_late for each in set_targets),
    }  # fmt: skip
    return render_page_or_part(request, "indicators/targets.html", "indicators/_targets.html", context)


@require_http_methods(_POSTING)
def set_target(request: ActorHttpRequest) -> HttpResponse:
    """Set a target, or set it anew."""
    return _set(request, Target, actions.set_target, _("Set a target"), _(
        "A target that is changed after its period began is shown as changed late, with what stood before.")
    )  # fmt: skip


@require_http_methods(_POSTING)
def set_baseline(request: ActorHttpRequest) -> HttpResponse:
    """Set a baseline, or set it anew."""
    return _set(request, Baseline, actions.set_baseline, _("Set a baseline"), _(
        "From where an indicator starts. What stood before stays beside it.")
    )  # fmt: skip


def _set(
    request: ActorHttpRequest, kind: type[Stated], act: Callable[..., Stated], heading: str, lead: str
) -> HttpResponse:
    if not _may_set(request):
        raise NotAllowed(_("Targets are set by those who plan for a place."))
    given = {
        name: request.GET[name] for name in ("indicator", "level", "place", "year", "basis") if name in request.GET
    }
    form = StatedForm(request.POST or None, initial=given)

    def do(cleaned: dict[str, Any]) -> Stated:
        told = form.told()
        seen = cleaned["revision"]
        revision = version_in_force(kind, **told) if seen is None else seen
        return act(**told, value=cleaned["value"], reason=cleaned["reason"], revision=revision, by=request.actor)

    return act_page(
        request, form, do, template="indicators/set_target.html", heading=heading, submit=_("Set it"), lead=lead,
        done=_("It is set, and what stood before stays beside it."), back="/indicators/targets/",
    )  # fmt: skip


def _may_set(request: ActorHttpRequest) -> bool:
    return bool(request.actor.is_national(Permission.TARGET_SET) or request.actor.scopes_with(Permission.TARGET_SET))


def _lines(groups: list[tuple[str, list[Decided]]]) -> Iterator[list[Any]]:
    yield ["kind", "indicator", "level", "place", "year", "basis", "quarter", "version", "is_in_force", "value",
           "set_on", "set_late", "reason"]  # fmt: skip
    for kind, rows in groups:
        for row in rows:
            for each in (row.stated, *row.earlier):
                yield [
                    kind, each.indicator, each.level, each.place, each.year, each.basis, each.period or "",
                    each.version, each.is_in_force, each.value.normalize(), each.set_at.date(), each.is_late,
                    each.reason,
                ]  # fmt: skip
