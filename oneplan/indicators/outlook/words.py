"""What comes out, in words: ranges and what may be said of them, what is missing, how back-tests went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oneplan.indicators.outlook.assumptions import Assumed
from oneplan.indicators.outlook.projecting import HOUSEHOLDS, Course, Outlook
from oneplan.indicators.outlook.testing import BY_AGE, BY_SEX, PERSONS, Tested
from oneplan.indicators.projection.inputs import Gap
from oneplan.indicators.projection.intervals import BackTest, Interval
from oneplan.indicators.registry import chapters
from oneplan.platform.web.numerals import grouped


def near(value: float) -> str:
    """A number that is not known to the unit: to the hundred from ten thousand on, to the ten from one thousand on.

    >>> near(895651.3).replace("\\u00a0", " "), near(4697.9).replace("\\u00a0", " "), near(312.2)
    ('895 700', '4 700', '312')
    """
    step = 100 if abs(value) >= 10_000 else 10 if abs(value) >= 1_000 else 1
    return grouped(step * round(float(value) / step))


def percent(share: float, places: int = 1) -> str:
    """A share as per cent."""
    return f"{grouped(repr(100 * float(share)), places)}\u00a0%"


def between(low: float, high: float) -> str:
    """A range."""
    return _("%(low)s to %(high)s") % {"low": near(low), "high": near(high)}


def answer(name: str, told: Outlook) -> str:
    """What is to come, in two sentences."""
    persons, households = told.persons, told.households
    return _(
        "From %(now)s persons in %(first)s to about %(then)s in %(last)s: 80 of 100 draws lie between %(low)s and "
        "%(high)s. Households from about %(had)s to about %(will)s."
    ) % {
        "now": grouped(round(float(persons.middle[0]))), "first": told.years[0], "then": near(persons.middle[-1]),
        "last": told.years[-1], "low": near(persons.wide.low[-1]), "high": near(persons.wide.high[-1]),
        "had": near(households.middle[0]), "will": near(households.middle[-1]),
    }  # fmt: skip


def range_words(course: Course) -> str:
    """What may be said of the ranges of persons or households: "calibrated" only where a back-test bears it out."""
    found = course.wide
    if found.is_calibrated:
        return _("Calibrated: a back-test of the same method, at least as far ahead, bears these ranges out.")
    if found.of == HOUSEHOLDS:
        return _("Not calibrated: no count of households is served that could put these ranges to the test.")
    if found.test is None:
        return _("Not calibrated: nothing is served that could put these ranges to the test.")
    return _not_calibrated(found, found.test)


def _not_calibrated(found: Interval, test: BackTest) -> str:
    told = {
        "held": percent(test.coverage, 0), "cases": test.cases, "years": test.horizon, "times": grouped(test.needed, 1),
        "level": percent(test.level, 0), "ahead": found.horizon,
    }  # fmt: skip
    if test.calibrates:
        return _("Not calibrated: the back-test bears ranges out for %(years)s years, not for %(ahead)s.") % told
    return ngettext(
        "Not calibrated: %(years)s years ahead, ranges that should have held the outcome in %(level)s of cases were "
        "tried in %(cases)s space and held it in %(held)s. They would have had to be %(times)s times as wide.",
        "Not calibrated: %(years)s years ahead, ranges that should have held the outcome in %(level)s of cases were "
        "tried in %(cases)s spaces and held it in %(held)s. They would have had to be %(times)s times as wide.",
        test.cases,
    ) % told  # fmt: skip


@dataclass(frozen=True)
class Missing:
    """An input that nobody tells by space, and what stands in for it."""

    what: str
    filled_by: str
    reference: str


def missing_of(told: Outlook) -> list[Missing]:
    """Everything that was filled, in words."""
    found = [Missing(_missing(gap), _filled(gap), gap.reference) for gap in told.gaps]
    if told.asked.assumed == Assumed.MOVING:
        found.append(Missing(
            _("Migration by age and sex, by space"),
            _(
                "As many come or go in every five years as from Census 2011 to the Community Survey of 2016, as shares "
                "of each age: what survival does not explain of their difference, with the errors of both in it. Ages "
                "with fewer than 500 persons move as the whole space does."
            ),
            _("OnePlan's own computation from the two, by the residual method"),
        ))  # fmt: skip
    return found


def _missing(gap: Gap) -> str:
    return {
        "fertility by age": _("Births by age of the mother, by space"),
        "survival by age and sex": _("Deaths by age and sex, by space"),
        "migration by age and sex": _("Migration by age and sex, by space"),
        "headship by age and sex": _("Heads of households by age, by space"),
    }[gap.missing]


def _filled(gap: Gap) -> str:
    if gap.missing.startswith("migration"):
        return _("Nobody moves in or out, on balance.")
    return gap.filled_by


def stated_of(told: Outlook) -> list[tuple[str, str]]:
    """Every assumption that is no gap: what the start is made of, who moves, who heads households, how rates vary."""
    found = [(_("Persons in the first year"), f"{told.base.label}. {told.base.made}")]
    if told.has_own_headship:
        found.append((_("Households"), _(
            "Households for each person by age as this space had them in Census 2011, kept as they were, alike for men "
            "and women. Households become smaller in most countries; then there will be more of them."
        )))  # fmt: skip
    found.append((_("Draws"), uncertainty_words(told)))
    return found


def uncertainty_words(told: Outlook) -> str:
    """How many draws there are, and how far rates vary between them."""
    stated = told.uncertainty
    return _(
        "%(draws)s courses. In each, over five years, births vary by %(births)s, the risk of dying by %(risk)s and "
        "everybody's number, for migration, by %(moves)s (standard deviations); %(lasts)s of a shock lasts on, and "
        "%(share)s of its variance is the whole country's. %(reference)s"
    ) % {
        "draws": grouped(told.draws), "births": percent(float(stated.fertility), 0),
        "risk": percent(float(stated.mortality), 0), "moves": percent(float(stated.migration), 0),
        "lasts": percent(float(stated.persistence), 0), "share": percent(float(stated.national_share), 0),
        "reference": stated.reference,
    }  # fmt: skip


def asked_for() -> str:
    """Who is asked for what is missing, as the chapter of population names them."""
    chapter = next(each for each in chapters() if each.code == "demography")
    return _("Asked: %(owner)s. %(missing)s") % {"owner": chapter.owner, "missing": chapter.missing}


@dataclass(frozen=True)
class TestRow:
    """One back-test as a row of a table. `naive` are names and mean errors."""

    method: str
    span: str
    of: str
    years: int
    cases: int
    error: str
    bias: str
    naive: Sequence[tuple[str, str, bool]]  # name, error, whether ours was smaller
    held: str
    verdict: str
    calibrates: bool
    is_ours: bool  # of the assumptions that the page shows


def test_rows(found: Sequence[Tested], shown: Assumed | None = None) -> list[TestRow]:
    """Every back-test in words."""
    return [_row(each, shown) for each in found]


def _row(each: Tested, shown: Assumed | None) -> TestRow:
    test = each.test
    names = {
        "unchanged": _("as it was"), "national": _("as the country grew"), "trend": _("as the space grew before"),
    }  # fmt: skip
    of = {PERSONS: _("persons"), BY_AGE: _("persons by age"), BY_SEX: _("persons by sex")}[test.of]
    moves = each.assumed == Assumed.MOVING
    return TestRow(
        _("people move as from 2011 to 2016") if moves else _("nobody moves"),
        _("%(base)s, held against %(outcome)s") % {"base": each.base, "outcome": each.outcome}, of, test.horizon,
        test.cases, percent(test.errors.size), percent(test.errors.bias),
        [(names[name], percent(errors.size), name in test.beats) for name, errors in test.naive.items()],
        percent(test.coverage, 0), verdict(test), test.calibrates,
        shown is not None and moves == (shown == Assumed.MOVING),
    )  # fmt: skip


def verdict(test: BackTest) -> str:
    """Which naive forecasts it beat, and whether its ranges may be called calibrated."""
    beaten, all_of_them = len(test.beats), len(test.naive)
    said = ngettext(
        "Beats %(n)s of %(all)s naive forecast", "Beats %(n)s of %(all)s naive forecasts", all_of_them
    ) % {"n": beaten, "all": all_of_them}  # fmt: skip
    return f"{said}. " + (_("Ranges calibrated.") if test.calibrates else _("Ranges not calibrated."))


def test_words(test: BackTest | None) -> str:
    """The result of the back-test behind the shown assumptions, in a sentence; that there is none is said too."""
    if test is None:
        return _("No back-test is possible with what is served.")
    named = {"unchanged": _("“as it was”"), "national": _("“as the country grew”"), "trend": _("“as it grew before”")}
    beaten = [named[name] for name in test.beats]
    not_beaten = [named[name] for name in test.naive if name not in test.beats]
    told = {
        "years": test.horizon, "cases": test.cases, "error": percent(test.errors.size),
        "beaten": _(" and ").join(beaten),
        "others": _(" and ").join(not_beaten),
    }  # fmt: skip
    said = ngettext(
        "Over %(years)s years this method was off by %(error)s in %(cases)s space.",
        "Over %(years)s years this method was off by %(error)s on average in %(cases)s spaces.", test.cases,
    ) % told  # fmt: skip
    if beaten:
        said += " " + _("It beats %(beaten)s.") % told
    if not_beaten:
        said += " " + _("It does not beat %(others)s.") % told
    return said
