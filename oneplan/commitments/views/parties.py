"""Parties and their pledges: asking, answering, signing; and one institution's commitments in all spaces."""

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from oneplan.access.checks import check
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.budgets.cycle import Act
from oneplan.budgets.windows import warnings_for
from oneplan.commitments import actions, queries
from oneplan.commitments.choices import CommitmentState
from oneplan.commitments.forms import (
    LeadForm,
    PartyForm,
    PledgeForm,
    ReasonForm,
    ResponsibilityForm,
    RevisePledgeForm,
    SignForm,
)
from oneplan.commitments.models import Commitment, Party, Pledge, Signature
from oneplan.commitments.queries import LedgerFilters
from oneplan.commitments.views.ledger import show_ledger
from oneplan.commitments.views.shared import act_page, commitment_for, conflict_page, handed_in, home, party_for
from oneplan.institutions.models import Institution
from oneplan.institutions.queries import may_sign_for
from oneplan.periods import clock
from oneplan.plans.choices import EditionState
from oneplan.plans.models import Edition

POSTING = ["GET", "HEAD", "POST"]
PUBLIC_REASON = gettext_lazy(
    "The sealed plan, which is public, prints your reason with the name and post of who declines. Name nobody else."
)


def _pledge_for(request: ActorHttpRequest, ref: str, pk: int) -> Pledge:
    row = commitment_for(request, ref)
    return get_object_or_404(
        Pledge.objects.select_related("party__institution", "party__commitment__home_space__province", "evidence"),
        pk=pk,
        party__commitment=row,
    )


@login_required
@require_http_methods(POSTING)
def add_party(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """Ask another institution to take part."""
    row = commitment_for(request, ref)
    check(request.actor, Permission.COMMITMENT_AMEND, row)
    return act_page(
        request,
        row,
        PartyForm(request.POST or None),
        lambda given: actions.add_party(
            row, given["institution"], responsibility=given["responsibility"], by=request.actor
        ),
        heading=_("Add a party to %(ref)s") % {"ref": ref},
        submit=_("Add the party"),
        done=_("The party is asked."),
        lead=_("It is asked to agree through its own accounting officer. Parties that agreed before are asked anew."),
    )


@login_required
@require_http_methods(POSTING)
def change_lead(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """Name another leading institution."""
    row = commitment_for(request, ref)
    check(request.actor, Permission.COMMITMENT_AMEND, row)
    return act_page(
        request,
        row,
        LeadForm(request.POST or None, initial={"revision": row.revision}),
        lambda given: actions.change_lead(row, by=request.actor, **given),
        heading=_("Change the lead of %(ref)s") % {"ref": ref},
        submit=_("Change the lead"),
        done=_("The lead is changed; every party is asked anew."),
        lead=_("%(institution)s leads now. It stays as a partner; the accountable post is let go and named anew.")
        % {"institution": row.lead.name},
    )


@login_required
@require_http_methods(POSTING)
def revise_party(request: ActorHttpRequest, ref: str, code: str) -> HttpResponse:
    """Say anew what a party is responsible for."""
    party = party_for(request, ref, code)
    check(request.actor, Permission.COMMITMENT_AMEND, [*party.scopes(), *party.commitment.scopes()])
    form = ResponsibilityForm(request.POST or None, initial={"responsibility": party.responsibility})
    return act_page(
        request,
        party.commitment,
        form,
        lambda given: actions.revise_party(party, by=request.actor, **given),
        heading=_("What %(institution)s does") % {"institution": party.institution},
        submit=_("Save"),
        done=_("Saved."),
    )


@login_required
@require_http_methods(POSTING)
def remove_party(request: ActorHttpRequest, ref: str, code: str) -> HttpResponse:
    """Take a party out that has answered nothing."""
    party = party_for(request, ref, code)
    check(request.actor, Permission.COMMITMENT_AMEND, party.commitment)
    return act_page(
        request,
        party.commitment,
        ReasonForm(request.POST or None),
        lambda given: actions.remove_party(party, by=request.actor, reason=given["reason"]),
        heading=_("Remove %(institution)s") % {"institution": party.institution},
        submit=_("Remove the party"),
        done=_("The party is removed; the history keeps it."),
    )


@login_required
@require_POST
def agree_commitment(request: ActorHttpRequest, ref: str, code: str) -> HttpResponse:
    """The institution agrees, and accepts its unanswered pledges where the button said so."""
    party = party_for(request, ref, code)
    act = actions.agree_and_accept if request.POST.get("pledges") == "accept" else actions.agree_commitment
    seen = request.POST.get("revision", "")
    act(party, by=request.actor, revision=int(seen) if seen.isdecimal() else None)
    messages.success(request, _("%(institution)s agrees to %(ref)s.") % {"institution": party.institution, "ref": ref})
    return redirect(home(party.commitment))


@login_required
@require_http_methods(POSTING)
def decline_commitment(request: ActorHttpRequest, ref: str, code: str) -> HttpResponse:
    """The institution says no, and why."""
    party = party_for(request, ref, code)
    check(request.actor, Permission.COMMITMENT_SIGN, party)
    return act_page(
        request,
        party.commitment,
        ReasonForm(request.POST or None),
        lambda given: actions.decline_commitment(party, by=request.actor, reason=given["reason"]),
        heading=_("Decline %(ref)s for %(institution)s") % {"ref": ref, "institution": party.institution},
        submit=_("Decline"),
        done=_("The answer is recorded."),
        lead=str(PUBLIC_REASON),
    )


@login_required
@require_http_methods(POSTING)
def draft_pledge(request: ActorHttpRequest, ref: str, code: str) -> HttpResponse:
    """Write down money, or the lack of it, of one year."""
    party = party_for(request, ref, code)
    check(request.actor, Permission.PLEDGE_DRAFT, [*party.scopes(), *party.commitment.home_space.scopes()])
    form = PledgeForm(request.POST or None, request.FILES or None)
    return act_page(
        request,
        party.commitment,
        form,
        lambda given: actions.draft_pledge(party, by=request.actor, **_with_evidence(request, party, given)),
        heading=_("Draft a pledge of %(institution)s") % {"institution": party.institution},
        submit=_("Draft the pledge"),
        done=_("The pledge is drafted; its accounting officer is asked."),
        lead=_("It counts as accepted only once the institution's accounting officer says so."),
        shown={"warned": warnings_for(Act.COMMIT, party.institution, clock.today())},
    )


def _with_evidence(request: ActorHttpRequest, party: Party, given: dict[str, Any], held: Any = None) -> dict[str, Any]:
    return {**given, "evidence": handed_in(request, party.commitment, given.get("evidence")) or held}


@login_required
@require_http_methods(POSTING)
def revise_pledge(request: ActorHttpRequest, ref: str, pk: int) -> HttpResponse:
    """Change a pledge; its answer falls."""
    pledge = _pledge_for(request, ref, pk)
    party = pledge.party
    check(request.actor, Permission.PLEDGE_DRAFT, [*party.scopes(), *party.commitment.home_space.scopes()])
    data: Any = request.POST or None
    if any(name.startswith("choose_") for name in request.POST):
        data = RevisePledgeForm(pledge, request.actor).joined(request.POST, request.GET.get("reason", ""))
    form = RevisePledgeForm(pledge, request.actor, data, request.FILES or None)

    def act(given: dict[str, Any]) -> None:
        kept = given.pop("kept")
        given = _with_evidence(request, party, given, kept or pledge.evidence)
        if given["evidence"]:  # an upload is stored by now: if somebody was faster it is offered again
            seen = QueryDict(mutable=True)
            seen.update(form.data)
            seen["kept"] = str(given["evidence"].pk)
            form.data = seen
        actions.revise_pledge(pledge, by=request.actor, **given)

    def faster(current: Pledge) -> HttpResponse:
        return conflict_page(request, party.commitment, current, form, RevisePledgeForm(current, request.actor))

    return act_page(
        request,
        party.commitment,
        form,
        act,
        heading=_("Revise the pledge of %(institution)s") % {"institution": party.institution},
        submit=_("Save the pledge"),
        done=_("The pledge is revised; it is asked anew."),
        shown={
            "stored": pledge,
            "warned": warnings_for(Act.COMMIT, party.institution, clock.today(), pledge.financial_year),
        },
        faster=faster,
    )


@login_required
@require_http_methods(POSTING)
def remove_pledge(request: ActorHttpRequest, ref: str, pk: int) -> HttpResponse:
    """Take a pledge away, with the reason."""
    pledge = _pledge_for(request, ref, pk)
    party = pledge.party
    check(request.actor, Permission.PLEDGE_DRAFT, [*party.scopes(), *party.commitment.home_space.scopes()])
    return act_page(
        request,
        party.commitment,
        ReasonForm(request.POST or None),
        lambda given: actions.remove_pledge(pledge, by=request.actor, reason=given["reason"]),
        heading=_("Remove the pledge for %(year)s") % {"year": pledge.financial_year.long},
        submit=_("Remove the pledge"),
        done=_("The pledge is gone; the history keeps it."),
    )


@login_required
@require_POST
def accept_pledge(request: ActorHttpRequest, ref: str, pk: int) -> HttpResponse:
    """The accounting officer accepts."""
    pledge = _pledge_for(request, ref, pk)
    seen = request.POST.get("revision", "")
    actions.accept_pledge(pledge, by=request.actor, revision=int(seen) if seen.isdecimal() else None)
    messages.success(request, _("The pledge is accepted."))
    return redirect(home(pledge.party.commitment))


@login_required
@require_http_methods(POSTING)
def decline_pledge(request: ActorHttpRequest, ref: str, pk: int) -> HttpResponse:
    """The accounting officer declines and says why."""
    pledge = _pledge_for(request, ref, pk)
    check(request.actor, Permission.PLEDGE_ACCEPT, pledge)
    form = ReasonForm(request.POST or None, initial={"revision": pledge.revision})
    return act_page(
        request,
        pledge.party.commitment,
        form,
        lambda given: actions.decline_pledge(pledge, by=request.actor, **given),
        heading=_("Decline the pledge for %(year)s") % {"year": pledge.financial_year.long},
        submit=_("Decline"),
        done=_("The answer is recorded."),
        lead=str(PUBLIC_REASON),
    )


@login_required
@require_http_methods(POSTING)
def sign_commitment(request: ActorHttpRequest, ref: str, code: str) -> HttpResponse:
    """Put the institution's name to the commitment on the signing copy that is out."""
    party = party_for(request, ref, code)
    check(request.actor, Permission.COMMITMENT_SIGN, party)
    copies = queries.copies_of(party.commitment)
    form = SignForm(request.POST or None, initial={"copy_hash": copies[0] if copies else ""})
    power = may_sign_for(request.actor, party.institution, clock.today())
    return act_page(
        request,
        party.commitment,
        form,
        lambda given: actions.sign_commitment(
            party.commitment, party=party, copy_hash=given["copy_hash"], by=request.actor
        ),
        heading=_("Sign %(ref)s") % {"ref": ref},
        submit=_("Sign"),
        done=_("%(ref)s is signed.") % {"ref": ref},
        lead=_("On signing copy %(copy)s, as: %(who)s.")
        % {
            "copy": copies[0] if copies else _("(none is out)"),
            "who": power.sentence if power else _("nobody with power"),
        },
        shown={"signing": party},
    )


@login_required
@require_safe
def institution_commitments(request: ActorHttpRequest, code: str) -> HttpResponse:
    """Everything one institution takes part in, across all spaces: it answers once, here."""
    institution: Institution = get_object_or_404(Institution, pk=code)
    base = queries.waiting_for(institution, request.actor)
    mine = request.actor.may(Permission.PLAN_READ, [f"institution:{code}", "national"])
    if not mine and not base.exists():
        raise Http404
    filters = LedgerFilters.read(request.GET)
    rows = queries.ledger(request.actor, filters).filter(pk__in=base.values("pk"))
    copies = _copies_to_sign(institution)
    may_sign = bool(copies) and may_sign_for(request.actor, institution, clock.today())
    more = {"institution": institution, "copies": copies if may_sign else []}
    path = f"{reverse('commitments:national_ledger_csv')}?party={code}"
    return show_ledger(request, base, rows, space=None, csv_path=path, more=more)


def _copies_to_sign(institution: Institution) -> list[dict[str, Any]]:
    """Signing copies that are out and hold agreed commitments of the institution not yet signed by it.

    A share that begins later is in no copy of today.
    """
    unsigned = Party.objects.filter(institution=institution, commitment__state=CommitmentState.AGREED).exclude(
        signatures__in=Signature.objects.filter(voided_at=None)
    )
    frozen = Edition.objects.filter(state=EditionState.FROZEN)
    shares = queries.shares_on().filter(
        space_id__in=frozen.values("plan_id"), commitment_id__in=unsigned.values("commitment_id")
    )
    held: dict[str, list[Commitment]] = defaultdict(list)
    for share in shares.select_related("commitment").order_by("commitment__ref"):
        held[share.space_id].append(share.commitment)
    editions = frozen.filter(plan_id__in=held).select_related("plan__space")
    return [{"edition": edition, "commitments": held[edition.plan_id]} for edition in editions]


@login_required
@require_POST
def sign_commitments(request: ActorHttpRequest, code: str) -> HttpResponse:
    """Sign every agreed commitment of the institution on one signing copy: one act each, all or none."""
    institution: Institution = get_object_or_404(Institution, pk=code)
    signed = actions.sign_commitments(institution, copy_hash=request.POST.get("copy_hash", ""), by=request.actor)
    words = ngettext("%(n)s commitment is signed.", "%(n)s commitments are signed.", len(signed)) % {"n": len(signed)}
    messages.success(request, words)
    return redirect(reverse("commitments:institution_commitments", args=(code,)))
