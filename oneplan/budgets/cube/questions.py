"""A question of budget figures: what to group by, what to cut, in which order; from an address or from code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from oneplan.budgets.cube.attributes import YEAR_END, Attribute, Misread, attribute, whole_number

MOST_CELLS = 10_000
AMOUNT = "amount"
# Nothing is given back once it is read (`++`): else a long row of spaces would be tried in every division.
_CUT = re.compile(r'\s*+([\w.]++)\s*+:\s*+((?:"[^"]*+"|[^"|;]++)(?:;(?:"[^"]*+"|[^"|;]++))*+)\s*+(?:\||$)')
_VALUE = re.compile(r'"([^"]*)"|([^"|;]+)')
_AMOUNTS = frozenset({"amount", "amount.sum", "amount.gross", "amount.passed_on", "_count"})


@dataclass(frozen=True)
class Cut:
    """Only figures whose attribute has one of these values."""

    attribute: Attribute
    values: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """Totals by `by` under `cuts`. `order` names attributes or "amount", each with whether it descends.

    `is_sample`: of invented figures alone; else of real ones alone. `years_as_labelled`: years that begin in different
    months are added under their label, and the answer says so; else such a sum is refused. `first_month`: the one year
    that is cut to begins in this month, and whoever has other years is apportioned to it by months; 0: not.
    """

    by: tuple[Attribute, ...] = ()
    cuts: tuple[Cut, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()
    page: int = 1
    page_size: int = MOST_CELLS
    is_sample: bool = False
    years_as_labelled: bool = False
    first_month: int = 0

    def cut(self, name: str, *values: str) -> Question:
        """The question with one more cut."""
        return replace(self, cuts=(*self.cuts, Cut(attribute(name), values)))


def ask_by(*names: str, **cuts: str | Sequence[str]) -> Question:
    """A question from code: `ask_by("function", amount_type="original", space=["DC15"])`; `__` stands for a dot."""
    found = []
    for name, values in cuts.items():
        listed = (values,) if isinstance(values, str) else tuple(values)
        found.append(Cut(attribute(name.replace("__", ".")), listed))
    return Question(tuple(attribute(name) for name in names), tuple(found))


def read_cuts(text: str) -> tuple[Cut, ...]:
    """`institution.code:"mun-eth"|financial_year.start:2023;2024`. Raises Misread where it cannot be read."""
    cuts, at = [], 0
    while at < len(text):
        match = _CUT.match(text, at)
        if match is None:
            raise Misread(
                _("The cut cannot be read from “%(rest)s” on. Write name:value, several values with ; and several cuts "
                  "with | between them, as in amount_type.code:original|financial_year.start:2023;2024.")
                % {"rest": text[at : at + 40]}
            )  # fmt: skip
        values = tuple((quoted or bare).strip() for quoted, bare in _VALUE.findall(match[2]))
        cuts.append(_cut(match[1], values))
        at = match.end()
    return tuple(cuts)


def _cut(name: str, values: tuple[str, ...]) -> Cut:
    if name == YEAR_END:
        ends = [(value, whole_number(value)) for value in values]
        name, values = "financial_year.start", tuple(value if end is None else str(end - 1) for value, end in ends)
    return Cut(attribute(name), values)


def read_by(text: str) -> tuple[Attribute, ...]:
    """`function|financial_year.start`. Raises Misread where a name is unknown or stands twice."""
    names = [name for name in re.split(r"[|,]", text) if name.strip()]
    found = tuple(attribute("financial_year.start" if name == YEAR_END else name.strip()) for name in names)
    if len(set(found)) < len(found):
        raise Misread(_("A name stands twice in what to group by."))
    return found


def read_order(text: str, by: Sequence[Attribute]) -> tuple[tuple[str, bool], ...]:
    """`amount:desc,function.code`. Only amounts and what is grouped by can order. Raises Misread."""
    found = []
    for part in (part.strip() for part in re.split(r"[|,]", text)):
        if not part:
            continue
        name, _colon, direction = part.partition(":")
        if direction not in ("", "asc", "desc"):
            raise Misread(_("Order with :asc or :desc, not with “%(word)s”.") % {"word": direction})
        if name in _AMOUNTS:
            found.append((AMOUNT, direction == "desc"))
            continue
        known = attribute(name)
        if known not in by:
            raise Misread(_("The answer can only be ordered by its amounts and by what it is grouped by."))
        found.append((known.name, direction == "desc"))
    return tuple(found)
