"""Ready-made commitments for tests, made through the room's own actions."""

from datetime import date
from decimal import Decimal
from typing import Any

from oneplan.access.actors import Actor, system
from oneplan.commitments import actions
from oneplan.commitments.choices import FundingStatus
from oneplan.commitments.models import Commitment, Party, Pledge
from oneplan.institutions.models import Institution
from oneplan.periods.years import Basis, FinancialYear
from oneplan.plans.actions import freeze_edition, open_edition
from oneplan.plans.models import Edition
from oneplan.spaces.models import Space

BY = system("tests")
PFMA_2026 = FinancialYear(2026, Basis.PFMA)
MFMA_2026 = FinancialYear(2026, Basis.MFMA)
COPY = "a" * 64


def propose(space: str = "DC15", lead: str = "nat-dws", *, by: Actor = BY, **fields: Any) -> Commitment:
    """A proposed commitment."""
    given = {"title": "Bulk water to Mthatha", "area": "infrastructure", "total_cost": Decimal("1000000.00"), **fields}
    return actions.propose_commitment(
        Space.objects.get(pk=space), by=by, lead=Institution.objects.get(pk=lead), **given
    )


def pledge(
    party: Party, amount: str = "400000.00", *, year: FinancialYear = PFMA_2026, status: str = FundingStatus.COMMITTED,
    by: Actor = BY, **more: Any,
) -> Pledge:  # fmt: skip
    """A drafted pledge."""
    return actions.draft_pledge(party, year=year, amount=Decimal(amount), status=status, by=by, **more)


def freeze(space: str = "DC15", copy_hash: str = COPY) -> Edition:
    """The space's edition, out for signing."""
    edition = Edition.objects.filter(plan_id=space, state="open").first() or open_edition(
        Space.objects.get(pk=space), ruleset="framework_2020", start_year=2026, by=BY
    )
    return freeze_edition(edition, copy_hash=copy_hash, boundary_release=None, by=BY, revision=edition.revision)


def agreed(signatory: Actor, space: str = "DC15", lead: str = "nat-dws") -> Commitment:
    """A commitment to which its one party agreed, with an accepted pledge."""
    commitment = propose(space, lead)
    party = commitment.parties.get()
    pledge(party)
    actions.agree_and_accept(party, by=signatory)
    commitment.refresh_from_db()
    return commitment


def day(text: str) -> date:
    return date.fromisoformat(text)
