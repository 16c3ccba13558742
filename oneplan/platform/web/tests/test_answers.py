from decimal import Decimal

import pytest
from django import forms
from django.http import HttpResponse, StreamingHttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from oneplan.platform.web.lists import chips, paginate, sorting
from oneplan.platform.web.navigation import doors_for
from oneplan.platform.web.responses import csv_response, harmless, render_page_or_part
from oneplan.platform.web.views import broken


def text_of(response: StreamingHttpResponse) -> str:
    return b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "  =1+1", "＝1"])
def test_a_cell_that_would_run_is_made_text(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize(
    ("cell", "written"),
    [("-5,20", "-5,20"), ("+27", "+27"), (Decimal("-1234.50"), "-1234.50"), (-3, "-3"), (None, ""), (True, "yes")],
)
def test_numbers_stay_numbers(cell: object, written: str) -> None:
    assert harmless(cell) == written


@given(st.text())
def test_no_text_at_all_starts_a_formula(cell: str) -> None:
    written = harmless(cell)
    assert not written.lstrip(" \u00a0").startswith(("=", "@", "\t", "\r")) and written.endswith(cell)


def test_a_csv_carries_its_rows_and_a_safe_name() -> None:
    response = csv_response([["Ref", "Amount"], ["C-1", Decimal("12.50")], ['say "hi"', None]], "../C 36;\r\nX: y.csv")
    assert response["Content-Disposition"] == 'attachment; filename="c-36-x-y.csv"'
    assert text_of(response) == 'Ref,Amount\r\nC-1,12.50\r\n"say ""hi""",\r\n'


def test_only_allowed_orders_are_used() -> None:
    allowed = {"ref": "ref", "due": ("due_on", "-amount")}
    asked = sorting(RequestFactory().get("/?sort=-due"), allowed, "ref")
    assert asked.order_by == ("-due_on", "amount", "pk")
    refused = sorting(RequestFactory().get("/?sort=user__password"), allowed, "ref")
    assert (refused.asked, refused.order_by) == ("ref", ("ref", "pk"))


@pytest.mark.parametrize(("asked", "number"), [("2", 2), ("99", 3), ("x", 1), ("-1", 3)])
def test_a_page_that_is_not_there_becomes_the_nearest(asked: str, number: int) -> None:
    assert paginate(RequestFactory().get(f"/?page={asked}"), range(25), 10).number == number


class Filter(forms.Form):
    q = forms.CharField(required=False)
    state = forms.MultipleChoiceField(required=False, choices=[("signed", "Signed"), ("agreed", "Agreed")])


def test_chips_name_the_filters_in_use_and_how_to_drop_them() -> None:
    request = RequestFactory().get("/ledger/?q=water&state=signed&state=agreed&page=3")
    found = chips(request, Filter(request.GET))
    assert [(chip["label"], chip["shown"]) for chip in found] == [
        ("Q", "water"),
        ("State", "Signed"),
        ("State", "Agreed"),
    ]
    assert found[1]["href"] == "/ledger/?q=water&state=agreed"


def test_a_filter_that_is_refused_is_no_chip() -> None:
    request = RequestFactory().get("/?state=invented")
    assert chips(request, Filter(request.GET)) == []


def test_htmx_gets_the_part_and_everybody_else_the_page() -> None:
    def answer(**headers: str) -> HttpResponse:
        request = RequestFactory().get("/", headers=headers)
        return render_page_or_part(request, "web/_empty.html", "web/_suggestions.html", {"what": "Whole", "q": "part"})

    assert b"Whole" in answer().content
    assert b"part" in answer(**{"HX-Request": "true"}).content
    assert b"Whole" in answer(**{"HX-Request": "true", "HX-Boosted": "true"}).content
    assert "HX-Request" in answer()["Vary"]


@pytest.mark.django_db
def test_the_style_guide_shows_everything_to_everybody(client: Client) -> None:
    response = client.get("/style/")
    assert response.status_code == 200 and response["X-Request-ID"]
    assert b"Skip to content" in response.content and b"Invented for demonstration" in response.content


@pytest.mark.django_db
def test_a_missing_page_is_told_in_plain_words_with_its_number(client: Client) -> None:
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert response["X-Request-ID"].encode() in response.content
    assert b"There is nothing here that you can see" in response.content


def test_when_we_break_the_page_needs_no_database() -> None:
    response = broken(RequestFactory().get("/"))
    assert response.status_code == 500 and b"Something broke on our side" in response.content


@pytest.mark.parametrize("status", [409, 412, 413])
def test_a_refusal_shows_its_sentence(status: int) -> None:
    assert "Only once." in render_to_string(f"{status}.html", {"sentence": "Only once."})


@pytest.mark.django_db
def test_sign_in_wears_the_house_look(client: Client) -> None:
    content = client.get("/account/login/").content.decode()
    assert "Accounts are by invitation" in content and 'class="form-control"' in content


def test_no_door_leads_nowhere() -> None:
    assert all(door["path"] for door in doors_for(None, "/"))
