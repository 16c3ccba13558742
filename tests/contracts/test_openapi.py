"""The description is a promise: it changes only when somebody means it to."""

from pathlib import Path

import pytest

from oneplan.api.index import description, snapshot
from oneplan.platform.rest.schemas import Shown, Taken

KEPT = Path(__file__).parent / "openapi.json"
# They add something beside; nothing that somebody else could have changed meanwhile is changed.
ADDING = {"hand_in_evidence"}
RENEW = "python scripts/renew_openapi.py"


@pytest.mark.engine_free
def test_the_description_is_the_one_that_was_agreed():
    assert snapshot() == KEPT.read_text(encoding="utf-8"), (
        f"The interface changed. If that is meant, renew the snapshot with “{RENEW}”, and tell of it in CHANGELOG.md: "
        "a field taken away or renamed breaks what others built."
    )


@pytest.mark.engine_free
def test_it_is_openapi_3_1_and_every_operation_says_who_may_and_what_goes_wrong():
    told = description()
    assert told["openapi"] == "3.1.0"
    for address, methods in told["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"] and operation["description"], address
            assert {"Token": []} in operation["security"], address
            assert {"400", "401", "406", "422", "429", "500"} <= set(operation["responses"]), address
            changing = method in ("patch", "put") or (
                method == "post" and ("{ref}" in address or "-returns/{" in address)
            )
            changing = changing and operation["operationId"] not in ADDING
            has_tag = any(each["name"] == "If-Match" for each in operation.get("parameters", []))
            assert has_tag == ("x-etag-of" in operation) and (has_tag or not changing), (method, address)


@pytest.mark.engine_free
def test_no_two_rooms_give_one_name_to_two_shapes():
    def names(root):
        for each in root.__subclasses__():
            if not each.__name__.startswith("Listed"):  # a page of some shape, made where it is asked for
                yield each.__name__, each.__module__
            yield from names(each)

    description()
    places: dict[str, set[str]] = {}
    for root in (Shown, Taken):
        for name, module in names(root):
            places.setdefault(name, set()).add(module)
    assert {name: where for name, where in places.items() if len(where) > 1} == {}
