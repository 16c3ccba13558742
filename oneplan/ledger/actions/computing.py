"""Computing the ledger of the open cycle: the whole country in one go, or what hangs together with some commitments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import BigIntegerField, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor, system
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.alignment.choices import LinkKind, LinkState, TieState
from oneplan.alignment.lines import amounts_of, codes_of, now_serving
from oneplan.alignment.models import BudgetLine, Link, Tie
from oneplan.budgets.choices import Standing
from oneplan.budgets.datasets import datasets
from oneplan.commitments.choices import Acceptance, CommitmentState, FundingStatus
from oneplan.commitments.models import Commitment, Pledge
from oneplan.ledger import rules
from oneplan.ledger.choices import Event
from oneplan.ledger.computing import SPENT, Before, Ground, Key, Line, Paid, Told, compute
from oneplan.ledger.computing import Sum as Computing
from oneplan.ledger.models import Cycle, Entry, EntryLine
from oneplan.ledger.signals import ledger_computed
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.bulk import insert_rows, reserve_ids, roomy_cache
from oneplan.platform.errors import RuleBroken
from oneplan.warehouse.connection import NothingBuilt

_AT_ONCE = 5_000  # keys in one statement
_CENTS = BigIntegerField()  # sums as the database holds them: whole cents
_ENTRY = (
    "id", "cycle_id", "commitment_id", "institution_id", "year", "basis", "pledged", "budget", "budget_type",
    "original", "adjusted", "spent", "spent_type", "budget_before", "funding", "movement", "execution", "line_count",
    "is_government", "is_sample",
)  # fmt: skip
_LINE = ("entry_id", "link_id", "amount_type", "whole", "amount", "is_counted")


@dataclass(frozen=True)
class Computed:
    """What a computation came to."""

    cycle: Cycle
    commitments: int | None  # how many were computed anew; None: all
    entries: int
    lines: int


@roomy_cache()
@transaction.atomic
def compute_ledger(*, by: Actor, commitments: Collection[int] | None = None) -> Computed:
    """Compute the open cycle anew: all of it, or of `commitments` (keys), of all that changed since it was computed,
    and of those that share a line with these. All of it, too, where another build is served than it was computed from.

    Amounts come from the build that is served; where nothing is built, none are known. Harmless to repeat.
    Raises NotAllowed; RuleBroken where no cycle is open.
    """
    check(by, Permission.LEDGER_KEEP, "national")
    cycle = Cycle.objects.select_for_update().filter(is_open=True).first()
    if cycle is None:
        raise RuleBroken(_("No cycle of the ledger is open. Open one first."))
    build, now = build_served(), clock.now()
    wanted = None
    if commitments is not None and cycle.computed_at is not None and cycle.build == build:
        wanted = _together({*commitments, *changed_since(cycle.computed_at)})
    sums = compute(_ground(cycle, wanted), wanted)
    written, lines = _write(cycle, sums, wanted)
    cycle.build, cycle.computed_at = build, now
    cycle.save(update_fields=["build", "computed_at"])
    if wanted is None:
        record(Event.CYCLE_COMPUTED, cycle, by=by, entries=written, lines=lines, build=build)
    done = None if wanted is None else sorted(wanted)
    transaction.on_commit(lambda: ledger_computed.send(sender=Cycle, cycle=cycle.pk, commitments=done))
    return Computed(cycle, None if wanted is None else len(wanted), written, lines)


def build_served() -> str:
    """The name of the build that is served, "" where nothing is built."""
    try:
        return now_serving()
    except NothingBuilt:
        return ""


def changed_since(moment: datetime) -> set[int]:
    """Keys of commitments that somebody changed at or after a moment, or whose links or projects were decided on."""
    own = Commitment.objects.filter(changed_at__gte=moment).order_by().values_list("pk", flat=True)
    ties = Tie.objects.filter(decided_at__gte=moment).order_by().values_list("commitment_id", flat=True)
    links = Link.objects.filter(decided_at__gte=moment, line__isnull=False).order_by()
    linked = links.filter(commitment__isnull=False).values_list("commitment_id", flat=True)
    tied = links.filter(project__ties__isnull=False).values_list("project__ties__commitment_id", flat=True)
    return {each for each in (*own, *ties, *linked, *tied) if each is not None}


def _together(commitments: Collection[int]) -> frozenset[int]:
    """These and all that share a line with them: of a line's cents what one gives up another may gain."""
    of_these = Link.objects.filter(
        Q(commitment__in=commitments) | Q(project__ties__commitment__in=commitments), line__isnull=False
    )
    lines = list(of_these.order_by().values_list("line_id", flat=True).distinct())
    links = Link.objects.filter(line__in=lines).order_by()
    own = links.filter(commitment__isnull=False).values_list("commitment_id", flat=True)
    tied = links.filter(project__ties__state=TieState.CONFIRMED).values_list("project__ties__commitment_id", flat=True)
    return frozenset(commitments) | {each for each in (*own, *tied) if each is not None}


def _standing(wanted: Collection[int] | None) -> QuerySet[Commitment]:
    rows = Commitment.objects.exclude(state=CommitmentState.WITHDRAWN)
    return rows if wanted is None else rows.filter(pk__in=wanted)


def _ground(cycle: Cycle, wanted: Collection[int] | None) -> Ground:
    """What is there today, in a fixed number of questions."""
    paid = _paid(wanted)
    rows = _in_parts(BudgetLine.objects.all(), {each.line for each in paid})
    # The ledger counts all; who may read which entry is asked where entries are read.
    told = amounts_of(codes_of(rows), by=system("ledger")) if rows and build_served() else {}
    main = tuple(each.code for each in datasets() if each.is_main)
    return Ground(
        pledges=_pledges(wanted), paid=paid,
        lines={
            row.pk: Line(row.institution_id, row.dataset, row.standing == Standing.GOVERNMENT) for row in rows
        },
        amounts={
            row.pk: [
                Told(each.year.start, str(each.year.basis), each.amount_type, int(each.amount.scaleb(2)))
                for each in told.get(row.key, ())
            ]
            for row in rows
        },
        before=_before(cycle, wanted), main=main, order=tuple(each.code for each in datasets()), as_at=cycle.as_at,
    )  # fmt: skip


def _in_parts(rows: QuerySet[BudgetLine], keys: Collection[int]) -> list[BudgetLine]:
    if len(keys) * 2 > rows.count():
        return [row for row in rows.order_by() if row.pk in keys]
    wanted = sorted(keys)
    return [
        row for first in range(0, len(wanted), _AT_ONCE)
        for row in rows.order_by().filter(pk__in=wanted[first : first + _AT_ONCE])
    ]  # fmt: skip


def _pledges(wanted: Collection[int] | None) -> Iterable[tuple[int, str, int, str, bool, int]]:
    """Sums by party, year and whether it says "unfunded"; what was declined is no pledge."""
    rows = Pledge.objects.exclude(acceptance=Acceptance.DECLINED)
    rows = rows.exclude(party__commitment__state=CommitmentState.WITHDRAWN)
    if wanted is not None:
        rows = rows.filter(party__commitment__in=wanted)
    grouped = (
        rows.order_by()
        .values_list("party__commitment_id", "party__institution_id", "year", "basis", "status")
        .annotate(cents=Sum("amount", output_field=_CENTS))
    )
    for commitment, institution, year, basis, status, cents in grouped.iterator(chunk_size=_AT_ONCE):
        yield commitment, institution, year, basis, status == FundingStatus.UNFUNDED, cents


def _paid(wanted: Collection[int] | None) -> list[Paid]:
    """Confirmed links of commitments to lines, and by their project where it is one commitment's alone.

    A project of several commitments pays for none of them: nobody said which part of it is whose. Where a commitment
    is linked to a line itself, its project's link to that line adds nothing.
    """
    confirmed = Link.objects.filter(state=LinkState.CONFIRMED, line__isnull=False, share__isnull=False)
    if wanted is not None:
        near = Link.objects.filter(Q(commitment__in=wanted) | Q(project__ties__commitment__in=wanted))
        confirmed = confirmed.filter(line__in=near.filter(line__isnull=False).values("line"))
    direct = confirmed.filter(kind=LinkKind.COMMITMENT_LINE)
    direct = direct.exclude(commitment__state=CommitmentState.WITHDRAWN)
    found = [
        Paid(line, link, commitment, _parts(share))
        for line, link, commitment, share in direct.order_by().values_list("line_id", "pk", "commitment_id", "share")
        if line is not None and commitment is not None and share is not None
    ]
    by_project = list(
        confirmed.filter(kind=LinkKind.PROJECT_LINE).order_by().values_list("line_id", "pk", "project_id", "share")
    )
    if not by_project:
        return found
    ties = Tie.objects.filter(state=TieState.CONFIRMED, project__in={each[2] for each in by_project})
    ties = ties.exclude(commitment__state=CommitmentState.WITHDRAWN)
    tied: dict[int, list[int]] = defaultdict(list)
    for project, commitment in ties.order_by().values_list("project_id", "commitment_id"):
        tied[project].append(commitment)
    own = {(each.line, each.commitment) for each in found}
    for line, link, project, share in by_project:
        owners = tied.get(project or 0, [])
        if len(owners) == 1 and line is not None and share is not None and (line, owners[0]) not in own:
            found.append(Paid(line, link, owners[0], _parts(share)))
    return found


def _parts(share: Decimal) -> int:
    return int(share * rules.SHARE_PARTS)


def _before(cycle: Cycle, wanted: Collection[int] | None) -> dict[Key, Before] | None:
    """The entries of the cycle before, of commitments that stand; None in the first cycle."""
    if cycle.before_id is None:
        return None
    entries = Entry.objects.filter(cycle=cycle.before_id).exclude(commitment__state=CommitmentState.WITHDRAWN)
    entries = entries if wanted is None else entries.filter(commitment__in=wanted)
    paying: dict[int, set[int]] = defaultdict(set)
    counted = EntryLine.objects.filter(entry__in=entries.values("pk"), is_counted=True).exclude(amount_type__in=SPENT)
    for entry, line in counted.order_by().values_list("entry_id", "link__line_id"):
        if line is not None:
            paying[entry].add(line)
    rows = entries.order_by().annotate(cents=Sum("budget", output_field=_CENTS)).values_list(
        "pk", "commitment_id", "institution_id", "year", "basis", "cents"
    )  # fmt: skip
    return {
        Key(commitment, institution, year, basis): Before(cents, frozenset(paying.get(pk, ())))
        for pk, commitment, institution, year, basis, cents in rows
    }


def _write(cycle: Cycle, sums: dict[Key, Computing], wanted: Collection[int] | None) -> tuple[int, int]:
    """Entries and their lines in place of those that were there; how many of each."""
    old = Entry.objects.filter(cycle=cycle)
    old = old if wanted is None else old.filter(commitment__in=wanted)
    EntryLine.objects.filter(entry__in=old.values("pk"))._raw_delete(using=old.db)
    old._raw_delete(using=old.db)
    samples = set(_standing(wanted).filter(is_sample=True).values_list("pk", flat=True))
    ids = list(zip(reserve_ids(Entry, len(sums)), sums.items(), strict=True))
    insert_rows(Entry, _ENTRY, (
        (
            pk, cycle.pk, *key, _rand(one.pledged), _rand(one.budget), one.budget_type, _rand(one.original),
            _rand(one.adjusted), _rand(one.spent), one.spent_type, _rand(one.before), str(one.funding),
            str(one.movement), str(one.execution), len({part.line for part in one.parts}), one.is_government,
            key.commitment in samples,
        )
        for pk, (key, one) in ids
    ))  # fmt: skip
    insert_rows(EntryLine, _LINE, (
        (pk, part.link, str(part.amount_type), _rand(part.whole), _rand(part.amount), part.is_counted)
        for pk, (_key, one) in ids for part in one.parts
    ))  # fmt: skip
    return len(ids), sum(len(one.parts) for _pk, (_key, one) in ids)


def _rand(cents: int | None) -> Decimal | None:
    return None if cents is None else Decimal(cents).scaleb(-2)
