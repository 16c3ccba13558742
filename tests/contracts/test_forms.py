"""Forms of a plan and one-page briefs through the interface: asked for, followed, downloaded, by whom the pages let."""

import hashlib
import io
import json
from datetime import timedelta

import openpyxl
import pytest

from oneplan.joint_planning.exports import bundle
from oneplan.periods import clock
from oneplan.publishing.actions import ask_rendition, begin_rendition, fail_rendition, note_progress
from oneplan.publishing.models import Rendition
from oneplan.publishing.tests.conftest import SECRET, data_folder, kept_published, published
from tests.contracts.calling import ROOT, Caller, content_of, token_for
from tests.contracts.test_api import problem

# Fixtures: Waterberg's first edition is sealed, its second is being written.
__all__ = ["data_folder", "kept_published", "published"]
ADOPTED, DRAFT = "/plans/DC36/editions/1/forms", "/plans/DC36/editions/2/forms"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def public():
    return Caller()


@pytest.fixture
def hub(published):
    published.next_edition()
    return Caller(token_for(published.world.hub36))


@pytest.fixture
def capture(django_capture_on_commit_callbacks):
    """What the worker would do afterwards, done at the end of the block."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def states(caller, address):
    return {each["form"]: each["state"] for each in caller.get(address).json()["items"]}


def test_of_an_adopted_plan_anybody_has_a_form_made_once_for_all(hub, public, capture):
    assert states(public, ADOPTED) == {
        "pdf": "not_asked", "docx": "not_asked", "xlsx": "not_asked", "json": "ready",
    }  # fmt: skip
    assert "Ask for it first" in problem(public.get(f"{ADOPTED}/xlsx/file"), 409)["detail"]
    with capture():
        asked = public.send("POST", f"{ADOPTED}/xlsx")
    assert asked.status_code == 202 and asked["Location"] == f"{ROOT}{ADOPTED}/xlsx"
    assert asked.json()["state"] == "asked" and asked.json()["file"] is None
    told = public.get(f"{ADOPTED}/xlsx").json()
    assert told["state"] == "ready" and told["progress"] == 100 and told["can_be_asked"] is False
    again = hub.send("POST", f"{ADOPTED}/xlsx")
    assert again.status_code == 200 and again.json() == told
    assert Rendition.objects.count() == 1

    file = public.get(told["file"]["href"].removeprefix(ROOT), accept=EXCEL)
    content = content_of(file)
    assert file["Content-Type"] == EXCEL and file["ETag"] == f'"{told["file"]["sha256"]}"'
    assert hashlib.sha256(content).hexdigest() == told["file"]["sha256"] and len(content) == told["file"]["size"]
    assert file["Cache-Control"].startswith("public") and "Authorization" in file["Vary"]
    assert hub.get(f"{ADOPTED}/xlsx/file")["Cache-Control"].startswith("private")
    assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames[0] == "Read me"
    held = public.get(f"{ADOPTED}/xlsx/file", **{"if-none-match": file["ETag"]})
    assert held.status_code == 304 and held.content == b""


def test_the_json_of_an_adopted_plan_is_its_sealed_file(public, published):
    answer = public.get(f"{ADOPTED}/json/file")
    assert content_of(answer) == bundle(published.adoption)
    assert "not made again" in problem(public.send("POST", f"{ADOPTED}/json"), 409)["detail"]


def test_how_far_it_is_and_why_it_failed_is_told(public, published):
    rendition, _new = ask_rendition(published.edition, "docx", by=published.world.public)
    begin_rendition(rendition.pk)
    note_progress(rendition.pk, 40, "Strategies")
    told = public.get(f"{ADOPTED}/docx").json()
    assert (told["state"], told["progress"], told["message"]) == ("making", 40, "Strategies")
    assert "still being made" in problem(public.get(f"{ADOPTED}/docx/file"), 409)["detail"]
    assert public.send("POST", f"{ADOPTED}/docx").status_code == 202
    fail_rendition(rendition, "The paper ran out.")
    told = public.get(f"{ADOPTED}/docx").json()
    assert (told["state"], told["message"], told["can_be_asked"]) == ("failed", "The paper ran out.", True)
    assert "The paper ran out." in problem(public.get(f"{ADOPTED}/docx/file"), 409)["detail"]
    assert "five minutes" in problem(public.send("POST", f"{ADOPTED}/docx"), 409)["detail"]
    reader = Caller(token_for(published.world.hub36))
    assert reader.send("POST", f"{ADOPTED}/docx").status_code == 202, "a known person may try at once"


def test_a_draft_is_made_for_one_reader_from_the_words_of_now(hub, published, capture):
    with capture():
        asked = hub.send("POST", f"{DRAFT}/json")
    assert asked.status_code == 202 and asked.json()["is_draft"] is True
    told = hub.get(f"{DRAFT}/json").json()
    assert told["state"] == "ready" and told["can_be_asked"] is True and told["expires_at"]
    answer = hub.get(f"{DRAFT}/json/file")
    content = content_of(answer)
    assert SECRET in content.decode() and json.loads(content)["format"]
    assert answer["Cache-Control"] == "private, no-cache"
    assert answer["Content-Disposition"] == 'attachment; filename="one-plan-DC36-edition-2-draft.json"'
    held = hub.get(f"{DRAFT}/json/file", **{"if-none-match": answer["ETag"]})
    assert held.status_code == 304 and held.content == b""
    coordinator = Caller(token_for(published.world.coordinator))
    assert states(coordinator, DRAFT)["json"] == "not_asked", "it was not made for them"
    problem(coordinator.get(f"{DRAFT}/json/file"), 409)
    Rendition.objects.update(expires_at=clock.now() - timedelta(minutes=1))
    assert states(hub, DRAFT)["json"] == "not_asked"
    problem(hub.get(f"{DRAFT}/json/file"), 409)


def test_a_draft_reaches_no_stranger(hub, published, capture):
    world = published.world
    with capture():
        hub.send("POST", f"{DRAFT}/json")
        hub.send("POST", f"{ADOPTED}/xlsx")
    for caller in (Caller(), *(Caller(token_for(each)) for each in (world.charlie, world.thandi))):
        for path in (DRAFT, f"{DRAFT}/json", f"{DRAFT}/json/file"):
            problem(caller.get(path), 404)
        problem(caller.send("POST", f"{DRAFT}/json"), 404)
        assert SECRET.encode() not in content_of(caller.get(f"{ADOPTED}/xlsx/file"))


def test_a_token_that_only_reads_downloads_but_has_nothing_made(hub, published, capture):
    reading = Caller(token_for(published.world.hub36, may_write=False))
    problem(reading.send("POST", f"{DRAFT}/json"), 403)
    with capture():
        hub.send("POST", f"{DRAFT}/json")
    assert SECRET in content_of(reading.get(f"{DRAFT}/json/file")).decode()


@pytest.mark.parametrize("path", [f"{ADOPTED}/odt", "/plans/DC36/editions/9/forms", "/plans/DC15/editions/1/forms"])
def test_a_form_or_an_edition_that_is_none_is_nothing(hub, path):
    problem(hub.get(path), 404)


# --- briefs ----------------------------------------------------------------------------------------------------------


def test_the_district_brief_tells_each_what_they_may_know(hub, public, published):
    for caller, cache in ((public, "public"), (hub, "private")):
        answer = caller.get("/spaces/DC36/brief", accept="application/pdf")
        assert answer.status_code == 200 and answer.content.startswith(b"%PDF"), answer.content
        assert answer["Content-Type"] == "application/pdf" and answer["Cache-Control"].startswith(cache)
        assert caller.get("/spaces/DC36/brief", **{"if-none-match": answer["ETag"]}).status_code == 304
    assert public.get("/spaces/DC36/brief")["ETag"] != hub.get("/spaces/DC36/brief")["ETag"]
    charlie = Caller(token_for(published.world.charlie))
    assert public.get("/spaces/DC36/brief")["ETag"] == charlie.get("/spaces/DC36/brief")["ETag"]
    problem(public.get("/spaces/XX99/brief"), 404)


def test_the_meeting_brief_is_for_readers_of_the_drafts(hub, public, published):
    answer = hub.get("/spaces/DC36/meeting-brief")
    assert answer.content.startswith(b"%PDF") and answer["Cache-Control"].startswith("private")
    assert f"meeting-brief-dc36-{clock.today()}.pdf" in answer["Content-Disposition"]
    assert hub.get("/spaces/DC36/meeting-brief", **{"if-none-match": answer["ETag"]}).status_code == 304
    problem(public.get("/spaces/DC36/meeting-brief"), 401)
    problem(Caller(token_for(published.world.thandi)).get("/spaces/DC36/meeting-brief"), 404)
