"""A kind of import for tests: wells, kept in a list so that no room above is needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.exchange.choices import IssueKind
from oneplan.exchange.kinds import ImportOrder, Kind
from oneplan.exchange.models import ImportRun
from oneplan.exchange.rows import Row, in_batches
from oneplan.exchange.targets import Target, TargetType
from oneplan.platform.errors import RuleBroken

STORED: dict[str, dict[str, Any]] = {}
PLACES = frozenset({"DC15", "DC36", "ETH"})


class WellRows:
    def __init__(self, order: ImportOrder) -> None:
        self.order = order

    def check(self, rows: Sequence[Row]) -> None:
        for row in rows:
            if row["place"] and row["place"] not in PLACES:
                row.refuse("place", IssueKind.UNKNOWN_PLACE, f"There is no place {row['place']}. Use a code like DC36.")
            elif self.order.space and row["place"] and row["place"] != self.order.space:
                row.refuse("place", IssueKind.WRONG_SPACE, f"This row is of {row['place']}, not {self.order.space}.")

    def accept(self, rows: Iterator[Row], *, run: ImportRun, by: Actor) -> None:
        for batch in in_batches(rows):
            for row in batch:
                if row["name"] == "poison":
                    raise RuleBroken("A poisoned well cannot be stored. Close it first.")
                STORED[row.key] = {**row.values}
                row.subject = f"well:{row.key}"


KIND = Kind(
    name="wells",
    title="Wells",
    permission=Permission.COMMITMENT_IMPORT,
    targets=(
        Target("key", "Well id", TargetType.CODE, required=True, aliases=("Project ID",)),
        Target("name", "Well name", required=True, most=200, aliases=("Project Name",)),
        Target("place", "Place", TargetType.PLACE),
        Target("cost", "Cost", TargetType.AMOUNT, aliases=("Total Project Cost",)),
        Target("starts_on", "Start date", TargetType.DATE, aliases=("Project Start Date",)),
        Target("ends_on", "End date", TargetType.DATE, aliases=("Estimated Project Completion Date",)),
        Target("basis", "Basis", TargetType.CHOICE, choices={"PFMA": "PFMA", "MFMA": "MFMA"}),
        Target("year", "Financial year", TargetType.FINANCIAL_YEAR, basis_from="basis"),
        Target("budgets", "Budgets by year", TargetType.AMOUNT, many=True),
        Target("state", "Status", TargetType.CHOICE, choices={"open": "Open", "dry": "Dry"}),
    ),
    row_key=("key",),
    ordered=(("starts_on", "ends_on"),),
    reader=WellRows,
)
