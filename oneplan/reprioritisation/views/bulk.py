"""Several answers at once: on one page, or in a workbook that is sent back and shown before anything is answered."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.periods import clock
from oneplan.platform.errors import NotAllowed, Refused
from oneplan.reprioritisation.answer_book import MOST_ROWS, read_book, write_book
from oneplan.reprioritisation.answering import Answer, answer_asks
from oneplan.reprioritisation.choices import ReplyCode
from oneplan.reprioritisation.forms import AnswersFormSet, ReturnForm
from oneplan.reprioritisation.models import Ask
from oneplan.reprioritisation.views.lists import waiting_for_me

POSTING = ["GET", "HEAD", "POST"]
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _check_answers(request: ActorHttpRequest) -> None:
    if not any(request.actor.scopes_with(Permission.ASK_ANSWER)):
        raise NotAllowed(_("Only an accounting officer, or who was delegated in writing, answers asks for money."))


def _waiting(request: ActorHttpRequest) -> list[Ask]:
    rows = waiting_for_me(request.actor).select_related("space", "commitment", "institution")
    return list(rows.order_by("closes_on", "ref")[:MOST_ROWS])


def _page(
    request: ActorHttpRequest, asks: list[Ask], forms: Any, *, sentence: str = "", status: int = 200, returned: int = 0
) -> HttpResponse:
    by_ref = {ask.ref: ask for ask in asks}
    pairs = [(by_ref[ref], form) for form in forms if (ref := str(form["ref"].value() or "")) in by_ref]
    return render(request, "reprioritisation/answers.html", {
        "pairs": pairs, "forms": forms, "sentence": sentence, "today": clock.today(), "returned": returned,
        "upload": ReturnForm(), "is_sample": any(ask.is_sample for ask in asks),
    }, status=status)  # fmt: skip


@login_required
@require_http_methods(POSTING)
def answer_several(request: ActorHttpRequest) -> HttpResponse:
    """Answer those that have a code, each with its reason: all of them or none."""
    _check_answers(request)
    asks = _waiting(request)
    if request.method != "POST":
        initial = [{"ref": ask.ref, "revision": ask.revision} for ask in asks]
        return _page(request, asks, AnswersFormSet(initial=initial))
    forms = AnswersFormSet(request.POST)
    if not forms.is_valid():
        return _page(request, asks, forms, status=422, sentence=_("Some answers could not be read; see below."))
    by_ref = {ask.ref: ask for ask in asks}
    answers = []
    for form in forms:
        given = form.cleaned_data
        if not given.get("code"):
            continue
        ask = by_ref.get(given["ref"])
        if ask is None:
            sentence = _("%(ref)s does not wait for your answer any more. Nothing was answered.")
            return _page(request, asks, forms, status=409, sentence=sentence % {"ref": given["ref"]})
        code = ReplyCode(given["code"])
        answers.append(Answer(
            ask, given["revision"], code, given["reason"],
            given["amount"] if code == ReplyCode.AGREED_IN_PART else None,
            given["year"] if code == ReplyCode.LATER_YEAR else None,
        ))  # fmt: skip
    if not answers:
        return _page(request, asks, forms, status=409, sentence=_("Choose an answer for at least one ask."))
    try:
        made = answer_asks(answers, by=request.actor)
    except NotAllowed:
        raise
    except Refused as refusal:
        return _page(request, asks, forms, status=409, sentence=refusal.sentence)
    messages.success(request, ngettext("%(n)s ask is answered.", "%(n)s asks are answered.", made) % {"n": made})
    return redirect(f"{reverse('reprioritisation:ask_list')}?tab=waiting")


@login_required
@require_safe
def answers_workbook(request: ActorHttpRequest) -> HttpResponse:
    """The waiting asks as an Excel file into which the answers are written."""
    _check_answers(request)
    response = HttpResponse(write_book(_waiting(request)), content_type=_XLSX)
    response["Content-Disposition"] = f'attachment; filename="asks-to-answer-{clock.today().isoformat()}.xlsx"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_http_methods(POSTING)
def return_answers(request: ActorHttpRequest) -> HttpResponse:
    """Read a workbook that came back, and show what it would answer. Nothing is answered until that page is sent."""
    _check_answers(request)
    upload = ReturnForm(request.POST or None, request.FILES or None)
    asks = _waiting(request)
    plain = AnswersFormSet(initial=[{"ref": ask.ref, "revision": ask.revision} for ask in asks])
    if request.method != "POST":
        return redirect("reprioritisation:answer_several")
    if not upload.is_valid():
        return _page(request, asks, plain, status=422, sentence=_("Choose the workbook with your answers first."))
    file = upload.cleaned_data["file"]
    try:
        told = read_book(file, file.size)
    except Refused as refusal:
        return _page(request, asks, plain, status=409, sentence=refusal.sentence)
    waiting = {ask.ref for ask in asks}
    gone = [row["ref"] for row in told if row["ref"] not in waiting]
    if gone:
        sentence = _("These do not wait for your answer: %(refs)s. Take them out of the workbook; nothing was read.")
        return _page(request, asks, plain, status=409, sentence=sentence % {"refs": ", ".join(gone)})
    sentence = "" if told else _("The workbook holds no answer yet.")
    return _page(request, asks, AnswersFormSet(initial=told) if told else plain, sentence=sentence, returned=len(told))
