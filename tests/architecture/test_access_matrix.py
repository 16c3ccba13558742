"""Every address × method × role. The table is access_matrix.yaml; an address that is not in it fails.

Each line says who may open the page (GET) and who may send its form (POST). "May not" is one of: sent to sign in, 403,
or the 404 that hides what may not be seen. "May" is anything else: a form sent empty answers 200 or 400 with what is
missing.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.urls import URLPattern, URLResolver, get_resolver, reverse

TABLE: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "access_matrix.yaml").read_text(encoding="utf-8"))
CAST: tuple[str, ...] = tuple(TABLE["cast"])
ADDRESSES: dict[str, dict[str, Any]] = TABLE["addresses"]
# allauth tests its own addresses; what we decide about them (nobody registers, second factor) is tested in accounts.
LIBRARY = ("account_", "mfa_", "django_")


def named_addresses(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every named address of the house; an address without a name fails."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from named_addresses(pattern, space)
        else:
            yield f"{prefix}{pattern.name or f'UNNAMED {pattern.pattern}'}", pattern


OURS = {name: pattern for name, pattern in named_addresses() if not name.startswith(LIBRARY)}


@pytest.mark.engine_free
def test_every_address_is_in_the_table():
    assert set(OURS) - set(ADDRESSES) == set(), "add these to access_matrix.yaml"


@pytest.mark.engine_free
def test_the_table_names_no_address_that_is_gone():
    assert set(ADDRESSES) - set(OURS) == set()


@pytest.mark.engine_free
def test_every_line_decides_for_every_member_of_the_cast():
    for name, line in ADDRESSES.items():
        for method in ("get", "post"):
            who = line.get(method, [])
            assert who == "all" or who == "none" or set(who) <= set(CAST), (name, method, who)


def may(line: dict[str, Any], method: str, member: str) -> bool:
    who = line.get(method, "none")
    return who == "all" or (who != "none" and member in who)


def is_let_in(answer: Any) -> bool:
    """Whether the answer lets the member in. A redirect to sign-in, 403 and 404 do not."""
    if answer.status_code in (301, 302):
        return "/account/login" not in answer["Location"]
    return answer.status_code not in (403, 404)


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """One small world for all checks of this module: a plan in progress, an adopted one, a commitment, a run."""
    from django.db import transaction

    from tests.architecture.matrix_stage import set_stage

    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            yield set_stage()
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


@pytest.mark.parametrize("member", CAST)
@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_the_address_lets_in_whom_the_table_says(stage, name, member):
    line = ADDRESSES[name]
    arguments = {key: stage["arguments"].get(value, value) for key, value in line.get("with", {}).items()}
    address = reverse(name, kwargs=arguments) + line.get("query", "")
    client = stage["clients"][member]
    from django.db import transaction

    for method in ("get", "post"):
        savepoint = transaction.savepoint()
        try:
            answer = getattr(client, method)(address, **({"data": line.get("form", {})} if method == "post" else {}))
        finally:
            transaction.savepoint_rollback(savepoint)
        if answer.status_code == 405:
            assert not may(line, method, member), f"{method} {address} does not exist, but the table lets {member} in"
            continue
        assert answer.status_code < 500, (method, address, answer.status_code)
        assert is_let_in(answer) == may(line, method, member), (
            f"{method.upper()} {address} as {member}: {answer.status_code}; the table says "
            f"{'yes' if may(line, method, member) else 'no'}"
        )
