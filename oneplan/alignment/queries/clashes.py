"""Clashes: of projects that the reader may see."""

from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Q, QuerySet

from oneplan.access.actors import Actor
from oneplan.alignment.choices import ClashState
from oneplan.alignment.models import Clash
from oneplan.projects import queries as projects
from oneplan.projects.models import Project


@dataclass(frozen=True)
class ClashFilters:
    """What the address asks for. Several values of one field are alternatives; no state means open."""

    kind: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    space: tuple[str, ...] = ()

    @classmethod
    def read(cls, data: Any) -> "ClashFilters":
        """From a query string (anything with `getlist`); empty values are dropped."""
        return cls(**{f.name: tuple(value for value in data.getlist(f.name) if value) for f in fields(cls)})

    def apply(self, rows: "QuerySet[Clash]") -> "QuerySet[Clash]":
        """The clashes that fit."""
        rows = rows.filter(state__in=self.state or (ClashState.OPEN,))
        if self.kind:
            rows = rows.filter(kind__in=self.kind)
        if self.space:
            rows = rows.filter(Q(left__space__in=self.space) | Q(right__space__in=self.space))
        return rows


def clashes_visible_to(actor: Actor) -> "QuerySet[Clash]":
    """Clashes of which the actor sees both sides. Those who read projects inside government alone see any."""
    rows = Clash.objects.select_related(
        "left__implementing", "right__implementing", "left__space", "right__space", "left__municipal_area",
        "right__municipal_area",
    )  # fmt: skip
    if not (actor.is_signed_in or actor.is_system):
        return rows.none()
    seen = projects.visible_to(actor).values("pk")
    return rows.filter(Q(right=None) | Q(right__in=seen), left__in=seen)


def clashes_of(actor: Actor, project: Project) -> "QuerySet[Clash]":
    """The clashes of one project that stand or were dismissed."""
    rows = clashes_visible_to(actor).filter(Q(left=project) | Q(right=project))
    return rows.exclude(state=ClashState.GONE)
