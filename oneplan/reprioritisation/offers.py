"""What an institution could be asked for now: each of its instruments, whether it is open, and what opens next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from oneplan.institutions.choices import MUNICIPAL_KINDS, Sphere
from oneplan.institutions.models import Institution
from oneplan.periods.years import Basis, FinancialYear
from oneplan.reprioritisation import windows
from oneplan.reprioritisation.choices import Instrument
from oneplan.reprioritisation.instruments import instruments_for
from oneplan.reprioritisation.windows import LegalWindow


def basis_of(institution: Institution) -> Basis:
    """Which year an institution budgets in: municipalities from July, all others from April."""
    return Basis.MFMA if institution.sphere == Sphere.LOCAL or institution.kind in MUNICIPAL_KINDS else Basis.PFMA


@dataclass(frozen=True)
class Offer:
    """One instrument of one institution on a day. `now` is open; else `next` opens next, and `why` says why not now."""

    instrument: Instrument
    institution: Institution
    now: LegalWindow | None
    next: LegalWindow | None
    why: str
    days_left: int | None

    @property
    def shown(self) -> LegalWindow | None:
        return self.now or self.next


def offers_of(institution: Institution, day: date, year: FinancialYear | None = None) -> list[Offer]:
    """The instruments of an institution, those that are open before those that are not.

    Without a year the first is meant for which the instrument is open or opens: this one or one of the two after it.
    """
    here = FinancialYear.containing(day, basis_of(institution))
    years = [year] if year else [here, here.next(), here.next(2)]
    made = [_offer(terms.code, institution, years, day) for terms in instruments_for(institution)]
    return sorted(made, key=lambda each: each.now is None)


def offer_of(instrument: Instrument, institution: Institution, year: FinancialYear, day: date) -> Offer:
    """One instrument for the budget of one year."""
    return _offer(instrument, institution, [year], day)


def _offer(instrument: Instrument, institution: Institution, years: list[FinancialYear], day: date) -> Offer:
    opened = [found for each in years if (found := windows.open_window(instrument, institution, each, day))]
    if opened:
        now = min(opened, key=lambda each: each.closes_on)
        return Offer(instrument, institution, now, None, "", (now.closes_on - day).days)
    coming = [found for each in years if (found := windows.next_window(instrument, institution, each, day))]
    after = min(coming, key=lambda each: each.opens_on, default=None)
    year = after.year if after else years[0]
    return Offer(instrument, institution, None, after, windows.why_closed(instrument, institution, year, day), None)
