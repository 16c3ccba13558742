"""Computing the ledger: from pledges, links and the build to entries; whole, in part, and never of a closed cycle."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oneplan.alignment.choices import LinkState, TieState
from oneplan.alignment.models import Link, Tie
from oneplan.budgets.actions import build_warehouse
from oneplan.budgets.choices import AmountType, Standing
from oneplan.budgets.tests import conftest as budgets
from oneplan.commitments.models import Commitment
from oneplan.commitments.tests.factories import pledge, propose
from oneplan.ledger.actions import close_cycle, compute_ledger, open_cycle
from oneplan.ledger.models import Cycle, Entry, EntryLine
from oneplan.ledger.queries import by_dataset, entries_visible_to, reconciliation
from oneplan.ledger.tests.ground import BY, WHY, linked, pipe
from oneplan.periods.years import Basis, FinancialYear
from oneplan.platform.errors import NotAllowed, RuleBroken, StaleRevision
from oneplan.projects.models import Project

warehouse = budgets.warehouse
CAPITAL = "municipal_capital"
MFMA_2024 = FinancialYear(2024, Basis.MFMA)
DAY = date(2026, 8, 1)


def rand(text):
    return Decimal(text)


def opened(label="First"):
    return open_cycle(label, by=BY, reason=WHY, as_at=DAY)


def promised(amount="100.00", title="Bulk water", **fields):
    commitment = propose("DC36", "mun-lim366", title=title, **fields)
    pledge(commitment.parties.get(), amount, year=MFMA_2024)
    return commitment


def test_an_entry_says_what_was_pledged_what_stands_in_lines_and_what_was_spent(warehouse):
    warehouse(**{CAPITAL: [
        pipe("90.00"), pipe("60.00", amount_type=AmountType.ADJUSTED), pipe("59.00", amount_type=AmountType.AUDITED),
    ]})  # fmt: skip
    commitment = promised()
    linked(commitment, "P1")
    opened()
    done = compute_ledger(by=BY)
    assert (done.entries, done.lines) == (1, 3)
    [entry] = Entry.objects.all()
    assert (entry.pledged, entry.budget, entry.budget_type) == (rand("100"), rand("60"), AmountType.ADJUSTED)
    assert (entry.original, entry.adjusted, entry.spent) == (rand("90"), rand("60"), rand("59"))
    assert (entry.funding, entry.movement, entry.execution) == ("part_funded", "unknown", "spent")


def test_what_nobody_linked_or_confirmed_is_unknown_and_never_unfunded(warehouse):
    warehouse(**{CAPITAL: [pipe("90.00")]})
    commitment = promised()
    linked(commitment, "P1", state=LinkState.PROPOSED)
    opened()
    compute_ledger(by=BY)
    [entry] = Entry.objects.all()
    assert (entry.budget, entry.funding) == (None, "unknown")


def test_a_declined_pledge_is_none_and_an_unfunded_one_says_so(warehouse):
    warehouse(**{CAPITAL: [pipe("90.00")]})
    declined = promised()
    declined.parties.get().pledges.update(acceptance="declined", answered_at="2026-01-01T00:00Z")
    unfunded = propose("DC36", "mun-lim366", title="Without money")
    pledge(unfunded.parties.get(), "5.00", year=MFMA_2024, status="unfunded")
    opened()
    compute_ledger(by=BY)
    [entry] = Entry.objects.all()
    assert (entry.commitment, entry.pledged, entry.funding) == (unfunded, rand("0"), "unfunded")


def test_a_line_that_several_share_is_split_to_the_cent(warehouse):
    warehouse(**{CAPITAL: [pipe("100.00"), pipe("33.33", "P2")]})
    three = [promised(title=f"Third {number}") for number in range(3)]
    for each in three:
        linked(each, "P1", "0.333333333333")
    opened()
    compute_ledger(by=BY)
    parts = list(EntryLine.objects.order_by("link").values_list("amount", flat=True))
    assert sorted(parts) == [rand("33.33"), rand("33.33"), rand("33.34")]
    [row] = reconciliation(BY, Cycle.objects.get())
    assert (row.source, row.traced, row.untraced_of_linked, row.unlinked, row.difference) == (
        rand("133.33"), rand("100.00"), rand("0"), rand("33.33"), rand("0"),
    )  # fmt: skip
    [whole] = by_dataset([row])
    assert whole.source == whole.traced + whole.untraced_of_linked + whole.unlinked


def test_a_project_pays_for_the_one_commitment_that_it_delivers_and_never_twice(warehouse, world):

    warehouse(**{CAPITAL: [pipe("80.00")]})
    commitment, other = promised(), promised(title="Another")
    link = linked(commitment, "P1")
    project = Project.objects.create(
        ref="PRJ-1", title="Pipe", space_id="DC36", registered_at=link.proposed_at, changed_at=link.proposed_at
    )
    Link.objects.filter(pk=link.pk).update(kind="project_line", commitment=None, project=project)
    Tie.objects.create(commitment=commitment, project=project, likeness=1, state=TieState.CONFIRMED,
                       proposed_at=link.proposed_at)  # fmt: skip
    opened()
    compute_ledger(by=BY)
    assert Entry.objects.get(commitment=commitment).budget == rand("80.00")
    Tie.objects.create(commitment=other, project=project, likeness=1, state=TieState.CONFIRMED,
                       proposed_at=link.proposed_at)  # fmt: skip
    compute_ledger(by=BY)
    assert not Entry.objects.exclude(budget=None).exists()  # nobody said which part is whose


def test_a_cycle_beside_the_one_before_says_what_moved(warehouse):
    warehouse(**{CAPITAL: [pipe("100.00"), pipe("50.00", "P2", year=2025)]})
    commitment = promised()
    first_link = linked(commitment, "P1")
    first = opened()
    compute_ledger(by=BY)
    first = close_cycle(first, by=BY, revision=1, reason=WHY)
    kept = list(Entry.objects.filter(cycle=first).values())
    budgets.receive("municipal-capital", [pipe("40.00"), pipe("60.00", year=2025)])
    build_warehouse(by=BY)
    opened("Second")
    compute_ledger(by=BY)
    now = {each.year: each for each in Entry.objects.filter(cycle__is_open=True)}
    assert (now[2024].budget_before, now[2024].budget, now[2024].movement) == (rand("100"), rand("40"), "moved")
    assert now[2025].movement == "moved"
    assert list(Entry.objects.filter(cycle=first).values()) == kept
    assert first_link.line_id


def test_one_commitment_does_not_recompute_the_country(warehouse):
    warehouse(**{CAPITAL: [pipe(f"{number}.00", f"P{number}") for number in range(1, 8)]})
    many = [promised(title=f"Number {number}") for number in range(1, 8)]
    links = [linked(each, f"P{number}", "0.5") for number, each in enumerate(many, start=1)]
    linked(many[1], "P1", "0.25")  # shares the line of the first
    opened()
    compute_ledger(by=BY)
    Commitment.objects.update(changed_at="2020-01-01T00:00Z")
    Link.objects.update(decided_at="2020-01-01T00:00Z")
    before = dict(Entry.objects.values_list("commitment_id", "pk"))
    Link.objects.filter(pk=links[0].pk).update(share=rand("0.75"))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        done = compute_ledger(by=BY, commitments=[many[0].pk])
    after = dict(Entry.objects.values_list("commitment_id", "pk"))
    assert {pk for pk in after if after[pk] != before[pk]} == {many[0].pk, many[1].pk}
    assert (done.commitments, done.entries) == (2, 2)
    assert len(asked) < 40
    whole = list(Entry.objects.order_by("commitment").values_list("commitment_id", "budget", "funding"))
    compute_ledger(by=BY)
    assert list(Entry.objects.order_by("commitment").values_list("commitment_id", "budget", "funding")) == whole


def test_a_part_takes_along_what_changed_since(warehouse):
    warehouse(**{CAPITAL: [pipe("10.00")]})
    one, other = promised(), promised(title="Another")
    opened()
    compute_ledger(by=BY)
    party = other.parties.get()
    pledge(party, "7.00", year=MFMA_2024.next())
    compute_ledger(by=BY, commitments=[one.pk])
    assert Entry.objects.filter(commitment=other).count() == 2


def test_a_closed_cycle_is_kept_and_never_computed(warehouse):
    warehouse(**{CAPITAL: [pipe("10.00")]})
    promised()
    cycle = opened()
    with pytest.raises(RuleBroken, match="never computed"):
        close_cycle(cycle, by=BY, revision=1, reason=WHY)
    compute_ledger(by=BY)
    with pytest.raises(StaleRevision):
        close_cycle(cycle, by=BY, revision=9, reason=WHY)
    close_cycle(cycle, by=BY, revision=1, reason=WHY)
    with pytest.raises(RuleBroken, match="No cycle"):
        compute_ledger(by=BY)
    with pytest.raises(RuleBroken, match="is closed"):
        close_cycle(cycle, by=BY, revision=2, reason=WHY)
    assert Entry.objects.filter(cycle=cycle).count() == 1


def test_one_cycle_is_open_at_a_time_and_names_are_their_own(warehouse):
    opened()
    with pytest.raises(RuleBroken, match="is open"):
        opened("Second")
    with pytest.raises(RuleBroken, match="reason"):
        open_cycle("Third", by=BY, reason="no")


def test_who_does_not_keep_the_ledger_does_none_of_it(world):
    with pytest.raises(NotAllowed):
        open_cycle("x", by=world.thandi, reason=WHY)
    with pytest.raises(NotAllowed):
        compute_ledger(by=world.charlie)
    cycle = open_cycle("x", by=world.office, reason=WHY)
    with pytest.raises(NotAllowed):
        close_cycle(cycle, by=world.thandi, revision=1, reason=WHY)


def test_without_a_build_pledges_stand_and_money_is_unknown(settings, tmp_path, world):
    settings.HOME = tmp_path
    promised()
    opened()
    compute_ledger(by=BY)
    [entry] = Entry.objects.all()
    assert (entry.pledged, entry.budget, entry.funding) == (rand("100"), None, "unknown")


def test_what_rests_on_figures_inside_government_is_read_by_government_alone(warehouse, world):
    warehouse(standing=Standing.GOVERNMENT, **{CAPITAL: [pipe("90.00")]})
    commitment = promised()
    linked(commitment, "P1")
    opened()
    compute_ledger(by=BY)
    assert entries_visible_to(world.office).count() == 1
    assert not entries_visible_to(world.hub36).exists()
    assert not entries_visible_to(world.public).exists()
