"""Pages, interface and command line of the money ledger."""

import json
from datetime import date
from decimal import Decimal

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oneplan.access.actors import PUBLIC
from oneplan.budgets.actions import build_warehouse
from oneplan.budgets.tests import conftest as budgets
from oneplan.cli import ledger as cli
from oneplan.commitments.tests.factories import pledge, propose
from oneplan.ledger.actions import close_cycle, compute_ledger, open_cycle
from oneplan.ledger.models import Cycle
from oneplan.ledger.queries import EntryFilters, changes_since, entries_visible_to, ledger_of, totals
from oneplan.ledger.tests.ground import BY, WHY, linked, pipe
from oneplan.periods.years import Basis, FinancialYear

warehouse = budgets.warehouse
PAGES = ("/ledger/", "/spaces/DC36/money-ledger/", "/institutions/mun-lim366/money-ledger/", "/ledger/changes/",
         "/ledger/reconciliation/", "/ledger/cycles/")  # fmt: skip
AT_MOST = 15


def promised(title="Bulk water", amount="100.00", year=2024):
    commitment = propose("DC36", "mun-lim366", title=title)
    pledge(commitment.parties.get(), amount, year=FinancialYear(year, Basis.MFMA))
    return commitment


@pytest.fixture
def ledger(warehouse, world):
    """Two cycles: in the first the line held 40, in the second 60."""
    warehouse(municipal_capital=[pipe("40.00"), pipe("12.34", "P2")])
    commitment = promised()
    linked(commitment, "P1", "0.5")
    for number in range(12):
        promised(f"Well {number}", "1.00")
    first = open_cycle("First", by=BY, reason=WHY, as_at=date(2026, 8, 1))
    compute_ledger(by=BY)
    close_cycle(first, by=BY, revision=1, reason=WHY)
    budgets.receive("municipal-capital", [pipe("60.00"), pipe("12.34", "P2")])
    build_warehouse(by=BY)
    open_cycle("Second", by=BY, reason=WHY, as_at=date(2026, 8, 1))
    compute_ledger(by=BY)
    return commitment


def test_every_page_says_what_it_should_within_its_questions(ledger, world):
    client = world.client(world.office)
    pages = [*PAGES, f"/commitments/{ledger.ref}/money-ledger/"]
    for path in pages:
        client.get(path)  # what is asked once and remembered
    for path in pages:
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(path)
        assert answer.status_code == 200, path
        assert len(asked) <= AT_MOST, (path, len(asked), [each["sql"][:120] for each in asked])
    words = client.get(f"/commitments/{ledger.ref}/money-ledger/").content.decode()
    assert "R30,00" in words and "R60,00" in words  # half of the line
    opened = "/ledger/reconciliation/?dataset=municipal-capital&year=2024-MFMA&type=original"
    assert "P1" in client.get(opened).content.decode()
    assert ledger.ref in client.get("/ledger/changes/").content.decode()
    assert ledger.ref in client.get("/ledger/?movement=increased").content.decode()
    assert ledger.ref not in client.get("/ledger/?movement=reduced").content.decode()
    assert client.get("/ledger/?cycle=LC-9999").status_code == 404


def test_files_hold_every_entry_with_unknown_as_nothing(ledger, world):
    client = world.client(world.office)
    text = b"".join(client.get("/ledger/?form=csv").streaming_content).decode("utf-8-sig")
    assert len(text.splitlines()) == 14
    assert "increased" in text
    assert client.get("/ledger/?form=xlsx").content[:2] == b"PK"


def test_each_sees_the_entries_of_the_commitments_that_they_see(ledger, world):
    assert entries_visible_to(PUBLIC).count() == 0
    assert world.client(world.hub36).get("/spaces/DC36/money-ledger/").status_code == 200
    assert world.client(world.thandi).get("/spaces/DC36/money-ledger/").status_code == 404
    assert world.client(world.thandi).get(f"/commitments/{ledger.ref}/money-ledger/").status_code == 404
    assert ledger.ref not in world.client(world.thandi).get("/ledger/").content.decode()
    assert world.client(world.hub36).get("/ledger/reconciliation/").status_code == 404


def test_totals_never_add_years_of_two_acts_and_keep_samples_apart(ledger, world):
    pledge(ledger.parties.get(), "7.00", year=FinancialYear(2024, Basis.PFMA))
    compute_ledger(by=BY)
    cycle = Cycle.objects.get(is_open=True)
    cycle.entries.filter(commitment__title="Well 1").update(is_sample=True)
    found = totals(ledger_of(world.office, cycle, EntryFilters()))
    assert [(each.year.basis, each.is_sample, str(each.pledged)) for each in found] == [
        ("MFMA", False, "111.00"), ("PFMA", False, "7.00"), ("MFMA", True, "1.00"),
    ]  # fmt: skip
    assert str(found[0].traced) == "30.00"
    of_space = totals(ledger_of(world.office, cycle, EntryFilters(), space=world.dc36), space=world.dc36)
    assert [str(each.pledged) for each in of_space] == ["111.00", "7.00", "1.00"]  # its share is whole


def test_what_changed_says_both_cycles(ledger, world):
    [row] = changes_since(world.office, Cycle.objects.get(is_open=True), EntryFilters())
    assert (row.budget_before, row.budget, row.movement) == (Decimal(20), Decimal(30), "increased")
    assert not changes_since(world.office, Cycle.objects.get(is_open=False), EntryFilters()).exists()


def test_who_keeps_the_ledger_opens_computes_and_closes_by_page(settings, tmp_path, world):
    settings.HOME = tmp_path
    client = world.client(world.office)
    assert "No cycle" in client.get("/ledger/").content.decode()
    assert client.post("/ledger/cycles/open/", {"label": "One", "reason": WHY}).status_code == 302
    compute_ledger(by=BY)
    again = client.post("/ledger/cycles/open/", {"label": "Two", "reason": WHY})
    assert again.status_code == 409
    assert "is open" in again.content.decode()
    close, said = f"/ledger/cycles/{Cycle.objects.get().ref}/close/", {"revision": 1, "reason": WHY}
    assert world.client(world.hub36).post(close, said).status_code == 403
    assert client.post(close, said).status_code == 302
    assert not Cycle.objects.get().is_open


def test_the_interface_tells_the_same(ledger, world):
    client = world.client(world.office)
    entries = client.get("/api/v1/ledger/entries?movement=increased").json()
    assert entries["total"] == 1
    assert entries["items"][0]["budget"] == {"amount": "30.00", "unit": "ZAR"}
    [opened] = client.get(f"/api/v1/commitments/{ledger.ref}/money-ledger").json()
    assert [(each["whole"]["amount"], each["amount"]["amount"]) for each in opened["lines"]] == [("60.00", "30.00")]
    told = client.get("/api/v1/ledger/reconciliation").json()["items"]
    assert [(each["source"]["amount"], each["traced"]["amount"], each["difference"]["amount"]) for each in told] == [
        ("72.34", "30.00", "0.00")
    ]
    assert client.get("/api/v1/ledger/changes").json()["total"] == 1
    assert client.get("/api/v1/ledger/totals").json()[0]["pledged"]["amount"] == "112.00"
    assert json.dumps(client.get("/api/v1/ledger/cycles").json()).count("LC-") == 3


def test_the_command_line_does_the_same(settings, tmp_path, world):
    settings.HOME = tmp_path
    run = CliRunner().invoke
    assert run(cli.compute_ledger, []).exit_code == 1
    assert "is open" in run(cli.open_cycle, ["One", "--reason", WHY]).output
    assert "0 entries" in run(cli.compute_ledger, []).output
    assert "kept" in run(cli.close_cycle, ["lc-0001", "--reason", WHY]).output
    assert run(cli.close_cycle, ["LC-0001", "--reason", WHY]).exit_code == 1
