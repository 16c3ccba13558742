"""Values as data messages: SDMX-CSV 2.0 and SDMX-JSON 2.0, each written from whole columns.

One structure for every indicator: DIMENSIONS make the key of an observation, ATTRIBUTES say more of it. Messages are in
English whatever language their reader has: an edition is the same for everybody.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import translation

from oneplan.indicators.choices import Length, Level, Status, YearBasis
from oneplan.indicators.door import DataAsked
from oneplan.indicators.naming import Names
from oneplan.indicators.sdmx import codes
from oneplan.indicators.tables import tables
from oneplan.warehouse.store import Build

CSV_TYPE = "application/vnd.sdmx.data+csv;version=2.0.0"
JSON_TYPE = "application/vnd.sdmx.data+json;version=2.0.0"
SCHEMA = (
    "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/data-message/tools/schemas/2.0.0/"
    "sdmx-json-data-schema.json"
)
DIMENSIONS = {
    "INDICATOR": "Indicator", "AREA_LEVEL": "Kind of place", "BOUNDARY": "Year of the borders",
    "REF_AREA": "Place", "SEX": "Sex", "AGE": "Age", "POPULATION_GROUP": "Population group",
    "DISABILITY": "Disability", "SOURCE_TABLE": "Table of the source", "CERTAINTY": "How sure",
    "TIME_PERIOD": "Time",
}  # fmt: skip
ATTRIBUTES = {
    "OBS_STATUS": "Status of the observation", "UNIT_MEASURE": "Unit", "NUMERATOR": "Above the line",
    "DENOMINATOR": "Below the line", "REPORTING_YEAR_START_DAY": "First day of the reporting year",
    "RELEASE": "Release",
}  # fmt: skip
_OBS_STATUSES = {"A": "Normal value", "E": "Estimated value", "P": "Provisional value", "O": "Missing value"}
_LENGTHS, _STATUSES = list(Length), list(Status)


@dataclass(frozen=True)
class _Columns:
    """The values of one message, column by column. `fixed` are dimensions in which they all are the same.

    Names stand by code: (dimension, code) → words.
    """

    asked: DataAsked
    build: Build
    fixed: dict[str, str]
    varying: dict[str, list[str]]
    values: list[float | None]
    attributes: dict[str, list[Any]]
    names: dict[tuple[str, str], str]


def _columns(asked: DataAsked) -> _Columns:
    build, names, rows = asked.rows()
    place, year, length, period, breakdown, value, above, below, _below_year, status, table, release = (
        [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(12)]
    )
    told = _Told(asked, names)
    basis = [told.bases[each] for each in table]
    times = zip(year, length, period, basis, strict=True)
    varying = {
        "REF_AREA": [names.places[each][0] for each in place],
        "SOURCE_TABLE": [names.tables[each] for each in table],
        "CERTAINTY": [str(_STATUSES[each]) for each in status],
        "TIME_PERIOD": _each(times, lambda when: codes.time_code(when[0], _LENGTHS[when[1]], when[2], when[3])),
    }
    fixed = {
        "INDICATOR": asked.defined.code, "AREA_LEVEL": str(asked.level),
        "BOUNDARY": str(asked.boundary or codes.NOT_APPLICABLE),
        **dict.fromkeys(codes.BREAKDOWNS.values(), codes.TOTAL),
    }  # fmt: skip
    if dimension := codes.BREAKDOWNS.get(asked.dimension):
        del fixed[dimension]
        varying[dimension] = [told.categories[each] for each in breakdown]
    attributes = {
        "OBS_STATUS": [
            codes.status_code(_STATUSES[how], each) for how, each in zip(status, value, strict=True)
        ],
        "UNIT_MEASURE": [codes.unit_code(asked.defined.unit)] * len(rows),
        "NUMERATOR": above, "DENOMINATOR": below,
        "REPORTING_YEAR_START_DAY": [codes.YEAR_BEGINS[each] for each in basis],
        "RELEASE": [names.releases[each] for each in release],
    }  # fmt: skip
    return _Columns(asked, build, fixed, _in_order(varying), value, attributes, told.names())


class _Told:
    """What the numbers of a build are in codes."""

    def __init__(self, asked: DataAsked, names: Names) -> None:
        self._asked, self._names = asked, names
        self.bases: dict[int, YearBasis] = {
            number: tables()[code].basis for number, code in names.tables.items() if code in tables()
        }
        self.categories = {
            number: codes.category_code(asked.dimension, category)
            for number, (_dimension, category) in names.breakdowns.items()
        }

    def names(self) -> dict[tuple[str, str], str]:
        """(dimension, code) → words, in English."""
        asked, names = self._asked, self._names
        with translation.override("en"):
            found = {
                ("INDICATOR", asked.defined.code): asked.defined.title,
                ("AREA_LEVEL", str(asked.level)): str(Level(asked.level).label),
                ("BOUNDARY", str(asked.boundary)): f"Borders of {asked.boundary}",
                ("BOUNDARY", codes.NOT_APPLICABLE): "Of any borders",
            }
            found |= {("CERTAINTY", str(each)): str(each.label) for each in Status}
            found |= {("OBS_STATUS", code): words for code, words in _OBS_STATUSES.items()}
            found["UNIT_MEASURE", codes.unit_code(asked.defined.unit)] = str(asked.defined.unit.label)
            found |= {(each, codes.TOTAL): "Total" for each in codes.BREAKDOWNS.values()}
        found |= {("REF_AREA", code): label for code, label, *_inside in names.places.values()}
        found |= {("SOURCE_TABLE", code): tables()[code].title for code in names.tables.values() if code in tables()}
        if dimension := codes.BREAKDOWNS.get(asked.dimension):
            numbers = names.breakdowns_by(asked.dimension)
            found |= {(dimension, self.categories[each]): names.breakdowns[each][1] for each in numbers}
        return found


def _each(found: Any, write: Callable[[Any], str]) -> list[str]:
    """Each value written, every distinct one once."""
    known: dict[Hashable, str] = {}
    return [known.get(each) or known.setdefault(each, write(each)) for each in found]


def _in_order(varying: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: varying[name] for name in DIMENSIONS if name in varying}


def _dataflow(asked: DataAsked) -> str:
    """Invented values are another dataflow, so that they are never taken for real ones."""
    return "SAMPLE_INDICATORS" if asked.is_sample else "INDICATORS"


def as_csv(asked: DataAsked) -> tuple[str, bytes]:
    """The build that answered and its answer as SDMX-CSV 2.0. An unknown value is an empty cell with OBS_STATUS O.

    Raises NothingBuilt.
    """
    told = _columns(asked)
    count = len(told.values)
    dimensions = [told.varying.get(name) or [told.fixed.get(name, "")] * count for name in DIMENSIONS]
    flow = f"{codes.AGENCY}:{_dataflow(asked)}({codes.VERSION})"
    columns = [
        ["dataflow"] * count, [flow] * count, ["I"] * count, *dimensions, told.values,
        *(told.attributes[name] for name in ATTRIBUTES),
    ]  # fmt: skip
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["STRUCTURE", "STRUCTURE_ID", "ACTION", *DIMENSIONS, "OBS_VALUE", *ATTRIBUTES])
    writer.writerows(zip(*columns, strict=True))
    return told.build.name, out.getvalue().encode()


def as_json(asked: DataAsked, address: str) -> tuple[str, bytes]:
    """The build that answered and its answer as SDMX-JSON 2.0, with its structure. `address` is where it stands.

    Raises NothingBuilt.
    """
    told = _columns(asked)
    positions, spots = {}, []
    for name, column in told.varying.items():
        positions[name] = {code: number for number, code in enumerate(dict.fromkeys(column))}
        spots.append([positions[name][code] for code in column])
    coded = {name: _Coded(told, name) for name in ("OBS_STATUS", "RELEASE", "REPORTING_YEAR_START_DAY")}
    cells = zip(
        told.values, coded["OBS_STATUS"].spots, told.attributes["NUMERATOR"], told.attributes["DENOMINATOR"],
        coded["REPORTING_YEAR_START_DAY"].spots, coded["RELEASE"].spots, strict=True,
    )  # fmt: skip
    keys = [":".join(map(str, key)) for key in zip(*spots, strict=True)]
    observations = {key: list(cell) for key, cell in zip(keys, cells, strict=True)}
    message = {
        "meta": {
            "schema": SCHEMA, "id": f"{told.build.name}-{asked.defined.code}", "test": asked.is_sample,
            "prepared": told.build.facts["built_at"], "contentLanguages": ["en"],
            "sender": {"id": codes.AGENCY, "name": "OnePlan"},
        },
        "data": {
            "structures": [{
                "dataSets": [0], "links": _links(asked), "name": asked.defined.title,
                "description": asked.defined.definition,
                "dimensions": {
                    "dataSet": [_dimension(told, name, [code]) for name, code in told.fixed.items()],
                    "observation": [_dimension(told, name, known) for name, known in positions.items() if known],
                },
                "measures": {"observation": [{"id": "OBS_VALUE", "name": "Value"}]},
                "attributes": {
                    "dataSet": [_attribute("UNIT_MEASURE", {"dataflow": {}}, [
                        _named(told, "UNIT_MEASURE", codes.unit_code(asked.defined.unit))
                    ])],
                    "observation": [
                        _attribute(name, {"observation": {}}, coded[name].known if name in coded else ())
                        for name in ATTRIBUTES if name != "UNIT_MEASURE"
                    ],
                },
            }],
            "dataSets": [{
                "structure": 0, "action": "Information", "links": [{"rel": "self", "href": address}],
                "attributes": [0], "observations": observations,
            }],
        },
    }  # fmt: skip
    return told.build.name, json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


class _Coded:
    """An attribute told by the place of its value in a list; empty where there is none."""

    def __init__(self, told: _Columns, name: str) -> None:
        column = told.attributes[name]
        places = {each: number for number, each in enumerate(dict.fromkeys(each for each in column if each))}
        self.spots = [places.get(each) for each in column]
        self.known = [_named(told, name, each) for each in places]


def _named(told: _Columns, name: str, code: str) -> dict[str, Any]:
    """A code with its name; a value that has none stands for itself."""
    words = told.names.get((name, code))
    return {"id": code, "name": words} if words else {"value": code}


def _dimension(told: _Columns, name: str, known: Any) -> dict[str, Any]:
    values = [_named(told, name, code) for code in known]
    roles = {"roles": ["TIME_PERIOD"]} if name == "TIME_PERIOD" else {}
    return {
        "id": name,
        "name": DIMENSIONS[name],
        "keyPosition": list(DIMENSIONS).index(name),
        **roles,
        "values": values,
    }


def _attribute(name: str, relationship: dict[str, Any], known: Sequence[dict[str, Any]]) -> dict[str, Any]:
    values = {"values": list(known)} if known else {}
    return {"id": name, "name": ATTRIBUTES[name], "relationship": relationship, **values}


def _links(asked: DataAsked) -> list[dict[str, str]]:
    urn = f"urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow={codes.AGENCY}:{_dataflow(asked)}({codes.VERSION})"
    return [{"rel": "dataflow", "urn": urn}]
