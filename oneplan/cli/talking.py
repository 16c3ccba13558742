"""What the command line says about outcomes."""

from collections.abc import Iterator

from oneplan.exchange.report import Report
from oneplan.spaces.exports import LocateReport

_ISSUES_SHOWN = 20


def tell_import(report: Report) -> Iterator[str]:
    """The counts, the totals and the first issues, a line each."""
    if report.is_file_error:
        yield "Nothing was stored."
    else:
        done = "would be accepted" if report.dry_run else "accepted"
        yield (
            f"{report.rows_read} rows read: {report.rows_accepted} {done} ({report.rows_updated} of them as changes), "
            f"{report.rows_refused} refused, {report.rows_unchanged} unchanged, "
            f"{sum(report.rows_left_out.values())} left out."
        )
        for reason, count in report.rows_left_out.items():
            yield f"  left out: {count} – {reason}"
        for name, total in report.totals.items():
            figures = total.as_dict()
            yield f"  {name}: R{figures['read']} read, R{figures['accepted']} accepted"
    for issue in report.issues[:_ISSUES_SHOWN]:
        where = ", ".join(
            part
            for part in (
                f"sheet {issue.sheet}" if issue.sheet else "",
                f"row {issue.row}" if issue.row else "",
                f"column {issue.column}" if issue.column else "",
            )
            if part
        )
        yield f"  {issue.severity}: {where + ': ' if where else ''}{issue.message}"
    if len(report.issues) > _ISSUES_SHOWN:
        yield f"  and {len(report.issues) - _ISSUES_SHOWN} more issues: write them with --report or --annotated."


def tell_located(report: LocateReport) -> Iterator[str]:
    """Counts, boundary versions and the rows without a usable point."""
    yield (
        f"{report.rows_read} rows read: {report.rows_located} located, {report.rows_outside} outside the country, "
        f"{report.rows_refused} without a usable point."
    )
    for version, count in report.versions.items():
        yield f"  {count} by {version}"
    for row, sentence in report.problems[:_ISSUES_SHOWN]:
        yield f"  row {row}: {sentence}"
