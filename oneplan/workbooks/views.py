"""Pages of workbooks: make and return them, compare the three sides, choose, and see what was taken in."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfileobj
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from oneplan.access.checks import passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.accounts.models import User
from oneplan.exchange.issues import FileRefused
from oneplan.institutions.models import Institution
from oneplan.periods import clock
from oneplan.plans.queries import readable_spaces
from oneplan.platform.errors import RuleBroken, StaleRevision
from oneplan.platform.web.lists import chips, paginate
from oneplan.platform.web.responses import download, render_page_or_part
from oneplan.spaces.models import Space
from oneplan.spaces.views.frame import place_of
from oneplan.workbooks import actions, queries, rules, tasks
from oneplan.workbooks.choices import ReturnState, Standing, WorkbookState
from oneplan.workbooks.choosing import Choice, chosen_rows
from oneplan.workbooks.comparing import Comparison
from oneplan.workbooks.exports import open_annotated, report_of
from oneplan.workbooks.forms import ComparisonFilter, IssueForm, PartyIssueForm, RefuseForm, ReturnForm, decided
from oneplan.workbooks.models import Workbook, WorkbookReturn

_ROWS_SHOWN = 50


# --- making and returning --------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def workbooks(request: ActorHttpRequest, code: str) -> HttpResponse:
    """The workbooks of a space: make one, see what was issued and what came back."""
    space = _space(request, code)
    form = IssueForm(space, request.actor, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            return _issue(request, space, form.cleaned_data["institution"], form.cleaned_data["language"])
        except RuleBroken as refusal:
            form.add_error(None, refusal.sentence)
    context = {
        "space": space, "form": form, "return_form": ReturnForm(), "place": place_of(space),
        "made": paginate(request, queries.visible_to(request.actor).filter(space=space), 20),
        "returns": _returns(request).filter(space=space)[:20],
        "may_return": passes(rules.check_may_hand_in, request.actor, space),
        **_standing(space),
    }  # fmt: skip
    return render(request, "workbooks/workbooks.html", context, status=409 if form.is_bound else 200)


def _issue(request: ActorHttpRequest, space: Space, institution: Institution | None, language: str) -> HttpResponse:
    with transaction.atomic():
        workbook = actions.ask_workbook(space, institution=institution, language=language, by=request.actor)
        transaction.on_commit(lambda: tasks.make_workbook.enqueue(workbook.pk, request.actor.user_id))
    return redirect("workbooks:workbook", workbook.pk)


def _standing(space: Space) -> dict[str, Any]:
    try:
        edition = rules.current_edition(space)
    except RuleBroken as refusal:
        return {"edition": None, "sentence_none": refusal.sentence, "is_sample": False}
    return {"edition": edition, "is_sample": edition.is_sample}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def return_workbook(request: ActorHttpRequest, code: str) -> HttpResponse:
    """Return a filled workbook of a space. It is compared before anything of it is taken in."""
    space = _space(request, code)
    rules.check_may_hand_in(request.actor, space)
    form = ReturnForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            with _on_disk(upload) as path, transaction.atomic():
                row = actions.return_workbook(path, file_name=upload.name or "workbook.xlsx", space=space, by=request.actor)  # fmt: skip # noqa: E501
                transaction.on_commit(lambda: tasks.compare_return.enqueue(row.pk, request.actor.user_id, row.attempt))
            return redirect("workbooks:comparison", row.pk)
        except FileRefused as refusal:
            form.add_error("file", str(refusal))
    context = {"space": space, "form": form, "place": place_of(space), **_standing(space)}
    return render(request, "workbooks/return_workbook.html", context, status=422 if request.method == "POST" else 200)


@contextmanager
def _on_disk(upload: "UploadedFile[bytes]") -> Iterator[Path]:
    if isinstance(upload, TemporaryUploadedFile):
        yield Path(upload.temporary_file_path())
        return
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        copyfileobj(upload, file)
        file.flush()
        yield Path(file.name)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def party_workbooks(request: ActorHttpRequest, code: str) -> HttpResponse:
    """The workbooks of an institution, in every space whose plan it takes part in: for its own people."""
    institution = get_object_or_404(Institution, pk=code)
    if not request.actor.may(Permission.PLAN_READ, [f"institution:{code}", "national"]):
        raise Http404
    spaces = queries.spaces_of(institution).filter(pk__in=readable_spaces(request.actor).values("pk"))
    form = PartyIssueForm(spaces, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            return _issue(request, form.cleaned_data["space"], institution, form.cleaned_data["language"])
        except RuleBroken as refusal:
            form.add_error(None, refusal.sentence)
    context = {
        "institution": institution, "form": form, "spaces": spaces,
        "made": paginate(request, queries.visible_to(request.actor).filter(institution=institution), 20),
        "returns": _returns(request).filter(workbook__institution=institution)[:20],
    }  # fmt: skip
    return render(request, "workbooks/party_workbooks.html", context, status=409 if form.is_bound else 200)


@login_required
@require_safe
def workbook(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """One workbook: the file, and what came back of it."""
    found = _workbook(request, pk)
    returns = _returns(request).filter(workbook=found)
    return render(request, "workbooks/workbook.html", {**_frame(found), "workbook": found, "returns": returns})


@login_required
@require_safe
def making(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """How far the making is; when it is over the page is asked for anew."""
    found = _workbook(request, pk)
    if found.state != WorkbookState.ASKED:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "workbooks/_making.html", {"workbook": found})


@login_required
@require_safe
def file(request: ActorHttpRequest, pk: int) -> HttpResponseBase:
    """The Excel file."""
    found = _workbook(request, pk)
    if found.document is None:
        return redirect("workbooks:workbook", pk)
    response = download(found.document)
    response["Cache-Control"] = "private, no-store"
    return response


# --- the comparison --------------------------------------------------------------------------------------------------


@login_required
@require_safe
def comparison(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """A return: issued, returned, now; what to choose; or what was taken in."""
    return _page(request, _return(request, pk))


def _page(request: ActorHttpRequest, row: WorkbookReturn, sentence: str = "", status: int = 200) -> HttpResponse:
    found = queries.comparison_of(row, request.actor) if row.state == ReturnState.COMPARED else None
    form = ComparisonFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = found.narrowed(_standings(asked), asked.get("sheet", "")) if found else []
    page = paginate(request, rows, _ROWS_SHOWN)
    context = {
        **_frame(row.workbook), "row": row, "found": found, "form": form, "chips": chips(request, form),
        "page": page, "shown": [Choice(each, row.choices.get(each.key, {})) for each in page],
        "counts": _counts(found, row), "sentence": sentence or (row.summary.get("stopped", "") if found else ""),
        "refuse_form": RefuseForm(), **_at_work(request, row), "kept_rows": _kept_rows(row),
        "may_act": row.workbook is not None and passes(rules.check_may_handle, request.actor, row),
        "chosen": len(chosen_rows(found, row.choices)) if found else 0,
    }  # fmt: skip
    return render_page_or_part(request, "workbooks/comparison.html", "workbooks/_rows.html", context, status=status)


def _standings(asked: dict[str, str]) -> list[str]:
    return [asked["standing"]] if asked.get("standing") else []


def _kept_rows(row: WorkbookReturn) -> list[dict[str, Any]]:
    """What became of each row, with the names of those who chose it."""
    kept = row.summary.get("kept_rows", [])[:500]
    chosen = {each.get("chosen_by") for each in kept} - {None}
    names = dict(User.objects.filter(pk__in=chosen).values_list("pk", "name")) if chosen else {}
    return [{**each, "chosen_by": names.get(each.get("chosen_by"), "")} for each in kept]


def _counts(found: Comparison | None, row: WorkbookReturn) -> list[tuple[str, str, int]]:
    counted = found.counts if found else {}
    return [(each.value, str(each.label), counted[each.value]) for each in Standing if counted.get(each.value)]


def _at_work(request: ActorHttpRequest, row: WorkbookReturn) -> dict[str, Any]:
    words = _("The workbook is being read and compared.")
    if row.state == ReturnState.TAKING:
        words = _("The chosen rows are being taken in.")
    is_stalled = rules.is_stalled(row, clock.now())
    may_restart = is_stalled and passes(rules.check_may_restart, request.actor, row)
    return {"words": words, "is_stalled": is_stalled, "may_restart": may_restart}


@login_required
@require_POST
def decide_return(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """Keep what was chosen for the rows shown; with `act=take` have every chosen row taken in."""
    row = _return(request, pk)
    found = queries.comparison_of(row, request.actor) if row.state == ReturnState.COMPARED else None
    here = f"{reverse('workbooks:comparison', args=[pk])}?{request.GET.urlencode()}".removesuffix("?")
    seal = request.POST.get("seal", "")
    try:
        rules.check_can_move(row, ReturnState.TAKING)
        with transaction.atomic():
            row = actions.decide_return(row, decided(request.POST, found.rows if found else []), by=request.actor)
            if request.POST.get("act") == "take":
                attempt = actions.ask_taking(row, seal=seal, by=request.actor).attempt
                transaction.on_commit(lambda: tasks.take_in.enqueue(pk, seal, request.actor.user_id, attempt))
    except StaleRevision as refusal:
        return _page(request, _return(request, pk), refusal.sentence, 412)
    except RuleBroken as refusal:
        return _page(request, _return(request, pk), refusal.sentence, 409)
    if request.POST.get("act") != "take":
        messages.success(request, _("Your choices are kept. Nothing is taken in yet."))
    return redirect(here)


@login_required
@require_POST
def refuse_return(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """Give a return up, with the reason."""
    row, form = _return(request, pk), RefuseForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        actions.refuse_return(row, by=request.actor, reason=reason)
    except RuleBroken as refusal:
        return _page(request, row, refusal.sentence, 409)
    messages.success(request, _("The return was refused; nothing of it was taken in."))
    return redirect("workbooks:comparison", pk)


@login_required
@require_POST
def restart_return(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """Begin interrupted work on a return again."""
    row = _return(request, pk)
    try:
        with transaction.atomic():
            tasks.put_again(actions.restart_return(row, by=request.actor))
    except RuleBroken as refusal:
        return _page(request, _return(request, pk), refusal.sentence, 409)
    return redirect("workbooks:comparison", pk)


@login_required
@require_safe
def progress(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """How far the work on a return is; when it is over the page is asked for anew."""
    row = _return(request, pk)
    if not row.is_at_work:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "workbooks/_progress.html", {"row": row, **_at_work(request, row)})


@login_required
@require_safe
def report(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """The report for programs."""
    answer = JsonResponse(
        report_of(_return(request, pk), request.actor), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    answer["Content-Disposition"] = f'attachment; filename="workbook-return-{pk}.json"'
    return answer


@login_required
@require_safe
def annotated(request: ActorHttpRequest, pk: int) -> HttpResponseBase:
    """The rows that differ with what OnePlan says about each, for whoever returned the workbook."""
    made = open_annotated(_return(request, pk), request.actor)
    return FileResponse(made, as_attachment=True, filename=f"workbook-return-{pk}.xlsx")


# --- what pages share ------------------------------------------------------------------------------------------------


def _space(request: ActorHttpRequest, code: str) -> Space:
    return get_object_or_404(readable_spaces(request.actor).select_related("province"), pk=code)


def _workbook(request: ActorHttpRequest, pk: int) -> Workbook:
    return get_object_or_404(queries.visible_to(request.actor), pk=pk)


def _return(request: ActorHttpRequest, pk: int) -> WorkbookReturn:
    return get_object_or_404(queries.returns_visible_to(request.actor), pk=pk)


def _returns(request: ActorHttpRequest) -> Any:
    return queries.lists_of_returns(queries.returns_visible_to(request.actor))


def _frame(found: Workbook | None) -> dict[str, Any]:
    if found is None:
        return {}
    return {"space": found.space, "place": place_of(found.space), "is_sample": found.edition.is_sample}
