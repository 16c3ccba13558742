"""Proposing, amending, delivering, withdrawing, sharing, marking."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from oneplan.access.checks import check, passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.commitments import actions, queries
from oneplan.commitments.forms import (
    AmendForm,
    DeliverForm,
    MarkForm,
    ProposeForm,
    ReasonForm,
    ServeForm,
    SharesForm,
)
from oneplan.commitments.views.shared import act_page, commitment_for, conflict_page, handed_in, home
from oneplan.periods import clock
from oneplan.plans.queries import readable_spaces
from oneplan.platform.errors import NotAllowed, Refused, StaleRevision
from oneplan.spaces.models import Space
from oneplan.spaces.views.frame import place_of

POSTING = ["GET", "HEAD", "POST"]


@login_required
@require_http_methods(POSTING)
def propose_commitment(request: ActorHttpRequest, code: str) -> HttpResponse:
    """Write down what an institution is asked to promise in this space."""
    space: Space = get_object_or_404(Space.objects.select_related("province"), pk=code)
    of_space = passes(check, request.actor, Permission.COMMITMENT_PROPOSE, space)
    own = request.actor.codes_with(Permission.COMMITMENT_PROPOSE, "institution")
    was_asked = bool(own) and readable_spaces(request.actor).filter(pk=code).exists()
    if not of_space and not was_asked:
        raise Http404
    form = ProposeForm(space, only=None if of_space else sorted(own), data=request.POST or None)
    sentence = ""
    if request.method == "POST" and form.is_valid():
        given = form.given() | {name: form.cleaned_data[name] for name in ("lead", "responsibility")}
        try:
            made = actions.propose_commitment(space, by=request.actor, **given)
        except NotAllowed:
            raise
        except Refused as refusal:
            sentence = refusal.sentence
        else:
            messages.success(request, _("%(ref)s is proposed. Nobody has agreed yet.") % {"ref": made.ref})
            return redirect(home(made))
    context = {
        "space": space,
        "form": form,
        "heading": _("Propose a commitment"),
        "submit": _("Propose"),
        "cancel": reverse("commitments:ledger", args=(code,)),
        "sentence": sentence,
        "lead": _(
            "It stands in the ledger as proposed until every party has agreed through its own accounting officer."
        ),
        "place": place_of(space),
    }
    return render(request, "commitments/act.html", context, status=409 if sentence else 422 if form.errors else 200)


@login_required
@require_http_methods(POSTING)
def amend_commitment(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """Change what a commitment says. Where somebody was faster, both versions stand side by side."""
    row = commitment_for(request, ref)
    check(request.actor, Permission.COMMITMENT_AMEND, row)
    data: Any = request.POST or None
    if any(name.startswith("choose_") for name in request.POST):
        data = AmendForm(row).joined(request.POST, request.GET.get("reason", ""))
    form = AmendForm(row, data=data)
    sentence = ""
    if request.method == "POST" and form.is_valid():
        asked = {name: form.cleaned_data[name] for name in ("revision", "reason")}
        try:
            actions.amend_commitment(row, by=request.actor, **asked, **form.given())
        except StaleRevision as stale:
            return conflict_page(request, stale.current, stale.current, form, AmendForm(stale.current))
        except NotAllowed:
            raise
        except Refused as refusal:
            sentence = refusal.sentence
        else:
            messages.success(request, _("%(ref)s was changed.") % {"ref": ref})
            return redirect(home(row))
    context = {
        "commitment": row,
        "space": row.home_space,
        "form": form,
        "heading": _("Amend %(ref)s") % {"ref": ref},
        "submit": _("Save the amendment"),
        "cancel": home(row),
        "sentence": sentence,
        "is_sample": row.is_sample,
        "lead": _(
            "If terms change, parties that agreed or signed are asked anew; their earlier answers stay in the history."
        ),
    }
    return render(request, "commitments/act.html", context, status=409 if sentence else 422 if form.errors else 200)


@login_required
@require_http_methods(POSTING)
def deliver_commitment(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """Say that it happened, with what shows it."""
    row = commitment_for(request, ref)
    check(request.actor, Permission.DELIVERY_REPORT, row)
    initial = {"revision": row.revision, "delivered_on": clock.today()}
    form = DeliverForm(request.POST or None, request.FILES or None, initial=initial)

    def act(given: dict[str, Any]) -> None:
        document = handed_in(request, row, given.pop("document", None))
        actions.deliver_commitment(row, by=request.actor, document=document, **given)

    return act_page(
        request,
        row,
        form,
        act,
        heading=_("Report delivery of %(ref)s") % {"ref": ref},
        submit=_("Report delivery"),
        done=_("%(ref)s is delivered.") % {"ref": ref},
    )


@login_required
@require_http_methods(POSTING)
def withdraw_commitment(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """Take a commitment back, with the reason."""
    row = commitment_for(request, ref)
    check(request.actor, Permission.COMMITMENT_WITHDRAW, row)
    form = ReasonForm(request.POST or None, initial={"revision": row.revision})
    return act_page(
        request,
        row,
        form,
        lambda given: actions.withdraw_commitment(row, by=request.actor, **given),
        heading=_("Withdraw %(ref)s") % {"ref": ref},
        submit=_("Withdraw"),
        done=_("%(ref)s is withdrawn.") % {"ref": ref},
        lead=_(
            "It stays in the ledger as withdrawn, with your reason. Signatures are voided. It can be proposed again."
        ),
    )


@login_required
@require_http_methods(POSTING)
def restore_commitment(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """Propose a withdrawn commitment again."""
    row = commitment_for(request, ref)
    check(request.actor, Permission.COMMITMENT_PROPOSE, row)
    form = ReasonForm(request.POST or None, initial={"revision": row.revision})
    return act_page(
        request,
        row,
        form,
        lambda given: actions.restore_commitment(row, by=request.actor, **given),
        heading=_("Propose %(ref)s again") % {"ref": ref},
        submit=_("Propose again"),
        done=_("%(ref)s is proposed again.") % {"ref": ref},
    )


@login_required
@require_http_methods(POSTING)
def set_shares(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """Say in which spaces it lies, and with what part of its rand."""
    row = commitment_for(request, ref)
    check(request.actor, Permission.COMMITMENT_AMEND, row)
    now = "\n".join(f"{s.space_id} {s.fraction.normalize():f}" for s in row.shares.all() if s.valid_to is None)
    form = SharesForm(request.POST or None, initial={"shares": now, "valid_from": clock.today()})
    return act_page(
        request,
        row,
        form,
        lambda given: actions.set_shares(row, given["shares"], valid_from=given["valid_from"], by=request.actor),
        heading=_("Shares of %(ref)s") % {"ref": ref},
        submit=_("Set the shares"),
        done=_("The shares are set."),
        lead=_(
            "A shared commitment stands in the plan of each of its spaces, is signed once, and its rand counts once."
        ),
    )


@login_required
@require_http_methods(POSTING)
def mark_commitment(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """Set a cross-cutting marker with its justification."""
    row = commitment_for(request, ref)
    check(request.actor, Permission.COMMITMENT_AMEND, row)
    form = MarkForm(request.POST or None)
    return act_page(
        request,
        row,
        form,
        lambda given: actions.mark_commitment(
            row, given["marker"], justification=given["justification"], by=request.actor
        ),
        heading=_("Mark %(ref)s") % {"ref": ref},
        submit=_("Set the marker"),
        done=_("The marker is set."),
    )


@login_required
@require_POST
def unmark_commitment(request: ActorHttpRequest, ref: str, marker: str) -> HttpResponse:
    """Take a marker away."""
    row = commitment_for(request, ref)
    actions.unmark_commitment(row, marker, by=request.actor)
    messages.success(request, _("The marker is gone; the history keeps it."))
    return redirect(home(row))


@login_required
@require_http_methods(POSTING)
def serve_elements(request: ActorHttpRequest, ref: str, code: str) -> HttpResponse:
    """Say which outcomes and strategies of a space's plan it serves."""
    row = commitment_for(request, ref)
    if code not in queries.share_codes(row):
        raise Http404
    space: Space = get_object_or_404(Space.objects.select_related("province"), pk=code)
    check(request.actor, Permission.COMMITMENT_AMEND, [*row.scopes(), *space.scopes()])
    held = [service.element_ref for service in row.services.all() if service.space_id == code]
    form = ServeForm(space, request.POST or None, initial={"refs": held})
    return act_page(
        request,
        row,
        form,
        lambda given: actions.serve_elements(row, space, given["refs"], by=request.actor),
        heading=_("What %(ref)s serves in %(space)s") % {"ref": ref, "space": space.name},
        submit=_("Save"),
        done=_("It is linked to the plan."),
        lead="" if form.fields["refs"].choices else _("The plan of this space has no outcome or strategy yet."),  # type: ignore[attr-defined]
    )
