"""The money ledger of the whole country beside DuckDB merely reading the same rows.

    python -m benchmarks.ledger [--commitments 60000]

From a fixed seed: commitments of 52 spaces, four pledges each, half of them linked to a line of a municipal capital
budget (some lines shared by three commitments), six kinds of amounts in three years a line. What is timed is a whole
recompute: questions, splitting to the cent, axes, and writing every entry with its lines. DuckDB's part is the same
question for the same lines, its rows fetched and thrown away. Then one link changes, and what is computed is counted.

The target: at most 20 times DuckDB's reading; one commitment's change does not recompute the country.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from benchmarks._setting import SEED, is_small, start, tell

RATIO = 20.0
YEARS, KINDS = (2023, 2024, 2025), ("original", "adjusted", "audited", "tabled", "actual", "final")


def stage(count: int) -> None:
    """Commitments, pledges, lines in a served build, and links, as their own rooms leave them."""
    from django.db import transaction

    from oneplan.access.actors import system
    from oneplan.alignment.lines import every_line, now_serving, terms_of
    from oneplan.alignment.models import BudgetLine, Link
    from oneplan.budgets.actions import build_warehouse
    from oneplan.commitments.models import Commitment, Party, Pledge
    from oneplan.institutions.choices import MUNICIPAL_KINDS
    from oneplan.institutions.models import Institution
    from oneplan.periods import clock
    from oneplan.spaces.models import Space

    draw, now = random.Random(SEED), clock.now()
    bodies = list(Institution.objects.filter(kind__in=MUNICIPAL_KINDS).order_by("code").values_list("code", flat=True))
    spaces = list(Space.objects.order_by("code").values_list("code", flat=True))
    _receive(count // 3, bodies, draw)
    build_warehouse(by=system("bench"))
    build = now_serving()
    with transaction.atomic():
        rows = Commitment.objects.bulk_create([
            Commitment(
                ref=f"B-C-{number}", home_space_id=spaces[number % len(spaces)], title=f"Works {number}",
                kind="project", area="infrastructure", novelty="new", lead_id=bodies[number % len(bodies)],
                proposed_at=now, changed_at=now,
            )
            for number in range(count)
        ], batch_size=500)  # fmt: skip
        parties = Party.objects.bulk_create(
            [Party(commitment=row, institution_id=row.lead_id, role="lead") for row in rows], batch_size=500
        )
        Pledge.objects.bulk_create([
            Pledge(
                party=party, year=year, basis="MFMA", amount=Decimal(draw.randrange(10**9)) / 100, status="committed"
            )
            for party in parties for year in (*YEARS, 2026)
        ], batch_size=500)  # fmt: skip
        lines = [
            BudgetLine(
                key=each.terms.key, dataset=each.terms.codes.dataset, institution_id=each.terms.codes.institution,
                function_chart=each.terms.codes.function_chart, function=each.terms.codes.function,
                project=each.terms.codes.project, label=each.terms.label, recorded_at=now, build=build,
            )
            for each in every_line(by=system("bench"))
        ]  # fmt: skip
        lines = BudgetLine.objects.bulk_create(lines, batch_size=500)
        if terms_of(lines[0]).key != lines[0].key:
            raise SystemExit("A line was not written down as it is named.")
        links, left = [], iter(draw.sample(rows, count // 2))
        for number, line in enumerate(lines):
            parts = (Decimal("0.333333333333"),) * 3 if number % 4 == 0 else (Decimal(1),)
            for share in parts:
                commitment = next(left, None)
                if commitment is not None:
                    links.append(Link(kind="commitment_line", commitment=commitment, line=line, share=share,
                                      state="confirmed", proposed_at=now, decided_at=now))  # fmt: skip
        Link.objects.bulk_create(links, batch_size=500)


def _receive(lines: int, bodies: list[str], draw: random.Random) -> None:
    from oneplan.budgets.models import BudgetRelease
    from oneplan.budgets.shelf import shelf
    from oneplan.budgets.tests.records import figure, keep_record

    figures = [
        figure(bodies[number % len(bodies)], Decimal(draw.randrange(10**10)) / 100, project=f"P{number}", year=year,
               amount_type=_kind(kind))
        for number in range(lines) for year in YEARS for kind in KINDS
    ]  # fmt: skip
    digest = "e" * 64
    keep_record(shelf.release_folder(digest), figures)
    BudgetRelease.objects.create(
        ref="BR-BENCH", dataset="municipal-capital", layout="bench", title="Generated", source="Generated",
        as_at=date(2025, 7, 1), received_at=datetime(2025, 7, 1, tzinfo=UTC), digest=digest, rows=len(figures),
        figures=len(figures), total=sum((one["amount"] for one in figures), Decimal(0)),
    )  # fmt: skip


def _kind(word: str) -> Any:
    from oneplan.budgets.choices import AmountType

    return AmountType(word)


def measure(count: int) -> dict[str, float]:
    """Seconds of a whole recompute, of DuckDB's reading, and of one changed link; with rows."""
    from oneplan.access.actors import system
    from oneplan.alignment.lines import codes_of
    from oneplan.alignment.models import BudgetLine, Link
    from oneplan.budgets.cube.paying import rand_of
    from oneplan.commitments.models import Commitment
    from oneplan.ledger.actions import compute_ledger, open_cycle
    from oneplan.ledger.models import Cycle

    by = system("bench")
    if not Cycle.objects.filter(is_open=True).exists():
        open_cycle("Bench", by=by, reason="For the benchmark", as_at=date(2026, 8, 1))
    linked = BudgetLine.objects.filter(links__isnull=False).distinct()
    codes = list(codes_of(linked).values())
    read = min(_seconds(lambda: sum(1 for _row in rand_of(codes, by=by))) for _turn in range(3))
    whole = min(_seconds(lambda: compute_ledger(by=by)) for _turn in range(2))
    done = compute_ledger(by=by)
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    Commitment.objects.update(changed_at=long_ago)
    Link.objects.update(decided_at=long_ago)
    one = Link.objects.filter(share__lt=1).order_by("pk").first()
    if one is None:
        raise SystemExit("No line is shared.")
    began = time.perf_counter()
    part = compute_ledger(by=by, commitments=[one.commitment_id or 0])
    return {
        "commitments": count, "entries": done.entries, "lines": done.lines, "read_s": read, "whole_s": whole,
        "one_ms": (time.perf_counter() - began) * 1000, "one_commitments": part.commitments or 0,
        "one_entries": part.entries,
    }  # fmt: skip


def _seconds(act: Any) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def main() -> int:
    """Tell the figures; 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commitments", type=int, default=600 if is_small() else 60_000)
    asked = parser.parse_args()
    start()
    stage(asked.commitments)
    told = measure(asked.commitments)
    ratio = told["whole_s"] / told["read_s"]
    is_good = ratio <= RATIO and told["one_entries"] < max(50, told["entries"] / 100)
    size = (
        f"{told['commitments']:,.0f} commitments, {told['entries']:,.0f} entries, {told['lines']:,.0f} amounts of lines"
    )
    print(f"{size}: {told['whole_s']:.2f} s; DuckDB reads them in {told['read_s']:.2f} s")
    tell(f"money ledger of the country: {size}", f"{told['whole_s']:.2f} s")
    tell("money ledger: recompute beside DuckDB's reading", f"{ratio:.1f} ×", f"≤ {RATIO:.0f} ×", kept=ratio <= RATIO)
    one = f"{told['one_entries']:.0f} entries of {told['one_commitments']:.0f} commitments, {told['one_ms']:.0f} ms"
    tell("money ledger: one changed link", one, "not the country", kept=told["one_entries"] < told["entries"] / 100)
    print(f"ratio {ratio:.1f}; one changed link: {one}")
    return 0 if is_good or is_small() else 1


if __name__ == "__main__":
    sys.exit(main())
