"""Forms by which users define: a source, a table with its categories, an indicator with a guided formula."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby
from types import MappingProxyType
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oneplan.frameworks import queries as frameworks
from oneplan.frameworks.queries import DEFAULT_RULE_SET
from oneplan.indicators.choices import Calculation, Direction, Level, Unit, Universe, YearBasis
from oneplan.indicators.registry import Defined, Formula, Observed, Picked, Ratio, Share, Total, chapters
from oneplan.indicators.tables import BORDERS, YEAR, Source, Table, sources, tables

KINDS = {
    "share": gettext_lazy("Share: rows out of all rows of one table, in per cent"),
    "total": gettext_lazy("Total: the sum of rows of one table"),
    "ratio": gettext_lazy("Ratio: rows of one table for each so many rows of another"),
    "observed": gettext_lazy("As observed: a value as its source publishes it"),
}
_MOST_BOXES = 12  # of a dimension with more categories a list is shown


def _text(label: Any, help_text: Any = "", required: bool = True, rows: int = 2) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, widget=forms.Textarea(attrs={"rows": rows})
    )


def _line(label: Any, help_text: Any = "", most: int = 200, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, max_length=most, required=required)


class DefinitionForm(forms.Form):
    """What every definition has: its code, which stays, the version that was seen, and why."""

    code = forms.SlugField(
        label=gettext_lazy("Code"), max_length=60,
        help_text=gettext_lazy("Small letters, digits and hyphens, such as piped-water. It stands in addresses and is"
                               " never changed."),
    )  # fmt: skip
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = _text(gettext_lazy("Why, and where it comes from"), gettext_lazy("It stands beside this version."))

    def __init__(self, data: Any = None, *, code: str = "", initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.given_code = code
        if code:
            del self.fields["code"]
        self.order_fields([name for name in self.fields if name != "reason"] + ["reason"])

    @property
    def code_given(self) -> str:
        return self.given_code or str(self.cleaned_data.get("code", ""))


class SourceForm(DefinitionForm):
    """Who observed, when, and how far it can be trusted."""

    title = _line(gettext_lazy("Title"), gettext_lazy("With its year, such as General Household Survey 2025."))
    publisher = _line(gettext_lazy("Publisher"))
    reference = _text(gettext_lazy("Reference"), gettext_lazy("The document or file in which it can be looked up."))
    licence = _line(gettext_lazy("Licence"))
    day = forms.DateField(
        label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Of the count, or the last day of its period."),
    )  # fmt: skip
    is_official = forms.BooleanField(
        label=gettext_lazy("The publisher vouches for these figures"), required=False,
        help_text=gettext_lazy("Not so where others worked them out, or where their way here is not known."),
    )  # fmt: skip
    margin = _text(gettext_lazy("Sampling error or undercount"), gettext_lazy("With the document."), required=False)
    break_note = _text(gettext_lazy("What changed against what came before"), required=False,
                       help_text=gettext_lazy("The question, the method or the borders."))  # fmt: skip
    basis = forms.ChoiceField(label=gettext_lazy("Which year"), choices=YearBasis.choices)
    is_named_by_end = forms.BooleanField(
        label=gettext_lazy("It names a year by the one in which it ends"), required=False
    )

    def defined(self) -> Source:
        told = {name: self.cleaned_data[name] for name in self.fields if name not in ("code", "revision", "reason")}
        return Source(code=self.code_given, **told | {"basis": YearBasis(told["basis"])})


class TableForm(DefinitionForm):
    """A statistical table: what it counts, by what, and how far down."""

    title = _line(gettext_lazy("Title"))
    source = forms.ChoiceField(
        label=gettext_lazy("Source"), choices=lambda: [(each.code, each.title) for each in sources().values()]
    )
    universe = forms.ChoiceField(label=gettext_lazy("What it counts"), choices=Universe.choices)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=Unit.choices)
    lowest = forms.ChoiceField(
        label=gettext_lazy("Lowest place"), choices=Level.choices, initial=Level.MUNICIPAL_AREA,
        help_text=gettext_lazy("The narrowest of which the publisher stands by a value; below it rows are refused."),
    )  # fmt: skip
    boundary = forms.TypedChoiceField(
        label=gettext_lazy("Borders"), coerce=int,
        choices=[(0, gettext_lazy("as each file says")), *((year, str(year)) for year in BORDERS)],
    )  # fmt: skip
    dimensions = _text(
        gettext_lazy("Dimensions and their categories"), rows=8, required=False,
        help_text=gettext_lazy("The name of a dimension on a line of its own, then each category on a line; an empty"
                               " line before the next dimension. Of a table of one number leave it empty. Under “year”"
                               " no category is needed."),
    )  # fmt: skip
    total = _line(gettext_lazy("The category that is the total"), required=False)
    set_apart = _text(
        gettext_lazy("Categories that are no part of what is asked"), required=False,
        help_text=gettext_lazy("Such as Unspecified, each on a line."),
    )  # fmt: skip
    adds_up = forms.BooleanField(
        label=gettext_lazy("The categories add up to the whole"), required=False, initial=True,
        help_text=gettext_lazy("A file in which they do not is held back."),
    )  # fmt: skip
    tolerance = forms.IntegerField(
        label=gettext_lazy("What rounding may make"), min_value=0, max_value=1000, initial=0,
        help_text=gettext_lazy("By how much a sum may differ from its total."),
    )  # fmt: skip
    is_unbounded = forms.BooleanField(label=gettext_lazy("A percentage that may lie outside 0 to 100"), required=False)
    is_part_of_one = forms.BooleanField(label=gettext_lazy("A ratio between 0 and 1"), required=False)
    note = _text(gettext_lazy("Note"), required=False)

    def clean_dimensions(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for block in _blocks(self.cleaned_data["dimensions"]):
            if block[0] in found:
                raise forms.ValidationError(_("The dimension “%(name)s” stands twice.") % {"name": block[0]})
            found[block[0]] = tuple(block[1:])
        return MappingProxyType(found)

    def clean_set_apart(self) -> tuple[str, ...]:
        return tuple(line.strip() for line in self.cleaned_data["set_apart"].splitlines() if line.strip())

    def defined(self) -> Table:
        given = self.cleaned_data
        return Table(
            code=self.code_given, title=given["title"], universe=Universe(given["universe"]), unit=Unit(given["unit"]),
            reads=self.code_given, lowest=Level(given["lowest"]), categories=given["dimensions"],
            boundary=given["boundary"], set_apart=given["set_apart"], total=given["total"].strip(),
            is_unbounded=given["is_unbounded"], is_part_of_one=given["is_part_of_one"], adds_up=given["adds_up"],
            tolerance=given["tolerance"], note=given["note"], source=given["source"],
        )  # fmt: skip


def _blocks(text: str) -> Iterator[list[str]]:
    lines = [line.strip() for line in text.splitlines()]
    for is_filled, block in groupby(lines, bool):
        if is_filled:
            yield list(block)


class FormulaStart(forms.Form):
    """The first step of a formula: its kind, and which tables it reads."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of formula"), choices=[*KINDS.items()])
    table = forms.ChoiceField(label=gettext_lazy("Table"), choices=lambda: table_choices())
    below = forms.ChoiceField(
        label=gettext_lazy("Divided by"), required=False,
        choices=lambda: [("", gettext_lazy("only for a ratio")), *table_choices()],
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("kind") == "ratio" and not given.get("below"):
            self.add_error("below", _("A ratio divides by the rows of a table: choose it."))
        return given


def table_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The tables by source; those of users first."""
    found: dict[str, list[tuple[str, str]]] = {}
    for each in reversed([*tables().values()]):
        if not each.is_retired:
            said = f"{each.title} ({each.universe.label})"
            if each.boundary:
                said = f"{said}, {_('borders of %(year)s') % {'year': each.boundary}}"
            found.setdefault(sources()[each.source].title, []).append((each.code, said))
    return [*found.items()]


class IndicatorForm(DefinitionForm):
    """An indicator: its descriptors, and the rows of the tables that were chosen."""

    title = _line(gettext_lazy("Title"))
    chapter = forms.ChoiceField(
        label=gettext_lazy("Chapter of the profile"), choices=lambda: [(each.code, each.title) for each in chapters()]
    )
    definition = _text(gettext_lazy("Definition"), gettext_lazy("What it counts, in a sentence that leaves no doubt."))
    purpose = _text(gettext_lazy("Purpose"), gettext_lazy("Which decision it helps."))
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=Unit.choices)
    universe = forms.ChoiceField(label=gettext_lazy("Of whom or what"), choices=Universe.choices)
    direction = forms.ChoiceField(label=gettext_lazy("Which way is better"), choices=Direction.choices)
    calculation = forms.ChoiceField(
        label=gettext_lazy("Quarters to a year"), choices=Calculation.choices, initial=Calculation.LATEST
    )
    area = forms.ChoiceField(
        label=gettext_lazy("Transformation area"),
        choices=lambda: [
            (each.code, each.label)
            for each in frameworks.ruleset(DEFAULT_RULE_SET).areas
        ],
    )  # fmt: skip
    rhythm_months = forms.IntegerField(
        label=gettext_lazy("A new value every … months"), required=False, min_value=1, max_value=240,
        help_text=gettext_lazy("Empty where none is announced. By it the next value is due."),
    )  # fmt: skip
    owner = _line(
        gettext_lazy("Who answers for the figures, as proposed"),
        gettext_lazy("Post and institution in words. A post of the house is assigned afterwards."),
    )
    verification = _text(gettext_lazy("Means of verification"))
    assumptions = _text(gettext_lazy("Assumptions"))
    decimals = forms.IntegerField(label=gettext_lazy("Decimal places"), min_value=0, max_value=6, initial=1)

    def __init__(
        self, data: Any = None, *, kind: str, table: Table, below: Table | None = None, code: str = "",
        initial: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        self.kind, self.table, self.below = kind, table, below
        super().__init__(data, code=code, initial=initial)
        for name, field in formula_fields(kind, table, below):
            self.fields[name] = field
        self.order_fields([*self.formula_names, "unit", "universe"])

    @property
    def formula_names(self) -> list[str]:
        return [name for name, _field in formula_fields(self.kind, self.table, self.below)]

    @contextmanager
    def loosened(self) -> Iterator[None]:
        """Ask for no more than a preview needs; afterwards it asks, and says, as before."""
        needed = {name for name, field in self.fields.items() if field.required}
        for name in needed - {"unit", "universe", *self.formula_names}:
            self.fields[name].required = False
        try:
            yield
        finally:
            for name in needed:
                self.fields[name].required = True

    def formula(self) -> Formula:
        given = self.cleaned_data
        of = self._picked("of", self.table)
        match self.kind:
            case "share":
                among, without = self._picked("among", self.table), self._picked("without", self.table)
                return Share(self.table.code, of, among, without)
            case "ratio" if self.below:
                below = Total(self.below.code, self._picked("below", self.below))
                return Ratio(Total(self.table.code, of), below, given["per"])
            case "observed":
                return Observed(self.table.code, of, given["times"])
        return Total(self.table.code, of)

    def defined(self, more: tuple[Formula, ...] = ()) -> Defined:
        """The indicator, with further formulas behind the one that is guided here."""
        given = self.cleaned_data
        text: dict[str, Any] = {
            name: given.get(name) or ""
            for name in ("title", "chapter", "definition", "purpose", "area", "owner", "verification", "assumptions")
        }
        return Defined(
            code=self.code_given, **text, unit=Unit(given["unit"]), universe=Universe(given["universe"]),
            direction=Direction(given.get("direction") or Direction.NONE),
            calculation=Calculation(given.get("calculation") or Calculation.LATEST),
            rhythm_months=given.get("rhythm_months"), decimals=given.get("decimals") or 0,
            formulas=(self.formula(), *more),
        )  # fmt: skip

    def _picked(self, side: str, table: Table) -> Picked:
        return MappingProxyType({
            dimension: tuple(words) for index, dimension in enumerate(table.by)
            if (words := self.cleaned_data.get(f"{side}-{index}"))
        })  # fmt: skip


def formula_fields(kind: str, table: Table, below: Table | None) -> Iterator[tuple[str, forms.Field]]:
    """The rows that can be chosen, dimension by dimension, and the number by which is multiplied."""
    yield from _side("of", _("Counted: %(dimension)s"), table)
    if kind == "share":
        yield from _side("among", _("Out of: %(dimension)s"), table)
        yield from _side("without", _("Left out above and below: %(dimension)s"), table)
    elif kind == "ratio" and below:
        yield from _side("below", _("Divided by: %(dimension)s"), below)
        yield "per", forms.IntegerField(label=_("For each"), min_value=1, max_value=1_000_000, initial=100)
    elif kind == "observed":
        yield "times", forms.IntegerField(label=_("Times"), min_value=-1_000_000, max_value=1_000_000, initial=1)


def _side(side: str, label: str, table: Table) -> Iterator[tuple[str, forms.Field]]:
    for index, (dimension, words) in enumerate(table.categories.items()):
        if dimension != YEAR:
            choices = [(word, word) for word in words]
            widget = forms.CheckboxSelectMultiple() if len(words) <= _MOST_BOXES else forms.SelectMultiple({"size": 8})
            yield (
                f"{side}-{index}",
                forms.MultipleChoiceField(
                    label=label % {"dimension": dimension}, required=False, choices=choices, widget=widget
                ),
            )


def read_formula(formula: Formula) -> tuple[str, Table, Table | None, dict[str, Any]]:
    """A formula as its form shows it: kind, tables, and what is chosen."""
    match formula:
        case Ratio(numerator=above, denominator=below, per=per):
            table, other = tables()[above.table], tables()[below.table]
            chosen = {**_shown("of", table, above.of), **_shown("below", other, below.of)}
            return "ratio", table, other, {**chosen, "per": per}
        case Share(table=code, of=of, among=among, without=without):
            table = tables()[code]
            return "share", table, None, {
                **_shown("of", table, of), **_shown("among", table, among), **_shown("without", table, without),
            }  # fmt: skip
        case Observed(table=code, of=of, times=times):
            return "observed", tables()[code], None, {**_shown("of", tables()[code], of), "times": times}
        case Total(table=code, of=of):
            return "total", tables()[code], None, _shown("of", tables()[code], of)


def _shown(side: str, table: Table, of: Picked) -> dict[str, Any]:
    return {f"{side}-{index}": list(of[name]) for index, name in enumerate(table.by) if name in of}
