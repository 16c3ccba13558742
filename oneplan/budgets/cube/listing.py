"""Facts one by one, down to the row of their source; and what there is to ask by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from oneplan.access.actors import Actor
from oneplan.budgets import facts
from oneplan.budgets.cube.apportioning import Apportioned, apportion
from oneplan.budgets.cube.attributes import Attribute
from oneplan.budgets.cube.members import NOT_GOVERNMENT, is_hidden_from, named_openly, some_members
from oneplan.budgets.cube.planning import lengths_of, planned, values_of
from oneplan.budgets.cube.questions import Question
from oneplan.budgets.measures import Behind, Figures
from oneplan.budgets.months import Window, part_of, within
from oneplan.budgets.shelf import reading
from oneplan.warehouse.engines import ask

_DIMENSION_OF = {
    "dataset": "datasets", "institution": "institutions", "place": "places", "function": "functions", "item": "items",
    "fund": "funds", "programme": "programmes", "project": "projects", "release": "releases", "cell": "cells",
    "rule": "rules",
}  # fmt: skip

_OF_PARTS = ("place", "how", "rule")  # what the parts of one figure may differ in


@dataclass(frozen=True)
class FactLine:
    """One served fact with what its numbers stand for. `row` and `cell` are where its source says it."""

    numbers: dict[str, int]
    known: dict[str, Mapping[str, Any]]
    amount: Decimal

    def part_of(self, window: Window) -> tuple[int, int, Decimal]:
        """How many of its months lie in a year, of how many, and the rand of them."""
        when = (self.numbers["basis"], self.numbers["year"], self.word("length"), self.numbers["period"])
        upto, before, months = within(window, *when)
        return upto - before, months, part_of(self.amount, window, *when)

    def word(self, column: str) -> Any:
        """The choice that a number of a fixed list stands for."""
        return list(facts.LISTS[column])[self.numbers[column]]


@dataclass(frozen=True)
class FactPage:
    """Facts in the order of their source. `has_more`: another page follows."""

    lines: list[FactLine]
    has_more: bool
    unknown: list[str]
    build: str
    apportioned: Apportioned | None = None


def list_facts(question: Question, *, by: Actor, earlier: bool = False) -> FactPage:
    """The facts under the cuts of a question; `earlier`: those that a newer release replaced. Raises NothingBuilt."""
    with reading() as turn:
        plan = planned(turn, question, by)
        share = apportion(turn, question, plan)
        shapes, values = values_of(plan)
        lengths, more = lengths_of(plan)
        values |= more
        size = question.page_size
        shape = Figures("earlier" if earlier else "facts", shapes, size + 1, (question.page - 1) * size, lengths)
        told = ask(turn, shape, shape.write, values)
        amounts = list(map(Decimal, told.pop("amount")))
        rows = [dict(zip(told, row, strict=True)) for row in zip(*told.values(), strict=True)]
        known = {column: some_members(turn, table, told[column]) for column, table in _DIMENSION_OF.items()}
        lines = [
            FactLine(numbers, {column: known[column].get(numbers[column], {}) for column in _DIMENSION_OF}, amount)
            for numbers, amount in zip(rows[:size], amounts, strict=False)
        ]
        return FactPage(lines, len(rows) > size, plan.unknown, turn.build.name, share)


@dataclass(frozen=True)
class Counts:
    """How many lines stand under cuts, and of how many figures of sources; figures also by release and rule."""

    lines: int
    figures: int
    by: dict[tuple[int, int], int]


def count_behind(question: Question, *, by: Actor) -> Counts | None:
    """What stands behind a total of places, of which a figure may fall into several, or have but a later part here.

    None where the question cuts to no place, so that all parts of a figure are in and a total counts it rightly.
    Raises as `answer` does.
    """
    if not any(cut.attribute.column in _OF_PARTS for cut in question.cuts):
        return None
    with reading() as turn:
        plan = planned(turn, question, by)
        apportion(turn, question, plan)
        shapes, values = values_of(plan)
        lengths, more = lengths_of(plan)
        shape = Behind(shapes, ("release", "rule"), lengths)
        if plan.is_empty:
            return Counts(0, 0, {})
        told = ask(turn, shape, shape.write, {**values, **more})
    releases, rules, figures = told["release"], told["rule"], told["figures"]  # one figure's parts have one rule
    by_both = dict(zip(zip(releases, rules, strict=True), figures, strict=True))
    return Counts(sum(told["lines"]), sum(figures), by_both)


def list_members(
    attribute: Attribute, text: str = "", page: int = 1, size: int = 100, *, by: Actor
) -> tuple[list[dict[str, Any]], int]:
    """What an attribute can be, with labels, by code; and how many there are. `text` narrows by code or label.

    What only figures inside government name is listed for those alone who may read these. Raises NothingBuilt.
    """
    if attribute.column in facts.LISTS:
        choices = [{"code": str(c), "label": str(c.label)} for c in facts.LISTS[attribute.column]]
        return _page([c for c in choices if _fits(c, text)], page, size)
    with reading() as turn:
        hides = is_hidden_from(by, turn)
        if not attribute.table:
            seen = NOT_GOVERNMENT if hides else "true"
            rows = turn.rows(f"SELECT DISTINCT {attribute.column} FROM returns WHERE {seen} ORDER BY 1")
            return _page([{"code": row[0], "label": str(row[0])} for row in rows], page, size)
        columns = list(facts.DIMENSIONS[attribute.table]) if attribute.is_key else [attribute.field]
        wanted = [name for name in columns if name != "id"]
        label = "label" if "label" in wanted else attribute.field
        source = (
            f"FROM (SELECT DISTINCT {', '.join(wanted)} FROM {attribute.table} "
            f"WHERE {named_openly(attribute) if hides else 'true'}) WHERE {attribute.field} <> '' "
            f"AND (contains(lower({attribute.field}), $text) OR contains(lower({label}), $text))"
        )
        values = {"text": text.casefold()}
        [(count,)] = turn.cursor.execute(f"SELECT count(*) {source}", values).fetchall()
        rows = turn.cursor.execute(
            f"SELECT * {source} ORDER BY {attribute.field} LIMIT {size} OFFSET {(page - 1) * size}", values
        ).fetchall()
        found = [dict(zip(wanted, row, strict=True)) for row in rows]
        return [{"code": row.pop(attribute.field), **row} for row in found], count


def _fits(choice: dict[str, Any], text: str) -> bool:
    return text.casefold() in f"{choice['code']} {choice['label']}".casefold()


def _page(rows: Sequence[dict[str, Any]], page: int, size: int) -> tuple[list[dict[str, Any]], int]:
    return list(rows[(page - 1) * size : page * size]), len(rows)
