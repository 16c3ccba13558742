"""Ten accepted and ten refused rows of import reports, beside their source, as Markdown.

    python scripts/import_evidence.py REPORT.json [...] > docs/evidence/rows.md

The reports are those that `oneplan import … --report REPORT.json` writes; docs/evidence/README.md lists the commands.
"""

import json
import sys
from pathlib import Path
from typing import Any

SOURCE = (
    "Project ID",
    "Project Name",
    "Province",
    "Department",
    "Local Municipality",
    "District Municipality",
    "Project Status",
    "Project Start Date",
    "Estimated Project Completion Date",
    "Total Project Cost",
    "Main Budget Appropriation (TOTAL)",
    "Primary Funding Source",
    "Funding Status",
    "project_name",
    "government_institution",
    "gps_code",
    "financial_year",
    "budget_phase",
    "amount_rands",
)
TAKEN = (
    "key",
    "title",
    "lead",
    "space",
    "municipality",
    "stage",
    "start_on",
    "finish_on",
    "total_cost",
    "spent_before",
    "amounts",
    "year",
    "amount",
    "funding_status",
    "funding_source",
    "area",
    "kind",
    "novelty",
)


def words(values: dict[str, Any], names: tuple[str, ...]) -> str:
    """The named values in one table cell."""
    shown = (f"{name}: {values[name]}" for name in names if values.get(name) not in (None, "", {}))
    return "<br>".join(shown).replace("|", "/")


def table(rows: list[dict[str, Any]], right: str) -> str:
    """Rows beside what became of them."""
    lines = [f"| Row | As it stands in the file | {right} |", "|---|---|---|"]
    for row in rows:
        what = words(row["values"], TAKEN) if "values" in row else "<br>".join(row["because"]).replace("|", "/")
        lines.append(f"| {row['row']} | {words(row['source'], SOURCE)} | {what} |")
    return "\n".join(lines)


def main(paths: list[str]) -> None:
    """Write one section for each report."""
    out = ["# Rows beside their source", "", "Made by `scripts/import_evidence.py` from the reports in this folder."]
    for path in paths:
        report = json.loads(Path(path).read_text(encoding="utf-8"))
        place = report["space"] or "the whole file"
        out += ["", f"## {report['mapping']}, {place}: {report['rows_read']} rows read", ""]
        out += [f"Accepted {report['rows_accepted']}, refused {report['rows_refused']}, left out: "]
        out += [f"- {reason}: {count}" for reason, count in report["rows_left_out"].items()]
        for which, right in (("accepted", "Read as"), ("refused", "Refused because")):
            rows = report["samples"][which]
            out += ["", f"### {which.capitalize()}: the first {len(rows)}", ""]
            out += [table(rows, right) if rows else "None."]
    sys.stdout.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
