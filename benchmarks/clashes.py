"""The clash finder on 200 planted clashes among 10,000 generated projects, and on the real workbook.

    python -m benchmarks.clashes [--projects 10000] [--real]

From a committed seed: projects spread as ward reference points are (crowded in towns), with titles, kinds of works,
institutions, dates and costs drawn apart from each other; and 200 clashes planted among them, of every rule, some of
them hard: words that name no kind of works, distances near the limit, short overlaps, titles told anew. Recall is the
part of the planted that was found by any rule between the planted two. A false alarm is one that was not planted;
some of these are true by chance (two trenches drawn in one street), so the number is an upper bound.

Growth is told twice. At equal density: ten countries side by side against one, the growth that a rollout sees, of at
most 11 times. And ten times as many in the one country, where ten times as many stand around each: the pairs that
meet grow with the square, and the time is told for each of them.

`--real` imports the Infrastructure Reporting Model of four provinces (10,668 rows) and counts what is found as at the
end of its year.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from benchmarks._setting import ROOT, SHARED, is_small, start, tell, tell_left_out

SEED = 20261122
REAL = SHARED / "projects" / "irm_2023-24_ec_kzn_lim_wc.xlsx"
PLANTED = 200
RECALL, TIMES, MOST_GROWTH = 0.9, 10, 11.0
PASSES = 1 if is_small() else 3
DAY = date(2026, 4, 1)
METRE = 1 / 100_000  # of latitude, in degrees, a little less than a metre

# Words drawn for titles: (kind of works, how often, patterns). "{place}" is a made name, drawn from so many that two
# projects seldom share one by chance.
# A title in some kinds names no kind at all, as real ones do: such works are not found by their words.
WORK = (
    ("road", 0.16, ("Upgrading of {place} Road", "Paving of internal streets, {place}", "{place} bridge rehabilitation",
                    "Regravelling {place} ward roads", "Rehabilitation of R61 to {place}")),
    ("water_main", 0.10, ("{place} water reticulation", "Replacement of water pipeline {place}",
                          "{place} rural water supply")),
    ("sewer", 0.07, ("{place} outfall sewer", "Sanitation in {place}", "Upgrade of {place} wastewater works")),
    ("electricity", 0.07, ("Electrification of {place}", "{place} MV line refurbishment", "{place} 500 connections")),
    ("stormwater", 0.03, ("Stormwater drainage, {place}",)),
    ("fibre", 0.02, ("Broadband roll-out {place}",)),
    ("bulk_water", 0.04, ("{place} bulk water scheme", "{place} reservoir")),
    ("housing", 0.08, ("{place} housing project", "Low income units {place}")),
    ("school", 0.16, ("{place} Primary School: new classrooms", "Renovation of {place} Secondary School")),
    ("clinic", 0.07, ("{place} Clinic", "{place} community health centre")),
    ("", 0.20, ("{place} library", "Fencing of {place} cemetery", "{place} sports field", "{place} community hall",
                "Offices at {place}")),
)  # fmt: skip
FIRST = ["Ma", "Le", "No", "Um", "Se", "Ga", "Kwa", "Mo", "Di", "Ba", "Tha", "Vu", "Zi", "Pho", "Ny", "Ha", "Bo", "Xo"]
MIDDLE = ["la", "tha", "kge", "ndo", "so", "ri", "mbu", "pha", "zi", "nga", "le", "wa", "ko", "tse", "lo", "hlo", "ba"]
LAST = [
    "ne",
    "la",
    "ng",
    "ville",
    "ni",
    "kraal",
    "na",
    "thi",
    "dale",
    "fontein",
    "so",
    "ya",
    "mo",
    "wane",
    "zana",
    "ka",
]
SUFFIX = ("", " East", " B")


def made(count: int, rng: np.random.Generator) -> list[Any]:
    """So many works, drawn apart from each other."""
    from oneplan.alignment.clashes import Works
    from oneplan.projects.choices import Nature

    with (ROOT / "oneplan" / "spaces" / "register" / "wards.csv").open(encoding="utf-8") as table:
        wards = list(csv.DictReader(table))
    with (ROOT / "oneplan" / "spaces" / "register" / "municipal_areas.csv").open(encoding="utf-8") as table:
        space_of = {row["code"]: row["space"] for row in csv.DictReader(table)}
    shares = np.array([share for _kind, share, _titles in WORK])
    natures = list(Nature)[:4]
    found = []
    for pk in range(1, count + 1):
        ward = wards[int(rng.integers(len(wards)))]
        kind = WORK[int(rng.choice(len(WORK), p=shares / shares.sum()))]
        starts = DAY + timedelta(days=int(rng.integers(-300, 1400)))
        provincial = kind[0] in ("school", "clinic", "housing") or rng.random() < 0.3
        found.append(
            Works(
                pk, str(rng.choice(kind[2])).format(place=_place(rng)),
                f"{ward['municipal_area'][:2]}-{kind[0] or 'works'}" if provincial else ward["municipal_area"],
                "irm" if provincial else "sa36", "", str(rng.choice(natures)),
                round(float(ward["longitude"]) + rng.normal(0, 0.04), 6),
                round(float(ward["latitude"]) + rng.normal(0, 0.04), 6), b"",
                starts if rng.random() < 0.93 else None,
                starts + timedelta(days=int(rng.integers(60, 900))) if rng.random() < 0.93 else None,
                Decimal(int(np.exp(rng.normal(15.5, 1.3)))), ward["municipal_area"], space_of[ward["municipal_area"]],
            )
        )  # fmt: skip
    return found


def _place(rng: np.random.Generator) -> str:
    return "".join(str(rng.choice(part)) for part in (FIRST, MIDDLE, MIDDLE, LAST)) + str(
        rng.choice(["", " East", " B"])
    )


def plant(works: list[Any], count: int, rng: np.random.Generator) -> list[tuple[str, int, int | None]]:
    """Change works and add others so that so many clashes are among them: (rule, left, right) of each."""
    from oneplan.alignment.clashes import rules

    held = rules()
    titles = {kind: patterns for kind, _share, patterns in WORK}
    planted: list[tuple[str, int, int | None]] = []
    free = list(rng.permutation(len(works)))
    grounds = {kind: _ground(works, kind) for kind, _share, _patterns in WORK if kind}
    while len(planted) < count:
        number = len(planted)
        one = works[free.pop()]
        pk, ends = len(works) + 1, DAY + timedelta(days=int(rng.integers(500, 1200)))
        one = replace(one, starts_on=ends - timedelta(days=int(rng.integers(120, 500))), ends_on=ends)
        if number % 5 < 2:
            rule = held.same_place[(number // 5) % len(held.same_place)]
            kinds = str(rng.choice(rule.one)), str(rng.choice(rule.other))
            one = replace(one, title=_title(rng, titles[kinds[0]]), by=f"{one.municipal_area}-{kinds[0]}")
            overlap = timedelta(days=int(rng.integers(rule.least_days, 100)))
            other = replace(
                one, pk=pk, title=_title(rng, titles[kinds[1]]), by="national agency", feed="national",
                starts_on=ends - overlap, ends_on=ends + timedelta(days=200),
                **_moved(rng, one, float(rng.uniform(0, 0.95)) * rule.metres),
            )  # fmt: skip
            planted.append((rule.code, *sorted((one.pk, pk))))
        elif number % 5 < 4:
            need = held.prerequisites[(number // 5) % len(held.prerequisites)]
            if any(_is_near(one, grounds[kind], need.kilometres) for kind in need.needs):
                continue  # what it needs is there already: nothing is missing here
            one = replace(one, title=_title(rng, titles[str(rng.choice(need.works))]), nature="new")
            other = replace(
                one, pk=pk, title=_title(rng, titles[str(rng.choice(need.needs))]), by="water board", feed="national",
                ends_on=ends + timedelta(days=int(rng.integers(need.grace_days + 1, 900))),
                **_moved(rng, one, float(rng.uniform(0.02, 0.9)) * need.kilometres * 1000),
            )  # fmt: skip
            planted.append((need.code, one.pk, pk))
        else:
            other = replace(
                one, pk=pk, title=_retold(rng, one.title), by=f"{one.by}, sector", feed="projects",
                total_cost=one.total_cost * Decimal(str(round(rng.uniform(0.8, 1.25), 3))),
                ends_on=ends + timedelta(days=int(rng.integers(-120, 120))),
                **_moved(rng, one, float(rng.uniform(0, 700))),
            )  # fmt: skip
            planted.append((held.duplicates.code, *sorted((one.pk, pk))))
        works[one.pk - 1] = one
        works.append(other)
    return planted


def _ground(works: list[Any], kind: str) -> Any:
    """Where works of a kind stand, by the words that the finder reads: longitudes and latitudes."""
    from oneplan.alignment.clashes import kinds_of

    return np.array([(each.longitude, each.latitude) for each in works if kind in kinds_of(each.title)]).reshape(-1, 2)


def _is_near(one: Any, ground: Any, kilometres: float) -> bool:
    east = (ground[:, 0] - one.longitude) * np.cos(np.radians(one.latitude))
    return bool((np.hypot(east, ground[:, 1] - one.latitude) < kilometres * 1.1 / 110).any())


def _title(rng: np.random.Generator, patterns: tuple[str, ...]) -> str:
    return str(rng.choice(patterns)).format(place=_place(rng))


def _moved(rng: np.random.Generator, one: Any, metres: float) -> dict[str, float]:
    turn = rng.uniform(0, 2 * np.pi)
    narrow = np.cos(np.radians(one.latitude))
    return {
        "longitude": one.longitude + np.cos(turn) * metres * METRE * 0.9 / narrow,
        "latitude": one.latitude + np.sin(turn) * metres * METRE * 0.9,
    }


def _retold(rng: np.random.Generator, title: str) -> str:
    """The same works as another office would call them."""
    words = title.replace(":", "").replace(",", "").split()
    how = int(rng.integers(4))
    if how == 0:
        return " ".join([*words[1:], words[0]])
    if how == 1:
        return f"{title} (phase 1)"
    if how == 2:
        return title.upper()
    spot = int(rng.integers(len(words)))
    return " ".join(word[:-1] if place == spot and len(word) > 4 else word for place, word in enumerate(words))


def side_by_side(works: list[Any], count: int) -> list[Any]:
    """So many countries of the same works, each beside the other and with municipalities of its own."""
    return [
        replace(
            each, pk=each.pk + copy * len(works), longitude=each.longitude + 18 * (copy - count // 2),
            municipal_area=f"{each.municipal_area}/{copy}", space=f"{each.space}/{copy}",
        )
        for copy in range(count)
        for each in works
    ]  # fmt: skip


def timed(works: list[Any]) -> tuple[list[Any], float, float]:
    """The alarms among works, the seconds that finding them takes and those of the processor: the best of several."""
    from oneplan.alignment.clashes import find

    best: tuple[list[Any], float, float] = ([], np.inf, np.inf)
    for _ in range(PASSES):
        began, worked = time.perf_counter(), time.process_time()
        alarms = find(works)
        seconds, worked = time.perf_counter() - began, time.process_time() - worked
        best = min(best, (alarms, seconds, worked), key=lambda each: each[2])
    return best


def met(works: list[Any]) -> int:
    """How many pairs stand within 800 m of each other."""
    from oneplan.geometry import nearness

    shapes = nearness.on_the_ground(
        [each.longitude for each in works], [each.latitude for each in works], [b""] * len(works)
    )
    left, right, _distances = nearness.pairs_within(shapes, shapes, 800)
    return int((left < right).sum())


def measure(works: list[Any], planted: list[tuple[str, int, int | None]], *, tells: bool) -> tuple[float, float, bool]:
    """Find among works; the seconds, those of the processor, and whether the recall that was promised is kept."""
    alarms, seconds, worked = timed(works)
    pairs = {frozenset((alarm.left, alarm.right)) for alarm in alarms}
    hit = [frozenset(pair) in pairs for _rule, *pair in planted]
    meant = {frozenset(pair) for _rule, *pair in planted}
    false = [alarm for alarm in alarms if frozenset((alarm.left, alarm.right)) not in meant]
    recall, rate = sum(hit) / len(hit), 100 * len(false) / len(works)
    print(f"{len(works):,} projects, {len(planted)} planted: {seconds:.2f} s, {len(alarms):,} alarms")
    found: Counter[str] = Counter()
    whole = Counter(rule for rule, *_pair in planted)
    for (rule, *_pair), is_hit in zip(planted, hit, strict=True):
        found[rule] += is_hit
    by_rule = Counter(alarm.rule for alarm in false)
    for rule in sorted(whole | by_rule):
        print(f"  {rule:<28} found {found[rule]:>3} of {whole[rule]:>3}   not planted {by_rule[rule]:>5}")
    print(f"  recall {recall:.3f}; {rate:.2f} alarms that were not planted per 100 projects")
    if tells:
        tell("clashes: recall of 200 planted", f"{recall:.3f}", f"≥ {RECALL}", kept=recall >= RECALL)
        tell("clashes: alarms not planted", f"{rate:.2f} per 100 projects", "reported")
        tell(f"clashes: time on {len(works):,} projects", f"{seconds:.2f} s")
    return seconds, worked, recall >= RECALL


def with_planted(count: int) -> tuple[list[Any], list[tuple[str, int, int | None]]]:
    """So many works from the committed seed, and what is planted among them."""
    rng = np.random.default_rng(SEED)
    works = made(count, rng)
    return works, plant(works, PLANTED, rng)


def real() -> None:
    """What is found in the real workbook."""
    if not REAL.exists():
        tell_left_out("clashes of the real workbook", "it needs the real files in ../shared/data")
        return
    start()
    from oneplan.access.actors import system
    from oneplan.alignment.actions import find_clashes
    from oneplan.alignment.models import Clash
    from oneplan.exchange.pipeline import run_import

    by = system("benchmark")
    run_import("irm", REAL, by=by, as_at=date(2024, 3, 31), source="National Treasury")
    began = time.perf_counter()
    counts = find_clashes(by=by, as_at=date(2024, 3, 31))
    seconds = time.perf_counter() - began
    print(f"\nThe real workbook, as at 2024-03-31: {counts.works:,} works going on or to come, {counts.found} clashes "
          f"in {seconds:.1f} s with loading and keeping")  # fmt: skip
    for rule, number in sorted(Counter(Clash.objects.values_list("rule", flat=True)).items()):
        print(f"  {rule:<28} {number:>5}")
    tell("clashes in the real workbook", f"{counts.found} among {counts.works:,} works")


def main() -> int:
    """Run the benchmark; 1 when the recall that was promised is not kept."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--projects", type=int, default=1_000 if is_small() else 10_000)
    options.add_argument("--real", action="store_true", help="the real workbook alone")
    given = options.parse_args()
    if given.real:
        real()
        return 0
    works, planted = with_planted(given.projects)
    timed(works[:50])
    seconds, worked, kept = measure(works, planted, tells=True)
    _alarms, ten, ten_worked = timed(side_by_side(works, TIMES))
    growth = ten / seconds
    print(f"\n{TIMES} countries side by side: {ten:.2f} s = {growth:.1f} × the time,"
          f" {ten_worked / worked:.1f} × that of the processor")  # fmt: skip
    tell(
        f"clashes: {TIMES} countries side by side", f"{growth:.1f} × the time ({ten_worked / worked:.1f} × the"
        " processor's)", f"≤ {MOST_GROWTH:g} ×", kept=growth <= MOST_GROWTH,
    )  # fmt: skip
    dense, dense_planted = with_planted(TIMES * given.projects)
    crowded, _worked, _kept = measure(dense, dense_planted, tells=False)
    pairs, dense_pairs = met(works), met(dense)
    print(
        f"{len(dense):,} projects in one country: {crowded / seconds:.1f} × the time, for {dense_pairs:,} pairs within"
        f" 800 m against {pairs:,}: {crowded / dense_pairs * 1e6:.0f} µs a pair against {seconds / pairs * 1e6:.0f}"
    )
    tell(
        "clashes: ten times as dense", f"{crowded / seconds:.1f} × the time, {dense_pairs / pairs:.0f} × the pairs",
        "reported",
    )  # fmt: skip
    if not is_small():
        real()
    return 0 if kept and (growth <= MOST_GROWTH or is_small()) else 1


if __name__ == "__main__":
    sys.exit(main())
