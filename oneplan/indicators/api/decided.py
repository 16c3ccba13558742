"""The interface to baselines and targets: everybody reads them, and whoever plans for a place sets them.

One of them is known by what it is of: indicator, level, place, time and basis, as in
unemployment:space:DC36:2028:calendar. Setting it anew keeps its address; what stood before stays beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Query, Status
from pydantic import StringConstraints

from oneplan.access.bearers import SIGNED_IN
from oneplan.access.middleware import ActorHttpRequest
from oneplan.indicators import actions
from oneplan.indicators.api.routes import router
from oneplan.indicators.choices import Length, Level, YearBasis
from oneplan.indicators.decided import LEVELS, Decided, in_force, one_decided, version_in_force
from oneplan.indicators.exploring import When, read_when
from oneplan.indicators.models import Baseline, Stated, Target
from oneplan.platform.errors import RuleBroken
from oneplan.platform.rest.paging import Listed, Paging, paged
from oneplan.platform.rest.schemas import Code, Number, Paragraph, Shown, Taken, decimal_text
from oneplan.platform.rest.tags import expecting, tag_of

Ref = Annotated[str, StringConstraints(max_length=160, pattern=r"^[A-Za-z0-9_.:-]+$")]
DecidedAt = Literal["country", "province", "space", "municipal_area"]
Basis = Literal["calendar", "PFMA", "MFMA"]
Time = Annotated[str, StringConstraints(pattern=r"^(19|20|21)[0-9]{2}(-Q[1-4]|-M(0[1-9]|1[0-2]))?$")]
OF_TARGET: dict[str, Any] = {"x-etag-of": "/api/v1/targets/{ref}"}
OF_BASELINE: dict[str, Any] = {"x-etag-of": "/api/v1/baselines/{ref}"}


class StatedShown(Shown):
    """A baseline or a target in force."""

    ref: str
    indicator: str
    level: DecidedAt
    place: str
    time: str = Field(description="2028, 2028-Q1 or 2028-M03; a year is named by the one in which it begins.")
    basis: Basis = Field(description="Which year: calendar, of national and provincial government, of municipalities.")
    value: str
    reason: str
    version: int = Field(description="How often it was set.")
    set_at: datetime
    is_late: bool = Field(description="Set on the first day of its period or later.")


class VersionShown(Shown):
    """What stood before."""

    version: int
    value: str
    reason: str
    set_at: datetime
    is_late: bool


class DecidedShown(StatedShown):
    is_changed_late: bool = Field(description="Another one stood when its period began.")
    earlier: list[VersionShown]


class StatedFilter(Paging):
    indicator: Code | None = None
    place: Code | None = None


class StatedTaken(Taken):
    value: Number
    reason: Annotated[Paragraph, Field(description="Why, and where it comes from: ten letters or more.")]


class StatedAnew(StatedTaken):
    indicator: Code
    level: DecidedAt
    place: Code
    time: Time
    basis: Basis = "calendar"


def _fields(row: Stated) -> dict[str, Any]:
    when = When(row.year, Length(row.length), row.period)
    return {
        "ref": f"{row.indicator}:{row.level}:{row.place}:{when}:{row.basis}", "indicator": row.indicator,
        "level": row.level, "place": row.place, "time": str(when), "basis": row.basis, **_version(row),
    }  # fmt: skip


def _version(row: Stated) -> dict[str, Any]:
    return {
        "version": row.version, "value": decimal_text(row.value), "reason": row.reason, "set_at": row.set_at,
        "is_late": row.is_late,
    }  # fmt: skip


def _stated(row: Stated) -> StatedShown:
    return StatedShown(**_fields(row))


def _decided(found: Decided) -> DecidedShown:
    return DecidedShown(
        **_fields(found.stated), is_changed_late=found.is_changed_late,
        earlier=[VersionShown(**_version(each)) for each in found.earlier],
    )  # fmt: skip


def _of(ref: str) -> dict[str, Any]:
    """What a reference is of. Raises Http404 where it names nothing."""
    parts = ref.split(":")
    if len(parts) != 5 or parts[1] not in LEVELS or parts[4] not in YearBasis.values:
        raise Http404
    return _told(parts[0], parts[1], parts[2], parts[3], parts[4])


def _told(indicator: str, level: str, place: str, time: str, basis: str) -> dict[str, Any]:
    when = read_when(time)
    if when is None:
        raise Http404
    return {
        "indicator": indicator, "level": Level(level), "place": place, "year": when.year, "length": when.length,
        "period": when.period, "basis": YearBasis(basis),
    }  # fmt: skip


def _find(kind: type[Stated], ref: str) -> DecidedShown:
    found = one_decided(kind, **_of(ref))
    if found is None:
        raise Http404
    return _decided(found)


def _list(kind: type[Stated], request: ActorHttpRequest, response: HttpResponse, asked: StatedFilter) -> Any:
    rows = in_force(kind, indicator=asked.indicator or "", place=asked.place or "")
    return paged(request, response, rows, asked, _stated)


def _set(
    kind: type[Stated], act: Callable[..., Stated], address: str, request: ActorHttpRequest, response: HttpResponse,
    taken: StatedAnew,
) -> Any:  # fmt: skip
    told = _told(taken.indicator, taken.level, taken.place, taken.time, taken.basis)
    if version_in_force(kind, **told):
        raise RuleBroken(_("One is set already. Read it, and set it anew at its address with its ETag."))
    row = act(**told, value=taken.value, reason=taken.reason, revision=0, by=request.actor)
    now = _find(kind, _fields(row)["ref"])
    response["Location"], response["ETag"] = f"/api/v1/{address}/{now.ref}", tag_of(now)
    return Status(201, now)


def _set_anew(
    kind: type[Stated], act: Callable[..., Stated], request: ActorHttpRequest, response: HttpResponse, ref: str,
    taken: StatedTaken,
) -> DecidedShown:  # fmt: skip
    seen = _find(kind, ref)
    with expecting(request, lambda: _find(kind, ref)):
        act(**_of(ref), value=taken.value, reason=taken.reason, revision=seen.version, by=request.actor)
    now = _find(kind, ref)
    response["ETag"] = tag_of(now)
    return now


@router.get("/targets", response=Listed[StatedShown], summary="Targets in force")
def list_targets(request: ActorHttpRequest, response: HttpResponse, asked: Query[StatedFilter]) -> Any:
    """What indicators shall reach, by indicator, place and time."""
    return _list(Target, request, response, asked)


@router.get("/targets/{ref}", response=DecidedShown, summary="One target")
def read_target(request: ActorHttpRequest, ref: Ref) -> DecidedShown:
    """A target with what stood before it. Its ETag is what setting it anew asks for."""
    return _find(Target, ref)


@router.post("/targets", auth=SIGNED_IN, response={201: DecidedShown}, summary="Set a target")
def set_target(request: ActorHttpRequest, response: HttpResponse, taken: StatedAnew) -> Any:
    """Set what an indicator shall reach at a place by a time of which nothing is set yet."""
    return _set(Target, actions.set_target, "targets", request, response, taken)


@router.put(
    "/targets/{ref}", auth=SIGNED_IN, response=DecidedShown, openapi_extra=OF_TARGET, summary="Set a target anew"
)
def set_target_anew(request: ActorHttpRequest, response: HttpResponse, ref: Ref, taken: StatedTaken) -> Any:
    """What stood before stays beside it; from the first day of its period the change is marked as late."""
    return _set_anew(Target, actions.set_target, request, response, ref, taken)


@router.get("/baselines", response=Listed[StatedShown], summary="Baselines in force")
def list_baselines(request: ActorHttpRequest, response: HttpResponse, asked: Query[StatedFilter]) -> Any:
    """From where indicators start, by indicator, place and time."""
    return _list(Baseline, request, response, asked)


@router.get("/baselines/{ref}", response=DecidedShown, summary="One baseline")
def read_baseline(request: ActorHttpRequest, ref: Ref) -> DecidedShown:
    """A baseline with what stood before it. Its ETag is what setting it anew asks for."""
    return _find(Baseline, ref)


@router.post("/baselines", auth=SIGNED_IN, response={201: DecidedShown}, summary="Set a baseline")
def set_baseline(request: ActorHttpRequest, response: HttpResponse, taken: StatedAnew) -> Any:
    """Set from where an indicator starts at a place, where nothing is set yet."""
    return _set(Baseline, actions.set_baseline, "baselines", request, response, taken)


@router.put(
    "/baselines/{ref}", auth=SIGNED_IN, response=DecidedShown, openapi_extra=OF_BASELINE, summary="Set a baseline anew"
)
def set_baseline_anew(request: ActorHttpRequest, response: HttpResponse, ref: Ref, taken: StatedTaken) -> Any:
    """What stood before stays beside it."""
    return _set_anew(Baseline, actions.set_baseline, request, response, ref, taken)
