"""Who answers for figures: naming a post, and its holder's answer."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.indicators.choices import Event, OwnerState, OwnerSubject
from oneplan.indicators.definitions.current import forget
from oneplan.indicators.models import Ownership
from oneplan.indicators.owners import check_can_agree, check_can_be_owned, check_holds
from oneplan.indicators.rules import check_reason
from oneplan.institutions.models import Post
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.errors import NotAllowed, StaleRevision


@transaction.atomic
def assign_owner(
    subject: OwnerSubject, code: str, *, post: Post, reason: str, revision: int, by: Actor, due: date | None = None
) -> Ownership:
    """A post shall answer for the figures of an indicator, or for what a chapter lacks (by `due`). `revision` is the
    version that was seen, 0 for none.

    It stands from then on, and the post's holder is asked to agree. Raises NotAllowed, RuleBroken, StaleRevision.
    """
    check(by, Permission.INDICATOR_DEFINE, "national")
    check_reason(reason, _("Say why this post: in %(least)s letters or more."))
    check_can_be_owned(subject, code, due)
    return _write(subject, code, post, OwnerState.ASSIGNED, due, reason, revision, by, Event.OWNER_ASSIGNED)


@transaction.atomic
def answer_ownership(
    subject: OwnerSubject, code: str, *, agrees: bool, reason: str, revision: int, by: Actor, due: date | None = None
) -> Ownership:
    """Whoever holds the post that was named agrees to answer for the figures, or declines with a reason.

    Raises NotAllowed (another's post), RuleBroken, StaleRevision.
    """
    before = Ownership.objects.select_related("post").filter(subject=subject, code=code, is_in_force=True).first()
    if before is None:
        raise NotAllowed(_("No post was asked to answer for this."))
    check_holds(before, by)
    check_can_agree(before, agrees)
    check_can_be_owned(subject, code, due if agrees else None)
    if not agrees:
        check_reason(reason, _("Say why not, and who should be asked: in %(least)s letters or more."))
    state, event = (OwnerState.AGREED, Event.OWNER_AGREED) if agrees else (OwnerState.DECLINED, Event.OWNER_DECLINED)
    told = reason.strip() or _("Agreed by the holder of the post")
    return _write(subject, code, before.post, state, due or before.due, told, revision, by, event)


def _write(
    subject: OwnerSubject, code: str, post: Post, state: OwnerState, due: date | None, reason: str, revision: int,
    by: Actor, event: Event,
) -> Ownership:  # fmt: skip
    versions = Ownership.objects.filter(subject=subject, code=code)
    try:
        with transaction.atomic():
            before = versions.select_for_update().filter(is_in_force=True).first()
            if (before.version if before else 0) != revision:
                raise StaleRevision(before)
            versions.filter(is_in_force=True).update(is_in_force=False)
            made = Ownership.objects.create(
                subject=subject, code=code, post=post, state=state, due=due, version=revision + 1,
                reason=reason.strip(), set_by_id=by.user_id, set_at=clock.now(),
            )  # fmt: skip
    except IntegrityError:
        raise StaleRevision(versions.filter(is_in_force=True).first()) from None
    record(
        event, made, by=by, reason=made.reason, of=f"{subject.value}:{code}", post=post.code, version=made.version,
        due=due,
    )  # fmt: skip
    forget()
    return made
