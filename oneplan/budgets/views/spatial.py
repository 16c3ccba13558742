"""Money by space: a map and a table of the 52, how well rand is placed, how concentrated and how predictable it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from statistics import quantiles
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from oneplan.access.actors import Actor
from oneplan.access.middleware import ActorHttpRequest
from oneplan.budgets import cube, spatial
from oneplan.budgets.asking import facts_address, read_first_month
from oneplan.budgets.choices import SPENDING, AmountType, Length
from oneplan.budgets.coverage import Offer, coverage
from oneplan.budgets.cube import Question
from oneplan.budgets.forms import SpatialFilter
from oneplan.budgets.indicators import by_space, indicators
from oneplan.budgets.months import Window, year_label
from oneplan.budgets.spatial import Amounts, Lying
from oneplan.budgets.views.filtering import told_of
from oneplan.institutions.models import Institution
from oneplan.money import format_rand_short
from oneplan.periods import clock
from oneplan.platform.web.lists import Sorting, chips
from oneplan.platform.web.responses import csv_response
from oneplan.spaces.models import Space
from oneplan.spaces.queries import national_map, tile_grid
from oneplan.warehouse.connection import NothingBuilt

_SHADES = ("seq-1", "seq-2", "seq-3", "seq-4", "seq-5")
_MOST_INSTITUTIONS = 20
_CENT = Decimal("0.01")


@dataclass
class SpaceRow:
    """One space: its rand, per whom, and beside its peers. `amounts` is None where no figure is in."""

    space: Space
    people: int
    households: int
    amounts: Amounts | None
    facts: str
    returns_in: int
    returns_expected: int
    peers: Decimal | None = None

    @property
    def rand(self) -> Decimal | None:
        return self.amounts.total if self.amounts else None

    @property
    def per_person(self) -> Decimal | None:
        return None if self.rand is None else (self.rand / self.people).quantize(_CENT)

    @property
    def per_household(self) -> Decimal | None:
        return None if self.rand is None else (self.rand / self.households).quantize(_CENT)

    @property
    def placed_share(self) -> Decimal | None:
        return self.amounts.placed_share if self.amounts else None

    @property
    def against_peers(self) -> Decimal | None:
        """Per person, in per cent of the median of its category."""
        if self.per_person is None or not self.peers:
            return None
        return (100 * self.per_person / self.peers).quantize(Decimal(1))

    @property
    def parts(self) -> list[tuple[str, Decimal, str]]:
        return parts_of(self.amounts) if self.amounts else []


@dataclass
class Shown:
    """What the page asks: cuts that hold for every question of it."""

    question: Question  # with neither year nor kind of amount
    offer: Offer
    filters: dict[str, str] = field(default_factory=dict)

    @property
    def of_year(self) -> Question:
        if not self.first_month:
            return self.of_years.cut("financial_year.start", str(self.offer.year))
        cut = self.question.cut("amount_type.code", str(self.offer.amount_type))
        cut = cut.cut("financial_year.start", str(self.offer.year))
        return replace(cut, first_month=self.first_month, years_as_labelled=False)

    @property
    def first_month(self) -> int:
        """Of the year to which others are apportioned by months; 0: years as labelled."""
        return read_first_month(self.filters.get("years", ""))

    @property
    def window(self) -> Window | None:
        return Window(self.first_month, self.offer.year) if self.first_month else None

    @property
    def of_years(self) -> Question:
        cut = self.question.cut("amount_type.code", str(self.offer.amount_type))
        return cut.cut("period.length", str(self.offer.length))

    def facts(self, *cuts: tuple[str, str]) -> str:
        """The address of the figures behind a number."""
        said = [f"{each.attribute.name}:{';'.join(each.values)}" for each in self.of_year.cuts]
        said += [f'{name}:"{value}"' for name, value in cuts]
        return facts_address("|".join(said), is_sample=self.question.is_sample, first_month=self.first_month)


def parts_of(amounts: Amounts) -> list[tuple[str, Decimal, str]]:
    """A bar of the four classes."""
    return [
        ("placed", amounts.placed, _("Placed by evidence")), ("by_service_area", amounts.modelled, _("Modelled")),
        ("by_apportionment", amounts.indivisible, _("For the whole")),
        ("not_placed", amounts.not_placed, _("Not placed")),
    ]  # fmt: skip


@require_safe
def spatial_page(request: ActorHttpRequest) -> HttpResponseBase:
    """Every space, by the filters of the address. Invented figures are shown alone, and marked."""
    try:
        known = coverage(request.actor, sample=request.GET.get("sample") == "yes")
        offers, is_sample = known.offers, known.is_sample
    except NothingBuilt as nothing:
        return render(request, "budgets/spatial.html", {**told_of(nothing), "is_empty": True, "now": clock.now()})
    form = SpatialFilter(request.GET, offers, by=request.actor)
    if not offers:
        return render(request, "budgets/spatial.html", {"form": form, "is_empty": True, "now": clock.now()})
    shown = _shown(form, offers, is_sample)
    told = spatial.lying(shown.of_year, by=request.actor)
    rows = space_rows(shown, told, request.actor)
    sorting = _ordered(rows, request.GET.get("sort", ""))
    if request.GET.get("format") == "csv":
        return csv_response(_lines(shown, rows, told), f"money-by-space-{shown.offer.year}")
    measure = "placed" if request.GET.get("measure") == "placed" else "person"
    return render(request, "budgets/spatial.html", {
        "form": form, "chips": chips(request, form), "shown": shown, "rows": rows, "sorting": sorting, "told": told,
        "others": _others(shown, told), "whole_facts": shown.facts(),
        "whole_parts": parts_of(told.whole), "measure": measure, "is_sample": is_sample,
        "year_label": year_label(shown.offer.year), "population": indicators()["population"], "now": clock.now(),
        "returns": known.reported(shown.offer.year, shown.offer.amount_type, shown.filters.get("sphere", "")),
        "institutions": _institutions(shown, request.actor),
        "years": _years(shown, offers, request.actor), "spread": _spread(told),
        **_picture(rows, measure),
    })  # fmt: skip


def _shown(form: SpatialFilter, offers: list[Offer], is_sample: bool) -> Shown:
    asked = form.asked()
    year = int(asked.get("year") or max((o.year for o in offers if o.amount_type == AmountType.ORIGINAL), default=0))
    of_year = [each for each in offers if each.year == year] or offers
    kind = asked.get("type") or AmountType.ORIGINAL
    offer = next((each for each in of_year if each.amount_type == kind), of_year[0])
    question = replace(cube.ask_by(statement=[str(s) for s in SPENDING]), is_sample=is_sample, years_as_labelled=True)
    for name, attribute in (("sphere", "institution.sphere"), ("function", "function.category")):
        if asked.get(name):
            question = question.cut(attribute, asked[name])
    return Shown(question, offer, asked)


def space_rows(shown: Shown, told: Lying, by: Actor) -> list[SpaceRow]:
    """Every space of the register, with what lies in it."""
    people, households = by_space("population"), by_space("households")
    reported = _municipalities_in(shown, by)
    expected: dict[str, int] = {}
    for code in (
        Institution.objects.filter(sphere="local").exclude(municipality_code="").values_list("space_id", flat=True)
    ):
        expected[str(code)] = expected.get(str(code), 0) + 1
    rows = [
        SpaceRow(
            space, people[space.code], households[space.code], told.spaces.get(space.code),
            shown.facts(("space.code", space.code)), reported.get(space.code, 0), expected.get(space.code, 0),
        )
        for space in Space.objects.select_related("province").order_by("name")
    ]  # fmt: skip
    known = {row.space.code: row.per_person for row in rows if row.per_person is not None}
    medians = spatial.peers_median(known, {row.space.code: row.space.category for row in rows})
    for row in rows:
        row.peers = medians.get(row.space.category)
    return rows


def _municipalities_in(shown: Shown, by: Actor) -> dict[str, int]:
    """How many municipalities of each space have figures of this year and kind."""
    question = replace(shown.of_year, by=(cube.attribute("institution.code"),)).cut("institution.sphere", "local")
    found = cube.answer(question, by=by)
    counts: dict[str, int] = {}
    for cell in found.cells:
        space = found.labels["institution.code"][cell.key[0]]["space"]
        counts[space] = counts.get(space, 0) + 1
    return counts


def _institutions(shown: Shown, by: Actor) -> list[dict[str, Any]]:
    """Those with most rand that no place is known of: who could say more."""
    found = spatial.amounts_by(shown.of_year, "institution.code", by=by)
    most = sorted(found, key=lambda code: (-found[code].not_placed, code))[:_MOST_INSTITUTIONS]
    names = dict(Institution.objects.filter(code__in=most).values_list("code", "name"))
    return [
        {"name": names.get(code, code), "amounts": found[code], "parts": parts_of(found[code]),
         "facts": shown.facts(("institution.code", code), ("how.code", "not_placed"))}
        for code in most
    ]  # fmt: skip


def _years(shown: Shown, offers: Iterable[Offer], by: Actor) -> list[dict[str, Any]]:
    """Year by year: how much is placed, and how near the year before had told it."""
    found = spatial.amounts_by(shown.of_years, "financial_year.start", by=by)
    kinds = {(each.year, each.amount_type) for each in offers}
    whole_years = shown.question.cut("period.length", str(Length.YEAR))
    lines = []
    for year in sorted(found, reverse=True):
        line: dict[str, Any] = {"label": year_label(year), "amounts": found[year], "parts": parts_of(found[year])}
        if {(year, AmountType.INDICATIVE_1), (year, AmountType.ORIGINAL)} <= kinds:
            line["predicted"] = spatial.predictability(whole_years, year, by=by)
        lines.append(line)
    return lines


def _spread(told: Lying) -> dict[str, Any]:
    """Over how few spaces rand is spread."""
    found = spatial.concentration(spatial.told_by_evidence_or_rule(told), by_space("population"))
    names = dict(Space.objects.filter(code__in=found.largest).values_list("code", "name"))
    return {"found": found, "largest": [names[code] for code in found.largest]}


def _others(shown: Shown, told: Lying) -> list[dict[str, Any]]:
    """What lies in no space: with the spaces it is everything."""
    return [
        {"label": label, "amounts": amounts, "parts": parts_of(amounts), "facts": shown.facts(("place.level", level))}
        for label, level, amounts in (
            (_("In a province, in none of its spaces"), "province", told.provinces),
            (_("For the country as a whole"), "country", told.country), (_("In no known place"), "none", told.nowhere),
        )
    ]  # fmt: skip


_ORDER: Mapping[str, Any] = {
    "space": lambda row: row.space.name, "people": lambda row: row.people, "rand": lambda row: row.rand,
    "person": lambda row: row.per_person, "household": lambda row: row.per_household,
    "peers": lambda row: row.against_peers, "placed": lambda row: row.placed_share,
}  # fmt: skip


def _ordered(rows: list[SpaceRow], asked: str) -> Sorting:
    """Sort in place, what is unknown last. Unasked: most rand per person first."""
    key = asked.removeprefix("-")
    asked = asked if key in _ORDER else "-person"
    value = _ORDER[asked.removeprefix("-")]
    known = sorted((row for row in rows if value(row) is not None), key=value, reverse=asked.startswith("-"))
    rows[:] = [*known, *(row for row in rows if value(row) is None)]
    return Sorting(asked, ())


def _picture(rows: list[SpaceRow], measure: str) -> dict[str, Any]:
    """The map, or tiles where no boundaries are known; shades by fifths of the spaces, or of the whole."""
    told: Callable[[Decimal], str] = _percent if measure == "placed" else format_rand_short
    values = {row.space.code: row.placed_share if measure == "placed" else row.per_person for row in rows}
    known = sorted(value for value in values.values() if value is not None)
    if measure == "placed":
        bounds = [Decimal(n) / 5 for n in range(1, 5)]
    else:
        bounds = quantiles(known, n=5, method="inclusive") if len(known) > 1 else known[:1]
    drawn = national_map()
    by_code = {row.space.code: row for row in rows}
    looks = {code: _look(by_code[code], values[code], bounds, told) for code in values}
    shapes = [
        {"code": s.code, "name": s.name, "path": s.path, **looks[s.code]} for s in drawn.shapes if s.code in looks
    ]
    tiles = [
        {
            "code": tile.code,
            "name": by_code[tile.code].space.name,
            "col": tile.column,
            "row": tile.row,
            **looks[tile.code],
        }
        for tile in tile_grid().tiles
    ]
    return {"map": drawn, "shapes": shapes, "tiles": tiles, "legend": _legend(bounds, told)}


def _look(row: SpaceRow, value: Decimal | None, bounds: list[Decimal], told: Any) -> dict[str, str]:
    words = _("no figures") if value is None else told(value)
    shade = "no-data" if value is None else _SHADES[sum(value >= bound for bound in bounds)]
    return {"class": shade, "href": row.facts, "title": f"{row.space.name} ({row.space.code}): {words}"}


def _legend(bounds: list[Decimal], told: Any) -> list[tuple[str, str]]:
    if not bounds:
        return []
    first = (_SHADES[0], _("under %(bound)s") % {"bound": told(bounds[0])})
    between = [
        (shade, _("%(low)s to %(high)s") % {"low": told(low), "high": told(high)})
        for shade, low, high in zip(_SHADES[1:], bounds, bounds[1:], strict=False)
    ]
    return [first, *between, (_SHADES[len(bounds)], _("%(bound)s and more") % {"bound": told(bounds[-1])})]


def _percent(value: Decimal) -> str:
    return f"{round(100 * value)} %"


def _lines(shown: Shown, rows: list[SpaceRow], told: Lying) -> Iterator[list[Any]]:
    people = indicators()["population"]
    yield [
        "code", "space", "province", "category", "financial_year", "years", "amount_type", "sphere", "function",
        "population", "population_series", "households", "rand", "rand_per_person", "rand_per_household",
        "median_per_person_of_category", "placed", "modelled", "indivisible", "not_placed", "placed_share",
        "municipalities_in", "municipalities_expected", "sample",
    ]  # fmt: skip
    said = [
        year_label(shown.offer.year), shown.window.words if shown.window else "as labelled",
        str(shown.offer.amount_type), shown.filters.get("sphere", ""),
        shown.filters.get("function", ""),
    ]  # fmt: skip
    is_sample = shown.question.is_sample
    for row in rows:
        classes = _classes(row.amounts) if row.amounts else [None] * 5
        yield [
            row.space.code, row.space.name, row.space.province.name, row.space.get_category_display(), *said,
            row.people, people.stated, row.households, row.rand, row.per_person, row.per_household, row.peers, *classes,
            row.returns_in, row.returns_expected, is_sample,
        ]  # fmt: skip
    for label, amounts, rand in (
        ("provinces", told.provinces, told.provinces.total), ("country", told.country, told.country.total),
        ("no known place", told.nowhere, told.nowhere.total), ("total", told.whole, told.total),
    ):  # fmt: skip
        yield [
            "", label, "", "", *said, None, "", None, rand, None, None, None, *_classes(amounts), None, None,
            is_sample,
        ]  # fmt: skip


def _classes(amounts: Amounts) -> list[Any]:
    share = amounts.placed_share
    return [
        amounts.placed, amounts.modelled, amounts.indivisible, amounts.not_placed,
        None if share is None else round(share, 6),
    ]  # fmt: skip
