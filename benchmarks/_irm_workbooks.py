"""Workbooks of the Infrastructure Reporting Model for tests and benchmarks: invented rows of the real file's shape, and
a second quarter made from any such table by a listed set of edits.

A table is a list of rows, the header first, as python-calamine reads it: dates, floats and texts.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

Table = list[list[Any]]
HEADER = [
    "Project ID", "Project No", "Project Name", "Province", "Department", "Sector", "Local Municipality",
    "District Municipality", "Latitude", "Longitude", "Project Status", "Project Start Date",
    "Estimated Construction Start Date", "Estimated Project Completion Date", "Contracted Construction End Date",
    "Estimated Construction End Date", "Professional Fees", "Construction Costs", "Variation Orders",
    "Total Project Cost", "Project Expenditure from Previous Financial Years (Professional Fees)",
    "Project Expenditure from Previous Financial Years (Construction Costs)",
    "Project Expenditure from Previous Financial Years (TOTAL)", "Project Expenditure (TOTAL)",
    "Main Budget Appropriation (Professional Fees)", "Adjustment Budget Appropriation (Professional Fees)",
    "Main Budget Appropriation (Construction Costs)", "Adjustment Budget Appropriation (Construction Costs)",
    "Main Budget Appropriation (TOTAL)", "Adjustment Budget Appropriation (TOTAL)", "Actual Expenditure Q1",
    "Actual Expenditure Q2", "Actual Expenditure Q3", "Actual Expenditure Q4", "Budget Programme",
    "Primary Funding Source", "Nature of Investment", "Funding Status", "Project Contractor", "Project Contractor",
    "Project Contractor",
]  # fmt: skip
ID, NO, NAME, STATUS, FINISH, COST, CONSTRUCTION, SPENT, Q1 = 0, 1, 2, 10, 13, 19, 17, 23, 30
LATITUDE, LONGITUDE, MUNICIPALITY, DEPARTMENT, PROVINCE = 8, 9, 6, 4, 3
STAGES = [
    "Project Initiation", "Pre - Feasibility", "Feasibility", "Tender", "Design", "Site Handed - Over to Contractor",
    "Construction 1% - 25%", "Construction 26% - 50%", "Construction 51% - 75%", "Construction 76% - 99%",
    "Practical Completion (100%)", "Final Completion",
]  # fmt: skip
NATURES = [
    "Upgrading and Additions", "New or Replaced Infrastructure", "Rehabilitation, Renovations & Refurbishment",
    "Maintenance and Repairs",
]  # fmt: skip
_PLACES = [  # a municipality, its district and province, and a point well inside it
    ("Polokwane", "Capricorn", "Limpopo", -23.90, 29.45),
    ("Lephalale", "Waterberg", "Limpopo", -23.60, 27.90),
    ("Mogalakwena", "Waterberg", "Limpopo", -23.90, 28.60),
    ("Thulamela", "Vhembe", "Limpopo", -22.90, 30.60),
    ("King Sabata Dalindyebo", "O.R. Tambo", "Eastern Cape", -31.70, 28.70),
    ("Mhlontlo", "O.R. Tambo", "Eastern Cape", -31.25, 28.75),
    ("Nkandla", "King Cetshwayo", "KwaZulu-Natal", -28.65, 31.00),
    ("eThekwini", "eThekwini", "KwaZulu-Natal", -29.80, 30.85),
    ("George", "Garden Route", "Western Cape", -33.90, 22.45),
]
_FIRST = ["Kgodumo", "Lusizi", "Mapela", "Nqutu", "Sihlahla", "Tshisahulu", "Bambanani", "Dzumeri", "Ezibeleni"]
_SECOND = ["Marulaneng", "Phaphamani", "Qhudeni", "Rietvlei", "Sinethemba", "Umzimkhulu", "Vuwani", "Witpoort"]
_WORKS = ["Primary School", "Clinic", "Bulk Water Supply", "Library", "Access Road", "Community Hall", "Hostel"]


def invented(rows: int, seed: int) -> Table:
    """A table of so many invented projects, all on the ground, each with a title that no other has."""
    rng = random.Random(seed)
    table: Table = [list(HEADER)]
    for number in range(rows):
        municipality, district, province, latitude, longitude = rng.choice(_PLACES)
        title = f"{rng.choice(_FIRST)} {rng.choice(_SECOND)} {rng.choice(_WORKS)} {_letters(number)}"
        fees, works = float(rng.randint(10, 900) * 1_000), float(rng.randint(1_000, 90_000) * 1_000 + number)
        main = float(rng.randint(0, 900) * 10_000)
        start = date(2021, 4, 1) + timedelta(days=rng.randint(0, 700))
        finish = start + timedelta(days=rng.randint(200, 1_200))
        department = rng.choice(["Education", "Health"])
        spent = float(rng.randint(1, 500) * 1_000)
        table.append([
            float(1_000 + number), f"NO-{number:06d}", title, province, department, department, municipality, district,
            round(latitude + rng.uniform(-0.03, 0.03), 6), round(longitude + rng.uniform(-0.03, 0.03), 6),
            rng.choice(STAGES[:10]), start, start + timedelta(days=60), finish, "", finish, fees, works, 0.0,
            fees + works, "", spent, spent, spent + main, 0.0, 0.0, main, 0.0, main, 0.0, spent, "", "", "",
            "Programme 2", "Equitable Share", rng.choice(NATURES), "Tabled", "Program Implementing Agent: DOPW",
            "Principal Agent: ", "Main Contractor: ",
        ])  # fmt: skip
    return table


def _letters(number: int) -> str:
    """A word of its own for each number: digits alone do not part titles."""
    word = ""
    for _ in range(4):
        number, rest = divmod(number, 20)
        word += "bcdfghjklmnprstvwxyz"[rest] + "aeiou"[(number + rest) % 5]
    return word.title()


@dataclass
class Edits:
    """What a second quarter changed, by the ids of its rows: each id stands in one place only."""

    slipped: dict[float, int] = field(default_factory=dict)  # id: days later
    brought_forward: dict[float, int] = field(default_factory=dict)  # id: days earlier
    cost_up: set[float] = field(default_factory=set)
    cost_down: set[float] = field(default_factory=set)
    stage_forward: set[float] = field(default_factory=set)
    stage_back: set[float] = field(default_factory=set)
    spending_fell: set[float] = field(default_factory=set)
    renamed: set[float] = field(default_factory=set)
    moved: set[float] = field(default_factory=set)
    vanished: set[float] = field(default_factory=set)
    new: set[float] = field(default_factory=set)
    identifier: dict[float, float] = field(default_factory=dict)  # old id: new id
    merged: dict[float, tuple[float, ...]] = field(default_factory=dict)  # new id: the ids that it replaces
    split: dict[float, tuple[float, ...]] = field(default_factory=dict)  # old id: the ids that replace it


def next_quarter(table: Table, seed: int, each: int = 5) -> tuple[Table, Edits]:
    """The table of a quarter later, with `each` edits of every sort, and the list of them."""
    rng = random.Random(seed)
    rows = {row[ID]: list(row) for row in table[1:]}
    free = [key for key in _editable(table) if rows[key][COST] > 100_000]
    rng.shuffle(free)
    edits, fresh = Edits(), max(rows) + 10_000
    take = free.pop
    for _ in range(each):
        days = rng.randint(30, 400)
        rows[key := take()][FINISH] += timedelta(days=days)
        edits.slipped[key] = days
        rows[key := take()][FINISH] -= timedelta(days=days)
        edits.brought_forward[key] = days
        for chosen, factor in ((edits.cost_up, 1.2), (edits.cost_down, 0.8)):
            row = rows[key := take()]
            row[COST] = float(round(row[COST] * factor))
            chosen.add(key)
        for chosen, step in ((edits.stage_forward, 1), (edits.stage_back, -1)):
            row = rows[key := _with_stage(free, rows, step)]
            row[STATUS] = STAGES[STAGES.index(row[STATUS]) + step]
            chosen.add(key)
        row = rows[key := _with_spending(free, rows)]
        row[SPENT] = row[SPENT] - 1_000.0
        edits.spending_fell.add(key)
        rows[key := take()][NAME] += " (Phase 2)"
        edits.renamed.add(key)
        rows[key := take()][LATITUDE] = round(rows[key][LATITUDE] + 0.004, 6)
        edits.moved.add(key)
        del rows[key := take()]
        edits.vanished.add(key)
        fresh += 1
        rows[fresh] = _wholly_new(table[1], fresh, rng)
        edits.new.add(fresh)
        fresh += 1
        rows[fresh] = [fresh, f"N-{fresh:.0f}", *rows.pop(key := take())[2:]]
        edits.identifier[key] = fresh
        fresh += 1
        parts = _neighbours(free, rows)
        whole = [fresh, f"N-{fresh:.0f}", *rows[parts[0]][2:]]
        whole[NAME] = f"{rows[parts[0]][NAME]} and {rows[parts[1]][NAME]}"[:290]
        whole[COST] = sum(rows.pop(part)[COST] for part in parts)
        rows[fresh] = whole
        edits.merged[fresh] = parts
        old = rows.pop(key := take())
        share = float(round(old[COST] * 0.3))
        halves = (fresh + 1, fresh + 2)
        fresh += 2
        for half, cost in zip(halves, (share, old[COST] - share), strict=True):
            rows[half] = [half, f"N-{half:.0f}", *old[2:]]
            rows[half][NAME] = f"{old[NAME]} part {half:.0f}"[:290]
            rows[half][COST] = cost
        edits.split[key] = halves
    return [list(table[0]), *rows.values()], edits


def _editable(table: Table) -> list[float]:
    """The ids of rows that can be edited without a doubt of their own: on the ground, placed, named once, priced."""
    titles: dict[tuple[str, str], int] = {}
    for row in table[1:]:
        titles[row[NAME], row[MUNICIPALITY]] = titles.get((row[NAME], row[MUNICIPALITY]), 0) + 1
    return [
        row[ID]
        for row in table[1:]
        if isinstance(row[FINISH], date) and isinstance(row[COST], float) and isinstance(row[LATITUDE], float)
        and row[LATITUDE] < -20 and row[STATUS] in STAGES and row[36] in NATURES
        and titles[row[NAME], row[MUNICIPALITY]] == 1
    ]  # fmt: skip


def _with_stage(free: list[float], rows: dict[float, list[Any]], step: int) -> float:
    for key in reversed(free):
        if 0 <= STAGES.index(rows[key][STATUS]) + step < len(STAGES):
            free.remove(key)
            return key
    raise ValueError("no row can take another stage")


def _with_spending(free: list[float], rows: dict[float, list[Any]]) -> float:
    for key in reversed(free):
        if isinstance(rows[key][SPENT], float) and rows[key][SPENT] > 1_000:
            free.remove(key)
            return key
    raise ValueError("no row has spending to date")


def _neighbours(free: list[float], rows: dict[float, list[Any]]) -> tuple[float, float]:
    """Two free rows of one department in one municipality."""
    seen: dict[tuple[str, str, str], float] = {}
    for key in reversed(free):
        row = rows[key]
        where = (row[PROVINCE], row[MUNICIPALITY], row[DEPARTMENT])
        if where in seen:
            free.remove(key)
            free.remove(seen[where])
            return seen[where], key
        seen[where] = key
    raise ValueError("no two rows are neighbours")


def _wholly_new(like: list[Any], key: float, rng: random.Random) -> list[Any]:
    row = list(like)
    number = int(key)
    row[ID], row[NO] = key, f"N-{number}"
    row[NAME] = f"Zwelisha {_letters(number)} Taxi Rank {_letters(number * 7)}"
    row[COST] = float(rng.randint(10**6, 10**8))
    row[STATUS] = STAGES[0]
    return row


def write(path: Path, table: Table) -> Path:
    """The table as a workbook."""
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet("Sheet1")
        for number, row in enumerate(table):
            sheet.write_row(number, 0, row)
    return path
