"""How far an ask is, as a line of states: those it reached, the one it stands at, those to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from oneplan.reprioritisation.choices import AskState, Instrument
from oneplan.reprioritisation.models import Ask, Step

_BY_PEOPLE = (AskState.ROUTED, AskState.ANSWERED, AskState.IN_SUBMISSION, AskState.RECOMMENDED)
_ENDED = (AskState.LAPSED, AskState.WITHDRAWN)


@dataclass(frozen=True)
class Station:
    """One state on the line, as the strip of stages draws it; `state` is its looks."""

    number: int
    name: str
    state: str
    is_current: bool
    label: str
    ended_on: date | None
    step: Step | None
    href: str = ""
    due_on: date | None = None
    started_on: date | None = None


def way_of(ask: Ask) -> list[AskState]:
    """The states through which an ask of its instrument goes, where everything goes well."""
    enacted = AskState.GAZETTED if ask.instrument == Instrument.GAZETTE else AskState.ADOPTED
    adjusting = (Instrument.ADJUSTMENTS, Instrument.ROLL_OVER, Instrument.VIREMENT, Instrument.MUNICIPAL_ADJUSTMENTS)
    if ask.instrument in adjusting:
        return [*_BY_PEOPLE, AskState.ADJUSTED]
    return [*_BY_PEOPLE, AskState.ALLOCATED, AskState.TABLED, enacted]


def course_of(ask: Ask, steps: Sequence[Step]) -> list[Station]:
    """The line of one ask. A state that was reached without being on its way stands on it all the same."""
    reached = {step.state: step for step in steps}
    way: list[str] = [state.value for state in way_of(ask)]
    order = [state.value for state in AskState]
    way += [state for state in reached if state not in way and state != AskState.DRAFT]
    if ask.state in _ENDED and ask.state not in way:
        way.append(ask.state)
    way.sort(key=order.index)
    if ask.state in _ENDED:  # what would have come never will
        way = [state for state in way if state in reached or state == ask.state]
    furthest = order.index(ask.state) if ask.state in order else -1
    stations = []
    for number, state in enumerate(way, start=1):
        step = reached.get(state)
        is_here = state == ask.state
        passed = step is not None or (order.index(state) < furthest and ask.state not in _ENDED)
        on = step.on if step else None
        if state == AskState.ROUTED and not on and ask.routed_at:
            on, passed = ask.routed_at.date(), True
        looks = "withdrawn" if state in _ENDED else "current" if is_here else "done" if passed else "not_started"
        words = str(AskState(state).label)
        stations.append(Station(number, words, looks, is_here, _word(looks, step is not None, passed), on, step))
    return stations


def _word(looks: str, has_step: bool, passed: bool) -> str:
    if looks == "current":
        return _("it stands here")
    if looks == "withdrawn":
        return _("ended")
    if passed:
        return _("reached") if has_step else _("passed")
    return _("not yet")
