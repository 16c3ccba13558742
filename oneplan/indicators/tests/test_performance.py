"""Quarterly performance reports of institutions: three lines of heading, shifted headers, targets in words."""

import csv
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from oneplan.access.actors import PUBLIC, system
from oneplan.exchange.pipeline import run_import
from oneplan.indicators.actions.performance import take_performance
from oneplan.indicators.models import Performance, PerformanceQuarter
from oneplan.platform.errors import NotAllowed

pytestmark = pytest.mark.django_db
QUARTER = ("Target", "ActualOutput", "ReasonforDeviation", "CorrectiveAction", "OTP", "National")
HEADER = [
    "Sector", "Institution", "Programme", "SubProgramme", "Location", "Frequency", "Indicator", "Type", "SubType",
    "Outcome", "Cluster", *(f"{name}_Q{quarter}" for quarter in range(1, 5) for name in QUARTER),
    "AnnualTarget_Summary2", "Preliminary_Summary2", "PrelimaryAudited_Summary2", "ReasonforDeviation_Summary",
    "CorrectiveAction_Summary", "OTP_Summary", "National_Summary", "ValidatedAudited_Summary2", "UID",
]  # fmt: skip


def row(indicator="Share of invoices paid", **cells):
    told = {
        "Institution": "Health", "Programme": "National", "SubProgramme": "Programme 1", "Location": "Finance",
        "Frequency": "Quarterly", "Indicator": indicator, **cells,
    }  # fmt: skip
    return [told.get(name, "") for name in HEADER]


@pytest.fixture
def report(tmp_path, settings):
    settings.HOME = settings.MEDIA_ROOT = tmp_path / "home"
    settings.HOME.mkdir()

    def take(*rows, heading="FinancialYear:   FY 2023-24"):
        path = tmp_path / f"part{len(rows)}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerows([["ReportTitle", "Textbox95"], ["QPR Oversight", heading], [], HEADER, *rows])
        return run_import("performance", path, by=system("tests"), source="DPME", as_at=date(2023, 9, 11))

    return take


def test_targets_are_kept_as_written_and_a_number_only_where_the_text_plainly_is_one(report):
    told = row(
        Target_Q1="100 %", ActualOutput_Q1="99.7 %", ReasonforDeviation_Q1="Two invoices came late", Target_Q2="n/a",
        Target_Q3="3 animal disease surveys", National_Q1="Why so?", AnnualTarget_Summary2="1 250",
        Preliminary_Summary2="-", ValidatedAudited_Summary2="1 200",
    )  # fmt: skip
    assert report(told).rows_accepted == 1
    found = Performance.objects.get()
    assert (found.year, found.institution_name) == (2023, "Health")
    assert (found.programme, found.subprogramme) == (
        "Programme 1",
        "Finance",
    )  # the headers stand a column too far left
    first, third = found.quarters.get(quarter=1), found.quarters.get(quarter=3)
    assert (first.target_number, first.reported, first.reported_number) == (Decimal(100), "99.7 %", Decimal("99.7"))
    assert (first.deviation, first.question, first.validated) == ("Two invoices came late", "Why so?", "")
    assert (third.target, third.target_number) == ("3 animal disease surveys", None)
    assert not found.quarters.filter(quarter=2).exists()
    year = found.quarters.get(quarter=0)
    assert (year.target_number, year.reported, year.validated_number) == (Decimal(1250), "", Decimal(1200))


def test_a_newer_report_takes_the_place_of_the_one_before(report):
    report(row(Target_Q1="5"))
    report(row(Target_Q1="5", ActualOutput_Q1="4"), row("Clinics built", Target_Q1="2"))
    assert Performance.objects.count() == 2
    assert PerformanceQuarter.objects.get(performance__title="Share of invoices paid").reported_number == 4


def test_a_report_without_its_year_or_with_shifted_cells_is_refused_with_what_to_do(report):
    told = report(row(Target_Q1="5"), heading="no year here")
    assert told.is_file_error
    assert "which financial year" in told.issues[-1].message
    shifted = row(Programme="Programme 1: Administration", Target_Q1="5")
    told = report(shifted, row("Clinics built"), row("Clinics mended"))
    assert (told.rows_accepted, told.rows_refused) == (2, 1)


def test_the_page_shows_quarters_side_by_side_and_finds_by_words_and_institution(report, client):
    report(row(Target_Q1="100 %", ActualOutput_Q1="99 %"), row("Clinics built", Institution="Defence", Target_Q4="2"))
    shown = client.get(reverse("indicators:performance")).content.decode()
    for words in ("Share of invoices paid", "99 %", "As the institution reports", "2023/24 (Apr–Mar)", "Quarter 4"):
        assert words in shown, words
    assert "Share of invoices" not in client.get(reverse("indicators:performance"), {"q": "clinic"}).content.decode()
    found = client.get(reverse("indicators:performance"), {"institution": "Defence"}).content.decode()
    assert ("Clinics built" in found, "Share of invoices" in found) == (True, False)
    told = b"".join(client.get(reverse("indicators:performance"), {"format": "csv"}).streaming_content).decode()
    assert "Share of invoices paid,1,100 %,100" in told


def test_reports_are_taken_in_by_keepers_only():
    with pytest.raises(NotAllowed):
        take_performance([], run=None, order=None, by=PUBLIC)  # type: ignore[arg-type]


@pytest.mark.shared
def test_the_real_parts_are_taken_in_and_rows_told_twice_are_refused(shared_data, tmp_path, settings):
    settings.HOME = settings.MEDIA_ROOT = tmp_path / "home"
    settings.HOME.mkdir()
    read = refused = 0
    for part in (1, 2, 3):
        path = shared_data / "indicators" / "eqprs" / f"NationalInstitutionsOversight_2023-24_part{part}.csv"
        told = run_import("performance", path, by=system("tests"), source="DPME", as_at=date(2023, 9, 11))
        read, refused = read + told.rows_read, refused + told.rows_refused
    assert read == 1064
    again = 56  # Health and the Government Technical Advisory Center stand in two parts
    assert Performance.objects.count() == read - refused - again
    plain = PerformanceQuarter.objects.exclude(target="").filter(target_number=None).count()
    assert 0 < plain < PerformanceQuarter.objects.exclude(target="").count()
