"""Answers as JSON, written by columns without an object for each cell."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language

from oneplan.budgets import facts
from oneplan.budgets.cube.answering import Answer, Cell
from oneplan.budgets.cube.attributes import Attribute, is_list

_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_NOTHING = "0.00"
Labels = Mapping[Any, Mapping[str, Any]]


def written_cells(answer: Answer) -> str:
    """The cells as a JSON list; rand as text, exact to the cent."""
    columns = answer.columns
    gross, passed_on, figures = (columns[name] for name in ("gross", "passed_on", "figures"))
    amount = gross
    if set(passed_on) != {_NOTHING}:
        amount = [
            all_ if part == _NOTHING else str(Decimal(all_) - Decimal(part))
            for all_, part in zip(gross, passed_on, strict=True)
        ]
    ends = {count: f'","_count":{count}}},{{' for count in set(figures)}
    said = [_said(answer, each, column) for each, column in zip(answer.question.by, columns.values(), strict=False)]
    said += ['"amount.sum":"', amount, '","amount.gross":"', gross, '","amount.passed_on":"', passed_on]
    said.append(map(ends.__getitem__, figures))
    every = [""] * (len(gross) * len(said))
    for at, piece in enumerate(said):  # the pieces of a cell stand side by side, without a step of Python for each cell
        every[at :: len(said)] = [piece] * len(gross) if isinstance(piece, str) else list(piece)
    return f"[{{{''.join(every)[:-2]}]" if gross else "[]"


def _said(answer: Answer, attribute: Attribute, column: list[Any]) -> str | Iterable[str]:
    """What each cell says of one attribute: written once for each key of a build, in the reader's language."""
    known = answer.memory.setdefault(f"{attribute.name} written in {get_language()}", {})
    for key in set(column) - known.keys():
        known[key] = _ENCODE(cell_values(attribute, key, answer.labels.get(attribute.name, {})))[1:-1] + ","
    return map(known.__getitem__, column)


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


def written(answer: Answer, **beside: Any) -> str:
    """The whole answer as the interface gives it. Keys are those that users of Municipal Money's interface know."""
    question = answer.question
    beside = {
        "summary": sums(answer.total) if answer.total else None, "total_cell_count": answer.cell_count,
        "page": question.page, "page_size": question.page_size, "attributes": [each.name for each in question.by],
        "aggregates": ["amount.sum", "amount.gross", "amount.passed_on", "_count"], "is_sample": question.is_sample,
        "notes": answer.notes, "build": answer.build, **beside,
    }  # fmt: skip
    return f'{{"cells":{written_cells(answer)},{_ENCODE(beside)[1:]}'
