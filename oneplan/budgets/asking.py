"""What a page of money was asked: its address read, the question that follows, and the addresses that lead on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oneplan.budgets import cube
from oneplan.budgets.choices import SPENDING, AmountType
from oneplan.budgets.coverage import Coverage
from oneplan.budgets.datasets import datasets
from oneplan.budgets.months import Window, year_label

Cuts = Mapping[str, Sequence[str]]

# By what a page can tell its figures apart, and what comes next when one line is opened.
BY: Mapping[str, tuple[str, str | Promise, str]] = {
    "group": ("function.category", _("Function group"), "function"),
    "function": ("function", _("Function"), "institution"),
    "institution": ("institution", _("Institution"), "function"),
    "sphere": ("institution.sphere", _("Sphere"), "institution"),
    "item-group": ("item.category", _("Item group"), "item"),
    "item": ("item", _("Item"), "function"),
    "project": ("project", _("Project"), ""),
    "fund": ("fund", _("Fund or grant"), "institution"),
    "how": ("how.code", _("How the place is known"), "institution"),
    "area": ("municipal_area.code", _("Municipal area"), "institution"),
    "space": ("space.code", _("Space"), "institution"),
    "province": ("province.code", _("Province"), "space"),
}
# How years that begin in different months stand together: the month in which the year of the page begins.
YEARS = (
    ("", _("as labelled")), ("4", _("April–March, by months")), ("7", _("July–June, by months")),
)  # fmt: skip
_OF_ONE_YEAR = {"financial_year.start", "amount_type.code", "period.length", "period.number"}
_PREFERRED = (AmountType.ORIGINAL, AmountType.ADJUSTED, AmountType.AUDITED, AmountType.PRE_AUDIT, AmountType.ACTUAL)


@dataclass(frozen=True)
class Asked:
    """What one page shows. `cuts` are those that its reader made by opening lines, in their order."""

    year: int
    amount_type: str
    sphere: str
    by: str
    cuts: tuple[tuple[str, tuple[str, ...]], ...]
    is_sample: bool
    length: str
    within: tuple[tuple[str, str], ...] = ()  # the place of the page
    first_month: int = 0  # years that begin in other months are apportioned to this one by months; 0: as labelled

    def question(self, *by: str, also: Cuts | None = None, without: Iterable[str] = (), size: int = 0) -> cube.Question:
        """The totals of the page by those names. Years of two calendars stand under their label, or are apportioned by
        months where the reader chose that and the question is of the page's year; the page says which."""
        order = (("amount", True),) if size else ()
        first_month = self.first_month if self.is_apportioned(also, without) else 0
        return cube.Question(
            by=tuple(cube.attribute(name) for name in by), cuts=cube.read_cuts(self.cut(also, without)), order=order,
            page_size=size or cube.questions.MOST_CELLS, is_sample=self.is_sample, years_as_labelled=not first_month,
            first_month=first_month,
        )  # fmt: skip

    def is_apportioned(self, also: Cuts | None = None, without: Iterable[str] = ()) -> bool:
        """Whether a question of the page is of its apportioned year: not where it asks for other years or kinds."""
        return bool(self.first_month) and not _OF_ONE_YEAR & {*(also or {}), *without}

    def cut(self, also: Cuts | None = None, without: Iterable[str] = ()) -> str:
        """The cuts of the page and some more as the interface writes them."""
        left_out = (*without, "period.length") if self.is_apportioned(also, without) else without
        return write_cut({**self.base(left_out), **(also or {})})

    def base(self, without: Iterable[str] = ()) -> dict[str, Sequence[str]]:
        cuts: dict[str, Sequence[str]] = {
            "financial_year.start": [str(self.year)], "amount_type.code": [self.amount_type],
            "period.length": [self.length], "statement.code": [str(each) for each in SPENDING],
            **{name: [value] for name, value in self.within}, **dict(self.cuts),
        }  # fmt: skip
        if self.sphere:
            cuts["institution.sphere"] = [self.sphere]
        return {name: values for name, values in cuts.items() if name not in set(without)}

    def facts(self, also: Cuts | None = None, without: Iterable[str] = ()) -> str:
        """The address of the figures behind a number of the page."""
        first_month = self.first_month if self.is_apportioned(also, without) else 0
        return facts_address(self.cut(also, without), is_sample=self.is_sample, first_month=first_month)

    def address(self, **changes: object) -> str:
        """The page with some of its state changed."""
        state = {
            "year": self.year, "type": self.amount_type, "sphere": self.sphere, "by": self.by,
            "cut": write_cut(dict(self.cuts)), "sample": "yes" if self.is_sample else "",
            "years": self.first_month or "", **changes,
        }  # fmt: skip
        return f"?{urlencode({name: value for name, value in state.items() if value})}"

    @property
    def start(self) -> str:
        """The page without any cut."""
        return self.address(cut="", by="")

    @property
    def year_label(self) -> str:
        return year_label(self.year)

    @property
    def window(self) -> Window | None:
        """The year to which others are apportioned."""
        return Window(self.first_month, self.year) if self.first_month else None

    @property
    def kind_label(self) -> str:
        return str(AmountType(self.amount_type).label)

    @property
    def by_label(self) -> str:
        return str(BY[self.by][1])

    def opened(self, name: str, value: str, then: str) -> str:
        """The page with one line of its table opened."""
        return self.address(cut=write_cut({**dict(self.cuts), name: [value]}), by=then)


def facts_address(cut: str, *, is_sample: bool, first_month: int = 0) -> str:
    """The address of the figures under cuts, apportioned to years that begin in a month where one is given."""
    said = {"cut": cut, **({"sample": "yes"} if is_sample else {}), **({"years": first_month} if first_month else {})}
    return f"/budgets/facts/?{urlencode(said)}"


def read_first_month(text: str) -> int:
    """The month of `?years=`; 0 where none is said, or none that is one."""
    month = cube.whole_number(text) or 0
    return month if 1 <= month <= 12 else 0


def write_cut(cuts: Cuts) -> str:
    """Cuts as `read_cuts` reads them; a quotation mark, which it cannot read, becomes an apostrophe."""
    return "|".join(
        f"{name}:{';'.join(_quoted(value) for value in values)}" for name, values in cuts.items() if values
    )  # fmt: skip


def _quoted(value: str) -> str:
    return f'"{value.replace(chr(34), chr(39))}"'


def main_datasets() -> list[str]:
    """Codes of the datasets whose rand is nobody else's."""
    return [each.code for each in datasets() if each.is_main]


def read(query: QueryDict, known: Coverage, by: Sequence[str], **within: str) -> Asked:
    """The state in an address; what it does not say, or says wrongly, is the newest original budget.

    Raises cube.Misread where a cut cannot be read.
    """
    years = known.years
    asked_year = cube.whole_number(query.get("year", ""))
    year = asked_year if asked_year in years else _newest(known)
    types = known.amount_types(year)
    asked_type = query.get("type", "")
    kind = next((each for each in types if each == asked_type), None) or next(
        (each for each in _PREFERRED if each in types), types[0] if types else AmountType.ORIGINAL
    )
    sphere = query.get("sphere", "")
    cuts = tuple((each.attribute.name, each.values) for each in cube.read_cuts(query.get("cut", "")))
    return Asked(
        year, str(kind), sphere if sphere in ("national", "provincial", "local") else "",
        query.get("by", "") if query.get("by", "") in by else by[0], cuts, known.is_sample,
        str(known.length(year, kind)), tuple((name.replace("__", "."), value) for name, value in within.items()),
        read_first_month(query.get("years", "")),
    )  # fmt: skip


def _newest(known: Coverage) -> int:
    """The newest year with an original budget; else the newest year; 0 where nothing is in."""
    told = [each.year for each in known.loaded if each.is_main and each.amount_type == AmountType.ORIGINAL]
    return max(told, default=0) or max(known.years, default=0)
