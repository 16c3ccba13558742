"""Reading plans: who sees which editions, one edition's content in a fixed number of queries, the urgent issues."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Max, Prefetch, Q, QuerySet

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.institutions.models import Post
from oneplan.periods import clock
from oneplan.plans.choices import PREFIXES, EditionState
from oneplan.plans.models import (
    Edition,
    Element,
    Finding,
    ImmediateIssue,
    ImpactStatement,
    Involvement,
    Marking,
    OnePlan,
    Outcome,
    Placed,
    PriorityLink,
    Section,
    Strategy,
    VisionStatement,
)
from oneplan.spaces.models import MunicipalArea, Space

PUBLISHED = (EditionState.ADOPTED, EditionState.SUPERSEDED)
IN_PROGRESS = (EditionState.OPEN, EditionState.FROZEN)
MODELS: dict[str, type[Element]] = {
    PREFIXES[model.kind]: model for model in (Section, VisionStatement, ImpactStatement, Finding, Outcome, Strategy)
}
_PLACE_UNSET: Mapping[str, Any] = {"whole_space": False, "municipal_areas": (), "ward": None}


# --- who sees what ---------------------------------------------------------------------------------------------------


def readable_spaces(actor: Actor) -> QuerySet[Space]:
    """The spaces whose drafts an actor may read.

    All with a national role; a province's with a provincial one; one with a role there; and, for an institution, those
    whose plan it is involved in.
    """
    if actor.is_national(Permission.PLAN_READ):
        return Space.objects.all()
    spaces = actor.codes_with(Permission.PLAN_READ, "space")
    provinces = actor.codes_with(Permission.PLAN_READ, "province")
    institutions = actor.codes_with(Permission.PLAN_READ, "institution")
    seen = Q(code__in=spaces) | Q(province_id__in=provinces)
    if institutions:
        seen |= Q(code__in=Involvement.objects.filter(institution_id__in=institutions).values("plan_id"))
    return Space.objects.filter(seen)


def visible_to(actor: Actor) -> QuerySet[Edition]:
    """The editions an actor may read: sealed ones are everybody's; drafts only where the space is readable."""
    return Edition.objects.filter(
        Q(state__in=PUBLISHED) | Q(plan_id__in=readable_spaces(actor).values("code"))
    ).select_related("plan__space__province")


def edition_in_progress(space: Space) -> Edition | None:
    """The edition of a space that is being written or signed, if any."""
    return Edition.objects.filter(plan_id=space.pk, state__in=IN_PROGRESS).select_related("plan__space").first()


def edition_in_force(space: Space) -> Edition | None:
    """The adopted edition of a space, if any."""
    return Edition.objects.filter(plan_id=space.pk, state=EditionState.ADOPTED).select_related("plan__space").first()


def last_number(plan: OnePlan) -> int:
    """The highest edition number of a plan, abandoned ones included; 0 before the first."""
    return Edition.objects.filter(plan=plan).aggregate(last=Max("number"))["last"] or 0


# --- one edition -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PlanContent:
    """All that an edition says, without what was removed, each list in the order of its references."""

    edition: Edition
    sections: list[Section]
    vision: VisionStatement | None
    impacts: list[ImpactStatement]
    findings: list[Finding]
    outcomes: list[Outcome]
    strategies: list[Strategy]
    markings: list[Marking]
    priority_links: list[PriorityLink]
    immediate_issues: list[ImmediateIssue]

    def __iter__(self) -> Iterator[Element]:
        """Every element, kind after kind."""
        yield from self.sections
        if self.vision:
            yield self.vision
        for elements in (self.impacts, self.findings, self.outcomes, self.strategies):
            yield from elements

    @cached_property
    def by_ref(self) -> dict[str, Element]:
        return {element.ref: element for element in self}

    @cached_property
    def answered_by(self) -> dict[str, list[Strategy]]:
        """By the reference of a finding: the strategies that answer it."""
        return _turned(self.strategies, "findings")

    @cached_property
    def served_by(self) -> dict[str, list[Strategy]]:
        """By the reference of an outcome: the strategies that serve it."""
        return _turned(self.strategies, "outcomes")

    @cached_property
    def markings_by_ref(self) -> dict[str, list[Marking]]:
        return _grouped(self.markings)

    @cached_property
    def priorities_by_ref(self) -> dict[str, list[PriorityLink]]:
        return _grouped(self.priority_links)

    @cached_property
    def immediate_by_ref(self) -> dict[str, list[ImmediateIssue]]:
        return _grouped(self.immediate_issues)


def content(edition: Edition, *, ref: str = "") -> PlanContent:
    """The content of an edition, in a number of queries that does not grow with it (at most 14).

    With `ref`, of that element alone.
    """
    only: dict[str, Any] = {"edition": edition, **({"ref": ref} if ref else {})}
    areas = Prefetch("municipal_areas", MunicipalArea.objects.order_by("code"))
    strategies = (
        _live(Strategy, only)
        .select_related("ward__municipal_area")
        .prefetch_related(
            areas,
            Prefetch("findings", Finding.objects.filter(removed_at=None).only("ref", "edition_id").order_by("ref")),
            Prefetch("outcomes", Outcome.objects.filter(removed_at=None).only("ref", "edition_id").order_by("ref")),
        )
    )
    findings = _live(Finding, only).select_related("ward__municipal_area", "reported_by").prefetch_related(areas)
    told = PlanContent(
        edition=edition,
        sections=_sorted(_live(Section, only)),
        vision=VisionStatement.objects.filter(**only, removed_at=None).first(),
        impacts=_sorted(ImpactStatement.objects.filter(**only, removed_at=None)),
        findings=_sorted(findings),
        outcomes=_sorted(_live(Outcome, only)),
        strategies=_sorted(strategies),
        markings=[],
        priority_links=[],
        immediate_issues=list(
            ImmediateIssue.objects.filter(**only)
            .select_related("owner_post__institution")
            .order_by("ref", "raised_at", "id")
        ),
    )
    for element in told:
        element.edition = edition
    # What hangs on a removed element waits with it.
    told.markings.extend(row for row in Marking.objects.filter(**only) if row.ref in told.by_ref)
    told.priority_links.extend(row for row in PriorityLink.objects.filter(**only) if row.ref in told.by_ref)
    return told


def element_of(edition: Edition, ref: str) -> Any:
    """The element with that reference, removed or not; None where there is none."""
    model = MODELS.get(ref.partition("-")[0])
    if model is None:
        return None
    element = model._default_manager.filter(edition=edition, ref=ref).first()
    if element is not None:
        element.edition = edition
    return element


def removed_elements(edition: Edition, prefixes: Collection[str] = tuple(MODELS)) -> list[Element]:
    """What was taken out of an edition and can be restored, latest first: of all kinds, or of those named."""
    rows: list[Element] = []
    for model in (MODELS[prefix] for prefix in prefixes):
        rows.extend(model._default_manager.filter(edition=edition).exclude(removed_at=None))
    for row in rows:
        row.edition = edition
    return sorted(rows, key=lambda row: (row.removed_at is not None and row.removed_at, row.ref), reverse=True)


def stated(element: Finding | Outcome | Strategy) -> dict[str, Any]:
    """What an element says now, in the form in which actions take it: places as codes, links as references."""
    fields: dict[str, Any] = {
        field.name: getattr(element, field.name)
        for field in element._meta.concrete_fields
        if field.name not in {"id", "edition", "ref", "position", "revision", "removed_at", "is_carried", "ward"}
    }
    for many in element._meta.many_to_many:
        rows = getattr(element, many.name).all()
        if issubclass(many.related_model, Element):
            fields[many.name] = [row.ref for row in rows if row.removed_at is None]
        else:
            fields[many.name] = [row.pk for row in rows]
    return {**fields, "ward": element.ward_id} if isinstance(element, Placed) else fields


def with_place(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changes in which any part of the place stands for the whole place: naming a ward drops the areas set before."""
    return {**_PLACE_UNSET, **changes} if _PLACE_UNSET.keys() & changes.keys() else dict(changes)


def owner_posts(space: Space) -> QuerySet[Post]:
    """The posts that can own something in a space: of the space, its municipalities, its province, those involved."""
    return (
        Post.objects.filter(
            Q(space=space)
            | Q(institution__space=space)
            | Q(institution__province_id=space.province_id, institution__sphere="provincial")
            | Q(institution__involvements__plan_id=space.pk)
        )
        .select_related("institution")
        .order_by("institution__name", "title", "pk")
        .distinct()
    )


# --- what cannot wait ------------------------------------------------------------------------------------------------


def current_editions(actor: Actor) -> QuerySet[Edition]:
    """For each plan the latest edition that an actor may read and that is not given up: in progress, else in force."""
    seen = visible_to(actor).filter(state__in=[*IN_PROGRESS, EditionState.ADOPTED])
    latest = seen.order_by().values("plan_id").annotate(last=Max("number")).values("plan_id", "last")
    wanted = Q(pk__in=[])
    for row in latest:
        wanted |= Q(plan_id=row["plan_id"], number=row["last"])
    return Edition.objects.filter(wanted)


def immediate_issues(actor: Actor, space: Space | None = None) -> QuerySet[ImmediateIssue]:
    """The issues that cannot wait, of one space or of the country, as the actor may see them; soonest due first."""
    editions = current_editions(actor)
    if space:
        editions = editions.filter(plan_id=space.pk)
    return (
        ImmediateIssue.objects.filter(edition__in=editions)
        .select_related("owner_post__institution", "edition__plan__space__province")
        .order_by("due_on", "ref", "id")
    )


def overdue(issues: QuerySet[ImmediateIssue], on: date) -> QuerySet[ImmediateIssue]:
    """Those not resolved by their day."""
    return issues.filter(resolved_on=None, due_on__lt=on)


def narrow_immediate_issues(issues: QuerySet[ImmediateIssue], chosen: Mapping[str, str]) -> QuerySet[ImmediateIssue]:
    """The issues that pass a filter: `q` words, `state` open, overdue or resolved, `kind`, `owner`, `province`."""
    if words := chosen.get("q"):
        issues = issues.filter(
            Q(ref__icontains=words)
            | Q(service__icontains=words)
            | Q(owner_post__title__icontains=words)
            | Q(resolution__icontains=words)
        )
    if state := chosen.get("state"):
        issues = (
            overdue(issues, clock.today()) if state == "overdue" else issues.filter(resolved_on__isnull=state == "open")
        )
    for key, lookup in (
        ("kind", "kind"),
        ("owner", "owner_post__institution_id"),
        ("province", "edition__plan__space__province_id"),
    ):
        if value := chosen.get(key):
            issues = issues.filter(**{lookup: value})
    return issues


def _live(model: Any, only: Mapping[str, Any]) -> QuerySet[Any]:
    rows: QuerySet[Any] = model._default_manager.filter(**only, removed_at=None)
    return rows.select_related("owner_post__institution")


def _sorted(rows: QuerySet[Any]) -> list[Any]:
    """By reference, F-999 before F-1000."""
    return sorted(rows, key=lambda row: (len(row.ref), row.ref))


def _grouped(rows: list[Any]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.ref].append(row)
    return dict(groups)


def _turned(strategies: list[Strategy], side: str) -> dict[str, list[Strategy]]:
    groups: dict[str, list[Strategy]] = defaultdict(list)
    for strategy in strategies:
        for row in getattr(strategy, side).all():
            groups[row.ref].append(strategy)
    return dict(groups)
