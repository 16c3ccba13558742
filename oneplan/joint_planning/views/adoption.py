"""Adoption: readiness, the signing copy and its hash, who has signed, what was resolved, the seal."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from oneplan.access.checks import check, passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.commitments.choices import CommitmentState
from oneplan.committees.actions import check_may_resolve
from oneplan.committees.queries import standing_committees
from oneplan.frameworks.definitions import RuleSet
from oneplan.joint_planning import actions, queries, rules
from oneplan.joint_planning.forms import AdoptForm, ReasonForm
from oneplan.joint_planning.gates import Evidence, gather, judge
from oneplan.joint_planning.gates.adoption import unsigned_parties
from oneplan.joint_planning.gates.promises import Organ
from oneplan.joint_planning.models import Adoption
from oneplan.joint_planning.views.ground import frame, may, refused, workshop_edition
from oneplan.plans.choices import EditionState
from oneplan.plans.models import Edition
from oneplan.platform.errors import Refused


@dataclass(frozen=True)
class Signing:
    """How far one institution has signed: what it is party to, what it agreed to, what it signed."""

    institution: Organ
    total: int
    agreed: int
    waiting: tuple[str, ...]

    @property
    def signed(self) -> int:
        return self.total - len(self.waiting)

    @property
    def state(self) -> str:
        return "signed" if not self.waiting else "part" if self.signed else "missing"


def signings(evidence: Evidence) -> list[Signing]:
    """Every party with how far it has signed, those with most outstanding first."""
    unsigned = unsigned_parties(evidence)
    total: dict[str, int] = {}
    agreed: dict[str, int] = {}
    for commitment in evidence.commitments:
        for party in commitment.parties:
            total[party.institution.pk] = total.get(party.institution.pk, 0) + 1
            is_agreed = party.acceptance == "accepted" and commitment.state != CommitmentState.PROPOSED
            agreed[party.institution.pk] = agreed.get(party.institution.pk, 0) + is_agreed
    rows = [
        Signing(institution, total[code], agreed[code], tuple(unsigned[code][1]) if code in unsigned else ())
        for code, institution in evidence.parties.items()
    ]
    return sorted(rows, key=lambda row: (-len(row.waiting), row.institution.name))


@login_required
@require_safe
def adoption(request: ActorHttpRequest, code: str, number: int) -> HttpResponse:
    """Everything about the adoption of an edition on one page."""
    edition = workshop_edition(request.actor, code, number)
    return _page(request, edition)


def _page(
    request: ActorHttpRequest, edition: Edition, sentence: str = "", form: AdoptForm | None = None
) -> HttpResponse:
    evidence = gather(edition)
    report = judge(evidence)
    before = report.before(rules.ADOPTION)
    parties = signings(evidence)
    submitted, approved = queries.copy_resolutions(edition, edition.copy_hash, evidence.rules)
    context = frame(
        request,
        edition,
        report=report,
        before=before,
        gate=report.stage(rules.ADOPTION),
        evidence=evidence,
        copy=evidence.copy,
        copies=queries.copies(edition),
        signings=parties,
        submitted=submitted,
        approved=approved,
        outstanding=[row for row in parties if row.waiting],
        sealed=Adoption.objects.select_related("bundle", "copy").filter(edition=edition).first(),
        is_ready_to_freeze=edition.is_open and all(each.is_passed and each.lets_pass for each in before),
        may_freeze=may(request, Permission.EDITION_FREEZE, edition),
        may_adopt=may(request, Permission.EDITION_ADOPT, edition),
        may_record=_may_record(request, edition, evidence.rules) if edition.state == EditionState.FROZEN else {},
        form=form or AdoptForm(),
    )
    return refused(request, "joint_planning/adoption.html", context, sentence)


def _may_record(request: ActorHttpRequest, edition: Edition, rules: RuleSet) -> dict[str, bool]:
    """For "submission" and "approval": whether the reader may record what that committee resolved."""
    standing = {committee.kind: committee for committee in standing_committees(edition.space_id)}
    kinds = {"submission": rules.adoption.submits, "approval": rules.adoption.approves}
    return {
        what: kind in standing and passes(check_may_resolve, request.actor, standing[kind])
        for what, kind in kinds.items()
    }


@login_required
@require_POST
def freeze_copy(request: ActorHttpRequest, code: str, number: int) -> HttpResponse:
    """Freeze the edition as the signing copy."""
    edition = workshop_edition(request.actor, code, number)
    check(request.actor, Permission.EDITION_FREEZE, edition)
    revision = request.POST.get("revision", "")
    try:
        copy = actions.freeze_copy(edition, revision=int(revision) if revision.isdigit() else 0, by=request.actor)
    except Refused as refusal:
        return _page(request, edition, refusal.sentence)
    messages.success(request, _("The signing copy is frozen. Its hash is %(hash)s.") % {"hash": copy.sha256})
    return redirect("joint_planning:adoption", code, number)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_copy(request: ActorHttpRequest, code: str, number: int) -> HttpResponse:
    """Withdraw the signing copy, with the reason: signatures and resolutions fall."""
    edition = workshop_edition(request.actor, code, number)
    check(request.actor, Permission.EDITION_FREEZE, edition)
    form = ReasonForm(request.POST or None)
    sentence = ""
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw_copy(edition, reason=form.cleaned_data["reason"], by=request.actor)
            messages.success(request, _("The signing copy is withdrawn; the edition can be written again."))
            return redirect("joint_planning:adoption", code, number)
        except Refused as refusal:
            sentence = refusal.sentence
    context = frame(request, edition, form=form)
    return refused(request, "joint_planning/withdraw_copy.html", context, sentence)


@login_required
@require_POST
def adopt_edition(request: ActorHttpRequest, code: str, number: int) -> HttpResponse:
    """Adopt and seal, after the code of the space was typed."""
    edition = workshop_edition(request.actor, code, number)
    check(request.actor, Permission.EDITION_ADOPT, edition)
    form = AdoptForm(request.POST)
    try:
        rules.check_confirmation(edition, form.cleaned_data["confirm"] if form.is_valid() else "")
        actions.adopt_edition(edition, by=request.actor)
    except Refused as refusal:
        return _page(request, edition, refusal.sentence, form)
    messages.success(request, _("Edition %(number)s is adopted and sealed.") % {"number": number})
    return redirect("joint_planning:adoption", code, number)


@login_required
@require_safe
def signing_copy(request: ActorHttpRequest, code: str, number: int) -> HttpResponse:
    """The bytes of the signing copy that stands, so that every party can check the hash it signs."""
    edition = workshop_edition(request.actor, code, number)
    copy = queries.standing_copy(edition)
    if copy is None:
        return redirect("joint_planning:adoption", code, number)
    response = HttpResponse(bytes(copy.content), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="signing-copy-{code}-{number}-{copy.number}.json"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
