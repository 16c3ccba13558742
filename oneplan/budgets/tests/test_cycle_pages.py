"""The page of the cycle, its feed, and the line on every page."""

import re
from datetime import date, timedelta

import pytest
import vobject
from django.test import Client

from oneplan.budgets import cycle_words
from oneplan.budgets.cycle import Scope, between
from oneplan.institutions.choices import Sphere
from oneplan.periods import clock
from tests.world import World

PAGE, FEED = "/budgets/cycle/", "/budgets/cycle.ics"
TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode().replace("\u00a0", " ")


def events(client: Client, address: str = FEED) -> list[vobject.base.Component]:
    answer = client.get(address)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return list(vobject.readOne(answer.content.decode()).vevent_list)


# --- the page ---------------------------------------------------------------------------------------------------------


def test_anybody_sees_where_both_cycles_are_and_what_is_due(client, db):
    page = text_of(client, PAGE)
    assert "<b>National and provincial:</b> Adjusted estimates of national expenditure, November 2026" in page
    assert "<b>Municipal:</b> Audit of municipalities done, 30 November 2026 (in 8 days)" in page
    assert "closes in 8 days" in page
    assert "section 71(1)" in page
    assert "14 December 2026" in page  # the next monthly statement, past the holiday of the month


def test_the_page_asks_the_database_for_amended_days_alone(client, db, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get(PAGE)


def test_everything_drawn_stands_in_the_tables(client, db):
    page = text_of(client, PAGE)
    drawn = re.findall(r"<text x=[^>]*>([^<]+)</text></g>", page[page.index("cycle-svg") : page.index("</svg></div>")])
    rows = re.findall(r'<tr id="[^"]+"[^>]*><th scope="row" class="words">([^<]+)<', page)
    assert len(drawn) > 40
    assert sorted(drawn) == sorted(rows)


def test_a_date_that_nobody_verified_says_so_and_where_it_is_from(client, db):
    page = text_of(client, PAGE)
    row = page[page.index('id="mtef_submissions-2028"') :].partition("</tr>")[0]
    assert "Unverified" in row
    assert "General knowledge" in row
    other = page[page.index('id="draft_budget-2027"') :].partition("</tr>")[0]
    assert "Verified" in other
    assert "docest.com" in other


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("?sphere=local", "Draft budget and IDP tabled", "MTEF budget submissions"),
        ("?sphere=national", "MTEF budget submissions", "Draft budget and IDP tabled"),
        ("?verified=on", "Draft budget and IDP tabled", "Annual reports tabled"),
        ("?yearly=on", "Mayor&#x27;s quarterly report", "Monthly budget statement"),
    ],
)
def test_the_address_narrows_the_page_and_the_feed_it_offers(client, db, query, shown, hidden):
    page = text_of(client, PAGE + query)
    content = page[page.index('class="content"') :]
    assert shown in content
    assert hidden not in content
    assert f'href="webcal://testserver{FEED}{query}"' in page


def test_a_filter_that_makes_no_sense_is_no_filter(client, db):
    assert "MTEF budget submissions" in text_of(client, f"{PAGE}?sphere=moon")
    assert len(events(client, f"{FEED}?sphere=moon")) == len(events(client))


def test_the_table_can_be_taken_along(client, db):
    lines = b"".join(client.get(f"{PAGE}?format=csv&sphere=local").streaming_content).decode().splitlines()
    assert lines[0].startswith("\ufeffcode,title,basis,spheres,financial_year,opens_on,due_on")
    assert any(
        line.startswith("draft_budget,Draft budget and IDP tabled,MFMA,local,2027/28,2027-03-31") for line in lines
    )
    assert not any(line.startswith("mtef_") for line in lines)


# --- the feed ---------------------------------------------------------------------------------------------------------


def test_another_reader_finds_in_the_feed_what_the_calendar_holds(client, db):
    found = {str(each.uid.value): each for each in events(client)}
    expected = between(date(2026, 8, 1), date(2028, 11, 1))
    assert set(found) == {f"{each.key}@budget-cycle.oneplan" for each in expected}
    for each in expected:
        event = found[f"{each.key}@budget-cycle.oneplan"]
        assert event.dtstart.value == each.opens_on
        assert event.dtend.value == each.due_on + timedelta(days=1)
        assert event.transp.value == "TRANSPARENT"
        assert each.duty.title in event.summary.value
        assert event.summary.value.startswith("[date not verified]") != each.is_verified
        assert ("Verified" in event.categories.value) == each.is_verified
        assert each.duty.owed_by in event.description.value


def test_the_feed_is_written_as_the_standard_says(client, db):
    body = client.get(FEED).content
    lines = body.split(b"\r\n")
    assert body.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert max(len(line) for line in lines) <= 75
    assert [line for line in lines if line.startswith((b"VERSION", b"PRODID", b"METHOD"))] == [
        b"VERSION:2.0", b"PRODID:-//OnePlan//Budget cycle//EN", b"METHOD:PUBLISH",
    ]  # fmt: skip
    assert body.count(b"DTSTAMP:") == body.count(b"BEGIN:VEVENT") == body.count(b"END:VEVENT")


def test_the_same_thing_keeps_its_name_a_month_later(client, db, monkeypatch):
    before = {event.uid.value: event.serialize() for event in events(client)}
    monkeypatch.setattr(clock, "today", lambda: TODAY + timedelta(days=30))
    after = {event.uid.value: event.serialize() for event in events(client)}
    both = before.keys() & after.keys()
    assert len(both) > 180
    assert all(before[uid] == after[uid] for uid in both)
    assert before.keys() - after.keys()  # the oldest month has gone


@pytest.mark.parametrize(
    ("query", "scope"),
    [
        ("?sphere=local", Scope(Sphere.LOCAL)),
        ("?verified=on", Scope(is_verified_only=True)),
        ("?sphere=provincial&yearly=on", Scope(Sphere.PROVINCIAL, is_without_months=True)),
    ],
)
def test_the_feed_is_filtered_by_its_address(client, db, query, scope):
    expected = between(date(2026, 8, 1), date(2028, 11, 1), scope)
    assert len(events(client, FEED + query)) == len(expected) < len(events(client))


def test_a_feed_that_has_not_changed_is_not_sent_again(client, db):
    first = client.get(FEED)
    again = client.get(FEED, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(f"{FEED}?sphere=local", headers={"If-None-Match": first["ETag"]})
    assert other.status_code == 200


# --- the line on every page -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["/board/", "/spaces/DC15/", "/commitments/", "/spaces/DC15/commitments/", "/board/money/"]
)
def test_a_page_says_where_in_the_cycle_we_are(world: World, address: str) -> None:
    page = text_of(world.client(world.thandi), address)
    line = page[page.index('class="ribbon') :].partition("</p>")[0]
    assert f'href="{PAGE}"' in line
    assert "Adjusted estimates of national expenditure, November 2026 and 2 others" in line
    assert line.count("date not verified") == 1
    assert "Audit of municipalities done, 30 November 2026" in line


def test_a_space_says_so_to_the_public_too(client, db):
    assert 'class="ribbon' in text_of(client, "/spaces/DC15/")


def test_the_line_is_worked_out_once_a_day(monkeypatch):
    day = date(2031, 5, 17)
    told = cycle_words.places(day)
    monkeypatch.setattr(cycle_words, "open_on", None)
    assert cycle_words.places(day) is told
    with pytest.raises(TypeError):
        cycle_words.places(day + timedelta(days=1))
