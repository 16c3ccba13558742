from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from oneplan.access.actors import actor_for
from oneplan.access.models import RoleAssignment
from oneplan.access.roles import Role
from oneplan.accounts.models import User
from oneplan.config.schedule import SCHEDULE
from oneplan.exchange import tasks
from oneplan.exchange.actions import sweep_abandoned
from oneplan.exchange.choices import RunState
from oneplan.exchange.kinds import get_kind, register
from oneplan.exchange.mapping import parse_spec
from oneplan.exchange.models import ImportRun, Mapping
from oneplan.exchange.tests.wells import STORED
from oneplan.periods import clock
from oneplan.platform.audit import history
from oneplan.platform.errors import NotAllowed

pytestmark = pytest.mark.django_db

TABLE = b"No,Title,Where,Price\n1,Dam,DC36,100\n2,Pipe,XX99,5\n3,=1+1,DC36,7\n"


@pytest.fixture(autouse=True)
def _at_once(settings, tmp_path):
    """Tasks run where they are enqueued; files wait in a folder of the test's own."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.MEDIA_ROOT = tmp_path / "documents"


def member(role: Role, scope: str) -> User:
    user = User.objects.create(email=f"{role}@{scope.replace(':', '-')}.example", name=f"{role} {scope}")
    RoleAssignment.objects.create(user=user, role=role, scope_key=scope, valid_from=clock.today())
    return user


@pytest.fixture
def manager():
    return member(Role.HUB_MANAGER, "space:DC36")


def hand_in(client: Client, name: str = "wells.csv", content: bytes = TABLE, **asked: str) -> Any:
    data = {"file": SimpleUploadedFile(name, content), "source": "Hub", "space": "DC36", **asked}
    return client.post(reverse("exchange:start_import", args=["wells"]), data)


MATCH = {"column_0": "key", "column_1": "name", "column_2": "place", "column_3": "cost", "name": "hub wells"}


def test_a_table_is_handed_in_matched_checked_and_stored(client, manager, django_capture_on_commit_callbacks):
    client.force_login(manager)
    answer = hand_in(client)
    run = ImportRun.objects.get(kind="wells")
    match = reverse("exchange:match_columns", args=[run.pk])
    assert answer.url == match
    page = client.get(match).content.decode()
    assert "Title" in page
    assert "Dam · Pipe" in page
    with django_capture_on_commit_callbacks(execute=True):
        client.post(match, MATCH)
    run.refresh_from_db()
    assert run.state == RunState.CHECKED
    assert not STORED
    page = client.get(reverse("exchange:run", args=[run.pk])).content.decode()
    assert "3 rows read: 1 accepted, 2 refused" in page
    assert "There is no place XX99" in page
    filtered = client.get(reverse("exchange:run", args=[run.pk]), {"kind": "formula"}).content.decode()
    assert "The cell holds a formula" in filtered
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("exchange:accept_import", args=[run.pk]))
    run.refresh_from_db()
    assert (run.state, list(STORED), run.staged) == (RunState.ACCEPTED, ["1"], "")
    assert run.document
    assert run.document.sha256 == run.file_sha256
    assert Mapping.objects.get(name="hub wells").columns["key"] == "No"
    assert client.get(reverse("exchange:report_json", args=[run.pk])).json()["rows_refused"] == 2
    back = b"".join(client.get(reverse("exchange:annotated", args=[run.pk])).streaming_content)
    assert back[:2] == b"PK"
    again = hand_in(client, using="mapping:hub wells")
    assert again.url == reverse("exchange:run", args=[ImportRun.objects.latest("id").pk])


def test_discarding_removes_the_file_and_what_was_found(client, manager, django_capture_on_commit_callbacks, settings):
    client.force_login(manager)
    hand_in(client)
    run = ImportRun.objects.get(kind="wells")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("exchange:match_columns", args=[run.pk]), MATCH)
    assert run.issues.exists()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("exchange:discard_import", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == RunState.DISCARDED
    assert not run.issues.exists()
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    refused = client.post(reverse("exchange:accept_import", args=[run.pk]))
    assert refused.status_code == 409


def test_a_hostile_file_is_refused_on_the_form(client, manager):
    client.force_login(manager)
    answer = hand_in(client, name="old.xls", content=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100)
    assert answer.status_code == 200
    assert "old Excel file" in answer.content.decode()
    assert not ImportRun.objects.filter(kind="wells").exists()


def test_a_hub_imports_only_for_its_own_space(client, manager):
    client.force_login(manager)
    answer = hand_in(client, space="DC15")
    assert "You may not do this here" in answer.content.decode()
    assert not ImportRun.objects.filter(kind="wells").exists()


def test_a_run_is_missing_for_whoever_may_not_see_it(client, manager):
    client.force_login(manager)
    hand_in(client)
    run = ImportRun.objects.get(kind="wells")
    address = reverse("exchange:run", args=[run.pk])
    for role, scope, status in (
        (Role.HUB_MANAGER, "space:DC15", 404),
        (Role.POLITICAL_COMMITTEE_MEMBER, "space:DC36", 404),
        (Role.ANALYST, "space:DC36", 200),
        (Role.AUDITOR, "national", 200),
    ):
        client.force_login(member(role, scope))
        assert client.get(address).status_code == status
        assert (run.file_name in client.get(reverse("exchange:runs")).content.decode()) == (status == 200)
    client.logout()
    assert client.get(address).status_code == 302


def test_a_task_that_runs_twice_stores_once(client, manager, django_capture_on_commit_callbacks):
    client.force_login(manager)
    hand_in(client)
    run = ImportRun.objects.get(kind="wells")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("exchange:match_columns", args=[run.pk]), MATCH)
        client.post(reverse("exchange:accept_import", args=[run.pk]))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("exchange:accept_import", args=[run.pk]))
    tasks.accept_run.func(run.pk, manager.pk)
    run.refresh_from_db()
    assert run.state == RunState.ACCEPTED
    assert run.rows_accepted == 1


def checked_with(client: Client, capture: Any, **changed: str) -> ImportRun:
    run = ImportRun.objects.latest("id")
    with capture(execute=True):
        answer = client.post(reverse("exchange:match_columns", args=[run.pk]), MATCH | changed)
    assert answer.status_code == 302, answer.context["form"].errors
    run.refresh_from_db()
    return run


def test_rows_are_left_out_and_values_translated_on_the_page(client, manager, django_capture_on_commit_callbacks):
    client.force_login(manager)
    hand_in(client)
    said = {
        "rule0-column": "Title", "rule0-test": "in", "rule0-words": "Pipe; Wall", "rule0-reason": "not a well",
        "rule1-column": "Price", "rule1-test": "blank", "rule1-reason": "no price",
    }  # fmt: skip
    run = checked_with(client, django_capture_on_commit_callbacks, **said)
    assert run.summary["rows_left_out"] == {"not a well": 1}
    assert run.mapping["leave_out"] == [
        {"reason": "not a well", "column": "Title", "in": ["Pipe", "Wall"]},
        {"reason": "no price", "column": "Price", "blank": True},
    ]
    page = client.get(reverse("exchange:match_columns", args=[run.pk]))
    assert "Pipe; Wall" in page.content.decode() and len(page.context["form"].leave_out) == 4
    run = checked_with(client, django_capture_on_commit_callbacks, **(said | {"rule0-column": ""}))
    assert [rule["reason"] for rule in run.mapping["leave_out"]] == ["no price"]


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"rule0-column": "Title", "rule0-test": "in", "rule0-words": "Pipe"}, "reason"),
        ({"rule0-column": "Title", "rule0-test": "equals", "rule0-reason": "not a well"}, "words"),
    ],
)
def test_half_a_rule_says_what_is_missing(client, manager, changed, where):
    client.force_login(manager)
    hand_in(client)
    run = ImportRun.objects.latest("id")
    answer = client.post(reverse("exchange:match_columns", args=[run.pk]), MATCH | changed)
    assert answer.status_code == 422 and where in answer.context["form"].leave_out[0].errors


YAML = """
kind: wells
columns: {key: "No", name: Title, place: Where, cost: Price}
values:
  place: {Waterberg: DC36}
leave_out:
  - {reason: old, column: Title, before: 2023-04-01}
"""


def hand_in_mapping(client: Client, run: ImportRun, text: str) -> Any:
    file = SimpleUploadedFile("mapping.yaml", text.encode())
    return client.post(reverse("exchange:mapping_file", args=[run.pk]), {"mapping": file})


def test_a_mapping_is_handed_in_as_yaml_and_taken_away_again(client, manager):
    client.force_login(manager)
    hand_in(client)
    run = ImportRun.objects.latest("id")
    assert hand_in_mapping(client, run, YAML).url == reverse("exchange:match_columns", args=[run.pk])
    run.refresh_from_db()
    assert run.state == RunState.RECEIVED
    page = client.get(reverse("exchange:match_columns", args=[run.pk]))
    text = page.content.decode()
    assert "Waterberg = DC36" in text and "2023-04-01" in text
    back = client.get(reverse("exchange:mapping_file", args=[run.pk]))
    assert "attachment" in back["Content-Disposition"]
    again = parse_spec(back.content.decode(), get_kind("wells"), "mapping.yaml")
    assert again.values == {"place": {"Waterberg": "DC36"}} and again.leave_out[0]["before"] == "2023-04-01"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("columns: [", "cannot be read"), ("kind: houses\ncolumns: {}", "it is for houses"),
        ("columns: {nothing: No}", "no target"), ("columns: {key: No}", "names a column"),
        ("columns: {key: Nr}\nvalues: {place: DC36}", "are a table"), ("a: &a [x]\nb: *a", "references"),
        ("!!python/object/apply:os.system [ls]", "cannot be read"),
    ],
)  # fmt: skip
def test_a_mapping_that_does_not_hold_is_refused_with_what_is_wrong(client, manager, text, sentence):
    client.force_login(manager)
    hand_in(client)
    run = ImportRun.objects.latest("id")
    answer = hand_in_mapping(client, run, text)
    assert answer.status_code == 422 and sentence in answer.content.decode()
    run.refresh_from_db()
    assert run.mapping == {}


def test_another_space_neither_sees_nor_changes_the_mapping(client, manager):
    client.force_login(manager)
    hand_in(client)
    run = ImportRun.objects.latest("id")
    client.force_login(member(Role.HUB_MANAGER, "space:DC15"))
    assert hand_in_mapping(client, run, YAML).status_code == 404
    assert client.get(reverse("exchange:mapping_file", args=[run.pk])).status_code == 404


def test_a_layout_in_which_a_column_feeds_two_targets_keeps_both(client, manager, django_capture_on_commit_callbacks):
    client.force_login(manager)
    hand_in(client)
    run = ImportRun.objects.latest("id")
    hand_in_mapping(client, run, "columns: {key: 'No', name: 'No', place: Where, cost: Price}")
    page = client.get(reverse("exchange:match_columns", args=[run.pk])).content.decode()
    assert "and also:" in page
    run = checked_with(client, django_capture_on_commit_callbacks, column_1="")
    assert run.mapping["columns"] == {"key": "No", "place": "Where", "cost": "Price", "name": "No"}


def test_a_file_in_a_shipped_layout_comes_with_all_of_it_filled_in(
    client, manager, tmp_path, django_capture_on_commit_callbacks
):
    (tmp_path / "board.yaml").write_text(
        "source: The board of wells\ncolumns: {key: 'No', name: Title, cost: Price}\n"
        "constants: {state: open}\nmultiply: {cost: 1000}\n"
    )
    (tmp_path / "other.yaml").write_text("columns: {key: 'No', name: Title, place: Elsewhere}\n")
    register(replace(get_kind("wells"), layouts=tmp_path))
    client.force_login(manager)
    hand_in(client)
    run = ImportRun.objects.latest("id")
    page = client.get(reverse("exchange:match_columns", args=[run.pk])).content.decode()
    assert "The board of wells" in page
    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            reverse("exchange:match_columns", args=[run.pk]),
            {"column_0": "key", "column_1": "name", "column_3": "cost", "constant_state": "open"},
        )
    run.refresh_from_db()
    assert run.mapping["multiply"] == {"cost": 1000}
    assert "place" not in run.mapping["columns"]


def test_files_that_nobody_took_up_for_two_weeks_are_swept_by_the_schedule(
    client, manager, settings, django_capture_on_commit_callbacks
):
    client.force_login(manager)
    hand_in(client)
    old = ImportRun.objects.latest("id")
    hand_in(client, name="new.csv")
    new = ImportRun.objects.latest("id")
    ImportRun.objects.filter(pk=old.pk).update(retrieved_at=clock.now() - timedelta(days=15))
    (act,) = [each for each in SCHEDULE if each.name == "forget abandoned files"]
    with django_capture_on_commit_callbacks(execute=True):
        act.run()
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, old.staged, new.state) == (RunState.DISCARDED, "", RunState.RECEIVED)
    assert len([path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]) == 1
    assert "two weeks" in history(old)[0].reason
    act.run()
    with pytest.raises(NotAllowed):
        sweep_abandoned(before=clock.now() + timedelta(days=1), by=actor_for(member(Role.ANALYST, "national")))
