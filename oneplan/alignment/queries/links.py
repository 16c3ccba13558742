"""Links of which the reader may see both ends, and what a filter of the address asks for."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Q, QuerySet

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.alignment.choices import LinkKind, LinkState
from oneplan.alignment.models import Link
from oneplan.budgets.choices import Standing
from oneplan.commitments import queries as commitments
from oneplan.commitments.models import Commitment, Share
from oneplan.projects import queries as projects
from oneplan.projects.models import Project
from oneplan.source_plans.models import PlanItem

BANDS = {"high": (0.8, 1.01), "middle": (0.5, 0.8), "low": (0.0, 0.5)}  # of calibrated confidence
_WITH = (
    "item__plan", "above__plan", "commitment__home_space", "commitment__lead", "project__space",
    "project__implementing", "line__institution",
)  # fmt: skip


def links_visible_to(actor: Actor) -> QuerySet[Link]:
    """Links whose ends the actor may both see. Strangers see the confirmed ones alone: others are under discussion."""
    rows = Link.objects.select_related(*_WITH)
    if not (actor.is_signed_in or actor.is_system):
        rows = rows.filter(state=LinkState.CONFIRMED)
    if not actor.is_national(Permission.BUDGET_READ):
        rows = rows.exclude(line__standing=Standing.GOVERNMENT)
    return rows.filter(
        Q(commitment=None) | Q(commitment__in=commitments.visible_to(actor).values("pk")),
        Q(project=None) | Q(project__in=projects.visible_to(actor).values("pk")),
    )


@dataclass(frozen=True)
class LinkFilters:
    """What the address asks for. Several values of one field are alternatives; without a state the proposed ones."""

    kind: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    space: tuple[str, ...] = ()
    institution: tuple[str, ...] = ()
    sure: tuple[str, ...] = ()
    q: tuple[str, ...] = ()

    @classmethod
    def read(cls, data: Any) -> LinkFilters:
        """From a query string (anything with `getlist`); empty values are dropped."""
        return cls(**{f.name: tuple(value for value in data.getlist(f.name) if value.strip()) for f in fields(cls)})

    def apply(self, rows: QuerySet[Link]) -> QuerySet[Link]:
        """The links that fit."""
        rows = rows.filter(state__in=self.state or (LinkState.PROPOSED,))
        if self.kind:
            rows = rows.filter(kind__in=self.kind)
        if self.space:
            shared = Share.objects.filter(space__in=self.space).values("commitment_id")
            rows = rows.filter(
                Q(commitment__in=shared) | Q(project__space__in=self.space) | Q(line__institution__space__in=self.space)
                | Q(item__space__in=self.space) | Q(item__plan__space__in=self.space)
            )  # fmt: skip
        if self.institution:
            rows = rows.filter(
                Q(commitment__parties__institution__in=self.institution)
                | Q(project__implementing__in=self.institution) | Q(line__institution__in=self.institution)
                | Q(item__plan__owner__in=self.institution)
            ).distinct()  # fmt: skip
        for word in " ".join(self.q).split():
            rows = rows.filter(
                Q(commitment__title__icontains=word) | Q(commitment__ref__iexact=word)
                | Q(project__title__icontains=word)
                | Q(project__ref__iexact=word) | Q(line__label__icontains=word) | Q(item__title__icontains=word)
                | Q(above__title__icontains=word)
            )  # fmt: skip
        if bands := [BANDS[each] for each in self.sure if each in BANDS]:
            fits = Q()
            for least, most in bands:
                fits |= Q(confidence__gte=least, confidence__lt=most)
            rows = rows.filter(fits)
        return rows


def links_of(actor: Actor, end: Commitment | Project | PlanItem) -> list[Link]:
    """The links of one thing but for rejected and withdrawn ones: confirmed first, then the surest."""
    rows = links_visible_to(actor).exclude(state__in=(LinkState.REJECTED, LinkState.WITHDRAWN))
    if isinstance(end, Commitment):
        rows = rows.filter(commitment=end)
    elif isinstance(end, Project):
        rows = rows.filter(project=end)
    else:
        rows = rows.filter(Q(item=end) | Q(above=end))
    order = [LinkState.CONFIRMED, LinkState.DISPUTED, LinkState.PROPOSED]
    return sorted(rows, key=lambda link: (order.index(LinkState(link.state)), -(link.confidence or 1.0), link.pk))


def links_between(kind: LinkKind, actor: Actor) -> QuerySet[Link]:
    """Links of one kind that the actor may see."""
    return links_visible_to(actor).filter(kind=kind)
