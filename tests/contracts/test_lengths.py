"""A long text may be exactly as long as the description says: calls at random try the shape of texts, not their length.

Here is the length.
"""

from collections.abc import Iterator
from typing import Any

from django.db import transaction

from tests.architecture.test_api_matrix import LINES, OPERATIONS, filled, plain

LONG = 4_000  # signs: longer texts are tried here


def long_texts() -> Iterator[tuple[str, str, int]]:
    """(operation, field, how many signs it may have) of every long text that is taken."""
    from oneplan.api.index import description

    shapes = description()["components"]["schemas"]
    for name, (_method, _address, operation) in OPERATIONS.items():
        for taken in operation.get("requestBody", {}).get("content", {}).values():
            fields = shapes.get(taken["schema"].get("$ref", "").rpartition("/")[2], {}).get("properties", {})
            for field, shape in fields.items():
                lengths = (each.get("maxLength", 0) for each in [shape, *shape.get("anyOf", [])])
                if (length := max(lengths)) > LONG:
                    yield name, field, length


def pointed_at(stage: dict[str, Any], name: str, **said: str) -> tuple[int, set[str]]:
    """The status of a call with these fields beside those of the table, and the fields that its problem points at."""
    hub, line, (method, address, operation) = stage["callers"]["hub"], LINES[name], OPERATIONS[name]
    tag = ""
    with transaction.atomic():
        if of := operation.get("x-etag-of"):
            tag = hub.get(filled(of, line, stage["arguments"])).headers.get("ETag", "")
        path = filled(address, line, stage["arguments"])
        answer = hub.send(method, path, {**plain(line.get("body", {}), stage["arguments"]), **said}, tag=tag)
        transaction.set_rollback(True)
    return answer.status_code, {each["pointer"] for each in answer.json().get("errors", [])}


def test_every_long_text_is_taken_up_to_its_length_and_not_a_sign_longer(stage):
    texts = list(long_texts())
    assert len(texts) > 20
    for name, field, length in texts:
        status, pointers = pointed_at(stage, name, **{field: "x" * length})
        assert status < 500 and f"#/{field}" not in pointers, (name, field, status, pointers)
        status, pointers = pointed_at(stage, name, **{field: "x" * (length + 1)})
        assert (status, f"#/{field}" in pointers) == (422, True), (name, field, status, pointers)
