"""The record of an accepted file: Parquet written beside, as `budgets.facts` says, and moved in when accepted."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from oneplan.budgets import facts
from oneplan.budgets.feeds.meanings import Label
from oneplan.budgets.shelf import shelf
from oneplan.warehouse.texts import insert_rows

ARROW = {
    "int8": pa.int8(), "int16": pa.int16(), "int32": pa.int32(), "int64": pa.int64(), "string": pa.string(),
    "float64": pa.float64(), facts.RAND: pa.decimal128(18, 2),
}  # fmt: skip
_RETURNS = "institution, statement, amount_type, basis, year, length, period"


def new_folder() -> Path:
    """A folder in which to write a record, beside those that are kept."""
    folder = shelf.release_folder(f"{uuid.uuid4().hex}.making")
    folder.mkdir(parents=True)
    return folder


def write_record(
    cursor: Any,
    folder: Path,
    *,
    labels: Iterable[Label],
    evidence: list[tuple[object, ...]],
    headers: Mapping[int, str],
) -> None:
    """Write the figures of a judged file (feeds.figures) and the small tables beside them."""
    insert_rows(cursor, "evidence", _columns("evidence"), evidence)
    insert_rows(
        cursor, "labels", _columns("labels"),
        [(each.table, each.key, each.label, each.category, each.subcategory, each.receiver) for each in labels]
        + [("cells", header, header, "", "", "") for header in headers.values()],
    )  # fmt: skip
    _copy(cursor, folder, "record", (
        'SELECT "row", header AS cell, i.word AS institution, statement, amount_type, basis, year, length, period, '
        "f.word AS function, t.word AS item, g.word AS fund, programme, project, evidence, r.word AS receiver, amount "
        "FROM figures JOIN (SELECT cell, header FROM cells) USING (cell) JOIN words i ON i.id = institution "
        "JOIN words f ON f.id = function JOIN words t ON t.id = item JOIN words g ON g.id = fund "
        "JOIN words r ON r.id = receiver"
    ))  # fmt: skip
    _copy(cursor, folder, "programmes", (
        "SELECT id, any_value(word || CASE WHEN t_vote = '' THEN '' ELSE ':' || t_vote END) AS vote, "
        "min(t_vote_name) AS vote_name, any_value(coalesce(nullif(t_programme, ''), t_programme_name)) AS programme, "
        "min(t_programme_name) AS programme_name, "
        "any_value(coalesce(nullif(t_subprogramme, ''), t_subprogramme_name)) AS subprogramme, "
        "min(t_subprogramme_name) AS subprogramme_name FROM (SELECT m_programmes.*, word FROM m_programmes "
        "JOIN words ON words.id = code) WHERE id IN (SELECT programme FROM figures) "
        "GROUP BY id"
    ))  # fmt: skip
    _copy(cursor, folder, "projects", (
        "SELECT id, any_value(word || '/' || coalesce(nullif(t_project, ''), t_project_name)) AS code, "
        "min(coalesce(nullif(t_project_name, ''), t_project)) AS name "
        "FROM (SELECT m_projects.*, word FROM m_projects JOIN words ON words.id = code) WHERE id IN (SELECT"
        " project FROM figures) GROUP BY id"
    ))  # fmt: skip
    _copy(cursor, folder, "evidence", "SELECT * FROM evidence")
    _copy(cursor, folder, "labels", "SELECT * FROM labels")
    _copy(
        cursor, folder, "returns",
        f"SELECT word AS {_RETURNS}, figures, amount FROM (SELECT {_RETURNS}, count(*) AS figures, "
        f"sum(amount)::DECIMAL(18, 2) AS amount FROM figures GROUP BY {_RETURNS}) JOIN words ON words.id = institution",
    )  # fmt: skip


def _copy(cursor: Any, folder: Path, name: str, select: str) -> None:
    cursor.execute(f"COPY ({select}) TO '{folder / name}.parquet' (FORMAT parquet, COMPRESSION snappy)")


def _columns(table: str) -> dict[str, pa.DataType]:
    return {name: ARROW[kind] for name, kind in facts.RECORD_TABLES[table].items()}


def move_in(folder: Path, digest: str) -> None:
    """Put a finished record where builds look for it. What lay there belongs to no release."""
    place = shelf.release_folder(digest)
    shutil.rmtree(place, ignore_errors=True)
    folder.rename(place)


def remove(folder: Path) -> None:
    """Remove a record that is not wanted after all."""
    shutil.rmtree(folder, ignore_errors=True)
