"""The record of an accepted file: Parquet written beside, as `budgets.facts` says, and moved into place when accepted."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from oneplan.budgets import facts
from oneplan.budgets.feeds.meanings import Label
from oneplan.warehouse import store
from oneplan.warehouse.texts import insert_rows

ARROW = {
    "int8": pa.int8(), "int16": pa.int16(), "int32": pa.int32(), "int64": pa.int64(), "string": pa.string(),
    "float64": pa.float64(), facts.RAND: pa.decimal128(18, 2),
}  # fmt: skip
_RETURNS = "institution, statement, amount_type, basis, year, length, period"


def new_folder() -> Path:
    """A folder in which to write a record, beside those that are kept."""
    folder = store.release_folder(f"{uuid.uuid4().hex}.making")
    folder.mkdir(parents=True)
    return folder


def write_record(
    cursor: Any, folder: Path, *, labels: Iterable[Label], evidence: list[tuple[object, ...]], headers: Mapping[int, str]
) -> None:
    """Write the figures of a judged file (feeds.figures) and the small tables beside them."""
    insert_rows(cursor, "evidence", _columns("evidence"), evidence)
    insert_rows(
        cursor, "labels", _columns("labels"),
        [(each.table, each.key, each.label, each.category, each.subcategory, each.receiver) for each in labels]
        + [("cells", header, header, "", "", "") for header in headers.values()],
    )  # fmt: skip
    _copy(cursor, folder, "record", (
        'SELECT "row", header AS cell, institution, statement, amount_type, basis, year, figures.length, '
        "figures.period, function, item, fund, programme, project, evidence, receiver, amount "
        "FROM figures JOIN (SELECT cell, header FROM cells) USING (cell)"
    ))  # fmt: skip
    _copy(cursor, folder, "programmes", (
        "SELECT id, any_value(code || CASE WHEN vote = '' THEN '' ELSE ':' || vote END) AS vote, "
        "min(vote_name) AS vote_name, any_value(coalesce(nullif(programme, ''), programme_name)) AS programme, "
        "min(programme_name) AS programme_name, "
        "any_value(coalesce(nullif(subprogramme, ''), subprogramme_name)) AS subprogramme, "
        "min(subprogramme_name) AS subprogramme_name FROM m_programmes WHERE id IN (SELECT programme FROM figures) "
        "GROUP BY id"
    ))  # fmt: skip
    _copy(cursor, folder, "projects", (
        "SELECT id, any_value(code || '/' || coalesce(nullif(project, ''), project_name)) AS code, "
        "min(coalesce(nullif(project_name, ''), project)) AS name FROM m_projects "
        "WHERE id IN (SELECT project FROM figures) GROUP BY id"
    ))  # fmt: skip
    _copy(cursor, folder, "evidence", "SELECT * FROM evidence")
    _copy(cursor, folder, "labels", "SELECT * FROM labels")
    _copy(
        cursor, folder, "returns",
        f"SELECT {_RETURNS}, count(*) AS figures, sum(amount)::DECIMAL(18, 2) AS amount FROM figures GROUP BY {_RETURNS}",
    )  # fmt: skip


def _copy(cursor: Any, folder: Path, name: str, select: str) -> None:
    cursor.execute(f"COPY ({select}) TO '{folder / name}.parquet' (FORMAT parquet, COMPRESSION snappy)")


def _columns(table: str) -> dict[str, pa.DataType]:
    return {name: ARROW[kind] for name, kind in facts.RECORD_TABLES[table].items()}


def move_in(folder: Path, digest: str) -> None:
    """Put a finished record where builds look for it. What lay there belongs to no release."""
    place = store.release_folder(digest)
    shutil.rmtree(place, ignore_errors=True)
    folder.rename(place)


def remove(folder: Path) -> None:
    """Remove a record that is not wanted after all."""
    shutil.rmtree(folder, ignore_errors=True)
