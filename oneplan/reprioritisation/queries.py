"""Who may read which asks, and what is told of one. Before a budget is tabled nobody reads from above or beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.institutions.choices import MUNICIPAL_KINDS, Sphere
from oneplan.institutions.models import Institution
from oneplan.institutions.queries import SigningPower, may_sign_for
from oneplan.periods import clock
from oneplan.reprioritisation.choices import AskState
from oneplan.reprioritisation.models import Ask, Reply, Step

_NATIONAL_TREASURY = "nat-treasury"
WAITING = (AskState.ROUTED,)


def treasury_of(institution: Institution) -> Institution | None:
    """The treasury that an institution submits to: its province's, or the national one; none for who has none.

    A municipality's budget goes to its provincial treasury (MFMA, section 22); a treasury's own to the national one.
    """
    is_provincial = institution.sphere == Sphere.PROVINCIAL or institution.kind in MUNICIPAL_KINDS
    if is_provincial and institution.province_id:
        code = f"{institution.province_id.lower()}-treasury"
        if code != institution.pk:
            return Institution.objects.filter(pk=code).first()
    return Institution.objects.filter(pk=_NATIONAL_TREASURY).exclude(pk=institution.pk).first()


def asks_visible_to(actor: Actor) -> QuerySet[Ask]:
    """What was tabled everybody reads. Before that only who reads asks at the space that asks, at the institution that
    is asked, or at its treasury: drafts at the space alone. A wider scope, such as the nation's, opens nothing.
    """
    rows = Ask.objects.select_related("space", "commitment__lead", "institution", "treasury", "line")
    if actor.is_system:
        return rows
    seen = Q(public_from__lte=clock.today())
    if spaces := actor.codes_with(Permission.ASK_READ, "space"):
        seen |= Q(space__in=spaces)
    if institutions := actor.codes_with(Permission.ASK_READ, "institution"):
        seen |= (Q(institution__in=institutions) | Q(treasury__in=institutions)) & ~Q(state=AskState.DRAFT)
    return rows.filter(seen)


@dataclass(frozen=True)
class AskFilters:
    """What the address asks for. Several values of one field are alternatives."""

    space: tuple[str, ...] = ()
    institution: tuple[str, ...] = ()
    treasury: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    instrument: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    commitment: tuple[str, ...] = ()
    q: tuple[str, ...] = ()

    @classmethod
    def read(cls, data: Any) -> AskFilters:
        """From a query string (anything with `getlist`); empty values are dropped."""
        return cls(**{f.name: tuple(value for value in data.getlist(f.name) if value.strip()) for f in fields(cls)})

    def apply(self, rows: QuerySet[Ask]) -> QuerySet[Ask]:
        """The asks that fit."""
        for name in ("space", "institution", "treasury", "state", "instrument"):
            if values := getattr(self, name):
                rows = rows.filter(**{f"{name}__in": values})
        if self.commitment:
            rows = rows.filter(commitment__ref__in=self.commitment)
        if years := [int(each) for each in self.year if each.isdigit()]:
            rows = rows.filter(year__in=years)
        for word in " ".join(self.q).split():
            rows = rows.filter(
                Q(ref__iexact=word) | Q(commitment__title__icontains=word) | Q(commitment__ref__iexact=word)
                | Q(institution__name__icontains=word) | Q(motivation__icontains=word)
            )  # fmt: skip
        return rows


def waiting_for(actor: Actor) -> list[Ask]:
    """The asks that wait for an answer that the actor may give today."""
    institutions = actor.codes_with(Permission.ASK_ANSWER, "institution")
    rows = asks_visible_to(actor).filter(state__in=WAITING, institution__in=institutions, closes_on__gte=clock.today())
    return [row for row in rows.order_by("closes_on", "ref") if may_sign_for(actor, row.institution, clock.today())]


@dataclass(frozen=True)
class Card:
    """An ask with its answers and how far it came, as its reader may see it."""

    ask: Ask
    reply: Reply | None
    earlier: Sequence[Reply]
    steps: Sequence[Step]
    power: SigningPower | None  # by which the reader may answer
    today: date

    @property
    def is_restricted(self) -> bool:
        """Whether only those read it whom it binds."""
        return self.ask.public_from is None or self.ask.public_from > self.today

    @property
    def found(self) -> Decimal | None:
        """How much more a budget holds than before, by the newest release that told; None where none did."""
        told = [step for step in self.steps if step.release_id and step.found is not None]
        return told[-1].found - (told[-1].before or Decimal(0)) if told and told[-1].found is not None else None


def card_of(ask: Ask, *, by: Actor) -> Card:
    """What the page of an ask tells. Four queries."""
    replies = list(ask.replies.select_related("answered_post"))
    power = may_sign_for(by, ask.institution, clock.today()) if by.is_signed_in else None
    return Card(
        ask, next((each for each in replies if each.is_standing), None),
        [each for each in replies if not each.is_standing],
        list(ask.steps.select_related("release", "document")), power, clock.today(),
    )  # fmt: skip
