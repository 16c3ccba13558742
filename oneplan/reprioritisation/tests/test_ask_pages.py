"""Asks through the pages: drafted, routed, answered, in bulk too; who sees nothing of them before a tabling."""

import io
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest

from oneplan.commitments.tests.factories import propose
from oneplan.periods import clock
from oneplan.reprioritisation.choices import AskState
from oneplan.reprioritisation.models import Ask
from oneplan.reprioritisation.tests.asks import IN_WINDOW, WHY, draft, routed
from tests.world import World

pytestmark = pytest.mark.django_db
REASON = "It fits the baseline of the programme."


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture(autouse=True)
def in_window() -> Any:
    with clock.pretending(IN_WINDOW):
        yield


def test_an_ask_is_drafted_routed_and_answered_by_the_pages(world: World):
    hub, officer = world.client(world.hub36), world.client(world.sipho)
    commitment = propose("DC36", "nat-dws")
    page = text_of(hub.get(f"/asks/new/?commitment={commitment.ref}"))
    assert "When each instrument is open" in page
    made = hub.post(f"/asks/new/?commitment={commitment.ref}", {
        "space": "DC36", "institution": "nat-dws", "year": "2027", "amount": "R50 000 000,00",
        "instrument": "mtef_submission", "motivation": WHY,
    })  # fmt: skip
    assert made.status_code == 302, text_of(made)
    ask = Ask.objects.get()
    home = f"/asks/{ask.ref}/"
    assert officer.get(home).status_code == 404
    confirm = text_of(hub.get(f"{home}route/"))
    assert "days left" in confirm
    assert hub.post(f"{home}route/", {"revision": ask.revision}).status_code == 302
    ask.refresh_from_db()
    assert "until a budget is tabled" in text_of(officer.get(home))
    given: dict[str, Any] = {"revision": ask.revision, "code": "agreed_in_part", "reason": REASON}
    assert officer.post(f"{home}answer/", given).status_code == 422
    assert officer.post(f"{home}answer/", given | {"amount": "20 000 000"}).status_code == 302
    card = text_of(hub.get(home))
    assert REASON in card and "This answer is not money" in card
    ask.refresh_from_db()
    moved = officer.post(f"{home}move/", {
        "revision": ask.revision, "to": "in_submission", "on": "2026-07-01",
        "source": "Submission of the vote, page 4.",
    })  # fmt: skip
    assert moved.status_code == 302, text_of(moved)
    assert "Submission of the vote, page 4." in text_of(hub.get(home))


def test_a_closed_window_says_why_and_keeps_the_draft(world: World):
    ask = draft(world)
    with clock.pretending(datetime(2027, 1, 15, 10, tzinfo=UTC)):
        hub = world.client(world.hub36)
        assert "is not open today" in text_of(hub.get(f"/asks/{ask.ref}/route/"))
        refused = hub.post(f"/asks/{ask.ref}/route/", {"revision": ask.revision})
        assert refused.status_code == 409
    ask.refresh_from_db()
    assert ask.state == AskState.DRAFT


def test_only_who_may_sees_a_button_or_answers(world: World):
    ask = routed(world)
    assert world.client(world.hub36).get(f"/asks/{ask.ref}/answer/").status_code == 403
    assert world.client(world.planner).post(f"/asks/{ask.ref}/answer/", {}).status_code == 403
    assert world.client(world.sipho).get(f"/asks/{ask.ref}/route/").status_code == 403


@pytest.mark.parametrize("who", ["thandi", "office", "analyst", "auditor", "admin", "charlie", "ayanda", "coordinator"])
def test_nobody_else_sees_an_ask_before_a_tabling_and_everybody_after(world: World, who):
    ask = routed(world)
    client = world.client(getattr(world, who))
    assert client.get(f"/asks/{ask.ref}/").status_code == 404
    for page in ("/asks/", f"/search/?q={ask.ref}", "/spaces/DC36/", "/board/"):
        assert f"/asks/{ask.ref}" not in text_of(client.get(page, follow=True)), page
    told = b"".join(client.get("/asks/list.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert ask.ref not in told
    Ask.objects.update(public_from=date(2026, 7, 1))
    assert client.get(f"/asks/{ask.ref}/").status_code == 200


def test_the_public_reads_a_tabled_ask_alone(world: World, client):
    ask = routed(world)
    assert client.get(f"/asks/{ask.ref}/").status_code == 404
    assert ask.ref not in text_of(client.get("/asks/"))
    Ask.objects.update(public_from=date(2026, 7, 2))
    assert client.get(f"/asks/{ask.ref}/").status_code == 404
    Ask.objects.update(public_from=date(2026, 7, 1))
    page = text_of(client.get(f"/asks/{ask.ref}/"))
    assert WHY in page and "Open to everybody since" in page and 'id="history"' not in page


def _fields(rows: list[dict[str, Any]]) -> dict[str, Any]:
    told: dict[str, Any] = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": len(rows)}
    return told | {f"form-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}


def test_several_are_answered_at_once_or_none(world: World):
    asks = [routed(world), routed(world)]
    officer = world.client(world.sipho)
    rows = [{"ref": a.ref, "revision": a.revision, "code": "agreed", "reason": REASON} for a in asks]
    bad = [rows[0], rows[1] | {"reason": "no"}]
    refused = officer.post("/asks/answers/", _fields(bad))
    assert refused.status_code == 409 and asks[1].ref in text_of(refused)
    assert not Ask.objects.filter(state=AskState.ANSWERED).exists()
    assert officer.post("/asks/answers/", _fields(rows)).status_code == 302
    assert Ask.objects.filter(state=AskState.ANSWERED).count() == 2
    assert world.client(world.hub36).get("/asks/answers/").status_code == 403


def test_a_workbook_of_answers_is_shown_before_anything_is_answered(world: World):
    ask = routed(world)
    officer = world.client(world.sipho)
    book = openpyxl.load_workbook(io.BytesIO(officer.get("/asks/answers/workbook/").content))
    sheet = book["Answers"]
    assert sheet.protection.sheet and sheet["A2"].value == ask.ref and not sheet["J2"].protection.locked
    assert officer.post("/asks/answers/return/", {"file": io.BytesIO(b"no workbook")}).status_code == 409
    sheet["J2"], sheet["K2"], sheet["M2"] = "agreed_in_part", 1234567.89, REASON
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    out.name = "answers.xlsx"
    shown = officer.post("/asks/answers/return/", {"file": out})
    page = text_of(shown)
    assert shown.status_code == 200 and REASON in page and "1234567.89" in page
    assert not Ask.objects.filter(state=AskState.ANSWERED).exists()


def test_what_waits_stands_in_the_inbox_and_on_the_pages_of_commitment_and_space(world: World):
    ask = routed(world)
    officer, hub = world.client(world.sipho), world.client(world.hub36)
    assert ask.ref in text_of(officer.get("/inbox/"))
    assert ask.ref in text_of(officer.get("/asks/?tab=waiting"))
    assert ask.ref in text_of(hub.get("/asks/?tab=ours&state=routed&sort=amount"))
    assert ask.ref in text_of(hub.get(f"/commitments/{ask.commitment.ref}/"))
    assert ask.ref in text_of(hub.get("/spaces/DC36/"))
