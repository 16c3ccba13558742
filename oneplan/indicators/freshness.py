"""How old the newest value of each indicator is, and when the next can be expected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from oneplan.access.actors import Actor
from oneplan.indicators.choices import Standing
from oneplan.indicators.facts import number_of
from oneplan.indicators.queries import seen_standings
from oneplan.indicators.registry import Defined, registry
from oneplan.indicators.shelf import reading
from oneplan.periods import clock


@dataclass(frozen=True)
class Freshness:
    """How old the newest real value of an indicator is, and when the next can be expected.

    `sample_year` is that of the newest invented one, of which nothing can be expected.
    """

    indicator: Defined
    year: int | None
    source: str
    as_at: date | None
    sample_year: int | None = None

    @property
    def is_sample(self) -> bool:
        """Whether all that is known of it was invented."""
        return self.year is None and self.sample_year is not None

    @property
    def due(self) -> date | None:
        """When the next value can be expected: as long after the newest as its rhythm says; None: none is known."""
        months = self.indicator.rhythm_months
        return clock.add_months(self.as_at, months) if self.as_at and months else None

    def state(self, today: date) -> str:
        """ "overdue", "expected", "once" (no next one is known) or "empty" (no value yet)."""
        if self.as_at is None:
            return "empty"
        if self.due is None:
            return "once"
        return "overdue" if self.due < today else "expected"


def freshness(*, by: Actor) -> list[Freshness]:
    """Of every indicator the newest year that has values, and the release that told it. Raises NothingBuilt."""
    with reading() as turn:
        rows = turn.look_up(
            f"SELECT v.standing = {number_of(Standing.SAMPLE)} AS is_sample, i.code, max(year), "
            'arg_max(r.source, year), arg_max(r.as_at, year) FROM "values" v '
            "JOIN indicators i ON i.id = v.indicator JOIN releases r ON r.id = v.release "
            f"WHERE value IS NOT NULL AND v.standing IN ({seen_standings(by)}) GROUP BY ALL", {},
        )  # fmt: skip
    known = {code: (year, source, as_at) for is_sample, code, year, source, as_at in rows if not is_sample}
    invented = {code: year for is_sample, code, year, _source, _as_at in rows if is_sample}
    return [
        Freshness(each, *known.get(code, (None, "", None)), sample_year=invented.get(code))
        for code, each in registry().items()
    ]


def nothing_fresh() -> list[Freshness]:
    """Every indicator, of none of which there is a value."""
    return [Freshness(each, None, "", None) for each in registry().values()]
