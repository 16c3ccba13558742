"""The sums of pledges that are kept for each space, so that a page need not add up thousands of them.

Whoever changes a commitment says so in the same transaction (`forget_sums`), and from then on pages add up themselves,
until the house has kept the sums anew (`keep_sums`, a scheduled act). So a kept sum is never a wrong one.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, Min, OuterRef, Q

from oneplan.commitments.models import KeptSum, KeptSums, Share, SumsChanged
from oneplan.commitments.queries.sums import added_up
from oneplan.periods import clock
from oneplan.spaces.models import Space


def forget_sums(spaces: Iterable[str]) -> None:
    """Say, in the transaction of a change, that the kept sums of these spaces hold no more.

    Always a new row: one that is there already may be taken away by somebody who has not seen this change.
    """
    SumsChanged.objects.bulk_create([SumsChanged(space_id=code) for code in sorted(set(spaces))])


def keep_sums() -> int:
    """Sum the pledges of every space whose sums are not kept, hold no more, or are of another day. How many were."""
    today = clock.today()
    known = KeptSums.objects.filter(space=OuterRef("pk")).filter(Q(holds_until=None) | Q(holds_until__gt=today))
    changed = SumsChanged.objects.filter(space=OuterRef("pk"))
    wanted = Space.objects.filter(Exists(Share.objects.filter(space=OuterRef("pk"))) | Exists(changed))
    codes = list(wanted.filter(~Exists(known) | Exists(changed)).order_by("pk").values_list("pk", flat=True))
    for code in codes:
        _keep(code, today)
    return len(codes)


@transaction.atomic
def _keep(space: str, today: date) -> None:
    """Marks first, then sums: a change that comes between leaves a mark that stays."""
    kept, _made = KeptSums.objects.get_or_create(space_id=space)
    KeptSums.objects.select_for_update().get(pk=kept.pk)  # of two who keep at once, one waits
    seen = list(SumsChanged.objects.filter(space=space).values_list("pk", flat=True))
    sums: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
    for _space, *terms, amount in added_up(space):
        sums[tuple(terms)] += amount
    kept.rows.all().delete()
    KeptSum.objects.bulk_create(
        KeptSum(
            sums=kept, institution_id=institution, year=year.start, basis=year.basis, status=status,
            acceptance=acceptance, amount=amount,
        )
        for (year, status, acceptance, institution), amount in sums.items()
    )  # fmt: skip
    kept.holds_until = _next_change(space, today)
    kept.save(update_fields=["holds_until"])
    SumsChanged.objects.filter(pk__in=seen).delete()


def _next_change(space: str, today: date) -> date | None:
    """The next day on which a share of one of the space's commitments begins or ends."""
    of_here = Share.objects.filter(space=space).filter(Q(valid_to=None) | Q(valid_to__gt=today))
    shares = Share.objects.filter(commitment__in=of_here.values("commitment_id"))
    days = shares.aggregate(
        begins=Min("valid_from", filter=Q(valid_from__gt=today)), ends=Min("valid_to", filter=Q(valid_to__gt=today))
    )
    return min((day for day in days.values() if day), default=None)
