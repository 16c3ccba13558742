"""All 52 full profiles as PDF from the real census, beside WeasyPrint on the same content, both cores for both sides.

Promised: at most 0.12 times what WeasyPrint needs for equivalent HTML (both PDF/UA-1). Our side reads the build,
assembles each profile, draws its maps and compiles it; the peer is given HTML with its pictures made before the clock
starts. Each side is one process a core, warmed on a document of another space, the spaces dealt out in turns; the clock
runs from the moment all are ready until the last is done. `--spaces N` takes only the first N (the peer needs long).
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from benchmarks._plan_as_html import as_html
from benchmarks._setting import ROOT, SHARED, is_small, start, tell, tell_left_out

CENSUS = SHARED / "indicators" / "wazimap_census2011_long.csv.gz"
MOST_OF_WEASYPRINT = 0.12
CORES = 2
ON = date(2026, 11, 23)


def load_census() -> None:
    """The real file imported, published and built in this benchmark's own house."""
    start()
    from oneplan.access.actors import system
    from oneplan.exchange.pipeline import run_import
    from oneplan.indicators.actions import build_observations, publish_observations
    from oneplan.indicators.choices import ReleaseState
    from oneplan.indicators.models import ObservationRelease

    by = system("benchmark")
    run_import(
        "indicators", CENSUS, by=by, layout="wazimap", source="Stats SA through wazimap-za", as_at=date(2011, 10, 9)
    )
    for release in ObservationRelease.objects.filter(state=ReleaseState.HELD):
        publish_observations(
            release, reason="Totals of schools differ in the source.", revision=release.revision, by=by
        )
    build_observations(by=by)


def one(side: str, codes: list[str]) -> None:
    """Make the profiles of some spaces; say when ready, begin when told, print JSON when done."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "oneplan.config.settings"
    import django

    django.setup()
    import page

    from oneplan.access.actors import PUBLIC
    from oneplan.indicators.profile import profile_of
    from oneplan.publishing.profiles.pdf import full, full_profile_pdf
    from oneplan.spaces.models import Space
    from oneplan.spaces.queries import space_map

    spaces = {space.pk: space for space in Space.objects.select_related("province")}

    def ours(code: str) -> bytes:
        return full_profile_pdf(profile_of(spaces[code], by=PUBLIC), space_map(code), on=ON)

    def told(code: str) -> str:
        ready = full(profile_of(spaces[code], by=PUBLIC), space_map(code), on=ON)
        return as_html(ready.data, ready.pictures)

    warm = next(code for code in spaces if code not in codes)
    make: Callable[[str], bytes] = ours
    if side == "weasyprint":
        from weasyprint import HTML

        pages = {code: told(code) for code in [*codes, warm]}

        def theirs(code: str) -> bytes:
            return bytes(HTML(string=pages[code]).write_pdf(pdf_variant="pdf/ua-1") or b"")

        make = theirs
    make(warm)
    print("ready", flush=True)
    sys.stdin.readline()
    busy = time.process_time()
    made = [make(code) for code in codes]
    cpu = time.process_time() - busy
    print("done", flush=True)
    reports = [page.validate_pdf_bytes(each, profile="ua1", limits=page.SafetyLimits.unlimited()) for each in made]
    print(
        json.dumps({
            "cpu": cpu, "pages": sum(each.document.page_count for each in reports), "bytes": sum(map(len, made)),
            "conforming": sum(each.is_compliant for each in reports), "documents": len(made),
        })
    )  # fmt: skip


def run(side: str, codes: list[str]) -> dict[str, Any]:
    """One side on all cores: seconds by the clock, and the sums of its processes."""
    hands = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.profiles", "--one", side, *codes[core::CORES]], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for core in range(CORES)
    ]  # fmt: skip
    for hand in hands:
        _wait_for(hand, "ready")
    began = time.perf_counter()
    for hand in hands:
        assert hand.stdin
        hand.stdin.write("\n")
        hand.stdin.flush()
    for hand in hands:
        _wait_for(hand, "done")
    seconds = time.perf_counter() - began
    told = [json.loads(hand.communicate()[0].strip().splitlines()[0]) for hand in hands]
    return {key: sum(each[key] for each in told) for key in told[0]} | {"seconds": seconds}


def _wait_for(hand: subprocess.Popen[str], word: str) -> None:
    assert hand.stdout
    while (said := hand.stdout.readline()).strip() != word:
        assert said, f"A process ended before it said {word}"


def show(side: str, told: dict[str, Any]) -> None:
    """One line for one side."""
    print(
        f"{side:12} {told['documents']} documents, {told['pages']} pages, {told['bytes'] / 1e6:.1f} MB: "
        f"{told['seconds']:.1f} s on {CORES} cores, {told['cpu']:.1f} s of processor; "
        f"{told['conforming']} conform to PDF/UA-1",
        flush=True,
    )


def main() -> int:
    """Print every figure; 0 if the promise was kept."""
    if not CENSUS.exists():
        tell_left_out("52 profiles as PDF", f"the census file {CENSUS.name} is not there")
        return 0
    load_census()
    from oneplan.spaces.models import Space

    most = int(sys.argv[2]) if sys.argv[1:2] == ["--spaces"] else 4 if is_small() else 52
    codes = list(Space.objects.order_by("code").values_list("code", flat=True))[:most]
    show("oneplan", ours := run("oneplan", codes))
    show("weasyprint", peer := run("weasyprint", codes))
    ratio, processor = ours["seconds"] / peer["seconds"], ours["cpu"] / peer["cpu"]
    print(f"profiles ÷ WeasyPrint: {ratio:.3f} (at most {MOST_OF_WEASYPRINT}); by processor time {processor:.3f}")
    tell(f"{len(codes)} full profiles as PDF, {ours['pages']} pages", f"{ours['seconds']:.1f} s")
    kept = ratio <= MOST_OF_WEASYPRINT
    tell(
        "profiles ÷ WeasyPrint, by the clock", f"{ratio:.3f} ×", f"≤ {MOST_OF_WEASYPRINT} ×",
        kept=None if is_small() else kept,
    )  # fmt: skip
    return 0 if (kept or is_small()) and ours["conforming"] == ours["documents"] else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], sys.argv[3:])
    else:
        sys.exit(main())
