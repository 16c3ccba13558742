"""The participation ledger: who was asked, who answered, who is silent; asking, answering, reminding."""

from collections.abc import Iterator

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from oneplan.access.checks import check
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.frameworks.queries import ruleset
from oneplan.joint_planning import actions, queries
from oneplan.joint_planning.actions.participation import answer_by
from oneplan.joint_planning.forms import AnswerForm, AskAgainForm, AskForm, MatrixFilter
from oneplan.joint_planning.models import Contribution
from oneplan.joint_planning.views.ground import frame, may, refused, workshop_edition
from oneplan.periods import clock
from oneplan.platform.documents import store
from oneplan.platform.errors import Refused
from oneplan.platform.web.lists import chips, paginate
from oneplan.platform.web.responses import csv_response, download
from oneplan.platform.web.states import state_of


def _narrowed(request: ActorHttpRequest, matrix: queries.Matrix) -> tuple[MatrixFilter, queries.Matrix]:
    form = MatrixFilter(request.GET)
    form.is_valid()
    asked = form.cleaned_data if hasattr(form, "cleaned_data") else {}
    narrowed = matrix.narrowed(sphere=asked.get("sphere", ""), state=asked.get("state", ""), text=asked.get("q", ""))
    return form, narrowed


@login_required
@require_safe
def participation(request: ActorHttpRequest, code: str, number: int) -> HttpResponse:
    """Party by stage: asked, opened, contributed, declined, silent."""
    edition = workshop_edition(request.actor, code, number)
    whole = queries.matrix(edition, clock.today())
    form, shown = _narrowed(request, whole)
    context = frame(
        request,
        edition,
        matrix=shown,
        whole=whole,
        form=form,
        chips=chips(request, form),
        keys=queries.PARTICIPATION_STATES,
        counts=[(state, whole.count(state)) for state in queries.PARTICIPATION_STATES if state != "not_asked"],
        silent=whole.count("silent"),
        csv=f"participation.csv?{request.GET.urlencode()}",
        may_request=edition.is_open and may(request, Permission.CONTRIBUTION_REQUEST, edition),
    )
    return render(request, "joint_planning/participation.html", context)


@login_required
@require_safe
def participation_csv(request: ActorHttpRequest, code: str, number: int) -> HttpResponseBase:
    """The ledger under the current filter: one line for each party and stage."""
    edition = workshop_edition(request.actor, code, number)
    _form, shown = _narrowed(request, queries.matrix(edition, clock.today()))
    return csv_response(_lines(shown, is_sample=edition.is_sample), f"participation-{code}-edition-{number}.csv")


def _lines(matrix: queries.Matrix, *, is_sample: bool) -> Iterator[list[object]]:
    yield [
        "institution_code", "institution", "sphere", "stage", "state", "asked_at", "due_on", "opened_at", "answered_at",
        "answered_by", "answer", "sample",
    ]  # fmt: skip
    for row in matrix.rows:
        for cell in row.cells:
            told = cell.contribution
            yield [
                row.institution.pk,
                row.institution.name,
                row.institution.sphere,
                cell.stage.code,
                cell.state,
                *(
                    (
                        told.asked_at.isoformat(),
                        told.due_on.isoformat(),
                        told.opened_at and told.opened_at.isoformat(),
                        told.answered_at and told.answered_at.isoformat(),
                        told.answered_by,
                        told.answer,
                    )
                    if told
                    else [""] * 6
                ),
                is_sample,
            ]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def request_contributions(request: ActorHttpRequest, code: str, number: int) -> HttpResponse:
    """Ask one or many parties for their contribution to a stage."""
    edition = workshop_edition(request.actor, code, number)
    check(request.actor, Permission.CONTRIBUTION_REQUEST, edition)
    initial = {
        "stage": request.GET.get("stage", "commitments"),
        "due_on": answer_by(edition),
    }
    form = AskForm(
        request.POST or None, initial=initial, rules=ruleset(edition.ruleset), space=edition.plan.space,
        ticked=request.GET.get("party", ""),
    )  # fmt: skip
    sentence = ""
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            asked = actions.request_contributions(
                edition, given.pop("stage"), given.pop("parties"), by=request.actor, **given
            )
            messages.success(request, _("%(number)s parties were asked.") % {"number": len(asked)})
            return redirect("joint_planning:participation", code, number)
        except Refused as refusal:
            sentence = refusal.sentence
    rows = queries.matrix(edition, clock.today()).rows
    context = frame(request, edition, form=form, known=[row.institution for row in rows])
    return refused(request, "joint_planning/request_contributions.html", context, sentence)


def _contribution(request: ActorHttpRequest, code: str, number: int, stage: str, institution: str) -> Contribution:
    rows = queries.contributions_visible_to(request.actor)
    return get_object_or_404(
        rows, edition__plan_id=code, edition__number=number, stage=stage, institution_id=institution
    )


@login_required
@require_safe
def contribution(request: ActorHttpRequest, code: str, number: int, stage: str, institution: str) -> HttpResponse:
    """One request and its answer. Seen by the institution's own people, it counts as opened."""
    found = _contribution(request, code, number, stage, institution)
    is_own = request.actor.may(Permission.CONTRIBUTION_ANSWER, [f"institution:{institution}"])
    if is_own and request.method == "GET" and found.edition.state in queries.IN_PROGRESS:
        found = actions.open_contribution(found, by=request.actor)
    return _page(request, found, is_own=is_own)


def _page(
    request: ActorHttpRequest, found: Contribution, *, is_own: bool, form: AnswerForm | None = None,
    again: AskAgainForm | None = None, sentence: str = "",
) -> HttpResponse:  # fmt: skip
    edition = found.edition
    in_progress = edition.state in queries.IN_PROGRESS
    context = frame(
        request, edition, contribution=found, state=found.state_on(clock.today()), is_own=is_own,
        stage=ruleset(edition.ruleset).stage(found.stage), in_progress=in_progress,
        form=form or AnswerForm(initial={"revision": found.revision, "answer": found.answer}),
        again=again or AskAgainForm(initial={"due_on": answer_by(edition)}),
        may_request=edition.is_open and may(request, Permission.CONTRIBUTION_REQUEST, edition),
    )  # fmt: skip
    return refused(request, "joint_planning/contribution.html", context, sentence)


@login_required
@require_POST
def answer(request: ActorHttpRequest, code: str, number: int, stage: str, institution: str, how: str) -> HttpResponse:
    """Contribute, or decline with a reason."""
    found = _contribution(request, code, number, stage, institution)
    check(request.actor, Permission.CONTRIBUTION_ANSWER, f"institution:{institution}")
    form = AnswerForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, is_own=True, form=form)
    given, by = form.cleaned_data, request.actor
    try:
        if how == "decline":
            actions.decline_contribution(found, reason=given["answer"], revision=given["revision"], by=by)
        else:
            file = given["document"]
            kept = (
                store(file, name=file.name, media_type=file.content_type or "application/octet-stream", by=by)
                if file
                else None
            )
            actions.contribute(found, answer=given["answer"], document=kept, revision=given["revision"], by=by)
    except Refused as refusal:
        return _page(request, found, is_own=True, form=form, sentence=refusal.sentence)
    messages.success(request, _("Your answer is recorded. Thank you."))
    return redirect("joint_planning:contribution", code, number, stage, institution)


@login_required
@require_POST
def remind_party(request: ActorHttpRequest, code: str, number: int, stage: str, institution: str) -> HttpResponse:
    """Remind a party that has not answered."""
    found = _contribution(request, code, number, stage, institution)
    actions.remind_party(found, by=request.actor)
    messages.success(request, _("%(party)s was reminded.") % {"party": found.institution.name})
    return redirect("joint_planning:participation", code, number)


@login_required
@require_POST
def ask_again(request: ActorHttpRequest, code: str, number: int, stage: str, institution: str) -> HttpResponse:
    """Ask more of a party that has answered."""
    found = _contribution(request, code, number, stage, institution)
    check(request.actor, Permission.CONTRIBUTION_REQUEST, found.edition)
    form = AskAgainForm(request.POST)
    if not form.is_valid():
        return _page(request, found, is_own=False, again=form)
    try:
        actions.ask_again(found, by=request.actor, **form.cleaned_data)
    except Refused as refusal:
        return _page(request, found, is_own=False, again=form, sentence=refusal.sentence)
    messages.success(request, _("The request is open again."))
    return redirect("joint_planning:contribution", code, number, stage, institution)


@login_required
@require_safe
def contribution_document(
    request: ActorHttpRequest, code: str, number: int, stage: str, institution: str
) -> HttpResponseBase:
    """The document that came with a contribution."""
    found = _contribution(request, code, number, stage, institution)
    if found.document is None:
        raise Http404
    return download(found.document, in_place=True)


@login_required
@require_safe
def our_contributions(request: ActorHttpRequest) -> HttpResponse:
    """What the actor's own institutions were asked for, in all spaces: answer here once, not 52 times."""
    rows, today = queries.owed_by(request.actor), clock.today()
    page = paginate(request, rows)
    waiting = rows.exclude(state__in=queries.ANSWERED).count()
    context = {
        "page": page, "today": today, "waiting": waiting, "is_sample": any(row.edition.is_sample for row in page),
        "rows": [(row, row.state_on(today), ruleset(row.edition.ruleset).stage(row.stage)) for row in page],
        "words": state_of,
    }  # fmt: skip
    return render(request, "joint_planning/our_contributions.html", context)
