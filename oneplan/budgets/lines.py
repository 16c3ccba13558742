"""Lines of a table of money: what each stands for, its rand by how well it is placed, and where it leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from oneplan.budgets import cube, facts
from oneplan.budgets.asking import BY, Asked
from oneplan.budgets.choices import MODELLED, PLACED, How
from oneplan.budgets.cube.attributes import Attribute
from oneplan.budgets.cube.writing import cell_values
from oneplan.institutions.choices import Sphere
from oneplan.spaces.models import MunicipalArea, Province, Space

ZERO = Decimal(0)
HOW_STATES = {
    How.GEOMETRY: "by_geometry", How.WARD: "by_ward", How.MUNICIPALITY: "by_municipality", How.SPACE: "by_space",
    How.REGION: "approximate", How.SERVICE_AREA: "by_service_area", How.APPORTIONED: "by_apportionment",
    How.INDIVISIBLE: "none", How.NOT_PLACED: "not_placed",
}  # fmt: skip


@dataclass
class Line:
    """One line. `by_how` is consolidated rand; `href` opens the line, `facts` shows the figures behind its number."""

    code: str
    label: str
    gross: Decimal = ZERO
    passed_on: Decimal = ZERO
    figures: int = 0
    by_how: dict[How, Decimal] = field(default_factory=dict)
    href: str = ""
    facts: str = ""
    persons: int | None = None

    def add(self, cell: cube.Cell, how: How | None = None) -> None:
        self.gross += cell.gross
        self.passed_on += cell.passed_on
        self.figures += cell.figures
        if how is not None:
            self.by_how[how] = self.by_how.get(how, ZERO) + cell.amount

    @property
    def amount(self) -> Decimal:
        """Rand counted once."""
        return self.gross - self.passed_on

    @property
    def placed(self) -> Decimal:
        return sum((self.by_how.get(how, ZERO) for how in PLACED), ZERO)

    @property
    def modelled(self) -> Decimal:
        return sum((self.by_how.get(how, ZERO) for how in MODELLED), ZERO)

    @property
    def unplaced(self) -> Decimal:
        return self.amount - self.placed - self.modelled

    @property
    def per_person(self) -> Decimal | None:
        return (self.amount / self.persons).quantize(Decimal("0.01")) if self.persons else None

    @property
    def placed_share(self) -> Decimal | None:
        """Per cent of the rand that evidence places: coordinates, a ward or a municipality."""
        return share(self.placed, self.amount)

    @property
    def parts(self) -> list[tuple[str, Decimal, str]]:
        """For a bar: placed by evidence, by a model, not at all. A sum below zero draws nothing."""
        told = (
            ("placed", self.placed, _("placed by evidence")),
            ("approximate", self.modelled, _("modelled")),
            ("not_placed", self.unplaced, _("for the country or a province, or not placed")),
        )
        return [part for part in told if part[1] > 0]


def share(part: Decimal, whole: Decimal) -> Decimal | None:
    """Per cent, one decimal; None where there is no whole."""
    return (100 * part / whole).quantize(Decimal("0.1")) if whole else None


def lines_of(answer: cube.Answer, asked: Asked, names: Mapping[str, str], *, is_split: bool) -> list[Line]:
    """The cells of an answer as lines, most rand first. `is_split`: the second name of the question is how.code."""
    name, _label, then = BY[asked.by]
    first = answer.question.by[0]
    labels = answer.labels.get(first.name, {})
    found: dict[Any, Line] = {}
    for cell in answer.cells:
        key = cell.key[0]
        line = found.get(key)
        if line is None:
            code, label = said(first, key, labels, names)
            line = found[key] = Line(code, label)
            full = first.name
            line.facts = asked.facts({full: [code]})
            line.href = asked.opened(full, code, then) if then else line.facts
        how = list(How)[cell.key[1]] if is_split else list(How)[key] if name == "how.code" else None
        line.add(cell, how)
    return sorted(found.values(), key=lambda line: (-line.amount, line.label))


def said(
    attribute: Attribute, key: Any, labels: Mapping[Any, Mapping[str, Any]], names: Mapping[str, str]
) -> tuple[str, str]:
    """Code and words of one key. What a source does not state is said so."""
    values = cell_values(attribute, key, labels)
    code = values.get(attribute.name)
    code = "" if code is None else str(code)
    label = values.get(f"{attribute.dimension}.label") or names.get(code) or code
    return code, str(label) if code else _("not stated")


def names_for(by: str) -> dict[str, str]:
    """Words for codes that a build keeps without a label."""
    if by == "sphere":
        return {str(each): str(each.label) for each in Sphere}
    models: dict[str, Any] = {"space": Space, "province": Province, "area": MunicipalArea}
    return dict(models[by].objects.values_list("code", "name")) if by in models else {}


def cut_words(cut: cube.Cut, names: Mapping[str, str] | None = None) -> str:
    """One cut in words: its values, those of fixed lists by their label."""
    if cut.attribute.column in facts.LISTS:
        known = {str(each): str(each.label) for each in facts.LISTS[cut.attribute.column]}
    else:
        known = dict(names or {})
    return ", ".join(known.get(value, value) or _("not stated") for value in cut.values)
