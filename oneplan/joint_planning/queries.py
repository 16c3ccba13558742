"""Reads of joint planning: stages with their dates, the participation ledger, signing copies and adoptions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import ngettext

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.commitments.choices import CommitmentState
from oneplan.commitments.models import Commitment, Party
from oneplan.commitments.queries import in_space
from oneplan.committees.choices import Decision
from oneplan.committees.models import Resolution
from oneplan.committees.queries import standing_resolution
from oneplan.frameworks.definitions import RuleSet, Stage
from oneplan.frameworks.queries import ruleset
from oneplan.institutions.choices import Sphere
from oneplan.institutions.models import Institution, Post
from oneplan.institutions.queries import delegations_on, posts_held_by
from oneplan.joint_planning.choices import NOT_ASKED, SILENT, ContributionState, StageState
from oneplan.joint_planning.clocks import Deadline, deadline, next_review
from oneplan.joint_planning.models import Adoption, Contribution, SigningCopy, StageProgress
from oneplan.periods import clock
from oneplan.plans.choices import EditionState
from oneplan.plans.models import Edition
from oneplan.plans.queries import readable_spaces
from oneplan.platform.prepared import prepared
from oneplan.spaces.models import Space

IN_PROGRESS = (EditionState.OPEN, EditionState.FROZEN)
PASSED = (StageState.PASSED, StageState.PASSED_WITH_EXCEPTIONS)
NEVER_ASKED = ("adoption", "implementation")  # stages in which no party is asked for a contribution
ANSWERED = (ContributionState.CONTRIBUTED, ContributionState.DECLINED)


# --- stages ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StageView:
    """A stage as pages show it. `state` is done, current, late or not_started; fields are those of `{% stage_strip
    %}`.
    """

    stage: Stage
    progress: StageProgress | None
    state: str
    days_late: int
    href: str = ""

    @property
    def number(self) -> int:
        return self.stage.number

    @property
    def name(self) -> str:
        return self.stage.label

    @property
    def label(self) -> str:
        """The word beside the sign, where it is more exact than the sign's own."""
        if self.progress and self.progress.state == StageState.PASSED_WITH_EXCEPTIONS:
            return str(StageState.PASSED_WITH_EXCEPTIONS.label)
        if self.days_late:
            return ngettext("%(n)s day late", "%(n)s days late", self.days_late) % {"n": self.days_late}
        return ""

    @property
    def is_current(self) -> bool:
        """Whether the work stands here, in time or late."""
        return self.progress is not None and self.progress.state == StageState.CURRENT

    @property
    def started_on(self) -> date | None:
        return self.progress.starts_on if self.progress else None

    @property
    def due_on(self) -> date | None:
        return self.progress.due_on if self.progress else None

    @property
    def ended_on(self) -> date | None:
        passed_at = self.progress.passed_at if self.progress else None
        return passed_at.astimezone(clock.JOHANNESBURG).date() if passed_at else None


def stage_views(
    edition: Edition, today: date, *, base: str = "", progress: Mapping[str, StageProgress] | None = None
) -> list[StageView]:
    """The stages of an edition in order, with dates and lateness. `base` is the address of the stages page; `progress`
    spares the one query where it was read before.
    """
    if progress is None:
        progress = {each.stage: each for each in _progress_of(edition=edition.pk)}
    return [_view(stage, progress.get(stage.code), today, base) for stage in ruleset(edition.ruleset).stages]


@prepared
def _progress_of(*, edition: int) -> QuerySet[StageProgress]:
    return StageProgress.objects.filter(edition=edition)


def _view(stage: Stage, progress: StageProgress | None, today: date, base: str) -> StageView:
    is_late = bool(progress and progress.state not in PASSED and progress.due_on and progress.due_on < today)
    if progress is None or (progress.state == StageState.NOT_STARTED and not is_late):
        state = "not_started"
    elif progress.state in PASSED:
        state = "done"
    else:
        state = "late" if is_late else "current"
    days_late = (today - progress.due_on).days if is_late and progress and progress.due_on else 0
    return StageView(stage, progress, state, days_late, f"{base}#{stage.code}" if base else "")


def current_stages(editions: Iterable[Edition]) -> dict[int, StageProgress]:
    """By edition, the stage it is in: the one marked current (one query for all)."""
    rows = StageProgress.objects.filter(edition__in=list(editions), state=StageState.CURRENT)
    return {row.edition_id: row for row in rows}


def is_review(edition: Edition) -> bool:
    """Whether this edition reviews one that was adopted before it; else it is the formulation of a first plan."""
    sealed = (EditionState.ADOPTED, EditionState.SUPERSEDED)
    if edition.number == 1:
        return False
    return Edition.objects.filter(plan_id=edition.plan_id, number__lt=edition.number, state__in=sealed).exists()


def deadline_of(edition: Edition, today: date) -> Deadline | None:
    """The clock that runs for an edition: to adoption while it is made, to the next review once it is in force."""
    rules = ruleset(edition.ruleset)
    if edition.state in IN_PROGRESS:
        return deadline(rules, edition.opened_on, today, is_review=is_review(edition))
    if edition.state == EditionState.ADOPTED and edition.adopted_on:
        return next_review(rules, edition.adopted_on, today)
    return None


# --- participation ---------------------------------------------------------------------------------------------------


def contributions_visible_to(actor: Actor) -> QuerySet[Contribution]:
    """Rows of the participation ledger that an actor may see: of readable spaces, and of its own institutions."""
    rows = Contribution.objects.select_related("institution", "edition__plan__space__province", "document")
    if actor.is_national(Permission.PLAN_READ):
        return rows
    own = actor.codes_with(Permission.PLAN_READ, "institution")
    return rows.filter(Q(edition__plan_id__in=readable_spaces(actor).values("pk")) | Q(institution_id__in=own))


def owed_by(actor: Actor) -> QuerySet[Contribution]:
    """What the actor's own institutions were asked for in editions in progress: unanswered first, soonest due first."""
    own = actor.codes_with(Permission.CONTRIBUTION_ANSWER, "institution")
    answered = Case(When(state__in=ANSWERED, then=Value(1)), default=Value(0), output_field=IntegerField())
    return (
        Contribution.objects.filter(institution_id__in=own, edition__state__in=IN_PROGRESS)
        .select_related("institution", "edition__plan__space__province")
        .order_by(answered, "due_on", "pk")
    )


@dataclass(frozen=True)
class Cell:
    """A party's standing in one stage."""

    stage: Stage
    state: str
    contribution: Contribution | None


@dataclass(frozen=True)
class Row:
    """A party and its standing in every stage."""

    institution: Institution
    cells: tuple[Cell, ...]

    @property
    def states(self) -> set[str]:
        return {cell.state for cell in self.cells}

    @property
    def is_asked(self) -> bool:
        """Whether anything was asked of the party in any stage."""
        return any(cell.contribution for cell in self.cells)


@dataclass(frozen=True)
class Matrix:
    """Parties by stages."""

    stages: tuple[Stage, ...]
    rows: tuple[Row, ...]

    def count(self, state: str) -> int:
        """How many requests stand like this."""
        return sum(cell.state == state for row in self.rows for cell in row.cells)

    @property
    def asked(self) -> int:
        return sum(cell.contribution is not None for row in self.rows for cell in row.cells)

    def narrowed(self, *, sphere: str = "", state: str = "", text: str = "") -> "Matrix":
        """The rows of one sphere ("other" for none), with a cell of one state, and with a text in the name."""
        wanted = "" if sphere == "other" else sphere
        rows = tuple(
            row
            for row in self.rows
            if (not sphere or row.institution.sphere == wanted)
            and (not state or state in row.states)
            and text.casefold() in f"{row.institution.name} {row.institution.pk}".casefold()
        )
        return Matrix(self.stages, rows)


_SPHERES = {"national": 0, "provincial": 1, "local": 2, "": 3}


def matrix(edition: Edition, today: date) -> Matrix:
    """Every party by every stage before adoption: parties to commitments, institutions involved, whoever was asked.

    Three queries.
    """
    rules = ruleset(edition.ruleset)
    stages = tuple(stage for stage in rules.stages if stage.code not in NEVER_ASKED)
    asked: dict[tuple[str, str], Contribution] = {}
    for each in Contribution.objects.filter(edition=edition).select_related("institution"):
        asked[each.institution_id, each.stage] = each
    known = {each.pk: each for each in Institution.objects.filter(involvements__plan_id=edition.plan_id)}
    parties = Party.objects.filter(commitment__in=_open_commitments(edition.space_id)).values("institution_id")
    known |= {each.pk: each for each in Institution.objects.filter(pk__in=parties)}
    known |= {each.institution_id: each.institution for each in asked.values()}
    order = sorted(known.values(), key=lambda each: (_SPHERES.get(each.sphere, 3), each.name))
    return Matrix(
        stages, tuple(Row(each, tuple(_cell(asked, each, stage, today) for stage in stages)) for each in order)
    )


def _open_commitments(space_code: str) -> Any:
    closed = (CommitmentState.WITHDRAWN, CommitmentState.DELIVERED)
    return Commitment.objects.filter(in_space(space_code)).exclude(state__in=closed).values("pk")


def _cell(asked: dict[tuple[str, str], Contribution], institution: Institution, stage: Stage, today: date) -> Cell:
    found = asked.get((institution.pk, stage.code))
    return Cell(stage, found.state_on(today) if found else NOT_ASKED, found)


def silent(today: date) -> QuerySet[Contribution]:
    """Requests of editions in progress whose due date passed unanswered."""
    return Contribution.objects.filter(edition__state__in=IN_PROGRESS, due_on__lt=today).exclude(state__in=ANSWERED)


PARTICIPATION_STATES = (*ContributionState.values, SILENT, NOT_ASKED)


# --- in which office somebody acts ------------------------------------------------------------------------------------


def post_for_institution(actor: Actor, institution: Institution) -> Post | None:
    """The post in which the actor answers for an institution today: one of its own, else one that it delegated to."""
    held = _posts_held(actor)
    own = next((post for post in held if post.institution_id == institution.pk), None)
    if own is not None or not held:
        return own
    delegated = {each.to_post_id for each in delegations_on(institution, clock.today())}
    return next((post for post in held if post.pk in delegated), None)


def post_in_space(actor: Actor, space: Space) -> Post | None:
    """The post in which the actor works for a space today: one of the space, or of an institution in it."""
    return next((post for post in _posts_held(actor) if space.pk in (post.space_id, post.institution.space_id)), None)


def _posts_held(actor: Actor) -> list[Post]:
    return [holding.post for holding in posts_held_by(actor.user_id)] if actor.user_id else []


# --- signing copies and adoptions ------------------------------------------------------------------------------------


def standing_copy(edition: Edition) -> SigningCopy | None:
    """The signing copy that stands, with its bytes; None while the edition is open."""
    return SigningCopy.objects.filter(edition=edition, withdrawn_at=None).first()


def copies(edition: Edition) -> QuerySet[SigningCopy]:
    """All signing copies of an edition, latest first, without their bytes."""
    return SigningCopy.objects.filter(edition=edition).defer("content").order_by("-number")


def copy_resolutions(edition: Edition, copy_hash: str, rules: RuleSet) -> tuple[Resolution | None, Resolution | None]:
    """The submission and the approval of a signing copy, as far as they stand."""
    space = edition.space_id
    return (
        standing_resolution(space, rules.adoption.submits, Decision.SUBMIT, copy_hash),
        standing_resolution(space, rules.adoption.approves, Decision.APPROVE, copy_hash),
    )


def adoptions(space_code: str) -> QuerySet[Adoption]:
    """The sealed editions of a space, latest first."""
    return (
        Adoption.objects.filter(edition__plan_id=space_code)
        .select_related("edition__plan__space", "bundle")
        .order_by("-edition__number")
    )


def latest_adoption(space_code: str, edition_number: int | None = None) -> Adoption | None:
    """The latest sealed edition of a space, or the one of that number."""
    rows = adoptions(space_code)
    return rows.filter(edition__number=edition_number).first() if edition_number is not None else rows.first()


def parties_within_reach(space: Space) -> list[Institution]:
    """Whom a plan of a space may ask: its municipalities, its province's and the national institutions. One query."""
    today = clock.today()
    rows = Institution.objects.valid_on(today).filter(merged_into=None)
    local = Q(sphere=Sphere.LOCAL, space=space)
    return list(rows.filter(local | (~Q(sphere=Sphere.LOCAL) & (Q(province=space.province_id) | Q(province=None)))))
