"""Days of the budget cycle that a later source says otherwise: read by everybody, amended by who keeps the calendar."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_safe

from oneplan.access.checks import check, passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.budgets.actions.amending import amend_calendar as amend
from oneplan.budgets.actions.amending import withdraw_amendment as withdraw
from oneplan.budgets.amendment_imports import codes
from oneplan.budgets.cycle import calendar
from oneplan.budgets.models import CalendarAmendment
from oneplan.periods import clock
from oneplan.platform.web.acts import ReasonForm, act_page
from oneplan.platform.web.lists import paginate

POSTING = ["GET", "HEAD", "POST"]
_DAY = forms.DateInput(attrs={"type": "date"})


class AmendmentForm(forms.Form):
    """Other days of one duty in one year."""

    duty = forms.ChoiceField(label=lazy("Duty"))
    year = forms.IntegerField(label=lazy("Financial year begins in"), min_value=1994, max_value=2090)
    number = forms.IntegerField(
        label=lazy("Month or quarter of the year"), min_value=0, max_value=12, required=False, initial=0,
        help_text=lazy("For duties of every month or quarter; 0 for those of the year."),
    )  # fmt: skip
    opens_on = forms.DateField(label=lazy("Opens on"), widget=_DAY)
    due_on = forms.DateField(label=lazy("Closes on"), widget=_DAY)
    source = forms.CharField(
        label=lazy("Source"), max_length=300, help_text=lazy("The circular or gazette, with its day.")
    )
    reason = forms.CharField(label=lazy("Reason"), widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["duty"]
        field.choices = codes()

    def clean_number(self) -> int:
        """0 where nothing is said."""
        return int(self.cleaned_data.get("number") or 0)


@require_safe
def amendment_list(request: ActorHttpRequest) -> HttpResponse:
    """Every amendment, those that stand first."""
    titles = {each.code: each for each in calendar().duties}
    rows = CalendarAmendment.objects.order_by("withdrawn_at", "-amended_at")
    page = paginate(request, rows)
    return render(request, "budgets/amendments.html", {
        "page": page, "lines": [(row, titles.get(row.duty)) for row in page], "as_at": clock.now(),
        "may_amend": passes(check, request.actor, Permission.CALENDAR_AMEND, "national"),
    })  # fmt: skip


@login_required
@require_http_methods(POSTING)
def amend_calendar(request: ActorHttpRequest) -> HttpResponse:
    """Say other days of a duty, with the source that says so."""
    check(request.actor, Permission.CALENDAR_AMEND, "national")
    known = {"duty": request.GET.get("duty", ""), "year": clock.today().year}
    form = AmendmentForm(request.POST or None, initial=known)
    return act_page(
        request, form, lambda given: amend(by=request.actor, **given), template="budgets/placing_act.html",
        heading=_("Amend a day of the budget cycle"), submit=_("Amend the calendar"),
        done=_("The calendar is amended, for everybody, at once."), back=reverse("budgets:amendment_list"),
        lead=_("Windows of asks, the pages of the cycle and its calendar file follow these days. What was routed in a "
               "window meanwhile stays as it was."),
        shown={"up": ("budgets:amendment_list", _("Amended days"))},
    )  # fmt: skip


@login_required
@require_http_methods(POSTING)
def withdraw_amendment(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """Let the calendar's own days count again."""
    check(request.actor, Permission.CALENDAR_AMEND, "national")
    row = get_object_or_404(CalendarAmendment, ref=ref)
    form = ReasonForm(request.POST or None, initial={"revision": row.revision})
    return act_page(
        request, form, lambda given: withdraw(row, by=request.actor, **given), template="budgets/placing_act.html",
        heading=_("Withdraw the amendment %(ref)s") % {"ref": ref}, submit=_("Withdraw it"),
        done=_("The calendar's own days count again."), back=reverse("budgets:amendment_list"), lead=row.source,
        shown={"up": ("budgets:amendment_list", _("Amended days"))},
    )  # fmt: skip
