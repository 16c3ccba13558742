"""One file of budget figures: judged by columns, its record written beside, and received when it is accepted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.budgets.actions import ReceivedBudget, receive_budget
from oneplan.budgets.choices import Length, ReleaseState, Standing
from oneplan.budgets.datasets import Dataset, dataset
from oneplan.budgets.facts import number_of
from oneplan.budgets.feeds import keeping, magnitudes, meanings, periods, places, telling
from oneplan.budgets.feeds.binding import bind, month_after
from oneplan.budgets.feeds.figures import RETURN, Figures, Sums
from oneplan.budgets.feeds.layouts import GENERIC, Layout, layout_for
from oneplan.budgets.feeds.meanings import Findings
from oneplan.budgets.feeds.subtotals import check_subtotals
from oneplan.budgets.models import BudgetRelease
from oneplan.budgets.shelf import shelf
from oneplan.exchange.choices import IssueKind
from oneplan.exchange.issues import FileRefused, IssueLog
from oneplan.exchange.kinds import ImportOrder, Judged, TextTable
from oneplan.exchange.models import ImportRun
from oneplan.exchange.report import ACCEPTED, REFUSED, Report, Total
from oneplan.periods import clock
from oneplan.platform.errors import RuleBroken

_SAMPLES = 10
_NAMED = 10  # institutions of an earlier release that are named
_FEWER = 0.8  # of the figures reported before: less may be a file that was cut off between two lines


class BudgetFile:
    """A ColumnReader (exchange.kinds) of budget figures."""

    def __init__(self, order: ImportOrder) -> None:
        """Raises RuleBroken where what was said besides the file cannot be."""
        self._order, self._said = order, dict(order.details)
        self._standing = Standing(self._said.get("standing") or Standing.PUBLIC)
        self._folder: Path | None = None
        self._received: ReceivedBudget | None = None
        self._first_month = 0
        self._turn = shelf.begin_receiving()
        if year_end := self._said.get("year_end"):
            self._first_month = month_after(year_end)
            if not self._first_month:
                raise RuleBroken(_("“%(said)s” is no month in which a financial year ends.") % {"said": year_end})

    # Judging

    def judge(self, table: TextTable, log: IssueLog) -> Judged:
        layout = self._layout(table)
        about = dataset(layout.dataset)
        magnitudes.check_heading(layout, table, log, is_told="unit" in self._said)
        register = places.Register(
            self._order.as_at or clock.today(), self._first_month or layout.first_month or about.first_month or 0
        )
        bound = bind(layout, self._with_heading(table, layout, register), register.first_month)
        telling.check_columns_stand(bound, table)
        telling.tell_unread_years(bound, table, log)
        found = Findings(table.sheet, bound, log)
        figures = Figures(table.cursor, bound, found)
        evidence = self._mean(figures, found, register)
        if layout.unit > 1 and "unit" not in self._said:
            figures.look_for_lost_points()
        figures.number_programmes()
        figures.type_rows()
        telling.check_not_cut_off(table)
        figures.find_repeated(layout.key)
        reasons = figures.judge()
        telling.tell_faults(table.cursor, figures, found, bound)
        telling.tell_repeated(table.cursor, found)
        sums = figures.sums()
        telling.tell_rounded(sums, found)
        check_subtotals(table.cursor, bound, found)
        taken = self._check_something_taken(table)
        self._compare(table.cursor, about, layout, log)
        self._settle(table, layout, about, sums, figures)
        if self._received:
            self._folder = self._received.folder
            keeping.write_record(
                table.cursor, self._received.folder, labels=found.labels.values(), evidence=evidence,
                headers=dict(enumerate(cell.header for cell in bound.cells)),
            )  # fmt: skip
        totals = {header: Total(_cents(each.read), _cents(each.kept)) for header, each in sums.items()}
        return Judged(reasons, totals, self._samples(table) if taken else {})

    def _layout(self, table: TextTable) -> Layout:
        """The layout of the mapping, with what was said for this file alone."""
        layout = layout_for(table.spec)
        changes: dict[str, Any] = {}
        if unit := self._said.get("unit"):
            changes["unit"] = int(unit)
        if layout.name == GENERIC and (code := self._said.get("dataset")):
            changes["dataset"] = code
        return replace(layout, **changes)

    def _with_heading(self, table: TextTable, layout: Layout, register: places.Register) -> TextTable:
        """An institution named above the table holds for every row. Raises FileRefused where none is named."""
        if not layout.heading or "institution" in table.spec.columns:
            return table
        code = places.named_in_heading(table, register)
        if not code:
            raise FileRefused(
                IssueKind.UNKNOWN_INSTITUTION,
                _("No municipality is named in the lines above the table, nor by the name of the sheet. Write its code"
                  " there in brackets, such as (BUF), and import again."),
                sheet=table.sheet,
            )  # fmt: skip
        return replace(table, spec=replace(table.spec, constants={**table.spec.constants, "institution": code}))

    def _mean(self, figures: Figures, found: Findings, register: places.Register) -> list[tuple[object, ...]]:
        """Look up what every text means. Returns the record's table of evidence."""
        kept: list[tuple[object, ...]] = []

        def evidence(said: Any) -> list[tuple[object, ...]]:
            rows, table = places.evidence(found, said, register)
            kept.extend(table)
            return rows

        figures.mean("institution", lambda said: places.institutions(found, said, register))
        figures.mean("period", lambda said: periods.periods(found, said))
        figures.mean("function", lambda said: meanings.functions(found, said))
        figures.mean("item", lambda said: meanings.items(found, said))
        figures.mean("fund", lambda said: meanings.funds(found, said))
        figures.mean("receiver", lambda said: places.receivers(found, said, register))
        figures.mean("evidence", evidence)
        return kept

    def _check_something_taken(self, table: TextTable) -> bool:
        [(taken, refused)] = table.cursor.execute(
            f"SELECT count(*) FILTER (outcome = {ACCEPTED}), count(*) FILTER (outcome = {REFUSED}) FROM judged"
        ).fetchall()
        if not taken and refused:
            raise FileRefused(
                IssueKind.NO_ROWS,
                _("Not one of the %(count)s rows could be taken. The columns may be matched wrongly, or the"
                  " file may be in"
                  " another layout: the issues below say what is wrong with each row.") % {"count": table.rows},
                sheet=table.sheet,
            )  # fmt: skip
        return bool(taken)

    # Comparing with what is known

    def _compare(self, cursor: Any, about: Dataset, layout: Layout, log: IssueLog) -> None:
        whole = f"length = {number_of(Length.YEAR)}"
        by = "institution, statement, amount_type, year"
        now = magnitudes.yearly(
            cursor.execute(
                f"SELECT word, * EXCLUDE (word, id, institution) FROM (SELECT {by}, sum(amount) FROM returned"
                f" WHERE {whole} "
                f"GROUP BY {by}) JOIN words ON words.id = institution"
            ).fetchall()
        )
        magnitudes.check_within(now, log)
        in_force = {
            str(shelf.release_folder(each.digest) / "returns.parquet"): each
            for each in BudgetRelease.objects.filter(
                dataset=about.code, standing=self._standing, state=ReleaseState.IN_FORCE
            ).order_by("as_at", "id")
        }
        if not in_force:
            return
        listed = "[" + ", ".join(f"'{path}'" for path in in_force) + "]"
        known = magnitudes.yearly(
            cursor.execute(
                f"SELECT {by}, max(amount) FROM read_parquet({listed}) WHERE {whole} GROUP BY {by}"
            ).fetchall()
        )
        magnitudes.check_against_known(now, known, layout, log, is_told="unit" in self._said)
        self._say_reported_before(cursor, listed, in_force, log)

    def _say_reported_before(
        self, cursor: Any, listed: str, in_force: Mapping[str, BudgetRelease], log: IssueLog
    ) -> None:
        """Two files that report the same: the later one will be served, for all that it reports."""
        rows = cursor.execute(
            f"SELECT filename, list(DISTINCT institution ORDER BY institution), count(*), sum(figures), sum(here) "
            f"FROM read_parquet({listed}, filename = true) "
            f"JOIN (SELECT word AS {RETURN}, figures AS here FROM returned JOIN words ON words.id = institution) "
            f"USING ({RETURN}) GROUP BY filename ORDER BY filename"
        ).fetchall()
        for path, institutions, returns, before, here in rows:
            release = in_force[path]
            is_newer = self._order.as_at is not None and release.as_at > self._order.as_at
            which = (
                _("That release is newer, and goes on being served for them.")
                if is_newer
                else _("Once this file is stored, its figures take their place; those are kept as earlier ones.")
            )
            if here < before * _FEWER and not is_newer:
                which += " " + _("It has %(here)s figures of them where that release has %(before)s: look whether the"
                                 " file is whole.") % {"here": here, "before": before}  # fmt: skip
            log.warn(
                IssueKind.REPORTED_BEFORE,
                _("%(returns)s returns (%(who)s) stand in the release %(ref)s, as at %(as_at)s, too. %(which)s")
                % {
                    "returns": returns, "ref": release.ref, "as_at": release.as_at.isoformat(), "which": which,
                    "who": ", ".join(institutions[:_NAMED]) + (" …" if len(institutions) > _NAMED else ""),
                },
            )  # fmt: skip

    # What will be stored

    def _settle(
        self, table: TextTable, layout: Layout, about: Dataset, sums: Mapping[str, Sums], figures: Figures
    ) -> None:
        """Whether this is new; a release of the very same makes every row unchanged."""
        [(count, total)] = table.cursor.execute(
            "SELECT coalesce(sum(figures), 0), coalesce(sum(amount), 0)::DECIMAL(18, 2) FROM returned"
        ).fetchall()
        if not count:
            return
        digest = self._digest(table, layout, count, total)
        releases = BudgetRelease.objects.filter(digest__startswith=digest[:48])
        if releases.filter(state=ReleaseState.IN_FORCE).exists():
            figures.mark_unchanged()
            return
        if withdrawn := releases.count():
            digest = digest[:48] + f"{withdrawn:016d}"
        title = self._said.get("title") or f"{about.title}, {self._order.source}"
        self._received = ReceivedBudget(
            dataset=about.code, layout=table.spec.layout or table.spec.name or GENERIC, title=title,
            source=self._order.source, as_at=self._order.as_at or clock.today(), standing=self._standing, digest=digest,
            rows=table.rows, figures=count, total=total, folder=keeping.new_folder(), licence=self._order.licence,
            reconciliation=_reconciliation(sums, layout),
        )  # fmt: skip

    def _digest(self, table: TextTable, layout: Layout, count: int, total: Decimal) -> str:
        told = json.dumps(
            [self._order.file_sha256, table.spec.as_dict(), layout.unit, layout.dataset, self._standing,
             self._first_month, count, str(total)], sort_keys=True,
        )  # fmt: skip
        return hashlib.sha256(told.encode()).hexdigest()

    def _samples(self, table: TextTable) -> dict[int, dict[str, str]]:
        """How the first accepted rows were read."""
        rows = table.cursor.execute(
            f"""SELECT "row", i.word, year, length, period, amount_type, f.word, t.word, g.word, amount FROM figures
            JOIN words i ON i.id = institution JOIN words f ON f.id = function JOIN words t ON t.id = item
            JOIN words g ON g.id = fund
            WHERE "row" IN (SELECT "row" FROM judged WHERE outcome <> {REFUSED} ORDER BY 1 LIMIT {_SAMPLES})
            ORDER BY "row", cell"""
        ).fetchall()
        values: dict[int, dict[str, str]] = {}
        for row, institution, year, length, period, amount_type, function, item, fund, amount in rows:
            values.setdefault(row, {}).update(
                {
                    "institution": institution, "period": telling.when(year, length, period, amount_type),
                    "function": function, "item": item, "fund": fund, "amount": str(amount),
                }
            )  # fmt: skip
        return values

    # Storing

    def store(self, report: Report, *, run: ImportRun, by: Actor) -> str:
        """Receive the budget. The record's digest stands in the log; "" where the file is stored already."""
        if self._received is None:
            if report.rows_unchanged:
                return ""
            raise RuleBroken(_("No row of the file holds a figure, so there is nothing to store."))
        receive_budget(self._received, run=run, by=by)
        return self._received.digest

    def close(self) -> None:
        """Remove a record that was written and not received, or whose receiving was undone; end the turn."""
        if self._folder:
            keeping.remove(self._folder)
            self._folder = None
        received = self._received
        if received and not BudgetRelease.objects.filter(digest=received.digest).exists():
            keeping.remove(shelf.release_folder(received.digest))
        self._turn.close()


def _cents(rand: Decimal) -> int:
    return int((rand * 100).to_integral_value())


def _reconciliation(sums: Mapping[str, Sums], layout: Layout) -> dict[str, Any]:
    """The rand of the file and what became of it, column by column and in all: as text, exact."""
    columns = {
        header: {
            "read": str(each.read), "accepted": str(each.kept), "refused": str(each.refused), "apart": str(each.apart),
            "rounding": str(each.kept - each.accepted),
        }
        for header, each in sums.items()
    }  # fmt: skip
    names = ("read", "accepted", "refused", "apart", "rounding")
    whole = {name: str(sum((Decimal(column[name]) for column in columns.values()), Decimal(0))) for name in names}
    return {"unit": layout.unit, "whole": whole, "columns": columns}
