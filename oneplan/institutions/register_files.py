"""The register as it is shipped: CSV files, each row with its source, as-at date and whether it is verified."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from oneplan.frameworks.loading import BrokenFileError
from oneplan.institutions.choices import InstitutionKind, Sphere

FOLDER = Path(__file__).parent / "register"
INSTITUTION_FILES = (
    "national_departments.csv",
    "provincial_departments.csv",
    "municipalities.csv",
    "entities.csv",
    "bodies.csv",
)
ALIAS_FILE = "aliases.csv"


@dataclass(frozen=True, slots=True)
class InstitutionRow:
    """One institution of a register file; codes of places as text, empty where there is none."""

    code: str
    name: str
    short_name: str
    sphere: str
    kind: str
    province: str
    municipality_code: str
    space: str
    valid_from: date | None
    valid_to: date | None
    source: str
    as_at: date
    is_verified: bool


@dataclass(frozen=True, slots=True)
class AliasRow:
    """Another name of an institution."""

    code: str
    alias: str
    valid_from: date | None
    valid_to: date | None
    source: str


def hashes() -> dict[str, str]:
    """The SHA-256 of every register file, and of the file that lays down the posts, by name."""
    paths = [*(FOLDER / name for name in (*INSTITUTION_FILES, ALIAS_FILE)), FOLDER.parent / "parameters" / "posts.yaml"]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def institution_rows() -> list[InstitutionRow]:
    """All institutions of the files. Raises BrokenFileError naming file and line."""
    found: dict[str, InstitutionRow] = {}
    for name in INSTITUTION_FILES:
        for line, raw in _lines(name):
            try:
                row = InstitutionRow(
                    code=raw["code"],
                    name=raw["name"],
                    short_name=raw["short_name"],
                    sphere=Sphere(raw["sphere"]).value if raw["sphere"] else "",
                    kind=InstitutionKind(raw["kind"]).value,
                    province=raw["province"],
                    municipality_code=raw["municipality_code"],
                    space=raw["space"],
                    valid_from=_day(raw["valid_from"]),
                    valid_to=_day(raw["valid_to"]),
                    source=raw["source"],
                    as_at=date.fromisoformat(raw["as_at"]),
                    is_verified={"yes": True, "no": False}[raw["is_verified"]],
                )
            except (KeyError, ValueError) as error:
                raise BrokenFileError(f"{name}, line {line}: {error}") from error
            if not (row.code and row.name and row.source) or row.code in found:
                raise BrokenFileError(
                    f"{name}, line {line}: the code {row.code!r} is empty, stands twice, or lacks name or source"
                )
            found[row.code] = row
    return list(found.values())


def alias_rows() -> list[AliasRow]:
    """All other names of the files. Raises BrokenFileError naming file and line."""
    rows = []
    for line, raw in _lines(ALIAS_FILE):
        try:
            rows.append(
                AliasRow(raw["code"], raw["alias"], _day(raw["valid_from"]), _day(raw["valid_to"]), raw["source"])
            )
        except (KeyError, ValueError) as error:
            raise BrokenFileError(f"{ALIAS_FILE}, line {line}: {error}") from error
    return rows


def _lines(name: str) -> Iterator[tuple[int, dict[str, str]]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        for raw in reader:
            yield reader.line_num, raw


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
