"""What is to come as tables for files: every year, every age, every scenario, each with what it rests on."""

from __future__ import annotations

from oneplan.indicators.outlook import words
from oneplan.indicators.outlook.delivering import Delivering, Wanted
from oneplan.indicators.outlook.projecting import Outlook
from oneplan.indicators.projection.schedules import AGES
from oneplan.platform.web.sheets import Sheet


def years_sheet(told: Outlook, address: str) -> Sheet:
    """Persons and households by year: the middle of the draws and the ends of the ranges."""
    columns = ["year"]
    for what in ("persons", "households"):
        columns += [what, f"{what}_low_80", f"{what}_low_50", f"{what}_high_50", f"{what}_high_80"]
    rows = [
        [year, *(
            round(float(each[at])) for course in (told.persons, told.households) for each in
            (course.middle, course.wide.low, course.narrow.low, course.narrow.high, course.wide.high)
        )]
        for at, year in enumerate(told.years)
    ]  # fmt: skip
    return Sheet(f"outlook-{told.code}", columns, rows, frozenset(), _about(told, address))


def ages_sheet(told: Outlook, address: str) -> Sheet:
    """Persons by sex and age in the first and the last year, the last without shocks."""
    rows = [
        [year, sex, age, round(float(people[of, at]))]
        for year, people in ((told.years[0], told.now), (told.years[-1], told.then))
        for of, sex in enumerate(("men", "women")) for at, age in enumerate(AGES)
    ]  # fmt: skip
    return Sheet(
        f"outlook-ages-{told.code}", ["year", "sex", "age", "persons"], rows, frozenset(), _about(told, address)
    )


def backlog_sheet(told: Outlook, found: Delivering, asked: Wanted, address: str) -> Sheet:
    """Households without by scenario and year."""
    columns = ["scenario", "households_a_year", "year", "without", "without_low_80", "without_high_80"]
    rows = [
        [track.label, track.a_year, year, *(
            round(float(each[at])) for each in (track.without.middle, track.without.low, track.without.high)
        )]
        for track in found.tracks for at, year in enumerate(found.years)
    ]  # fmt: skip
    about = _about(told, address) | {
        "ranges": words.range_words(told.households),  # which are what a backlog grows with
        "need": found.need.title, "counted_by": found.known.figure.source if found.known else "",
        "counted_in": found.known.figure.period if found.known else "",
        "own_count": "yes" if found.is_own_count else "no",
        "new_households_served_percent": str(found.served_new), "rand_a_household": str(asked.cost or "unknown"),
        "cost_source": asked.cost_source,
    }  # fmt: skip
    return Sheet(f"backlog-{found.need.code}-{told.code}", columns, rows, frozenset(), about)


def _about(told: Outlook, address: str) -> dict[str, str]:
    return {
        "starts_from": told.base.label, "assumptions": str(told.asked.assumed.label),
        "ranges": words.range_words(told.persons), "ranges_of_households": words.range_words(told.households),
        "missing_inputs": "; ".join(e.what for e in words.missing_of(told)),
        "quality": "projected", "status_of_base": str(told.base.status.label), "edition": told.edition,
        "sample": "yes" if told.asked.is_sample else "no", "address": address,
    }  # fmt: skip
