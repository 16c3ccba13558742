"""What the pages of this room share: finding a commitment, and turning an act into a page or a redirect."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from oneplan.access.middleware import ActorHttpRequest
from oneplan.commitments import actions, queries
from oneplan.commitments.forms import TwoVersions
from oneplan.commitments.models import Commitment, Party
from oneplan.platform.audit import history
from oneplan.platform.documents import Document
from oneplan.platform.errors import NotAllowed, Refused, StaleRevision


def commitment_for(request: ActorHttpRequest, ref: str, rows: "QuerySet[Commitment] | None" = None) -> Commitment:
    """The commitment, where the reader may see it; else 404, as if it did not exist."""
    visible = queries.visible_to(request.actor)
    found: Commitment = get_object_or_404(queries.for_page(visible), ref=ref)
    return found


def party_for(request: ActorHttpRequest, ref: str, code: str) -> Party:
    """A party of a commitment that the reader may see, else 404."""
    commitment = commitment_for(request, ref)
    return get_object_or_404(
        Party.objects.select_related("institution", "commitment__home_space__province"),
        commitment=commitment,
        institution=code,
    )


def handed_in(request: ActorHttpRequest, commitment: Commitment, file: Any) -> Document | None:
    """What was uploaded with a form, kept for good; None where nothing was."""
    if not file:
        return None
    return actions.hand_in_evidence(
        commitment, file, name=file.name, media_type=file.content_type or "", by=request.actor
    )


def home(commitment: Commitment) -> str:
    return reverse("commitments:commitment", args=(commitment.ref,))


def conflict_page(
    request: ActorHttpRequest, commitment: Commitment, current: Any, mine: TwoVersions, stored: TwoVersions
) -> HttpResponse:
    """Somebody was faster: mine beside what is stored now, field by field. Nothing is lost, nothing is overwritten."""
    newest = history(commitment).first()
    context = {
        "commitment": commitment,
        "space": commitment.home_space,
        "parts": mine.parts(stored),
        "revision": current.revision,
        "changed_by": newest.actor.name if newest and newest.actor else "",
        "changed_at": newest.at if newest else None,
        "cancel": home(commitment),
        "action": f"{request.path}?reason={quote(mine.cleaned_data['reason'])}",
    }
    return render(request, "commitments/conflict.html", context, status=412)


def act_page(
    request: ActorHttpRequest,
    commitment: Commitment,
    form: forms.Form,
    act: Callable[[dict[str, Any]], Any],
    *,
    heading: str,
    submit: str,
    done: str,
    lead: str = "",
    shown: dict[str, Any] | None = None,
    faster: Callable[[Any], HttpResponse] | None = None,
) -> HttpResponse:
    """Show a form, or do what it says. A refusal stands on top of the form; NotAllowed and 404 pass on.

    `faster` gives the page for the case that somebody else stored a newer version meanwhile.
    """
    sentence, status = "", 200
    if request.method == "POST":
        if form.is_valid():
            try:
                act(form.cleaned_data)
            except NotAllowed:
                raise
            except StaleRevision as stale:
                if faster is not None:
                    return faster(stale.current)
                sentence, status = stale.sentence, 412
            except Refused as refusal:
                sentence, status = refusal.sentence, 409
            else:
                messages.success(request, done)
                return redirect(home(commitment))
        else:
            status = 422
    context = {
        "commitment": commitment,
        "space": commitment.home_space,
        "form": form,
        "heading": heading,
        "submit": submit,
        "cancel": home(commitment),
        "sentence": sentence,
        "lead": lead,
        "is_sample": commitment.is_sample,
        **(shown or {}),
    }
    return render(request, "commitments/act.html", context, status=status)
