"""One ask: the card with its answer, its course and its history; and the acts on it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from oneplan.access.checks import check, passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.commitments import queries as commitments
from oneplan.commitments.models import Commitment
from oneplan.institutions.models import Institution
from oneplan.institutions.queries import may_sign_for
from oneplan.periods import clock
from oneplan.platform.audit import history, subject_key, told
from oneplan.platform.documents import store
from oneplan.platform.errors import NotAllowed
from oneplan.platform.web.acts import ReasonForm, act_page
from oneplan.platform.web.responses import download
from oneplan.reprioritisation import actions
from oneplan.reprioritisation.choices import ALLOWED_MOVES, AskState, Instrument, ReplyCode
from oneplan.reprioritisation.course import course_of
from oneplan.reprioritisation.forms import AnswerForm, DraftAskForm, MoveForm, ReviseAskForm, VersionForm
from oneplan.reprioritisation.models import Ask
from oneplan.reprioritisation.offers import offer_of, offers_of
from oneplan.reprioritisation.views.lists import ask_for, is_restricted
from oneplan.spaces.models import Space

POSTING = ["GET", "HEAD", "POST"]
_ACT = "reprioritisation/act.html"
_MOVABLE = (AskState.ANSWERED, AskState.IN_SUBMISSION)


def home(ask: Ask) -> str:
    return reverse("reprioritisation:ask", args=[ask.ref])


def _may(request: ActorHttpRequest, permission: Permission, scope: str) -> bool:
    return passes(check, request.actor, permission, scope)


@require_safe
def ask(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """The card: who asks whom for what, what was answered, and how far the money came."""
    row = ask_for(request, ref)
    today = clock.today()
    replies, steps = list(row.replies.all()), list(row.steps.select_related("release", "document"))
    waits = row.state == AskState.ROUTED and row.closes_on is not None
    offer = None
    if row.state == AskState.DRAFT:
        offer = offer_of(Instrument(row.instrument), row.institution, row.financial_year, today)
    reads_history = request.actor.is_signed_in and request.actor.may(Permission.ASK_READ, row.scopes())
    return render(request, "reprioritisation/ask.html", {
        "ask": row, "reply": next((each for each in replies if each.is_standing), None),
        "earlier": [each for each in replies if not each.is_standing], "steps": steps,
        "traced": [step for step in steps if step.release_id], "course": course_of(row, steps), "offer": offer,
        "days_left": (row.closes_on - today).days if waits and row.closes_on else None, "may": _acts(request, row),
        "is_restricted": is_restricted(row, today), "is_sample": row.is_sample, "today": today,
        "entries": told(history(row)[:15], subject_key(row)) if reads_history else [], "as_at": clock.now(),
        "reads_commitment": commitments.visible_to(request.actor).filter(pk=row.commitment_id).exists(),
    })  # fmt: skip


def _acts(request: ActorHttpRequest, row: Ask) -> dict[str, bool]:
    """Which acts make sense now for this reader. The actions decide; this only shows or hides buttons."""
    space, asked = f"space:{row.space_id}", f"institution:{row.institution_id}"
    is_draft, today = row.state == AskState.DRAFT, clock.today()
    waits = row.state in (AskState.ROUTED, AskState.ANSWERED) and row.closes_on is not None and today <= row.closes_on
    may_answer = waits and may_sign_for(request.actor, row.institution, today) is not None
    drafts, routes = _may(request, Permission.ASK_DRAFT, space), _may(request, Permission.ASK_ROUTE, space)
    return {
        "revise": is_draft and drafts,
        "route": is_draft and routes,
        "answer": may_answer and _may(request, Permission.ASK_ANSWER, asked),
        "move": row.state in _MOVABLE and _is_agreed(row) and _may(request, Permission.ASK_MOVE, asked),
        "withdraw": routes and AskState.WITHDRAWN in ALLOWED_MOVES[row.state],
    }


def _is_agreed(row: Ask) -> bool:
    """Only what was agreed, wholly or in part, goes into a submission."""
    agreed = (ReplyCode.AGREED, ReplyCode.AGREED_IN_PART)
    return row.replies.filter(is_standing=True, code__in=agreed).exists()


def _asking_spaces(request: ActorHttpRequest, commitment: Commitment) -> Any:
    """The spaces with a part in the commitment in whose name the actor may ask."""
    ids = [commitment.home_space_id, *commitment.shares.values_list("space_id", flat=True)]
    found = Space.objects.filter(pk__in=ids).select_related("province").order_by("name")
    mine = [each.pk for each in found if _may(request, Permission.ASK_DRAFT, f"space:{each.pk}")]
    return found.filter(pk__in=mine)


@login_required
@require_http_methods(POSTING)
def draft_ask(request: ActorHttpRequest) -> HttpResponse:
    """Draft an ask for one commitment; what is open, and by which rule, stands beside the form."""
    if not any(request.actor.scopes_with(Permission.ASK_DRAFT)):
        raise NotAllowed(_("You may not ask for money. The hub of the space does, or its technical committee."))
    ref = request.GET.get("commitment", "")
    visible = commitments.visible_to(request.actor)
    if not ref:
        mine = visible.filter(home_space__in=request.actor.codes_with(Permission.ASK_DRAFT, "space"))
        mine = mine.exclude(state="withdrawn").select_related("home_space").order_by("ref")
        return render(request, "reprioritisation/choose.html", {"rows": mine[:200]})
    commitment: Commitment = get_object_or_404(visible, ref=ref)
    spaces = _asking_spaces(request, commitment)
    if not spaces:
        raise NotAllowed(_("None of the spaces for which you ask has a part in %(ref)s.") % {"ref": ref})
    parties = Institution.objects.filter(pk__in=commitment.parties.values("institution_id")).order_by("name")
    today = clock.today()
    given = {name: request.GET[name] for name in ("institution", "year", "instrument") if name in request.GET}
    form = DraftAskForm(request.POST or None, spaces=spaces, institutions=parties, initial=given)
    offers = [(each, offers_of(each, today)) for each in parties]
    return act_page(
        request, form,
        lambda _given: actions.draft_ask(by=request.actor, commitment=commitment, **form.given()),
        template="reprioritisation/draft.html", heading=_("Ask for money for %(ref)s") % {"ref": commitment.ref},
        submit=_("Keep it as a draft"), done=_("The draft is kept. Nobody is asked until you route it."),
        lead=commitment.title, back=f"/commitments/{commitment.ref}/", after=home,
        shown={"commitment": commitment, "offers": offers, "is_sample": commitment.is_sample, "today": today,
               "any_open": any(offer.now for _who, every in offers for offer in every)},
    )  # fmt: skip


@login_required
@require_http_methods(POSTING)
def revise_ask(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """Say a draft anew."""
    row = ask_for(request, ref)
    check(request.actor, Permission.ASK_DRAFT, f"space:{row.space_id}")
    form, today = ReviseAskForm(request.POST or None, ask=row), clock.today()
    offers = [(row.institution, offers_of(row.institution, today))]
    return act_page(
        request, form, lambda _given: actions.revise_ask(row, by=request.actor, **form.given()),
        template="reprioritisation/draft.html", heading=_("Revise %(ref)s") % {"ref": row.ref},
        submit=_("Keep the draft"), done=_("The draft is kept."), back=home(row), lead=row.commitment.title,
        shown={"ask": row, "offers": offers, "is_sample": row.is_sample, "today": today,
               "any_open": any(offer.now for offer in offers[0][1])},
    )  # fmt: skip


def _on_card(
    request: ActorHttpRequest, row: Ask, form: Any, act: Any, *, heading: str, submit: str, done: str, lead: str = "",
    **shown: Any,
) -> HttpResponse:  # fmt: skip
    """An act with the ask in short above its form."""
    return act_page(
        request, form, act, template=_ACT, heading=heading, submit=submit, done=done, back=home(row), lead=lead,
        shown={"ask": row, "is_sample": row.is_sample, "today": clock.today(), **shown},
    )  # fmt: skip


@login_required
@require_http_methods(POSTING)
def route_ask(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """Put it before the accounting officer, by the rule that is shown."""
    row = ask_for(request, ref)
    check(request.actor, Permission.ASK_ROUTE, f"space:{row.space_id}")
    offer = offer_of(Instrument(row.instrument), row.institution, row.financial_year, clock.today())
    return _on_card(
        request, row, VersionForm(request.POST or None, initial={"revision": row.revision}),
        lambda given: actions.route_ask(row, by=request.actor, **given),
        heading=_("Route %(ref)s to %(who)s") % {"ref": row.ref, "who": row.institution.name},
        submit=_("Route it"), done=_("The ask is with the accounting officer."),
        lead=_("From now on the institution and its treasury read it too. It cannot be revised any more."),
        offer=offer,
    )  # fmt: skip


@login_required
@require_http_methods(POSTING)
def answer_ask(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """The accounting officer answers, with a code and a reason."""
    row = ask_for(request, ref)
    check(request.actor, Permission.ASK_ANSWER, f"institution:{row.institution_id}")
    form = AnswerForm(request.POST or None, ask=row)
    return _on_card(
        request, row, form, lambda _given: actions.answer_ask(row, by=request.actor, **form.given()),
        heading=_("Answer %(ref)s") % {"ref": row.ref}, submit=_("Answer"), done=_("Your answer is recorded."),
        lead=_("Your name and post stand under the answer. “Agreed” is not money: only a budget release says that."),
    )  # fmt: skip


@login_required
@require_http_methods(POSTING)
def move_ask(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """Say that it came into the submission or is recommended, and what says so."""
    row = ask_for(request, ref)
    check(request.actor, Permission.ASK_MOVE, f"institution:{row.institution_id}")
    form = MoveForm(
        request.POST or None, request.FILES or None,
        initial={"revision": row.revision, "on": clock.today(),
                 "to": AskState.RECOMMENDED if row.state == AskState.IN_SUBMISSION else AskState.IN_SUBMISSION},
    )  # fmt: skip

    def act(given: dict[str, Any]) -> Any:
        file = given.pop("document")
        kept = None
        if file:
            kept = store(file, name=file.name or "", media_type=file.content_type or "", by=request.actor)
        return actions.move_ask(row, by=request.actor, document=kept, **{**given, "to": AskState(given["to"])})

    return _on_card(
        request, row, form, act, heading=_("How far %(ref)s came") % {"ref": row.ref}, submit=_("Record it"),
        done=_("The step is recorded with its source."),
        lead=_("Allocated, tabled and what comes after are read from received budget releases; nobody types them."),
    )  # fmt: skip


@login_required
@require_http_methods(POSTING)
def withdraw_ask(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """Take the ask back, with a reason."""
    row = ask_for(request, ref)
    check(request.actor, Permission.ASK_ROUTE, f"space:{row.space_id}")
    return _on_card(
        request, row, ReasonForm(request.POST or None, initial={"revision": row.revision}),
        lambda given: actions.withdraw_ask(row, by=request.actor, **given),
        heading=_("Withdraw %(ref)s") % {"ref": row.ref}, submit=_("Withdraw it"),
        done=_("The ask is withdrawn; it is kept, with the reason."),
    )  # fmt: skip


@require_safe
def step_document(request: ActorHttpRequest, ref: str, pk: int) -> Any:
    """The document that shows a step, for who reads the ask."""
    step = get_object_or_404(ask_for(request, ref).steps.select_related("document"), pk=pk)
    if step.document is None:
        raise Http404
    return download(step.document)
