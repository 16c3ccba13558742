"""Who answers for the figures of an indicator, or for what a chapter lacks: naming a post, and its answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from oneplan.access.checks import check, passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.indicators import actions, owners
from oneplan.indicators.choices import OwnerState, OwnerSubject
from oneplan.indicators.models import Ownership
from oneplan.indicators.registry import Chapter, Defined, chapters, registry
from oneplan.institutions.fields import PostChoice
from oneplan.institutions.models import Institution, Post
from oneplan.institutions.queries import posts_of, resolve
from oneplan.platform.web.acts import act_page

_POSTING = ["GET", "HEAD", "POST"]
_Day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class InstitutionForm(forms.Form):
    """The first step: whose post it is."""

    institution = forms.CharField(
        label=gettext_lazy("Institution"), max_length=200,
        help_text=gettext_lazy("Its code or its name, for example nat-stats."),
    )  # fmt: skip

    def clean_institution(self) -> Institution:
        found = resolve(self.cleaned_data["institution"].strip())
        if found.institution is None:
            near = ", ".join(each.name for each in found.suggestions[:3])
            said = _("The register knows no such institution.")
            raise forms.ValidationError(f"{said} {_('Perhaps')}: {near}" if near else said)
        return found.institution


class AssignForm(forms.Form):
    """Which post, by when, and why."""

    post = PostChoice(Post.objects.none(), label=gettext_lazy("Post"), to_field_name="code")
    due = forms.DateField(
        label=gettext_lazy("By when"), required=False, widget=_Day,
        help_text=gettext_lazy("The day on which what is missing shall be there; empty where none is agreed."),
    )  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("Why this post"), widget=forms.Textarea(attrs={"rows": 3}))
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, institution: Institution, subject: OwnerSubject, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        posts: Any = self.fields["post"]
        posts.queryset = posts_of(institution).select_related("institution")
        if subject == OwnerSubject.INDICATOR:
            del self.fields["due"]


class AnswerForm(forms.Form):
    """Whether the holder of the post agrees."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Your answer"), widget=forms.RadioSelect,
        choices=[
            ("yes", gettext_lazy("My post answers for it")), ("no", gettext_lazy("My post does not answer for it")),
        ],
    )  # fmt: skip
    due = forms.DateField(label=gettext_lazy("By when"), required=False, widget=_Day)
    reason = forms.CharField(
        label=gettext_lazy("Reason"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Where you decline: why, and who should be asked."),
    )  # fmt: skip
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, subject: OwnerSubject, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        if subject == OwnerSubject.INDICATOR:
            del self.fields["due"]


@require_safe
def ownership(request: ActorHttpRequest, subject: str, code: str) -> HttpResponse:
    """Who answers for it, who was named before, and the ways to change that."""
    which, what = _found(subject, code)
    rows = owners.ownership_of(which, code)
    current = rows[0] if rows else None
    return render(request, "indicators/ownership.html", {
        **_shown(which, what), "rows": rows, "current": current, "may_answer": _may_answer(request, current),
        "may_assign": passes(check, request.actor, Permission.INDICATOR_DEFINE, "national"),
    })  # fmt: skip


@require_http_methods(_POSTING)
def assign_owner(request: ActorHttpRequest, subject: str, code: str) -> HttpResponse:
    """Name a post: first its institution, then the post."""
    which, what = _found(subject, code)
    check(request.actor, Permission.INDICATOR_DEFINE, "national")
    start = InstitutionForm(request.GET or None)
    if not start.is_valid():
        return render(request, "indicators/assign_start.html", {"form": start, **_shown(which, what)},
                      status=422 if request.GET else 200)  # fmt: skip
    rows = owners.ownership_of(which, code)
    form = AssignForm(
        request.POST or None, start.cleaned_data["institution"], which, {"revision": rows[0].version if rows else 0}
    )
    return act_page(
        request, form, lambda given: actions.assign_owner(which, code, by=request.actor, **given),
        template="indicators/owner_act.html", heading=_("Assign a post"), submit=_("Assign it"),
        lead=_("The post stands as the owner at once, and whoever holds it is asked to agree."),
        done=_("The post is assigned; its holder finds the question in the inbox."), back=_address(which, code),
        shown=_shown(which, what),
    )  # fmt: skip


@require_http_methods(_POSTING)
def answer_ownership(request: ActorHttpRequest, subject: str, code: str) -> HttpResponse:
    """The holder of the post agrees or declines."""
    which, what = _found(subject, code)
    rows = owners.ownership_of(which, code)
    if not _may_answer(request, rows[0] if rows else None):
        raise Http404
    form = AnswerForm(request.POST or None, which, {"revision": rows[0].version, "due": rows[0].due})

    def do(given: dict[str, Any]) -> Ownership:
        told = {name: value for name, value in given.items() if name != "answer"}
        return actions.answer_ownership(which, code, agrees=given["answer"] == "yes", by=request.actor, **told)

    return act_page(
        request, form, do, template="indicators/owner_act.html", heading=_("Does your post answer for it?"),
        submit=_("Answer"), lead=_("Whoever reads the figures sees which post answers for them, not who holds it."),
        done=_("Your answer is remembered."), back=_address(which, code), shown=_shown(which, what),
    )  # fmt: skip


def _found(subject: str, code: str) -> tuple[OwnerSubject, Defined | Chapter]:
    if subject == OwnerSubject.INDICATOR and code in registry():
        return OwnerSubject.INDICATOR, registry()[code]
    if subject == OwnerSubject.CHAPTER:
        for each in chapters():
            if each.code == code and each.missing:
                return OwnerSubject.CHAPTER, each
    raise Http404


def _may_answer(request: ActorHttpRequest, row: Ownership | None) -> bool:
    if row is None or row.state == OwnerState.DECLINED or not request.actor.is_signed_in:
        return False
    return passes(owners.check_holds, row, request.actor)


def _address(subject: OwnerSubject, code: str) -> str:
    return f"/indicators/owners/{subject.value}/{code}/"


def _shown(subject: OwnerSubject, what: Defined | Chapter) -> dict[str, Any]:
    is_chapter = subject == OwnerSubject.CHAPTER
    return {
        "subject": subject.value, "what": what, "is_chapter": is_chapter,
        "up": f"/indicators/freshness/?chapter={what.code}" if is_chapter else f"/indicators/{what.code}/",
    }  # fmt: skip
