"""Numbers and days as they are written here: no-break space between thousands, decimal comma, a real minus sign."""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format

from oneplan.money import format_rand_short

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_YEAR = re.compile(r"(19|20)\d\d")


def as_decimal(value: Any) -> Decimal | None:
    """The value as a Decimal; None where there is none or it is not a number."""
    if value is None or value == "":
        return None
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def grouped(value: Any, places: int | None = None, *, rand: bool = False) -> str:
    """A number for reading; `places` fixes the decimals (otherwise as given, at most three); "" for None.

    >>> grouped(1234567.5).replace("\\u00a0", " "), grouped(-3, 1), grouped(None)
    ('1 234 567,5', '−3,0', '')
    """
    number = as_decimal(value)
    if number is None:
        return ""
    if rand:
        return format_rand_short(number)
    if places is not None:
        number = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        text = f"{abs(number):,.{places}f}"
    else:
        text = f"{abs(number):,.3f}".rstrip("0").rstrip(".")
    sign = "−" if number < 0 else ""
    return sign + text.replace(",", "\u00a0").replace(".", ",")


def as_written(text: str) -> str:
    """A value out of a record as people write it: days and numbers; a year and all other text stay as they are.

    >>> as_written("2026-05-31"), as_written("-6400.50").replace("\\u00a0", " "), as_written("2026"), as_written("N-11")
    ('31 May 2026', '−6 400,5', '2026', 'N-11')
    """
    if _NUMBER.fullmatch(text) and not _YEAR.fullmatch(text):
        return grouped(text)
    try:
        day = parse_date(text)
    except ValueError:
        return text
    return date_format(day, "j M Y") if day else text
