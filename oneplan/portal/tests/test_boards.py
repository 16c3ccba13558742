"""A province, who answered where, money by sphere, and one institution in all spaces: for whom they count what."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oneplan.commitments.actions import set_shares, withdraw_commitment
from oneplan.commitments.models import Commitment, Pledge
from oneplan.commitments.queries import Level, money_of, rollup
from oneplan.commitments.tests.factories import BY
from oneplan.joint_planning.actions import request_contribution
from oneplan.joint_planning.tests import factories
from oneplan.periods import clock
from oneplan.periods.years import Basis
from oneplan.portal.queries.answers import Answers, party_answers
from oneplan.portal.queries.board import board_rows
from oneplan.portal.queries.money import by_space, money_cubes
from oneplan.portal.queries.party import party_view
from oneplan.portal.queries.space import commitments_by_state
from oneplan.portal.tests.test_board import copies
from tests.world import World

PAGES = (
    "/provinces/LIM/", "/board/answers/", "/board/money/", "/institutions/nat-dws/board/", "/spaces/DC36/timeline/",
    "/spaces/DC36/plan/1/results/", "/spaces/DC36/plan/1/results/?view=table",
)  # fmt: skip


@pytest.fixture
def planning(world: World) -> World:
    """Waterberg plans: the water department leads a commitment, Limpopo's health department was asked."""
    edition = factories.fill(factories.edition_of(world.dc36, by=world.hub36), by=world.hub36)
    factories.commit(edition, world.dws, by=world.hub36)
    request_contribution(edition, "diagnostic", world.health, request="Send findings.", by=world.hub36)
    return world


def lines(answer):
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def later(monkeypatch, days):
    then = clock.now() + timedelta(days=days)
    monkeypatch.setattr(clock, "now", lambda: then)


def test_a_province_shows_its_spaces_its_departments_and_its_money(planning):
    page = planning.client(planning.coordinator).get("/provinces/LIM/")
    assert page.context["rows"][0].code == "DC36"
    assert len(page.context["rows"]) == 5
    [(department, [(space, told)])] = page.context["departments"]
    assert (department.code, space.code, told.state, told.asked) == ("lim-health", "DC36", "asked", 1)
    [row] = page.context["money_rows"]
    assert row.money.indicative == page.context["money_total"].indicative > 0


def test_a_province_counts_nothing_of_what_a_stranger_may_not_read(planning):
    page = planning.client(planning.thandi).get("/provinces/LIM/")
    assert page.context["totals"]["commitments"] == 0
    assert page.context["departments"] == page.context["money_rows"] == []
    assert "No plan of this province that you may read is in progress" in page.content.decode()


def test_an_unknown_province_is_not_found_and_nobody_looks_without_signing_in(planning):
    assert planning.client(planning.analyst).get("/provinces/XX/").status_code == 404
    for path in PAGES:
        assert planning.client(planning.public).get(path).status_code == 302, path


def test_the_file_of_a_province_is_the_table_as_filtered(planning):
    client = planning.client(planning.coordinator)
    assert len(lines(client.get("/provinces/LIM/?format=csv"))) == 5
    [row] = lines(client.get("/provinces/LIM/?format=csv&q=waterberg&only=unfunded"))  # nothing is fully pledged yet
    assert row["code"] == "DC36"


def test_answers_stand_by_party_and_space_and_the_silent_can_be_picked_out(planning, monkeypatch):
    [party] = party_answers(planning.analyst)
    assert (party.code, party.by_space["DC36"].state, party.total.silent) == ("lim-health", "asked", 0)
    assert party_answers(planning.thandi) == []
    assert [each.code for each in party_answers(planning.ayanda)] == ["lim-health"]  # its own
    later(monkeypatch, 300)
    client = planning.client(planning.analyst)
    page = client.get("/board/answers/?state=silent&province=LIM&sphere=provincial")
    assert page.context["page"].paginator.count == 1
    assert client.get("/board/answers/?state=declined").context["page"].paginator.count == 0
    [row] = lines(client.get("/board/answers/?format=csv"))
    assert (row["space_code"], row["standing"], row["silent"]) == ("DC36", "silent", "1")


def test_the_state_of_answers_is_what_needs_somebody_most():
    assert Answers().state == "not_asked"
    assert Answers(asked=3, contributed=1, declined=1, silent=1).state == "silent"
    assert Answers(asked=2, contributed=1, opened=1).state == "opened"
    assert Answers(asked=2, contributed=1, declined=1).state == "declined"
    assert Answers(asked=1, contributed=1).state == "contributed"


def test_money_of_a_shared_commitment_counts_once_in_the_sum_of_its_spaces(planning):
    commitment = Commitment.objects.get()
    whole = by_space(money_cubes(["DC36"])[0], Basis.PFMA)["DC36"]
    parts = {"DC36": Decimal("0.25"), "DC15": Decimal("0.75")}
    set_shares(commitment, parts, valid_from=clock.today(), by=BY)
    both = by_space(money_cubes(["DC36", "DC15"])[0], Basis.PFMA)
    assert both["DC36"].indicative == whole.indicative / 4
    assert both["DC36"].indicative + both["DC15"].indicative == whole.indicative
    page = planning.client(planning.office).get("/board/money/")
    assert page.context["money_total"].indicative == whole.indicative
    hub = planning.client(planning.hub36).get("/board/money/")
    assert [row.space.code for row in hub.context["money_rows"]] == ["DC36"]
    assert len(lines(planning.client(planning.office).get("/board/money/?format=csv"))) >= 2


def test_real_and_invented_pledges_are_in_no_total_together(planning):
    real, rand = Commitment.objects.get(), Pledge.objects.get().amount
    factories.commit(factories.edition_of(planning.dc15, by=planning.thandi), planning.dws, by=planning.thandi)
    invented = Commitment.objects.exclude(pk=real.pk)
    invented.update(is_sample=True)
    Pledge.objects.filter(party__commitment__in=invented).update(status="indicative", amount=rand * 3)
    set_shares(invented.get(), {"DC36": Decimal("0.5"), "DC15": Decimal("0.5")}, valid_from=clock.today(), by=BY)
    client = planning.client(planning.office)
    for path, besides in (("/board/money/", rand * 3), ("/provinces/LIM/", rand * 3 / 2)):
        page = client.get(path)
        assert page.context["money_total"].indicative == rand
        assert page.context["money_besides"].indicative == besides
        rows = {(row.space.code, row.is_sample): row.money.indicative for row in page.context["money_rows"]}
        assert (rows["DC36", False], rows["DC36", True]) == (rand, rand * 3 / 2)
        assert "Besides, invented, in no total of real ones" in page.content.decode()
    told = {(line["space_code"], line["sample"]) for line in lines(client.get("/board/money/?format=csv"))}
    assert told == {("DC36", "no"), ("DC36", "yes"), ("DC15", "yes")}
    Commitment.objects.update(is_sample=True)
    page = client.get("/board/money/")
    assert page.context["money_total"].indicative == rand * 4
    assert "All of these are invented for demonstration." in page.content.decode()


def test_a_party_sees_all_its_spaces_with_each_shared_rand_once(planning):
    commitment = Commitment.objects.get()
    pledged = party_view(planning.dws, planning.sipho).money.pledged
    parts = {"DC36": Decimal("0.25"), "DC15": Decimal("0.75")}
    set_shares(commitment, parts, valid_from=clock.today(), by=BY)
    view = party_view(planning.dws, planning.sipho)
    assert [(row.code, row.commitments, row.to_accept, row.led) for row in view.spaces] == [
        ("DC15", 1, 1, 1), ("DC36", 1, 1, 1),
    ]  # fmt: skip
    assert view.commitments == 1
    assert view.money.pledged == pledged == sum(row.money.pledged for row in view.spaces)
    page = planning.client(planning.sipho).get("/institutions/nat-dws/board/?only=to_accept&sort=-rand")
    assert [row.code for row in page.context["rows"]] == ["DC15", "DC36"]
    [row] = lines(planning.client(planning.sipho).get("/institutions/nat-dws/board/?format=csv&q=DC36"))
    assert (row["commitments"], row["proposed"], row["to_accept"]) == ("1", "1", "1")


def test_a_party_board_shows_others_only_what_they_may_see(planning):
    path = "/institutions/nat-dws/board/"
    assert planning.client(planning.thandi).get(path).status_code == 404
    assert planning.client(planning.charlie).get(path).status_code == 404
    assert [row.code for row in planning.client(planning.hub36).get(path).context["rows"]] == ["DC36"]
    own = planning.client(planning.ayanda).get("/institutions/lim-health/board/")
    [row] = own.context["rows"]
    assert (row.code, row.answers.waiting, row.commitments) == ("DC36", 1, 0)
    empty = planning.client(planning.analyst).get("/institutions/nat-tourism/board/")
    assert "was asked nowhere" in empty.content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_the_number_of_queries_does_not_grow_with_the_data(planning, path):
    client, counts = planning.client(planning.office), []
    for number in (0, 30):
        copies(planning, number)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[1] <= 17  # one less where the sums of the spaces are kept


def test_the_spaces_sum_to_the_cent_and_say_what_the_ledger_says(planning):
    commitment = Commitment.objects.get()
    Pledge.objects.update(amount=Decimal("100.01"))
    whole = by_space(money_cubes(["DC36"])[0], Basis.PFMA)["DC36"].indicative
    set_shares(commitment, {"DC36": Decimal("0.5"), "DC15": Decimal("0.5")}, valid_from=clock.today(), by=BY)
    both = by_space(money_cubes(["DC36", "DC15"])[0], Basis.PFMA)
    assert both["DC36"].indicative + both["DC15"].indicative == whole
    ledger = rollup(Commitment.objects.all(), Level.SPACE)
    assert {code: told.indicative for code, told in both.items()} == {
        code: told.total("indicative", basis=Basis.PFMA) for code, told in ledger.items()
    }


def test_a_share_that_begins_later_counts_nowhere_yet(planning, monkeypatch):
    before = by_space(money_cubes(["DC36"])[0], Basis.PFMA)
    day = clock.today() + timedelta(days=30)
    parts = {"DC36": Decimal("0.25"), "DC15": Decimal("0.75")}
    set_shares(Commitment.objects.get(), parts, valid_from=day, by=BY)
    counts = {row.code: row.commitments for row in board_rows(planning.office)}
    assert (counts["DC36"], counts["DC15"]) == (1, None)
    assert sum(line.count for line in commitments_by_state("DC36")) == 1
    assert by_space(money_cubes(["DC36", "DC15"])[0], Basis.PFMA) == before
    later(monkeypatch, 30)
    assert by_space(money_cubes(["DC36", "DC15"])[0], Basis.PFMA)["DC36"].indicative == before["DC36"].indicative / 4


def test_what_a_declined_party_left_unfunded_is_missing_on_the_board_as_in_the_ledger(planning):
    Pledge.objects.update(status="unfunded", acceptance="declined", answered_at=clock.now())
    ledger = rollup(Commitment.objects.all(), Level.SPACE)["DC36"]
    assert by_space(money_cubes(["DC36"])[0], Basis.PFMA)["DC36"].unfunded == ledger.unfunded > 0


def test_what_was_withdrawn_promises_nothing_on_the_board_and_in_the_ledger(planning):
    commitment = Commitment.objects.get()
    assert money_of("DC36").pledged > 0
    withdraw_commitment(commitment, by=BY, reason="The department has no budget for it.", revision=commitment.revision)
    client = planning.client(planning.hub36)
    assert money_cubes(["DC36"])[0] == {}
    ledger = "/spaces/DC36/commitments/"
    for path in (ledger, "/commitments/", f"{ledger}?novelty=new&novelty=existing"):
        page = client.get(path)
        assert (page.context["counted"], page.context["totals"]) == (1, []), path
    asked_for = client.get(f"{ledger}?state=withdrawn")
    assert [pledged for _basis, pledged, _missing in asked_for.context["totals"]] == [commitment.pledged]


@pytest.mark.parametrize("day", [date.min, date.max])
def test_a_slip_in_a_date_does_not_break_the_timeline(planning, day):
    Commitment.objects.update(start_on=min(day, clock.today()), finish_on=max(day, clock.today()))
    page = planning.client(planning.hub36).get("/spaces/DC36/timeline/")
    assert page.status_code == 200
    assert page.context["axis"].last_year <= clock.today().year + 100


def test_money_that_nobody_accepted_yet_is_not_told_as_if_somebody_had(planning):
    Pledge.objects.update(status="committed", evidence_reference="Contract 7")
    for path in ("/board/money/", "/provinces/LIM/"):
        page = planning.client(planning.office).get(path)
        assert page.context["money_total"].secured > 0
        assert "also where its party has not accepted the pledge yet" in page.content.decode()
