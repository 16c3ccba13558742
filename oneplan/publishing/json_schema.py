"""The published JSON Schemas: of a sealed file, as it is written in `schemas/`, and of a draft, derived from it.

A draft has the same parts without a seal. Deriving it keeps the two from drifting apart, and neither satisfies the
other's schema, so that no program takes a draft for an adopted plan.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

SEALED, DRAFT = "one-plan-sealed-edition-1", "one-plan-draft-1"
_FOLDER = Path(__file__).resolve().parent / "schemas"
_NULL = {"type": "null"}


@cache
def published(name: str) -> bytes:
    """The schema of that name as it is handed out. Raises KeyError for another."""
    sealed = (_FOLDER / f"{SEALED}.json").read_bytes()
    return {SEALED: lambda: sealed, DRAFT: lambda: _written(_of_draft(json.loads(sealed)))}[name]()


def _written(schema: dict[str, Any]) -> bytes:
    return (json.dumps(schema, ensure_ascii=False, indent=2) + "\n").encode()


def _of_draft(schema: dict[str, Any]) -> dict[str, Any]:
    """The content of a sealed file, not adopted, perhaps not frozen, and without a seal."""
    parts = schema["$defs"]
    content = parts.pop("sealed_edition")
    said = content["properties"]
    said["format"] = {"const": "oneplan-draft-1"}
    said["edition"]["properties"]["adopted_on"] = _NULL
    said["copy_sha256"] = {"$ref": "#/$defs/sha256_or_none", "description": "Empty where no signing copy is frozen"}
    said["frozen_at"] = {"anyOf": [said["frozen_at"], _NULL]}
    said["seal"] = _NULL
    return {
        "$schema": schema["$schema"],
        "$id": schema["$id"].replace(SEALED, DRAFT),
        "title": "A One Plan that is not adopted",
        "description": "An edition in progress or a signing copy, in the parts of a sealed file. Nobody adopted it.",
        **{key: value for key, value in content.items() if key != "description"},
        "$defs": parts,
    }
