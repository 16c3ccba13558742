"""Out and back without loss: by our own hands, through openpyxl, through LibreOffice."""

import shutil
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from oneplan.commitments.models import Commitment, Pledge
from oneplan.plans.models import Finding, Outcome
from oneplan.workbooks.cells import LONGEST, Column, Kind, clean, read, to_cell
from oneplan.workbooks.choices import ReturnState
from oneplan.workbooks.tests.conftest import comparison_of

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
WORDS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=200)
LONG = st.one_of(WORDS, st.sampled_from(["=1+1", "@SUM(A1)", "-5", "1e5", "TRUE", "2026-11-22", "_x000D_ _x0041_"]))
RAND = st.decimals(-(10**13), 10**13, places=2)
NUMBER = st.decimals(-(10**13), 10**13, places=4)
DAY = st.dates(date(1850, 1, 1), date(2200, 1, 1))


def nothing_changed(row):
    assert row.state == ReturnState.COMPARED, row.errors
    found = comparison_of(row)
    assert [(each.id, [(f.key, f.issued, f.theirs) for f in each.fields], each.issues) for each in found.rows] == []


@settings(  # an example takes a second: what fails is shown as it is, not made smaller for minutes
    max_examples=10, deadline=None, suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)  # fmt: skip
@given(
    title=st.text(min_size=1, max_size=300).filter(lambda text: "\x00" not in text and text.isprintable()), text=LONG,
    more=LONG, amount=st.none() | RAND, spent=st.none() | RAND, number=st.none() | NUMBER, day=st.none() | DAY,
    degrees=st.none() | st.floats(-90, 90, allow_nan=False), year=st.none() | st.integers(1, 9999),
)  # fmt: skip
@example(title="x", text="", more="", amount=None, spent=None, number=None, day=None, degrees=1.3857304338833956,
         year=None)  # fmt: skip
@example(title="ḓ ḽ ṋ ṱ š 🌍 e\u0301", text="long " * 6000, more=" \n\n ", amount=Decimal("-0.01"), spent=Decimal(0),
         number=Decimal("-12345678901234.5678"), day=date(1900, 1, 1), degrees=-0.0, year=1)  # fmt: skip
def test_whatever_the_house_says_comes_back_as_it_was(
    waterberg, title, text, more, amount, spent, number, day, degrees, year
):
    Commitment.objects.filter(pk=waterberg.water.pk).update(
        title=title, description=text, objective=more, total_cost=amount, spent_before=spent, baseline=number,
        target_on=day, longitude=degrees, latitude=degrees, place_text=title,
    )  # fmt: skip
    Finding.objects.update(statement=more, evidence=text, value=number, source_date=day)
    Outcome.objects.update(statement=text, baseline=number, baseline_year=year)
    Pledge.objects.update(amount=abs(amount or 0), evidence_reference=title)
    paper = waterberg.paper(waterberg.issue())
    nothing_changed(waterberg.give_back(paper.path))
    nothing_changed(waterberg.give_back(paper.save()))


@given(amount=RAND, number=NUMBER)
def test_figures_keep_every_cent(amount, number):
    for kind, figure in ((Kind.AMOUNT, amount), (Kind.DECIMAL, number)):
        cell = to_cell(kind, figure, {})
        assert read(Column("x", "X", kind), cell, {})[0] == figure
        if isinstance(cell, float):
            assert read(Column("x", "X", kind), float(f"{cell:.15g}"), {})[0] == figure


@given(text=st.text(max_size=80) | st.just("x" * (LONGEST + 5)))
def test_cleaned_text_is_what_a_cell_can_hold(text):
    cleaned = clean(text)
    assert len(cleaned) <= LONGEST
    assert clean(cleaned) == cleaned
    cleaned.encode()


def through_libreoffice(path: Path) -> Path:
    out = path.parent / "libreoffice"
    out.mkdir(exist_ok=True)
    profile = f"-env:UserInstallation=file://{path.parent}/profile"
    command = [str(SOFFICE), profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir"]
    subprocess.run([*command, str(out), str(path)], check=True, capture_output=True, timeout=180)
    return out / path.name


@pytest.mark.engine_free  # what another program does to a file hangs on no engine
@pytest.mark.skipif(not SOFFICE, reason="needs LibreOffice (apt-get install libreoffice-calc-nogui)")
def test_libreoffice_saves_it_without_a_change_and_a_changed_cell_is_exactly_that(waterberg):
    Commitment.objects.filter(pk=waterberg.water.pk).update(
        description="ḓ ḽ ṋ ṱ\n=1+1\n\n  indented  ", objective="-5", total_cost=Decimal("9999999999999.99"),
        baseline=Decimal("-0.0001"), target_on=date(2031, 3, 31), longitude=27.123456789,
    )  # fmt: skip
    Finding.objects.update(evidence="'quoted, “curly” & <tagged>", source_date=date(1899, 5, 1))
    paper = waterberg.paper(waterberg.issue())
    nothing_changed(waterberg.give_back(through_libreoffice(paper.path)))
    paper.put("commitments", waterberg.water.ref, finish_on=date(2031, 6, 30)).save()
    [row] = comparison_of(waterberg.give_back(through_libreoffice(paper.path))).rows
    assert [(field.key, field.theirs) for field in row.fields] == [("finish_on", "2031-06-30")]
