"""Invented tables SA36 and SC36 in the layout that municipalities hand in, of any size from a fixed seed."""

import random
from typing import Any

Table = list[list[Any]]
COMMON = [
    "Function", "Project Decription", "Project Number", "Type", "MTSF Service Outcome", "IUDF",
    "Own Strategic Objectives", "Asset Class", "Asset Sub-Class", "Ward Location", "GPS Longitude", "GPS Latitude",
]  # fmt: skip
_FUNCTIONS = ["Roads", "Water Distribution", "Sewerage", "Electricity", "Community Halls and Facilities", "Housing"]
_CLASSES = ["Roads Infrastructure", "Water Supply Infrastructure", "Community Facilities", "Machinery and Equipment"]


def _keys(seed: int, number: int) -> list[Any]:
    rng = random.Random(f"{seed} {number}")
    function = rng.choice(_FUNCTIONS)
    return [
        function, f"{function} works {number}", f"PC{rng.randint(1, 3):03d}{number % 997:09d}_{number:05d}",
        rng.choice(["New", "Renewal", "Upgrading"]), "", "", "", rng.choice(_CLASSES), "",
        rng.choice(["Coastal", "Whole of the Metro", "Administrative or Head Office"]), "0", "0",
    ]  # fmt: skip


def _head(title: str, header: list[str]) -> Table:
    blank = [""] * (len(header) - 1)
    return [[title, *blank], ["R thousands", *blank], header]


def sa36(rows: int, seed: int, municipality: str = "Buffalo City(BUF)") -> Table:
    """The medium-term table of one municipality: heading, unit, header, rows; amounts are whole rand."""
    rng = random.Random(seed)
    years = ["Audited Outcome\n2017/18", "Full Year Forecast\n2018/19"]
    years += [f"Budget year\n{year}/{year % 100 + 1}" for year in (2019, 2020, 2021)]
    table = _head(f"{municipality} - Table SA36 Detailed Capital Budget (projects)", [*COMMON, *years])
    for number in range(rows):
        amounts = [rng.choice(["", float(rng.randint(1, 40_000) * 1_000)]) for _year in years]
        table.append([*_keys(seed, number), *amounts])
    return table


def sc36(rows: int, seed: int, municipality: str = "Buffalo City(BUF)") -> Table:
    """The in-year table of one municipality; with one seed its projects are those of `sa36`."""
    months = [f"M{month:02d}" for month in range(1, 13)]
    header = [*COMMON, "Original Budget 2019/20", "Adjusted Budget 2019/20", *months]
    header += ["Q1", "Q2", "Q3", "Q4", "YTD Actual"]
    table = _head(f"{municipality} - Table SC36 Capital projects in the year", header)
    for number in range(rows):
        budget = float((number + 1) * 10_000)
        spent = [float(number * month) for month in range(1, 10)]
        quarters = [sum(spent[start : start + 3]) for start in (0, 3, 6)]
        table.append([*_keys(seed, number), budget, budget * 0.9, *spent, "", "", "", *quarters, "", sum(quarters)])
    return table
