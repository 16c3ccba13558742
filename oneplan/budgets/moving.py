"""What a build places elsewhere than the one before it: rand by release, figure, space and how, before and after.

Only releases that are in both builds are compared: what came in with a new one did not move. Written beside the build
as Parquet, largest move first, so that whoever changed a rule can see what it did.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq

from oneplan.budgets import facts
from oneplan.budgets.choices import AmountType, How, Standing, Statement
from oneplan.warehouse.connection import Cursor
from oneplan.warehouse.store import Build

_FILE = "moved.parquet"
_KEY = ("ref", "standing", "statement", "amount_type", "year", "length", "province", "space", "how")
# A position is of a day, so its months are not added.
_SUMS = """SELECT releases.ref, any_value(releases.label) AS label, f.standing, f.statement, f.amount_type, f.year,
    f.length, places.province, places.space, f.how, sum(f.amount)::DECIMAL(18, 2) AS amount
    FROM {facts} f JOIN {releases} releases ON releases.id = f.release JOIN {places} places ON places.id = f.place
    WHERE f.statement <> {position} GROUP BY ALL"""


@dataclass(frozen=True)
class Moved:
    """The rand of one release and kind of figure that a space (or what lies in none) had before and has after."""

    ref: str
    label: str
    standing: Standing
    statement: Statement
    amount_type: AmountType
    year: int
    province: str
    space: str  # "": in no space
    how: How
    before: Decimal
    after: Decimal

    @property
    def change(self) -> Decimal:
        return self.after - self.before


def keep_what_moved(cursor: Cursor, before: Build | None, folder: Path) -> int:
    """Compare a build under way (its folder, its tables under `cursor`) with the served one. How many cells changed."""
    if before is None:
        return 0
    position = facts.number_of(Statement.POSITION)
    old = {name: f"read_parquet('{before.folder / name}/*.parquet')" for name in ("facts", "releases", "places")}
    new = {name: name for name in old}
    on = " AND ".join(f"o.{name} = n.{name}" for name in _KEY)
    both = ", ".join(f"coalesce(o.{name}, n.{name}) AS {name}" for name in ("label", *_KEY))
    cursor.execute(
        f"CREATE TEMP TABLE moved AS SELECT {both}, coalesce(o.amount, 0)::DECIMAL(18, 2) AS before, "
        f"coalesce(n.amount, 0)::DECIMAL(18, 2) AS after FROM ({_SUMS.format(**old, position=position)}) o "
        f"FULL JOIN ({_SUMS.format(**new, position=position)}) n ON {on} "
        "WHERE coalesce(o.amount, 0) <> coalesce(n.amount, 0) "
        f"AND coalesce(o.ref, n.ref) IN (SELECT ref FROM {old['releases']} INTERSECT SELECT ref FROM releases)"
    )
    cursor.execute(
        f"COPY (SELECT * FROM moved ORDER BY abs(after - before) DESC, {', '.join(_KEY)}) "
        f"TO '{folder / _FILE}' (FORMAT parquet)"
    )
    [(count,)] = cursor.execute("SELECT count(*) FROM moved").fetchall()
    return int(count)


def what_moved(build: Build, most: int | None = None) -> list[Moved]:
    """What a build placed elsewhere than the one before it, largest first."""
    path = build.folder / _FILE
    if not path.exists():
        return []
    rows = pq.read_table(path)
    return [
        Moved(
            row["ref"], row["label"], list(Standing)[row["standing"]], list(Statement)[row["statement"]],
            list(AmountType)[row["amount_type"]], row["year"], row["province"], row["space"], list(How)[row["how"]],
            row["before"], row["after"],
        )
        for row in (rows if most is None else rows.slice(0, most)).to_pylist()
    ]  # fmt: skip
