import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from benchmarks import _irm_workbooks as workbooks
from oneplan.exchange.choices import RunState
from oneplan.exchange.models import ImportRun
from oneplan.projects.models import Project, Submission
from oneplan.projects.tests.conftest import irm_row


@pytest.fixture(autouse=True)
def _at_once(settings, tmp_path):
    """Tasks run where they are enqueued; files wait in a folder of the test's own."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.MEDIA_ROOT = tmp_path / "documents"


def handed_in(client, actor, **asked):
    client.force_login(actor.user)
    text = io.StringIO()
    csv.writer(text).writerows([workbooks.HEADER, irm_row()["cells"], irm_row(2, c8=0, c9=0)["cells"]])
    data = {"file": SimpleUploadedFile("irm.csv", text.getvalue().encode()), "as_at": "2023-06-30", **asked}
    return client.post(reverse("exchange:start_import", args=["irm"]), data)


def test_a_workbook_of_a_province_is_taken_in_on_pages(client, world, boundaries, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = handed_in(client, world.office, using="layout:irm", source="")
    run = ImportRun.objects.get(kind="irm")
    assert answer.url == reverse("exchange:run", args=[run.pk])
    assert run.state == RunState.CHECKED
    assert run.source == "Infrastructure Reporting Model, National Treasury"
    page = client.get(answer.url).content.decode()
    assert "2 rows read: 2 accepted" in page
    assert "A coordinate is 0" in page
    assert not Project.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("exchange:accept_import", args=[run.pk]))
    assert Project.objects.count() == 2
    assert Submission.objects.get().run == run
    assert client.get(reverse("exchange:annotated", args=[run.pk])).status_code == 200


def test_the_match_page_comes_filled_in_from_the_layout(client, world, boundaries):
    answer = handed_in(client, world.office, source="Limpopo")
    page = client.get(answer.url).content.decode()
    assert answer.url.endswith("/match/") or "columns" in answer.url
    assert "Project Contractor (3)" in page
    assert "irm" in page


def test_the_page_offers_a_province_to_who_holds_one(client, world, boundaries, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = handed_in(client, world.coordinator, using="layout:irm", province="lim")
    run = ImportRun.objects.get()
    assert (run.state, run.province_code, run.rows_accepted) == (RunState.CHECKED, "LIM", 2)
    assert "<dt>Province</dt><dd>LIM</dd>" in client.get(answer.url).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("exchange:accept_import", args=[run.pk]))
    assert Project.objects.count() == 2
    asked = client.get(reverse("exchange:start_import", args=["irm"])).content.decode()
    assert 'name="province" value="LIM"' in asked


def test_who_holds_a_space_is_not_asked_for_a_province_and_cannot_name_one(client, world, boundaries):
    answer = handed_in(client, world.hub36, using="layout:irm", space="DC36")
    assert answer.status_code == 302
    client.force_login(world.hub36.user)
    assert 'name="province"' not in client.get(reverse("exchange:start_import", args=["irm"])).content.decode()
    assert handed_in(client, world.other_coordinator, using="layout:irm", province="LIM").status_code == 403


def test_who_may_not_import_projects_sees_no_such_page(client, world, db):
    assert handed_in(client, world.planner, source="x").status_code == 404
    assert not ImportRun.objects.exists()
