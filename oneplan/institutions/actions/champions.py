"""Naming and retiring the champions of a space."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.institutions import rules
from oneplan.institutions.choices import Event
from oneplan.institutions.models import Champion, Institution, Post
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.errors import RuleBroken
from oneplan.spaces.models import Space


@transaction.atomic
def name_champion(
    space: Space, *, institution: Institution, level: str, person_name: str, valid_from: date, by: Actor,
    post: Post | None = None, valid_to: date | None = None, reason: str = "",
) -> Champion:  # fmt: skip
    """Record that a person champions a space for an institution. A space may have several, a person many spaces.

    Raises NotAllowed or RuleBroken.
    """
    check(by, Permission.POST_FILL, space)
    champion = Champion(
        space=space, institution=institution, level=level, post=post, person_name=person_name.strip(),
        valid_from=valid_from, valid_to=valid_to, recorded_at=clock.now(),
    )  # fmt: skip
    rules.check_can_name_champion(champion)
    champion.save()
    record(
        Event.CHAMPION_NAMED, champion, by=by, reason=reason, space=space.code, institution=institution.code,
        level=level, valid_from=valid_from, valid_to=valid_to,
    )  # fmt: skip
    return champion


@transaction.atomic
def retire_champion(champion: Champion, *, on: date, by: Actor, reason: str = "") -> Champion:
    """End a champion's term; that there was one stays on record."""
    check(by, Permission.POST_FILL, champion)
    champion = Champion.objects.select_for_update().get(pk=champion.pk)
    if champion.valid_to and champion.valid_to <= on:
        raise RuleBroken(_("This champion stood down already."))
    rules.check_dates(champion.valid_from, on)
    before, champion.valid_to = champion.valid_to, on
    champion.save(update_fields=["valid_to"])
    record(Event.CHAMPION_RETIRED, champion, by=by, reason=reason, before={"valid_to": before}, after={"valid_to": on})
    return champion
