"""Who answers for figures: posts of the house, what each of them owes, and who may say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.indicators.choices import OwnerState, OwnerSubject
from oneplan.indicators.definitions.current import definitions
from oneplan.indicators.freshness import Freshness, freshness, nothing_fresh
from oneplan.indicators.models import Ownership
from oneplan.indicators.registry import chapters, registry
from oneplan.institutions.models import Post
from oneplan.institutions.ownership import Thing
from oneplan.institutions.queries import posts_held_by
from oneplan.periods import clock
from oneplan.platform.errors import NotAllowed, RuleBroken
from oneplan.warehouse.connection import NothingBuilt


def check_can_be_owned(subject: OwnerSubject, code: str, due: date | None) -> None:
    """Whether there is something to answer for, by a day that can be kept. Raises RuleBroken."""
    if subject == OwnerSubject.INDICATOR and code not in definitions().indicators:
        raise RuleBroken(_("The registry knows no indicator “%(code)s”.") % {"code": code})
    if subject == OwnerSubject.CHAPTER and not any(each.code == code and each.missing for each in chapters()):
        raise RuleBroken(_("The chapter “%(code)s” lacks nothing that somebody could be asked for.") % {"code": code})
    if due and subject == OwnerSubject.INDICATOR:
        raise RuleBroken(_("The next value of an indicator is due by its rhythm; no day is set."))
    if due and due < clock.today():
        raise RuleBroken(_("The day lies in the past. Choose one that can be kept."))


def check_holds(row: Ownership, by: Actor) -> None:
    """Whether somebody holds the post that was named. Raises NotAllowed."""
    if not any(each.post_id == row.post_id for each in posts_held_by(by.user_id or 0)):
        raise NotAllowed(_("Only who holds the post that was named can answer for it."))


def check_can_agree(row: Ownership, agrees: bool) -> None:
    """Whether there is something to answer: what was assigned is agreed to or declined, what was agreed can be given
    back. Raises RuleBroken."""
    if row.state == OwnerState.DECLINED or (agrees and row.state == OwnerState.AGREED):
        raise RuleBroken(_("This was answered already."))


def ownership_of(subject: OwnerSubject, code: str) -> list[Ownership]:
    """Who was named, newest first."""
    rows = Ownership.objects.filter(subject=subject, code=code).select_related("post__institution", "set_by")
    return list(rows.order_by("-version"))


def owned_by_post(actor: Actor, post: Post) -> list[Thing]:
    """The indicators that a post answers for, and the chapters of which it owes what is missing."""
    indicators = [
        Thing(each.title, f"/indicators/{each.code}/", str(each.owner_state.label))
        for each in registry().values() if each.post == post.code
    ]  # fmt: skip
    lacking = [
        Thing(each.missing, f"/indicators/freshness/?chapter={each.code}", str(each.owner_state.label))
        for each in chapters() if each.post == post.code
    ]  # fmt: skip
    return indicators + lacking


@dataclass(frozen=True)
class Owed:
    """Figures for which a person's post answers, with what is to be done: to answer, or to bring the next value."""

    subject: OwnerSubject
    code: str
    title: str
    post: str
    state: OwnerState
    due: date | None
    is_overdue: bool

    @property
    def is_asked(self) -> bool:
        return self.state == OwnerState.ASSIGNED


def owed_by(actor: Actor) -> list[Owed]:
    """What the posts of a person owe: an answer, or figures that are due. The earliest day first."""
    rows = _standing_for(actor)
    if not rows:
        return []
    today = clock.today()
    fresh = {each.indicator.code: each for each in known_freshness(actor)}
    titles = {each.code: each.missing for each in chapters()}
    found = []
    for row in rows:
        subject, state = OwnerSubject(row.subject), OwnerState(row.state)
        known = fresh.get(row.code) if subject == OwnerSubject.INDICATOR else None
        if subject == OwnerSubject.INDICATOR and known is None:
            continue  # it was retired
        due = known.due if known else row.due
        is_overdue = bool(due and due < today)
        if state == OwnerState.ASSIGNED or is_overdue or (known and known.year is None) or row.due:
            title = known.indicator.title if known else titles.get(row.code, row.code)
            found.append(Owed(subject, row.code, title, row.post.title, state, due, is_overdue))
    return sorted(found, key=lambda each: (each.due is None, each.due or today, each.title))


def _standing_for(actor: Actor) -> Sequence[Ownership]:
    if not actor.user_id or (
        not any(each.post for each in registry().values()) and not any(each.post for each in chapters())
    ):
        return []
    held = [each.post_id for each in posts_held_by(actor.user_id)]
    rows = Ownership.objects.filter(is_in_force=True, post__in=held, state__in=(OwnerState.ASSIGNED, OwnerState.AGREED))
    return list(rows.select_related("post"))


def known_freshness(actor: Actor) -> list[Freshness]:
    """How fresh every indicator is, also where nothing is built."""
    try:
        return freshness(by=actor)
    except NothingBuilt:
        return nothing_fresh()
