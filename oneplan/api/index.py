"""Where everything else is: the root of the interface and its description."""

import json
from functools import cache
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router

from oneplan import __version__
from oneplan.access.bearers import OPEN
from oneplan.platform.rest.schemas import Shown

router = Router(tags=["Start"], auth=OPEN)


class RootShown(Shown):
    """Where to go from here."""

    name: str
    version: str
    openapi: str
    reference: str
    links: dict[str, str] = Field(description="The lists by name.")


@router.get("", response=RootShown, summary="Where everything is")
def root(request: HttpRequest) -> RootShown:
    """The addresses of the lists, and of the description of all operations."""
    names = (
        "spaces", "provinces", "municipal-areas", "institutions", "plans", "commitments", "workbooks",
        "workbook-returns", "imports", "me", "locate", "verify",
    )  # fmt: skip
    return RootShown(
        name="OnePlan", version=__version__, openapi="/api/v1/openapi.json", reference="/api/",
        links={name: f"/api/v1/{name}" for name in names},
    )  # fmt: skip


@cache
def description() -> Any:
    """The OpenAPI description, composed once in a process."""
    from oneplan.api.interface import interface

    return interface.get_openapi_schema()


def snapshot() -> str:
    """The description without the version, in one fixed form: what tests/contracts/openapi.json holds."""
    told = description()
    agreed = {**told, "info": {name: value for name, value in told["info"].items() if name != "version"}}
    return json.dumps(agreed, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


@router.get("/openapi.json", response=dict[str, Any], summary="The description of the interface (OpenAPI 3.1)")
def openapi(request: HttpRequest) -> Any:
    """All operations with what they take and give."""
    return description()
