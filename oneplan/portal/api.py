"""The interface to plans: every reader gets of an edition what its pages show; sealed ones from their bundle alone."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language
from ninja import Field, Query

from oneplan import __version__
from oneplan.access.middleware import ActorHttpRequest
from oneplan.joint_planning.exports import draft_content
from oneplan.plans import queries as plans
from oneplan.plans.api import router
from oneplan.plans.api.shapes import (
    ElementRef,
    FindingShown,
    ImmediateIssueShown,
    OutcomeShown,
    StrategyShown,
    element,
)
from oneplan.plans.api.writing import EDITION, KINDS, drafted, edition_for
from oneplan.plans.choices import EditionState
from oneplan.plans.exports import plan_content
from oneplan.plans.models import Edition
from oneplan.platform.documents import open_document
from oneplan.platform.rest.paging import Count, Listed, Paging, paged
from oneplan.platform.rest.schemas import Code, Named, Shown
from oneplan.portal.queries import sealed
from oneplan.portal.queries.sealed import SealedEdition
from oneplan.spaces.models import Space

__all__ = ["router"]


class EditionShown(Shown):
    """One round of joint planning and what came of it."""

    space: str
    number: int
    state: EditionState
    is_sample: bool = Field(description="Content of the demonstration, invented.")
    is_sealed: bool
    ruleset: str
    start_year: int
    horizon_years: int
    opened_on: date
    frozen_at: datetime | None
    adopted_on: date | None
    copy_hash: str
    content_hash: str = Field(description="The SHA-256 of the sealed content; empty before adoption.")
    href: str


class PlanShown(Shown):
    """The One Plan of a space: the edition in force, and the one in progress for those who may read it."""

    space: Named
    province: Named
    in_force: EditionShown | None
    in_progress: EditionShown | None


class EditionWhole(EditionShown):
    """An edition with all that it says: sealed, signing copy, or draft, in one form."""

    content: dict[str, Any] = Field(description="The content; its `format` says whether it is sealed or a draft.")


class PlanFilter(Paging):
    province: Code | None = None


# --- plans and editions ----------------------------------------------------------------------------------------------


def _edition(row: Edition) -> EditionShown:
    adoption = getattr(row, "adoption", None)
    return EditionShown(
        space=row.space_id, number=row.number, state=EditionState(row.state), is_sample=row.is_sample,
        is_sealed=row.state in plans.PUBLISHED, ruleset=row.ruleset, start_year=row.start_year,
        horizon_years=row.horizon_years, opened_on=row.opened_on, frozen_at=row.frozen_at, adopted_on=row.adopted_on,
        copy_hash=row.copy_hash, content_hash=adoption.content_hash if adoption else "",
        href=f"/api/v1/plans/{row.space_id}/editions/{row.number}",
    )  # fmt: skip


def _editions(request: ActorHttpRequest) -> Any:
    return plans.visible_to(request.actor).select_related("plan__space__province", "adoption")


def _plans(request: ActorHttpRequest, spaces: Iterable[Space]) -> list[PlanShown]:
    """The plans of these spaces, in their order. One query."""
    rows = list(spaces)
    states = [EditionState.ADOPTED, *plans.IN_PROGRESS]
    found = {
        (each.plan_id, each.state == EditionState.ADOPTED): _edition(each)
        for each in _editions(request).filter(plan__in=[row.pk for row in rows], state__in=states)
    }
    return [
        PlanShown(
            space=Named(code=row.code, name=row.name),
            province=Named(code=row.province_id, name=row.province.name),
            in_force=found.get((row.pk, True)),
            in_progress=found.get((row.pk, False)),
        )
        for row in rows
    ]


@router.get("/plans", response=Listed[PlanShown], summary="The One Plans, one for each space")
def list_plans(request: ActorHttpRequest, response: HttpResponse, asked: Query[PlanFilter]) -> dict[str, Any]:
    """By the code of the space. A space without a plan stands there too."""
    rows = Space.objects.select_related("province").order_by("code")
    rows = rows.filter(province_id=asked.province) if asked.province else rows
    page = paged(request, response, rows, asked, lambda row: row)
    return {**page, "items": _plans(request, page["items"])}


@router.get("/plans/{code}", response=PlanShown, summary="The One Plan of a space")
def read_plan(request: ActorHttpRequest, code: Code) -> PlanShown:
    """The edition in force, and the one in progress where the caller may read it."""
    space: Space = get_object_or_404(Space.objects.select_related("province"), pk=code)
    return _plans(request, [space])[0]


@router.get("/plans/{code}/editions", response=Listed[EditionShown], summary="The editions of a plan")
def list_editions(
    request: ActorHttpRequest, response: HttpResponse, code: Code, asked: Query[Paging]
) -> dict[str, Any]:
    """The newest first."""
    get_object_or_404(Space, pk=code)
    return paged(request, response, _editions(request).filter(plan=code).order_by("-number"), asked, _edition)


def _sealed(edition: Edition) -> SealedEdition | None:
    """The seal of an adopted edition; None for a draft."""
    if edition.state not in plans.PUBLISHED:
        return None
    found = next((each for each in sealed.editions_of(edition.space_id) if each.number == edition.number), None)
    if found is None:
        raise Http404
    return found


def _unchanged(
    request: ActorHttpRequest, response: HttpResponse, seal: SealedEdition, state: str
) -> HttpResponse | None:
    """304 for who holds what a seal stands for, before a byte of it is read; else the tag is put on the answer."""
    response["ETag"] = f'"{seal.content_hash[:32]}-{state}-{__version__}-{get_language()}"'
    is_public = not request.actor.is_signed_in
    response["Cache-Control"] = "public, max-age=60, must-revalidate" if is_public else "private, no-cache"
    patch_vary_headers(response, ["Authorization", "Cookie"])
    found = get_conditional_response(request, etag=response["ETag"])
    if found is None or found.status_code != 304:
        return None
    for name in ("ETag", "Cache-Control", "Vary"):
        found[name] = response[name]
    return found


@router.get(EDITION, response=EditionWhole, summary="One edition, whole")
def read_edition(request: ActorHttpRequest, response: HttpResponse, code: Code, number: Count) -> Any:
    """What was sealed, or, for those who may read the draft, what it says now."""
    edition = edition_for(request, code, number)
    seal = _sealed(edition)
    if seal:
        unchanged = _unchanged(request, response, seal, edition.state)
        if unchanged:
            return unchanged
    content = sealed.content_of(seal) if seal else draft_content(edition)
    return EditionWhole(**_edition(edition).model_dump(), content=content)


@router.get(EDITION + "/bundle", response={200: dict[str, Any]}, summary="The sealed bundle of an edition")
def read_bundle(request: ActorHttpRequest, response: HttpResponse, code: Code, number: Count) -> HttpResponseBase:
    """The file as it was issued, byte for byte: POST it to /verify, or run `oneplan verify`."""
    seal = _sealed(edition_for(request, code, number))
    if seal is None:
        raise Http404
    unchanged = _unchanged(request, response, seal, "bundle")
    if unchanged:
        return unchanged
    with open_document(seal.bundle) as file:
        response.content = file.read()
    return response


# --- elements --------------------------------------------------------------------------------------------------------


def _content(edition: Edition) -> dict[str, Any]:
    """The plan's own canonical content: the sealed words of an adopted edition, those of now of a draft."""
    seal = _sealed(edition)
    content: dict[str, Any] = sealed.content_of(seal)["copy"]["plan"] if seal else plan_content(edition)
    return content


def _listed(
    request: ActorHttpRequest, response: HttpResponse, code: str, number: int, kind: str, asked: Paging
) -> dict[str, Any]:
    edition = edition_for(request, code, number)
    return paged(
        request, response, _content(edition)[kind], asked,
        lambda told: element(kind, told, is_sample=edition.is_sample),
    )  # fmt: skip


def _one(request: ActorHttpRequest, code: str, number: int, kind: str, ref: str) -> Any:
    edition = edition_for(request, code, number)
    if KINDS.get(ref[:1]) != kind:
        raise Http404
    if edition.state not in plans.PUBLISHED:
        return drafted(edition, ref)
    for told in _content(edition)[kind]:
        if told["ref"] == ref:
            return element(kind, told, is_sample=edition.is_sample)
    raise Http404


@router.get(EDITION + "/findings", response=Listed[FindingShown], summary="Findings", tags=["Content"])
def list_findings(
    request: ActorHttpRequest, response: HttpResponse, code: Code, number: Count, asked: Query[Paging]
) -> dict[str, Any]:
    """What the diagnostic found, by reference."""
    return _listed(request, response, code, number, "findings", asked)


@router.get(EDITION + "/findings/{ref}", response=FindingShown, summary="One finding", tags=["Content"])
def read_finding(request: ActorHttpRequest, code: Code, number: Count, ref: ElementRef) -> Any:
    """A finding. Its ETag is what a change asks for."""
    return _one(request, code, number, "findings", ref)


@router.get(EDITION + "/outcomes", response=Listed[OutcomeShown], summary="Outcomes", tags=["Content"])
def list_outcomes(
    request: ActorHttpRequest, response: HttpResponse, code: Code, number: Count, asked: Query[Paging]
) -> dict[str, Any]:
    """What is to change, by reference."""
    return _listed(request, response, code, number, "outcomes", asked)


@router.get(EDITION + "/outcomes/{ref}", response=OutcomeShown, summary="One outcome", tags=["Content"])
def read_outcome(request: ActorHttpRequest, code: Code, number: Count, ref: ElementRef) -> Any:
    """An outcome. Its ETag is what a change asks for."""
    return _one(request, code, number, "outcomes", ref)


@router.get(EDITION + "/strategies", response=Listed[StrategyShown], summary="Strategies", tags=["Content"])
def list_strategies(
    request: ActorHttpRequest, response: HttpResponse, code: Code, number: Count, asked: Query[Paging]
) -> dict[str, Any]:
    """How the space gets there, by reference."""
    return _listed(request, response, code, number, "strategies", asked)


@router.get(EDITION + "/strategies/{ref}", response=StrategyShown, summary="One strategy", tags=["Content"])
def read_strategy(request: ActorHttpRequest, code: Code, number: Count, ref: ElementRef) -> Any:
    """A strategy. Its ETag is what a change asks for."""
    return _one(request, code, number, "strategies", ref)


@router.get(
    EDITION + "/immediate-issues", response=Listed[ImmediateIssueShown], summary="Immediate issues", tags=["Content"]
)
def list_immediate_issues(
    request: ActorHttpRequest, response: HttpResponse, code: Code, number: Count, asked: Query[Paging]
) -> dict[str, Any]:
    """What cannot wait, as the edition says it."""
    return _listed(request, response, code, number, "immediate_issues", asked)
