"""What a person decides on a computed clash or tie."""

from django.db import transaction

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.alignment import rules
from oneplan.alignment.choices import ClashState, Event, TieState
from oneplan.alignment.models import Clash, Tie
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.errors import StaleRevision


@transaction.atomic
def dismiss_clash(clash: Clash, *, revision: int, reason: str, by: Actor) -> Clash:
    """Say why a clash is none. It is not raised again. Raises NotAllowed, StaleRevision, RuleBroken."""
    return _move(clash, ClashState.DISMISSED, Event.CLASH_DISMISSED, revision=revision, reason=reason, by=by)


@transaction.atomic
def reopen_clash(clash: Clash, *, revision: int, reason: str, by: Actor) -> Clash:
    """Open a dismissed clash again. Raises NotAllowed, StaleRevision, RuleBroken."""
    return _move(clash, ClashState.OPEN, Event.CLASH_REOPENED, revision=revision, reason=reason, by=by)


def _move(clash: Clash, to: ClashState, event: Event, *, revision: int, reason: str, by: Actor) -> Clash:
    row = Clash.objects.select_for_update(of=("self",)).select_related("left", "right").get(pk=clash.pk)
    check(by, Permission.CLASH_DISMISS, row)
    if row.revision != revision:
        raise StaleRevision(current=row)
    rules.check_can_move(row, to)
    rules.check_reason(reason)
    before, row.state = row.state, to
    is_dismissed = to == ClashState.DISMISSED
    row.reason, row.dismissed_at = (reason.strip(), clock.now()) if is_dismissed else ("", None)
    row.revision += 1
    row.save()
    record(event, row, by=by, reason=reason, before={"state": before}, after={"state": row.state})
    return row


@transaction.atomic
def confirm_tie(tie: Tie, *, revision: int, reason: str, by: Actor) -> Tie:
    """Say that the project delivers the commitment. Raises NotAllowed, StaleRevision, RuleBroken."""
    return _decide(tie, TieState.CONFIRMED, Event.TIE_CONFIRMED, revision=revision, reason=reason, by=by)


@transaction.atomic
def reject_tie(tie: Tie, *, revision: int, reason: str, by: Actor) -> Tie:
    """Say that they have nothing to do with each other. Raises NotAllowed, StaleRevision, RuleBroken."""
    return _decide(tie, TieState.REJECTED, Event.TIE_REJECTED, revision=revision, reason=reason, by=by)


@transaction.atomic
def undo_tie(tie: Tie, *, revision: int, reason: str, by: Actor) -> Tie:
    """Take a decision back: the pair is proposed again. Raises NotAllowed, StaleRevision, RuleBroken."""
    return _decide(tie, TieState.PROPOSED, Event.TIE_UNDONE, revision=revision, reason=reason, by=by)


def _decide(tie: Tie, to: TieState, event: Event, *, revision: int, reason: str, by: Actor) -> Tie:
    row = Tie.objects.select_for_update(of=("self",)).select_related("commitment__home_space", "project").get(pk=tie.pk)
    check(by, Permission.PROJECT_MERGE, row)
    if row.revision != revision:
        raise StaleRevision(current=row)
    rules.check_can_decide(row, to)
    rules.check_reason(reason)
    before, row.state = row.state, to
    row.decided_at = None if to == TieState.PROPOSED else clock.now()
    row.revision += 1
    row.save()
    record(event, row, by=by, reason=reason, before={"state": before}, after={"state": row.state})
    return row
