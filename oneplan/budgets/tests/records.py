"""Records of releases for tests: figures written as short rows, kept as an import would keep them."""

from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from oneplan.budgets import facts
from oneplan.budgets.assembling import Sourced
from oneplan.budgets.choices import AmountType, Length, Standing, Statement

_ARROW = {
    "int8": pa.int8(), "int16": pa.int16(), "int32": pa.int32(), "int64": pa.int64(), "string": pa.string(),
    "float64": pa.float64(), facts.RAND: pa.decimal128(18, 2),
}  # fmt: skip


def figure(institution, amount, **said):
    """One figure: a main budget of 2024/25 of one function and item, unless said otherwise."""
    given = {
        "cell": "Amount", "statement": Statement.OPERATING, "amount_type": AmountType.ORIGINAL, "basis": 7,
        "year": 2024, "length": Length.YEAR, "period": 0, "function": "f:water", "item": "i:goods", "fund": "",
        "programme": ("", "", ""), "project": "", "evidence": {}, "receiver": "", **said,
    }  # fmt: skip
    return {"institution": institution, "amount": Decimal(amount), **given}


def keep_record(folder, figures, *, receivers=None):
    """Write a record as an import does: the figures, and the small tables beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    programmes: dict[Any, int] = {("", "", ""): 0}
    projects: dict[str, int] = {"": 0}
    evidence: dict[Any, int] = {(): 0}
    labels: dict[Any, str] = {}
    returns: dict[Any, list[Any]] = defaultdict(lambda: [0, Decimal(0)])
    rows: list[Any] = []
    for number, one in enumerate(figures, start=2):
        said = tuple(sorted(one["evidence"].items()))
        coded = {name: facts.number_of(one[name]) for name in ("statement", "amount_type", "length")}
        rows.append({
            **one, **coded, "row": number, "programme": programmes.setdefault(one["programme"], len(programmes)),
            "project": projects.setdefault(one["project"], len(projects)),
            "evidence": evidence.setdefault(said, len(evidence)),
        })  # fmt: skip
        for table in ("function", "item", "fund"):
            if one[table]:
                labels[f"{table}s", one[table]] = one[table].split(":")[1].capitalize()
        labels["cells", one["cell"]] = one["cell"]
        key = (one["institution"], coded["statement"], coded["amount_type"], one["basis"], one["year"],
               coded["length"], one["period"])  # fmt: skip
        returns[key][0] += 1
        returns[key][1] += one["amount"]
    tables = {
        "programmes": [
            (number, vote, "", one, "" if one.isdigit() else one, two, "")
            for (vote, one, two), number in programmes.items()
            if number
        ],
        "projects": [(number, code, code) for code, number in projects.items() if number],
        "evidence": [
            (number, *(dict(key).get(name) for name in list(facts.RECORD_TABLES["evidence"])[1:]))
            for key, number in evidence.items()
        ],
        "labels": [
            (table, key, label, "", "", (receivers or {}).get(key, "")) for (table, key), label in labels.items()
        ],
        "returns": [(*key, *told) for key, told in returns.items()],
    }
    _write(folder / "record.parquet", facts.RECORD, [[row[name] for name in facts.RECORD] for row in rows])
    for name, columns in facts.RECORD_TABLES.items():
        _write(folder / f"{name}.parquet", columns, tables[name])


def _write(path, columns, rows):
    by_column = zip(*rows, strict=True) if rows else [[] for _name in columns]
    arrays = [pa.array(list(values), _ARROW[kind]) for values, kind in zip(by_column, columns.values(), strict=True)]
    pq.write_table(pa.table(dict(zip(columns, arrays, strict=True))), path)


def sourced(folder, number, dataset, figures, *, standing=Standing.PUBLIC, receivers=None):
    """A release of those figures, its record kept under `folder`."""
    place = folder / f"release-{number}"
    keep_record(place, figures, receivers=receivers)
    return Sourced(
        number, f"B{number}", dataset, standing, f"Release {number}", "Treasury", date(2024, 5, number),
        datetime(2024, 6, number, tzinfo=UTC), len(figures), sum((one["amount"] for one in figures), Decimal(0)), place,
    )  # fmt: skip
