"""Generated budget facts for benchmarks: the same for the same seed, spread like a country's municipal figures."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks._setting import SEED

YEARS, FUNCTIONS, ITEMS, FUNDS, PROJECTS = range(2015, 2025), 120, 900, 40, 30_000
TYPES = ("original", "adjusted", "actual", "pre_audit", "audited", "restated")


def numbers(cursor: Any, rows: int) -> None:
    """The temporary table `generated` of so many figures, by number: body, year, month, function, … cents."""
    from oneplan.institutions.choices import MUNICIPAL_KINDS
    from oneplan.institutions.models import Institution
    from oneplan.spaces.models import Ward

    by_area: dict[str, list[str]] = {}
    for ward, area in Ward.objects.order_by("code").values_list("code", "municipal_area_id"):
        by_area.setdefault(area, []).append(ward)
    bodies = list(Institution.objects.filter(kind__in=MUNICIPAL_KINDS).order_by("code"))
    evidence, ranges = [""], []
    for body in bodies:
        first = len(evidence)
        evidence += by_area.get(body.municipality_code, [""])
        ranges.append((body.code, first, len(evidence) - first))
    cursor.execute("CREATE TEMP TABLE bodies (number INTEGER, code VARCHAR, first INTEGER, wards INTEGER)")
    for number, (code, first, wards) in enumerate(ranges):
        cursor.execute("INSERT INTO bodies VALUES (?, ?, ?, ?)", [number, code, first, wards])
    cursor.execute("CREATE TEMP TABLE wards (id INTEGER, ward VARCHAR)")
    cursor.execute("INSERT INTO wards SELECT unnest(range(len($codes))), unnest($codes)", {"codes": evidence})

    def of(salt: int, most: int) -> str:
        return f"(hash(i * 64 + {SEED + salt}) % {most})::INTEGER"

    cursor.execute(
        f"CREATE TEMP TABLE generated AS SELECT i, {of(1, len(bodies))} AS body, "
        f"{of(2, len(YEARS))} + {YEARS[0]} AS year, {of(3, 12)} + 1 AS period, "
        f"{of(4, FUNCTIONS)} AS function, {of(5, ITEMS)} AS item, {of(6, FUNDS)} AS fund, "
        f"{of(7, 1_000_000)} AS ward, CASE WHEN {of(8, 10)} < 3 THEN {of(9, PROJECTS)} + 1 ELSE 0 END AS project, "
        f"{of(10, len(TYPES))} AS type, (hash(i * 64 + {SEED + 11}) % 1000000000)::BIGINT AS cents "
        f"FROM range({rows}) t(i)"
    )


def receive(rows: int, digest: str = "f" * 64) -> Any:
    """A release of so many generated figures, as an import would have left it. Returns the BudgetRelease."""
    from oneplan.budgets import facts
    from oneplan.budgets.choices import AmountType, Length, Statement
    from oneplan.budgets.models import BudgetRelease
    from oneplan.budgets.shelf import shelf
    from oneplan.warehouse.connection import workshop

    folder = shelf.release_folder(digest)
    folder.mkdir(parents=True)
    types = [facts.number_of(AmountType(word)) for word in TYPES]
    month, operating = facts.number_of(Length.MONTH), facts.number_of(Statement.OPERATING)
    with workshop() as cursor:
        numbers(cursor, rows)
        source = (
            f"SELECT (i + 2)::INTEGER AS \"row\", 'Amount' AS cell, bodies.code AS institution, "
            f"{operating}::TINYINT AS statement, ({types})[type + 1]::TINYINT AS amount_type, "
            "7::TINYINT AS basis, year::SMALLINT AS year, "
            f"{month}::TINYINT AS length, period::TINYINT AS period, 'f:' || printf('%04d', function) AS function, "
            "'i:' || printf('%04d', item) AS item, 'g:' || printf('%02d', fund) AS fund, 0 AS programme, project, "
            "(bodies.first + ward % bodies.wards)::INTEGER AS evidence, '' AS receiver, "
            "(cents / 100)::DECIMAL(18, 2) AS amount FROM generated JOIN bodies ON bodies.number = body"
        )
        _copy(cursor, source, folder / "record.parquet")
        labels = " UNION ALL ".join(
            f"SELECT '{table}' AS \"table\", '{chart}:' || printf('%0{digits}d', i) AS key, '{table} ' || i AS label, "
            f"'Group ' || (i % 9) AS category, 'Subgroup ' || (i % 31) AS subcategory, '' AS receiver "
            f"FROM range({count}) t(i)"
            for table, chart, digits, count in (
                ("functions", "f", 4, FUNCTIONS),
                ("items", "i", 4, ITEMS),
                ("funds", "g", 2, FUNDS),
            )
        )
        _copy(cursor, f"{labels} UNION ALL SELECT 'cells', 'Amount', 'Amount', '', '', ''", folder / "labels.parquet")
        _copy(cursor, f"SELECT (i + 1)::INTEGER AS id, 'P' || printf('%05d', i) AS code, 'Project ' || i AS name "
                      f"FROM range({PROJECTS}) t(i)", folder / "projects.parquet")  # fmt: skip
        _copy(cursor, "SELECT 0 AS id, '' AS vote, '' AS vote_name, '' AS programme, '' AS programme_name, "
                      "'' AS subprogramme, '' AS subprogramme_name WHERE false",
              folder / "programmes.parquet")  # fmt: skip
        _copy(cursor, "SELECT id, '' AS region, '' AS municipality, ward, CASE WHEN ward = '' THEN NULL ELSE 2021 END"
                      "::SMALLINT AS ward_year, NULL::DOUBLE AS longitude, NULL::DOUBLE AS latitude FROM wards",
              folder / "evidence.parquet")  # fmt: skip
        _copy(cursor, "SELECT institution, statement, amount_type, basis, year, length, period, count(*) AS figures, "
                      f"sum(amount)::DECIMAL(18, 2) AS amount FROM '{folder}/record.parquet' GROUP BY ALL",
              folder / "returns.parquet")  # fmt: skip
        [(total,)] = cursor.execute(f"SELECT sum(amount) FROM '{folder}/record.parquet'").fetchall()
    return BudgetRelease.objects.create(
        ref="GENERATED", dataset="municipal-income-expenditure", layout="generated", title="Generated figures",
        source="benchmarks", as_at=date(2024, 7, 1), received_at=datetime(2024, 7, 1, tzinfo=UTC), digest=digest,
        rows=rows, figures=rows, total=Decimal(total),
    )  # fmt: skip


def _copy(cursor: Any, source: str, path: Path) -> None:
    cursor.execute(f"COPY ({source}) TO '{path}' (FORMAT parquet)")
