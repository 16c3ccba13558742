"""How far an ask comes: said by its institution up to "recommended"; from "allocated" on found in received budgets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.documents import Document
from oneplan.reprioritisation import rules
from oneplan.reprioritisation.actions.keeping import check_revision, locked, move, tell
from oneplan.reprioritisation.choices import AskState, Event, ReplyCode
from oneplan.reprioritisation.models import Ask
from oneplan.reprioritisation.tracing import found_in_budgets, tabled_since

_AGREED = (ReplyCode.AGREED, ReplyCode.AGREED_IN_PART)
_OPEN = tuple(state for state in AskState if state not in (AskState.DRAFT, AskState.WITHDRAWN))


@transaction.atomic
def move_ask(
    ask: Ask, *, by: Actor, revision: int, to: AskState, source: str, on: date, document: Document | None = None
) -> Ask:
    """Say that what was agreed stands in the institution's submission, or was recommended, and which document says so.

    Raises NotAllowed, StaleRevision, RuleBroken; "allocated" and later are never said by hand.
    """
    row = locked(ask)
    check(by, Permission.ASK_MOVE, [f"institution:{row.institution_id}"])
    check_revision(row, revision)
    agreed = row.replies.filter(is_standing=True, code__in=_AGREED).exists()
    rules.check_can_say(row, to, source, on, agreed, clock.today())
    move(row, to, Event.ASK_MOVED, by=by, source=source.strip(), on=on, document=document)
    return row


@transaction.atomic
def lapse_asks(*, by: Actor, as_at: date | None = None) -> int:
    """Asks whose window closed without an answer lapse. How many did."""
    day = as_at or clock.today()
    rows = list(Ask.objects.select_for_update(of=("self",)).filter(state=AskState.ROUTED, closes_on__lt=day))
    for row in rows:
        source = _("Its window closed on %(day)s without an answer.") % {"day": row.closes_on}
        move(row, AskState.LAPSED, Event.ASK_LAPSED, by=by, source=source)
    return len(rows)


@dataclass(frozen=True)
class Traced:
    """What was looked for in the served budget: asks looked at, steps found, asks that are public from now on."""

    looked_at: int = 0
    found: int = 0
    opened: int = 0


def trace_asks(*, by: Actor, asks: Iterable[Ask] | None = None) -> Traced:
    """Look for the money of asks in the budget that is served. Nothing is typed; the same again changes nothing.

    An ask whose lines hold more in its year, in a release that came after it was routed, moves to the state that the
    figure is of, citing that release with the sums before and now. An ask is public once a budget of its year that came
    after it was tabled, whatever came of it. Raises NothingBuilt.
    """
    rows = list(asks) if asks is not None else list(Ask.objects.filter(state__in=_OPEN, routed_at__isnull=False))
    found = opened = 0
    for each in rows:
        with transaction.atomic():
            row = locked(each)
            for step in found_in_budgets(row):
                if row.steps.filter(state=step.state, release=step.release, found=step.found).exists():
                    continue
                move(
                    row, step.state, Event.ASK_TRACED, by=by, source=step.sentence, release=step.release,
                    before=step.before, found=step.found,
                )  # fmt: skip
                found += 1
            if row.public_from is None and tabled_since(row):
                row.public_from, row.revision = clock.today(), row.revision + 1
                row.save(update_fields=["public_from", "revision"])
                record(Event.ASK_TRACED, row, by=by, reason=_("Its budget was tabled."), after={"public": True})
                tell(row)
                opened += 1
    return Traced(len(rows), found, opened)
