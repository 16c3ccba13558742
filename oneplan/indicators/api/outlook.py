"""What is to come in a space: its people and households, and who will be without a service."""

from django.http import Http404, HttpResponse
from ninja import Query

from oneplan.access.middleware import ActorHttpRequest
from oneplan.indicators.api.answers import of_this_build
from oneplan.indicators.api.routes import router
from oneplan.indicators.outlook.interface import (
    DeliveriesAsked,
    DeliveriesShown,
    OutlookAsked,
    OutlookShown,
    asked_deliveries,
    asked_outlook,
    outlook_shown,
)
from oneplan.platform.rest.schemas import Code, Shown
from oneplan.spaces.models import Space
from oneplan.spaces.queries import space_named


@router.get(
    "/spaces/{code}/outlook", response=OutlookShown, summary="Population and households to come in a space",
    openapi_extra={"x-refuses": True},
)  # fmt: skip
@of_this_build
def read_outlook(request: ActorHttpRequest, code: Code, asked: Query[OutlookAsked]) -> HttpResponse:
    """Projected by cohorts and components, with what is missing and how such projections did."""
    return _written(outlook_shown(asked_outlook(_space(code), asked, by=request.actor), by=request.actor))


@router.get(
    "/spaces/{code}/outlook/services", response=DeliveriesShown, summary="Who will be without a service in a space",
    openapi_extra={"x-refuses": True},
)  # fmt: skip
@of_this_build
def read_service_outlook(request: ActorHttpRequest, code: Code, asked: Query[DeliveriesAsked]) -> HttpResponse:
    """No delivery, the pace until now where it is known, what is asked, and what it takes to finish by a year."""
    told = asked_outlook(_space(code), asked, by=request.actor)
    return _written(asked_deliveries(told, asked, by=request.actor))


def _space(code: str) -> Space:
    found = space_named(code)
    if found is None:
        raise Http404
    return found


def _written(shown: Shown) -> HttpResponse:
    """An answer as a response of its own, which can say how long it holds."""
    return HttpResponse(shown.model_dump_json(), content_type="application/json; charset=utf-8")
