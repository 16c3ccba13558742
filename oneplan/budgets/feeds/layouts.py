"""Layouts of budget files: which column is what, what each amount is, and what the file does not say of itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from oneplan.budgets.feeds.charts import EVER, charts
from oneplan.exchange.mapping import MappingSpec
from oneplan.exchange.values import fold
from oneplan.frameworks.loading import load

_FOLDER = Path(__file__).parents[1] / "layouts"
GENERIC = "generic"


@dataclass(frozen=True)
class Amounts:
    """A column of rand, and what its rand is.

    column       its names; one that ends in * also has what follows in the name: its financial year
    amount_type  of AmountType; none: each row says it
    types        by the order of the years in the names: the first column's, the second's …
    length       year, quarter or month; none: each row says it
    period       which quarter or month of the financial year
    years_on     how many years after the row's
    parts        columns of which this one is the sum: where one is there it is no figure, but checked
    apart        why the column's rand is no figure of this dataset
    """

    column: tuple[str, ...]
    amount_type: str = ""
    types: tuple[str, ...] = ()
    length: str = ""
    period: int = 0
    years_on: int = 0
    parts: tuple[str, ...] = ()
    apart: str = ""


@dataclass(frozen=True)
class Layout:
    """One form in which a source gives its figures.

    columns      target → names of the column, the first that is there
    constants    target → what holds for every row
    statement    of Statement, where the chart of items does not say it
    unit         rand in one of the file: 1, 1000 or 1000000
    first_month  of its financial years, where the dataset's is not meant
    year_is      whether a year of the file is that in which a financial year begins, or ends
    charts       function, item, fund or kind → the code of its chart
    coded_by     "code", or "position" (lines numbered in the order of the chart)
    sphere       of the institutions
    amount_types what the file calls each of AmountType; "indicative" counts years on from the newest main budget
    heading      whether the institution stands in the lines above the table
    unit_is_sure whether the unit holds whatever the heading says
    key          targets by which a row is known; none: by all that says what its figures are
    other_years  the layout of years that its charts do not cover, in which the same code means something else
    total_kinds  of a file that tells kinds of amounts apart: which are the whole; others say how it came about
    """

    source: str
    reference: str
    dataset: str
    columns: Mapping[str, tuple[str, ...]]
    amounts: tuple[Amounts, ...]
    constants: Mapping[str, str] = field(default_factory=dict)
    statement: str = ""
    unit: int = 1
    first_month: int = 0
    year_is: str = "begin"
    charts: Mapping[str, str] = field(default_factory=dict)
    coded_by: str = "code"
    sphere: str = ""
    amount_types: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ("institution",)
    heading: bool = False
    unit_is_sure: bool = False
    key: tuple[str, ...] = ()
    other_years: str = ""
    total_kinds: tuple[str, ...] = ()
    name: str = field(default="")

    @property
    def is_current(self) -> bool:
        """Whether its charts still hold."""
        return all(charts()[code].years[1] == EVER[1] for code in self.charts.values())

    def as_spec(self) -> MappingSpec:
        """The layout as a mapping: what people see of it, may change for one file, and what it is recognised by."""
        columns: dict[str, str | list[str] | dict[str, str]] = {
            target: list(names) for target, names in self.columns.items()
        }
        columns["amounts"] = {name: name for each in self.amounts for name in each.column}
        return MappingSpec(
            columns, name=self.name, source=self.source, constants=dict(self.constants), layout=self.name
        )


@cache
def layouts() -> Mapping[str, Layout]:
    """Every shipped layout by its name."""
    return {path.stem: replace(load(path, Layout), name=path.stem) for path in sorted(_FOLDER.glob("*.yaml"))}


def specs() -> dict[str, MappingSpec]:
    """The shipped layouts as mappings."""
    return {name: layout.as_spec() for name, layout in layouts().items()}


def recognise(headers: Sequence[str]) -> MappingSpec | None:
    """The layout that a file is plainly in: what it needs is there; of several, the one that knows most columns.

    Where two know as many, one of today goes before one of earlier years.
    """
    there = {fold(header) for header in headers}
    scored = []
    for layout in layouts().values():
        named = {target: {fold(name) for name in names} & there for target, names in layout.columns.items()}
        amounts = {
            header for each in layout.amounts for name in each.column for header in there
            if header == fold(name) or (name.endswith("*") and header.startswith(fold(name.removesuffix("*"))))
        }  # fmt: skip
        needed = [target for target in layout.required if not (target == "institution" and layout.heading)]
        if amounts and needed and all(named.get(target) for target in needed):
            known = set().union(*named.values()) | amounts
            scored.append((len(known), layout.is_current, layout.name))
    return layouts()[max(scored)[-1]].as_spec() if scored else None


def layout_for(spec: MappingSpec) -> Layout:
    """The layout that a mapping names, else the generic one, in which columns and labels say everything."""
    return layouts().get(spec.layout) or layouts()[GENERIC]
