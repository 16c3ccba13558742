"""Answers as JSON, written without an object for each cell: labels are written once for each number of a build."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from oneplan.budgets import facts
from oneplan.budgets.cube.answering import Answer, Cell
from oneplan.budgets.cube.attributes import Attribute, is_list

_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_NOTHING = frozenset({"0", "0.00"})
Labels = Mapping[Any, Mapping[str, Any]]


def written_cells(answer: Answer) -> str:
    """The cells as a JSON list; rand as text, exact to the cent."""
    if not answer.rows:
        return "[]"
    by, columns = answer.question.by, list(zip(*answer.rows, strict=True))
    said: list[Iterable[str]] = []
    for each, column in zip(by, columns, strict=False):
        known = answer.memory.setdefault(f"{each.name} written", {})
        for key in set(column) - known.keys():
            known[key] = _written(each, key, answer.labels.get(each.name, {}))
        said.append(map(known.__getitem__, column))
    gross, passed_on, figures = columns[len(by) : len(by) + 3]
    if set(passed_on) <= _NOTHING:
        said.append([
            f'"amount.sum":"{sum_}","amount.gross":"{sum_}","amount.passed_on":"0.00","_count":{count}'
            for sum_, count in zip(gross, figures, strict=True)
        ])  # fmt: skip
    else:
        said.append(map(_sums, gross, passed_on, figures))
    return "[{" + "},{".join(map(",".join, zip(*said, strict=True))) + "}]"


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
        "amount.passed_on": str(cell.passed_on.quantize(Decimal("0.01"))), "_count": cell.figures,
    }  # fmt: skip


def _written(attribute: Attribute, key: Any, labels: Labels) -> str:
    return _ENCODE(cell_values(attribute, key, labels))[1:-1]


def _sums(gross: str, passed_on: str, figures: int) -> str:
    if passed_on in _NOTHING:
        amount, passed_on = gross, "0.00"
    else:
        amount = str(Decimal(gross) - Decimal(passed_on))
    return f'"amount.sum":"{amount}","amount.gross":"{gross}","amount.passed_on":"{passed_on}","_count":{figures}'


def written(answer: Answer, **beside: Any) -> str:
    """The whole answer as the interface gives it. Keys are those that users of Municipal Money's interface know."""
    question = answer.question
    said: Sequence[tuple[str, str]] = (
        ("cells", written_cells(answer)),
        ("summary", _ENCODE(sums(answer.total)) if answer.total else "null"),
        ("total_cell_count", str(answer.cell_count)),
        ("page", str(question.page)),
        ("page_size", str(question.page_size)),
        ("attributes", _ENCODE([each.name for each in question.by])),
        ("aggregates", _ENCODE(["amount.sum", "amount.gross", "amount.passed_on", "_count"])),
        ("is_sample", _ENCODE(question.is_sample)),
        ("notes", _ENCODE(answer.notes)),
        ("build", _ENCODE(answer.build)),
        *((name, _ENCODE(value)) for name, value in beside.items()),
    )
    return "{" + ",".join(f'"{name}":{text}' for name, text in said) + "}"
