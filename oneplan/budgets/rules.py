"""Decisions about money: what is received, what may be added to what, and by which rules rand is placed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from oneplan.budgets.choices import SPENDING, How, ReleaseState, Statement
from oneplan.budgets.datasets import datasets
from oneplan.budgets.dimensions import COUNTRY
from oneplan.budgets.facts import number_of
from oneplan.budgets.indicators import indicators
from oneplan.budgets.models import BudgetRelease, PlacementRule
from oneplan.institutions.models import Institution
from oneplan.platform.errors import RuleBroken
from oneplan.spaces.models import FunctionalArea, MunicipalArea, Province, Space

LEAST_REASON = 10
GIVEN_BY_RULES = (How.SPACE, How.REGION, How.SERVICE_AREA, How.APPORTIONED, How.INDIVISIBLE)
MATCHERS = ("dataset", "institution", "function", "item", "fund", "programme", "region")

_MAY_NOT = {
    "dataset": _("They tell the same rand in different ways."),
    "statement": _("Only operating and capital expenditure add up to something."),
    "amount_type": _("What was budgeted, adjusted and spent are different answers for the same money."),
    "basis": _("Their financial years begin in different months."),
    "length": _("A year already holds its months."),
    "period": _("A financial position is of a day: those of several months do not add up."),
}
_CASH = {number_of(Statement.CASH_IN), number_of(Statement.CASH_OUT)}


def check_can_add(guard: str, least: int, greatest: int, names: Mapping[int, str]) -> None:
    """Whether figures may be summed although a guard has several values in one cell, from `least` to `greatest`.

    Raises RuleBroken that names the values and says how to keep them apart.
    """
    if adds_up(guard, least, greatest):
        return
    why = _why(guard, least, greatest)
    raise RuleBroken(
        _("These may not be added: %(one)s and %(other)s. %(why)s Cut to one of them, or group by %(guard)s.")
        % {"one": names[least], "other": names[greatest], "why": why, "guard": _GUARD_NAMES[guard]}
    )


def _why(guard: str, least: int, greatest: int) -> str:
    if guard == "statement" and {least, greatest} == _CASH:
        return _("Cash flows of before mSCOA have payments without a minus sign: they are taken off what was received,"
                 " not added to it.")  # fmt: skip
    return str(_MAY_NOT[guard])


def check_datasets_add_up(numbers: Sequence[int], is_main: Mapping[int, bool], names: Mapping[int, str]) -> None:
    """Whether datasets may be summed: only main ones, whose rand is nobody else's. Raises RuleBroken."""
    if len(numbers) > 1 and not all(is_main[number] for number in numbers):
        check_can_add("dataset", min(numbers), max(numbers), names)


def adds_up(guard: str, least: int, greatest: int) -> bool:
    """Whether figures may be summed although a guard has values from `least` to `greatest`."""
    return least == greatest or (guard == "statement" and greatest < len(SPENDING))


_GUARD_NAMES = {
    "dataset": "dataset", "statement": "statement.code", "amount_type": "amount_type.code",
    "basis": "financial_year.first_month", "length": "period.length", "period": "period.number",
}  # fmt: skip


def check_can_set_placement_rule(
    matchers: Mapping[str, str],
    how: str,
    places: Sequence[str],
    indicator: str,
    valid_from: date,
    valid_to: date | None,
    reason: str,
) -> None:
    """Whether this can be a rule of where rand belongs. Raises RuleBroken that says what to change."""
    _check_reason(reason)
    if how not in GIVEN_BY_RULES:
        raise RuleBroken(
            _("A rule cannot say that rand was placed by evidence. It can give: %(given)s.")
            % {"given": "; ".join(str(each.label) for each in GIVEN_BY_RULES)}
        )
    if valid_to is not None and valid_to <= valid_from:
        raise RuleBroken(_("The rule ends before it begins. Let it end after %(day)s.") % {"day": valid_from})
    if not any(matchers.get(name) for name in MATCHERS):
        raise RuleBroken(_("Say what the rule is about: it would otherwise place every rand that has no place."))
    if how == How.REGION and not matchers.get("region"):
        raise RuleBroken(_("Give the words of the regional identifier that the rule explains."))
    _check_known(matchers)
    _check_places(how, places, indicator)


def check_can_end_placement_rule(rule: PlacementRule, on: date, reason: str) -> None:
    """Whether a rule can end on a day. Raises RuleBroken."""
    _check_reason(reason)
    if rule.valid_to is not None and rule.valid_to <= on:
        raise RuleBroken(_("This rule has ended already, on %(day)s.") % {"day": rule.valid_to})
    if on <= rule.valid_from:
        raise RuleBroken(
            _("A rule stands for a day at least: this one began on %(day)s. End it later, or set one that corrects it: "
              "the newest that fits counts.") % {"day": rule.valid_from}
        )  # fmt: skip


def _check_reason(reason: str) -> None:
    if len(reason.strip()) < LEAST_REASON:
        raise RuleBroken(_("Give the reason in at least %(n)s signs: it is kept and shown.") % {"n": LEAST_REASON})


def _check_known(matchers: Mapping[str, str]) -> None:
    named = matchers.get("dataset")
    if named and named not in {each.code for each in datasets()}:
        raise RuleBroken(_("There is no dataset “%(code)s”.") % {"code": named})
    body = matchers.get("institution")
    if body and not Institution.objects.filter(code=body).exists():
        raise RuleBroken(_("There is no institution “%(code)s” in the register.") % {"code": body})


def _check_places(how: str, places: Sequence[str], indicator: str) -> None:
    wholes = {COUNTRY, *Province.objects.values_list("code", flat=True)}
    served = set(FunctionalArea.objects.values_list("code", flat=True))
    inside = {*Space.objects.values_list("code", flat=True), *MunicipalArea.objects.values_list("code", flat=True)}
    if unknown := [code for code in places if code not in wholes | served | inside]:
        raise RuleBroken(_("The register has no place with the code %(codes)s.") % {"codes": ", ".join(unknown)})
    if len(set(places)) < len(places):
        raise RuleBroken(_("A place is named twice."))
    if indicator and indicator not in indicators():
        raise RuleBroken(
            _("There is no indicator “%(code)s”. Known: %(known)s.")
            % {"code": indicator, "known": ", ".join(indicators())}
        )
    if how == How.APPORTIONED:
        if not indicator:
            raise RuleBroken(_("Name the indicator by which the places share."))
        if len(places) == 1 and places[0] not in wholes | served and not _has_areas(places[0]):
            raise RuleBroken(_("Name several places, a space, a province or the country; one shares with nobody."))
        return
    if not places:
        raise RuleBroken(_("Say to which place the rule gives the rand."))
    if how == How.INDIVISIBLE:
        _check_one(places, wholes, _("What is indivisible belongs to the country (ZA) or to one province as a whole."))
        _check_no_indicator(indicator)
    elif how == How.SERVICE_AREA:
        if set(places) & wholes:
            raise RuleBroken(_("An area served is named by its code, or by its spaces or municipal areas."))
        if (len(places) > 1 or set(places) & served) and not indicator:
            raise RuleBroken(_("Name the indicator by which the places share."))
    else:
        _check_one(places, inside, _("Name one space or one municipal area. To share among several, apportion."))
        _check_no_indicator(indicator)


def _check_one(places: Sequence[str], allowed: set[str], sentence: str) -> None:
    if len(places) != 1 or places[0] not in allowed:
        raise RuleBroken(sentence)


def _check_no_indicator(indicator: str) -> None:
    if indicator:
        raise RuleBroken(_("One place shares with nobody: leave the indicator empty, or apportion."))


def _has_areas(code: str) -> bool:
    return MunicipalArea.objects.filter(space_id=code).count() > 1


def check_can_serve_build(name: str, finished: Sequence[str], served: str, reason: str) -> None:
    """Whether a build can be put in service. Raises RuleBroken."""
    _check_reason(reason)
    if name == served:
        raise RuleBroken(_("This build is the one that is served."))
    if name not in finished:
        raise RuleBroken(_("This build is no longer kept, or an earlier OnePlan made it. Build anew instead."))


def check_can_be_received(figures: int) -> None:
    """There is something to receive. Raises RuleBroken."""
    if not figures:
        raise RuleBroken(
            _("No row of the file could be taken, so there is nothing to store. Mend it and import again.")
        )


def check_can_be_withdrawn(release: BudgetRelease, reason: str) -> None:
    """It is in force, and somebody says why it should not be. Raises RuleBroken."""
    if release.state != ReleaseState.IN_FORCE:
        raise RuleBroken(_("This release was withdrawn already."))
    if not reason.strip():
        raise RuleBroken(_("Say why the release is withdrawn: it is kept, and shown with the release."))
