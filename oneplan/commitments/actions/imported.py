"""Rows of a file as proposed commitments, set by set. Nothing imported counts as agreed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.commitments import rules
from oneplan.commitments.actions.commitments import amend_commitment, next_numbers, reference, serve_elements
from oneplan.commitments.actions.keeping import involve, lock, lock_editions, refresh, search_text, void_standing
from oneplan.commitments.actions.sums import forget_sums
from oneplan.commitments.choices import Event, PartyRole
from oneplan.commitments.models import Commitment, Party, Pledge, Service, Share
from oneplan.exchange.models import ImportRun
from oneplan.institutions.models import Institution, Post
from oneplan.institutions.queries import signing_post
from oneplan.periods import clock
from oneplan.periods.years import FinancialYear
from oneplan.platform.audit import record
from oneplan.spaces.models import MunicipalArea, Space

BATCH = 500


@dataclass(frozen=True)
class ImportedPledge:
    """Money of one year as a file states it; `amount` None takes a pledge away that the file no longer holds."""

    year: FinancialYear
    amount: Decimal | None
    status: str
    funding_source: str = ""
    row: str = ""  # the key of the row that states it


@dataclass
class ImportedCommitment:
    """What one row, or the rows of one project, say. `ref` is set where an earlier run stored it."""

    space: str
    lead: str
    source_row: str
    fields: dict[str, Any]
    municipal_areas: tuple[str, ...] = ()
    point_quality: str = ""
    responsibility: str = ""
    pledges: list[ImportedPledge] = field(default_factory=list)
    accountable_post: int | None = None  # as the file names it
    serves: tuple[str, ...] = ()  # outcomes and strategies of the space's plan
    ref: str = ""


@dataclass
class Progress:
    """What the batches of one run share inside its transaction, so that its cost grows with its rows alone."""

    numbers: dict[str, int] = field(default_factory=dict)  # the next number of each space; its row is locked
    involved: set[tuple[str, str]] = field(default_factory=set)  # (space, lead) already told
    offices: dict[str, Post | None] = field(default_factory=dict)  # by lead: the post that signs for it


@transaction.atomic
def import_commitments(
    items: Iterable[ImportedCommitment], *, run: ImportRun, by: Actor, progress: Progress | None = None
) -> list[str]:
    """Propose what a file says, or amend what an earlier run proposed.

    Returns the references, in the order of the items. `progress` is carried from batch to batch of one transaction.

    The caller (imports.py) has checked every row against the rules. One log entry for all that is new, with counts; an
    amendment is remembered by itself. Raises NotAllowed, RuleBroken.
    """
    items, progress = list(items), progress or Progress()
    spaces = {space.pk: space for space in Space.objects.select_related("province")}
    codes = sorted({item.space for item in items})
    for code in codes:
        check(by, Permission.COMMITMENT_IMPORT, spaces[code])
    lock_editions(codes)
    rules.check_spaces_are_open(codes)  # also one that went out for signing since the rows were checked
    forget_sums(codes)
    new = [item for item in items if not item.ref]
    known = [item for item in items if item.ref]
    for start in range(0, len(new), BATCH):
        _propose(new[start : start + BATCH], spaces, run, progress)
    for item in known:
        _amend(item, run, by)
    if new:
        record(
            Event.COMMITMENTS_IMPORTED, f"run:{run.pk}", by=by, source=run.source, file=run.file_name,
            sha256=run.file_sha256, proposed=len(new), first=new[0].ref, last=new[-1].ref,
        )  # fmt: skip
    firsts = {(item.space, item.lead): item.ref for item in reversed(new)}
    for (space, lead), ref in sorted(firsts.items()):
        if (space, lead) not in progress.involved:
            involve(Commitment.objects.get(ref=ref), Institution.objects.get(pk=lead))
            progress.involved.add((space, lead))
    return [item.ref for item in items]


def _propose(items: Sequence[ImportedCommitment], spaces: dict[str, Space], run: ImportRun, progress: Progress) -> None:
    now, today, numbers, offices = clock.now(), clock.today(), progress.numbers, progress.offices
    for code in sorted({item.space for item in items} - set(numbers)):
        numbers[code] = next_numbers(spaces[code])
    leads = Institution.objects.in_bulk({item.lead for item in items})
    for code in leads.keys() - offices.keys():
        offices[code] = signing_post(leads[code], today)  # who binds the institution answers, until another is named
    areas = MunicipalArea.objects.in_bulk({code for item in items for code in item.municipal_areas})
    rows, parties, pledges = [], [], []
    for item in items:
        item.ref = reference(spaces[item.space], numbers[item.space])
        numbers[item.space] += 1
        row = Commitment(
            ref=item.ref, home_space_id=item.space, lead_id=item.lead, source=run.source, source_row=item.source_row,
            source_run=run, proposed_at=now, changed_at=now, **item.fields,
        )  # fmt: skip
        if item.accountable_post:
            row.accountable_post_id = item.accountable_post
        else:
            row.accountable_post = offices[item.lead]
        party = Party(commitment=row, institution_id=item.lead, role=PartyRole.LEAD, responsibility=item.responsibility)
        party.institution = leads[item.lead]
        own = [_pledge(party, each) for each in item.pledges if each.amount]
        money = rules.money_standing(row, own)
        row.pledged, row.funding = money.pledged, money.funding
        row.place_quality = rules.place_quality(
            row, has_areas=bool(item.municipal_areas), point_quality=item.point_quality
        )
        row.search_text = search_text(row, [party])
        rows.append(row)
        parties.append(party)
        pledges += own
    Commitment.objects.bulk_create(rows, batch_size=BATCH)
    Share.objects.bulk_create(
        (Share(commitment=row, space_id=row.home_space_id, fraction=Decimal(1), valid_from=today) for row in rows),
        batch_size=BATCH,
    )
    for party, row in zip(parties, rows, strict=True):
        party.commitment = row
    Party.objects.bulk_create(parties, batch_size=BATCH)
    for pledge in pledges:
        pledge.party = pledge.party  # takes up the key that its party has now
    Pledge.objects.bulk_create(pledges, batch_size=BATCH)
    Service.objects.bulk_create(
        (
            Service(commitment=row, space_id=item.space, element_ref=ref)
            for row, item in zip(rows, items, strict=True)
            for ref in dict.fromkeys(item.serves)
        ),
        batch_size=BATCH,
    )
    through = Commitment.municipal_areas.through
    through.objects.bulk_create(
        (
            through(commitment_id=row.pk, municipalarea_id=areas[code].pk)
            for row, item in zip(rows, items, strict=True)
            for code in item.municipal_areas
        ),
        batch_size=BATCH,
    )


def _pledge(party: Party, given: ImportedPledge) -> Pledge:
    return Pledge(  # type: ignore[misc]  # RandField takes Decimal
        party=party, year=given.year.start, basis=given.year.basis, amount=given.amount, status=given.status,
        funding_source=given.funding_source, source_row=given.row,
    )  # fmt: skip


def _amend(item: ImportedCommitment, run: ImportRun, by: Actor) -> None:
    """A row of an earlier run came back changed: an amendment, with the file as its reason.

    The accountable office changes only where the file names one of the institution that leads by now. What is served is
    added to, never taken from: other rows of the project, and people, have said what stands.
    """
    row = Commitment.objects.get(ref=item.ref)
    reason = _("The row %(row)s of %(source)s changed.") % {"row": item.source_row, "source": run.source}
    changes = {name: value for name, value in item.fields.items() if name in _AMENDED}
    if item.accountable_post and row.lead_id == item.lead:
        changes["accountable_post"] = Post.objects.get(pk=item.accountable_post)
    amend_commitment(
        row, revision=row.revision, by=by, reason=reason, **changes,
        municipal_areas=MunicipalArea.objects.filter(pk__in=item.municipal_areas),
    )  # fmt: skip
    row = lock(row)
    # The money is of whom the file names, also where somebody else leads by now: else it would count twice.
    party = row.parties.filter(institution_id=item.lead).first() or row.parties.get(role=PartyRole.LEAD)
    before: dict[str, str | None] = {}
    after: dict[str, str | None] = {}
    for given in item.pledges:
        held = party.pledges.filter(
            year=given.year.start, basis=given.year.basis, funding_source=given.funding_source
        ).first()
        said = f"{given.year.label} {given.year.basis}"
        if held is None and given.amount:
            _pledge(party, given).save(force_insert=True)
            before[said], after[said] = None, f"{given.amount} {given.status}"
        elif held is not None and (held.amount, held.status) != (given.amount or Decimal(0), given.status):
            before[said] = f"{held.amount} {held.status}, {held.acceptance}"
            after[said] = f"{given.amount} {given.status}" if given.amount else None
            held.delete()
            if given.amount:
                _pledge(party, given).save(force_insert=True)
    stated = {(each.year.start, each.year.basis, each.funding_source) for each in item.pledges}
    for held in party.pledges.filter(source_row__in={each.row for each in item.pledges} - {""}):
        if (held.year, held.basis, held.funding_source) not in stated:  # the row has moved its money
            said = f"{held.financial_year.label} {held.basis} {held.funding_source}"
            before[said], after[said] = f"{held.amount} {held.status}, {held.acceptance}", None
            held.delete()
    if after:
        record(Event.PLEDGE_REVISED, row, by=by, reason=reason, before=before, after=after)
        void_standing(row, by=by, reason=reason)
    refresh(row, bump=bool(after))
    if item.serves:
        space = Space.objects.select_related("province").get(pk=item.space)
        served = row.services.filter(space=space).values_list("element_ref", flat=True)
        serve_elements(row, space, {*served, *item.serves}, by=by)
    Commitment.objects.filter(pk=row.pk).update(source_run=run)


_AMENDED = frozenset(
    {
        "title", "description", "project_stage", "start_on", "finish_on", "total_cost", "spent_before", "objective",
        "indicator", "unit", "baseline", "target", "outputs", "place_text", "longitude", "latitude", "whole_space",
        "external_ids",
    }
)  # fmt: skip

__all__ = ["ImportedCommitment", "ImportedPledge", "Progress", "import_commitments"]
