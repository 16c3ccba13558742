"""What is to come in a space as the interface tells it: what may be asked, the shapes, and what cannot be answered."""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext as _
from ninja import Field, Schema
from pydantic import ConfigDict

from oneplan.access.actors import Actor
from oneplan.indicators.needs import needs
from oneplan.indicators.outlook import words
from oneplan.indicators.outlook.delivering import (
    MOST_A_YEAR,
    MOST_COST,
    Delivering,
    Wanted,
    delivering,
    households_now,
    known_needs,
    start_year,
)
from oneplan.indicators.outlook.projecting import Course, Outlook, offered_for, outlook_of, read
from oneplan.indicators.outlook.testing import Tested, tests_of
from oneplan.indicators.projection.intervals import Interval
from oneplan.indicators.projection.schedules import AGES, SEXES
from oneplan.platform.errors import RuleBroken
from oneplan.platform.rest.schemas import Labelled, Line, Rand, RandText, Shown, YesNo, rand_if_known
from oneplan.spaces.models import Space


class OutlookAsked(Schema):
    model_config = ConfigDict(extra="forbid")
    base: Line = Field("", description="What it starts from: census-2011, survey-2016, mid-year. None: the newest.")
    assume: Literal["", "closed", "held", "moving"] = Field("", description="None: what did best in the back-tests.")
    to: Annotated[int, Field(ge=1900, le=2200)] | None = Field(None, description="The last year, in steps of five.")
    sample: YesNo = Field("no", description="yes: invented figures alone.")


class RangeShown(Shown):
    """The middle of the draws, and between what 80 of 100 of them lie."""

    middle: int
    low: int
    high: int


class YearToCome(Shown):
    year: int
    persons: RangeShown
    households: RangeShown


class AgeToCome(Shown):
    """Persons of a sex and age in the first and the last year, the last without shocks."""

    sex: str
    age: str
    first: int
    last: int


class MissingInput(Shown):
    what: str
    filled_by: str
    reference: str


class BackTestShown(Shown):
    """A projection of the past held against what came. Errors are shares; `naive` by forecast."""

    starts_from: str
    outcome: str
    assume: str
    of: str
    years: int
    cases: int
    error: float
    bias: float
    naive: dict[str, float]
    level: float
    held: float
    calibrates: bool


class OutlookShown(Shown):
    """Persons and households of a space by year: projected, never counted."""

    edition: str
    space: str
    starts_from: Labelled
    status: str = Field(description="How sure the figures are that it starts from.")
    assume: Labelled
    is_sample: bool
    is_calibrated: bool = Field(description="Whether a back-test bears the ranges of persons out.")
    ranges: str
    years: list[YearToCome]
    ages: list[AgeToCome]
    missing: list[MissingInput]
    tests: list[BackTestShown]


class DeliveriesAsked(OutlookAsked):
    need: Line = Field("", description="water, toilet, bucket, electricity, refuse or housing. None: the first known.")
    deliver: Annotated[int, Field(ge=0, le=MOST_A_YEAR)] | None = Field(None, description="Households a year.")
    by: Annotated[int, Field(ge=1900, le=2200)] | None = Field(None, description="By which year none is left.")
    new: Annotated[int, Field(ge=0, le=100)] | None = Field(None, description="Per cent of new households served.")
    counted: Annotated[int, Field(ge=0, le=MOST_A_YEAR)] | None = Field(None, description="Without now, as you count.")
    cost: RandText | None = Field(None, description="Rand a household, as you state it.")


class CountedNeed(Shown):
    """What a source counts of the need; `count` null: only a share is told."""

    share: float
    count: int | None
    universe: str
    source: str
    period: str
    status: str
    address: str


class YearWithout(Shown):
    year: int
    without: RangeShown


class ScenarioShown(Shown):
    """`cleared` is the share of draws in which none is left in the last year; costs are null without a unit cost."""

    code: str
    label: str
    households_a_year: int
    years: list[YearWithout]
    cleared: float
    reached: int
    cost: Rand | None
    left_cost: Rand | None


class DeliveriesShown(Shown):
    """Households without a service by year, under deliveries a year."""

    edition: str
    space: str
    need: Labelled
    counted: CountedNeed | None
    is_own_count: bool
    start: int
    new_households_served_percent: int
    finish: int
    needed_a_year: RangeShown
    pace_a_year: int | None = Field(description="Null: not known at two moments.")
    pace_note: str
    is_sample: bool
    scenarios: list[ScenarioShown]


def asked_outlook(space: Space, asked: OutlookAsked, *, by: Actor) -> Outlook:
    """The projection that is asked. Raises RuleBroken for one that cannot be made of what is served."""
    code = space.pk
    is_sample = asked.sample == "yes"
    known = offered_for(code, by=by, sample=is_sample)
    if not known.bases:
        raise RuleBroken(
            _("Nobody's ages by sex are served of %(code)s, so that nothing can be projected.") % {"code": code}
        )
    found = read({"base": asked.base, "assume": asked.assume, "to": str(asked.to or "")}, known, sample=is_sample)
    if (asked.base and found.base != asked.base) or (asked.assume and found.assumed != asked.assume):
        bases, sets = ", ".join(each.code for each in known.bases), ", ".join(known.sets)
        raise RuleBroken(
            _("That cannot be projected of %(code)s from what is served. Bases: %(bases)s; assumptions: %(sets)s.")
            % {"code": code, "bases": bases, "sets": sets}
        )
    if asked.to and found.until != asked.to:
        years = ", ".join(str(year) for year in known.untils[found.base])
        raise RuleBroken(
            _("A projection from %(base)s goes in steps of five years: %(years)s.")
            % {"base": found.base, "years": years}
        )
    return outlook_of(code, found, by=by)


def outlook_shown(told: Outlook, *, by: Actor) -> OutlookShown:
    """A projection with what is missing and how such projections did."""
    tests = tests_of(by, sample=told.asked.is_sample)
    return OutlookShown(
        edition=told.edition, space=told.code,
        starts_from=Labelled(code=told.base.code, label=told.base.label), status=str(told.base.status),
        assume=Labelled(code=str(told.asked.assumed), label=str(told.asked.assumed.label)),
        is_sample=told.asked.is_sample, is_calibrated=told.persons.wide.is_calibrated,
        ranges=words.range_words(told.persons),
        years=[
            YearToCome(year=year, persons=_range(told.persons, at), households=_range(told.households, at))
            for at, year in enumerate(told.years)
        ],
        ages=[
            AgeToCome(sex=sex, age=age, first=round(float(told.now[of, at])), last=round(float(told.then[of, at])))
            for of, sex in enumerate(SEXES) for at, age in enumerate(AGES)
        ],
        missing=[
            MissingInput(what=each.what, filled_by=each.filled_by, reference=each.reference)
            for each in words.missing_of(told)
        ],
        tests=[_tested(each) for each in tests],
    )  # fmt: skip


def asked_deliveries(told: Outlook, asked: DeliveriesAsked, *, by: Actor) -> DeliveriesShown:
    """The scenarios that are asked. Raises RuleBroken for a need that nobody counted, or a year outside."""
    known = known_needs(told.code, told.asked, by=by)
    codes = [each.code for each in needs().values() if each.is_delivered]
    need = asked.need or next((each for each in codes if each in known), codes[0])
    if need not in codes:
        raise RuleBroken(
            _("There is no need “%(need)s”. Ask for one of %(codes)s.") % {"need": need, "codes": ", ".join(codes)}
        )
    if asked.counted is not None and asked.counted > (most := households_now(told)):
        raise RuleBroken(
            _("%(counted)s households cannot be without: %(code)s is projected to have %(most)s in %(year)s.")
            % {"counted": asked.counted, "code": told.code, "most": most, "year": start_year(told)}
        )
    if asked.cost is not None and not 0 < asked.cost <= MOST_COST:
        raise RuleBroken(_("A cost is above R0 and at most R%(most)s a household.") % {"most": f"{MOST_COST:,.0f}"})
    wanted = Wanted(need, asked.deliver, asked.by, asked.new, asked.counted, asked.cost)
    found = delivering(told, wanted, known, by=by)
    if found is None:
        raise RuleBroken(
            _("Nobody's count of “%(need)s” is served of %(code)s. Give your own as “counted”.")
            % {"need": need, "code": told.code}
        )
    if asked.by and found.finish != asked.by:
        first, last = start_year(told) + 1, told.years[-1]
        raise RuleBroken(
            _("Deliveries can be finished from %(first)s to %(last)s; %(by)s is outside.")
            % {"first": first, "last": last, "by": asked.by}
        )
    return _deliveries(told, found)


def _deliveries(told: Outlook, found: Delivering) -> DeliveriesShown:
    known, pace = found.known, found.pace
    return DeliveriesShown(
        edition=told.edition, space=told.code, need=Labelled(code=found.need.code, label=found.need.title),
        counted=None if known is None else CountedNeed(
            share=known.share, count=known.count, universe=str(found.need.defined.universe), source=known.figure.source,
            period=known.figure.period, status=str(known.figure.status), address=known.figure.address,
        ),
        is_own_count=found.is_own_count, start=found.start, new_households_served_percent=found.served_new,
        finish=found.finish, needed_a_year=_ranged(found.needed, 0), pace_a_year=round(pace.a_year) if pace else None,
        pace_note=pace.why_not if pace else "", is_sample=told.asked.is_sample,
        scenarios=[
            ScenarioShown(
                code=track.code, label=track.label, households_a_year=track.a_year,
                years=[
                    YearWithout(year=year, without=_ranged(track.without, at)) for at, year in enumerate(found.years)
                ],
                cleared=track.cleared, reached=track.reached, cost=rand_if_known(track.cost),
                left_cost=rand_if_known(track.left_cost),
            )
            for track in found.tracks
        ],
    )  # fmt: skip


def _tested(each: Tested) -> BackTestShown:
    test = each.test
    return BackTestShown(
        starts_from=each.base, outcome=each.outcome, assume=str(each.assumed), of=test.of, years=test.horizon,
        cases=test.cases, error=test.errors.size, bias=test.errors.bias,
        naive={name: errors.size for name, errors in test.naive.items()}, level=test.level, held=test.coverage,
        calibrates=test.calibrates,
    )  # fmt: skip


def _range(course: Course, at: int) -> RangeShown:
    return _ranged(course.wide, at)


def _ranged(told: Interval, at: int) -> RangeShown:
    low, middle, high = (round(float(each[at])) for each in (told.low, told.middle, told.high))
    return RangeShown(middle=middle, low=low, high=high)
