"""Shapes that all rooms share. What comes in is taken strictly: no field too many, no number for a text.

Money goes out as a decimal string with its unit and comes in as a decimal string; a decimal is never a JSON number,
because readers would round it.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import (
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    StrictBool,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

# Text without the signs that no document can hold: control signs but tab and line ends, and what is no character.
TEXT = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]*$"

Line = Annotated[str, StringConstraints(max_length=300, pattern=TEXT)]
Paragraph = Annotated[str, StringConstraints(max_length=20_000, pattern=TEXT)]
Code = Annotated[str, StringConstraints(max_length=80, pattern=r"^[A-Za-z0-9_.:-]+$")]
Flag = StrictBool
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


def whole(value: Any) -> Any:
    """JSON knows no whole numbers: 2031.0 is one, true and "2031" are not."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise PydanticCustomError("int_type", "This must be a whole number.")
    return value


YesNo = Literal["yes", "no"]


def _day(value: Any) -> Any:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise PydanticCustomError("day", "This is no day. Write it as YYYY-MM-DD.")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("day", "There is no such day. Write it as YYYY-MM-DD.") from None


def _decimal(places: int, digits: int) -> Any:
    pattern = rf"^-?[0-9]{{1,{digits}}}(\.[0-9]{{1,{places}}})?$"

    def read(value: Any) -> Any:
        if isinstance(value, Decimal):
            return value
        if not isinstance(value, str) or not re.fullmatch(pattern.strip("^$"), value, re.ASCII):
            raise PydanticCustomError(
                "decimal", "This is no decimal. Write it as text with a point, such as “1250000.50”, without a unit."
            )
        return Decimal(value)

    return Annotated[
        Decimal,
        BeforeValidator(read),
        PlainSerializer(lambda value: f"{value:f}", return_type=str),
        WithJsonSchema({"type": "string", "pattern": pattern, "examples": ["1250000.50"]}),
    ]


def degrees(value: Any) -> Any:
    """A number of degrees, taken strictly: no text, no true or false."""
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise PydanticCustomError("degrees", "This is no number of degrees. Write it as a number, such as 28.4.")
    return value


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
RandText = _decimal(2, 13)  # rand and cents, as in "1250000.50"
Number = _decimal(4, 11)  # fifteen digits: what every database and spreadsheet gives back as it was sent
Fraction = _decimal(8, 1)


class Taken(Schema):
    """What comes in."""

    model_config = ConfigDict(extra="forbid")


class Shown(Schema):
    """What goes out."""


class Rand(Shown):
    """An amount of money."""

    amount: str = Field(description="Decimal rand with two places, as text.", examples=["1250000.50"])
    unit: Literal["ZAR"] = "ZAR"


def rand(value: Decimal) -> Rand:
    """An amount for going out."""
    return Rand(amount=f"{value:.2f}")


def rand_if_known(value: Decimal | None) -> Rand | None:
    """An amount for going out; None stays None: unknown is not zero."""
    return None if value is None else rand(value)


def decimal_text(value: Decimal | None) -> str | None:
    """A decimal without needless zeros, as text."""
    if value is None:
        return None
    return "0" if value == 0 else f"{value.normalize():f}"


class Named(Shown):
    """A code with its name."""

    code: str
    name: str


class Labelled(Shown):
    """A code with its label."""

    code: str
    label: str


def given(taken: Taken, *but: str) -> dict[str, Any]:
    """The fields that were sent, and no others."""
    return {name: getattr(taken, name) for name in taken.model_fields_set if name not in but}


class Reason(Taken):
    """Why: it is kept and shown with the change."""

    reason: Annotated[str, StringConstraints(min_length=10, max_length=2000, pattern=TEXT)]


__all__ = [
    "TEXT", "Code", "Day", "Flag", "Fraction", "Labelled", "Line", "Named", "Number", "Paragraph", "Rand", "RandText",
    "Reason", "Sha256", "Shown", "Taken", "YesNo", "decimal_text", "degrees", "given", "rand", "rand_if_known", "whole",
]  # fmt: skip
