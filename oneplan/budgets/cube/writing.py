"""Answers as JSON, written by columns without an object for each cell."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from oneplan.budgets import facts
from oneplan.budgets.cube.answering import Answer, Cell
from oneplan.budgets.cube.attributes import Attribute, is_list

_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_NOTHING = Decimal("0.00")
Labels = Mapping[Any, Mapping[str, Any]]


def written_cells(answer: Answer) -> bytes:
    """The cells as a JSON list; rand as text, exact to the cent."""
    cells = answer.columns
    if not cells.num_rows:
        return b"[]"
    said: list[Any] = []
    for each, column in zip(answer.question.by, cells.columns, strict=False):
        said += [_said(answer, each, column.combine_chunks()), ","]
    gross, passed_on, figures = (cells[name].combine_chunks() for name in ("gross", "passed_on", "figures"))
    if pc.any(pc.not_equal(passed_on, _NOTHING)).as_py():
        amount, gross, passed_on = (each.cast("string") for each in (pc.subtract(gross, passed_on), gross, passed_on))
    else:
        amount = gross = gross.cast("string")
        passed_on = str(_NOTHING)
    said += ['"amount.sum":"', amount, '","amount.gross":"', gross, '","amount.passed_on":"', passed_on]
    said += ['","_count":', figures.cast("string")]
    each_cell = pc.binary_join_element_wise(*said, "")
    every = pc.binary_join(pa.ListArray.from_arrays([0, len(each_cell)], each_cell), "},{")
    return b"".join((b"[{", every[0].as_buffer(), b"}]"))


def _said(answer: Answer, attribute: Attribute, column: Any) -> Any:
    """What each cell says of one attribute: written once for each key of a build."""
    known = answer.memory.setdefault(f"{attribute.name} written", {})
    coded = column.dictionary_encode("encode")
    keys = coded.dictionary.to_pylist()
    for key in keys:
        if key not in known:
            known[key] = _ENCODE(cell_values(attribute, key, answer.labels.get(attribute.name, {})))[1:-1]
    return pa.array([known[key] for key in keys]).take(coded.indices)


def cell_values(attribute: Attribute, key: Any, labels: Labels) -> dict[str, Any]:
    """What one attribute of a cell says, by name: its code and label, or the word or number itself."""
    if is_list(attribute.column):
        choice = list(facts.LISTS[attribute.column])[key]
        return {attribute.name: str(choice), f"{attribute.dimension}.label": str(choice.label)}
    if attribute.name == "financial_year.start":
        return {attribute.name: key, "financial_year.label": f"{key}/{(key + 1) % 100:02d}"}
    if attribute.is_key and attribute.table:
        row = labels.get(key)
        if row is None:
            return {attribute.name: None, f"{attribute.dimension}.label": None}
        label = row.get("label") if row.get("label") is not None else row.get("code", "")
        return {attribute.name: row[attribute.field], f"{attribute.dimension}.label": label}
    return {attribute.name: key}


def sums(cell: Cell) -> dict[str, Any]:
    """The sums of a cell by name."""
    return {
        "amount.sum": str(cell.amount), "amount.gross": str(cell.gross),
        "amount.passed_on": str(cell.passed_on), "_count": cell.figures,
    }  # fmt: skip


def written(answer: Answer, **beside: Any) -> bytes:
    """The whole answer as the interface gives it. Keys are those that users of Municipal Money's interface know."""
    question = answer.question
    beside = {
        "summary": sums(answer.total) if answer.total else None, "total_cell_count": answer.cell_count,
        "page": question.page, "page_size": question.page_size, "attributes": [each.name for each in question.by],
        "aggregates": ["amount.sum", "amount.gross", "amount.passed_on", "_count"], "is_sample": question.is_sample,
        "notes": answer.notes, "build": answer.build, **beside,
    }  # fmt: skip
    return b"".join((b'{"cells":', written_cells(answer), b",", _ENCODE(beside)[1:].encode()))
