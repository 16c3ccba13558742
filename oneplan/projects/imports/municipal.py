"""SA36 and SC36: tables of one municipality, which stands in the heading, with years in the names of columns."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from oneplan.exchange.choices import IssueKind
from oneplan.exchange.issues import FileRefused, IssueLog
from oneplan.exchange.kinds import TableHead
from oneplan.exchange.rows import Row
from oneplan.exchange.values import fold
from oneplan.institutions.choices import MUNICIPAL_KINDS
from oneplan.institutions.models import Institution
from oneplan.periods.years import Basis
from oneplan.projects.actions import Name, ReceivedProject
from oneplan.projects.choices import Scheme
from oneplan.projects.imports.rows import ProjectRows

_CODE = re.compile(r"\(\s*([A-Z]{2,3}\d{0,3})\s*\)")
_THOUSANDS = re.compile(r"\bR\s*['’]?\s*(thousands?|000)\b", re.IGNORECASE)
_AS_AT = re.compile(r"as at (\d{4})[/-](\d{2})[/-](\d{2})", re.IGNORECASE)


class MunicipalRows(ProjectRows):
    """Rows of SA36 or SC36. A project is known by its municipality, function, description and number together."""

    basis = Basis.MFMA

    def meet(self, head: TableHead, log: IssueLog) -> Mapping[str, Any]:
        """Find the municipality, and say what the heading gets wrong. Raises FileRefused where none is named."""
        super().meet(head, log)
        title = " ".join(str(cell) for line in head.lines for cell in line if cell not in ("", None))
        institution = self._municipality(title, head.sheet)
        code = institution.municipality_code
        if head.sheet.strip().upper() != code and re.fullmatch(r"[A-Z]{2,3}\d{0,3}", head.sheet.strip()):
            log.warn(
                IssueKind.BAD_CODE,
                _("The sheet is called %(sheet)s, the heading names %(name)s (%(code)s). The heading was followed.")
                % {"sheet": head.sheet, "name": institution.name, "code": code},
                sheet=head.sheet,
            )
        if _THOUSANDS.search(title):
            log.warn(
                IssueKind.ODD_AMOUNT,
                _("The heading says “R thousands”, but such sheets hold rand. The amounts were read as rand; if they"
                  " are thousands after all, import with a mapping that multiplies them by 1000."),
                sheet=head.sheet,
            )  # fmt: skip
        day = _AS_AT.search(title)
        if day and "-".join(day.groups()) != self._as_at.isoformat():
            log.warn(
                IssueKind.BAD_DATE,
                _("The heading says that its figures are as at %(said)s; the import was told %(told)s, which counts.")
                % {"said": "-".join(day.groups()), "told": self._as_at},
                sheet=head.sheet,
            )
        said = {"municipality": code, "implementing": institution.pk}
        self._fed |= said.keys()
        return said

    def _municipality(self, title: str, sheet: str) -> Institution:
        """The municipality in the heading, by its code; else the one after which the sheet is called."""
        known = {
            each.municipality_code: each
            for each in self._directory.institutions.values()
            if each.kind in MUNICIPAL_KINDS and each.municipality_code
        }
        for said in (*_CODE.findall(title), sheet.strip().upper()):
            if said in known:
                return known[said]
        raise FileRefused(
            IssueKind.UNKNOWN_INSTITUTION,
            _("No municipality is named in the lines above the table, nor by the name of the sheet. Write its code"
              " there in brackets, such as (BUF), and import again."),
            sheet=sheet,
        )  # fmt: skip

    def _item(self, row: Row) -> ReceivedProject:
        values = row.values
        is_nameless = not values.get("title") and not values.get("number")
        if is_nameless and not self._money.of(row):
            row.leave_out(_("note under the table"))
        elif is_nameless:
            row.refuse(
                "title", IssueKind.REQUIRED,
                _("The row has neither a description nor a number, so no project can be known by it."),
            )  # fmt: skip
        item = super()._item(row)
        if not item.title:
            item.title = values.get("number") or values.get("function") or ""
            row.warn(
                "title", IssueKind.REQUIRED,
                _("The description is empty. The project is shown by its number, %(number)s.") % {"number": item.title},
            )  # fmt: skip
        function, asset = values.get("function") or "", item.sector
        item.sector, item.description = function[:80], ", ".join(filter(None, (item.description, asset)))
        return item

    def _called(self, row: Row) -> tuple[Name, ...]:
        municipality, number = row.values.get("municipality") or "", row.values.get("number")
        first = _name(row.key, municipality)
        return (first, Name(Scheme.MSCOA.value, municipality, number[:200])) if number else (first,)

    def _named(self) -> Iterator[Name]:
        return (_name(key, key.partition("|")[0]) for key in self._keys)


def _name(key: str, municipality: str) -> Name:
    """The key without the municipality, folded: its spelling wanders from year to year."""
    return Name(Scheme.SA36.value, municipality, fold(key.partition("|")[2]) or key)
