"""Small invented files of budgets, in the layouts of real sources."""

import csv
from pathlib import Path

import xlsxwriter

RAW = ("DEMARCATION_CDE", "YEARPERIOD", "FUNCTION_CDE", "INCEXP_CDE", "TCOST")
CUBE = (
    "demarcation.code", "demarcation.label", "item.code", "item.label", "item.position_in_return_form",
    "item.return_form_structure", "item.composition", "function.code", "function.label", "financial_year_end.year",
    "period_length.length", "financial_period.period", "amount_type.code", "amount_type.label", "amount",
)  # fmt: skip
ESTIMATES = (
    "BudgetPhase", "Department", "EconomicClassification1", "EconomicClassification2", "EconomicClassification3",
    "EconomicClassification4", "EconomicClassification5", "FinancialYear", "FunctionGroup1", "Programme", "ProgNumber",
    "Subprogramme", "SubprogNumber", "Value", "VoteNumber",
)  # fmt: skip
MONTHS = ("April", "May", "June", "July", "August", "September", "October", "November", "December", "January",
          "February", "March")  # fmt: skip
LEDGER = (
    "Vote No#", "Department", "Programme No#", "Programme", "Subprogramme No#", "Subprogramme", "econClass_L2",
    "econClass_L3", "econClass_L4", "econClass_L5", "Item_Lowest_Level", "Project_Lowest_Level", "Fund_Lowest_Level",
    "Responsibility_Level_7", "Responsibility_Lowest_Level", "Regional_ID_Lowest_Level", "Budget", "AdjustmentBudget",
    *MONTHS, "Q1", "Q2", "Q3", "Q4", "Financial_Year",
)  # fmt: skip


def write_csv(path: Path, header, rows, *, delimiter=",", encoding="utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def raw(path: Path, *rows, header=RAW, **said) -> Path:
    """Income and expenditure as a municipality uploads it."""
    return write_csv(path / "incexp.csv", header, rows, **said)


def estimates(path: Path, *rows, province="") -> Path:
    """ENE, or with a province EPRE: rows of (phase, department, classification levels, year, value)."""
    header = (*ESTIMATES, *(("Government", "FunctionGroup2") if province else ()))
    lines = []
    for phase, department, levels, year, value in rows:
        classes = [*levels, *[""] * (5 - len(levels))]
        line = [phase, department, *classes, year, "Economic affairs", "Administration", 1, "Management", 2, value, 41]
        lines.append([*line, province, "Water"] if province else line)
    return write_csv(path / "estimates.csv", header, lines)


def ledger(path: Path, *rows, name="ledger.csv") -> Path:
    """Spending in the year, in thousands: rows of (office, {column: amount})."""
    lines = []
    for office, amounts in rows:
        said = {
            "Vote No#": 5, "Department": "Home Affairs", "Programme No#": 2, "Programme": "Citizen Affairs",
            "Subprogramme No#": 5, "Subprogramme": "Service Delivery to Provinces", "econClass_L2": "Current payments",
            "econClass_L3": "Goods and services", "econClass_L4": "Travel and subsistence",
            "econClass_L5": "Travel and subsistence", "Item_Lowest_Level": "T&S DOM:FOOD&BEVER",
            "Project_Lowest_Level": "NO PROJECTS", "Fund_Lowest_Level": "VOTED FUNDS",
            "Responsibility_Level_7": "DISTR MUN: JOE GQABI 17", "Responsibility_Lowest_Level": office,
            "Regional_ID_Lowest_Level": "EASTERN CAPE 17", "Financial_Year": 2021, **amounts,
        }  # fmt: skip
        lines.append([said.get(name, 0) for name in LEDGER])
    return write_csv(path / name, LEDGER, lines)


def projects_sheet(path: Path, *rows, title="Eastern Cape: Buffalo City(BUF) - Table SA36", unit="R thousands") -> Path:
    """SA36: rows of (function, description, number, audited, forecast, three budget years)."""
    header = [
        "Function", "Project Decription", "Project Number", "Type", "Asset Class", "Asset Sub-Class", "Ward Location",
        "GPS Longitude", "GPS Latitude", "Audited Outcome\n2017/18", "Full Year Forecast\n2018/19",
        "Budget year\n2019/20", "Budget year\n2020/21", "Budget year\n2021/22",
    ]  # fmt: skip
    with xlsxwriter.Workbook(str(path / "sa36.xlsx")) as book:
        sheet = book.add_worksheet("BUF")
        sheet.write(0, 0, title)
        sheet.write(1, 0, unit)
        for column, name in enumerate(header):
            sheet.write(2, column, name)
        for number, (function, description, code, *amounts) in enumerate(rows, start=3):
            line = [function, description, code, "New", "Roads", "", "Coastal", 0, 0, *amounts]
            for column, cell in enumerate(line):
                sheet.write(number, column, cell)
    return path / "sa36.xlsx"
