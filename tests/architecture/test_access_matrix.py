"""Every address × method × role. The table is access_matrix.yaml; an address that is not in it fails.

Each line says who may open the page (GET) and who may send its form (POST). "May not" is one of: sent to sign in, 403,
or the 404 that hides what may not be seen. "May" is anything else that exists: a form sent empty answers 422 or 409
with what is missing. A method that an address does not have (405) lets nobody in.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

TABLE: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "access_matrix.yaml").read_text(encoding="utf-8"))
CAST: tuple[str, ...] = tuple(TABLE["cast"])
GROUPS: dict[str, list[str]] = TABLE["groups"]
LINES: dict[str, dict[str, Any]] = {
    name: line for room in TABLE["addresses"].values() for name, line in room.items()
}  # fmt: skip
METHODS = ("get", "post")
# allauth tests its own addresses; what we decide about them (nobody registers, second factor) is tested in accounts.
# The interface has a table of its own, by operation: api_matrix.yaml.
LIBRARY = ("account_", "mfa_", "django_", "api:")
# Forms that are no act upon the country's plans: whoever only reads may send these.
OPEN_FORMS = {
    "accounts:make_token", "portal:verify", "portal:verify_log", "access:accept_invitation", "publishing:public_ask",
    "publishing:ask", "workbooks:workbooks", "workbooks:party_workbooks",
    "projects:download", "indicators:own",
}  # fmt: skip
# An institution's own people work in any space: they propose what their institution will do there, and nothing else.
OWN_INSTITUTION = {"commitments:propose_commitment"}
# Who asks on PostgreSQL: one for each kind of scope (the nation, a province, a space, an institution, none), so that
# each form of each statement is put to that engine. What a role may do hangs on no engine: on SQLite all sixteen ask.
ONE_OF_EACH_SCOPE = ("administrator", "office", "coordinator", "hub", "signatory", "outsider", "public")


def named_addresses(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every named address of the house; an address without a name fails."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from named_addresses(pattern, space)
        else:
            yield f"{prefix}{pattern.name or f'UNNAMED {pattern.pattern}'}", pattern


def expand(who: str | list[str] | None) -> frozenset[str]:
    """Members meant by a cell: a member, a group, "everybody", "nobody", or a list of these."""
    if who is None or who == "nobody":
        return frozenset()
    if who == "everybody":
        return frozenset(CAST)
    if isinstance(who, str):
        return expand(GROUPS[who]) if who in GROUPS else frozenset({who})
    return frozenset().union(*(expand(each) for each in who))


def address_name(line_name: str) -> str:
    """ "plans:element · of an adopted edition" is a second line of plans:element."""
    return line_name.partition(" · ")[0]


def asking() -> tuple[str, ...]:
    """The members of the cast that ask at every address, on this engine."""
    return CAST if connection.vendor == "sqlite" else ONE_OF_EACH_SCOPE


OURS = {name: pattern for name, pattern in named_addresses() if not name.startswith(LIBRARY)}


@pytest.mark.engine_free
def test_every_address_is_in_the_table():
    assert set(OURS) - {address_name(name) for name in LINES} == set(), "add these to access_matrix.yaml"


@pytest.mark.engine_free
def test_the_table_names_no_address_that_is_gone():
    assert {address_name(name) for name in LINES} - set(OURS) == set()


@pytest.mark.engine_free
def test_every_exception_is_an_address_of_the_table():
    assert (OPEN_FORMS | OWN_INSTITUTION) - set(LINES) == set(), "these exceptions are no longer needed"


@pytest.mark.engine_free
def test_the_table_names_nobody_who_is_not_in_the_cast():
    for name, line in LINES.items():
        assert set(line) <= {"with", "query", "form", "file", *METHODS}, (name, set(line))
        for method in METHODS:
            assert expand(line.get(method)) <= set(CAST), (name, method)


@pytest.mark.engine_free
def test_wherever_somebody_is_let_in_one_who_asks_on_both_engines_is():
    cells = {(name, method): expand(line.get(method)) for name, line in LINES.items() for method in METHODS}
    assert [cell for cell, members in cells.items() if members and members.isdisjoint(ONE_OF_EACH_SCOPE)] == []


@pytest.mark.engine_free
def test_no_form_goes_without_its_token():
    assert [name for name, pattern in OURS.items() if getattr(pattern.callback, "csrf_exempt", False)] == []


@pytest.mark.engine_free
@pytest.mark.parametrize("reader", ["analyst", "auditor", "charlie", "public"])
def test_who_only_reads_sends_no_form(reader):
    assert [name for name, line in LINES.items() if reader in expand(line.get("post")) and name not in OPEN_FORMS] == []


@pytest.mark.engine_free
@pytest.mark.parametrize("stranger", ["other_hub", "other_coordinator", "outsider"])
def test_nobody_writes_outside_their_own_space(stranger):
    written = {name for name, line in LINES.items() if line.get("with") and stranger in expand(line.get("post"))}
    assert written - OPEN_FORMS - OWN_INSTITUTION == set()


@pytest.mark.engine_free
def test_only_its_own_authority_binds_an_institution():
    binding = {
        name: expand(line.get("post"))
        for name, line in LINES.items()
        if name.startswith("commitments:") and any(verb in name for verb in ("agree", "accept", "sign", "decline"))
    }
    assert len(binding) >= 6
    assert {who for members in binding.values() for who in members} == {"signatory"}, binding


def is_let_in(answer: Any) -> bool:
    """Whether the answer lets the member in. A redirect to sign-in, 403, 404 and 405 do not."""
    if answer.status_code in (301, 302):
        return "/account/login" not in answer["Location"]
    return answer.status_code not in (403, 404, 405)


def send(client: Client, method: str, address: str, form: dict[str, Any]) -> Any:
    """The answer to one request; what it wrote is taken back."""
    savepoint = transaction.savepoint()
    try:
        answer = client.get(address) if method == "get" else client.post(address, data=form)
        if answer.streaming:
            answer.getvalue()  # read to its end, as a browser does: the client closes it then
    finally:
        transaction.savepoint_rollback(savepoint)
    return answer


def filled_in(words: str, arguments: dict[str, Any]) -> str:
    """Words of a line with what its `$names` mean."""
    return re.sub(r"\$\w+", lambda name: str(arguments.get(name[0], name[0])), words)


def address_of(name: str, arguments: dict[str, Any]) -> str:
    line = LINES[name]
    given = {key: arguments.get(value, value) for key, value in line.get("with", {}).items()}
    return str(reverse(address_name(name), kwargs=given)) + filled_in(str(line.get("query", "")), arguments)


def observed(stage: dict[str, Any], name: str) -> dict[str, dict[str, Any]]:
    """{method: {member: answer}} of one line."""
    address, answers = address_of(name, stage["arguments"]), dict[str, dict[str, Any]]()
    for method in METHODS:
        answers[method] = {}
        for member in asking():
            answers[method][member] = send(stage["clients"][member], method, address, form_of(name))
            if answers[method][member].status_code == 405:
                break  # the method is not there, whoever asks: it is judged before anything about the member is
    return answers


def form_of(name: str) -> dict[str, Any]:
    """What is posted to a line's address: fields, and a file made anew for each request."""
    line = LINES[name]
    file = {"file": SimpleUploadedFile("rows.csv", line["file"].encode())} if "file" in line else {}
    return {**line.get("form", {}), **file}


def told(answers: dict[str, Any], members: Iterable[str]) -> str:
    return (
        ", ".join(
            f"{member} ({answers[member].status_code if member in answers else 405})" for member in sorted(members)
        )
        or "–"
    )


def judge(stage: dict[str, Any], name: str) -> Iterator[str]:
    """What is wrong with one line, in words."""
    for method, answers in observed(stage, name).items():
        expected = expand(LINES[name].get(method)) & {*asking()}
        let_in = {member for member, answer in answers.items() if is_let_in(answer)}
        broken = {member for member, answer in answers.items() if answer.status_code >= 500}
        for fault, members in (
            ("let in against the table", let_in - expected),
            ("kept out against the table", expected - let_in),
            ("broken", broken),
        ):
            if members:
                where = address_of(name, stage["arguments"])
                yield f"{name}: {method.upper()} {where} {fault}: {told(answers, members)}"


@pytest.mark.parametrize("half", [0, 1])
def test_every_address_lets_in_whom_the_table_says(stage, half):
    """Few tests on purpose: each builds the world once, rolls every request back, and tells all faults together."""
    faults = [fault for name in list(LINES)[half::2] for fault in judge(stage, name)]
    assert faults == [], "\n".join(faults)
