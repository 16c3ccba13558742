"""What is not adopted reaches nobody outside: not as a row, not as a word, not as a number in a total.

Waterberg's draft carries a word and an amount that stand nowhere else (matrix_stage.py); they are searched for in all
that strangers can open. Whoever works in Waterberg finds them: the search itself works.
"""

import csv
import inspect
import io
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest
from django.db.models import QuerySet

import oneplan
from oneplan.access.actors import Actor
from oneplan.plans.queries import immediate_issues, readable_spaces
from oneplan.portal.queries.memory import find_subject
from tests.architecture.matrix_stage import RAND_AS_SHOWN, SECRET

STRANGERS = ("public", "charlie", "outsider", "other_coordinator", "other_hub")
# What everybody, or everybody who works here, may see: places, institutions, who holds a post, who sits on a committee.
REGISTERS = {
    "oneplan.spaces.queries.register.visible_to",
    "oneplan.institutions.queries.visible_to",
    "oneplan.institutions.queries.holdings_visible_to",
    "oneplan.committees.queries.visible_to",
    "oneplan.budgets.queries.visible_to",  # by standing; the release of the stage is inside government (PAGES)
    "oneplan.indicators.queries.visible_to",  # by standing; the release of the stage is held back (PAGES)
    "oneplan.spaces.queries.layers.layers_visible_to",  # each says how widely it may be seen (test_layer_pages)
}
DRAFTS = {
    "oneplan.alignment.queries.clashes.clashes_visible_to",
    "oneplan.alignment.queries.links.links_visible_to",
    "oneplan.alignment.queries.ties.ties_visible_to",
    "oneplan.committees.queries.resolutions_visible_to",
    "oneplan.commitments.queries.readers.visible_to",
    "oneplan.exchange.queries.visible_to",
    "oneplan.joint_planning.queries.contributions_visible_to",
    "oneplan.plans.queries.visible_to",
    "oneplan.projects.queries.matches.matches_visible_to",
    "oneplan.projects.queries.programmes.programmes_visible_to",
    "oneplan.projects.queries.readers.visible_to",
    "oneplan.publishing.queries.visible_to",
    "oneplan.workbooks.queries.returns_visible_to",
    "oneplan.workbooks.queries.visible_to",
}
OF_THE_DRAFT = {"space:DC36", "institution:lim-health"}  # a programme is its institution's alone
PAGES = (
    "/", "/plans/", "/spaces/", "/spaces/DC36/", "/board/", "/board/?view=map", "/board/?format=csv",
    "/board/?measure=commitments", "/board/answers/", "/board/answers/?format=csv", "/board/money/",
    "/board/money/?format=csv", "/provinces/LIM/", "/provinces/LIM/?format=csv", "/provinces/LIM/?basis=MFMA",
    "/institutions/lim-health/board/", "/institutions/lim-health/board/?format=csv", "/institutions/nat-dws/board/",
    "/spaces/DC36/timeline/", "/spaces/DC36/timeline/?format=csv", "/spaces/DC36/plan/1/results/",
    "/spaces/DC36/plan/1/results/?format=csv",
    "/commitments/", "/commitments/ledger.csv", "/commitments/?q=Clinic", "/immediate/",
    "/immediate/?format=csv", "/spaces/DC36/immediate/", "/spaces/DC36/immediate/?format=csv",
    "/spaces/DC36/committees/",
    "/spaces/DC36/champions/", "/imports/", "/budgets/releases/", "/indicators/releases/",
    "/indicators/freshness/", "/inbox/", "/contributions/", "/search/?q=borehole",
    "/search/?q=DC36-C-000",
    "/search/?q=Water", "/institutions/lim-health/", "/institutions/lim-health/commitments/", "/people/", "/verify/",
    "/plans/ETH/downloads/", "/spaces/DC36/plan/1/downloads/", "/spaces/DC36/plan/1/downloads/json/",
)  # fmt: skip


def visibilities() -> Iterator[tuple[str, Callable[[Actor], QuerySet[Any]]]]:
    """Every function of a room's queries that says which rows an actor may see (of Waterberg, where it asks)."""
    for module in walk_packages(oneplan.__path__, "oneplan."):
        if ".queries" not in module.name or ".tests" in module.name:
            continue
        for name, function in inspect.getmembers(import_module(module.name), inspect.isfunction):
            if name.endswith("visible_to") and function.__module__ == module.name:
                of_a_space = "space" in inspect.signature(function).parameters
                yield f"{module.name}.{name}", partial(function, space="DC36") if of_a_space else function


def text_of(answer: Any) -> str:
    return b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode()


def traces(text: str) -> list[str]:
    """The traces of Waterberg's draft in a page."""
    return [each for each in (SECRET, "DC36-C-0001", "Clinic and borehole", "rows.csv", *RAND_AS_SHOWN) if each in text]


@pytest.mark.engine_free
def test_every_visibility_is_sorted_into_register_or_draft():
    assert {name for name, _function in visibilities()} == REGISTERS | DRAFTS


def test_a_draft_is_in_nothing_that_a_stranger_may_see(stage):
    draft = stage["draft"]
    rows = {name: function for name, function in visibilities() if name in DRAFTS}
    kept = [f"edition:DC36:{draft.edition.number}", f"commitment:{draft.commitment.ref}", "space:DC36",
            f"edition:DC36:{draft.edition.number}:{draft.finding}", f"pledge:{draft.pledge}"]  # fmt: skip
    for member in STRANGERS:
        actor = stage["cast"][member]
        for name, visible_to in rows.items():
            found = [row for row in visible_to(actor) if OF_THE_DRAFT & {*row.scopes()}]
            assert found == [], (member, name)
        assert not readable_spaces(actor).filter(pk="DC36").exists(), member
        assert not immediate_issues(actor).filter(edition__plan="DC36").exists(), member
        assert [key for key in kept if find_subject(key, actor)] == [], member
    hub = stage["cast"]["hub"]
    for name, visible_to in rows.items():
        assert any(OF_THE_DRAFT & {*row.scopes()} for row in visible_to(hub)), name
    assert all(find_subject(key, hub) for key in kept)


def test_no_page_tells_a_stranger_a_word_or_a_rand_of_a_draft(stage):
    for member in STRANGERS:
        for page in PAGES:
            answer = stage["clients"][member].get(page)
            assert traces(text_of(answer)) == [], (member, page)
    for page in (
        "/commitments/", "/commitments/ledger.csv", "/immediate/?format=csv", "/search/?q=borehole",
        "/board/money/?format=csv", "/institutions/lim-health/board/?format=csv", "/spaces/DC36/timeline/?format=csv",
        "/spaces/DC36/plan/1/results/?format=csv",
    ):  # fmt: skip
        assert traces(text_of(stage["clients"]["hub"].get(page))), page


def test_totals_do_not_count_what_the_reader_may_not_see(stage):
    """To a stranger Waterberg stands like Sekhukhune, where nothing was ever begun; the ledger has no row."""
    for member in STRANGERS[1:]:
        client = stage["clients"][member]
        board = {row[0]: row[3:] for row in csv.reader(io.StringIO(text_of(client.get("/board/?format=csv"))))}
        assert board["DC36"] == board["DC47"], member
        ledger = list(csv.reader(io.StringIO(text_of(client.get("/commitments/ledger.csv")))))
        assert len(ledger) == 1, (member, "headings and no row")
        assert client.get("/commitments/").context["counted"] == 0, member
        answers = text_of(client.get("/board/answers/?format=csv"))
        assert "DC36" not in answers, member
        assert "DC36" not in text_of(client.get("/board/money/?format=csv")), member
    hub = stage["clients"]["hub"]
    board = {row[0]: row[3:] for row in csv.reader(io.StringIO(text_of(hub.get("/board/?format=csv"))))}
    assert board["DC36"] != board["DC47"]
    assert hub.get("/commitments/").context["counted"] == 1
