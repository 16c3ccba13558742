"""The interface to evidence: the indicators with their descriptors, and their values. Open to everybody."""

from datetime import date
from typing import Annotated, Any, Literal, cast

from django.http import Http404, HttpResponse
from ninja import Field, Query, Schema
from pydantic import ConfigDict

from oneplan.access.middleware import ActorHttpRequest
from oneplan.indicators import door, queries
from oneplan.indicators.api.answers import GIVEN, PlaceLevel, form_of, of_this_build
from oneplan.indicators.api.routes import router
from oneplan.indicators.choices import Level
from oneplan.indicators.freshness import Freshness, freshness
from oneplan.indicators.registry import Defined, registry
from oneplan.indicators.sdmx.messages import CSV_TYPE, JSON_TYPE, as_csv, as_json
from oneplan.indicators.words import formula_words
from oneplan.platform.rest.schemas import Line, Shown, YesNo
from oneplan.warehouse.connection import NothingBuilt

# Written out: other rooms have directions of their own, and a description names each shape once.
Better = Literal["higher", "lower", "none"]
OwnerAgreed = Literal["proposed", "assigned", "agreed"]


class FormulaShown(Shown):
    """times × above ÷ below; below is null where nothing is divided."""

    times: int
    above: str
    below: str | None
    source: str
    down_to: str


class IndicatorDescribed(Shown):
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
    owner_post: str | None = Field(description="The code of the post; null: whose post it is, is only proposed.")
    owner_state: OwnerAgreed
    rhythm_months: int | None
    verification: str
    assumptions: str
    decimals: int
    newest_year: int | None = Field(description="The newest year with a value; null: none has been imported.")
    newest_as_at: date | None
    next_due: date | None = Field(description="As long after the newest as its rhythm says; null: none is announced.")
    version: int = Field(description="Of its definition; 0: it is shipped.")
    broken_on: list[date] = Field(description="When its definition was changed after values had been published.")


class IndicatorsAsked(Schema):
    model_config = ConfigDict(extra="forbid")
    chapter: Line = Field("", description="The code of a chapter.")
    text: Line = Field("", description="Words of the code, title or definition.")


class ValuesAsked(Schema):
    model_config = ConfigDict(extra="forbid")
    level: PlaceLevel
    boundary: Annotated[int, Field(ge=0, le=9999)] = Field(description="The year of the borders; 0 for those of any.")
    borders: Annotated[int, Field(ge=0, le=9999)] = Field(
        0, description="The year of the borders to convert to, from those of `boundary`; 0: as published."
    )
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
    year_basis: str = Field(description="Of which year a period is; it is named by the year in which it begins.")


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
    boundary: int = Field(description="The year of the borders of the places.")
    converted_from: int | None = Field(
        description="The year of the borders that the values were published on, where they are converted."
    )
    within: str
    dimension: str
    is_sample: bool
    columns: list[str] = Field(description="What stands in each of `values`, in order.")
    values: list[list[Any]]


@router.get("/indicators", response=list[IndicatorDescribed], summary="The indicators with their descriptors")
def list_indicators(request: ActorHttpRequest, asked: Query[IndicatorsAsked]) -> list[IndicatorDescribed]:
    """Every indicator of the registry, chapter by chapter, also those without a value yet."""
    try:
        known = {each.indicator.code: each for each in freshness(by=request.actor)}
    except NothingBuilt:
        known = {}
    words = asked.text.lower().split()
    return [
        _shown(each, known.get(each.code)) for each in registry().values()
        if (not asked.chapter or each.chapter == asked.chapter)
        and all(word in f"{each.code} {each.title} {each.definition}".lower() for word in words)
    ]  # fmt: skip


@router.get("/indicators/{code}", response=IndicatorDescribed, summary="One indicator")
def read_indicator(request: ActorHttpRequest, code: Line) -> IndicatorDescribed:
    """What it measures, how, by whom, and how new it is."""
    if code not in registry():
        raise Http404
    try:
        known = next(each for each in freshness(by=request.actor) if each.indicator.code == code)
    except NothingBuilt:
        return _shown(registry()[code], None)
    return _shown(registry()[code], known)


@router.get(
    "/indicators/{code}/values", response=ValuesShown, summary="Values of one indicator by place and time",
    openapi_extra={"x-refuses": True, "responses": {200: {"content": GIVEN}}},
)  # fmt: skip
@of_this_build
def list_indicator_values(request: ActorHttpRequest, code: Line, asked: Query[ValuesAsked]) -> HttpResponse:
    """Every place of a level on the borders of a year, as JSON, or as SDMX-CSV 2.0 or SDMX-JSON 2.0 where the header
    Accept asks for it. Public values are had at /indicators/data/ too, at addresses that name the edition and never
    change.

    Values converted to other borders are asked for by themselves (`borders`), as JSON alone, and say of each its
    method, its error and where that comes from, what the source itself tells on these borders (`recount`), and the
    areas and weights it is made of (`parts`)."""
    if code not in registry():
        raise Http404
    wanted = door.DataAsked(
        registry()[code], Level(asked.level), asked.boundary, asked.year, asked.within, asked.by, asked.sample == "yes",
        door.inside_government(queries.seen_standings(request.actor)), asked.borders, request.actor,
    )  # fmt: skip
    form = form_of(request)
    if form == CSV_TYPE:
        _build, body = as_csv(wanted)
    elif form == JSON_TYPE:
        _build, body = as_json(wanted, request.get_full_path())
    else:
        _build, body = door.written(wanted)
    return HttpResponse(body, content_type=f"{form}; charset=utf-8")


def _shown(each: Defined, newest: Freshness | None) -> IndicatorDescribed:
    return IndicatorDescribed(
        code=each.code, title=each.title, chapter=each.chapter, definition=each.definition, purpose=each.purpose,
        formulas=[
            FormulaShown(
                times=one.times, above=one.above, below=one.below or None, source=one.source, down_to=one.lowest
            )
            for one in map(formula_words, each.formulas)
        ],
        unit=str(each.unit), universe=str(each.universe), direction=cast(Better, str(each.direction)),
        calculation=str(each.calculation), lowest=cast(PlaceLevel, str(each.lowest)), source=each.source,
        is_official=each.is_official, owner=each.owner, owner_post=each.post or None,
        owner_state=cast(OwnerAgreed, str(each.owner_state)), rhythm_months=each.rhythm_months,
        verification=each.verification, assumptions=each.assumptions,
        decimals=each.decimals, newest_year=newest.year if newest else None,
        newest_as_at=newest.as_at if newest else None, next_due=newest.due if newest else None,
        version=each.version, broken_on=[one.day for one in each.breaks],
    )  # fmt: skip
