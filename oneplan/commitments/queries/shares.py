"""The spaces that have a share in a commitment, and the signing copies in which it is out."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from oneplan.commitments.choices import CommitmentState
from oneplan.commitments.models import Commitment, Share
from oneplan.periods import clock
from oneplan.plans.choices import EditionState
from oneplan.plans.models import Edition


def holds(on: date, prefix: str = "") -> Q:
    """A filter for shares that hold on a day, reached by `prefix`."""
    return Q(**{f"{prefix}valid_from__lte": on}) & (
        Q(**{f"{prefix}valid_to": None}) | Q(**{f"{prefix}valid_to__gt": on})
    )


def shares_on(on: date | None = None) -> "QuerySet[Share]":
    """The shares that hold on a day (today unless told)."""
    return Share.objects.filter(holds(on or clock.today()))


def share_codes(commitment: Commitment) -> list[str]:
    """Codes of the spaces with a share that is not closed: those whose plans carry this commitment now or soon."""
    today = clock.today()
    return sorted(
        {share.space_id for share in commitment.shares.all() if share.valid_to is None or share.valid_to > today}
    )


def in_space(space_code: str, on: date | None = None) -> Q:
    """A filter for commitments that carry a share of this space on a day."""
    return Q(pk__in=shares_on(on).filter(space_id=space_code).values("commitment_id"))


def editions_in_progress(space_codes: Iterable[str]) -> list[Edition]:
    """Editions of these spaces that are being written or are out for signing, with their spaces."""
    rows = Edition.objects.filter(plan_id__in=list(space_codes), state__in=(EditionState.OPEN, EditionState.FROZEN))
    return list(rows.select_related("plan__space__province").order_by("plan_id"))


def frozen_editions(space_codes: Iterable[str]) -> list[Edition]:
    """Editions of these spaces that are out for signing."""
    return list(Edition.objects.filter(plan_id__in=list(space_codes), state=EditionState.FROZEN).order_by("plan_id"))


def standing_copies(space_codes: Iterable[str]) -> list[str]:
    """The hashes of the signing copies out in these spaces."""
    return [edition.copy_hash for edition in frozen_editions(space_codes)]


def copies_of(commitment: Commitment) -> list[str]:
    """The hashes of the signing copies that are out and hold this commitment: a share of today, not one to come."""
    return standing_copies(shares_on().filter(commitment=commitment).values_list("space_id", flat=True))


def in_copy(copy_hash: str) -> "QuerySet[Commitment]":
    """What stands in a signing copy that is out: the commitments with a share in its space, the withdrawn left out.

    The space is read at once: nested any deeper, PostgreSQL scans all there is where its statistics are behind.
    """
    editions = Edition.objects.filter(copy_hash=copy_hash, state=EditionState.FROZEN).exclude(copy_hash="")
    held = shares_on().filter(space_id__in=list(editions.values_list("plan_id", flat=True)))
    return Commitment.objects.filter(pk__in=held.values("commitment_id")).exclude(state=CommitmentState.WITHDRAWN)
