"""Need beside money: drafts are their readers', money everybody's; need without money comes first."""

import csv
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape

import pytest

from oneplan.access.actors import system
from oneplan.alignment.services import services_on
from oneplan.budgets.actions import build_warehouse
from oneplan.budgets.choices import AmountType, Length, Statement
from oneplan.budgets.models import BudgetRelease
from oneplan.budgets.shelf import shelf
from oneplan.budgets.tests.records import figure, keep_record
from oneplan.commitments.tests.factories import propose
from oneplan.exchange.pipeline import run_import
from oneplan.indicators.actions import build_observations, publish_observations
from oneplan.indicators.choices import ReleaseState
from oneplan.indicators.models import ObservationRelease
from oneplan.institutions.models import Institution
from oneplan.plans.actions import open_edition, record_finding
from oneplan.spaces.models import Space

pytestmark = pytest.mark.django_db
GAP = "/spaces/DC15/gap/"


WATER, ROADS, OLD_WATER = (f"municipal-functions-{code}" for code in ("v2:4202", "v2:3205", "v1:v1-1202"))


@pytest.fixture
def money(settings, tmp_path, db):
    """DC15: R100 of water budgeted by one municipality, R80 spent; a department's R60, R40 of it passed on to them."""
    settings.HOME = tmp_path
    here = {"basis": 4, "evidence": {"municipality": "EC157"}, "function": "function-group:Economic affairs"}
    receive("municipal-income-expenditure", [
        figure("mun-ec157", "100", function=WATER),
        figure("mun-ec157", "80", function=WATER, amount_type=AmountType.AUDITED),
        figure("mun-ec157", "7", function=ROADS), figure("mun-ec155", "2", function="municipal-functions-v2:2201"),
        figure("mun-ec155", "5", function=OLD_WATER, year=2017),
    ])  # fmt: skip
    receive("national-expenditure", [
        figure("nat-dws", "20", programme=("nat-dws:41", "Water Infrastructure Development", ""), **here),
        figure("nat-dws", "40", programme=("nat-dws:41", "Water Infrastructure Development", ""), receiver="local",
               **here),
        figure("nat-dpwi", "3", programme=("nat-dpwi:13", "Expanded Public Works Programme", ""), **here),
        figure("nat-dpwi", "11", programme=("nat-dpwi:13", "Administration", ""), **here),
    ])  # fmt: skip
    build_warehouse(by=system("tests"))


def receive(dataset, figures):
    number = BudgetRelease.objects.count() + 1
    digest = str(number) * 64
    keep_record(shelf.release_folder(digest), figures)
    BudgetRelease.objects.create(
        ref=f"B{number}", dataset=dataset, layout="test", title="Release", source="A treasury",
        as_at=date(2024, 5, 1), received_at=datetime(2024, 6, 1, tzinfo=UTC), digest=digest, rows=len(figures),
        figures=len(figures), total=sum((one["amount"] for one in figures), Decimal(0)),
    )  # fmt: skip


@pytest.fixture
def need(db):
    """DC15's draft: households without sanitation, and a promise of water without money."""
    edition = open_edition(Space.objects.get(pk="DC15"), ruleset="framework_2020", start_year=2026, by=system("tests"))
    record_finding(
        edition,
        by=system("tests"),
        area="services",
        statement="Households share pit toilets",
        value=Decimal(4211),
        unit="households",
    )
    return propose(title="Bulk water to Mthatha", total_cost=Decimal("5000.00"))


def plain(response):
    text = re.sub(
        r'<data class="rand num" value="([^"]*)"[^>]*>.*?</data>', r" [\1] ", response.content.decode(), flags=re.S
    )
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def row(client, name, address=GAP):
    """The cells of one service: national, provincial, local, budgeted, spent."""
    html = client.get(address).content.decode()
    table = html[html.index('data-table="gap"') : html.index("</table>", html.index('data-table="gap"'))]
    [found] = [each for each in table.split("<tr>") if re.search(rf"</span></span> {name}|card-first\">{name}", each)]
    cells = re.findall(r'<td class="numeric[^"]*" data-label="([^"]*)">(.*?)</td>', found, flags=re.S)
    return {label: Rand.of(cell) for label, cell in cells if label != "Promised without money"}


@dataclass(frozen=True)
class Rand:
    """One cell: its rand as text, "" where none is in, and the address that it opens."""

    said: str
    href: str

    @classmethod
    def of(cls, html):
        value = re.search(r'<data class="rand num" value="([^"]*)"', html)
        href = re.search(r'href="([^"]*)"', html)
        return cls(value[1] if value else "", unescape(href[1]) if href else "")


def handed_out(client, query):
    """The rows of a CSV of the page."""
    return list(csv.DictReader(b"".join(client.get(f"{GAP}?{query}")).decode("utf-8-sig").splitlines()))


def facts_of(client, href):
    """The rand of the figures that an address of figures lists."""
    assert href.startswith("/budgets/facts/"), href
    html = client.get(href).content.decode()
    table = html[html.index('data-table="figures"') :]
    table = table[table.index("<tbody>") : table.index("</tbody>")]
    return sorted(Decimal(each) for each in re.findall(r'<data class="rand num" value="([^"]*)"', table))


def test_need_stands_beside_money_and_need_without_money_first(money, need, client, world):
    client.force_login(world.analyst.user)
    said = plain(client.get(GAP))
    assert "2 services are needed and no budget is known for them: sanitation, refuse and waste." in said
    sanitation = re.search(r"Unfunded Sanitation .*?(?= Funded in part Water)", said)
    assert sanitation
    assert "Households share pit toilets" in sanitation[0]
    assert "none in" in sanitation[0]
    assert re.search(
        r"Water nothing said Counted: 76,2 % of people without water from a scheme \(Census 2011, Statistics South "
        r"Africa, recut to the boundaries of 2016\) 1 commitment, 1 without money:"
        r" .*? \[5000.00\] \[60.00\] none in \[100.00\] \[120.00\] \[80.00\]", said
    )  # fmt: skip


def test_rand_passed_on_is_counted_once_and_each_cell_opens_its_figures(money, client):
    water = row(client, "Water")
    assert {name: cell.said for name, cell in water.items()} == {
        "National": "60.00", "Provincial": "", "Local": "100.00", "Budgeted": "120.00", "Spent": "80.00",
    }  # fmt: skip
    assert facts_of(client, water["Local"].href) == [Decimal(100)]
    assert facts_of(client, water["National"].href) == [Decimal(20), Decimal(40)]
    assert facts_of(client, water["Spent"].href) == [Decimal(80)]
    opened = water["Budgeted"].href
    assert "service=water" in opened
    said = plain(client.get(GAP + opened))
    assert "What counts for Water" in said
    assert "4202 Local 1 [100.00] [80.00]" in said
    dws = "Department of Water and Sanitation nat-dws Water Infrastructure Development"
    assert f"{dws} National 2 [60.00] [40.00] none in" in said


def test_a_department_counts_by_the_programme_that_is_named_and_the_rest_stands_under_no_service(money, client):
    assert row(client, "Jobs and the economy")["National"].said == "3.00"
    none = row(client, "No service")
    assert {name: cell.said for name, cell in none.items()} == {
        "National": "11.00", "Provincial": "", "Local": "2.00", "Budgeted": "13.00", "Spent": "",
    }  # fmt: skip
    said = plain(client.get(GAP))
    assert "2 figures of functions and departments that no service names." in said
    assert "nat-dpwi Administration National 1 [11.00]" in said
    assert "2201 Local 1 [2.00]" in said


def test_all_rand_of_the_space_stands_in_the_table_once(money, client):
    lines = handed_out(client, "format=csv")
    assert sum(Decimal(line["budgeted"] or 0) for line in lines) == Decimal(100 + 7 + 2 + 20 + 3 + 11)
    assert {(line["code"], line["local"], line["national"]) for line in lines if line["budgeted"]} == {
        ("water", "100.00", "60.00"), ("roads", "7.00", ""), ("economy", "", "3.00"), ("none", "2.00", "11.00"),
    }  # fmt: skip
    counted = handed_out(client, "format=csv&part=counted")
    assert sum(Decimal(line["budgeted"] or 0) - Decimal(line["passed_on"] or 0) for line in counted) == Decimal(143)
    assert client.get(f"{GAP}?format=xlsx").content[:2] == b"PK"
    assert client.get(f"{GAP}?format=parquet").content[:4] == b"PAR1"


def test_a_year_and_the_kind_of_its_years_are_chosen_in_the_address(money, client):
    assert row(client, "Water", f"{GAP}?year=2017")["Local"].said == "5.00"
    july = row(client, "Water", f"{GAP}?year=2024&basis=7")
    assert (july["Local"].said, july["National"].said, july["Budgeted"].said) == ("100.00", "", "100.00")
    assert facts_of(client, july["Local"].href) == [Decimal(100)]
    html = client.get(f"{GAP}?year=2024&basis=7").content.decode()
    assert '<option value="7" selected>from July to June</option>' in html
    assert row(client, "Water", f"{GAP}?year=1&basis=x&service=x&sphere=x")["Local"].said == "100.00"


def test_years_of_two_calendars_are_brought_to_one_by_months_and_who_lacks_a_part_is_named(settings, tmp_path, client):
    settings.HOME = tmp_path
    here = {"evidence": {"municipality": "EC157"}, "function": WATER}
    receive("municipal-income-expenditure", [
        figure("mun-ec157", "120", year=2023, function=WATER), figure("mun-ec157", "240", function=WATER),
        figure("mun-ec155", "12", function=WATER),
    ])  # fmt: skip
    receive("national-expenditure", [figure("nat-dws", "60", basis=4, **here)])
    build_warehouse(by=system("tests"))
    assert row(client, "Water")["Budgeted"].said == "312.00"
    april = row(client, "Water", f"{GAP}?years=4")
    assert (april["Local"].said, april["National"].said, april["Budgeted"].said) == ("210.00", "60.00", "270.00")
    html = client.get(april["Local"].href).content.decode()
    assert 'value="210.00"' in html and 'value="120.00"' in html, "3/12 of R120 and 9/12 of R240"
    said = plain(client.get(f"{GAP}?years=4&basis=7"))
    assert "Years brought to 2024/25, April 2024 – March 2025, by months: budgeted" in said
    assert "2024/25 April 12/12 1 2023/24 July 3/12 1 2024/25 July 9/12 1" in said
    assert "2023/24 is not in" in said
    [water] = [line for line in handed_out(client, "format=csv&years=4") if line["code"] == "water"]
    assert water["budgeted"] == "270.00"


def test_projects_of_municipal_tables_stand_beside_need_by_themselves(settings, tmp_path, client):
    settings.HOME = tmp_path
    capital = {"statement": Statement.CAPITAL, "function": "municipal-functions-v2:42"}
    receive("municipal-income-expenditure", [figure("mun-ec157", "100", function=WATER)])
    receive("municipal-projects", [
        figure("mun-ec157", "30", **capital),
        *(figure("mun-ec157", "2", **capital, amount_type=AmountType.ACTUAL, length=Length.MONTH, period=n)
          for n in (1, 2)),
    ])  # fmt: skip
    build_warehouse(by=system("tests"))
    assert row(client, "Water")["Local"].said == "100.00"
    projects = row(client, "Water", f"{GAP}?dataset=municipal-projects")
    assert (projects["Local"].said, projects["Spent"].said) == ("30.00", "4.00")
    assert facts_of(client, projects["Local"].href) == [Decimal(30)]
    said = plain(client.get(f"{GAP}?dataset=municipal-projects"))
    assert "Told by one dataset alone" in said
    assert "so far: 2 of 12 months in" in said
    assert row(client, "Water", f"{GAP}?dataset=no-such")["Local"].said == "100.00"


def test_the_census_counts_need_of_water_refuse_toilets_and_work(client, db, settings, tmp_path):
    settings.HOME = tmp_path
    said = plain(client.get(GAP))
    assert "76,2 % of people without water from a scheme" in said
    assert "92,6 % of people without refuse removal every week" in said
    assert "19,0 % of households without a toilet" in said
    assert "44,1 % of the labour force without work" in said


def observed(tmp_path, standing, *rows):
    """Serve rows (table, borders, category, value) of DC15, as an import of the census file leaves them."""
    path = tmp_path / f"{standing}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("table", "geo_version", "geo_level", "geo_code", "dimension", "category", "value"))
        writer.writerows((table, year, "district", "DC15", table, name, value) for table, year, name, value in rows)
    run_import(
        "indicators", path, by=system("tests"), layout="wazimap", source="A statistics office", as_at=date(2011, 10, 9)
    )
    for release in ObservationRelease.objects.filter(state=ReleaseState.HELD):
        publish_observations(release, reason="A small file for tests.", revision=release.revision, by=system("tests"))
    ObservationRelease.objects.update(standing=standing)
    build_observations(by=system("tests"))


TOILETS = [("toiletfacilities", 2016, "None", 800), ("toiletfacilities", 2016, "Bucket latrine", 200),
           ("toiletfacilities", 2016, "Flush toilet (connected to sewerage system)", 3000)]  # fmt: skip


def test_what_is_served_of_a_need_goes_before_the_extract_and_opens_its_value(money, client, tmp_path):
    observed(tmp_path, "public", *TOILETS)
    html = client.get(GAP).content.decode()
    said = plain(client.get(GAP))
    counted = "Without a toilet: 800, 20,0 % of households, with collective living quarters (Census 2011, 9 Oct 2011 )"
    assert f"Unfunded Sanitation nothing said Counted: {counted} to come" in said, "counted, and no rand is in for it"
    assert "With a bucket toilet: 200, 5,0 %" in said
    assert "households without a toilet (" not in said, "the extract is silent where the build tells"
    assert "76,2 % of people without water from a scheme" in said
    [address] = re.findall(r'href="(/indicators/values/no-toilet/[^"]*)"', html)
    assert client.get(unescape(address)).status_code == 200
    assert client.get("/spaces/DC15/outlook/services/?need=toilet").status_code == 200
    [sanitation] = [line for line in handed_out(client, "format=csv") if line["code"] == "sanitation"]
    assert (sanitation["state"], sanitation["need_source"]) == ("unfunded", "Census 2011")


def test_invented_counts_stand_by_themselves(settings, client, tmp_path):
    settings.HOME = tmp_path
    observed(tmp_path, "sample", *TOILETS)
    real, invented = plain(client.get(GAP)), plain(client.get(f"{GAP}?sample=yes"))
    assert "19,0 % of households without a toilet" in real and "Without a toilet: 800" not in real
    assert "Without a toilet: 800" in invented and "Sample" in invented
    assert "19,0 % of households without a toilet" not in invented


def test_a_need_that_is_counted_and_has_money_is_not_called_funded(money, client, world):
    client.force_login(world.analyst.user)
    assert re.search(r"Unknown Water nothing said Counted: 76,2 %", plain(client.get(GAP)))


def test_the_page_says_which_codes_count_for_each_service_and_where_they_are_published(client, db, settings, tmp_path):
    settings.HOME = tmp_path
    said = plain(client.get(GAP))
    assert "municipal-functions-v2 : 43 Waste water management, 4301 Public Toilets, 4302 Sewerage, 4304 Waste" in said
    assert "nat-dmpr (Electrification and Energy Programme and Project Management)" in said
    assert "Estimates of National Expenditure 2019/20" in said
    assert "of households without a toilet" in said


def test_the_public_sees_money_and_no_draft(money, need, client):
    said = plain(client.get(GAP))
    assert "[100.00]" in said
    assert "pit toilets" not in said
    assert "Bulk water" not in said
    assert "Unknown Water" in said, "whoever may not read what is promised is not told that it is funded"
    assert "Everybody reads it in the adopted plan." in said
    assert need.ref not in said


def test_need_is_shown_without_any_money(settings, tmp_path, need, client, world):
    settings.HOME = tmp_path
    client.force_login(world.analyst.user)
    said = plain(client.get(GAP))
    assert "No budget has been loaded yet" in said
    assert "Households share pit toilets" in said


def test_a_space_that_does_not_exist_is_404(client, db):
    assert client.get("/spaces/XX9/gap/").status_code == 404


def test_codes_of_old_and_new_charts_are_told_apart():
    services = services_on(date(2026, 1, 1))
    by_code = {each.code: each for each in services.services}
    assert services.of_function("municipal-functions-v2", "4302", 2024) is by_code["sanitation"]
    assert services.of_function("municipal-functions-v1", "v1-1201", 2015) is by_code["water"]
    assert services.of_function("municipal-functions-v2", "1201", 2024) is None
    assert services.of_words("No clean WATER in 12 villages") is by_code["water"]
    assert services.of_words("A library") is None


@pytest.mark.parametrize(("words", "service"), [
    ("Trading services/Water Distribution", "water"), ("Water Management", "water"),
    ("Waste water management", "sanitation"), ("Planning and development/Economic Development/Planning", "economy"),
    ("Function:Waste Water Management:Core Function:Storm Water Management", "roads"),
    ("Trading services / Waste management", "refuse"),
    ("Sport & recreation", ""), ("Community halls", ""), ("Works department/Water Distribution", ""),
])  # fmt: skip
def test_words_for_functions_are_read_by_the_chart_and_never_guessed(words, service):
    found = services_on(date(2026, 1, 1)).of_function("function-group", words, 2024)
    assert (found.code if found else "") == service


def test_words_for_functions_are_read_by_the_chart_of_their_year():
    services = services_on(date(2026, 1, 1))
    of_before = services.of_function("function-group", "Public safety/Police", 2015)
    assert of_before and of_before.code == "safety"
    assert services.of_function("function-group", "Public safety/Police", 2024) is None


def test_a_table_of_words_counts_for_its_service_and_unknown_words_stay_under_none(settings, tmp_path, client):
    settings.HOME = tmp_path
    receive("municipal-income-expenditure", [
        figure("mun-ec157", amount, function=f"function-group:{words}")
        for words, amount in (("Trading services/Water Distribution", "100"), ("Waterworks", "9"))
    ])  # fmt: skip
    build_warehouse(by=system("tests"))
    water, none = row(client, "Water"), row(client, "No service")
    assert (water["Local"].said, none["Local"].said) == ("100.00", "9.00")
    assert facts_of(client, water["Local"].href) == [Decimal(100)]
    assert "Waterworks Local 1 [9.00]" in plain(client.get(GAP))


def test_a_programme_that_is_named_goes_before_its_department():
    services = services_on(date(2026, 1, 1))
    by_code = {each.code: each for each in services.services}
    assert services.of_department("ec-transport", "Transport operations") is by_code["roads"]
    assert services.of_department("ec-transport", "COMMUNITY BASED PROGRAMME") is by_code["economy"]
    assert services.of_department("nat-treasury", "Public debt") is None


def test_no_function_counts_for_two_services_and_every_department_is_in_the_register(db):
    services = services_on(date(2026, 1, 1))
    codes = [(each.chart, code) for one in services.services for each in one.functions for code in each.codes]
    assert len(codes) == len(set(codes))
    known = list(Institution.objects.values_list("code", flat=True))
    for service in services.services:
        for each in service.departments:
            assert any(each.is_meant(code, (each.programmes or ("",))[0]) for code in known), each.institution


def test_months_of_spending_are_no_year_of_it(settings, tmp_path, client):
    settings.HOME = tmp_path
    receive("municipal-income-expenditure", [
        figure("mun-ec157", "100", function=WATER),
        *(figure("mun-ec157", "7", function=WATER, amount_type=AmountType.ACTUAL, length=Length.MONTH, period=n)
          for n in (1, 2, 3)),
    ])  # fmt: skip
    build_warehouse(by=system("tests"))
    assert "Spent: Actual, in the year, 2024/25 (so far: 3 of 12 months in)" in plain(client.get(GAP))
