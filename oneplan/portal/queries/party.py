"""One institution in all spaces: what it was asked, what it promised, with which rand. Six queries, whatever the data.

Only what the reader may see counts: commitments of `commitments.queries.visible_to`, requests of
`joint_planning.queries.contributions_visible_to`.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.fields import BooleanField

from oneplan.access.actors import Actor
from oneplan.commitments.choices import Acceptance, CommitmentState, FundingStatus
from oneplan.commitments.models import Commitment, Party, Pledge, Signature
from oneplan.commitments.queries import Level, Money, rollup, shares_on, visible_to
from oneplan.institutions.models import Institution
from oneplan.joint_planning.models import Contribution
from oneplan.joint_planning.queries import IN_PROGRESS, contributions_visible_to
from oneplan.periods import clock
from oneplan.periods.years import Basis
from oneplan.plans.choices import EditionState
from oneplan.plans.models import Edition
from oneplan.portal.queries.answers import Answers

CLOSED = (CommitmentState.DELIVERED, CommitmentState.WITHDRAWN)


@dataclass
class PartySpace:
    """What one institution owes and gives in one space."""

    code: str
    name: str
    province: str
    province_code: str
    is_sample: bool = False
    edition: int | None = None
    stages: dict[str, Contribution] = field(default_factory=dict)
    answers: Answers = field(default_factory=Answers)
    states: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    led: int = 0
    to_accept: int = 0
    to_sign: int = 0
    late: int = 0
    money: Money = field(default_factory=Money)

    @property
    def href(self) -> str:
        return f"/spaces/{self.code}/"

    @property
    def commitments(self) -> int:
        """How many stand: the withdrawn are not counted."""
        return sum(number for state, number in self.states.items() if state != CommitmentState.WITHDRAWN)

    @property
    def state_parts(self) -> list[tuple[str, int]]:
        return [(state, self.states[state]) for state in CommitmentState.values if self.states.get(state)]

    @property
    def unanswered(self) -> int:
        """Requests that wait for an answer, in time or late."""
        return self.answers.waiting + self.answers.silent

    def rand(self, basis: str, *statuses: str) -> Decimal:
        return self.money.total(*statuses, basis=Basis(basis))

    @property
    def bases(self) -> list[tuple[str, Decimal, list[tuple[str, Decimal]]]]:
        """(basis, pledged, parts by status) for each basis with any rand; bases are never added."""
        told = []
        for basis in Basis:
            parts = [(status.value, self.money.total(status, basis=basis)) for status in FundingStatus]
            if any(rand for _status, rand in parts):
                told.append((basis.value, self.money.total(basis=basis), parts))
        return told


@dataclass
class PartyView:
    """An institution across spaces: a line for each, and its rand of all of them, each shared one once."""

    spaces: list[PartySpace]
    commitments: int
    money: Money


def party_view(institution: Institution, actor: Actor) -> PartyView:
    """The spaces in which an institution was asked or takes part, by province and name."""
    spaces: dict[str, PartySpace] = {}
    seen = visible_to(actor).filter(Exists(Party.objects.filter(commitment=OuterRef("pk"), institution=institution)))
    frozen = Edition.objects.filter(plan=OuterRef("space"), state=EditionState.FROZEN)
    _add_commitments(spaces, institution, seen, Exists(frozen))
    standing = seen.exclude(state=CommitmentState.WITHDRAWN)
    for code, money in rollup(standing, Level.SPACE, party=institution.pk).items():
        if code in spaces:
            spaces[code].money = money
    whole = rollup(standing, Level.COUNTRY, party=institution.pk).get("ZA", Money())
    _add_contributions(spaces, contributions_visible_to(actor).filter(institution=institution))
    rows = sorted(spaces.values(), key=lambda row: (row.province, row.name))
    return PartyView(rows, standing.count(), whole)


def _row(spaces: dict[str, PartySpace], code: str, name: str, province: str, province_code: str) -> PartySpace:
    return spaces.setdefault(code, PartySpace(code, name, province, province_code))


def _add_commitments(
    spaces: dict[str, PartySpace], institution: Institution, seen: "QuerySet[Commitment]", frozen: Exists
) -> None:
    """How many in which state, and what waits for the institution. One query, grouped in the database."""
    mine = Party.objects.filter(commitment=OuterRef("commitment"), institution=institution)
    unanswered = Pledge.objects.filter(
        party__commitment=OuterRef("commitment"), party__institution=institution, acceptance=Acceptance.ASKED
    )
    signed = Signature.objects.filter(
        party__commitment=OuterRef("commitment"), party__institution=institution, voided_at=None
    )
    late = Q(commitment__finish_on__lt=clock.today()) & ~Q(commitment__state__in=CLOSED)
    waits = Q(commitment__state=CommitmentState.PROPOSED) & (
        Exists(mine.filter(acceptance=Acceptance.ASKED)) | Exists(unanswered)
    )
    to_sign = Q(commitment__state=CommitmentState.AGREED) & frozen & ~Exists(signed)
    rows = (
        shares_on()
        .filter(commitment__in=seen.order_by().values("pk"))
        .order_by()
        .annotate(
            state=F("commitment__state"), is_led=_is(Q(commitment__lead=institution)), is_late=_is(late),
            waits=_is(waits), to_sign=_is(to_sign), sample=F("commitment__is_sample"),
        )
        .values_list(
            "space_id", "space__name", "space__province__name", "space__province_id",
            "state", "is_led", "is_late", "waits", "to_sign", "sample",
        )
        .annotate(Count("pk"))
    )  # fmt: skip
    for *place, state, is_led, is_late, asked, agreed, sample, number in rows:
        row = _row(spaces, *place)
        row.states[state] += number
        if state != CommitmentState.WITHDRAWN:
            row.led += number * is_led
        row.late += number * is_late
        row.to_accept += number * asked
        row.to_sign += number * agreed
        row.is_sample = row.is_sample or sample


def _is(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _add_contributions(spaces: dict[str, PartySpace], rows: "QuerySet[Contribution]") -> None:
    """What was asked of it in editions in progress, by stage. One query."""
    today = clock.today()
    for each in rows.filter(edition__state__in=IN_PROGRESS).order_by("due_on"):
        space = each.edition.plan.space
        row = _row(spaces, space.code, space.name, space.province.name, space.province_id)
        row.edition, row.stages[each.stage] = each.edition.number, each
        row.is_sample = row.is_sample or each.edition.is_sample
        each.shown = state = each.state_on(today)  # type: ignore[attr-defined]
        row.answers.asked += 1
        if state in ("contributed", "declined", "silent", "opened"):
            setattr(row.answers, state, getattr(row.answers, state) + 1)


def money_of(rows: Iterable[PartySpace]) -> Money:
    """The rand of some of the spaces, by their shares."""
    whole = Money()
    for row in rows:
        for year, line in row.money.by_year.items():
            kept = whole.by_year.setdefault(year, defaultdict(lambda: Decimal(0)))
            for status, rand in line.items():
                kept[status] += rand
    return whole
