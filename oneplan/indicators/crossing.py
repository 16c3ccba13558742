"""A view on borders on which it was not published: what is converted for it, what is said of that, and what was lost.

Converted values stand in a view of their own: never beside published ones in one sentence, one total or one class.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.indicators.choices import Status
from oneplan.indicators.comparing.sentences import amount
from oneplan.indicators.comparing.values import Kind, Measured
from oneplan.indicators.demarcations.book import book
from oneplan.indicators.demarcations.converting import Method
from oneplan.indicators.demarcations.errors import ErrorStated, Standing
from oneplan.indicators.demarcations.gaps import Gap, Remedy
from oneplan.indicators.demarcations.series import ConvertedValue, converted_values, gap_of, weights_between
from oneplan.indicators.exploring import CONVERTED, Asked, Stock, When, borders_of, missing_words
from oneplan.indicators.tables import tables
from oneplan.platform.errors import RuleBroken
from oneplan.platform.web.numerals import grouped


@dataclass(frozen=True)
class Conserved:
    """One sum over the country before and after. `hidden` is what lies in places whose value is not computed."""

    label: str
    before: Decimal
    after: Decimal
    hidden: Decimal
    areas_before: int
    areas_after: int

    @property
    def is_whole(self) -> bool:
        return self.before == self.after + self.hidden


@dataclass(frozen=True)
class Crossing:
    """What is said of a converted view: how many places came about how, and that nothing was lost on the way."""

    source: int
    target: int
    methods: tuple[tuple[Method, int], ...]
    unknown: int
    assumption: str
    totals: tuple[Conserved, ...]
    recounts: int  # places of which the same source tells this time on these borders itself
    slivers: str

    @property
    def has_estimates(self) -> bool:
        return any(method.is_estimate for method, _places in self.methods)


def carried(asked: Asked, *, by: Actor) -> list[ConvertedValue]:
    """The values of a view on the borders that it asks for, the surest of a place and time first. Raises RuleBroken."""
    found = converted_values(
        asked.code, by=by, level=asked.level, source=asked.boundary, boundary=asked.borders, dimension=asked.dimension
    )
    sureness = list(Status)
    return sorted(
        (each for each in found if each.is_sample == asked.is_sample),
        key=lambda each: (each.place, When.of(each), sureness.index(each.told_as)),
    )


def crossing_of(asked: Asked, found: Iterable[ConvertedValue], *, by: Actor) -> Crossing:
    """What is said of the values shown: of the whole country, however narrow the view."""
    now: dict[str, ConvertedValue] = {}
    for each in found:
        is_asked = tables()[each.table].source == asked.source and each.category == asked.category
        if is_asked and When.of(each) == asked.when:
            now.setdefault(each.place, each)
    values = list(now.values())
    weights = weights_between(asked.boundary, asked.borders, by=by, level=asked.level)
    methods = Counter(each.method for each in values if each.value is not None)
    assumption = next((each.whole.assumption for each in values if each.whole.assumption), "")
    return Crossing(
        asked.boundary, asked.borders, tuple((each, methods[each]) for each in Method if methods[each]),
        sum(1 for each in values if each.value is None), assumption, conserved(values),
        sum(1 for each in values if each.recount is not None and each.recount.value is not None),
        slivers_of(weights.route),
    )  # fmt: skip


def conserved(values: Sequence[ConvertedValue]) -> tuple[Conserved, ...]:
    """The sums of what was shared out, before and after; none of what does not add up."""
    if not values or not any(part.amount is not None for each in values for part in each.whole.parts):
        return ()
    width = len(values[0].counts)
    if width == 1 and all(each.method == Method.SAME or each.value is None for each in values) and _is_carried(values):
        return ()
    labels = [_("Counted"), _("Of")] if width == 2 else [_("In all")]
    found = []
    for at, label in enumerate(labels):
        before: dict[str, Decimal] = {}
        after = hidden = Decimal(0)
        for each in values:
            count = each.counts[at]
            for part in count.parts:
                if part.observed.value is not None:
                    before[part.place] = Decimal(part.observed.value)
                if count.value is None and part.amount is not None:
                    hidden += part.amount
            after += count.value or 0
        shown = sum(1 for each in values if each.counts[at].value is not None)
        found.append(Conserved(label, sum(before.values(), Decimal(0)), after, hidden, len(before), shown))
    return tuple(found)


def _is_carried(values: Sequence[ConvertedValue]) -> bool:
    """Whether they do not add up: a median or an index is carried over, and refused where areas were put together."""
    return any(each.value is None and not each.whole.missing for each in values)


def slivers_of(route: tuple[str, ...]) -> str:
    """What was left out as differences of drawing on the way."""
    pairs = {tuple(sorted(pair)) for pair in pairwise(route)}
    return " ".join(
        shipped.correspondence.slivers.sentence for pair, shipped in book().shipped.items() if pair in pairs
    )


def error_words(measured: Measured, error: ErrorStated) -> str:
    """The error of a value in short: measured, expected or not known."""
    if error.standing == Standing.UNKNOWN or error.amount is None:
        return _("error not known")
    is_share = measured.kind == Kind.SHARE
    places = max(measured.places, 1) if is_share else measured.places
    least = 10**-places
    said = grouped(repr(max(error.amount, least)), places)
    said = _("%(n)s points") % {"n": said} if is_share else amount(measured, max(error.amount, least))
    is_small = error.amount < least
    if error.standing == Standing.MEASURED:
        return (_("off by less than %(error)s, measured") if is_small else _("off by %(error)s, measured")) % {
            "error": said
        }
    return (_("within less than %(error)s, expected") if is_small else _("within %(error)s, expected")) % {
        "error": said
    }


@dataclass(frozen=True)
class Missing:
    """Why a view has nothing to show, what to do, and where that is: (label, address)."""

    sentence: str
    ways: Sequence[tuple[str, str]] = ()


def missing_of(asked: Asked, stock: Sequence[Stock], *, by: Actor) -> Missing | None:
    """Why nothing can be shown on the borders of a view, and the way to converted values; None where there is."""
    sentence = missing_words(asked, stock)
    if asked.borders and not sentence:
        return _refused(asked)
    known = {each.code for each in book().demarcations}
    is_there = any(each.stated and each.is_sample == asked.is_sample for each in stock)
    if not sentence or not is_there or asked.level not in CONVERTED or str(asked.boundary) not in known:
        return Missing(sentence) if sentence else None
    gap = gap_of(asked.code, by=by, level=asked.level, boundary=asked.boundary, is_sample=asked.is_sample)
    if gap is not None and not gap.source:
        return Missing(gap.sentence if any(each.level == asked.level for each in stock) else sentence)
    return _convertible(asked, stock, gap)


def _convertible(asked: Asked, stock: Sequence[Stock], gap: Gap | None) -> Missing:
    """What to do where values stand on other borders; `gap` None: on those of another year that are the same."""
    if gap is None:
        alike = set(book().drawn_alike(str(asked.boundary)))
        source = next(each.boundary for each in stock if each.level == asked.level and str(each.boundary) in alike)
        sentence = _(
            "This indicator was not published on the borders of %(wanted)s, but on those of %(source)s, which are "
            "the same: all codes carry over."
        ) % {"wanted": asked.boundary, "source": source}  # fmt: skip
    else:
        source, sentence = int(gap.source), gap.sentence
    label = _("Convert it from the borders of %(source)s") % {"source": source}
    if gap is not None and gap.remedy == Remedy.CONVERT_UNCHANGED:
        label = _("Show the areas that stayed the same, from the borders of %(source)s") % {"source": source}
    href = asked.query(boundary=source, borders=asked.boundary, when=None, source="")
    return Missing(sentence, [(label, href)])


def _refused(asked: Asked) -> Missing | None:
    """Why values of a view are not converted; None where they are."""
    as_published = [(_("Show it as published"), asked.query(borders=0))]
    if asked.level not in CONVERTED:
        sentence = _("Only values of municipal areas and of districts and metros are converted to other borders.")
        return Missing(sentence, as_published)
    if not asked.boundary:
        sentence = _("Its source does not say on which borders it tells these values, so they cannot be converted.")
        return Missing(sentence, as_published)
    try:
        book().weights(str(asked.boundary), str(asked.borders))
    except RuleBroken as broken:
        return Missing(str(broken), as_published)
    return None


def crossed_words(asked: Asked) -> str:
    """From which borders to which, for captions; "" where nothing is converted."""
    if not asked.borders:
        return ""
    return _("converted from the borders of %(source)s to those of %(target)s") % {
        "source": borders_of(asked.boundary), "target": borders_of(asked.borders),
    }  # fmt: skip


CONVERTED_COLUMNS = ("converted", "converted_from", "published_as", "method", "error", "error_is", "recount", "parts")


def converted_cells(value: ConvertedValue) -> tuple[object, ...]:
    """What files and data say of a converted value beside its number, in the order of CONVERTED_COLUMNS: of which areas
    and with which weight its parts are, too."""
    recount = value.recount.value if value.recount else None
    parts = "; ".join(f"{part.place} {float(part.weight):.6g}" for part in value.whole.parts)
    return (
        True, value.converted_from, str(value.told_as), str(value.method), value.error.amount,
        str(value.error.standing), recount, parts,
    )  # fmt: skip
