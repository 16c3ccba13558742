"""`{% load worked %}`: shares and exact fractions as numbers for reading."""

from __future__ import annotations

from fractions import Fraction

from django import template

register = template.Library()


@register.filter
def percent(share: float) -> str:
    """A share of one as per cent, for `number`."""
    return repr(100 * share)


@register.filter
def floated(amount: Fraction) -> str:
    """An exact fraction as a decimal, for `number`."""
    return repr(float(amount))
