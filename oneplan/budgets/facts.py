"""The shape of budget facts: the record of a release as it was read, and the tables that a build serves.

A fact is one figure of one cell of a source, in rand to the cent. In the record it has the codes that its source gave
it; in a build the numbers of what those codes mean, so that a question is a comparison of whole numbers. Numbers of
institutions and places follow the order sphere/province, space, municipality, ward: whatever lies in a province or a
space is one range of numbers. Number 0 of every table says "not stated".

A figure that belongs to several places stands in several rows (`part` 0, 1, …) whose rand sum to it to the cent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import TextChoices

from oneplan.budgets.choices import AmountType, Flow, How, Length, Standing, Statement

RAND = "decimal(18, 2)"

# The record: one row a figure. `row` counts as Excel does; `cell` is the column that the figure stood in. `basis` is
# the month in which the financial year begins (4 PFMA, 7 MFMA, others for entities); `year` the calendar year in which
# it begins; `period` the month (1–12) or quarter (1–4) of it, 0 for the whole year; `receiver` who is given a
# transfer: an institution's code, or a sphere. `function`, `item` and `fund` are `chart:code`; `labels` says what they
# mean. `programme`, `project` and `evidence` are numbers of the record's own small tables beside it, 0: not stated.
RECORD: Mapping[str, str] = {
    "row": "int32", "cell": "string", "institution": "string", "statement": "int8", "amount_type": "int8",
    "basis": "int8", "year": "int16", "length": "int8", "period": "int8", "function": "string", "item": "string",
    "fund": "string", "programme": "int32", "project": "int32", "evidence": "int32", "receiver": "string",
    "amount": RAND,
}  # fmt: skip
RECORD_TABLES: Mapping[str, Mapping[str, str]] = {
    "programmes": {
        "id": "int32", "vote": "string", "vote_name": "string", "programme": "string", "programme_name": "string",
        "subprogramme": "string", "subprogramme_name": "string",
    },
    "projects": {"id": "int32", "code": "string", "name": "string"},
    "evidence": {
        "id": "int32", "region": "string", "municipality": "string", "ward": "string", "ward_year": "int16",
        "longitude": "float64", "latitude": "float64",
    },
    "labels": {
        "table": "string", "key": "string", "label": "string", "category": "string", "subcategory": "string",
        "receiver": "string",
    },
    "returns": {  # what the release holds, of whom: what a newer release of the same replaces as a whole
        "institution": "string", "statement": "int8", "amount_type": "int8", "basis": "int8", "year": "int16",
        "length": "int8", "period": "int8", "figures": "int64", "amount": RAND,
    },
}  # fmt: skip

# What every roll-up keeps, because two values of it may never be added without being asked for.
GUARDS = ("dataset", "standing", "statement", "amount_type", "basis", "length", "flow")

FACTS: Mapping[str, str] = {
    "dataset": "int8", "standing": "int8", "statement": "int8", "amount_type": "int8", "basis": "int8",
    "length": "int8", "flow": "int8", "institution": "int16", "year": "int16", "period": "int8", "place": "int32",
    "how": "int8", "rule": "int16", "function": "int16", "item": "int16", "fund": "int16",
    "programme": "int32", "project": "int32", "release": "int16", "row": "int32", "cell": "int16",
    "part": "int16", "amount": RAND,
}  # fmt: skip
SORTED_BY = ("dataset", "standing", "institution", "year", "amount_type", "statement", "function", "item", "period")

_CODED = {"chart": "string", "code": "string", "label": "string", "category": "string", "subcategory": "string"}
DIMENSIONS: Mapping[str, Mapping[str, str]] = {
    "datasets": {"id": "int8", "code": "string", "label": "string", "publisher": "string", "is_main": "boolean"},
    "institutions": {
        "id": "int16", "code": "string", "label": "string", "sphere": "string", "province": "string", "space": "string",
        "municipality": "string", "category": "string",
    },
    "places": {
        "id": "int32", "code": "string", "label": "string", "level": "string", "province": "string", "space": "string",
        "municipal_area": "string",
    },
    # By which rule rand was placed: the house's own, then those in force on the day of the build. `version` is the day
    # from which it counts and its revision.
    "rules": {"id": "int16", "code": "string", "label": "string", "version": "string"},
    "functions": {"id": "int16", **_CODED},
    "items": {"id": "int16", **_CODED, "receiver": "string"},
    "funds": {"id": "int16", **_CODED},
    "programmes": {
        "id": "int32", "vote": "string", "vote_name": "string", "programme": "string", "programme_name": "string",
        "subprogramme": "string", "subprogramme_name": "string",
    },
    "projects": {"id": "int32", "code": "string", "label": "string"},
    "releases": {
        "id": "int16", "ref": "string", "label": "string", "source": "string", "as_at": "date",
        "retrieved_at": "timestamp", "rows": "int64",
    },
    "cells": {"id": "int16", "label": "string"},
    "returns": {
        "dataset": "int8", "standing": "int8", "institution": "int16", "statement": "int8", "amount_type": "int8",
        "basis": "int8", "year": "int16", "length": "int8", "period": "int8", "release": "int16", "figures": "int64",
        "amount": RAND, "is_in_force": "boolean",
    },
}  # fmt: skip


@dataclass(frozen=True)
class RollUp:
    """Sums kept by fewer columns, and sorted so that a cut on the first of them reads little."""

    name: str
    columns: tuple[str, ...]

    @property
    def all_columns(self) -> tuple[str, ...]:
        return (*GUARDS, *self.columns)


# Smallest first: a question is answered by the first that has all it names. Each also keeps `amount`, `rows` (parts)
# and `figures` (part 0 alone: figures of the source).
ROLL_UPS = (
    RollUp("by_year", ("year", "function")),
    RollUp("by_institution", ("institution", "year", "function")),
    RollUp("by_place", ("place", "year", "how", "function")),
    RollUp("by_month", ("institution", "year", "period")),
    RollUp("by_item", ("year", "function", "item")),
)
ROLLED: Mapping[str, str] = {"amount": RAND, "rows": "int64", "figures": "int64"}


def number_of(choice: TextChoices) -> int:
    """The number of a word in the warehouse: its place in its list."""
    return list(type(choice)).index(choice)


LISTS: Mapping[str, type[TextChoices]] = {
    "length": Length, "statement": Statement, "amount_type": AmountType, "standing": Standing, "flow": Flow, "how": How,
}  # fmt: skip


def columns_of(table: str) -> Mapping[str, str]:
    """The columns of a served table, by its name. Raises KeyError."""
    if table == "facts":
        return FACTS
    for roll_up in ROLL_UPS:
        if roll_up.name == table:
            return {**{name: FACTS[name] for name in roll_up.all_columns}, **ROLLED}
    return DIMENSIONS[table]
