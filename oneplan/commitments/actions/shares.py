"""In which spaces a commitment lies, and with what part of its rand."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.commitments import rules
from oneplan.commitments.actions.keeping import check_may_enter, involve, lock, place_quality, refresh, void_standing
from oneplan.commitments.choices import Event
from oneplan.commitments.models import Commitment, Share
from oneplan.platform.audit import record
from oneplan.platform.errors import RuleBroken
from oneplan.spaces.models import Space


@transaction.atomic
def set_shares(commitment: Commitment, shares: Mapping[str, Decimal], *, valid_from: date, by: Actor) -> list[Share]:
    """Set the spaces' fractions from a day on. What held before that day stays on record.

    `shares` maps space codes to fractions that sum to 1 exactly. A space that gains a share must not be out for signing
    either: its signing copy would not hold the commitment. Who gives a new space a share must be at home in that space
    too, or plan for the lead where it was asked to take part. Named areas and the ward must lie in the spaces that keep
    a share; a point that no longer does is no place.
    """
    check(by, Permission.COMMITMENT_AMEND, commitment)
    row = lock(commitment, gains=shares)
    rules.check_terms_may_change(row)
    rules.check_shares(shares)
    spaces = list(Space.objects.filter(pk__in=list(shares)).select_related("province"))
    missing = set(shares) - {space.pk for space in spaces}
    if missing:
        raise RuleBroken(_("There is no space %(codes)s.") % {"codes": ", ".join(sorted(missing))})
    held = {share.space_id: share for share in row.shares.filter(valid_to=None)}
    for space in spaces:
        if space.pk not in held:
            check_may_enter(by, Permission.COMMITMENT_AMEND, row.lead_id, space)
    rules.check_spaces_are_open(shares)
    rules.check_shares_may_start(row, valid_from)
    before = {code: share.fraction.normalize() for code, share in held.items()}
    if before == dict(shares):
        return list(held.values())
    areas = list(row.municipal_areas.all())
    rules.check_areas_lie_in(shares, areas, row.ward)
    row.shares.filter(valid_to=None, valid_from=valid_from).delete()  # of the same day: it never came to hold
    row.shares.filter(valid_to=None).update(valid_to=valid_from)
    made = Share.objects.bulk_create(
        Share(commitment=row, space_id=code, fraction=fraction, valid_from=valid_from)
        for code, fraction in sorted(shares.items())
    )
    row.place_quality = place_quality(row, shares, areas)
    row.save(update_fields=["place_quality"])
    refresh(row)
    record(Event.SHARES_SET, row, by=by, before=before, after=dict(shares), valid_from=valid_from)
    void_standing(row, by=by, reason=_("The shares of the spaces were changed."))
    for party in row.parties.select_related("institution"):
        involve(row, party.institution)
    return made
