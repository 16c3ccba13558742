"""The pages at their doors: make, download, return, compare, choose, take in, refuse."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oneplan.commitments.actions import amend_commitment
from oneplan.commitments.models import Commitment
from oneplan.workbooks.models import Workbook, WorkbookReturn
from oneplan.workbooks.tests.conftest import comparison_of, load, read_all

HERE = "/spaces/DC36/workbooks/"


@pytest.fixture
def hub(waterberg):
    return waterberg.world.client(waterberg.world.hub36)


def upload(client, paper, capture):
    with paper.save().open("rb") as file, capture(execute=True):
        answer = client.post(HERE + "return/", {"file": file})
    assert answer.status_code == 302, answer.content.decode()
    return WorkbookReturn.objects.latest("pk"), answer["Location"]


def test_from_making_it_to_taking_it_in(waterberg, hub, django_capture_on_commit_callbacks):
    capture = django_capture_on_commit_callbacks
    page = hub.get(HERE).content.decode()
    assert "Make one of edition 1 (in progress)" in page
    with capture(execute=True):
        answer = hub.post(HERE, {"institution": "", "language": "en-za"})
    workbook = Workbook.objects.get()
    assert answer["Location"] == f"/workbooks/{workbook.pk}/"
    assert "Download" in hub.get(answer["Location"]).content.decode()
    answer = hub.get(f"/workbooks/{workbook.pk}/file/")
    assert answer["Content-Disposition"] == f'attachment; filename="oneplan-DC36-{workbook.name}.xlsx"'
    assert load(read_all(answer)).sheetnames[:3] == ["Read me", "Commitments", "Pledges"]

    paper = waterberg.paper(workbook)
    paper.put("commitments", waterberg.water.ref, title="Bulk water to <all>", state="Signed")
    paper.put("commitments", waterberg.clinic.ref, title="A bigger clinic")
    paper.add("outcomes", area="services", statement="Roads are passable.")
    row, address = upload(hub, paper, capture)
    page = hub.get(address).content.decode()
    assert "3 rows say something else than OnePlan" in page
    for words in ("A bigger clinic", "A clinic in Marapong", "Roads are passable.", "is for reading", "&lt;all&gt;"):
        assert words in page
    only = hub.get(address + "?standing=refused").content.decode()
    assert "is for reading" in only
    assert "A bigger clinic" not in only
    part = hub.get(address + "?sheet=outcomes", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "Roads are passable." in part

    found = comparison_of(row)
    new = next(each.key for each in found.rows if each.standing == "new")
    clinic = next(each.key for each in found.rows if each.id == waterberg.clinic.ref)
    choose = {"seal": found.seal, "shown": [each.key for each in found.rows], f"take:{clinic}": "yes", "act": "save"}
    assert hub.post(address + "decide/", choose)["Location"] == address
    row.refresh_from_db()
    hendrik = waterberg.world.hub36.user_id
    assert row.choices[new] == {"take": False, "by": hendrik}
    assert row.choices[clinic] == {"take": True, "by": hendrik}
    with capture(execute=True):
        hub.post(address + "decide/", {**choose, "act": "take"})
    page = hub.get(address).content.decode()
    assert "1 row was taken in, 2 left as they were." in page
    assert f'href="/commitments/{waterberg.clinic.ref}/"' in page
    assert Commitment.objects.get(pk=waterberg.clinic.pk).title == "A bigger clinic"
    assert Commitment.objects.get(pk=waterberg.water.pk).title == "Bulk water to Lephalale"


def test_a_stale_row_stands_side_by_side_and_each_field_is_chosen(waterberg, hub, django_capture_on_commit_callbacks):
    paper = waterberg.paper(waterberg.issue())
    paper.put("commitments", waterberg.water.ref, title="Theirs", unit="villages")
    water = Commitment.objects.get(pk=waterberg.water.pk)
    amend_commitment(water, revision=water.revision, title="Ours", reason="It was renamed.", by=waterberg.world.hub36)
    row, address = upload(hub, paper, django_capture_on_commit_callbacks)
    page = hub.get(address).content.decode()
    for words in ("As issued", "In the workbook", "In OnePlan now", "Bulk water to Lephalale", "Theirs", "Ours"):
        assert words in page
    [stale] = comparison_of(row).rows
    choose = {
        "seal": comparison_of(row).seal, "shown": stale.key, "act": "take", f"side:{stale.key}:title": "now",
        f"side:{stale.key}:unit": "theirs",
    }  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        hub.post(address + "decide/", choose)
    water.refresh_from_db()
    assert (water.title, water.unit) == ("Ours", "villages")


def test_what_was_not_shown_is_not_accepted(waterberg, hub, django_capture_on_commit_callbacks):
    paper = waterberg.paper(waterberg.issue())
    paper.put("commitments", waterberg.water.ref, title="Theirs")
    row, address = upload(hub, paper, django_capture_on_commit_callbacks)
    answer = hub.post(address + "decide/", {"seal": "an older one", "act": "take"})
    assert answer.status_code == 412
    assert "shown anew below" in answer.content.decode()
    row.refresh_from_db()
    assert row.state == "compared"


def test_a_file_that_is_refused_says_why(waterberg, hub, django_capture_on_commit_callbacks):
    answer = hub.post(HERE + "return/", {"file": io.BytesIO(b"%PDF-1.7 nothing")})
    assert answer.status_code == 422
    assert "This is not a table." in answer.content.decode()
    paper = waterberg.paper(waterberg.issue())
    paper.sheet("pledges").title = "Money"
    _row, address = upload(hub, paper, django_capture_on_commit_callbacks)
    assert "The sheet “Pledges” is missing" in hub.get(address).content.decode()
    assert hub.post(address + "decide/", {"act": "take"}).status_code == 409


def test_a_return_is_refused_with_a_reason_on_the_page(waterberg, hub, django_capture_on_commit_callbacks):
    paper = waterberg.paper(waterberg.issue())
    paper.put("commitments", waterberg.water.ref, title="Theirs")
    _row, address = upload(hub, paper, django_capture_on_commit_callbacks)
    assert hub.post(address + "refuse/", {"reason": ""}).status_code == 409
    assert hub.post(address + "refuse/", {"reason": "These are last year's figures."}).status_code == 302
    assert "These are last year" in hub.get(address).content.decode()


def test_report_and_annotated_workbook(waterberg, hub, django_capture_on_commit_callbacks):
    paper = waterberg.paper(waterberg.issue())
    paper.put("commitments", waterberg.water.ref, title="Theirs", state="Signed")
    _row, address = upload(hub, paper, django_capture_on_commit_callbacks)
    assert hub.get(address + "report.json").json()["rows"][0]["standing"] == "refused"
    book = load(read_all(hub.get(address + "annotated.xlsx")))
    assert "“State” is for reading" in book["Commitments"]["B2"].value
    assert book["OnePlan summary"]["B1"].value == Workbook.objects.get().name


def test_a_party_s_people_make_and_see_their_own(waterberg, django_capture_on_commit_callbacks):
    world = waterberg.world
    planner, rival = world.client(world.planner), world.client(world.ayanda)
    page = planner.get("/institutions/nat-dws/workbooks/").content.decode()
    assert "Waterberg" in page
    with django_capture_on_commit_callbacks(execute=True):
        answer = planner.post("/institutions/nat-dws/workbooks/", {"space": "DC36", "language": "en-za"})
    address = answer["Location"]
    assert planner.get(address).status_code == 200
    assert rival.get(address).status_code == 404
    assert rival.get("/institutions/nat-dws/workbooks/").status_code == 404
    assert rival.get(address + "file/").status_code == 404
    assert world.client(world.hub36).get(address).status_code == 200
    assert world.client(world.thandi).get(address).status_code == 404
    assert world.client(world.charlie).get(HERE).status_code == 404


def test_the_comparison_needs_a_number_of_queries_that_does_not_grow(
    waterberg, hub, django_capture_on_commit_callbacks
):
    from oneplan.commitments.tests.factories import propose

    counts = []
    for more in (1, 6):
        for number in range(more):
            propose("DC36", title=f"Project {more} {number}")
        paper = waterberg.paper(waterberg.issue())
        for line in paper.workbook.issued["sheets"]["commitments"]["rows"]:
            paper.put("commitments", line[0], title=f"{line[3][2]} anew", municipal_areas="LIM362")
        _row, address = upload(hub, paper, django_capture_on_commit_callbacks)
        with CaptureQueriesContext(connection) as queries:
            hub.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 30
