"""The pages: list, institution, handover, delegation, champions."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from oneplan.access.actors import system
from oneplan.accounts.models import User
from oneplan.institutions.actions import fill_post
from oneplan.institutions.models import Champion, Delegation, Holding, Post
from oneplan.institutions.queries import signing_post

pytestmark = pytest.mark.django_db


def signed_in(actor) -> Client:
    client = Client()
    client.force_login(actor.user)
    return client


def test_the_list_is_public_filters_and_gives_the_same_rows_as_csv(client):
    page = client.get("/institutions/", {"q": "health", "province": "LIM"})
    assert page.status_code == 200
    assert "Limpopo Department of Health" in page.content.decode()
    assert "KwaZulu-Natal" not in page.content.decode().split("<tbody>")[1]
    lines = b"".join(client.get("/institutions/", {"q": "health", "province": "LIM", "format": "csv"})).decode()
    assert len(lines.strip().splitlines()) == 2 and "lim-health" in lines
    assert "No institution fits" in client.get("/institutions/", {"q": "zzzz"}).content.decode()
    assert "Science" in client.get("/institutions/", {"q": "Science and Technology"}).content.decode()


def test_an_institution_shows_its_posts_source_and_names_and_no_person_to_the_public(world, client):
    assert world.sipho
    text = client.get("/institutions/nat-dws/").content.decode()
    assert "Director-General" in text and "vulekamali" in text and "Sipho" not in text
    assert "Sipho" in signed_in(world.planner).get("/institutions/nat-dws/").content.decode()
    assert "Nobody has checked" in client.get("/institutions/soe-eskom/").content.decode()
    assert client.get("/institutions/nothing/").status_code == 404


def test_the_page_of_the_institution_with_most_posts_asks_few_queries(world, django_assert_max_num_queries):
    client = signed_in(world.office)
    with django_assert_max_num_queries(15):
        assert client.get("/institutions/nat-cogta/").status_code == 200


def test_a_handover_on_the_page(world):
    post = signing_post(world.health)
    assert post is not None
    user = User.objects.create_user("new@example.org", "a long enough password", name="Newcomer")
    assert world.ayanda
    post.refresh_from_db()
    client = signed_in(world.office)
    address = f"/posts/{post.code}/fill/"
    assert "Ayanda" in client.get(address).content.decode()
    form = {"email": user.email, "capacity": "holder", "valid_from": "2026-11-04", "revision": post.revision}
    assert client.post(address, form | {"email": "none@example.org"}).status_code == 422
    stale = client.post(address, form | {"revision": 99})
    assert stale.status_code == 412
    assert f'name="revision" value="{post.revision}"' in stale.content.decode()
    assert client.post(address, form).status_code == 302
    assert Holding.objects.get(post=post, valid_to=None).person_name == "Newcomer"
    text = client.get(f"/posts/{post.code}/").content.decode()
    assert "Ayanda" in text and "Newcomer" in text
    assert client.post(f"/posts/{post.code}/holdings/9/vacate/", {}).status_code == 404
    assert client.post(f"/posts/{post.code}/holdings/2/vacate/", {"on": "2026-12-01"}).status_code == 422
    gone = {"on": "2026-12-01", "reason": "resigned"}
    assert client.post(f"/posts/{post.code}/holdings/2/vacate/", gone).status_code == 302
    assert client.post(f"/posts/{post.code}/holdings/2/vacate/", gone).status_code == 409


def test_who_may_not_fill_or_delegate(world, client):
    post = signing_post(world.health)
    assert post is not None
    for action in ("fill", "delegate"):
        assert client.get(f"/posts/{post.code}/{action}/").status_code == 302
        assert signed_in(world.charlie).get(f"/posts/{post.code}/{action}/").status_code == 403
    assert client.get(f"/posts/{post.code}/").status_code == 302
    assert signed_in(world.coordinator).get(f"/posts/{post.code}/delegate/").status_code == 403


def test_a_delegation_on_the_page_needs_its_instrument(world):
    client, post = signed_in(world.ayanda), signing_post(world.health)
    assert post is not None
    to_post = Post.objects.get(code="lim-health.ddm-coordinator")
    form = {
        "to_post": to_post.pk, "powers": ["sign"], "reference": "LDoH 1", "valid_from": "2026-01-01",
        "valid_to": "2030-01-01",
    }  # fmt: skip
    address = f"/posts/{post.code}/delegate/"
    assert client.get(address).status_code == 200
    assert client.post(address, form).status_code == 422
    paper = SimpleUploadedFile("paper.pdf", b"%PDF signed", content_type="application/pdf")
    assert client.post(address, form | {"instrument": paper}).status_code == 302
    assert Delegation.objects.get().instrument.name == "paper.pdf"
    to_post.refresh_from_db()
    fill_post(
        to_post, person_name="Tumelo", valid_from=date(2026, 1, 1), valid_to=date(2030, 1, 1), capacity="acting",
        revision=to_post.revision, by=system("tests"),
    )  # fmt: skip
    page = " ".join(client.get("/institutions/lim-health/").content.decode().split())
    assert "DDM coordinator (chief planner) (Tumelo): accept pledges and sign for the institution. LDoH 1" in page
    assert 'Tumelo <span class="muted">(Acting)</span>' in page and "until" in page
    assert client.post(f"/posts/{post.code}/delegations/1/end/").status_code == 302
    assert client.post(f"/posts/{post.code}/delegations/1/end/").status_code == 409
    assert client.post(f"/posts/{post.code}/delegations/7/end/").status_code == 404


def test_champions_on_the_page(world):
    client = signed_in(world.hub36)
    form = {"level": "national", "institution": "Education", "person_name": "A Minister", "valid_from": "2025-01-01"}
    asked = client.post("/spaces/DC36/champions/", form)
    assert asked.status_code == 422 and "Which one is meant" in asked.content.decode()
    assert client.post("/spaces/DC36/champions/", form | {"institution": "salga"}).status_code == 409
    assert client.post("/spaces/DC36/champions/", form | {"institution": "nat-dbe"}).status_code == 302
    assert "A Minister" in client.get("/spaces/DC36/champions/").content.decode()
    assert client.post("/spaces/DC36/champions/1/retire/").status_code == 302
    assert Champion.objects.get().valid_to is not None
    assert client.post("/spaces/DC36/champions/5/retire/").status_code == 404
    assert signed_in(world.charlie).post("/spaces/DC36/champions/", form).status_code == 403
    assert client.get("/spaces/XX/champions/").status_code == 404


def test_a_minister_an_mec_and_a_mayor_show_on_the_page_of_their_institution(world):
    client = signed_in(world.planner)
    for code, name in (("nat-dws.minister", "Pemmy"), ("fs-cogta.mec", "Saki"), ("mun-dc36.executive-mayor", "Irene")):
        post = Post.objects.get(code=code)
        fill_post(post, person_name=name, valid_from=date(2026, 1, 1), revision=post.revision, by=system("tests"))
        page = client.get(f"/institutions/{post.institution_id}/").content.decode()
        assert post.title in page and name in page
        assert name not in Client().get(f"/institutions/{post.institution_id}/").content.decode()
