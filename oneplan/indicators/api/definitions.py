"""The interface to definitions: what users defined, with its versions; defining, revising and retiring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Literal

from django.http import Http404, HttpResponse
from ninja import Field, Router, Status

from oneplan.access.bearers import OPEN, SIGNED_IN
from oneplan.access.middleware import ActorHttpRequest
from oneplan.indicators import actions
from oneplan.indicators.api.answers import PlaceLevel
from oneplan.indicators.api.values import Better
from oneplan.indicators.choices import Calculation, Direction, Level, Unit, Universe, YearBasis
from oneplan.indicators.definitions.gathering import indicator_of, source_of, table_of
from oneplan.indicators.definitions.uses import uses_of
from oneplan.indicators.definitions.versions import told_versions, versions_in_force
from oneplan.indicators.definitions.written import formulas_of, written
from oneplan.indicators.models import IndicatorVersion, SourceVersion, TableVersion, Version
from oneplan.indicators.registry import Defined
from oneplan.indicators.tables import Source, Table
from oneplan.platform.rest.schemas import Code, Day, Flag, Line, Paragraph, Reason, Shown, Taken
from oneplan.platform.rest.tags import expecting, tag_of

router = Router(tags=["Indicators"], auth=SIGNED_IN)
Kind = Literal["source", "table", "indicator"]
ONE = "/indicators/definitions/{kind}/{code}"
_MODELS: Mapping[str, type[Version]] = {"source": SourceVersion, "table": TableVersion, "indicator": IndicatorVersion}


class DefinitionVersionShown(Shown):
    """One version of a definition."""

    version: int
    set_at: datetime
    reason: str
    is_break: bool = Field(description="Values had been published by the version before; this one makes others.")
    is_retired: bool


class DefinitionShown(Shown):
    """A definition that stands, with its versions, newest first."""

    kind: Kind
    code: str
    title: str
    version: int
    is_retired: bool
    says: dict[str, Any] = Field(description="As it is sent to define it.")
    versions: list[DefinitionVersionShown]
    named_by: dict[str, int] = Field(description="How many things of each kind name this indicator.")


class SourceTaken(Taken):
    """Who observed, when, and how far it can be trusted. The same rules as on the page."""

    title: Line
    publisher: Line
    reference: Paragraph
    licence: Line
    day: Day
    is_official: Flag = False
    margin: Paragraph = ""
    break_note: Paragraph = ""
    basis: YearBasis = YearBasis.CALENDAR
    is_named_by_end: Flag = False
    reason: Paragraph


class TableTaken(Taken):
    """A statistical table. `categories` are by dimension, in the order in which dimensions stand in a row of a file."""

    title: Line
    source: Code
    universe: Universe
    unit: Unit
    lowest: PlaceLevel
    categories: dict[str, list[Line]] = {}
    boundary: int = 0
    set_apart: list[Line] = []
    total: Line = ""
    adds_up: Flag = True
    tolerance: int = Field(0, ge=0, le=1000)
    is_unbounded: Flag = False
    is_part_of_one: Flag = False
    note: Paragraph = ""
    reason: Paragraph


class IndicatorTaken(Taken):
    """An indicator. `formulas` are written as {"share": {"table": …, "of": {dimension: [category]}}}, likewise total,
    ratio (numerator, denominator, per) and observed."""

    title: Line
    chapter: Code
    definition: Paragraph
    purpose: Paragraph
    unit: Unit
    universe: Universe
    direction: Better
    calculation: Calculation
    area: Code
    rhythm_months: int | None = None
    owner: Line
    verification: Paragraph
    assumptions: Paragraph
    decimals: int
    formulas: list[dict[str, Any]]
    reason: Paragraph


class NewSource(SourceTaken):
    code: Code


class NewTable(TableTaken):
    code: Code


class NewIndicator(IndicatorTaken):
    code: Code


def _source(code: str, taken: SourceTaken) -> Source:
    told = taken.model_dump(exclude={"reason", "code"})
    return Source(code=code, **told)


def _table(code: str, taken: TableTaken) -> Table:
    told = taken.model_dump(exclude={"reason", "code", "categories", "set_apart", "lowest"})
    categories = MappingProxyType({name: tuple(words) for name, words in taken.categories.items()})
    return Table(
        code=code, reads=code, categories=categories, set_apart=tuple(taken.set_apart), lowest=Level(taken.lowest),
        **told,
    )  # fmt: skip


def _indicator(code: str, taken: IndicatorTaken) -> Defined:
    told = taken.model_dump(exclude={"reason", "code", "formulas", "direction"})
    return Defined(code=code, formulas=formulas_of(taken.formulas), direction=Direction(taken.direction), **told)


def _row(kind: str, code: str) -> Version:
    row = _MODELS[kind]._default_manager.filter(code=code, is_in_force=True).first()
    if row is None:
        raise Http404
    return row


def _says(row: Version) -> dict[str, Any]:
    match row:
        case SourceVersion():
            told: Any = source_of(row)
            names = [each for each in SourceTaken.model_fields if each != "reason"]
        case TableVersion():
            told = table_of(row)
            names = [each for each in TableTaken.model_fields if each not in ("reason", "categories")]
        case _:
            told = indicator_of(row)  # type: ignore[arg-type]
            names = [each for each in IndicatorTaken.model_fields if each not in ("reason", "formulas")]
    says = {name: getattr(told, name) for name in names}
    if isinstance(told, Table):
        says["categories"] = {name: list(words) for name, words in told.categories.items()}
    if isinstance(told, Defined):
        says["formulas"] = written(told.formulas)
    return {name: each.isoformat() if isinstance(each, date) else each for name, each in says.items()}


def _shown(kind: Any, row: Version) -> DefinitionShown:
    versions = [
        DefinitionVersionShown(
            version=each.row.version, set_at=each.row.set_at, reason=each.row.reason, is_break=each.is_break,
            is_retired=each.row.is_retired,
        )
        for each in told_versions(_MODELS[kind], row.code)
    ]  # fmt: skip
    return DefinitionShown(
        kind=kind, code=row.code, title=getattr(row, "title", row.code), version=row.version,
        is_retired=row.is_retired, says=_says(row), versions=versions,
        named_by={each.code: each.count for each in uses_of(row.code)} if kind == "indicator" else {},
    )  # fmt: skip


@router.get("/indicators/definitions", response=list[DefinitionShown], auth=OPEN, summary="What users defined")
def list_definitions(request: ActorHttpRequest) -> list[DefinitionShown]:
    """Sources, tables and indicators that users defined beside the shipped registry, retired ones too."""
    return [_shown(kind, row) for kind, model in _MODELS.items() for row in versions_in_force(model)]


@router.get(ONE, response=DefinitionShown, auth=OPEN, summary="One definition")
def read_definition(request: ActorHttpRequest, kind: Kind, code: Code) -> DefinitionShown:
    """What it says, and its versions. Its ETag is what every change asks for."""
    return _shown(kind, _row(kind, code))


def _create(kind: Kind, response: HttpResponse, act: Callable[[], Version]) -> Any:
    shown = _shown(kind, act())
    response["ETag"] = tag_of(shown)
    return Status(201, shown)


def _change(
    request: ActorHttpRequest, response: HttpResponse, kind: Kind, code: str, act: Callable[[int], Any]
) -> DefinitionShown:
    version = _row(kind, code).version
    with expecting(request, lambda: _shown(kind, _row(kind, code))):
        act(version)
    now = _shown(kind, _row(kind, code))
    response["ETag"] = tag_of(now)
    return now


def _asks_tag(kind: str) -> dict[str, Any]:
    return {"x-etag-of": f"/api/v1/indicators/definitions/{kind}/{{code}}"}


@router.post("/indicators/definitions/source", response={201: DefinitionShown}, summary="Define a source")
def define_source(request: ActorHttpRequest, response: HttpResponse, taken: NewSource) -> Any:
    """Who observed what tables are of."""
    return _create("source", response, lambda: actions.define_source(
        _source(taken.code, taken), reason=taken.reason, by=request.actor
    ))  # fmt: skip


@router.post("/indicators/definitions/table", response={201: DefinitionShown}, summary="Define a statistical table")
def define_table(request: ActorHttpRequest, response: HttpResponse, taken: NewTable) -> Any:
    """Files of it can be imported at once; its code is its name in a file."""
    return _create("table", response, lambda: actions.define_table(
        _table(taken.code, taken), reason=taken.reason, by=request.actor
    ))  # fmt: skip


@router.post("/indicators/definitions/indicator", response={201: DefinitionShown}, summary="Define an indicator")
def define_indicator(request: ActorHttpRequest, response: HttpResponse, taken: NewIndicator) -> Any:
    """Its values are there after the next build."""
    return _create("indicator", response, lambda: actions.define_indicator(
        _indicator(taken.code, taken), reason=taken.reason, by=request.actor
    ))  # fmt: skip


@router.post(
    "/indicators/definitions/source/{code}/revise", response=DefinitionShown, openapi_extra=_asks_tag("source"),
    summary="Revise a source",
)  # fmt: skip
def revise_source(request: ActorHttpRequest, response: HttpResponse, code: Code, taken: SourceTaken) -> Any:
    """Say it anew, in full; the version before stays."""
    return _change(request, response, "source", code, lambda version: actions.revise_source(
        _source(code, taken), reason=taken.reason, revision=version, by=request.actor
    ))  # fmt: skip


@router.post(
    "/indicators/definitions/table/{code}/revise", response=DefinitionShown, openapi_extra=_asks_tag("table"),
    summary="Revise a statistical table",
)  # fmt: skip
def revise_table(request: ActorHttpRequest, response: HttpResponse, code: Code, taken: TableTaken) -> Any:
    """Say it anew, in full; what figures are stored by stays."""
    return _change(request, response, "table", code, lambda version: actions.revise_table(
        _table(code, taken), reason=taken.reason, revision=version, by=request.actor
    ))  # fmt: skip


@router.post(
    "/indicators/definitions/indicator/{code}/revise", response=DefinitionShown, openapi_extra=_asks_tag("indicator"),
    summary="Revise an indicator",
)  # fmt: skip
def revise_indicator(request: ActorHttpRequest, response: HttpResponse, code: Code, taken: IndicatorTaken) -> Any:
    """Say it anew, in full. Where values had been published, and it makes others, that is remembered as a break."""
    return _change(request, response, "indicator", code, lambda version: actions.revise_indicator(
        _indicator(code, taken), reason=taken.reason, revision=version, by=request.actor
    ))  # fmt: skip


@router.post(
    ONE + "/retire", response=DefinitionShown, summary="Retire a definition",
    openapi_extra={"x-etag-of": "/api/v1/indicators/definitions/{kind}/{code}"},
)  # fmt: skip
def retire_definition(request: ActorHttpRequest, response: HttpResponse, kind: Kind, code: Code, taken: Reason) -> Any:
    """It stands no more; what it was stays readable, and `named_by` says what still names it."""
    retire: Mapping[str, Callable[..., Any]] = {
        "source": actions.retire_source, "table": actions.retire_table, "indicator": actions.retire_indicator,
    }  # fmt: skip
    return _change(request, response, kind, code, lambda version: retire[kind](
        code, reason=taken.reason, revision=version, by=request.actor
    ))  # fmt: skip
