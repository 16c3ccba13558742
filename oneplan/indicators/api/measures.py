"""Computed measures: each with its method, and its numbers at every place."""

from __future__ import annotations

from typing import cast

from django.http import Http404
from ninja import Field, Query, Schema
from pydantic import ConfigDict

from oneplan.access.middleware import ActorHttpRequest
from oneplan.indicators import queries
from oneplan.indicators.api.answers import PlaceLevel
from oneplan.indicators.api.routes import router
from oneplan.indicators.computed.checking import NotComputable
from oneplan.indicators.words import value_address
from oneplan.indicators.worked.asking import Asked, Listed, chosen, listed
from oneplan.indicators.worked.catalogue import measures
from oneplan.indicators.worked.registered import NEIGHBOURS, offers_of, resembling, worked
from oneplan.indicators.worked.results import Role
from oneplan.platform.rest.schemas import Line, Shown
from oneplan.warehouse.connection import NothingBuilt


class MeasureShown(Shown):
    """A computed measure with its published method."""

    code: str
    title: str
    chapter: str
    question: str
    method: str
    reference: str
    inputs: str
    compared_with: str = Field(description="With what method, weights and cut-offs were compared.")
    not_compared: str | None = Field(description="What was written from memory and is not compared yet.")
    worked_out: str | None = Field(description="Time, borders and source of the newest; null: it cannot be worked out.")
    why_not: str | None


class MeasureAsked(Schema):
    model_config = ConfigDict(extra="forbid")
    level: Line = Field("", description="space or municipal_area; left out, as its page shows it.")
    of: Line = Field("", description="One of `offered`; left out, the newest.")
    indicator: Line = Field("", description="Whose, where the measure is one of any indicator.")


class OfferShown(Shown):
    of: str
    level: PlaceLevel
    words: str


class MeasureColumn(Shown):
    code: str
    label: str
    unit: str
    is_input: bool


class MeasureLine(Shown):
    """A place: a number for each of `columns`, null where unknown or not told; `inputs` are pages of what went in."""

    place: str
    label: str
    level: PlaceLevel
    numbers: list[float | None]
    why: str | None
    cluster: str | None
    inputs: list[str]


class MoranShown(Shown):
    value: float
    expected: float
    p_value: float = Field(description="Pseudo p-value of both sides.")
    permutations: int
    seed: int
    outlines: str
    islands: list[str]
    left_out: list[str]


class MeasureWorked(Shown):
    edition: str
    code: str
    title: str
    indicator: str | None
    offered: list[OfferShown]
    of: str | None
    quality: str | None = Field(description="modelled or computed; null: it cannot be worked out.")
    why_not: str | None
    notes: list[str]
    columns: list[MeasureColumn]
    values: list[MeasureLine]
    moran: MoranShown | None


@router.get("/indicators/measures", response=list[MeasureShown], summary="The computed measures")
def list_measures(request: ActorHttpRequest) -> list[MeasureShown]:
    """Each with its published method, and where it can be worked out from what is served, or why not."""
    try:
        found = listed(by=request.actor)
    except NothingBuilt as nothing:
        found = [Listed(each, "", "", nothing.sentence) for each in measures().values()]
    return [
        MeasureShown(
            code=each.measure.code, title=each.measure.title, chapter=each.measure.chapter,
            question=each.measure.question, method=each.measure.method, reference=each.measure.reference,
            inputs=each.measure.inputs, compared_with=each.measure.compared_with,
            not_compared=each.measure.not_compared or None, worked_out=each.where or None, why_not=each.why or None,
        )
        for each in found
    ]  # fmt: skip


@router.get(
    "/indicators/measures/{code}", response=MeasureWorked, summary="One measure at every place",
    openapi_extra={"x-refuses": True},
)  # fmt: skip
def read_measure(request: ActorHttpRequest, code: Line, asked: Query[MeasureAsked]) -> MeasureWorked:
    """The numbers of its page. Where it cannot be worked out, `why_not` says why and there is no value."""
    if code not in measures():
        raise Http404
    indicator = chosen(code, {"indicator": asked.indicator})
    offered = offers_of(code, indicator, by=request.actor)
    view = Asked.of(code, {"level": asked.level, "of": asked.of}, offered)
    of = [OfferShown(of=each.key, level=cast(PlaceLevel, str(each.level)), words=each.words) for each in offered]
    told = MeasureWorked(
        edition=queries.edition(), code=code, title=measures()[code].title, indicator=indicator or None, offered=of,
        of=view.offer.key if view.offer else None, quality=None, why_not=None, notes=[], columns=[], values=[],
        moran=None,
    )  # fmt: skip
    try:
        found = resembling(view.offer, indicator, by=request.actor) if code == NEIGHBOURS else None
        done = found.worked if found else worked(code, view.offer, indicator, by=request.actor)
    except NotComputable as refused:
        told.why_not = refused.sentence
        return told
    told.quality, told.notes = done.quality, list(done.notes)
    told.columns = [
        MeasureColumn(code=each.code, label=each.label, unit=each.unit, is_input=each.role == Role.INPUT)
        for each in done.columns
    ]  # fmt: skip
    clusters = found.clusters if found else {}
    told.values = [
        MeasureLine(
            place=line.place.code, label=line.place.label, level=cast(PlaceLevel, str(line.place.level)),
            numbers=[number.value for number in line.numbers], why=line.why or None,
            cluster=str(clusters[line.place.code]) if line.place.code in clusters else None,
            inputs=list(dict.fromkeys(value_address(number.of) for number in line.numbers if number.of)),
        )
        for line in (*done.lines, *done.around)
    ]  # fmt: skip
    if found:
        told.moran = MoranShown(
            value=found.whole.value, expected=found.whole.expected, p_value=found.whole.p_value,
            permutations=found.whole.permutations, seed=found.whole.seed, outlines=found.release.name,
            islands=[each.code for each in found.islands], left_out=[each.code for each, _why in found.left_out],
        )  # fmt: skip
    return told
