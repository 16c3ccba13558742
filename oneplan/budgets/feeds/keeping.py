"""The record of an accepted file: Parquet written beside, as `budgets.facts` says, and moved in when accepted."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from oneplan.budgets import facts
from oneplan.budgets.feeds.figures import RETURN
from oneplan.budgets.feeds.meanings import Label
from oneplan.budgets.shelf import shelf
from oneplan.warehouse.connection import all_match
from oneplan.warehouse.tables import MOST_WORDS
from oneplan.warehouse.texts import insert_rows

ARROW = {
    "int8": pa.int8(), "int16": pa.int16(), "int32": pa.int32(), "int64": pa.int64(), "string": pa.string(),
    "float64": pa.float64(), facts.RAND: pa.decimal128(18, 2),
}  # fmt: skip
_MANY_WORDS = 20_000  # in one column: past these each text is written for itself
_COLUMNS = {
    "institution": "SELECT code FROM m_institution", "function": "SELECT key FROM m_function",
    "item": "SELECT key FROM m_item", "fund": "SELECT key FROM m_fund",
    "receiver": "SELECT code FROM m_receiver UNION SELECT receiver FROM m_item",
}  # fmt: skip


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
    _name_words(cursor)
    names = ", ".join(
        f"w_{name}.word AS {name}" if name in (*_COLUMNS, "cell") else f'"{name}"' for name in facts.RECORD
    )
    joins = " ".join(f"JOIN w_{name} ON w_{name}.id = figures.{name}" for name in (*_COLUMNS, "cell"))
    with all_match(cursor):
        _copy(cursor, folder, "record", f"SELECT {names} FROM figures {joins}")
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
        f"SELECT word AS {RETURN}, figures, amount FROM returned JOIN words ON words.id = institution",
    )  # fmt: skip


def _name_words(cursor: Any) -> None:
    """The tables w_<column>: the words of each column of the record as a list of its own.

    A column of numbers in such a list is written as it is; of texts each would be looked up anew.
    """
    told = {name: f"SELECT id, word FROM words WHERE id IN ({ids})" for name, ids in _COLUMNS.items()}
    for name, select in {**told, "cell": "SELECT cell AS id, header AS word FROM cells"}.items():
        [(many,)] = cursor.execute(f"SELECT count(*) > {_MANY_WORDS} FROM ({select})").fetchall()
        kind = "VARCHAR"
        if not many:
            kind = f"word_of_{name}"
            cursor.execute(f"CREATE TYPE {kind} AS ENUM (SELECT DISTINCT word FROM ({select}))")
        cursor.execute(f"CREATE TABLE w_{name} AS SELECT * REPLACE (word::{kind} AS word) FROM ({select})")


def _copy(cursor: Any, folder: Path, name: str, select: str) -> None:
    cursor.execute(
        f"COPY ({select}) TO '{folder / name}.parquet' "
        f"(FORMAT parquet, PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT {MOST_WORDS})"
    )


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
