"""What releases in force say that a dataset comes to, beside what its lines sum to: the same, or it shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.budgets import facts
from oneplan.budgets.choices import AmountType, Standing
from oneplan.budgets.cube.paying import _COLUMNS, _WHOLE
from oneplan.budgets.shelf import reading


@dataclass(frozen=True, slots=True)
class SourceTotal:
    """One dataset, standing, institution, year and kind of amount: as its releases report it, and by its lines.

    `basis` is the month in which the year begins; `releases` are those that report it.
    """

    dataset: str
    standing: Standing
    institution: str
    basis: int
    year: int
    amount_type: AmountType
    releases: tuple[str, ...]
    reported: Decimal
    by_lines: Decimal
    lines: int


def source_totals(*, by: Actor) -> Iterator[SourceTotal]:
    """Totals of every dataset that lines are told of, whole years alone. Raises NothingBuilt.

    Reported: what the returns of the releases were counted to be when they came in. By lines: the facts that a build
    serves, from which amounts of lines come. The two come by different ways.
    """
    allowed = [each for each in Standing if each != Standing.GOVERNMENT or by.is_national(Permission.BUDGET_READ)]
    keys = "dataset, standing, institution, basis, year, amount_type"
    with reading() as turn:
        rows = turn.cursor.execute(
            f"WITH {_WHOLE}, told AS (SELECT {keys}, sum(r.amount) AS amount, "
            "list(DISTINCT e.ref ORDER BY e.ref) AS refs FROM returns r JOIN whole USING (dataset, standing, "
            "institution, statement, amount_type, basis, year, length) JOIN releases e ON e.id = r.release "
            "WHERE r.is_in_force GROUP BY ALL), "
            f"lined AS (SELECT {', '.join(dict.fromkeys([*_COLUMNS, *keys.split(', ')]))}, sum(amount) AS amount "
            "FROM facts JOIN whole USING (dataset, standing, institution, statement, amount_type, basis, year, length) "
            "GROUP BY ALL), "
            f"summed AS (SELECT {keys}, sum(amount) AS amount, count(*) AS lines FROM lined GROUP BY ALL) "
            "SELECT d.code, standing, i.code, basis, year, amount_type, refs, coalesce(told.amount, 0)::VARCHAR, "
            f"coalesce(summed.amount, 0)::VARCHAR, coalesce(lines, 0) FROM told FULL JOIN summed USING ({keys}) "
            "JOIN datasets d ON d.id = dataset JOIN institutions i ON i.id = institution "
            f"WHERE standing IN ({', '.join(str(facts.number_of(each)) for each in allowed)}) ORDER BY ALL"
        ).fetchall()
    for code, standing, institution, basis, year, kind, refs, reported, lined, lines in rows:
        yield SourceTotal(
            code, list(Standing)[standing], institution, basis, year, list(AmountType)[kind], tuple(refs or ()),
            Decimal(reported), Decimal(lined), lines,
        )  # fmt: skip
