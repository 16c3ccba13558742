"""A budget handed in on a page, the pages of releases, and withdrawing one."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from oneplan.access.actions import grant_role
from oneplan.access.actors import system
from oneplan.access.roles import Role
from oneplan.accounts.models import User
from oneplan.budgets.actions import build_warehouse
from oneplan.budgets.choices import ReleaseState
from oneplan.budgets.models import BudgetRelease
from oneplan.budgets.shelf import shelf
from oneplan.budgets.tests.files import raw, write_csv
from oneplan.exchange.choices import RunState
from oneplan.exchange.models import ImportRun
from oneplan.platform.models import LogEntry
from tests.world import LONG_AGO

pytestmark = pytest.mark.django_db
LAYOUT = "municipal-income-expenditure"
GOOD = ("BUF", "2020ORGB", "1110", "2000", "1500.10")


@pytest.fixture(autouse=True)
def _at_once(settings, home):
    """Tasks run where they are enqueued; everything is in folders of the test's own."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def keeper():
    user = User.objects.create_user("keeper@example.org", "a long enough password", name="Keeper")
    grant_role(user, Role.BUDGET_KEEPER, "national", by=system("tests"), valid_from=LONG_AGO)
    return user


def hand_in(client, path, **asked):
    data = {"file": SimpleUploadedFile(path.name, path.read_bytes()), "as_at": "2021-03-31", **asked}
    return client.post(reverse("exchange:start_import", args=["budget"]), data)


def page(client, name, *args):
    answer = client.get(reverse(f"budgets:{name}", args=args))
    return answer.content.decode() if answer.status_code == 200 else answer.status_code


def test_a_keeper_hands_a_budget_in_sees_what_would_happen_and_has_it_served(
    client, keeper, tmp_path, django_capture_on_commit_callbacks
):
    client.force_login(keeper)
    with django_capture_on_commit_callbacks(execute=True):
        answer = hand_in(
            client, raw(tmp_path, GOOD, ("BUF", "2020ORGB", "1110", "2001", 7)), using=f"layout:{LAYOUT}",
            detail_standing="government",
        )  # fmt: skip
    run = ImportRun.objects.get()
    assert answer.url == reverse("exchange:run", args=[run.pk])
    assert (run.state, BudgetRelease.objects.count(), shelf.current()) == (RunState.CHECKED, 0, None)
    shown = client.get(answer.url).content.decode()
    assert "2 rows read: 1 accepted, 1 refused" in shown
    assert "Code that its chart does not know" in shown
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("exchange:accept_import", args=[run.pk]))
    release = BudgetRelease.objects.get()
    assert (release.run_id, release.standing, release.ref) == (run.pk, "government", "BR-0001")
    current = shelf.current()
    assert current
    assert current.facts["releases"] == ["BR-0001"]
    assert [(row.row, row.cells["INCEXP_CDE"]) for row in run.quarantined.all()] == [(3, "2001")]
    back = b"".join(client.get(reverse("exchange:annotated", args=[run.pk])).streaming_content)
    assert back[:2] == b"PK"


def test_the_layout_is_recognised_on_the_page_where_columns_are_matched(
    client, keeper, tmp_path, django_capture_on_commit_callbacks
):
    client.force_login(keeper)
    answer = hand_in(client, raw(tmp_path, GOOD))
    run = ImportRun.objects.get()
    assert answer.url == reverse("exchange:match_columns", args=[run.pk])
    shown = client.get(answer.url).content.decode()
    assert (
        "The columns are those of a known source: National Treasury, Municipal Money, income and expenditure" in shown
    )
    match = {"column_0": "institution", "column_1": "period_code", "column_2": "function", "column_3": "item",
             "column_4": "amounts"}  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        client.post(answer.url, match)
    run.refresh_from_db()
    assert (run.state, run.rows_accepted) == (RunState.CHECKED, 1)


def test_a_table_of_any_kind_is_matched_and_its_mapping_remembered(
    client, keeper, tmp_path, django_capture_on_commit_callbacks
):
    client.force_login(keeper)
    path = write_csv(
        tmp_path / "any.csv", ("Who", "Year", "Sort", "Rand"), [("Water and Sanitation", "2024/25", "actual", 5)]
    )
    asked = {"detail_year_end": "March", "detail_dataset": "other"}
    answer = hand_in(client, path, **asked)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(answer.url, {"column_0": "institution", "column_1": "year", "column_2": "amount_type",
                                 "column_3": "amounts", "name": "a treasury's table"})  # fmt: skip
    run = ImportRun.objects.get()
    assert (run.state, run.rows_accepted) == (RunState.CHECKED, 1)
    with django_capture_on_commit_callbacks(execute=True):
        hand_in(client, path, using="mapping:a treasury's table", **asked)
    assert ImportRun.objects.latest("id").rows_accepted == 1


def test_whoever_may_not_import_budgets_finds_no_page_for_it(client, world, tmp_path):
    client.force_login(User.objects.get(pk=world.thandi.user_id))
    assert hand_in(client, raw(tmp_path, GOOD)).status_code == 404


def test_a_release_shows_how_it_reconciles_with_its_source(client, take, tmp_path):
    take(raw(tmp_path, GOOD, ("BUF", "2020ORGB", "1110", "2001", 7)), LAYOUT, source="A treasury", licence="Open")
    assert "Waits for the next build" in page(client, "release", "BR-0001")
    build_warehouse(by=system("tests"))
    shown = page(client, "release", "BR-0001")
    assert "Agrees with its source to the cent" in shown
    assert "A treasury" in shown
    for amount in ("1\u202f507,10", "1\u202f500,10", "7,00"):
        assert amount in shown.replace("\u00a0", "\u202f"), amount
    assert "BR-0001" in page(client, "releases")


def test_what_stays_inside_government_is_shown_to_who_may_read_budgets(client, take, tmp_path, world, keeper):
    take(raw(tmp_path, GOOD), LAYOUT, details={"standing": "government"})
    assert page(client, "release", "BR-0001") == 404
    assert "BR-0001" not in page(client, "releases")
    client.force_login(User.objects.get(pk=world.thandi.user_id))
    assert page(client, "release", "BR-0001") == 404
    client.force_login(keeper)
    assert "Inside government" in page(client, "release", "BR-0001")


def test_a_release_is_withdrawn_with_a_reason_and_what_it_replaced_stands_again(
    client, take, tmp_path, keeper, django_capture_on_commit_callbacks
):
    take(raw(tmp_path, GOOD), LAYOUT)
    take(raw(tmp_path, (*GOOD[:4], 9)), LAYOUT)
    client.force_login(keeper)
    address = reverse("budgets:withdraw_release", args=["BR-0002"])
    assert client.post(address, {"revision": 1, "reason": ""}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(address, {"revision": 1, "reason": "The wrong file"}).status_code == 302
    release = BudgetRelease.objects.get(ref="BR-0002")
    assert release.state == ReleaseState.WITHDRAWN
    assert LogEntry.objects.get(event="budget.withdrawn").reason == "The wrong file"
    current = shelf.current()
    assert current
    assert current.facts["releases"] == ["BR-0001"]
    assert client.post(address, {"revision": 1, "reason": "Again"}).status_code == 412
    assert client.post(address, {"revision": 2, "reason": "Again"}).status_code == 409
    assert "The wrong file" in page(client, "release", "BR-0002")


def test_withdrawing_is_for_keepers(client, take, tmp_path, world):
    take(raw(tmp_path, GOOD), LAYOUT)
    client.force_login(User.objects.get(pk=world.thandi.user_id))
    assert (
        client.post(reverse("budgets:withdraw_release", args=["BR-0001"]), {"revision": 1, "reason": "x"}).status_code
        == 403
    )


def test_storing_that_fails_leaves_no_record_and_no_release(take, tmp_path, kept, monkeypatch):
    from oneplan.exchange import actions

    def fail(*_args, **_kwargs):
        raise OSError("the disk is full")

    monkeypatch.setattr(actions, "keep", fail)
    with pytest.raises(OSError, match="disk is full"):
        take(raw(tmp_path, GOOD), LAYOUT)
    assert (kept(), BudgetRelease.objects.count(), ImportRun.objects.count()) == ([], 0, 0)
