"""The page of an element, and the forms that write, remove and restore it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.frameworks import queries as frameworks
from oneplan.plans import actions, queries, rules
from oneplan.plans.choices import ElementKind
from oneplan.plans.citations import cited
from oneplan.plans.exports import told as told_content
from oneplan.plans.forms import ElementForm, FindingForm, OutcomeForm, ReasonForm, SectionForm, StrategyForm, TextForm
from oneplan.plans.models import Edition
from oneplan.plans.views.ground import (
    chapter_url,
    edition_for,
    element_for,
    may_write,
    page_context,
    told_history,
    workspace_url,
    writable_edition_for,
)
from oneplan.platform.errors import Refused, StaleRevision


@dataclass(frozen=True)
class Kind:
    """How a kind of element is written: its form, its actions, its heading."""

    form: type[ElementForm]
    heading: str | Promise
    create: Callable[..., Any]
    revise: Callable[..., Any]


def _revise_section(section: Any, **fields: Any) -> Any:
    return actions.write_section(section.edition, section=section, **fields)


def _write_impact(edition: Edition, *, ref: str, **fields: Any) -> Any:
    return actions.write_impact(edition, area=ref.removeprefix("I-"), **fields)


KINDS = {
    "finding": Kind(FindingForm, gettext_lazy("Finding"), actions.record_finding, actions.revise_finding),
    "outcome": Kind(OutcomeForm, gettext_lazy("Outcome"), actions.set_outcome, actions.revise_outcome),
    "strategy": Kind(StrategyForm, gettext_lazy("Strategy"), actions.formulate_strategy, actions.revise_strategy),
    "section": Kind(SectionForm, gettext_lazy("Section"), actions.write_section, _revise_section),
}


@login_required
@require_safe
def element(request: ActorHttpRequest, code: str, number: int, ref: str) -> HttpResponse:
    """One element: what it says, what it is tied to, its markers, whether it is urgent, its history."""
    edition = edition_for(request.actor, code, number)
    plan = queries.content(edition)
    row = plan.by_ref.get(ref) or element_for(edition, ref)
    fields = _as_told(plan, row)
    immediate = plan.immediate_by_ref.get(ref, [])
    return render(
        request,
        "plans/element.html",
        page_context(
            edition,
            element=row,
            told=fields,
            heading=_title(row),
            markings=fields.get("markings", []),
            priorities=fields.get("priorities", []),
            answered_by=plan.answered_by.get(ref, []),
            served_by=plan.served_by.get(ref, []),
            answers=[plan.by_ref[each] for each in fields.get("findings", []) if each in plan.by_ref],
            serves=[plan.by_ref[each] for each in fields.get("outcomes", []) if each in plan.by_ref],
            immediate=[each for each in immediate if each.resolved_on is None],
            resolved=[each for each in immediate if each.resolved_on],
            cited=cited(edition, ref) if row.kind == ElementKind.FINDING else [],
            may_write=may_write(request.actor, edition),
            history=told_history(request.actor, row),
            back=chapter_url(row),
        ),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_element(request: ActorHttpRequest, code: str, number: int, kind: str) -> HttpResponse:
    """Record a finding, set an outcome, formulate a strategy or write a section."""
    edition = writable_edition_for(request.actor, code, number)
    if kind not in KINDS:
        raise Http404
    how = KINDS[kind]
    chosen = {name: request.GET[name] for name in ("area", "chapter") if name in request.GET}
    form = how.form(edition, data=request.POST or None, initial=chosen)
    if request.method == "POST" and form.is_valid():
        try:
            row = how.create(edition, by=request.actor, **form.given())
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("%(ref)s was saved.") % {"ref": row.ref})
            return redirect(chapter_url(row))
    heading = _("New: %(kind)s") % {"kind": str(how.heading).lower()}
    return _form_page(request, edition, form, heading, cancel=workspace_url(edition))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_element(request: ActorHttpRequest, code: str, number: int, ref: str) -> HttpResponse:
    """Change an element; the vision and the impact statements are written here for the first time, too."""
    edition = writable_edition_for(request.actor, code, number)
    row = queries.element_of(edition, ref)
    form_class, save = _writer(edition, ref, row)
    is_choice = any(name.startswith("choose_") for name in request.POST)
    data = form_class.joined(edition, row, request.POST) if is_choice and row else request.POST or None
    form = form_class(edition, row, data=data)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save(revision=form.seen_revision, by=request.actor, **form.given())
        except StaleRevision as stale:
            return _conflict(request, edition, form, stale.current)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("%(ref)s was saved.") % {"ref": ref})
            return redirect(chapter_url(saved))
    cancel = reverse("plans:element", args=(code, number, ref)) if row else workspace_url(edition)
    heading = _("Edit %(ref)s: %(title)s") % {"ref": ref, "title": _title(row, edition, ref)}
    return _form_page(request, edition, form, heading, cancel=cancel)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove_element(request: ActorHttpRequest, code: str, number: int, ref: str) -> HttpResponse:
    """Take an element out of the plan, after showing what rests on it; it can be restored."""
    edition = writable_edition_for(request.actor, code, number)
    row = element_for(edition, ref)
    form = ReasonForm(request.POST or None, initial={"revision": row.revision})
    sentence = ""
    if request.method == "POST" and form.is_valid():
        try:
            actions.remove_element(row, by=request.actor, **form.cleaned_data)
        except Refused as refusal:
            sentence = refusal.sentence
        else:
            messages.success(request, _("%(ref)s was removed. It can be restored from its page.") % {"ref": ref})
            return redirect("plans:element", code, number, ref)
    plan = queries.content(edition)
    rests = [*plan.answered_by.get(ref, []), *plan.served_by.get(ref, [])]
    context = page_context(edition, element=row, heading=_title(row), form=form, sentence=sentence, rests=rests)
    return render(request, "plans/remove_element.html", context, status=409 if sentence else 200)


@login_required
@require_POST
def restore_element(request: ActorHttpRequest, code: str, number: int, ref: str) -> HttpResponse:
    """Bring a removed element back."""
    edition = writable_edition_for(request.actor, code, number)
    row = element_for(edition, ref)
    form = ReasonForm(request.POST)
    revision = form.cleaned_data["revision"] if form.is_valid() else 0
    actions.restore_element(row, revision=revision, by=request.actor)
    messages.success(request, _("%(ref)s is part of the plan again.") % {"ref": ref})
    return redirect("plans:element", code, number, ref)


@login_required
@require_safe
def removed_elements(request: ActorHttpRequest, code: str, number: int) -> HttpResponse:
    """What was taken out of an edition, to be restored."""
    edition = writable_edition_for(request.actor, code, number)
    rows = [(row, _title(row)) for row in queries.removed_elements(edition)]
    return render(request, "plans/removed_elements.html", page_context(edition, rows=rows))


def _writer(edition: Edition, ref: str, row: Any) -> tuple[type[ElementForm], Callable[..., Any]]:
    """The form and the action for a reference; 404 where there is nothing and nothing can be."""
    if ref == "V-001":
        return TextForm, lambda **fields: actions.write_vision(edition, **fields)
    if ref.startswith("I-") and ref[2:] in {area.code for area in frameworks.ruleset(edition.ruleset).areas}:
        return TextForm, lambda **fields: _write_impact(edition, ref=ref, **fields)
    if row is None or row.kind not in KINDS:
        raise Http404
    how = KINDS[row.kind]
    return how.form, lambda **fields: how.revise(row, **fields)


def _conflict(request: ActorHttpRequest, edition: Edition, form: ElementForm, current: Any) -> HttpResponse:
    """Somebody was faster: mine beside what is stored now, field by field. Nothing is lost, nothing is overwritten."""
    current.edition = edition
    stored = type(form)(edition, current)
    newest = next(iter(told_history(request.actor, current)), None)
    parts = form.parts(stored)
    context = page_context(
        edition,
        element=current,
        parts=parts,
        revision=current.revision,
        changed_by=newest.who if newest else "",
        changed_at=newest.at if newest else None,
        action=reverse("plans:edit_element", args=(edition.plan_id, edition.number, current.ref)),
        cancel=reverse("plans:element", args=(edition.plan_id, edition.number, current.ref)),
    )
    return render(request, "plans/conflict.html", context, status=412)


def _form_page(
    request: ActorHttpRequest, edition: Edition, form: ElementForm, heading: str, *, cancel: str
) -> HttpResponse:
    context = page_context(edition, form=form, heading=heading, cancel=cancel)
    return render(request, "plans/element_form.html", context, status=422 if form.errors else 200)


def _as_told(plan: queries.PlanContent, row: Any) -> dict[str, Any]:
    """The element as the canonical content tells it, labels included; nothing for one that was removed."""
    told = told_content(plan)
    lists = ("impacts", "sections", "findings", "outcomes", "strategies")
    rows = [*([told["vision"]] if told["vision"] else []), *(each for name in lists for each in told[name])]
    return next((each for each in rows if each["ref"] == row.ref), {})


def _title(row: Any, edition: Edition | None = None, ref: str = "") -> str:
    """A short name for an element."""
    if row is None:
        if ref == "V-001" or edition is None:
            return _("Vision")
        return _("Impact statement: %(area)s") % {"area": frameworks.ruleset(edition.ruleset).area(ref[2:]).label}
    if row.kind == "vision":
        return _("Vision")
    if row.kind == "impact":
        return _("Impact statement: %(area)s") % {"area": frameworks.ruleset(row.edition.ruleset).area(row.area).label}
    text = getattr(row, "title", "") or rules.plain_text(getattr(row, "statement", ""))
    return text if len(text) <= 110 else f"{text[:107].rstrip()}…"
