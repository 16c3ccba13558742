"""What hangs on an element: markers and priorities."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from oneplan.access.middleware import ActorHttpRequest
from oneplan.plans import actions
from oneplan.plans.forms import CiteForm, MarkForm, PrioritiesForm, RevisionForm
from oneplan.plans.models import Edition, Finding, Marking, PriorityLink
from oneplan.plans.views.ground import element_for, page_context, writable_edition_for
from oneplan.platform.errors import Refused


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mark_element(request: ActorHttpRequest, code: str, number: int, ref: str) -> HttpResponse:
    """Set a cross-cutting marker on an element, with its justification."""
    edition = writable_edition_for(request.actor, code, number)
    row = element_for(edition, ref)
    known = Marking.objects.filter(edition=edition, ref=ref, marker=request.GET.get("marker", "")).first()
    initial = {"revision": row.revision, "marker": request.GET.get("marker", "")}
    if known:
        initial["justification"] = known.justification
    form = MarkForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.mark_element(row, by=request.actor, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("plans:element", code, number, ref)
    heading = _("Set a cross-cutting marker on %(ref)s") % {"ref": ref}
    context = page_context(
        edition, form=form, heading=heading, cancel=reverse("plans:element", args=(code, number, ref))
    )
    return render(request, "plans/element_form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def unmark_element(request: ActorHttpRequest, code: str, number: int, ref: str, marker: str) -> HttpResponse:
    """Take a cross-cutting marker off an element."""
    edition = writable_edition_for(request.actor, code, number)
    form = RevisionForm(request.POST)
    revision = form.cleaned_data["revision"] if form.is_valid() else 0
    actions.unmark_element(element_for(edition, ref), marker, revision=revision, by=request.actor)
    messages.success(request, _("The marker was removed from %(ref)s.") % {"ref": ref})
    return redirect("plans:element", code, number, ref)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cite_observation(request: ActorHttpRequest, code: str, number: int, ref: str) -> HttpResponse:
    """Choose the observation that a finding rests on."""
    edition = writable_edition_for(request.actor, code, number)
    row = _finding(edition, ref)
    chosen = {name: request.GET[name] for name in ("indicator", "place") if name in request.GET}
    form = CiteForm(edition, request.POST or None, initial={"revision": row.revision, **chosen})
    if request.method == "POST" and form.is_valid():
        try:
            actions.cite_observation(row, by=request.actor, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("plans:element", code, number, ref)
    heading = _("The observation that %(ref)s rests on") % {"ref": ref}
    context = page_context(
        edition, form=form, heading=heading, cancel=reverse("plans:element", args=(code, number, ref))
    )
    return render(request, "plans/element_form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def remove_citation(
    request: ActorHttpRequest, code: str, number: int, ref: str, indicator: str, place: str
) -> HttpResponse:
    """A finding no longer cites an observation."""
    edition = writable_edition_for(request.actor, code, number)
    form = RevisionForm(request.POST)
    revision = form.cleaned_data["revision"] if form.is_valid() else 0
    row = _finding(edition, ref)
    actions.remove_citation(row, indicator=indicator, place=place, revision=revision, by=request.actor)
    messages.success(request, _("%(ref)s no longer cites it.") % {"ref": ref})
    return redirect("plans:element", code, number, ref)


def _finding(edition: Edition, ref: str) -> Finding:
    """The finding of that reference, removed or not; else 404."""
    row = element_for(edition, ref)
    if not isinstance(row, Finding):
        raise Http404
    return row


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def link_priorities(request: ActorHttpRequest, code: str, number: int, ref: str) -> HttpResponse:
    """State which national and provincial priorities an element serves."""
    edition = writable_edition_for(request.actor, code, number)
    row = element_for(edition, ref)
    links = list(PriorityLink.objects.filter(edition=edition, ref=ref))
    form = PrioritiesForm(links, request.POST or None, initial={"revision": row.revision})
    if request.method == "POST" and form.is_valid():
        try:
            actions.link_priorities(
                row, form.codes(), in_words=form.in_words(), revision=form.cleaned_data["revision"], by=request.actor
            )
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("plans:element", code, number, ref)
    heading = _("Priorities that %(ref)s serves") % {"ref": ref}
    context = page_context(
        edition, form=form, heading=heading, cancel=reverse("plans:element", args=(code, number, ref))
    )
    return render(request, "plans/element_form.html", context, status=422 if form.errors else 200)
