"""The space home: one page about one space. Twelve queries for a signed-in reader, whatever the data."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import (
    CharField,
    Count,
    DecimalField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    PositiveSmallIntegerField,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.commitments.choices import CommitmentState
from oneplan.commitments.queries import shares_on
from oneplan.frameworks.definitions import RuleSet
from oneplan.institutions.choices import InstitutionKind
from oneplan.institutions.models import Champion, Holding, Institution, Post
from oneplan.joint_planning.choices import ContributionState
from oneplan.joint_planning.models import Adoption, Contribution
from oneplan.periods import clock
from oneplan.plans.choices import EditionState
from oneplan.plans.models import Edition, Finding, ImmediateIssue, ImpactStatement, Outcome, VisionStatement
from oneplan.plans.queries import readable_spaces
from oneplan.platform.prepared import prepared
from oneplan.portal.queries.board import PLACED
from oneplan.spaces.models import Space
from oneplan.spaces.queries import space_named

IN_PROGRESS = (EditionState.OPEN, EditionState.FROZEN)
UNANSWERED = (ContributionState.ASKED, ContributionState.OPENED)
CENT = Decimal("0.01")


def find_space(code: str, actor: Actor) -> tuple[Space, bool] | None:
    """The space and whether the actor may read its drafts; None where there is no such space. One query."""
    if actor.codes_with(Permission.PLAN_READ, "institution"):  # what an institution is involved in is in the database
        readable = Exists(readable_spaces(actor).filter(pk=OuterRef("pk")))
        involved = Space.objects.select_related("province").annotate(may_read=readable).filter(pk=code).first()
        return (involved, bool(involved.may_read)) if involved else None
    space = space_named(code)
    return (space, actor.may(Permission.PLAN_READ, space.scopes())) if space else None


@dataclass(frozen=True)
class EditionLine:
    """One edition with its seal and what waits in it."""

    edition: Edition
    content_hash: str
    asked: int
    contributed: int
    silent: int
    immediate: int
    immediate_late: int
    households: int

    @property
    def is_in_progress(self) -> bool:
        return self.edition.state in IN_PROGRESS


def _count(rows: QuerySet[Any], of: Any = None) -> Any:
    one = rows.order_by().annotate(every=Value(1)).values("every").annotate(n=of or Count("pk")).values("n")
    return Coalesce(Subquery(one, output_field=IntegerField()), 0)


def edition_lines(code: str) -> list[EditionLine]:
    """The editions of a space that stand, newest first, with counts of their ledger and urgent issues. One query."""
    return [
        EditionLine(
            row, row.seal_hash, row.asked, row.contributed, row.silent, row.urgent, row.urgent_late, row.households
        )
        for row in _editions(code=code, today=clock.today())
    ]


@prepared
def _editions(*, code: str, today: date) -> QuerySet[Any]:
    asked = Contribution.objects.filter(edition=OuterRef("pk"))
    issues = ImmediateIssue.objects.filter(edition=OuterRef("pk"), resolved_on=None)
    return (
        Edition.objects.filter(plan=code)
        .exclude(state=EditionState.ABANDONED)
        .annotate(
            seal_hash=Coalesce(
                Subquery(Adoption.objects.filter(edition=OuterRef("pk")).values("content_hash")[:1]), Value("")
            ),
            asked=_count(asked),
            contributed=_count(asked.filter(state=ContributionState.CONTRIBUTED)),
            silent=_count(asked.filter(state__in=UNANSWERED, due_on__lt=today)),
            urgent=_count(issues),
            urgent_late=_count(issues.filter(due_on__lt=today)),
            households=_count(issues, Sum("households")),
        )
        .order_by("-number")
    )


# --- what the plan says ----------------------------------------------------------------------------------------------


@dataclass
class AreaView:
    """One transformation area: the situation found and the future wanted, each with its evidence."""

    code: str
    label: str
    findings: list[dict[str, Any]] = field(default_factory=list)
    impact: str = ""
    outcomes: list[dict[str, Any]] = field(default_factory=list)


def _no_number() -> Cast:
    return Cast(Value(None), DecimalField(max_digits=18, decimal_places=4))


def _no_year() -> Cast:
    return Cast(Value(None), PositiveSmallIntegerField())


def _as(kind: str, rows: QuerySet[Any], text: str, area: Any = "area", **more: Any) -> QuerySet[Any]:
    """Elements of one kind in the columns that all kinds share, so that one query reads them all."""
    columns = {
        "p_kind": Value(kind, output_field=CharField()), "p_ref": F("ref"),
        "p_area": F(area) if isinstance(area, str) else area,
        "p_text": Cast(text, TextField()),
        "p_indicator": Value("", output_field=CharField()), "p_unit": Value("", output_field=CharField()),
        "p_baseline": _no_number(), "p_baseline_year": _no_year(),
        "p_target": _no_number(), "p_target_year": _no_year(),
        **more,
    }  # fmt: skip
    told: QuerySet[Any] = rows.filter(removed_at=None).order_by().annotate(**columns).values(*columns)
    return told


@prepared
def _elements(*, edition: int) -> QuerySet[Any]:
    own = {"edition": edition}
    return _as("vision", VisionStatement.objects.filter(**own), "text", Value("", output_field=CharField())).union(
        _as("impact", ImpactStatement.objects.filter(**own), "text"),
        _as("finding", Finding.objects.filter(**own), "statement", p_unit=F("unit"), p_baseline=F("value")),
        _as(
            "outcome", Outcome.objects.filter(**own), "statement", p_indicator=F("indicator"), p_unit=F("unit"),
            p_baseline=F("baseline"), p_baseline_year=F("baseline_year"), p_target=F("target"),
            p_target_year=F("target_year"),
        ),
        all=True,
    )  # fmt: skip


def plan_view(edition: Edition, rules: RuleSet) -> tuple[str, list[AreaView]]:
    """The vision and the six areas of an edition, in one query."""
    rows = _elements(edition=edition.pk)
    vision, areas = "", {area.code: AreaView(area.code, area.label) for area in rules.areas}
    for row in sorted(rows, key=lambda each: (len(each["p_ref"]), each["p_ref"])):
        area = areas.get(row["p_area"])
        if row["p_kind"] == "vision":
            vision = row["p_text"]
        elif area is None:
            continue
        elif row["p_kind"] == "impact":
            area.impact = row["p_text"]
        elif row["p_kind"] == "finding":
            area.findings.append(
                {"ref": row["p_ref"], "text": row["p_text"], "value": row["p_baseline"], "unit": row["p_unit"]}
            )
        else:
            area.outcomes.append({name.removeprefix("p_"): value for name, value in row.items()})
    return vision, list(areas.values())


# --- commitments and money -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StateLine:
    """The commitments of a space in one state: how many, and their pledged rand by the space's share."""

    state: str
    count: int
    pledged: Decimal
    funded: int
    placed: int
    overdue: int
    is_sample: bool


@prepared
def _states(*, code: str, today: date) -> QuerySet[Any, Any]:
    overdue = Q(commitment__finish_on__lt=today) & ~Q(
        commitment__state__in=[CommitmentState.DELIVERED, CommitmentState.WITHDRAWN]
    )
    return (
        shares_on(today)
        .filter(space=code)
        .order_by()
        .values("commitment__state", "commitment__is_sample", "fraction")
        .annotate(
            n=Count("pk"), rand=Sum("commitment__pledged"),
            funded=Count("pk", filter=Q(commitment__funding="funded")),
            placed=Count("pk", filter=Q(commitment__place_quality__in=PLACED)),
            overdue=Count("pk", filter=overdue),
        )
    )  # fmt: skip


def commitments_by_state(code: str) -> list[StateLine]:
    """The space's commitments by state, real ones before invented ones; a shared one's rand counts by the space's
    fraction. One query."""
    rows = _states(code=code, today=clock.today())
    sums: dict[tuple[str, bool], list[Any]] = defaultdict(lambda: [0, Decimal(0), 0, 0, 0])
    for row in rows:
        line = sums[row["commitment__state"], row["commitment__is_sample"]]
        line[0] += row["n"]
        line[1] += (row["rand"] or 0) * row["fraction"]
        line[2] += row["funded"]
        line[3] += row["placed"]
        line[4] += row["overdue"]
    return [
        StateLine(state, of[0], of[1].quantize(CENT, ROUND_HALF_UP), of[2], of[3], of[4], is_sample)
        for is_sample in (False, True)
        for state in CommitmentState.values
        if (of := sums.get((state, is_sample)))
    ]


# --- who is who ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Who:
    """A post that serves the space, and who sits in it; nobody is said as vacant."""

    title: str
    institution: str
    name: str
    capacity: str
    since: date | None
    kind: str


def champions(code: str) -> list[Champion]:
    """The champions of the space today. One query."""
    return list(_champions(code=code, today=clock.today()))


@prepared
def _champions(*, code: str, today: date) -> QuerySet[Champion]:
    rows = Champion.objects.filter(space=code).valid_on(today).select_related("institution", "post")
    return rows.order_by("level", "valid_from")


_WHO_KINDS = (
    "executive_mayor", "municipal_manager", "hub_manager", "secretariat", "idp_manager", "ddm_coordinator",
)  # fmt: skip


_UPPER_MUNICIPALITIES = (InstitutionKind.DISTRICT_MUNICIPALITY, InstitutionKind.METROPOLITAN_MUNICIPALITY)


def ledger_by_area(space: Space, codes: Iterable[str]) -> dict[str, str]:
    """By municipal area, the address of the commitments that land in it."""
    return {code: f"/spaces/{space.code}/commitments/?municipality={code}" for code in codes}


def municipalities(space: Space) -> dict[str, str]:
    """By municipal area, the address of its municipality in the register, open to anybody. One query."""
    codes = space.municipal_areas.values("code")
    rows = Institution.objects.filter(municipality_code__in=codes).values_list("municipality_code", "code")
    return {area: f"/institutions/{code}/" for area, code in rows}


@prepared
def _posts(*, code: str, today: date) -> QuerySet[Any]:
    sitting = (
        Holding.objects.valid_on(today)
        .filter(post=OuterRef("pk"), capacity__in=("holder", "acting"))
        .order_by("capacity")
    )
    return (
        Post.objects.filter(
            Q(space=code) | Q(institution__space=code, institution__kind__in=_UPPER_MUNICIPALITIES)
        )
        .filter(kind__in=_WHO_KINDS)
        .annotate(
            sitter=Subquery(sitting.values("person_name")[:1]), as_what=Subquery(sitting.values("capacity")[:1]),
            since=Subquery(sitting.values("valid_from")[:1]),
        )
        .select_related("institution")
    )  # fmt: skip


def who_is_who(space: Space) -> list[Who]:
    """The posts of the hub and of the district or metro municipality, with holder or acting holder. One query."""
    posts = _posts(code=space.pk, today=clock.today())
    order = {kind: number for number, kind in enumerate(_WHO_KINDS)}
    return [
        Who(post.title, post.institution.name, post.sitter or "", post.as_what or "", post.since, post.kind)
        for post in sorted(posts, key=lambda post: (order[post.kind], post.pk))
    ]
