"""Asks: drafted and revised by a space, routed in a legal window, withdrawn with a reason."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.alignment.models import BudgetLine
from oneplan.commitments.models import Commitment
from oneplan.commitments.queries import in_space
from oneplan.institutions.models import Institution
from oneplan.periods import clock
from oneplan.periods.years import FinancialYear
from oneplan.platform.audit import record
from oneplan.platform.errors import RuleBroken
from oneplan.reprioritisation import rules
from oneplan.reprioritisation.actions.keeping import check_revision, locked, move, tell
from oneplan.reprioritisation.choices import AskState, Event, Instrument
from oneplan.reprioritisation.models import Ask
from oneplan.reprioritisation.queries import treasury_of
from oneplan.reprioritisation.tracing import rand_known
from oneplan.spaces.models import Space

_TOLD = ("amount", "year", "basis", "instrument", "motivation", "line_id")


@transaction.atomic
def draft_ask(
    *, by: Actor, space: Space, commitment: Commitment, institution: Institution, year: FinancialYear, amount: Decimal,
    instrument: Instrument, motivation: str, line: BudgetLine | None = None,
) -> Ask:  # fmt: skip
    """Write down that a space asks an institution for rand in one year. Nobody else reads it before it is routed.

    Raises NotAllowed, RuleBroken.
    """
    check(by, Permission.ASK_DRAFT, [f"space:{space.pk}"])
    if not Commitment.objects.filter(in_space(space.pk), pk=commitment.pk).exists():
        raise RuleBroken(
            _("%(ref)s has no share in %(space)s, so %(space)s cannot ask for it.")
            % {"ref": commitment.ref, "space": space.name}
        )
    _check(commitment, institution, year, amount, instrument, motivation, line)
    last = Ask.objects.order_by("-pk").first()
    row = Ask.objects.create(
        ref=f"A{(last.pk if last else 0) + 1:04d}", space=space, commitment=commitment, institution=institution,
        treasury=treasury_of(institution), line=line, year=year.start, basis=year.basis, amount=amount,
        instrument=instrument, motivation=motivation.strip(), drafted_at=clock.now(), drafted_by=by.user,
        is_sample=commitment.is_sample,
    )  # fmt: skip
    record(
        Event.ASK_DRAFTED, row, by=by, reason=row.motivation, after={name: str(getattr(row, name)) for name in _TOLD}
    )
    tell(row)
    return row


@transaction.atomic
def revise_ask(
    ask: Ask, *, by: Actor, revision: int, year: FinancialYear, amount: Decimal, instrument: Instrument, motivation: str
) -> Ask:
    """Change the terms of a draft. Raises NotAllowed, StaleRevision, RuleBroken."""
    row = locked(ask)
    check(by, Permission.ASK_DRAFT, [f"space:{row.space_id}"])
    check_revision(row, revision)
    rules.check_is_draft(row)
    _check(row.commitment, row.institution, year, amount, instrument, motivation, row.line)
    before = {name: str(getattr(row, name)) for name in _TOLD}
    row.year, row.basis, row.amount, row.instrument = year.start, year.basis, amount, instrument
    row.motivation, row.revision = motivation.strip(), row.revision + 1
    row.save()
    after = {name: str(getattr(row, name)) for name in _TOLD}
    record(Event.ASK_REVISED, row, by=by, reason=row.motivation, before=before, after=after)
    tell(row)
    return row


def _check(
    commitment: Commitment, institution: Institution, year: FinancialYear, amount: Decimal, instrument: Instrument,
    motivation: str, line: BudgetLine | None,
) -> None:  # fmt: skip
    is_party = commitment.parties.filter(institution=institution).exists()
    rules.check_can_draft(
        commitment, institution, year, amount, instrument, motivation, is_party=is_party, day=clock.today()
    )
    if line is not None and line.institution_id != institution.pk:
        raise RuleBroken(
            _("The budget line is of %(other)s, not of %(institution)s. Choose one of its own.")
            % {"other": line.institution.name, "institution": institution.name}
        )


@transaction.atomic
def route_ask(ask: Ask, *, by: Actor, revision: int) -> Ask:
    """Put an ask before the accounting officer, in a legal window of that institution's cycle; else it is refused.

    The rule, its reference and the closing day are kept as they stand today, and what budgets hold before any answer.
    Raises NotAllowed, StaleRevision, RuleBroken.
    """
    row = locked(ask)
    check(by, Permission.ASK_ROUTE, [f"space:{row.space_id}"])
    check_revision(row, revision)
    window = rules.window_for(row, clock.today())
    row.window, row.window_reference = window.key[:60], f"{window.title}: {window.reference}"[:300]
    row.closes_on, row.routed_at = window.closes_on, clock.now()
    known = rand_known(row)
    move(row, AskState.ROUTED, Event.ASK_ROUTED, by=by, source=row.window_reference, before=known)
    return row


@transaction.atomic
def withdraw_ask(ask: Ask, *, by: Actor, revision: int, reason: str) -> Ask:
    """Take an ask back; it is kept. Raises NotAllowed, StaleRevision, RuleBroken."""
    row = locked(ask)
    check(by, Permission.ASK_ROUTE, [f"space:{row.space_id}"])
    check_revision(row, revision)
    rules.check_can_move(row, AskState.WITHDRAWN)
    rules.check_words(reason, _("the reason"))
    move(row, AskState.WITHDRAWN, Event.ASK_WITHDRAWN, by=by, source=reason.strip(), reason=reason)
    return row
