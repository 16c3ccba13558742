"""SDMX-CSV as it comes in: which files are in it, which of their columns mean what, and what is malformed in one.

Version 1.0 begins with DATAFLOW, version 2.0 with STRUCTURE, STRUCTURE_ID and perhaps ACTION. What follows are the
dimensions, measure and attributes of whoever sent it: those that every office calls alike are known here, others are
matched by whoever imports.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from oneplan.exchange.choices import IssueKind
from oneplan.exchange.issues import FileRefused
from oneplan.exchange.kinds import TextTable
from oneplan.exchange.mapping import MappingSpec, Source
from oneplan.exchange.values import fold
from oneplan.indicators.feeds.binding import SDMX, Bound
from oneplan.indicators.feeds.labels import table_called
from oneplan.indicators.registry import Observed, Total, registry, tables_of
from oneplan.indicators.sdmx import codes
from oneplan.indicators.tables import tables
from oneplan.warehouse.texts import quoted

_KNOWN = {
    "table": ("TABLE", "SOURCE_TABLE", "INDICATOR", "SERIES", "DATAFLOW", "STRUCTURE_ID"),
    "boundary": ("BOUNDARY",), "level": ("AREA_LEVEL", "GEO_LEVEL"),
    "place": ("REF_AREA", "GEO", "GEO_CODE", "GEOGRAPHY", "AREA", "LOCATION"),
    "category": ("CATEGORY",), "sex": ("SEX", "GENDER"), "age": ("AGE", "AGE_GROUP"),
    "population_group": ("POPULATION_GROUP",), "disability": ("DISABILITY", "DISABILITY_STATUS"),
    "period": ("TIME_PERIOD", "TIME"), "status": ("CERTAINTY", "OBS_STATUS"),
    "method": ("METHOD", "COMMENT_METHOD"), "values": ("OBS_VALUE",),
}  # fmt: skip
# Of the code list of observation statuses. What a statistical office estimates it stands by: only what is imputed or
# forecast is modelled, and says by which method. One that holds no value says nothing of how sure it is.
_STATUSES = {
    **dict.fromkeys("ABDEGNQSUMOLKHJWT", ""), "P": "provisional", "V": "provisional", "I": "modelled", "F": "modelled",
}  # fmt: skip
_STRUCTURES = ("dataflow", "datastructure", "dataprovision")
_ACTIONS = ("", "I", "A", "R", "M", "Information", "Append", "Replace", "Merge")
_DELETES = ("D", "Delete")
_DELETED = "asks to delete: a release is withdrawn as a whole"
_ARTEFACT = r"[A-Za-z][A-Za-z0-9_.\-]*:[A-Za-z0-9_@$\-]+\([0-9.+*~A-Za-z\-]+\)"


def layout(headers: Sequence[str] = ()) -> MappingSpec:
    """How SDMX-CSV is read. With the headers of a file, of several names for one thing the first that stands in it."""
    own = {header.split(": ")[0].upper(): header for header in headers}
    columns: dict[str, Source] = {target: list(names) for target, names in _KNOWN.items()}
    if headers:
        there = {target: next((own[name] for name in names if name in own), "") for target, names in _KNOWN.items()}
        columns = {target: header for target, header in there.items() if header}
    rules = [{"reason": _DELETED, "column": own.get("ACTION", "ACTION"), "in": list(_DELETES)}]
    return MappingSpec(
        columns, name=SDMX, title="SDMX-CSV", layout=SDMX, values={"status": dict(_STATUSES)},
        leave_out=rules if not headers or "ACTION" in own else [],
    )  # fmt: skip


def recognise(headers: Sequence[str]) -> MappingSpec | None:
    """The layout of a file that is in SDMX-CSV; None where it is in another form."""
    names = [header.split(": ")[0].upper() for header in headers]
    begins = bool(names) and (names[0].split("[")[0] == "STRUCTURE" or names[0] == "DATAFLOW")
    return layout(headers) if begins and len(names) > 2 else None


def check(table: TextTable, bound: Bound) -> None:
    """Whether an SDMX-CSV file is well formed, and its values can be what its table holds. Raises FileRefused with the
    first row at fault."""
    if not bound.is_sdmx:
        return
    _check_structure(table)
    _check_multiplied(table)
    if "table" in bound.columns:
        _check_indicators(table, bound)
    _check_units(table, bound)


def _index(table: TextTable, *names: str) -> int | None:
    there = [fold(header.split(": ")[0].split("[")[0]) for header in table.headers]
    return next((there.index(fold(name)) for name in names if fold(name) in there), None)


def _first(table: TextTable, index: int, condition: str) -> tuple[int, str] | None:
    """The first row whose cell meets a condition, in which `cell` is its tidied text before its name."""
    cell = f"split_part(coalesce(trim(c{index}), ''), ': ', 1)"
    found: list[tuple[Any, ...]] = table.cursor.execute(
        f'SELECT "row", cell FROM (SELECT "row", {cell} AS cell FROM source) WHERE {condition} ORDER BY "row" LIMIT 1'
    ).fetchall()
    return (int(found[0][0]), str(found[0][1])) if found else None


def _refuse(table: TextTable, kind: IssueKind, index: int, row: int, sentence: str) -> None:
    raise FileRefused(kind, sentence, sheet=table.sheet, row=row, column=table.headers[index])


def _listed(words: Sequence[str]) -> str:
    return ", ".join(quoted(word) for word in words)


def _check_structure(table: TextTable) -> None:
    structure, identity, action = (_index(table, name) for name in ("STRUCTURE", "STRUCTURE_ID", "ACTION"))
    if structure == 0 and identity is None:
        _refuse(table, IssueKind.MISSING_COLUMN, 0, table.header_row, _(
            "SDMX-CSV 2.0 has a column STRUCTURE_ID behind STRUCTURE, which names the dataflow. Export the file again"
            " with it, or name its first column DATAFLOW where it is version 1.0."))  # fmt: skip
    if structure == 0 and (wrong := _first(table, 0, f"lower(cell) NOT IN ({_listed(_STRUCTURES)})")):
        _refuse(table, IssueKind.BAD_CHOICE, 0, wrong[0], _(
            "“%(told)s” is no structure of SDMX-CSV. The first cell of a row is one of: %(known)s.")
            % {"told": wrong[1], "known": ", ".join(_STRUCTURES)})  # fmt: skip
    at = identity if structure == 0 else 0
    if at is not None and (wrong := _first(table, at, f"NOT regexp_full_match(cell, {quoted(_ARTEFACT)})")):
        _refuse(table, IssueKind.BAD_CODE, at, wrong[0], _(
            "“%(told)s” names no structure. Write agency, identifier and version, as in STATSSA:POPULATION(1.0).")
            % {"told": wrong[1]})  # fmt: skip
    known = f"cell NOT IN ({_listed((*_ACTIONS, *_DELETES))})"
    if action is not None and (wrong := _first(table, action, known)):
        _refuse(table, IssueKind.BAD_CHOICE, action, wrong[0], _(
            "“%(told)s” is no action of SDMX-CSV. Write I (information), A (append) or R (replace).")
            % {"told": wrong[1]})  # fmt: skip


def _check_multiplied(table: TextTable) -> None:
    index = _index(table, "UNIT_MULT")
    if index is not None and (wrong := _first(table, index, "cell NOT IN ('', '0')")):
        _refuse(table, IssueKind.BAD_NUMBER, index, wrong[0], _(
            "The values are told in tens to the power of %(power)s (UNIT_MULT), and would be read as units. Export the"
            " file with UNIT_MULT 0, or multiply the values and write 0.") % {"power": wrong[1]})  # fmt: skip


def _check_indicators(table: TextTable, bound: Bound) -> None:
    """An indicator that is computed of a table is not what the table holds."""
    index, own = _index(table, "INDICATOR"), _index(table, "SOURCE_TABLE")
    if index is None:
        return
    told = bound.text("table")
    rows = table.cursor.execute(
        f'SELECT {bound.cell(index)} AS said, {told} AS held, min("row") FROM source GROUP BY ALL ORDER BY 3'
    ).fetchall()
    for code, held, row in rows:
        if (defined := registry().get(code)) is None or (own is None and held in tables()):
            continue
        if not any(_is_as_held(formula, held) for formula in defined.formulas):
            _refuse(table, IssueKind.UNKNOWN_CODE, index, row, _(
                "“%(code)s” is an indicator: its values are computed, and are not those of a table of the registry. Say"
                " of which table they are (--set table=…, or “Table” on the page).") % {"code": code})  # fmt: skip


def _is_as_held(formula: Any, table: str) -> bool:
    """Whether what a formula gives is what the table holds, category by category."""
    is_plain = (isinstance(formula, Total) or (isinstance(formula, Observed) and formula.times == 1)) and not formula.of
    return is_plain and tables_of(formula)[0].code == table


def _check_units(table: TextTable, bound: Bound) -> None:
    """A percentage is no count, and a count no percentage."""
    index = _index(table, "UNIT_MEASURE")
    if index is None:
        return
    rows = table.cursor.execute(
        f'SELECT {bound.cell(index)}, {bound.text("table")}, min("row") FROM source GROUP BY ALL ORDER BY 3'
    ).fetchall()
    for unit, name, row in rows:
        meant, known = codes.units_of(unit), table_called(name)
        if known and meant and known.unit not in meant:
            _refuse(table, IssueKind.ODD_AMOUNT, index, row, _(
                "The file tells “%(unit)s”, and the table “%(table)s” is told in: %(known)s. Its table is another one.")
                % {"unit": unit, "table": known.title, "known": known.unit.label})  # fmt: skip
