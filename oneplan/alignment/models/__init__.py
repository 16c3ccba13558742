"""Ties, clashes and links between rooms: a computed candidate counts for nothing until a person has said so."""

from oneplan.alignment.models.clashes import Clash, Tie
from oneplan.alignment.models.links import BudgetLine, Link, LinkAnswer

__all__ = ["BudgetLine", "Clash", "Link", "LinkAnswer", "Tie"]
