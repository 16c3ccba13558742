"""One file of observations: judged by columns, its record written beside, and received when it is accepted."""

from __future__ import annotations

import hashlib
import json
import shutil
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.exchange.choices import IssueKind, Severity
from oneplan.exchange.issues import FileRefused, IssueFound, IssueLog
from oneplan.exchange.kinds import ImportOrder, Judged, TextTable
from oneplan.exchange.models import ImportRun
from oneplan.exchange.report import ACCEPTED, REFUSED, UNCHANGED, Report
from oneplan.indicators.actions import ReceivedObservations, receive_observations
from oneplan.indicators.choices import ReleaseState, Standing
from oneplan.indicators.feeds import meanings, sdmx, telling
from oneplan.indicators.feeds.binding import BY_ITS_HEADER, Bound, bind
from oneplan.indicators.feeds.figures import Figures
from oneplan.indicators.feeds.meanings import Findings
from oneplan.indicators.feeds.totals import mismatches
from oneplan.indicators.models import ObservationRelease
from oneplan.indicators.shelf import shelf
from oneplan.indicators.tables import sources, tables
from oneplan.periods import clock
from oneplan.platform.errors import RuleBroken
from oneplan.warehouse.texts import insert_rows

_LISTED = 200  # totals that do not add up and are listed; all are counted
_SAMPLES = 10


class ObservationFile:
    """A ColumnReader (exchange.kinds) of observations."""

    def __init__(self, order: ImportOrder) -> None:
        self._order, self._said = order, dict(order.details)
        self._standing = Standing(self._said.get("standing") or Standing.PUBLIC)
        self._folder: Path | None = None
        self._received: ReceivedObservations | None = None
        self._turn = shelf.begin_receiving()

    def judge(self, table: TextTable, log: IssueLog) -> Judged:
        """Check every cell; write the record beside where the file is new. Raises FileRefused."""
        said = {"table": self._said["table"]} if self._said.get("table") else {}
        bound = bind(table, said)
        sdmx.check(table, bound)
        self._tell_unread(table, bound, log)
        found = Findings(table.sheet, bound, log)
        figures = Figures(table.cursor, bound, found, table.spec.rules())
        figures.mean("place", meanings.places)
        figures.mean("subject", meanings.subjects)
        figures.mean("quality", meanings.qualities)
        figures.type_cells()
        reasons = figures.judge()
        telling.tell_faults(table.cursor, figures.checks, found)
        telling.tell_repeated(table.cursor, found)
        [(taken, refused)] = table.cursor.execute(
            f"SELECT count(*) FILTER (outcome = {ACCEPTED}), count(*) FILTER (outcome = {REFUSED}) FROM judged"
        ).fetchall()
        if not taken and refused:
            raise FileRefused(
                IssueKind.NO_ROWS,
                _("Not one of the %(count)s rows could be taken. The columns may be matched wrongly: the issues below"
                  " say what is wrong with each row.") % {"count": table.rows},
                sheet=table.sheet,
            )  # fmt: skip
        met = {code for code, _key in found.categories}
        errors = refused + self._tell_mismatches(table, log, met)
        if taken:
            self._settle(table, found, errors)
        return Judged(reasons, {}, self._samples(table) if taken else {})

    def _tell_unread(self, table: TextTable, bound: Bound, log: IssueLog) -> None:
        """Say which columns nothing is read from, where a mapping takes every column that says something."""
        source = table.spec.columns.get("values", {})
        taken = {column.header for column in bound.values}
        unread = [
            header for header, label in (source.items() if isinstance(source, dict) else ())
            if label == BY_ITS_HEADER and header not in taken
        ]  # fmt: skip
        if unread:
            log.warn(
                IssueKind.NORMALISED,
                _("Not read, since their headers say no period, category or table: %(columns)s.")
                % {"columns": ", ".join(unread)[:600]},
                sheet=table.sheet, row=table.header_row,
            )  # fmt: skip

    def _tell_mismatches(self, table: TextTable, log: IssueLog, met: set[str]) -> int:
        """Say which totals are not those of their parts. Returns how many of them are errors, not slight."""
        found = sorted(mismatches(table.cursor, met), key=lambda each: (each.is_slight, each.row))
        for each in found[:_LISTED]:
            severity, message = Severity.WARNING if each.is_slight else Severity.ERROR, each.message
            if not each.is_slight:
                message += " " + _("The row is kept; the release is held back until somebody publishes it by name.")
            log.add(IssueFound(table.sheet, each.row, "", each.value, IssueKind.SUBTOTAL, severity, message))
        if len(found) > _LISTED:
            log.warn(
                IssueKind.TOO_MANY_ISSUES,
                _("%(count)s more totals do not equal their parts and are not listed.")
                % {"count": len(found) - _LISTED},
            )
        return sum(not each.is_slight for each in found)

    def _settle(self, table: TextTable, found: Findings, errors: int) -> None:
        """Whether this is new; a release of the very same makes every row unchanged."""
        cursor = table.cursor
        [(count, missing)] = cursor.execute("SELECT count(*), count(*) FILTER (value IS NULL) FROM observed").fetchall()
        # How it was read, not how that is called; what the mapping says too is said once.
        spec = replace(table.spec, name="", title="", source="").as_dict()
        said = {name: each for name, each in self._said.items() if table.spec.constants.get(name) != each}
        told = json.dumps([self._order.file_sha256, spec, said, count, errors], sort_keys=True)
        digest = hashlib.sha256(told.encode()).hexdigest()
        releases = ObservationRelease.objects.filter(digest__startswith=digest[:48])
        if releases.exclude(state=ReleaseState.WITHDRAWN).exists():
            cursor.execute(f"UPDATE judged SET outcome = {UNCHANGED} WHERE outcome = {ACCEPTED}")
            return
        if withdrawn := releases.count():
            digest = digest[:48] + f"{withdrawn:016d}"
        met = sorted({code for code, _key in found.categories})
        self._folder = shelf.release_folder(f"{uuid.uuid4().hex}.making")
        self._folder.mkdir(parents=True)
        observations = self._write_record(cursor, found)
        told_by = dict.fromkeys(tables()[code].source for code in met)
        margins = [sources()[code].margin for code in told_by if sources()[code].margin]
        self._received = ReceivedObservations(
            layout=table.spec.name, title=self._said.get("title") or self._order.source, source=self._order.source,
            as_at=self._order.as_at or clock.today(), standing=self._standing, digest=digest, rows=table.rows,
            observations=observations, missing=missing, errors=errors, tables=met, folder=self._folder,
            licence=self._order.licence, margin=self._said.get("margin") or " ".join(margins),
        )  # fmt: skip

    def _write_record(self, cursor: Any, found: Findings) -> int:
        """Write what was taken. Two spellings of one category are one value, with the row of the first."""
        cells = [(number, column.header) for number, column in enumerate(found.bound.values)]
        insert_rows(cursor, "cell_names", {"cell": pa.int16(), "header": pa.string()}, cells)
        record = (
            'SELECT "row", header AS cell, series AS "table", level, place, borders AS boundary, year, length, '
            "part AS period, key AS category, value, status, method FROM observed JOIN cell_names USING (cell)"
        )
        if any(tables()[code].spelled for code, _key in found.categories):
            record = (
                'SELECT min("row") AS "row", any_value(cell) AS cell, "table", level, place, boundary, year, length, '
                "period, category, CASE WHEN count(value) = count(*) THEN sum(value) END::DECIMAL(28, 8) AS value, "
                f"status, any_value(method) AS method FROM ({record}) "
                'GROUP BY "table", level, place, boundary, year, length, period, category, status'
            )
        assert self._folder is not None  # noqa: S101 - set by whoever calls
        cursor.execute(
            f"COPY ({record} ORDER BY \"table\", boundary, year, category) TO '{self._folder / 'record.parquet'}' "
            "(FORMAT parquet)"
        )
        kinds = ("sex", "age", "population_group", "disability", "other")
        insert_rows(
            cursor, "categories_met",
            {"table": pa.string(), "category": pa.string(), **dict.fromkeys(kinds, pa.string()),
             "is_apart": pa.bool_()},
            [
                (each.table, each.key, *(each.kinds[kind] for kind in kinds), each.is_apart)
                for each in found.categories.values()
            ],
        )  # fmt: skip
        cursor.execute(
            f"COPY (SELECT * FROM categories_met) TO '{self._folder / 'categories.parquet'}' (FORMAT parquet)"
        )
        [(count,)] = cursor.execute(f"SELECT count(*) FROM '{self._folder / 'record.parquet'}'").fetchall()
        return int(count)

    def _samples(self, table: TextTable) -> dict[int, dict[str, str]]:
        """How the first accepted rows were read."""
        rows = table.cursor.execute(
            f"""SELECT "row", series, key, place, year, value FROM typed WHERE "row" IN (
                SELECT "row" FROM judged WHERE outcome <> {REFUSED} ORDER BY 1 LIMIT {_SAMPLES}) ORDER BY "row", cell"""
        ).fetchall()
        values: dict[int, dict[str, str]] = {}
        for row, series, key, place, year, value in rows:
            told = {"table": series, "category": key, "place": place, "period": str(year)}
            values.setdefault(row, {}).update(told | {"values": "" if value is None else f"{value.normalize():f}"})
        return values

    def store(self, report: Report, *, run: ImportRun, by: Actor) -> str:
        """Receive the observations. Their digest stands in the log; "" where the file is stored already."""
        if self._received is None:
            if report.rows_unchanged:
                return ""
            raise RuleBroken(_("No row of the file holds an observation, so there is nothing to store."))
        receive_observations(self._received, run=run, by=by)
        return self._received.digest

    def close(self) -> None:
        """Remove a record that was written and not received, or whose receiving was undone; end the turn."""
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
        received = self._received
        if received and not ObservationRelease.objects.filter(digest=received.digest).exists():
            shutil.rmtree(shelf.release_folder(received.digest), ignore_errors=True)
        self._turn.close()
