"""Decisions about money: what may be added to what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from oneplan.budgets.choices import SPENDING
from oneplan.platform.errors import RuleBroken

_MAY_NOT = {
    "dataset": _("They tell the same rand in different ways."),
    "statement": _("Only operating and capital expenditure add up to something."),
    "amount_type": _("What was budgeted, adjusted and spent are different answers for the same money."),
    "basis": _("Their financial years begin in different months."),
    "length": _("A year already holds its months."),
    "period": _("A financial position is of a day: those of several months do not add up."),
}


def check_can_add(guard: str, least: int, greatest: int, names: Mapping[int, str]) -> None:
    """Whether figures may be summed although a guard has several values in one cell, from `least` to `greatest`.

    Raises RuleBroken that names the values and says how to keep them apart.
    """
    if adds_up(guard, least, greatest):
        return
    raise RuleBroken(
        _("These may not be added: %(one)s and %(other)s. %(why)s Cut to one of them, or group by %(guard)s.")
        % {"one": names[least], "other": names[greatest], "why": _MAY_NOT[guard], "guard": _GUARD_NAMES[guard]}
    )


def check_datasets_add_up(numbers: Sequence[int], is_main: Mapping[int, bool], names: Mapping[int, str]) -> None:
    """Whether datasets may be summed: only main ones, whose rand is nobody else's. Raises RuleBroken."""
    if len(numbers) > 1 and not all(is_main[number] for number in numbers):
        check_can_add("dataset", min(numbers), max(numbers), names)


def adds_up(guard: str, least: int, greatest: int) -> bool:
    """Whether figures may be summed although a guard has values from `least` to `greatest`."""
    return least == greatest or (guard == "statement" and greatest < len(SPENDING))


_GUARD_NAMES = {
    "dataset": "dataset", "statement": "statement.code", "amount_type": "amount_type.code",
    "basis": "financial_year.first_month", "length": "period.length", "period": "period.number",
}  # fmt: skip
