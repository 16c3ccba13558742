"""The sample's money as files: what its municipalities, provinces and departments would hand in, all of it invented.

Amounts are so many rand for each person of a place (samples/budgets.yaml), varied by chance from a fixed seed. Each
function gives the header and the rows of one file in the layout of a real source.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from oneplan.budgets.people import people
from oneplan.institutions.choices import InstitutionKind
from oneplan.institutions.models import Institution
from oneplan.spaces.models import Space, Ward

FILE = Path(__file__).parent / "samples" / "budgets.yaml"
_LETTERS = {
    InstitutionKind.METROPOLITAN_MUNICIPALITY: "a",
    InstitutionKind.DISTRICT_MUNICIPALITY: "d",
    InstitutionKind.LOCAL_MUNICIPALITY: "l",
}
_WARD_YEAR = 2021  # of the register's wards: since the elections of 2021
_SHARE_SPENT = {"operating": (0.92, 1.01), "capital": (0.58, 0.99)}
MONTHS = ("April", "May", "June", "July", "August", "September", "October", "November", "December", "January",
          "February", "March")  # fmt: skip

Row = list[Any]


@cache
def written() -> dict[str, Any]:
    """The description of the sample's money."""
    raw: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return raw


@dataclass(frozen=True)
class Body:
    """A municipality of the sample: what it brings, for how many people."""

    code: str
    letter: str
    space: str
    persons: int
    brings_water: bool

    def does(self, whose: str) -> bool:
        return self.letter in whose or (self.brings_water and "w" in whose)


def bodies() -> list[Body]:
    """The municipalities that have returned anything, in the order of their codes."""
    told = written()
    found = Institution.objects.filter(
        space__in=told["spaces"], kind__in=_LETTERS, merged_into=None
    ).exclude(municipality_code__in=told["silent"]).order_by("municipality_code")  # fmt: skip
    return [
        Body(each.municipality_code, letter, str(each.space_id), people()[each.municipality_code].persons,
             letter == "a" or (letter == "d") == (each.space_id in told["water_by_district"]))
        for each in found for letter in [_LETTERS[InstitutionKind(each.kind)]]
    ]  # fmt: skip


def _dice(*about: object) -> random.Random:
    return random.Random(f"{written()['seed']}:{':'.join(map(str, about))}")


def _course(base: float, kind: str, dice: random.Random) -> dict[str, int]:
    """Period code → rand of one line: budgets of three years with the two years after each, what became of two, and the
    first months of the third."""
    told, course = written(), dict[str, int]()
    for back in (2, 1, 0):
        ends = told["newest"] + 1 - back
        budget = base * told["growth"] ** -back * dice.uniform(0.95, 1.05)
        course[f"{ends}ORGB"] = round(budget)
        course |= {f"{ends}IBY{on}": round(budget * told["growth"] ** on * dice.uniform(0.94, 1.06)) for on in (1, 2)}
        if back:
            adjusted = budget * dice.uniform(0.93, 1.08)
            course[f"{ends}ADJB"] = round(adjusted)
            course[f"{ends}{'AUDA' if back == 2 else 'PAUD'}"] = round(adjusted * dice.uniform(*_SHARE_SPENT[kind]))
        else:
            for month in range(1, told["months"] + 1):
                course[f"{ends}M{month:02}"] = round(budget / 12 * dice.uniform(0.55, 1.1))
    return course


def _lines(body: Body, per_person: float, kind: str, *about: object) -> Iterator[tuple[str, int]]:
    """(period code, rand) of one line of a municipality, without what it has not returned."""
    if not per_person:
        return
    dice = _dice(body.code, *about)
    has_spent = body.code not in written()["without_spending"]
    for code, amount in _course(body.persons * per_person * dice.uniform(0.7, 1.3), kind, dice).items():
        if has_spent or code[4:7] in ("ORG", "ADJ", "IBY"):
            yield code, amount


def income_and_expenditure() -> tuple[Row, list[Row]]:
    """As municipalities upload it."""
    told, rows = written(), list[Row]()
    for body in bodies():
        for function, whose, operating, _capital, _built, charged, revenue in told["functions"]:
            if not body.does(whose):
                continue
            items = told["items_of"].get(function, told["items"])
            shares = {item: operating * share for item, share in items.items()}
            for item, per_person in {**shares, **({charged: revenue} if charged else {})}.items():
                rows += [
                    [body.code, period, function, item, amount]
                    for period, amount in _lines(body, per_person, "operating", function, item)
                ]
    return ["DEMARCATION_CDE", "YEARPERIOD", "FUNCTION_CDE", "INCEXP_CDE", "TCOST"], rows


def capital() -> tuple[Row, list[Row]]:
    """As municipalities upload it; the one that tells its capital by ward is not among them."""
    told, rows = written(), list[Row]()
    for body in bodies():
        for function, whose, _operating, per_person, built, *_rest in told["functions"]:
            if body.does(whose) and body.code != told["in_wards"]:
                rows += [
                    [body.code, period, function, built, kind, amount]
                    for kind, share in told["kinds"].items()
                    for period, amount in _lines(body, per_person * share, "capital", function, kind)
                ]
    return ["DEMARCATION_CDE", "YEARPERIOD", "FUNCTION_CDE", "CAPITAL_CDE", "CAPEX_TYPE", "TCOST"], rows


def grants_received() -> tuple[Row, list[Row]]:
    """What municipalities say that they were allocated and got."""
    rows = list[Row]()
    for body in bodies():
        for code, _title, _giver, _schedule, per_person, whom in written()["grants"]:
            if body.does(whom):
                course = dict(_lines(body, per_person, "operating", code))
                for period, amount in course.items():
                    if period.endswith(("ORGB", "AUDA", "PAUD")):
                        said = "SCHD" if period.endswith("ORGB") else "TRFR"
                        rows.append([body.code, f"{period[:4]}{said}", code, amount])
    return ["DEMARCATION_CDE", "YEARPERIOD", "GRANT_CDE", "TCOST"], rows


def grant_allocations() -> tuple[Row, list[Row]]:
    """As the schedules of the Division of Revenue Act list them, in thousands."""
    newest, rows = written()["newest"], list[Row]()
    for body in bodies():
        for code, title, giver, schedule, per_person, whom in written()["grants"]:
            if body.does(whom):
                course = dict(_lines(body, per_person, "operating", code))
                ahead = [course[f"{newest + 1}{of}"] for of in ("ORGB", "IBY1", "IBY2")]
                rows.append([body.code, title, giver, schedule, *(round(each / 1000) for each in ahead)])
    years = [f"Allocation {newest + on}/{(newest + on + 1) % 100}" for on in range(3)]
    return ["Municipality Code", "Grant", "Transferring Department", "Schedule", *years], rows


def capital_by_ward() -> tuple[Row, list[Row], dict[str, Any]]:
    """A municipality's own table: a row for each project and ward; the mapping by which it is read comes with it."""
    told, newest = written(), written()["newest"]
    [body] = [each for each in bodies() if each.code == told["in_wards"]]
    amounts = {
        f"Budget {newest - 1}": f"original {newest - 1}/{newest % 100}",
        f"Spent {newest - 1}": f"pre_audit {newest - 1}/{newest % 100}",
        f"Budget {newest}": f"original {newest}/{(newest + 1) % 100}",
        f"Outer year {newest + 1}": f"indicative_1 {newest + 1}/{(newest + 2) % 100}",
    }
    codes = [f"{newest}ORGB", f"{newest}PAUD", f"{newest + 1}ORGB", f"{newest + 1}IBY1"]
    wards = list(Ward.objects.filter(municipal_area=body.code).values_list("code", flat=True))
    rows = list[Row]()
    for number, (function, title, _asset, part, per_person) in enumerate(told["projects"]):
        dice = _dice(body.code, title)
        for ward in dice.sample(wards, 6):
            course = dict(_lines(body, per_person / 6, "capital", title, ward))
            name = title.format(ward=f"ward {int(ward[-3:])}")
            rows.append([body.code, _group(function), function, f"W{number}-{ward}", name, part, ward,
                         *(course[code] for code in codes)])  # fmt: skip
    header = ["Municipality", "Group", "Function", "Number", "Project", "Asset", "Ward", *amounts]
    targets = ("institution", "function_1", "function_2", "project", "project_name", "item_label", "ward")
    columns = dict(zip(targets, header, strict=False))
    constants = {"statement": "capital", "ward_year": str(_WARD_YEAR)}
    return header, rows, {"columns": {**columns, "amounts": amounts}, "constants": constants}


def _group(function: str) -> str:
    """The group in which the chart of functions has it."""
    if function.startswith(("Community", "Sports")):
        return "Community and public safety"
    return "Economic and environmental services" if function == "Roads" else "Trading services"


def projects_on_the_map(code: str) -> tuple[list[Row], Row, list[Row]]:
    """Table SA36 of one municipality: lines above, header, rows; each project at the reference point of a ward."""
    told, newest = written(), written()["newest"]
    [body] = [each for each in bodies() if each.code == code]
    wards = list(Ward.objects.filter(municipal_area=code))
    rows = list[Row]()
    for number, (function, title, asset, part, per_person) in enumerate(told["projects"]):
        ward = _dice(code, title).choice(wards)
        course = dict(_lines(body, per_person, "capital", "project", title))
        codes = (f"{newest - 1}AUDA", f"{newest}ADJB", f"{newest + 1}ORGB", f"{newest + 1}IBY1", f"{newest + 1}IBY2")
        rows.append([
            function, title.format(ward=f"ward {ward.number}"), f"{code}-{number:03}", "New", asset, part, ward.code,
            round(ward.longitude, 5), round(ward.latitude, 5), *(course[each] for each in codes),
        ])  # fmt: skip
    years = [f"{newest + on}/{(newest + on + 1) % 100}" for on in range(-2, 3)]
    header = ["Function", "Project Description", "Project Number", "Type", "Asset Class", "Asset Sub-Class",
              "Ward Location", "GPS Longitude", "GPS Latitude", f"Audited Outcome {years[0]}",
              f"Full Year Forecast {years[1]}", *(f"Budget year {year}" for year in years[2:])]  # fmt: skip
    return [[f"Sample ({code}) - Table SA36 Detailed capital budget"], ["Rand"]], header, rows


def estimates(*, of_provinces: bool) -> tuple[Row, list[Row]]:
    """Estimates of National, or of Provincial, Revenue and Expenditure in the long form."""
    told, rows = written(), list[Row]()
    lines = told["provincial" if of_provinces else "national"]
    persons = dict.fromkeys(told["provinces"], 0)
    for code, province in Space.objects.values_list("code", "province_id"):
        if province in persons:
            persons[province] += people()[code].persons
    for province, count in persons.items() if of_provinces else [("", 1_000_000)]:
        for department, vote, group, second, programme, number, classes, size in lines:
            levels = classes.split("/")
            course = _course(count * size, "operating", _dice(province, department, programme, classes))
            for phase, year, amount in _phases(course):
                rows.append([
                    phase, department, *levels, *[""] * (5 - len(levels)), year, group, programme, number, "", "",
                    amount, vote, *([told["provinces"][province], second] if of_provinces else []),
                ])  # fmt: skip
    return ["BudgetPhase", "Department", *(f"EconomicClassification{level}" for level in range(1, 6)), "FinancialYear",
            "FunctionGroup1", "Programme", "ProgNumber", "Subprogramme", "SubprogNumber", "Value", "VoteNumber",
            *(["Government", "FunctionGroup2"] if of_provinces else [])], rows  # fmt: skip


def _phases(course: dict[str, int]) -> Iterator[tuple[str, int, int]]:
    """A line's course as estimates tell it: phase, the year in which the financial year begins, rand.

    The years ahead are those of the newest budget alone.
    """
    phases = {"ORGB": "Main appropriation", "ADJB": "Adjusted appropriation", "AUDA": "Audited Outcome",
              "PAUD": "Audited Outcome", "IBY1": "Medium Term Estimates", "IBY2": "Medium Term Estimates"}  # fmt: skip
    for code, amount in course.items():
        if code[4:] in phases:
            ahead = int(code[-1]) if code[4:7] == "IBY" else 0
            if not ahead or int(code[:4]) > written()["newest"]:
                yield phases[code[4:]], int(code[:4]) - 1 + ahead, amount


def ledger() -> tuple[Row, list[Row]]:
    """Spending of the water department in the year, month by month, in thousands; its second half is still to come."""
    told, rows = written(), list[Row]()
    for region, budget in told["ledger"]:
        for item, share in (("Compensation of employees", 0.4), ("Goods and services", 0.6)):
            dice = _dice("ledger", region, item)
            spent = [round(budget * share / 12 * dice.uniform(0.6, 1.15), 2) + 0.001 for _month in MONTHS[:6]]
            rows.append([
                41, "Water and Sanitation", 3, "Water Services Management", 1, "Regional operations",
                "Current payments", item, item, item, item, "NO PROJECTS", "VOTED FUNDS", region,
                round(budget * share, 3), *spent, *[""] * 6, told["newest"],
            ])  # fmt: skip
    return ["Vote No#", "Department", "Programme No#", "Programme", "Subprogramme No#", "Subprogramme", "econClass_L2",
            "econClass_L3", "econClass_L4", "econClass_L5", "Item_Lowest_Level", "Project_Lowest_Level",
            "Fund_Lowest_Level", "Regional_ID_Lowest_Level", "Budget", *MONTHS, "Financial_Year"], rows  # fmt: skip
