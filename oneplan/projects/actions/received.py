"""What one row of a submission says of one project, ready to be stored."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple

from oneplan.projects.choices import Audience, ProjectKind
from oneplan.spaces.choices import Confidence, Doubt, PlaceMethod
from oneplan.spaces.placing import PlaceAnswer

NOWHERE = PlaceAnswer(PlaceMethod.NOT_PLACED, Confidence.NONE, doubts=(Doubt.BLANK,))


class Name(NamedTuple):
    """What a register calls a project; `issuer` sets apart registers that number on their own."""

    scheme: str
    issuer: str
    value: str


class MoneyOfYear(NamedTuple):
    """The money of one financial year as a row states it (see models.SnapshotMoney). None: not stated."""

    year: int
    basis: str
    budget: Decimal | None = None
    adjustment: Decimal | None = None
    adjusted: Decimal | None = None
    spent: Decimal | None = None
    q1: Decimal | None = None
    q2: Decimal | None = None
    q3: Decimal | None = None
    q4: Decimal | None = None
    is_audited: bool = False


@dataclass(slots=True)
class ReceivedProject:
    """One project as a submission states it.

    names      what it is called; the first is the one by which it is known again
    cells      the row as read, as the text of a JSON array under the submission's headers
    evidence   what is said of its place: plain values; equal evidence is the same statement
    place      the answer of the cascade to that evidence
    ref        set when it is stored
    """

    row: int
    names: tuple[Name, ...]
    title: str
    description: str = ""
    kind: str = ProjectKind.WORKS.value
    stage: str = ""
    nature: str = ""
    funding: str = ""
    fund: str = ""
    sector: str = ""
    sphere: str = ""
    province_id: str | None = None
    budget_programme: str = ""
    implementing_id: str | None = None
    implementing_text: str = ""
    funder_id: str | None = None
    start_on: date | None = None
    finish_on: date | None = None
    construction_start_on: date | None = None
    construction_finish_on: date | None = None
    contract_finish_on: date | None = None
    actual_start_on: date | None = None
    actual_finish_on: date | None = None
    total_cost: Decimal | None = None
    professional_fees: Decimal | None = None
    construction_costs: Decimal | None = None
    variation_orders: Decimal | None = None
    spent_before: Decimal | None = None
    spent_to_date: Decimal | None = None
    jobs: int | None = None
    contractors: list[tuple[str, str]] = field(default_factory=list)
    money: tuple[MoneyOfYear, ...] = ()
    cells: str = "[]"
    evidence: dict[str, Any] = field(default_factory=dict)
    place: PlaceAnswer = NOWHERE
    wkb: bytes = b""  # a line or an area, WGS 84, valid
    audience: str = Audience.GOVERNMENT.value
    is_sample: bool = False
    ref: str = ""

    def __reduce__(self) -> tuple[Any, ...]:
        """Set aside as its values in order: by name they take three times as long, and each row is set aside once."""
        return ReceivedProject, _values(self)


_values: Callable[[ReceivedProject], tuple[Any, ...]] = attrgetter(*(each.name for each in fields(ReceivedProject)))
