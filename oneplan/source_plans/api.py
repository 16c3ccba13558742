"""The interface to source plans: the register, each plan's tree of items, and every act of its pages."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Status
from pydantic import BeforeValidator, StringConstraints

from oneplan.access.bearers import OPEN, SIGNED_IN
from oneplan.access.middleware import ActorHttpRequest
from oneplan.institutions.models import Institution
from oneplan.periods.years import Basis
from oneplan.platform.rest.codes import LAST_ID, known
from oneplan.platform.rest.paging import Count, Listed, Paging, paged
from oneplan.platform.rest.schemas import (
    TEXT,
    Code,
    Day,
    Flag,
    Labelled,
    Line,
    Named,
    Paragraph,
    Rand,
    RandText,
    Reason,
    Shown,
    Taken,
    YesNo,
    given,
    rand_if_known,
    whole,
)
from oneplan.platform.rest.tags import expecting, tag_of
from oneplan.source_plans import actions, queries
from oneplan.source_plans.choices import RESPONSIBLE, ItemKind, PlanKind
from oneplan.source_plans.models import PlanItem, SourcePlan
from oneplan.source_plans.queries import Line as TreeLine
from oneplan.source_plans.rules import ItemTerms
from oneplan.spaces.models import MunicipalArea, Province, Space

router = Router(tags=["Source plans"], auth=OPEN)
ONE = "/source-plans/{plan}"
ITEM = ONE + "/items/{item}"
OF_PLAN: dict[str, Any] = {"x-etag-of": f"/api/v1{ONE}"}
OF_ITEM: dict[str, Any] = {"x-etag-of": f"/api/v1{ITEM}"}
MOST_ITEMS = 1_000

Slug = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[-a-zA-Z0-9_]+$")]
_Title = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=TEXT)]
_Ref = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=TEXT)]
_Words = Annotated[str, StringConstraints(max_length=120, pattern=TEXT)]
_Year = Annotated[int, Field(ge=0, le=9999), BeforeValidator(whole)]


class SourcePlanShown(Shown):
    """One edition of one plan."""

    code: str
    kind: Labelled
    title: str
    reference: str = Field(description="The document: who adopted it, when, and where it can be read.")
    owner: Named | None
    space: Named | None
    province: Named | None
    valid_from: date | None
    valid_to: date | None = Field(description="The first day on which it no longer counts.")
    succeeds: str | None = Field(description="The code of the edition before it.")
    item_count: int
    comes_with_oneplan: bool = Field(description="Lists that come with OnePlan are not changed here.")
    is_sample: bool
    registered_at: datetime
    withdrawn_at: datetime | None
    withdrawn_reason: str
    revision: int


class PlanItemShown(Shown):
    """One item of a plan, and how deep it stands in its tree."""

    id: int
    ref: str = Field(description="Its number in the document.")
    parent_ref: str | None = Field(description="The number of the item above it.")
    depth: int | None = Field(description="0 for the highest; null where it is read alone.")
    kind: Labelled
    title: str
    description: str
    institution: Named | None
    responsible: str = Field(description="Who answers for it, in words that the register does not know.")
    space: Named | None
    municipal_area: Named | None
    place_text: str
    unit: str
    baseline: str
    target: str
    start_year: int | None
    finish_year: int | None
    basis: Basis | None
    cost: Rand | None
    standing: str = Field(description="How sure the wording is: source, or unverified.")
    source_row: str
    revision: int


class SourcePlanFilter(Paging):
    kind: PlanKind | None = None
    space: Code | None = None
    province: Code | None = None
    text: Line = Field("", description="Looked for in titles, references, owners and items.")
    withdrawn: YesNo = Field("no", description="yes: those that were withdrawn too.")


class PlanItemFilter(Paging):
    kind: ItemKind | None = None
    text: Line = Field("", description="Looked for in number, title, description, place and institution.")


class SourcePlanTaken(Taken):
    """An edition of a plan. Its items are written afterwards."""

    code: Slug = Field(description="Short and for good, such as idp-dc36-2022.")
    kind: PlanKind
    title: _Title
    reference: Paragraph
    owner: Code | None = None
    space: Code | None = None
    province: Code | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    succeeds: Slug | None = None
    is_sample: Flag = False


class SourcePlanAmendTaken(Reason):
    """What is to be corrected of a plan, and why."""

    title: _Title | None = None
    reference: Paragraph | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None


class PlanItemTaken(Taken):
    """One item, stated whole: what is left out is empty."""

    ref: _Ref
    kind: ItemKind
    title: Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=TEXT)]
    parent_ref: Annotated[str, StringConstraints(max_length=60, pattern=TEXT)] = ""
    description: Paragraph = ""
    institution: Code | None = None
    responsible: Line = ""
    space: Code | None = None
    municipal_area: Code | None = None
    place_text: Line = ""
    unit: Annotated[str, StringConstraints(max_length=60, pattern=TEXT)] = ""
    baseline: _Words = ""
    target: _Words = ""
    start_year: _Year | None = None
    finish_year: _Year | None = None
    basis: Basis | None = None
    cost: RandText | None = None


class PlanItemsTaken(Reason):
    """Items to add, or to change where their number is known. All are written, or none."""

    items: Annotated[list[PlanItemTaken], Field(min_length=1, max_length=MOST_ITEMS)]


class PlanItemsWritten(Shown):
    """What was written, and the plan as it stands now."""

    added: int
    changed: int
    unchanged: int
    plan: SourcePlanShown


def _named(row: Any) -> Named | None:
    return Named(code=row.pk, name=row.name) if row else None


def _plan(row: SourcePlan) -> SourcePlanShown:
    counted: Any = row
    return SourcePlanShown(
        code=row.code, kind=Labelled(code=row.kind, label=str(PlanKind(row.kind).label)), title=row.title,
        reference=row.reference, owner=_named(row.owner), space=_named(row.space), province=_named(row.province),
        valid_from=row.valid_from, valid_to=row.valid_to, succeeds=row.succeeds.code if row.succeeds else None,
        item_count=counted.item_count, comes_with_oneplan=row.is_shipped, is_sample=row.is_sample,
        registered_at=row.registered_at, withdrawn_at=row.withdrawn_at, withdrawn_reason=row.withdrawn_reason,
        revision=row.revision,
    )  # fmt: skip


def _item(row: PlanItem, depth: int | None = None) -> PlanItemShown:
    return PlanItemShown(
        id=row.pk, ref=row.ref, parent_ref=row.parent.ref if row.parent else None, depth=depth,
        kind=Labelled(code=row.kind, label=str(ItemKind(row.kind).label)), title=row.title, description=row.description,
        institution=_named(row.institution), responsible=row.external_ids.get(RESPONSIBLE, ""), space=_named(row.space),
        municipal_area=_named(row.municipal_area), place_text=row.place_text, unit=row.unit, baseline=row.baseline,
        target=row.target, start_year=row.start_year, finish_year=row.finish_year,
        basis=Basis(row.basis) if row.basis else None, cost=rand_if_known(row.cost), standing=row.standing,
        source_row=row.source_row, revision=row.revision,
    )  # fmt: skip


def _find(code: str) -> SourcePlan:
    found: SourcePlan = get_object_or_404(queries.plans().select_related("succeeds"), code=code)
    return found


def _find_item(code: str, item: int) -> PlanItem:
    found: PlanItem = get_object_or_404(queries.items_of(_find(code)), pk=item if item <= LAST_ID else None)
    return found


@router.get("/source-plans", response=Listed[SourcePlanShown], summary="Source plans")
def list_source_plans(
    request: ActorHttpRequest, response: HttpResponse, asked: Query[SourcePlanFilter]
) -> dict[str, Any]:
    """By kind; the edition in force last comes first."""
    filters = queries.PlanFilters(
        kind=asked.kind or "", space=asked.space or "", province=asked.province or "", text=asked.text,
        withdrawn="1" if asked.withdrawn == "yes" else "",
    )  # fmt: skip
    rows = queries.newest_first(filters.apply(queries.plans().select_related("succeeds")))
    return paged(request, response, rows, asked, _plan)


@router.get(ONE, response=SourcePlanShown, summary="One source plan")
def read_source_plan(request: ActorHttpRequest, plan: Code) -> SourcePlanShown:
    """Its document and how many items it has. Its ETag is what every change of it asks for."""
    return _plan(_find(plan))


@router.get(ONE + "/items", response=Listed[PlanItemShown], summary="The items of a source plan")
def list_plan_items(
    request: ActorHttpRequest, response: HttpResponse, plan: Code, asked: Query[PlanItemFilter]
) -> dict[str, Any]:
    """The tree: those above before those below, each with its depth; a filter leaves out, and keeps the depth."""
    found = {row.pk for row in queries.items_of(_find(plan), kind=asked.kind or "", text=asked.text)}
    lines = [line for line in queries.tree_of(_find(plan)) if line.item.pk in found]

    def shape(line: TreeLine) -> PlanItemShown:
        return _item(line.item, line.depth)

    return paged(request, response, lines, asked, shape)


@router.get(ITEM, response=PlanItemShown, summary="One item of a source plan")
def read_plan_item(request: ActorHttpRequest, plan: Code, item: Count) -> PlanItemShown:
    """An item. Its ETag is what its withdrawal asks for."""
    return _item(_find_item(plan, item))


@router.post("/source-plans", auth=SIGNED_IN, response={201: SourcePlanShown}, summary="Register a source plan")
def register_source_plan(request: ActorHttpRequest, response: HttpResponse, taken: SourcePlanTaken) -> Any:
    """Register an edition of a plan. Whoever keeps plans of its institution, space, province or the nation may."""
    row = actions.register_plan(
        by=request.actor, code=taken.code, kind=taken.kind, title=taken.title, reference=taken.reference,
        owner=known(Institution, taken.owner, _("institution")) if taken.owner else None,
        space=known(Space, taken.space, _("space")) if taken.space else None,
        province=known(Province, taken.province, _("province")) if taken.province else None,
        valid_from=taken.valid_from, valid_to=taken.valid_to,
        succeeds=known(SourcePlan, taken.succeeds, _("source plan")) if taken.succeeds else None,
        is_sample=taken.is_sample,
    )  # fmt: skip
    response["Location"] = f"/api/v1/source-plans/{row.code}"
    return Status(201, _answer(response, row.code))


def _answer(response: HttpResponse, code: str) -> SourcePlanShown:
    now = _plan(_find(code))
    response["ETag"] = tag_of(now)
    return now


def _change(
    request: ActorHttpRequest, response: HttpResponse, code: str, act: Callable[[SourcePlan], Any]
) -> SourcePlanShown:
    """Do something to the plan as its sender saw it, and show it as it stands then."""
    row = _find(code)
    with expecting(request, lambda: _plan(_find(code))):
        act(row)
    return _answer(response, code)


@router.patch(ONE, auth=SIGNED_IN, response=SourcePlanShown, openapi_extra=OF_PLAN, summary="Amend a source plan")
def amend_source_plan(
    request: ActorHttpRequest, response: HttpResponse, plan: Code, taken: SourcePlanAmendTaken
) -> Any:
    """Correct title, reference or days. Title and reference are never emptied."""
    changes = {
        name: value for name, value in given(taken, "reason").items()
        if value is not None or name.startswith("valid_")
    }  # fmt: skip
    return _change(
        request, response, plan,
        lambda row: actions.amend_plan(row, revision=row.revision, reason=taken.reason, by=request.actor, **changes),
    )  # fmt: skip


@router.post(
    ONE + "/withdraw", auth=SIGNED_IN, response=SourcePlanShown, openapi_extra=OF_PLAN, summary="Withdraw a source plan"
)
def withdraw_source_plan(request: ActorHttpRequest, response: HttpResponse, plan: Code, taken: Reason) -> Any:
    """Take it out of the register; it is kept, with the reason."""
    return _change(
        request, response, plan,
        lambda row: actions.withdraw_plan(row, revision=row.revision, reason=taken.reason, by=request.actor),
    )  # fmt: skip


def _terms(taken: PlanItemTaken, held: dict[str, str]) -> ItemTerms:
    """The item with codes turned into rows; `held` are its numbers elsewhere, which stay."""
    others = {name: value for name, value in held.items() if name != RESPONSIBLE}
    area = known(MunicipalArea, taken.municipal_area, _("municipal area")) if taken.municipal_area else None
    return ItemTerms(
        ref=taken.ref, kind=taken.kind, title=taken.title, parent_ref=taken.parent_ref, description=taken.description,
        institution=known(Institution, taken.institution, _("institution")) if taken.institution else None,
        space=known(Space, taken.space, _("space")) if taken.space else None,
        municipal_area=area,
        place_text=taken.place_text, unit=taken.unit, baseline=taken.baseline, target=taken.target,
        start_year=taken.start_year, finish_year=taken.finish_year, basis=taken.basis or "", cost=taken.cost,
        external_ids=others | ({RESPONSIBLE: taken.responsible} if taken.responsible else {}),
    )  # fmt: skip


@router.post(
    ONE + "/items",
    auth=SIGNED_IN,
    response=PlanItemsWritten,
    openapi_extra=OF_PLAN,
    summary="Write items of a source plan",
)
def write_plan_items(request: ActorHttpRequest, response: HttpResponse, plan: Code, taken: PlanItemsTaken) -> Any:
    """Add items, or change those whose number is known; what is not named stays. All are written, or none."""
    written: list[actions.Written] = []

    def act(row: SourcePlan) -> None:
        wanted = [each.ref for each in taken.items]
        held = dict(row.items.filter(ref__in=wanted).values_list("ref", "external_ids"))
        items = [_terms(each, held.get(each.ref, {})) for each in taken.items]
        written.append(
            actions.write_items(row, items, revision=row.revision, reason=taken.reason, by=request.actor)
        )  # fmt: skip

    now = _change(request, response, plan, act)
    return PlanItemsWritten(
        added=written[0].added, changed=written[0].changed, unchanged=written[0].unchanged, plan=now
    )  # fmt: skip


@router.post(
    ITEM + "/withdraw", auth=SIGNED_IN, response=PlanItemShown, openapi_extra=OF_ITEM, summary="Withdraw an item"
)
def withdraw_plan_item(
    request: ActorHttpRequest, response: HttpResponse, plan: Code, item: Count, taken: Reason
) -> Any:
    """Take one item out; it is kept, with the reason, and shown as it stood."""
    row = _find_item(plan, item)
    with expecting(request, lambda: _item(_find_item(plan, item))):
        row = actions.withdraw_item(row, revision=row.revision, reason=taken.reason, by=request.actor)
    return _item(row)
