"""Editions of a plan: their history, the next one, and how two differ."""

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from oneplan.access.checks import check, passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.commitments.exports import commitment_content
from oneplan.frameworks.queries import ruleset, ruleset_in_force
from oneplan.joint_planning import actions, queries
from oneplan.joint_planning.comparison import Comparison, compare
from oneplan.joint_planning.forms import AbandonForm, CompareFilter, RulesetForm, StartForm
from oneplan.joint_planning.models import Adoption, SigningCopy
from oneplan.joint_planning.views.ground import frame, readable_space, refused, workshop_edition
from oneplan.periods import clock
from oneplan.plans.actions import abandon_edition as abandon
from oneplan.plans.exports import plan_content
from oneplan.plans.models import Edition
from oneplan.plans.queries import edition_in_progress
from oneplan.plans.rules import check_can_write
from oneplan.platform.errors import Refused
from oneplan.spaces.views.frame import place_of

FAMILY_LABELS = {
    "vision": gettext_lazy("Vision"),
    "impacts": gettext_lazy("Impact statements"),
    "sections": gettext_lazy("Sections"),
    "findings": gettext_lazy("Findings"),
    "outcomes": gettext_lazy("Outcomes"),
    "strategies": gettext_lazy("Strategies"),
    "immediate_issues": gettext_lazy("Immediate issues"),
    "commitments": gettext_lazy("Commitments"),
    "delivered_before": gettext_lazy("Delivered before"),
}


@login_required
@require_safe
def editions(request: ActorHttpRequest, code: str) -> HttpResponse:
    """Every edition of a space's plan, latest first, with what became of it."""
    space = readable_space(request.actor, code)
    rows = list(Edition.objects.filter(plan_id=code).order_by("-number"))
    sealed = {each.edition_id: each for each in Adoption.objects.filter(edition__plan_id=code)}
    stages = queries.current_stages(rows)
    told = [
        {
            "edition": row, "rules": ruleset(row.ruleset), "adoption": sealed.get(row.pk),
            "stage": ruleset(row.ruleset).stage(stages[row.pk].stage) if row.pk in stages else None,
        }
        for row in rows
    ]  # fmt: skip
    context = {
        "space": space,
        "place": place_of(space),
        "rows": told,
        "in_progress": next((row for row in rows if row.state in queries.IN_PROGRESS), None),
        "may_open": passes(check, request.actor, Permission.EDITION_OPEN, space),
        "is_sample": any(row.is_sample for row in rows),
        "today": clock.today(),
    }
    return render(request, "joint_planning/editions.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def start_planning(request: ActorHttpRequest, code: str) -> HttpResponse:
    """Open the next edition: the first plan, or the annual review of the one in force."""
    space = readable_space(request.actor, code)
    check(request.actor, Permission.EDITION_OPEN, space)
    form = StartForm(request.POST or None, initial={"ruleset": ruleset_in_force(clock.today()).code})
    sentence = ""
    if request.method == "POST" and form.is_valid():
        try:
            edition = actions.start_planning(space, by=request.actor, **form.cleaned_data)
            messages.success(request, _("Edition %(number)s is open.") % {"number": edition.number})
            return redirect("joint_planning:workspace", code, edition.number)
        except Refused as refusal:
            sentence = refusal.sentence
    in_force = queries.latest_adoption(code)
    context = {
        "space": space,
        "place": place_of(space),
        "form": form,
        "in_force": in_force,
        "in_progress": edition_in_progress(space),
    }
    return refused(request, "joint_planning/start_planning.html", context, sentence)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def abandon_edition(request: ActorHttpRequest, code: str, number: int) -> HttpResponse:
    """Give an open edition up, with the reason and the code of the space typed."""
    edition = workshop_edition(request.actor, code, number)
    check(request.actor, Permission.EDITION_FREEZE, edition)
    form = AbandonForm(edition, request.POST or None)
    sentence = ""
    if request.method == "POST" and form.is_valid():
        asked = {name: form.cleaned_data[name] for name in ("reason", "revision")}
        try:
            abandon(edition, by=request.actor, **asked)
            messages.success(request, _("Edition %(number)s is abandoned. Its history stays.") % {"number": number})
            return redirect("joint_planning:editions", code)
        except Refused as refusal:
            sentence = refusal.sentence
    context = frame(request, edition, form=form, can_abandon=edition.is_open)
    page = refused(request, "joint_planning/abandon_edition.html", context, sentence)
    page.status_code = 422 if form.errors else page.status_code
    return page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_ruleset(request: ActorHttpRequest, code: str, number: int) -> HttpResponse:
    """Move an edition in progress to another rule set; its content, and where its stages stand, stay as they are."""
    edition = workshop_edition(request.actor, code, number)
    check(request.actor, Permission.EDITION_OPEN, edition)
    check_can_write(edition)
    form = RulesetForm(request.POST or None, initial={"revision": edition.revision, "ruleset": edition.ruleset})
    sentence = ""
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_ruleset(edition, by=request.actor, **form.cleaned_data)
            messages.success(request, _("The edition now follows another rule set. Its content is unchanged."))
            return redirect("joint_planning:workspace", code, number)
        except Refused as refusal:
            sentence = refusal.sentence
    context = frame(request, edition, form=form)
    page = refused(request, "joint_planning/change_ruleset.html", context, sentence)
    page.status_code = 422 if form.errors else page.status_code
    return page


def content_of(edition: Edition) -> dict:  # type: ignore[type-arg]
    """What an edition says: its frozen bytes where there are some, else what is written now."""
    copy = SigningCopy.objects.filter(edition=edition, withdrawn_at=None).first()
    if copy is not None:
        return dict(json.loads(bytes(copy.content)))
    return {"plan": plan_content(edition), "commitments": commitment_content(edition.plan.space)}


@login_required
@require_safe
def compare_editions(request: ActorHttpRequest, code: str, number: int) -> HttpResponse:
    """What this edition adds, changes and removes against another, element by element and field by field."""
    edition = workshop_edition(request.actor, code, number)
    others = list(
        Edition.objects.filter(plan_id=code)
        .exclude(pk=edition.pk)
        .order_by("-number")
        .select_related("plan__space__province")
    )
    form = CompareFilter(request.GET or None, numbers=[each.number for each in others])
    other = _chosen(request, others, number)
    found: Comparison | None = None
    if other is not None:
        old, new = (other, edition) if other.number < edition.number else (edition, other)
        found = compare(content_of(old), content_of(new))
    families = [(FAMILY_LABELS.get(name, name), rows) for name, rows in found.families] if found else []
    context = frame(
        request, edition, form=form, other=other, others=others, comparison=found, families=families,
        older=min(number, other.number) if other else None, newer=max(number, other.number) if other else None,
    )  # fmt: skip
    return render(request, "joint_planning/compare.html", context)


def _chosen(request: ActorHttpRequest, others: list[Edition], number: int) -> Edition | None:
    """The edition to compare with: the one asked for, else the one before; None where there is no other."""
    asked = request.GET.get("with")
    if asked:
        found = next((each for each in others if str(each.number) == asked), None)
        if found is None:
            raise Http404
        return found
    earlier = [each for each in others if each.number < number and each.state != "abandoned"]
    return earlier[0] if earlier else (others[-1] if others else None)
