"""Taking in what institutions report of their own performance."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.exchange.kinds import ImportOrder
from oneplan.exchange.models import ImportRun
from oneplan.indicators.choices import Event
from oneplan.indicators.models import Performance, PerformanceQuarter
from oneplan.institutions.queries import Directory
from oneplan.periods import clock
from oneplan.platform.audit import record


@dataclass(frozen=True)
class ReportedQuarter:
    """What is said of a quarter (0: the year): texts by their field, and the numbers that they plainly are."""

    quarter: int
    said: Mapping[str, str]
    numbers: Mapping[str, Decimal | None]


@dataclass(frozen=True)
class Reported:
    """One performance indicator of an institution in a financial year."""

    year: int
    institution: str
    programme: str
    subprogramme: str
    title: str
    frequency: str
    priority: str
    quarters: tuple[ReportedQuarter, ...]

    @property
    def key(self) -> str:
        """The same for the same indicator of the same institution and year."""
        told = (str(self.year), self.institution, self.programme, self.subprogramme, self.title)
        return hashlib.sha256("\n".join(each.casefold() for each in told).encode()).hexdigest()


@transaction.atomic
def take_performance(
    reported: Sequence[Reported], *, run: ImportRun | None, order: ImportOrder, by: Actor
) -> list[str]:
    """Store reports, in the place of earlier ones of the same indicator and year. Returns their keys in order.

    Raises NotAllowed.
    """
    check(by, Permission.OBSERVATION_IMPORT, "national")
    register, as_at = Directory(), order.as_at or clock.today()
    known = {name: register.resolve(name, sphere="national").institution for name in {r.institution for r in reported}}
    rows = [
        Performance(
            key=each.key, year=each.year, institution=known[each.institution], institution_name=each.institution,
            programme=each.programme, subprogramme=each.subprogramme, title=each.title, frequency=each.frequency,
            priority=each.priority, run=run, source=order.source, as_at=as_at,
        )
        for each in {each.key: each for each in reported}.values()
    ]  # fmt: skip
    changing = ["institution", "institution_name", "programme", "subprogramme", "title", "frequency", "priority", "run",
                "source", "as_at"]  # fmt: skip
    Performance.objects.bulk_create(rows, update_conflicts=True, unique_fields=["key"], update_fields=changing)
    stored = dict(Performance.objects.filter(key__in=[row.key for row in rows]).values_list("key", "pk"))
    PerformanceQuarter.objects.filter(performance__in=stored.values()).delete()
    PerformanceQuarter.objects.bulk_create(
        PerformanceQuarter(
            performance_id=stored[each.key], quarter=part.quarter, **part.said,
            **{f"{name}_number": value for name, value in part.numbers.items()},
        )
        for each in {each.key: each for each in reported}.values() for part in each.quarters
    )  # fmt: skip
    record(Event.PERFORMANCE_TAKEN, "performance", by=by, count=len(rows), source=order.source)
    return [each.key for each in reported]
