"""The reference for people, made from the same description that programs read."""

from collections import defaultdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oneplan.api.index import description
from oneplan.platform.rest.problems import KINDS


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """Every operation by subject, with its parameters and fields, and every problem with its remedy."""
    told = description()
    subjects: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for address, methods in told["paths"].items():
        for method, operation in methods.items():
            subjects[operation["tags"][0]].append(_line(told, address, method, operation))
    problems = [(status, kind, title, remedy) for status, (kind, title, remedy) in KINDS.items()]
    context = {"subjects": dict(subjects), "problems": problems, "version": told["info"]["version"]}
    return render(request, "api/reference.html", context)


def _line(told: Any, address: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": operation["operationId"], "method": method.upper(), "address": address,
        "summary": operation["summary"], "description": operation.get("description", ""),
        "is_open": {} in operation["security"],
        "parameters": [
            (each["name"], each["in"], each["required"], each.get("description", ""))
            for each in operation.get("parameters", [])
        ],
        "fields": _fields(told, operation),
    }  # fmt: skip


def _fields(told: Any, operation: dict[str, Any]) -> list[tuple[str, bool, str]]:
    """(name, whether it must be sent, description) of the body."""
    kinds = operation.get("requestBody", {}).get("content", {})
    body: dict[str, Any] = next((each["schema"] for each in kinds.values()), {})
    schema = told["components"]["schemas"].get(body.get("$ref", "").rsplit("/", 1)[-1], body)
    must = schema.get("required", [])
    return [(name, name in must, each.get("description", "")) for name, each in schema.get("properties", {}).items()]
