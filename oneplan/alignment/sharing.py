"""A share of a budget line, however it was said: as a fraction, or as rand of one of the line's years."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.alignment.lines import LineAmount, amounts_of, codes_of
from oneplan.alignment.link_rules import share_of
from oneplan.alignment.models import BudgetLine, Link
from oneplan.budgets.choices import AmountType
from oneplan.periods.years import Basis
from oneplan.platform.errors import RuleBroken
from oneplan.warehouse.connection import NothingBuilt


def amounts_on(line: BudgetLine, by: Actor) -> list[LineAmount]:
    """What the served build says of a line, by year and kind; nothing where it says nothing or there is no build."""
    try:
        found = amounts_of(codes_of([line]), by=by).get(line.key, [])
    except NothingBuilt:
        return []
    return sorted(found, key=lambda each: (each.year, each.amount_type))


def share_as(
    link: Link, *, by: Actor, share: Decimal | None = None, rand: Decimal | None = None, year: int | None = None,
    basis: Basis | None = None, amount_type: AmountType | None = None,
) -> Decimal | None:  # fmt: skip
    """The fraction that is meant; None where nothing was said. Raises RuleBroken for what cannot be reckoned."""
    if rand is None:
        return share
    if share is not None:
        raise RuleBroken(_("Give the share as a fraction or in rand, not both."))
    if link.line is None:
        raise RuleBroken(_("Only a budget line has shares. Leave the amount away."))
    for each in amounts_on(link.line, by):
        if (each.year.start, each.year.basis, each.amount_type) == (year, basis, amount_type):
            source = f"{each.year.long}, {str(each.amount_type.label).lower()}, {each.release}"
            return share_of(rand, each.amount, source)
    raise RuleBroken(
        _("The line has no such figure in that year. Name year, basis and amount_type of one that it has.")
    )
