"""The public plan: from the sealed bundle alone, verifiable by anybody, and never a word of a draft."""

import json
from decimal import Decimal
from io import BytesIO

from django.db import connection
from django.test.utils import CaptureQueriesContext

from oneplan.joint_planning.exports import bundle
from oneplan.joint_planning.tests import factories
from oneplan.plans.actions import record_finding
from oneplan.portal.reading import change_of, read
from oneplan.portal.tests.conftest import adopt

SECRET = "A draft finding that nobody outside may read yet"


def file_of(content: bytes, name: str = "bundle.json") -> BytesIO:
    file = BytesIO(content)
    file.name = name
    return file


def test_anybody_reads_the_adopted_plan_in_plain_words(adopted):
    client = adopted.world.client(adopted.world.public)
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/plans/DC36/").content.decode()
    assert len(queries) <= 15
    assert "Bulk water to the eastern villages" in page
    assert "from 31\u00a0% (2022) to 55\u00a0%" in page
    assert adopted.adoption.content_hash in page
    assert "Department of Water and Sanitation" in page


def test_each_promise_has_a_page_with_its_parties_and_its_money_by_year(adopted):
    client = adopted.world.client(adopted.world.public)
    ref = adopted.ref
    address = f"/plans/DC36/editions/1/promises/{ref}/"
    assert address in client.get("/plans/DC36/").content.decode()
    page = client.get(address).content.decode()
    assert "Bulk water to the eastern villages" in page
    assert "R12\u00a0000\u00a0000,00" in page
    assert "Director-General" in page
    assert client.get("/plans/DC36/editions/1/promises/DC36-C-9999/").status_code == 404
    assert client.get(f"/plans/DC36/editions/2/promises/{ref}/").status_code == 404


def test_signatories_are_named_once_with_the_number_of_their_promises(adopted):
    page = read(json.loads(bundle(adopted.adoption))["content"])
    [promise] = page.promises
    assert [(each.institution, each.count) for each in page.signatories] == sorted(
        (party.name, 1) for party in promise.parties
    )


def test_the_plan_the_home_and_the_list_name_it_after_adoption_and_not_before(world):
    client = world.client(world.public)
    assert client.get("/plans/DC36/").status_code == 404
    assert "No plan is adopted here yet" in client.get("/").content.decode()
    adopt(world)
    assert "Waterberg" in client.get("/plans/").content.decode()
    assert client.get("/plans/DC36/").status_code == 200


def test_a_later_draft_leaks_into_no_public_page(adopted):
    world = adopted.world
    edition = factories.edition_of(world.dc36, by=world.hub36)
    record_finding(edition, area="people", statement=SECRET, whole_space=True, by=world.hub36)
    for who in (world.public, world.charlie):
        client = world.client(who)
        for path in (
            "/",
            "/plans/DC36/",
            "/plans/DC36/editions/1/",
            "/plans/DC36/bundle.json",
            "/spaces/DC36/",
            "/search/?q=draft",
        ):
            response = client.get(path)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            assert SECRET not in body.decode(), path
    assert SECRET in world.client(world.hub36).get("/spaces/DC36/").content.decode()


def test_an_unchanged_plan_is_not_sent_twice_to_the_public(adopted):
    client = adopted.world.client(adopted.world.public)
    first = client.get("/plans/DC36/")
    again = client.get("/plans/DC36/", HTTP_IF_NONE_MATCH=first["ETag"])
    assert again.status_code == 304
    assert "ETag" not in adopted.world.client(adopted.world.charlie).get("/plans/DC36/")


def test_the_download_is_the_sealed_file_byte_for_byte(adopted):
    response = adopted.world.client(adopted.world.public).get("/plans/DC36/bundle.json")
    assert b"".join(response.streaming_content) == bundle(adopted.adoption)
    assert response["X-Content-Type-Options"] == "nosniff"


def test_the_verification_page_accepts_the_file_as_it_was_sealed(adopted):
    client = adopted.world.client(adopted.world.public)
    page = client.post("/verify/", {"file": file_of(bundle(adopted.adoption))}).content.decode()
    assert "Genuine and unchanged" in page
    assert "edition 1 of Waterberg" in page


def test_one_changed_byte_fails(adopted):
    sealed = bundle(adopted.adoption)
    client = adopted.world.client(adopted.world.public)
    for position in (200, len(sealed) // 2, len(sealed) - 20):
        changed = sealed[:position] + bytes([sealed[position] ^ 1]) + sealed[position + 1 :]
        page = client.post("/verify/", {"file": file_of(changed)}).content.decode()
        assert "Not genuine, or changed" in page
        assert "Genuine and unchanged" not in page


def test_a_hash_names_its_edition_and_a_wrong_one_names_none(adopted):
    client = adopted.world.client(adopted.world.public)
    for fingerprint in (adopted.adoption.content_hash, adopted.adoption.copy.sha256):
        assert "edition 1 of Waterberg" in client.post("/verify/", {"fingerprint": fingerprint}).content.decode()
    assert "No adopted plan here has this hash" in client.post("/verify/", {"fingerprint": "0" * 64}).content.decode()
    assert client.post("/verify/", {"fingerprint": "too short"}).status_code == 422
    assert client.post("/verify/", {}).status_code == 422


def test_the_keys_page_shows_the_fingerprint_that_sealed(adopted):
    assert adopted.adoption.key_id in adopted.world.client(adopted.world.public).get("/verify/keys/").content.decode()


def test_a_page_says_no_more_than_the_content(adopted):
    content = json.loads(bundle(adopted.adoption))["content"]
    page = read(content)
    assert [area.code for area in page.areas][:1] == ["people"]
    [promise] = page.promises
    assert promise.state == "signed"
    assert promise.pledged == Decimal("12000000.00")
    assert all(party.state == "signed" for party in promise.parties)
    content["standing"][0]["parties"][0] |= {"signature": None, "acceptance": "asked"}
    content["standing"][0]["state"] = "proposed"
    [unsigned] = read(content).promises
    assert (unsigned.state, unsigned.parties[0].state) == ("proposed", "asked")


def test_a_change_without_a_baseline_is_unknown_and_not_zero():
    change = change_of({"unit": "%", "baseline": {"value": None}, "target": {"value": "55", "year": 2035}})
    assert not change.is_drawable
    assert change.baseline_words == "unknown"
