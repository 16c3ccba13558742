"""What figures can be cut and grouped by: the names of the interface, and what each means in the warehouse.

`institution.code` is an attribute of a dimension. Where its dimension's number is the attribute (its key), figures are
grouped by the number itself; else by a column of the dimension's table. Names of Municipal Money's interface are
understood as well (`demarcation.code`, `financial_year_end.year`, `financial_period.period`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oneplan.budgets import facts
from oneplan.platform.errors import RuleBroken

Label = str | Promise


_WHOLE = re.compile(r"-?[0-9]{1,9}")


class Misread(RuleBroken):
    """A question that cannot be read: its asker's mistake."""


def whole_number(text: str) -> int | None:
    """A number of an address; None where it is none, or longer than any number of a figure.

    >>> whole_number("2024"), whole_number("-1"), whole_number("--1"), whole_number("²"), whole_number("9" * 5000)
    (2024, -1, None, None, None)
    """
    return int(text) if _WHOLE.fullmatch(text) else None


@dataclass(frozen=True)
class Attribute:
    """One name. `column` of the facts; `table` and `field` where it is an attribute of what that number stands for."""

    name: str
    label: Label
    column: str
    table: str = ""
    field: str = ""
    is_key: bool = False

    @property
    def dimension(self) -> str:
        return self.name.split(".")[0]


def _key(dimension: str, label: Label, column: str, table: str, field: str = "code") -> Attribute:
    return Attribute(f"{dimension}.{field}", label, column, table, field, is_key=True)


def _of(name: str, label: Label, column: str, table: str, field: str) -> Attribute:
    return Attribute(name, label, column, table, field)


_ALL = (
    _key("dataset", gettext_lazy("Dataset"), "dataset", "datasets"),
    _key("institution", gettext_lazy("Institution"), "institution", "institutions"),
    _of("institution.sphere", gettext_lazy("Sphere"), "institution", "institutions", "sphere"),
    _of("institution.province", gettext_lazy("Province of the institution"), "institution", "institutions", "province"),
    _of("institution.space", gettext_lazy("Space of the municipality"), "institution", "institutions", "space"),
    _of("institution.municipality", gettext_lazy("Municipality code"), "institution", "institutions", "municipality"),
    _of("institution.category", gettext_lazy("Kind of institution"), "institution", "institutions", "category"),
    _key("place", gettext_lazy("Place"), "place", "places"),
    _of("place.level", gettext_lazy("Level of the place"), "place", "places", "level"),
    _of("province.code", gettext_lazy("Province"), "place", "places", "province"),
    _of("space.code", gettext_lazy("Space"), "place", "places", "space"),
    _of("municipal_area.code", gettext_lazy("Municipal area"), "place", "places", "municipal_area"),
    _key("function", gettext_lazy("Function"), "function", "functions"),
    _of("function.category", gettext_lazy("Function group"), "function", "functions", "category"),
    _of("function.subcategory", gettext_lazy("Function subgroup"), "function", "functions", "subcategory"),
    _key("item", gettext_lazy("Item"), "item", "items"),
    _of("item.category", gettext_lazy("Item group"), "item", "items", "category"),
    _of("item.subcategory", gettext_lazy("Item subgroup"), "item", "items", "subcategory"),
    _key("fund", gettext_lazy("Fund or grant"), "fund", "funds"),
    _of("fund.category", gettext_lazy("Kind of fund"), "fund", "funds", "category"),
    _of("programme.vote", gettext_lazy("Vote"), "programme", "programmes", "vote"),
    _of("programme.programme", gettext_lazy("Programme"), "programme", "programmes", "programme_name"),
    _of("programme.subprogramme", gettext_lazy("Subprogramme"), "programme", "programmes", "subprogramme_name"),
    _key("project", gettext_lazy("Project"), "project", "projects"),
    _key("release", gettext_lazy("Release"), "release", "releases", "ref"),
    Attribute("financial_year.start", gettext_lazy("Year in which the financial year begins"), "year", is_key=True),
    Attribute("financial_year.first_month", gettext_lazy("First month of the financial year"), "basis", is_key=True),
    Attribute("period.number", gettext_lazy("Month or quarter of the financial year"), "period", is_key=True),
    Attribute("period.length", gettext_lazy("Length of the period"), "length", is_key=True),
    Attribute("amount_type.code", gettext_lazy("What the figure is"), "amount_type", is_key=True),
    Attribute("statement.code", gettext_lazy("Statement"), "statement", is_key=True),
    Attribute("how.code", gettext_lazy("How the place is known"), "how", is_key=True),
    _key("rule", gettext_lazy("Rule by which it was placed"), "rule", "rules"),
    Attribute("flow.code", gettext_lazy("Spent or passed on"), "flow", is_key=True),
)  # fmt: skip
ATTRIBUTES = {each.name: each for each in _ALL}
KEYS = {each.dimension: each for each in reversed(_ALL) if each.is_key}  # a bare dimension means its key
SECOND_NAMES = {
    "demarcation.code": "institution.municipality", "demarcation": "institution.municipality",
    "financial_period.period": "period.number", "period_length.length": "period.length",
    "government_function.code": "function.code", "grant.code": "fund.code", "amount_type": "amount_type.code",
}  # fmt: skip
YEAR_END = "financial_year_end.year"  # Municipal Money's: the year in which the financial year ends


def attribute(name: str) -> Attribute:
    """The attribute of that name; a bare dimension means its key. Raises Misread that names the nearest."""
    known = SECOND_NAMES.get(name, name)
    found = ATTRIBUTES.get(known) or KEYS.get(known)
    if found is None:
        near = get_close_matches(name, [*ATTRIBUTES, *SECOND_NAMES, YEAR_END], n=3, cutoff=0.4)
        raise Misread(
            _("There is nothing called “%(name)s” to ask by. Near it: %(near)s.")
            % {"name": name, "near": ", ".join(near) or ", ".join(ATTRIBUTES)}
        )
    return found


def is_list(column: str) -> bool:
    """Whether the numbers of a column stand for the words of a fixed list."""
    return column in facts.LISTS
