"""One source, every form: the money of one sealed edition is the same on the page, in PDF, Word, Excel and JSON."""

import copy
import io
import json
import re
from collections import defaultdict
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import docx
import openpyxl
import pytest

from oneplan.money import format_rand_short
from oneplan.publishing.making import make_form
from oneplan.publishing.tests.printed import printed_words

CENT = Decimal("0.01")
SHARE = Decimal("0.3333")
# (year, basis, rand, firmness, answer): a declined pledge is no money; what is unfunded stays, whatever was answered.
PLEDGES = [
    ("2026/27", "PFMA", "1000000.10", "committed", "accepted"),
    ("2026/27", "PFMA", "50000000.00", "tabled", "declined"),
    ("2027/28", "PFMA", "2000000.01", "tabled", "asked"),
    ("2027/28", "PFMA", "3000000.00", "indicative", "asked"),
    ("2027/28", "PFMA", "90000000.00", "indicative", "declined"),
    ("2027/28", "MFMA", "4000000.00", "unfunded", "asked"),
    ("2028/29", "MFMA", "6000000.00", "unfunded", "declined"),
]


@pytest.fixture
def told(published):
    """The sealed edition with pledges of every kind from one national party, a third of it this space's."""
    said = copy.deepcopy(published.told.content)
    [row], [stands] = said["copy"]["commitments"], said["standing"]
    row["share"] = str(SHARE)
    (party, *others), (answer, *_others) = row["parties"], stands["parties"]
    assert (party["sphere"], others) == ("national", [])
    pattern, answered = party["pledges"][0], answer["pledges"][0]
    party["pledges"], answer["pledges"] = [], []
    for number, (year, basis, amount, status, acceptance) in enumerate(PLEDGES):
        name = {"year": year, "basis": basis, "funding_source": f"Source {number}", "amount": amount, "status": status}
        party["pledges"].append({**pattern, **name})
        answer["pledges"].append({**answered, **name, "acceptance": acceptance})
    return replace(published.told, content=said)


def json_sums(told):
    """{(year, basis): [secured, indicative, unfunded]}, counted anew from the JSON."""
    said = json.loads(make_form(told, "json"))
    lines: dict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
    for row, stands in zip(said["copy"]["commitments"], said["standing"], strict=True):
        assert row["ref"] == stands["ref"]
        for party, answers in zip(row["parties"], stands["parties"], strict=True):
            for pledge, answer in zip(party["pledges"], answers["pledges"], strict=True):
                status = pledge["status"]
                if status == "unfunded" or answer["acceptance"] != "declined":
                    column = {"committed": 0, "tabled": 0, "indicative": 1, "unfunded": 2}[status]
                    line = lines[pledge["year"], pledge["basis"]]
                    line[column] += Decimal(pledge["amount"]) * Decimal(row["share"])
    return {key: [each.quantize(CENT, ROUND_HALF_UP) for each in line] for key, line in lines.items()}


@pytest.fixture
def expected(told):
    sums = json_sums(told)
    assert sums["2026/27", "PFMA"] == [Decimal("333300.03"), 0, 0]
    assert sums["2028/29", "MFMA"] == [0, 0, Decimal("1999800.00")]
    assert len(sums) == 4
    return sums


def short(line):
    return [format_rand_short(each).replace("\xa0", " ") for each in line]


def test_the_public_page_tells_them(told, expected, published, monkeypatch):
    monkeypatch.setattr("oneplan.portal.queries.sealed.content_of", lambda _edition: told.content)
    world = published.world
    page = world.client(world.public).get("/plans/DC36/").content.decode()
    table = page[page.index('id="money"') : page.index('id="signed"')]
    rows = re.findall(r'<th scope="row">(\S+) <span[^>]*>\((\S+)\)</span></th>(.*?)</tr>', table, re.S)
    months = {"Apr–Mar": "PFMA", "Jul–Jun": "MFMA"}
    shown = {(year, months[when]): re.findall(r'<data[^>]* value="([\d.]+)"', cells) for year, when, cells in rows}
    assert shown == {
        key: [str(secured + indicative), str(unfunded)] for key, (secured, indicative, unfunded) in expected.items()
    }


def test_excel_tells_them_to_the_cent(told, expected):
    book = openpyxl.load_workbook(io.BytesIO(make_form(told, "xlsx")))
    head, *rows = book["Money by year"].iter_rows(min_row=3, values_only=True)
    table = [dict(zip(head, row, strict=True)) for row in rows]
    names = ("Committed or tabled (rand)", "Indicative (rand)", "Unfunded (rand)")
    assert {
        (row["Financial year"], str(row["Year runs under"]).split()[0]): [Decimal(str(row[name])) for name in names]
        for row in table
    } == expected
    assert all(row["National (rand)"] == row["Committed or tabled (rand)"] for row in table)


def test_word_tells_them(told, expected):
    tables = docx.Document(io.BytesIO(make_form(told, "docx"))).tables
    money = [table for table in tables if [cell.text for cell in table.rows[0].cells][-1:] == ["Unfunded"]]
    shown = {}
    for basis, table in zip(("PFMA", "MFMA"), money, strict=True):
        for row in table.rows[1:]:
            year, national, *_others, indicative, unfunded = [cell.text.replace("\xa0", " ") for cell in row.cells]
            shown[year, basis] = [national, indicative, unfunded]
    assert shown == {key: short(line) for key, line in expected.items()}


def test_the_pdf_tells_them(told, expected):
    words = printed_words(make_form(told, "pdf"), "-layout")
    for (year, basis), (secured, indicative, unfunded) in expected.items():
        paid = [secured] if basis == "PFMA" else []  # a sphere that pays nothing has no column
        assert " ".join([year, *short([*paid, indicative, unfunded])]) in words, (year, basis)
