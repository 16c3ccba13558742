"""The interface to evidence: the indicators with their descriptors, and their values. Open to everybody."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Annotated, Any, Literal, cast

from django.http import Http404, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from ninja import Field, Query, Router, Schema
from pydantic import ConfigDict

from oneplan.access.bearers import OPEN
from oneplan.access.middleware import ActorHttpRequest
from oneplan.indicators import door, queries
from oneplan.indicators.choices import Level
from oneplan.indicators.queries import Freshness
from oneplan.indicators.registry import Defined, registry
from oneplan.indicators.words import formula_words
from oneplan.platform.rest.schemas import Line, Shown, YesNo
from oneplan.warehouse.connection import NothingBuilt

router = Router(tags=["Indicators"], auth=OPEN)
# Written out: other rooms have levels and directions of their own, and a description names each shape once.
Better = Literal["higher", "lower", "none"]
PlaceLevel = Literal["country", "province", "space", "municipal_area", "ward"]


class FormulaShown(Shown):
    """times × above ÷ below; below is null where nothing is divided."""

    times: int
    above: str
    below: str | None
    source: str
    down_to: str


class IndicatorShown(Shown):
    """An indicator with the descriptors that monitoring officers use."""

    code: str
    title: str
    chapter: str
    definition: str
    purpose: str
    formulas: list[FormulaShown]
    unit: str
    universe: str = Field(description="Who or what is counted.")
    direction: Better = Field(description="Which way is better.")
    calculation: str = Field(description="How quarters make a year.")
    lowest: PlaceLevel = Field(description="The narrowest place of which a source stands by a value.")
    source: str
    is_official: bool
    owner: str
    rhythm_months: int | None
    verification: str
    assumptions: str
    decimals: int
    newest_year: int | None = Field(description="The newest year with a value; null: none has been imported.")
    newest_as_at: date | None


class IndicatorsAsked(Schema):
    model_config = ConfigDict(extra="forbid")
    chapter: Line = Field("", description="The code of a chapter.")
    text: Line = Field("", description="Words of the code, title or definition.")


class ValuesAsked(Schema):
    model_config = ConfigDict(extra="forbid")
    level: PlaceLevel
    boundary: Annotated[int, Field(ge=0, le=9999)] = Field(description="The year of the borders; 0 for those of any.")
    year: list[Annotated[int, Field(ge=1, le=9999)]] = Field([], max_length=100, description="None: every year.")
    within: Line = Field("", description="The code of a province or a space.")
    by: Line = Field("", description="A breakdown: sex, age, population group or disability.")
    sample: YesNo = Field("no", description="yes: invented values alone, which are never beside real ones.")


class SourceShown(Shown):
    title: str
    publisher: str
    licence: str
    margin: str | None
    is_official: bool


class DividedShown(Shown):
    times: int
    above: str
    below: str | None


class ValuesShown(Shown):
    """Values in the order of their places and times. Null is unknown, never zero."""

    edition: str = Field(description="The build that answered: it stands in addresses below /indicators/data/.")
    indicator: str
    title: str
    definition: str
    unit: str
    universe: str
    direction: Better
    formula: list[DividedShown]
    sources: list[SourceShown]
    level: PlaceLevel
    boundary: int
    within: str
    dimension: str
    is_sample: bool
    columns: list[str] = Field(description="What stands in each of `values`, in order.")
    values: list[list[Any]]


def _of_this_build(operation: Callable[..., Any]) -> Callable[..., Any]:
    """Answered the same as long as the same build is served, to everybody who may see the same: 304 before it asks."""

    @wraps(operation)
    def answered(request: ActorHttpRequest, *args: Any, **kwargs: Any) -> Any:
        told = f"{queries.edition()} {queries.seen_standings(request.actor)} {request.get_full_path()}"
        tag = f'"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'
        held = get_conditional_response(request, etag=tag)
        if held is not None:
            return held
        response = operation(request, *args, **kwargs)
        response["ETag"] = tag
        is_public = not request.actor.is_signed_in
        response["Cache-Control"] = "public, max-age=60, must-revalidate" if is_public else "private, no-cache"
        patch_vary_headers(response, ["Authorization", "Cookie"])
        return response

    return answered


@router.get("/indicators", response=list[IndicatorShown], summary="The indicators with their descriptors")
def list_indicators(request: ActorHttpRequest, asked: Query[IndicatorsAsked]) -> list[IndicatorShown]:
    """Every indicator of the registry, chapter by chapter, also those without a value yet."""
    try:
        known = {each.indicator.code: each for each in queries.freshness(by=request.actor)}
    except NothingBuilt:
        known = {}
    words = asked.text.lower().split()
    return [
        _shown(each, known.get(each.code)) for each in registry().values()
        if (not asked.chapter or each.chapter == asked.chapter)
        and all(word in f"{each.code} {each.title} {each.definition}".lower() for word in words)
    ]  # fmt: skip


@router.get("/indicators/{code}", response=IndicatorShown, summary="One indicator")
def read_indicator(request: ActorHttpRequest, code: Line) -> IndicatorShown:
    """What it measures, how, by whom, and how new it is."""
    if code not in registry():
        raise Http404
    try:
        known = next(each for each in queries.freshness(by=request.actor) if each.indicator.code == code)
    except NothingBuilt:
        return _shown(registry()[code], None)
    return _shown(registry()[code], known)


@router.get(
    "/indicators/{code}/values", response=ValuesShown, summary="Values of one indicator by place and time",
    openapi_extra={"x-refuses": True},
)  # fmt: skip
@_of_this_build
def list_indicator_values(request: ActorHttpRequest, code: Line, asked: Query[ValuesAsked]) -> HttpResponse:
    """Every place of a level on the borders of a year. Public values are had at /indicators/data/ too, at addresses
    that name the edition and never change."""
    if code not in registry():
        raise Http404
    _build, body = door.written(door.DataAsked(
        registry()[code], Level(asked.level), asked.boundary, asked.year, asked.within, asked.by, asked.sample == "yes",
        door.inside_government(queries.seen_standings(request.actor)),
    ))  # fmt: skip
    return HttpResponse(body, content_type="application/json; charset=utf-8")


def _shown(each: Defined, newest: Freshness | None) -> IndicatorShown:
    return IndicatorShown(
        code=each.code, title=each.title, chapter=each.chapter, definition=each.definition, purpose=each.purpose,
        formulas=[
            FormulaShown(
                times=one.times, above=one.above, below=one.below or None, source=one.source, down_to=one.lowest
            )
            for one in map(formula_words, each.formulas)
        ],
        unit=str(each.unit), universe=str(each.universe), direction=cast(Better, str(each.direction)),
        calculation=str(each.calculation), lowest=cast(PlaceLevel, str(each.lowest)), source=each.source,
        is_official=each.is_official, owner=each.owner, rhythm_months=each.rhythm_months,
        verification=each.verification, assumptions=each.assumptions,
        decimals=each.decimals, newest_year=newest.year if newest else None,
        newest_as_at=newest.as_at if newest else None,
    )  # fmt: skip
