"""Answers: the accounting officer's, or of who holds a written delegation. "Agreed" is not money."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.institutions.queries import may_sign_for
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.errors import NotAllowed
from oneplan.reprioritisation import rules
from oneplan.reprioritisation.actions.keeping import check_revision, locked, move, tell
from oneplan.reprioritisation.choices import AskState, Event, ReplyCode
from oneplan.reprioritisation.models import Ask, Reply


@transaction.atomic
def answer_ask(
    ask: Ask, *, by: Actor, revision: int, code: ReplyCode, reason: str, amount: Decimal | None = None,
    year: int | None = None,
) -> Reply:  # fmt: skip
    """Answer an ask with a code and a reason, while its window is open. A later answer replaces it; both are kept.

    `amount` goes with "agreed in part", `year` with "in a later year". Raises NotAllowed, StaleRevision, RuleBroken.
    """
    row = locked(ask)
    check(by, Permission.ASK_ANSWER, [f"institution:{row.institution_id}"])
    power = may_sign_for(by, row.institution, clock.today())
    if power is None:
        raise NotAllowed(
            _("Only the accounting officer of %(institution)s, or who holds a written delegation, answers for it.")
            % {"institution": row.institution.name}
        )
    check_revision(row, revision)
    rules.check_can_answer(row, code, reason, amount, year, clock.today())
    row.replies.filter(is_standing=True).update(is_standing=False)
    reply = Reply.objects.create(
        ask=row, code=code, amount=amount, year=year, reason=reason.strip(), answered_at=clock.now(),
        answered_by=power.sentence[:200], answered_post=power.post, delegation=power.delegation,
    )  # fmt: skip
    source = f"{reply.answered_by}: {ReplyCode(code).label}"
    if row.state == AskState.ROUTED:
        move(row, AskState.ANSWERED, Event.ASK_ANSWERED, by=by, source=source, reason=reason)
    else:
        row.revision += 1
        row.save()
        record(Event.ASK_ANSWERED, row, by=by, reason=reason, after={"code": code})
        tell(row)
    return reply
