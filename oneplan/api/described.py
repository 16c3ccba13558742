"""The OpenAPI description, completed: what every operation has in common is said once, here."""

from collections.abc import Iterator
from typing import Any

from oneplan.platform.rest.problems import KINDS, MEDIA_TYPE
from oneplan.platform.rest.tags import HEADER

Json = dict[str, Any]
_ANY_CALL = (400, 401, 406, 422, 429, 500)
_WITH_BODY = (413, 415)
_WRITING = (403, 409)
_CHANGING = (412, 428)
TAG = r'^(W/)?"[0-9a-f]{32}"$'
PROBLEM: Json = {
    "type": "object",
    "title": "Problem",
    "description": "What went wrong and what to do (RFC 9457).",
    "required": ["type", "title", "status", "detail", "remedy", "instance", "errors"],
    "properties": {
        "type": {"type": "string", "description": "The kind of problem, as an address that explains it."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What was wrong this time, in a sentence."},
        "remedy": {"type": "string", "description": "What to do."},
        "instance": {"type": "string", "description": "The number of this call, for your administrator."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "sentence", "remedy"],
                "properties": {
                    "pointer": {"type": "string", "description": "#/field in the body, ?name in the address."},
                    "sentence": {"type": "string"},
                    "remedy": {"type": "string"},
                },
            },
        },
    },
}


def described(schema: Json) -> Json:
    """Security, problems, headers and If-Match on every operation; plain names for what django-ninja named."""
    told: Json = dict(schema)
    components = told.setdefault("components", {})
    components["securitySchemes"] = {
        "Token": {"type": "http", "scheme": "bearer", "description": "A personal token from /account/tokens/."}
    }
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    components["responses"] = {f"Problem{status}": _problem(status) for status in KINDS}
    for address, method, operation in operations(told):
        _complete(operation, address, method)
    return told


def operations(told: Json) -> Iterator[tuple[str, str, Json]]:
    """(address, method, operation) of a description."""
    for address, methods in told["paths"].items():
        for method, operation in methods.items():
            yield address, method, operation


def _problem(status: int) -> Json:
    _kind, title, remedy = KINDS[status]
    told: Json = {
        "description": f"{title}. {remedy}",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    headers = {429: {"Retry-After": "integer"}, 401: {"WWW-Authenticate": "string"}, 412: {"ETag": "string"}}
    if status in headers:
        told["headers"] = {name: {"schema": {"type": kind}} for name, kind in headers[status].items()}
    return told


def _complete(operation: Json, address: str, method: str) -> None:
    is_open = any("OpenBearer" in each for each in operation.get("security", []))
    operation["security"] = [{}, {"Token": []}] if is_open else [{"Token": []}]
    responses: dict[Any, Json] = operation["responses"]
    for name, each in responses.items():
        if method == "get" and int(name) == 200:
            each["headers"] = {"ETag": {"schema": {"type": "string"}}, "Cache-Control": {"schema": {"type": "string"}}}
            if "page" in {one["name"] for one in operation.get("parameters", [])}:
                each["headers"]["Link"] = {"schema": {"type": "string"}}
    statuses = set(_ANY_CALL)
    if "{" in address:
        statuses.add(404)
    if "requestBody" in operation:
        statuses |= set(_WITH_BODY)
    if method == "get":
        responses[304] = {"description": "What you hold is what stands here."}
    elif not is_open or "{" in address:
        statuses |= set(_WRITING) | {404}
    if operation.pop("x-refuses", False):
        statuses.add(409)  # also a question may be refused
    if "x-etag-of" in operation:
        statuses |= set(_CHANGING)
        operation.setdefault("parameters", []).append(
            {
                "name": HEADER,
                "in": "header",
                "required": True,
                "description": f"The ETag of GET {operation['x-etag-of']} as you read it.",
                "schema": {"type": "string", "pattern": TAG},
            }
        )
    for status in sorted(statuses):
        responses.setdefault(status, {"$ref": f"#/components/responses/Problem{status}"})
    operation["responses"] = {str(status): responses[status] for status in sorted(responses, key=int)}
