"""What is found wrong while a file is read. Every oddity becomes an issue; nothing is silently repaired."""

from dataclasses import dataclass, replace

from django.utils.translation import ngettext

from oneplan.exchange.choices import IssueKind, Severity
from oneplan.platform.errors import Refused
from oneplan.platform.web.numerals import grouped

ISSUES_LISTED = 50_000  # beyond this a mapping is plainly wrong; rows are still counted, issues no longer listed


@dataclass(frozen=True, slots=True)
class IssueFound:
    """One thing wrong at one place. `row` is the row's number in the sheet as Excel counts it (0: no row)."""

    sheet: str
    row: int
    column: str
    value: str
    kind: IssueKind
    severity: Severity
    message: str

    def as_dict(self) -> dict[str, str | int]:
        """The issue as it stands in the JSON report."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "kind": self.kind.value,
            "severity": self.severity.value,
            "message": self.message,
        }


class FileRefused(Refused):
    """The whole file is refused: nothing of it is stored. Carries the issue that says why and what to do."""

    def __init__(self, kind: IssueKind, message: str, *, sheet: str = "", row: int = 0, column: str = "") -> None:
        super().__init__(str(message))
        self.issue = IssueFound(sheet, row, column, "", kind, Severity.FILE_ERROR, str(message))


class IssueLog:
    """The issues of one run, in the order found; repeated normalisations of a column are one issue with a count."""

    def __init__(self) -> None:
        self._listed: list[IssueFound] = []
        self._unlisted = 0
        self._repeated: dict[tuple[str, str, str], tuple[IssueFound, int]] = {}

    def add(self, issue: IssueFound) -> None:
        if len(self._listed) < ISSUES_LISTED:
            self._listed.append(issue)
        else:
            self._unlisted += 1

    def warn(self, kind: IssueKind, message: str, *, sheet: str = "", row: int = 0, column: str = "") -> None:
        """A warning about the file, a sheet or a column."""
        self.add(IssueFound(sheet, row, column, "", kind, Severity.WARNING, str(message)))

    def repeat(self, issue: IssueFound) -> None:
        """A warning said once per column and message, with the place of the first and the count of all."""
        key = (issue.sheet, issue.column, issue.message)
        first, count = self._repeated.get(key, (issue, 0))
        self._repeated[key] = (first, count + 1)

    def all(self) -> list[IssueFound]:
        """Every issue, the repeated ones last."""
        issues = list(self._listed)
        for issue, count in self._repeated.values():
            said = ngettext("%(message)s (%(count)s cell)", "%(message)s (%(count)s cells, the first is named)", count)
            issues.append(replace(issue, message=said % {"message": issue.message, "count": grouped(count)}))
        if self._unlisted:
            message = ngettext(
                "%(count)s more issue is not listed. Mend what is listed, or the mapping, and import again.",
                "%(count)s more issues are not listed. Mend what is listed, or the mapping, and import again.",
                self._unlisted,
            ) % {"count": grouped(self._unlisted)}
            issues.append(IssueFound("", 0, "", "", IssueKind.TOO_MANY_ISSUES, Severity.WARNING, message))
        return issues
