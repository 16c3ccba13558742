"""The money of a row: which years, whose it is already, and whether it can stand."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from oneplan.commitments import rules
from oneplan.commitments.actions.imported import ImportedPledge
from oneplan.commitments.choices import FundingStatus
from oneplan.commitments.models import Commitment, Pledge
from oneplan.exchange.choices import IssueKind
from oneplan.exchange.rows import Row
from oneplan.money import format_rand
from oneplan.periods.years import Basis, FinancialYear
from oneplan.platform.errors import RuleBroken

_YEAR_LABEL = re.compile(r"(\d{4}\s*[/–-]\s*\d{2,4})(?:\D*\b(PFMA|MFMA)\b)?", re.IGNORECASE)
_Line = tuple[str, FinancialYear, str]  # the project in its source, the year, the source of funding


def source_row(row: Row) -> str:
    """What identifies the commitment in its source: the project where rows are grouped, else the row."""
    return str(row["group"] or row.key)[:120]


class Money:
    """The years of one run. A year of a project from one source of funding belongs to one row of the file."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._given: set[_Line] = set()
        self._held: dict[_Line, str] = {}

    def hold(self, stored: Iterable[Commitment]) -> None:
        """Take up what earlier runs stored for these commitments, and from which row each year came."""
        rows = Pledge.objects.filter(party__commitment__in=[commitment.pk for commitment in stored])
        self._held = {
            (project, FinancialYear(year, Basis(basis)), fund): key
            for project, year, basis, fund, key in rows.exclude(source_row="").values_list(
                "party__commitment__source_row", "year", "basis", "funding_source", "source_row"
            )
        }

    def pledges(self, row: Row) -> list[ImportedPledge]:
        """Money by year: columns side by side (the label holds the year), or one year and amount a row."""
        amounts: list[tuple[str, FinancialYear, Decimal | None]] = []
        for label, amount in (row["amounts"] or {}).items():
            year = self._year_of(row, str(label))
            if year is not None:
                amounts.append(("amounts", year, amount))
        if row["amount"] is not None or row["year"] is not None:
            if row["year"] is None:
                row.refuse(
                    "amount", IssueKind.YEAR_WITHOUT_BASIS,
                    _("This amount has no financial year. Add the year, written like 2026/27, and its basis."),
                )  # fmt: skip
            else:
                amounts.append(("amount", row["year"], row["amount"]))
        status = row["funding_status"] or FundingStatus.INDICATIVE
        in_year = sum((amount or Decimal(0) for _target, _year, amount in amounts), Decimal(0))
        if row["total_cost"] and in_year > row["total_cost"]:
            row.warn(
                "total_cost", IssueKind.RULE_BROKEN,
                _("The years hold %(amount)s, more than the whole cost of %(cost)s. Both are kept as the source"
                  " states them.")
                % {"amount": format_rand(in_year), "cost": format_rand(row["total_cost"])},
            )  # fmt: skip
        pledges = []
        for target, year, amount in amounts:
            if amount is not None and amount != 0 and not self._money_fits(row, target, year, amount, status):
                continue
            pledge = ImportedPledge(year, amount or None, status, (row["funding_source"] or "")[:200], row.key)
            line = (source_row(row), year, pledge.funding_source)
            if (owner := self._held.get(line, row.key)) != row.key:
                if amount:
                    row.refuse(
                        target, IssueKind.DUPLICATE_ROW,
                        _("%(key)s has money for %(year)s from this source already, from row %(owner)s of an earlier"
                          " file. Add the amounts up there, or name the source of each.")
                        % {"key": line[0], "year": year.long, "owner": owner},
                    )  # fmt: skip
                continue
            if amount and line in self._given:
                row.refuse(
                    target, IssueKind.DUPLICATE_ROW,
                    _("%(key)s has money for %(year)s from this source already in this file. Add the amounts up, or"
                      " name the source of each.") % {"key": line[0], "year": year.long},
                )  # fmt: skip
                continue
            if amount and not row.is_refused:
                self._given.add(line)
            pledges.append(pledge)
        return pledges

    def _money_fits(self, row: Row, target: str, year: FinancialYear, amount: Decimal, status: str) -> bool:
        try:
            rules.check_pledge_terms(
                year=year, amount=amount, status=status, evidence=None, reference="", on=self._today
            )
        except RuleBroken as broken:
            row.refuse(target, IssueKind.RULE_BROKEN, broken.sentence, format_rand(amount))
            return False
        return True

    def _year_of(self, row: Row, label: str) -> FinancialYear | None:
        match = _YEAR_LABEL.search(label)
        basis = (match[2] if match and match[2] else row["basis"]) or ""
        try:
            return FinancialYear.parse(match[1] if match else label, Basis(basis.upper()) if basis else None)
        except ValueError as error:
            kind = IssueKind.BAD_YEAR if basis else IssueKind.YEAR_WITHOUT_BASIS
            row.refuse("amounts", kind, str(error), label)
            return None
