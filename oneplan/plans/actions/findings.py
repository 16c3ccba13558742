"""Recording and revising what the diagnostic found."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from django.db import transaction

from oneplan.access.actors import Actor
from oneplan.institutions.models import Institution, Post
from oneplan.plans import rules
from oneplan.plans.actions.writing import create, element_for_writing, open_for_writing, revise
from oneplan.plans.choices import Event
from oneplan.plans.models import Edition, Finding
from oneplan.plans.queries import stated, with_place


class FindingFields(TypedDict, total=False):
    """What a finding says. `municipal_areas` and `ward` are codes; at most one kind of place is set."""

    area: str
    statement: str
    evidence: str
    source: str
    source_date: date | None
    value: Decimal | None
    unit: str
    whole_space: bool
    municipal_areas: Iterable[str]
    ward: str | None
    reported_by: Institution | None
    owner_post: Post | None


@transaction.atomic
def record_finding(edition: Edition, *, by: Actor, reason: str = "", **fields: Unpack[FindingFields]) -> Finding:
    """Add a finding (area and statement at least) under the next reference F-001. Raises RuleBroken, NotAllowed."""
    edition = open_for_writing(edition, by)
    return create(
        Finding, edition, rules.clean_finding(edition, fields), event=Event.FINDING_RECORDED, by=by, reason=reason
    )


@transaction.atomic
def revise_finding(
    finding: Finding, *, revision: int, by: Actor, reason: str = "", **changes: Unpack[FindingFields]
) -> Finding:
    """Change the named fields of a finding. Naming any part of the place replaces the whole place.

    Raises StaleRevision, RuleBroken, NotAllowed.
    """
    row = element_for_writing(finding, revision, by)
    fields = rules.clean_finding(row.edition, {**stated(row), **with_place(changes)})
    return revise(row, fields, event=Event.FINDING_REVISED, by=by, reason=reason)
