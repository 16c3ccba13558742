"""Every operation of the interface × every member of the cast, with a token each. The table is api_matrix.yaml."""

import datetime
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import transaction

from oneplan.api.index import description
from tests.architecture.test_access_matrix import CAST, ONE_OF_EACH_SCOPE, address_name, asking, expand, filled_in
from tests.contracts.calling import ROOT, Caller, callers, content_of


@pytest.fixture(autouse=True)
def unlimited(settings: Any) -> None:
    settings.API_CALLS = settings.API_PUBLIC_CALLS = 1_000_000


LINES: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "api_matrix.yaml").read_text(encoding="utf-8")
)
KEPT_OUT = (401, 403, 404)
# Operations that change nothing, or make a copy for oneself: whoever only reads may call these.
HARMLESS = {"verify", "locate_points", "issue_workbook", "ask_form"}


def operations() -> dict[str, tuple[str, str, dict[str, Any]]]:
    """{operationId: (method, address, operation)}."""
    return {
        operation["operationId"]: (method.upper(), address, operation)
        for address, methods in description()["paths"].items()
        for method, operation in methods.items()
    }


OPERATIONS = operations()


@pytest.mark.engine_free
def test_every_operation_is_in_the_table():
    assert set(OPERATIONS) - {address_name(name) for name in LINES} == set(), "add these to api_matrix.yaml"


@pytest.mark.engine_free
def test_the_table_names_no_operation_that_is_gone():
    assert {address_name(name) for name in LINES} - set(OPERATIONS) == set()


@pytest.mark.engine_free
def test_wherever_somebody_is_let_in_one_who_asks_on_both_engines_is():
    members = {name: expand(line.get("may")) for name, line in LINES.items()}
    assert [name for name, let_in in members.items() if let_in and let_in.isdisjoint(ONE_OF_EACH_SCOPE)] == []


@pytest.mark.engine_free
@pytest.mark.parametrize("reader", ["analyst", "auditor", "charlie", "public"])
def test_who_only_reads_changes_nothing(reader):
    writing = {name for name in LINES if OPERATIONS[address_name(name)][0] != "GET"}
    writing = {name for name in writing if address_name(name) not in HARMLESS}
    assert [name for name in writing if reader in expand(LINES[name].get("may"))] == []


@pytest.mark.engine_free
def test_only_its_own_authority_binds_an_institution():
    binding = [name for name in LINES if re.match(r"(agree|accept|decline)_(commitment|pledge)", name)]
    assert len(binding) == 4
    assert all(expand(LINES[name]["may"]) == {"signatory"} for name in binding)


def filled(address: str, line: dict[str, Any], arguments: dict[str, Any]) -> str:
    given = {key: arguments.get(value, value) for key, value in line.get("with", {}).items()}
    return address.removeprefix(ROOT).format(**given) + filled_in(str(line.get("query", "")), arguments)


def plain(value: Any, arguments: dict[str, Any]) -> Any:
    """A body as it is sent: what its `$names` mean, and days, which YAML reads as such, as text."""
    if isinstance(value, dict):
        return {key: plain(each, arguments) for key, each in value.items()}
    if isinstance(value, str):
        return filled_in(value, arguments)
    return value.isoformat() if isinstance(value, datetime.date) else value


def call(caller: Caller, name: str, arguments: dict[str, Any], tags: dict[str, str]) -> int:
    """The status of one call; what it wrote is taken back, so that the `tags` the caller has read stand."""
    line, (method, address, operation) = LINES[name], OPERATIONS[address_name(name)]
    path, tag = filled(address, line, arguments), ""
    with transaction.atomic():
        if of := operation.get("x-etag-of"):
            read = filled(of, line, arguments)
            if read not in tags:
                tags[read] = caller.get(read).headers.get("ETag", '"none"')
            tag = tags[read]
        if "file" in line:
            status = caller.upload(path, str(line["file"]).encode(), tag=tag).status_code
        else:
            status = caller.send(method, path, plain(line.get("body"), arguments), tag=tag).status_code
        transaction.set_rollback(True)
    return int(status)


def test_every_operation_lets_in_whom_the_table_says(stage):
    faults, hands = [], callers(stage["cast"])
    for member in asking():
        tags: dict[str, str] = {}
        for name, line in LINES.items():
            status, may = call(hands[member], name, stage["arguments"], tags), member in expand(line.get("may"))
            if status >= 500 or may == (status in KEPT_OUT):
                faults.append(f"{name} as {member}: {status}, though the table says {'may' if may else 'may not'}")
    assert faults == [], "\n".join(faults)


def test_no_draft_leaks_to_strangers(stage):
    from tests.architecture.matrix_stage import RAND_AS_SHOWN, SECRET

    hands = callers(stage["cast"])
    reading = [name for name, (method, _a, _o) in OPERATIONS.items() if method == "GET"]
    for member in ("public", "charlie", "outsider", "other_coordinator", "other_hub"):
        for name in (each for each in LINES if address_name(each) in reading):
            path = filled(OPERATIONS[address_name(name)][1], LINES[name], stage["arguments"])
            said = content_of(hands[member].get(path)).decode("utf-8", "replace")
            assert not any(word in said for word in (SECRET, *RAND_AS_SHOWN)), (member, path)
    assert SECRET in hands["hub"].get("/commitments").content.decode(), "the search itself works"


def test_a_false_token_opens_nothing_anywhere(stage):
    false = Caller("oneplan_" + "x" * 43)
    tags: dict[str, str] = {}
    for name in LINES:
        assert call(false, name, stage["arguments"], tags) == 401, name


def test_a_reading_token_writes_nothing(stage):
    from tests.contracts.calling import token_for

    reading = Caller(token_for(stage["cast"]["hub"], may_write=False))
    tags: dict[str, str] = {}
    for name in LINES:
        if OPERATIONS[address_name(name)][0] != "GET":
            assert call(reading, name, stage["arguments"], tags) == 403, name
    assert set(CAST) >= {"hub"}
