"""Figures, days and lists as every printed form writes them. What is not known says so."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import dateformat
from django.utils.translation import gettext as _

from oneplan.money import format_rand
from oneplan.platform.web.numerals import grouped


def figure(value: Any, unit: str = "", *, none: str = "") -> str:
    """A number with its unit.

    >>> figure(31, "%").replace("\\u00a0", " "), figure(None), figure(None, none="–")
    ('31 %', 'unknown', '–')
    """
    if value is None:
        return none or _("unknown")
    return f"{grouped(value)}\u00a0{unit}" if unit else grouped(value)


def amount(value: Any) -> str:
    """An amount in rand, exact to the cent.

    >>> amount(None)
    'unknown'
    """
    return _("unknown") if value is None else format_rand(value)


def on(day: date | None) -> str:
    """A day as it is written here.

    >>> on(date(2026, 4, 1)), on(None)
    ('1 Apr 2026', 'unknown')
    """
    return dateformat.format(day, "j M Y") if day else _("unknown")


def said(words: str) -> str:
    """Words, or that there are none.

    >>> said("Census 2022"), said("")
    ('Census 2022', 'unknown')
    """
    return words or _("unknown")


def joined(words: Iterable[str]) -> str:
    """A list in a sentence; a dash for none."""
    return ", ".join(words) or "–"
