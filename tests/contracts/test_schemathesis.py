"""A stranger's view: calls made from the description alone, right and wrong, must be answered as the description says.

Schemathesis reads /api/v1/openapi.json from the WSGI application and tries every operation with examples, edge cases,
random data and chains of calls, as several members of the cast. No 500, every answer in its schema, every status
documented, wrong data refused, right data taken. On PostgreSQL the one who may do most asks: who may do what does not
hang on the engine, what a column can hold does.
"""

import itertools
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import schemathesis
from django.db import connection, connections, transaction
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from tests.contracts.calling import ROOT, Caller
from tests.contracts.serving import application, kept_open
from tests.contracts.test_lengths import LONG

SEED = 20261122
# What the house answers to well-formed data that does not fit the world: no such row, not now, not this version.
FITS_NOT = ["2xx", "304", "401", "403", "404", "409", "412"]
EXAMPLES = {"hub": 1, "signatory": 2, "auditor": 1, "public": 1}
# Edge cases of every field and chains of calls are tried by the one who may do most; random data by all.
ALL_PHASES = "hub"


def config(member: str, secret: str) -> SchemathesisConfig:
    phases: dict[str, dict[str, Any]] = {
        name: {"enabled": member == ALL_PHASES} for name in ("examples", "coverage", "stateful")
    }
    if member == ALL_PHASES:
        phases["coverage"]["unexpected-methods"] = ["TRACE"]
    return SchemathesisConfig.from_dict(
        {
            "seed": SEED,
            "auth": {"openapi": {"Token": {"bearer": secret}}} if secret else {},
            "workers": 1,
            "generation": {
                "max-examples": EXAMPLES[member], "deterministic": True, "database": "none", "mode": "all",
            },
            "phases": {**phases, "fuzzing": {"enabled": True}},
            "checks": {
                "positive_data_acceptance": {"expected-statuses": FITS_NOT},
                "negative_data_rejection": {"expected-statuses": ["4xx"]},
                "missing_required_header": {"expected-statuses": ["4xx"]},
                # It cannot probe a WSGI application (4.32); test_api.py sends a false token to every operation instead.
                "ignored_auth": {"enabled": False},
            },
        }
    )  # fmt: skip


def real_places(stage: dict[str, Any], path: str) -> dict[str, Any]:
    """What of the stage an address of that form names."""
    of = stage["arguments"]
    ref = of["$ref"] if "/commitments/" in path else "O-001" if "/outcomes" in path else of["$finding"]
    ref = "S-001" if "/strategies" in path else ref
    code = "lim-health" if "/institutions/" in path else "DC36"
    if "/indicators/" in path:
        code = "gini" if "/measures/" in path else "population"
    if "/definitions/" in path:
        code = of["$own_indicator"] if "/indicator" in path.partition("/definitions/")[2] else of["$own_table"]
    ref = of["$target"] if "/targets" in path else of["$baseline"] if "/baselines" in path else ref
    ref = of["$cycle"] if "/ledger/cycles/" in path else ref
    number = of["$workbook"] if "/workbooks/" in path else of["$number"]
    number = of["$workbook_return"] if "/workbook-returns/" in path else number
    return {
        "code": code, "number": number, "ref": ref, "stage": "diagnostic", "institution": "lim-health",
        "pledge": of["$pledge"], "sha256": of["$evidence"], "run": of["$run"], "space": "DC36", "marker": "women",
        "form": "json", "name": "amount_type.code", "kind": "table",
        "link": of["$link"], "amendment": of["$amendment"],
        "plan": "idp-dc36", "item": of["$plan_item"],
    }  # fmt: skip


def leave_lengths_out(said: Any) -> None:
    """Long texts may be as long as they like here: their patterns would be made to count, forty megabytes each.

    test_lengths.py tries how long they may be.
    """
    if isinstance(said, dict):
        if said.get("type") == "string" and said.get("maxLength", 0) > LONG:
            del said["maxLength"]
        said = list(said.values())
    for each in said if isinstance(said, list) else []:
        leave_lengths_out(each)


WELL_SAID = {"cut": "amount_type.code:original", "drilldown": "function", "order": "amount:desc"}


@contextmanager
def meeting_the_world(stage: dict[str, Any], caller: Caller) -> Iterator[None]:
    """Two calls of three name what exists, and carry the tag that stands, so that they get past 404 and 412."""
    turn, tags = itertools.count(), dict[str, str]()
    held = {alias: connections[alias] for alias in connections}

    def before_call(context: Any, case: Any, kwargs: Any) -> None:
        for alias, connection_of_the_test in held.items():  # the calls come from a thread of their own
            connections[alias] = connection_of_the_test
        if "/budgets/" in case.operation.path and case.query:  # a language of its own: its grammar is tried in budgets
            said = {name for name in WELL_SAID if len(str(case.query.get(name) or "")) in range(1, 4_001)}
            case.query.update({name: WELL_SAID[name] for name in said})
        if next(turn) % 3 == 0 or not case.path_parameters:
            return
        real = real_places(stage, case.operation.path)
        case.path_parameters.update({name: real[name] for name in case.path_parameters})
        of = case.operation.definition.raw.get("x-etag-of")
        if of and case.headers and "If-Match" in case.headers:
            path = of.format(**real).removeprefix(ROOT)
            if path not in tags:
                tags[path] = caller.get(path).headers.get("ETag", "")
            if tags[path]:
                case.headers["If-Match"] = tags[path]

    def after_call(context: Any, case: Any, response: Any) -> None:
        if case.method != "GET" and response.status_code < 300:
            tags.clear()

    def before_load_schema(context: Any, raw_schema: Any) -> None:
        leave_lengths_out(raw_schema)

    for hook in (before_load_schema, before_call, after_call):
        schemathesis.hook(hook)
    try:
        yield
    finally:
        schemathesis.hooks.unregister_all()


def faults(member: str, caller: Caller) -> tuple[dict[str, str], Counter[int]]:
    """What was not as described, by operation and kind of fault; and how often each status was given."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application(), config=config(member, caller.secret))
    found: dict[str, str] = {}
    statuses: Counter[int] = Counter()
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError):
            found[f"{event.label}: {event.value!r}"] = "".join(traceback.format_exception(event.value))
        elif isinstance(event, events.FatalError):
            found[repr(event.exception)] = "".join(traceback.format_exception(event.exception))
        elif isinstance(event, events.ScenarioFinished | events.FuzzScenarioFinished):
            answers = (each.response for each in event.recorder.interactions.values())
            statuses.update(answer.status_code for answer in answers if answer is not None)
            for check in itertools.chain.from_iterable(event.recorder.checks.values()):
                if check.failure_info is not None:
                    failure = check.failure_info.failure
                    found.setdefault(
                        f"{failure.operation}: {failure.title}", f"{failure.message}\n{check.failure_info.code_sample}"
                    )
    return found, statuses


def test_the_interface_keeps_its_description(stage, capsys):
    wrong, told = dict[str, str](), list[str]()
    for member in EXAMPLES if connection.vendor == "sqlite" else [ALL_PHASES]:
        caller, begun = stage["callers"][member], time.process_time()
        with meeting_the_world(stage, caller), kept_open(), transaction.atomic():
            found, statuses = faults(member, caller)
            transaction.set_rollback(True)
        wrong |= {f"{member}: {what}": how for what, how in found.items()}
        counts = ", ".join(f"{status} × {count}" for status, count in sorted(statuses.items()))
        told.append(f"{member}: {statuses.total()} calls in {time.process_time() - begun:.0f} s of work: {counts}")
        assert statuses.total() > 50, told
    with capsys.disabled():
        print("\n  schemathesis as " + "\n  schemathesis as ".join(told))  # noqa: T201
    assert wrong == {}, f"{len(wrong)} faults\n\n" + "\n\n".join(f"{what}\n{how}" for what, how in wrong.items())
