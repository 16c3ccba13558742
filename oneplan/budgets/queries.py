"""Reads of budget releases: which there are, and what of each is served."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.budgets.choices import AmountType, Standing, Statement
from oneplan.budgets.models import BudgetRelease
from oneplan.budgets.shelf import reading
from oneplan.warehouse.connection import NothingBuilt


def visible_to(actor: Actor) -> QuerySet[BudgetRelease]:
    """The releases an actor may see: what is public and the sample; what stays inside government with budget:read."""
    releases = BudgetRelease.objects.select_related("run")
    if actor.is_national(Permission.BUDGET_READ):
        return releases
    return releases.exclude(standing=Standing.GOVERNMENT)


@dataclass(frozen=True)
class Reported:
    """What a release reports of one year, statement and amount type: of how many, and how much of it is in force."""

    year: int
    statement: str
    amount_type: str
    institutions: int
    figures: int
    amount: Decimal
    replaced: Decimal


@dataclass(frozen=True)
class Served:
    """What the served build holds of a release: in force, and replaced by newer ones."""

    in_force: Decimal
    replaced: Decimal
    figures: int
    reported: tuple[Reported, ...]

    @property
    def total(self) -> Decimal:
        return self.in_force + self.replaced


def served_of(release: BudgetRelease) -> Served | None:
    """What is served of a release; None where nothing is built, or the build is older than the release."""
    try:
        with reading() as turn:
            found = turn.rows("SELECT id FROM releases WHERE ref = $1", (release.ref,))
            if not found:
                return None
            number = found[0]
            [(in_force, figures)] = turn.rows(
                "SELECT coalesce(sum(amount), 0), count(*) FILTER (part = 0) FROM facts WHERE release = $1", number
            )
            [(replaced,)] = turn.rows("SELECT coalesce(sum(amount), 0) FROM earlier WHERE release = $1", number)
            rows = turn.rows(
                "SELECT year, statement, amount_type, count(DISTINCT institution), sum(figures)::BIGINT, sum(amount), "
                "coalesce(sum(amount) FILTER (NOT is_in_force), 0) FROM returns WHERE release = $1 "
                "GROUP BY year, statement, amount_type ORDER BY year DESC, statement, amount_type",
                number,
            )
    except NothingBuilt:
        return None
    reported = tuple(
        Reported(
            year, str(list(Statement)[statement].label), str(list(AmountType)[amount_type].label), institutions, count,
            amount, gone,
        )
        for year, statement, amount_type, institutions, count, amount, gone in rows
    )  # fmt: skip
    return Served(in_force, replaced, figures, reported)
