"""SQL queries and time per page at 1×, 10× and 100× the data, on both engines.

The figure promised: at most 15 queries a page with 1,500 commitments in the space and 60,000 in the country, and the
same count at every size. Prints a count per page and size, and the growth of time.
"""

import subprocess
import sys
import time

from benchmarks._setting import ROOT, fill, is_small, maybe_postgres, start, tell, tell_left_out

SIZES = ((6, 1), (60, 2), (600, 15)) if is_small() else ((600, 15), (6_000, 150), (60_000, 1_500))
PAGES = (
    ("space home", "/spaces/DC36/"),
    ("ledger of a space", "/spaces/DC36/commitments/"),
    ("ledger of the country", "/commitments/"),
    ("national board", "/board/"),
    ("inbox", "/inbox/"),
)
MOST = 15


def measure(url: str) -> bool:
    """Fill and read one engine; True if every page kept its promise."""
    start(url)
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from oneplan.access.actions import grant_role
    from oneplan.access.actors import system
    from oneplan.access.roles import Role
    from oneplan.accounts.models import User
    from oneplan.commitments.actions import keep_sums

    user = User.objects.create_user("bench@example.org", None, name="Bench")
    grant_role(user, Role.HUB_MANAGER, "space:DC36", by=system("bench"))
    grant_role(user, Role.ANALYST, "national", by=system("bench"))
    client = Client()
    client.force_login(user)
    counts: dict[str, list[int]] = {name: [] for name, _ in PAGES}
    sizes = ", ".join(f"{country:,}" for country, _ in SIZES)
    print(f"\n{connection.vendor}: queries (milliseconds, best of 3) at {sizes} commitments")
    times: dict[str, list[float]] = {name: [] for name, _ in PAGES}
    for country, in_space in SIZES:
        fill(country, in_space)
        keep_sums()  # as the house does every 20 seconds
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        for name, address in PAGES:
            client.get(address)  # warm templates and caches, as a running server is
            best = float("inf")
            for _ in range(3):
                with CaptureQueriesContext(connection) as queries:
                    began = time.perf_counter()
                    answer = client.get(address)
                    best = min(best, time.perf_counter() - began)
            assert answer.status_code == 200, (address, answer.status_code)
            counts[name].append(len(queries))
            times[name].append(best * 1000)
    well = True
    for name, _ in PAGES:
        fixed = len(set(counts[name])) == 1
        kept = max(counts[name]) <= MOST and fixed
        well &= kept
        shown = "  ".join(f"{n:3d} ({t:6.0f})" for n, t in zip(counts[name], times[name], strict=True))
        worst = f"{max(counts[name])} queries, {max(times[name]):.0f} ms"
        tell(f"pages: {name}, {connection.vendor}", worst, f"≤ {MOST} queries, the same at every size", kept=kept)
        print(f"  {name:<24}{shown}   {'kept' if kept else 'NOT KEPT'} (at most {MOST}, the same at every size)")
    return well


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit(0 if measure(sys.argv[1] if sys.argv[1] != "sqlite" else "") else 1)
    again = [sys.executable, "-m", "benchmarks.pages"]  # each engine in a process of its own
    outcome = subprocess.run([*again, "sqlite"], cwd=ROOT).returncode
    with maybe_postgres() as url:
        if url is None:
            tell_left_out("pages on PostgreSQL", "apt install postgresql")
        else:
            outcome |= subprocess.run([*again, url], cwd=ROOT).returncode
    sys.exit(outcome)
