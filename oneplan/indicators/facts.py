"""The tables of observations: the record of one accepted file, and what a build serves.

A code is written out in the record and numbered in the build. An observation is one cell of one row of a source: a
table's category, at a place on the borders of a year, at or over a time. A year is named by the calendar year in which
it begins; its series says on which basis (calendar, PFMA, MFMA). A value is what an indicator's formula makes of
observations.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

NUMBER = "decimal(28, 8)"
ROUNDED = 8  # places behind the point of what is computed

_TIME = {"boundary": "int16", "year": "int16", "length": "int8", "period": "int8"}
_KINDS = {"sex": "string", "age": "string", "population_group": "string", "disability": "string", "other": "string"}

# The record of a release.
RECORD_TABLES: Mapping[str, Mapping[str, str]] = {
    "record": {
        "row": "int32", "cell": "string", "table": "string", "level": "int8", "place": "string", **_TIME,
        "category": "string", "value": NUMBER, "status": "int8", "method": "string",
    },
    "categories": {"table": "string", "category": "string", **_KINDS, "is_apart": "boolean"},
}  # fmt: skip

# What a build serves. Number 0 of a place is the country.
TABLES: Mapping[str, Mapping[str, str]] = {
    "places": {
        "id": "int32", "code": "string", "label": "string", "level": "int8", "province": "string", "space": "string",
        "municipal_area": "string", "category": "string",
    },
    "releases": {
        "id": "int16", "ref": "string", "label": "string", "source": "string", "as_at": "date",
        "retrieved_at": "timestamp", "rows": "int64", "margin": "string",
    },
    "series": {"id": "int16", "code": "string", "title": "string", "universe": "string", "unit": "string",
               "basis": "int8"},
    "categories": {"id": "int32", "table": "int16", "category": "string", **_KINDS, "is_apart": "boolean"},
    "cells": {"id": "int16", "label": "string"},
    "methods": {"id": "int16", "label": "string"},
    "indicators": {
        "id": "int16", "code": "string", "title": "string", "unit": "string", "universe": "string",
        "chapter": "string",
    },
    "breakdowns": {"id": "int16", "dimension": "string", "category": "string"},  # 0: the whole
    "parts": {  # which categories a formula adds up, above and below the line
        "indicator": "int16", "formula": "int8", "breakdown": "int16", "category": "int32", "is_above": "boolean",
        "is_below": "boolean",
    },
}  # fmt: skip

OBSERVATIONS: Mapping[str, str] = {
    "standing": "int8", "category": "int32", **_TIME, "level": "int8", "place": "int32", "value": NUMBER,
    "status": "int8", "method": "int16", "release": "int16", "row": "int32", "cell": "int16",
}  # fmt: skip
SORTED_BY = ("category", "boundary", "year", "length", "period", "level", "place", "standing")
KEY = ("standing", "category", "boundary", "year", "length", "period", "level", "place", "status")

VALUES: Mapping[str, str] = {
    "standing": "int8", "indicator": "int16", "breakdown": "int16", **_TIME, "level": "int8", "place": "int32",
    "table": "int16", "formula": "int8", "status": "int8",  # the table above the line; the least sure of the cells
    "value": "float64",  # NULL: a cell that the formula needs is missing, or there is nothing to divide by
    "above": "float64", "below": "float64", "below_year": "int16",  # what was added up; below NULL: nothing is divided
    "release": "int16",  # the newest of the cells
}  # fmt: skip
VALUES_SORTED_BY = (
    "indicator", "breakdown", "standing", "boundary", "year", "length", "period", "level", "place", "status",
)  # fmt: skip

SERVED = ("observations", "earlier", "values", *TABLES)


def number_of(word: StrEnum) -> int:
    """The number of a word of choices in tables: its place in the list."""
    return list(type(word)).index(word)
