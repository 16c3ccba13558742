"""One commitment: its proofs, its six protocol elements, and what the reader may do."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from oneplan.access.actors import Actor
from oneplan.access.checks import check, passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.commitments import queries, rules
from oneplan.commitments.choices import Acceptance, CommitmentState, FundingStatus
from oneplan.commitments.models import Commitment, Party, Pledge
from oneplan.commitments.proofs import proofs
from oneplan.commitments.queries import Money, area_label
from oneplan.commitments.views.places import place_maps
from oneplan.commitments.views.shared import commitment_for
from oneplan.frameworks.queries import markers
from oneplan.institutions.queries import may_sign_for
from oneplan.periods import clock
from oneplan.periods.years import FinancialYear
from oneplan.plans.choices import EditionState
from oneplan.plans.models import Edition, ImmediateIssue
from oneplan.platform.audit import history, subject_key, told
from oneplan.platform.web.responses import download
from oneplan.platform.web.sections import sections_of
from oneplan.spaces.views.frame import place_of


@dataclass(frozen=True)
class May:
    """What the reader may do now; templates ask, never decide."""

    is_open: bool  # whether terms may change now, whoever asks
    amend: bool
    add_party: bool
    draft: bool
    deliver: bool
    withdraw: bool
    restore: bool
    change_shares: bool


def may_do(actor: Actor, row: Commitment) -> May:
    """Computed from the same checks that the actions make."""
    is_open = passes(rules.check_terms_may_change, row)
    amend = is_open and passes(check, actor, Permission.COMMITMENT_AMEND, row)
    withdraw = passes(check, actor, Permission.COMMITMENT_WITHDRAW, row)
    return May(
        amend=amend,
        add_party=amend,
        is_open=is_open,
        draft=is_open
        and any(
            passes(check, actor, Permission.PLEDGE_DRAFT, [*p.scopes(), *row.home_space.scopes()])
            for p in row.parties.all()
        ),
        deliver=passes(check, actor, Permission.DELIVERY_REPORT, row)
        and passes(rules.check_can_deliver, row, clock.today(), "evidence long enough"),
        withdraw=withdraw and passes(rules.check_can_withdraw, row, "a reason long enough"),
        restore=passes(check, actor, Permission.COMMITMENT_PROPOSE, row) and passes(rules.check_can_restore, row),
        change_shares=amend,
    )


@dataclass
class PartyRow:
    """A party with its pledges and what the reader may answer for it."""

    party: Party
    pledges: list[tuple[Pledge, bool, bool]]  # pledge, may answer, may revise
    standing: Any
    voided: list[Any]
    may_agree: bool
    may_decline: bool
    may_sign: bool
    may_draft: bool
    may_change: bool
    unanswered: int


def _party_row(actor: Actor, row: Commitment, party: Party, copies: list[str], may: May) -> PartyRow:
    binds = actor.may(Permission.COMMITMENT_SIGN, party.scopes()) and may_sign_for(
        actor, party.institution, clock.today()
    )
    signatures = list(party.signatures.all())
    is_open = row.state in (CommitmentState.PROPOSED, CommitmentState.AGREED)
    drafts = may.is_open and passes(check, actor, Permission.PLEDGE_DRAFT, [*party.scopes(), *row.home_space.scopes()])
    standing = next((each for each in signatures if each.voided_at is None), None)
    pledges = list(party.pledges.all())
    return PartyRow(
        party=party,
        pledges=[(p, bool(binds) and is_open and p.status != FundingStatus.UNFUNDED, drafts) for p in pledges],
        standing=standing,
        voided=[each for each in signatures if each.voided_at],
        may_agree=bool(binds) and is_open and party.acceptance != Acceptance.ACCEPTED,
        may_decline=bool(binds) and is_open and party.acceptance != Acceptance.DECLINED,
        may_sign=bool(binds) and bool(copies) and row.state == CommitmentState.AGREED and standing is None,
        may_draft=drafts,
        may_change=may.amend,
        unanswered=sum(p.acceptance == Acceptance.ASKED and p.status != FundingStatus.UNFUNDED for p in pledges),
    )


def pledge_table(row: Commitment) -> dict[str, Any]:
    """Years down, parties across, for years are many and parties few; totals by basis, each on its own line."""
    parties = list(row.parties.all())
    years: list[FinancialYear] = sorted({p.financial_year for party in parties for p in party.pledges.all()})
    total = Money()
    columns = []
    for party in parties:
        money = Money()
        for pledge in party.pledges.all():
            money.add(pledge.financial_year, pledge.status, pledge.acceptance, pledge.amount)
            total.add(pledge.financial_year, pledge.status, pledge.acceptance, pledge.amount)
        columns.append((party, {line.year: line for line in money.lines}))
    whole = {line.year: line for line in total.lines}
    bases = sorted({year.basis for year in years})
    return {
        "parties": parties,
        "lines": [(year, [(party, given.get(year)) for party, given in columns], whole.get(year)) for year in years],
        "by_basis": [(b, total.total(basis=b), total.total(FundingStatus.UNFUNDED, basis=b)) for b in bases],
    }


def _may_raise(actor: Actor, row: Commitment, editions: list[Edition], issues: list[ImmediateIssue]) -> list[Edition]:
    """The open editions on whose board the actor may put this commitment, and where it does not stand yet."""
    raised = {issue.edition_id for issue in issues if issue.resolved_on is None}
    over = row.state in (CommitmentState.DELIVERED, CommitmentState.WITHDRAWN)
    return [
        edition
        for edition in editions
        if not over
        and edition.is_open
        and edition.pk not in raised
        and passes(check, actor, Permission.PLAN_WRITE, edition)
    ]


@login_required
@require_safe
def commitment(request: ActorHttpRequest, ref: str) -> HttpResponse:
    """The page of one commitment."""
    row = commitment_for(request, ref)
    may = may_do(request.actor, row)
    codes = queries.share_codes(row)
    in_progress = queries.editions_in_progress(codes)
    editions = [edition for edition in in_progress if edition.state == EditionState.FROZEN]
    issues = list(queries.issues_of(row))
    shares = [share for share in row.shares.all() if share.valid_to is None]
    today = clock.today()
    begun = {share.space_id for share in shares if share.valid_from <= today}
    copies = [edition.copy_hash for edition in editions if edition.plan_id in begun]
    labels = {each.code: each.label for each in markers()}
    context = {
        "commitment": row,
        "space": row.home_space,
        "is_sample": row.is_sample,
        "proofs": proofs(row),
        "may": may,
        "parties": [_party_row(request.actor, row, party, copies, may) for party in row.parties.all()],
        "table": pledge_table(row),
        "copies": copies,
        "editions": editions,
        "area": area_label(row.area) if row.area else "",
        "markings": [(labels.get(m.marker, m.marker), m) for m in row.markings.all()],
        "shares": shares,
        "maps": place_maps(row, [share.space for share in shares]),
        "past_shares": [share for share in row.shares.all() if share.valid_to is not None],
        "serves": row.services.all(),
        "issues": issues,
        "may_raise": _may_raise(request.actor, row, in_progress, issues),
        "entries": told(history(row)[:5], subject_key(row)),  # the whole stands on the history page
        "place": place_of(row.home_space),
        "as_at": row.changed_at,
        "carried": codes,
        "sections": sections_of("commitment", request.actor, row),
    }
    return render(request, "commitments/commitment.html", context)


@login_required
@require_safe
def evidence(request: ActorHttpRequest, ref: str, sha256: str) -> HttpResponseBase:
    """The file that shows a pledge or the delivery, for whoever may read the commitment."""
    document = queries.evidence_of(get_object_or_404(queries.visible_to(request.actor), ref=ref), sha256)
    if document is None:
        raise Http404
    return download(document, in_place=True)
