"""The one way a form page of this room acts: show the form, or do what it says and go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from oneplan.access.middleware import ActorHttpRequest
from oneplan.platform.errors import NotAllowed, Refused, StaleRevision


def done(request: ActorHttpRequest, sentence: str, to: str, *args: str) -> HttpResponse:
    """Say what was done, on the page to which it leads."""
    messages.success(request, sentence)
    return redirect(to, *args)


def form_page(
    request: ActorHttpRequest, form: forms.Form, act: Callable[[dict[str, Any]], HttpResponse], *, template: str,
    context: dict[str, Any],
) -> HttpResponse:  # fmt: skip
    """Show the form of an act, or do it with what was answered; what the act gives is the answer to the request.

    A refusal stands above what was typed (403, 409). Where somebody was faster (412) what is stored now stands there
    too, and saving again is a choice. An answer that makes no sense is 422.
    """
    sentence, status, stored = "", 200, []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return act(dict(form.cleaned_data))
            except StaleRevision as stale:
                sentence, status, stored = stale.sentence, 412, _differing(form, stale.current)
                seen = request.POST.copy()
                seen["revision"] = str(stale.current.revision)
                form.data = seen
            except Refused as refusal:
                sentence, status = refusal.sentence, 403 if isinstance(refusal, NotAllowed) else 409
    return render(request, template, context | {"form": form, "sentence": sentence, "stored": stored}, status=status)


def _differing(form: forms.Form, current: Model) -> list[tuple[Any, Any]]:
    """What is stored now in the fields where it differs from what was typed, in words."""
    rows = []
    for name, given in form.cleaned_data.items():
        held = getattr(current, name, None)
        if name != "revision" and hasattr(current, name) and held != given:
            named = getattr(current, f"get_{name}_display", None)
            rows.append((form.fields[name].label, (named() if named else held) or _("empty")))
    return rows
