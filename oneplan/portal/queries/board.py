"""The boards of the country and of a province: spaces, each as far as the reader may see it. Eight queries.

What a reader may not read is not counted at all: a space's drafts show in no total, no bar and no tile.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.commitments.choices import CommitmentState, PlaceQuality
from oneplan.commitments.models import Share
from oneplan.commitments.queries import shares_on
from oneplan.frameworks.queries import CONCEPTS, ruleset
from oneplan.joint_planning.choices import ContributionState, StageState
from oneplan.joint_planning.clocks import clock_of
from oneplan.joint_planning.models import Contribution, StageProgress
from oneplan.periods import clock
from oneplan.plans.choices import EditionState
from oneplan.plans.models import Edition, ImmediateIssue
from oneplan.plans.queries import readable_spaces
from oneplan.platform.models import LogEntry
from oneplan.spaces.models import Space

IN_PROGRESS = (EditionState.OPEN, EditionState.FROZEN)
PLACED = (PlaceQuality.LOCATED, PlaceQuality.NAMED)
PASSED = (StageState.PASSED, StageState.PASSED_WITH_EXCEPTIONS)
UNANSWERED = (ContributionState.ASKED, ContributionState.OPENED)


@dataclass
class SpaceRow:
    """One space on the board. Counts are None where the reader may not see them or there is nothing to count.

    Counted are real commitments, or invented ones where there are no others (`commitments_are_sample`); `invented` are
    those besides. What is told of an edition is invented where `edition_is_sample` says so. The two are never added.
    """

    code: str
    name: str
    province: str
    province_code: str
    is_readable: bool
    is_sample: bool = False
    adopted_number: int | None = None
    adopted_on: date | None = None
    adopted_is_sample: bool = False
    edition: int | None = None
    edition_state: str = ""
    edition_is_sample: bool = False
    opened_on: date | None = None
    stage: str = ""
    stage_number: int = 0
    stage_label: str = ""
    stage_due: date | None = None
    clock_label: str = ""
    clock_ends: date | None = None
    clock_is_limit: bool = False
    asked: int | None = None
    contributed: int = 0
    declined: int = 0
    silent: int = 0
    commitments: int | None = None
    commitments_are_sample: bool = False
    invented: int = 0
    funded: int = 0
    unfunded: int = 0
    placed: int = 0
    overdue: int = 0
    urgent_overdue: int = 0
    last_change: datetime | None = None
    last_who: str = ""
    last_event: str = ""

    @property
    def href(self) -> str:
        return f"/spaces/{self.code}/"

    @property
    def stage_is_late(self) -> bool:
        return bool(self.stage_due and self.stage_due < clock.today())

    @property
    def clock_is_over(self) -> bool:
        return bool(self.clock_ends and self.clock_ends < clock.today())

    @property
    def participation(self) -> float | None:
        """The share of parties asked that answered with a contribution, 0 to 1."""
        return self.contributed / self.asked if self.asked else None

    @property
    def funded_share(self) -> float | None:
        """The share of commitments whose whole cost is pledged, 0 to 1."""
        return self.funded / self.commitments if self.commitments else None

    @property
    def placed_share(self) -> float | None:
        """The share of commitments with a place that counts as evidence, 0 to 1."""
        return self.placed / self.commitments if self.commitments else None

    @property
    def participation_parts(self) -> list[tuple[str, int]]:
        """For a bar: what became of the parties asked."""
        waiting = (self.asked or 0) - self.contributed - self.declined - self.silent
        return [
            ("contributed", self.contributed), ("declined", self.declined), ("silent", self.silent), ("asked", waiting)
        ]  # fmt: skip

    @property
    def funded_parts(self) -> list[tuple[str, int]]:
        """For a bar: fully funded, unfunded, and in part or unknown."""
        between = (self.commitments or 0) - self.funded - self.unfunded
        return [("funded", self.funded), ("part_funded", between), ("unfunded", self.unfunded)]

    @property
    def placed_parts(self) -> list[tuple[str, int]]:
        """For a bar: placed, and not."""
        return [("placed", self.placed), ("not_placed", (self.commitments or 0) - self.placed)]

    @property
    def late(self) -> int | None:
        """How many things are past their date: the stage, silent parties, commitments, immediate issues.

        Of what is real, where one of edition and commitments is and the other is not.
        """
        if self.edition is None and self.commitments is None:
            return None
        real = self.late_of(invented=False)
        return self.late_of(invented=True) if real is None else real

    def late_of(self, *, invented: bool) -> int | None:
        """How many invented, or how many real things are past their date; None where there are none of the kind."""
        counts = []
        if self.edition is not None and self.edition_is_sample == invented:
            counts.append(int(self.stage_is_late) + self.silent + self.urgent_overdue)
        if self.commitments is not None and self.commitments_are_sample == invented:
            counts.append(self.overdue)
        return sum(counts) if counts else None

    @property
    def is_quiet(self) -> bool:
        """Whether one line says all there is to say: nothing is begun here, or nothing is open to the reader."""
        return not (self.is_readable and (self.edition or self.adopted_number or self.commitments))

    @property
    def quiet_words(self) -> str:
        """What a quiet row says; that drafts are hidden is said once, above the table."""
        if self.is_readable:
            return self.standing
        if self.adopted_number:
            return _("Edition %(number)s adopted") % {"number": self.adopted_number}
        return _("Nothing adopted")

    @property
    def standing(self) -> str:
        """Where the space stands, in words that never say more than the reader may know."""
        if not self.is_readable:
            if self.adopted_number:
                return _("Edition %(number)s adopted; work in progress is not visible to you") % {
                    "number": self.adopted_number
                }
            return _("Nothing adopted; work in progress is not visible to you")
        if self.edition:
            state = _("signing copy") if self.edition_state == EditionState.FROZEN else _("in progress")
            return _("Edition %(number)s, %(state)s") % {"number": self.edition, "state": state}
        if self.adopted_number:
            return _("Edition %(number)s adopted") % {"number": self.adopted_number}
        return _("No edition opened yet")


def board_rows(actor: Actor, province: str = "") -> list[SpaceRow]:
    """All 52 spaces, or those of a province, by province and name, each with what the actor may know."""
    readable = set(readable_spaces(actor).values_list("pk", flat=True))
    rows = {row.code: row for row in _spaces(readable, province)}
    editions = _add_editions(rows)
    _add_stages(rows, editions)
    _add_contributions(rows, editions)
    _add_commitments(rows, readable.intersection(rows))
    _add_immediate(rows, editions)
    return list(rows.values())


def space_rows(actor: Actor, province: str = "") -> list[SpaceRow]:
    """The spaces by province and name: whether the actor may read their plans, and which hold a sample. One query."""
    readable = Exists(readable_spaces(actor).filter(pk=OuterRef("pk")))
    shown = [EditionState.ADOPTED, *IN_PROGRESS]
    sample = Exists(Edition.objects.filter(plan=OuterRef("pk"), is_sample=True, state__in=shown))
    of_place = Space.objects.filter(province=province) if province else Space.objects.all()
    rows = (
        of_place.annotate(may_read=readable, holds_sample=sample)
        .order_by("province__name", "name")
        .values_list("code", "name", "province__name", "province_id", "may_read", "holds_sample")
    )
    return [SpaceRow(*row[:5], is_sample=row[4] and row[5]) for row in rows]


def _spaces(readable: set[str], province: str) -> list[SpaceRow]:
    """The spaces, with the newest remembered act in each readable one (an index seek a space, one query)."""
    last = LogEntry.objects.filter(scope=Concat(Value("space:"), OuterRef("pk"), output_field=CharField())).order_by(
        "-id"
    )
    of_place = Space.objects.filter(province=province) if province else Space.objects.all()
    spaces = list(
        of_place.annotate(last_entry=Subquery(last.values("pk")[:1]))
        .order_by("province__name", "name")
        .values_list("code", "name", "province__name", "province_id", "last_entry")
    )
    wanted = [entry for code, _name, _province, _key, entry in spaces if entry and code in readable]
    entries = {entry.pk: entry for entry in LogEntry.objects.filter(pk__in=wanted).select_related("actor")}
    rows = []
    for code, name, province, province_code, last_id in spaces:
        row = SpaceRow(code, name, province, province_code, code in readable)
        if (entry := entries.get(last_id)) is not None:
            row.last_change, row.last_event = entry.at, entry.event
            row.last_who = entry.actor.name if entry.actor else "OnePlan"
        rows.append(row)
    return rows


def _add_editions(rows: dict[str, SpaceRow]) -> dict[int, Edition]:
    """Adopted editions for everyone, editions in progress for those who may read them. Returns the latter by id."""
    in_progress: dict[int, Edition] = {}
    states = [*IN_PROGRESS, EditionState.ADOPTED]
    found = Edition.objects.filter(plan_id__in=rows, state__in=states).order_by("number")
    for edition in found:
        row = rows[edition.plan_id]
        if edition.state == EditionState.ADOPTED:
            row.adopted_number, row.adopted_on = edition.number, edition.adopted_on
            row.adopted_is_sample = edition.is_sample
            row.is_sample = row.is_sample or edition.is_sample
        elif row.is_readable:
            in_progress[edition.pk] = edition
            row.edition, row.edition_state, row.opened_on = edition.number, edition.state, edition.opened_on
            row.is_sample = row.is_sample or edition.is_sample
            row.edition_is_sample = edition.is_sample
            limit = clock_of(ruleset(edition.ruleset), is_review=row.adopted_number is not None)
            row.clock_ends = clock.add_months(edition.opened_on, limit.months)
            row.clock_label, row.clock_is_limit = limit.label, limit.is_limit
    return in_progress


def _add_stages(rows: dict[str, SpaceRow], editions: dict[int, Edition]) -> None:
    """The stage each edition is in: the current one, else the first that is not passed."""
    stages: dict[int, dict[str, tuple[str, date | None]]] = {}
    progress = StageProgress.objects.filter(edition__in=editions).values_list("edition_id", "stage", "state", "due_on")
    for edition_id, stage, state, due_on in progress:
        stages.setdefault(edition_id, {})[stage] = (state, due_on)
    for edition_id, known in stages.items():
        edition = editions[edition_id]
        ordered = [code for code in CONCEPTS if code in known]
        current = next((code for code in ordered if known[code][0] == StageState.CURRENT), None)
        current = current or next((code for code in ordered if known[code][0] not in PASSED), None)
        if current is None:
            continue
        row, words = rows[edition.plan_id], ruleset(edition.ruleset).stage(current)
        row.stage, row.stage_number, row.stage_label = current, words.number, words.label
        row.stage_due = known[current][1]


def _add_contributions(rows: dict[str, SpaceRow], editions: dict[int, Edition]) -> None:
    """The participation ledger in numbers; silent is unanswered past the date."""
    unanswered = Q(state__in=UNANSWERED)
    counted = (
        Contribution.objects.filter(edition__in=editions)
        .values("edition_id")
        .annotate(
            asked=Count("pk"),
            contributed=Count("pk", filter=Q(state=ContributionState.CONTRIBUTED)),
            declined=Count("pk", filter=Q(state=ContributionState.DECLINED)),
            silent=Count("pk", filter=unanswered & Q(due_on__lt=clock.today())),
        )
    )
    for each in counted:
        row = rows[editions[each["edition_id"]].plan_id]
        row.asked, row.contributed = each["asked"], each["contributed"]
        row.declined, row.silent = each["declined"], each["silent"]


def commitment_counts(prefix: str = "commitment__") -> dict[str, Any]:
    """The aggregates of the board and the space home over commitments that stand."""
    overdue = Q(**{f"{prefix}finish_on__lt": clock.today()}) & ~Q(
        **{f"{prefix}state__in": [CommitmentState.DELIVERED, CommitmentState.WITHDRAWN]}
    )
    return {
        "commitments": Count("pk"),
        "funded": Count("pk", filter=Q(**{f"{prefix}funding": "funded"})),
        "unfunded": Count("pk", filter=Q(**{f"{prefix}funding": "unfunded"})),
        "placed": Count("pk", filter=Q(**{f"{prefix}place_quality__in": PLACED})),
        "overdue": Count("pk", filter=overdue),
    }


def _add_commitments(rows: dict[str, SpaceRow], readable: set[str]) -> None:
    counted: QuerySet[Share, Any] = (
        shares_on()
        .filter(space__in=readable)
        .exclude(commitment__state=CommitmentState.WITHDRAWN)
        .values("space_id", "commitment__is_sample")
        .annotate(**commitment_counts())
        .order_by("commitment__is_sample")
    )
    for each in counted:
        row, is_sample = rows[each["space_id"]], each["commitment__is_sample"]
        row.is_sample = row.is_sample or is_sample
        if is_sample and row.commitments:
            row.invented = each["commitments"]
            continue
        row.commitments_are_sample = is_sample
        row.commitments, row.funded, row.unfunded = each["commitments"], each["funded"], each["unfunded"]
        row.placed, row.overdue = each["placed"], each["overdue"]


def _add_immediate(rows: dict[str, SpaceRow], editions: dict[int, Edition]) -> None:
    late = ImmediateIssue.objects.filter(edition__in=editions, resolved_on=None, due_on__lt=clock.today())
    for each in late.values("edition_id").annotate(n=Count("pk")):
        rows[editions[each["edition_id"]].plan_id].urgent_overdue = each["n"]
