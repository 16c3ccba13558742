"""Several answers of one accounting officer: all are made, or none and it is said which one could not be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.platform.errors import NotAllowed, Refused, RuleBroken, StaleRevision
from oneplan.reprioritisation import actions
from oneplan.reprioritisation.choices import ReplyCode
from oneplan.reprioritisation.models import Ask


@dataclass(frozen=True)
class Answer:
    """What is answered to one ask, on the version that its author saw. `amount` in rand, where agreed in part."""

    ask: Ask
    revision: int
    code: ReplyCode
    reason: str
    amount: Decimal | None = None
    year: int | None = None  # the later year, by the calendar year in which it begins


def answer_asks(answers: Sequence[Answer], *, by: Actor) -> int:
    """Make each answer as `by`; how many were made. Raises Refused with the ask's reference; then none was made."""
    with transaction.atomic():
        for each in answers:
            try:
                actions.answer_ask(
                    each.ask, by=by, revision=each.revision, code=each.code, reason=each.reason, amount=each.amount,
                    year=each.year,
                )  # fmt: skip
            except NotAllowed:
                raise
            except StaleRevision as stale:
                raise RuleBroken(f"{each.ask.ref}: {stale.sentence}") from stale
            except Refused as refusal:
                raise RuleBroken(
                    _("%(ref)s: %(why)s Nothing was answered.") % {"ref": each.ask.ref, "why": refusal.sentence}
                ) from refusal
    return len(answers)
