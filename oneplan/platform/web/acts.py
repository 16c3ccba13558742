"""A page with a form that does one act: shown, done, or refused with a sentence on top of the form."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from oneplan.platform.errors import NotAllowed, Refused, StaleRevision


class ReasonForm(forms.Form):
    """A decision with its reason, on the version that its author saw."""

    revision = forms.IntegerField(label=_("Version"), widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))


def act_page(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[dict[str, Any]], Any],
    *,
    template: str,
    heading: str,
    submit: str,
    done: str,
    back: str,
    lead: str = "",
    after: Callable[[Any], str] | None = None,
    shown: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show a form, or do what it says. A refusal stands on top of the form; NotAllowed and 404 pass on.

    `after` gives the address to go on to, from what the act gave; `back` is where else the reader goes. `shown` is what
    the template shows besides.
    """
    sentence, status = "", 200
    if request.method == "POST":
        if form.is_valid():
            try:
                made = act(form.cleaned_data)
            except NotAllowed:
                raise
            except StaleRevision as stale:
                sentence, status = stale.sentence, 412
            except Refused as refusal:
                sentence, status = refusal.sentence, 409
            else:
                messages.success(request, done)
                return redirect(after(made) if after else back)
        else:
            status = 422
    context = {
        "form": form, "heading": heading, "submit": submit, "cancel": back, "sentence": sentence, "lead": lead,
        **(shown or {}),
    }  # fmt: skip
    return render(request, template, context, status=status)
