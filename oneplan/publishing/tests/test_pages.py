"""The pages and files at their doors: who gets what, with which tag, and never a word of a draft."""

import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oneplan.joint_planning.exports import bundle
from oneplan.publishing.actions import ask_rendition, begin_rendition, fail_rendition, note_progress
from oneplan.publishing.making import make
from oneplan.publishing.models import Rendition
from oneplan.publishing.tests.conftest import SECRET

ADOPTED = "/plans/DC36/editions/1/downloads/"
DRAFT = "/spaces/DC36/plan/2/downloads/"


@pytest.fixture
def public(published):
    return published.world.client(published.world.public)


def read(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def made(edition, form, by):
    rendition, _new = ask_rendition(edition, form, by=by)
    make(rendition.pk)
    return Rendition.objects.get(pk=rendition.pk)


def test_anybody_finds_the_forms_of_an_adopted_plan(public):
    with CaptureQueriesContext(connection) as queries:
        page = public.get("/plans/DC36/downloads/").content.decode()
    assert len(queries) <= 15
    for words in ("PDF, for reading and printing", "Word, for editing", "Excel, for counting", "Download JSON"):
        assert words in page
    assert page.count("Make it<") == 3
    assert public.get("/plans/DC15/downloads/").status_code == 404
    assert public.get("/plans/DC36/editions/2/downloads/").status_code == 404


def test_a_form_is_asked_for_made_and_downloaded(public, django_capture_on_commit_callbacks):
    assert public.get(ADOPTED + "xlsx/")["Location"] == ADOPTED
    with django_capture_on_commit_callbacks(execute=True):
        assert public.post(ADOPTED + "xlsx/ask/")["Location"] == ADOPTED
    assert "Download XLSX" in public.get(ADOPTED).content.decode()
    answer = public.get(ADOPTED + "xlsx/")
    assert answer["Content-Disposition"] == 'attachment; filename="one-plan-DC36-edition-1.xlsx"'
    assert openpyxl.load_workbook(io.BytesIO(read(answer))).sheetnames[0] == "Read me"
    rendition = Rendition.objects.get()
    assert answer["ETag"] == f'"{rendition.sha256}"'
    assert "public" in answer["Cache-Control"]
    again = public.get(ADOPTED + "xlsx/", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_json_is_the_sealed_file_byte_for_byte(public, published):
    answer = public.get(ADOPTED + "json/", follow=True)
    assert read(answer) == bundle(published.adoption)
    assert public.post(ADOPTED + "json/ask/").status_code == 409


def test_progress_is_told_until_it_is_over(public, published):
    rendition, _new = ask_rendition(published.edition, "docx", by=published.world.public)
    begin_rendition(rendition.pk)
    note_progress(rendition.pk, 40, "Strategies")
    page = public.get(ADOPTED).content.decode()
    assert "Strategies" in page
    assert 'value="40"' in page
    assert "Reload to see how far it is" in page
    part = public.get(ADOPTED + "docx/progress/")
    assert "hx-get" in part.content.decode()
    fail_rendition(rendition, "The paper ran out.")
    assert public.get(ADOPTED + "docx/progress/")["HX-Refresh"] == "true"
    page = public.get(ADOPTED).content.decode()
    assert "The paper ran out." in page
    assert "Try again" in page
    refused = public.post(ADOPTED + "docx/ask/")
    assert refused.status_code == 409
    assert "five minutes" in refused.content.decode()


def test_a_draft_is_for_its_readers_and_each_file_for_one(published, django_capture_on_commit_callbacks):
    world, edition = published.world, published.next_edition()
    hub, other = world.client(world.hub36), world.client(world.coordinator)
    with django_capture_on_commit_callbacks(execute=True):
        hub.post(DRAFT + "json/ask/")
    answer = hub.get(DRAFT + "json/")
    assert SECRET in read(answer).decode()
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"] == 'attachment; filename="one-plan-DC36-edition-2-draft.json"'
    assert "Make it again from the words of now" in hub.get(DRAFT).content.decode()
    assert other.get(DRAFT).status_code == 200
    assert other.get(DRAFT + "json/")["Location"] == DRAFT, "it was not made for them"
    assert edition.number == 2


def test_a_draft_reaches_no_stranger(published):
    world, edition = published.world, published.next_edition()
    made(edition, "json", world.hub36)
    made(published.edition, "xlsx", world.hub36)
    for who in (world.public, world.charlie, world.thandi):
        client = world.client(who)
        for path in ("", "json/", "json/progress/"):
            assert client.get(DRAFT + path).status_code in (302, 404)
        assert client.post(DRAFT + "json/ask/").status_code in (302, 404)
        assert client.get("/plans/DC36/editions/2/downloads/json/").status_code == 404
        assert client.post("/plans/DC36/editions/2/downloads/pdf/ask/").status_code == 404
        for path in ("/plans/DC36/downloads/", ADOPTED, ADOPTED + "xlsx/"):
            assert SECRET.encode() not in read(client.get(path)), path


def test_of_an_adopted_edition_its_readers_are_sent_to_the_public_page(published):
    client = published.world.client(published.world.hub36)
    assert client.get("/spaces/DC36/plan/1/downloads/")["Location"] == ADOPTED


def test_the_pages_lead_to_the_forms(published):
    world = published.world
    published.next_edition()
    hub, public = world.client(world.hub36), world.client(world.public)
    assert f'href="{ADOPTED}"' in public.get("/plans/DC36/").content.decode()
    assert f'href="{DRAFT}"' in hub.get("/spaces/DC36/plan/2/").content.decode()
    space = hub.get("/spaces/DC36/").content.decode()
    assert 'href="/spaces/DC36/brief.pdf"' in space
    assert 'href="/spaces/DC36/meeting-brief.pdf"' in space
    assert "meeting-brief" not in public.get("/spaces/DC36/").content.decode()


def test_strangers_share_one_brief_and_readers_have_their_own(published, monkeypatch):
    world, drawn = published.world, []

    def brief(actor, space):
        drawn.append((actor.name, space.pk))
        return b"%PDF-"

    monkeypatch.setattr("oneplan.publishing.briefs.district_brief", brief)
    monkeypatch.setattr("oneplan.publishing.briefs.meeting_brief", brief)
    for who in (world.public, world.charlie, world.public, world.hub36, world.hub36):
        answer = world.client(who).get("/spaces/DC36/brief.pdf")
        assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "private, no-store")
    assert [name for name, _code in drawn] == ["The public", "Hendrik", "Hendrik"]
    monkeypatch.setattr("oneplan.publishing.making.brief_version", lambda: "later")
    world.client(world.public).get("/spaces/DC36/brief.pdf")
    assert [name for name, _code in drawn] == ["The public", "Hendrik", "Hendrik", "The public"]
    assert world.client(world.hub36).get("/spaces/DC36/meeting-brief.pdf").content == b"%PDF-"
    assert world.client(world.charlie).get("/spaces/DC36/meeting-brief.pdf").status_code == 404
    assert world.client(world.public).get("/spaces/DC36/meeting-brief.pdf").status_code == 302
