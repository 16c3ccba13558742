"""By what a budget is made or changed: whose it is, its rule and reference, and the years that it can serve."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from oneplan.budgets.cycle import Duty, calendar
from oneplan.budgets.cycle import duty as duty_of
from oneplan.frameworks.definitions import Standing
from oneplan.frameworks.loading import BrokenFileError, load
from oneplan.institutions.choices import InstitutionKind, Sphere
from oneplan.institutions.models import Institution
from oneplan.reprioritisation.choices import Instrument

_FILE = Path(__file__).parent / "parameters" / "instruments.yaml"


@dataclass(frozen=True)
class InstrumentTerms:
    """One instrument. `window` is the code of a duty of the calendar; `limit_per_cent` of what `limit_of` says."""

    code: Instrument
    window: str
    years: tuple[int, ...]
    rule: str
    reference: str
    standing: Standing
    limit_per_cent: int | None = None
    limit_of: str = ""

    @property
    def duty(self) -> Duty:
        """The line of the calendar that opens and closes it."""
        return duty_of(self.window)

    def is_of(self, institution: Institution) -> bool:
        """Whether the budget of an institution is made or changed by it."""
        duty = self.duty
        if institution.sphere and Sphere(institution.sphere) not in duty.spheres:
            return False
        return InstitutionKind(institution.kind) in duty.kinds


@dataclass(frozen=True)
class _Instruments:
    instruments: tuple[InstrumentTerms, ...]


@cache
def instruments() -> dict[Instrument, InstrumentTerms]:
    """Every instrument. Raises BrokenFileError where one is missing or names no line of the calendar."""
    found = {each.code: each for each in load(_FILE, _Instruments).instruments}
    if missing := set(Instrument) - set(found):
        raise BrokenFileError(f"{_FILE.name}: instruments: {', '.join(sorted(missing))} missing")
    known = {each.code for each in calendar().duties}
    for each in found.values():
        if each.window not in known:
            raise BrokenFileError(f"{_FILE.name}: {each.code}: {each.window!r} is no line of the calendar")
    return found


def instruments_for(institution: Institution) -> tuple[InstrumentTerms, ...]:
    """Those by which an institution's budget can be influenced, in the order of their list."""
    return tuple(each for each in instruments().values() if each.is_of(institution))
