"""Keeping the register on its pages: registering, correcting, renaming, other names, merging and its undoing, posts."""

import pytest

from oneplan.institutions.models import Institution, InstitutionMerger, Post
from oneplan.institutions.queries import resolve
from oneplan.platform.audit import history

pytestmark = pytest.mark.django_db

ENTRY = {
    "code": "lim-test-board", "name": "Limpopo Test Board", "kind": "public_entity", "sphere": "provincial",
    "province": "LIM", "source": "Provincial Gazette 1", "as_at": "2026-01-01", "reason": "Founded this year.",
}  # fmt: skip
ACTS = ("correct", "rename", "names", "merge", "posts")


def correction(row, **changed):
    return {
        "short_name": row.short_name, "sphere": row.sphere, "kind": row.kind, "province": row.province_id or "",
        "space": row.space_id or "", "municipality_code": row.municipality_code, "source": row.source,
        "as_at": row.as_at.isoformat(), "reason": "Checked against the gazette.", "revision": row.revision, **changed,
    }  # fmt: skip


def test_the_programme_office_registers_an_institution_from_the_list(world):
    client = world.client(world.office)
    assert "/institutions/register/" in client.get("/institutions/").content.decode()
    assert client.get("/institutions/register/").status_code == 200
    made = client.post("/institutions/register/", ENTRY)
    assert made.status_code == 302 and made["Location"] == "/institutions/lim-test-board/"
    row = Institution.objects.get(code="lim-test-board")
    assert row.province_id == "LIM" and row.posts.exists() and not row.is_verified
    assert history(row)[0].reason == "Founded this year."


def test_a_code_is_never_given_twice_and_the_field_says_so(world):
    answer = world.client(world.office).post("/institutions/register/", ENTRY | {"code": "NAT-DWS"})
    assert answer.status_code == 422
    assert "never reused" in str(answer.context["form"].errors["code"])
    assert (
        "reason"
        in world.client(world.office).post("/institutions/register/", ENTRY | {"reason": ""}).context["form"].errors
    )


def test_who_may_not_keep_the_register_sees_no_door_and_is_refused(world, client):
    for actor in (world.coordinator, world.hub36, world.charlie, world.ayanda):
        theirs = world.client(actor)
        assert "/institutions/register/" not in theirs.get("/institutions/").content.decode()
        assert theirs.post("/institutions/register/", ENTRY).status_code == 403
        assert "/institutions/nat-dws/rename/" not in theirs.get("/institutions/nat-dws/").content.decode()
        for act in ACTS:
            assert theirs.post(f"/institutions/nat-dws/{act}/", {}).status_code == 403
    assert client.get("/institutions/register/").status_code == 302
    assert not Institution.objects.filter(code="lim-test-board").exists()


def test_correcting_keeps_what_it_said_before_and_shows_what_another_stored_meanwhile(world):
    client, row = world.client(world.office), Institution.objects.get(code="soe-eskom")
    assert client.get("/institutions/soe-eskom/correct/").status_code == 200
    good = correction(row, source="Eskom Conversion Act 13 of 2001", is_verified="on")
    assert client.post("/institutions/soe-eskom/correct/", good).status_code == 302
    row.refresh_from_db()
    assert row.is_verified and row.source.startswith("Eskom Conversion")
    late = client.post("/institutions/soe-eskom/correct/", good | {"source": "Another source"})
    text = late.content.decode()
    assert late.status_code == 412 and "Eskom Conversion Act" in text and "Another source" in text
    assert f'name="revision" value="{row.revision}"' in text
    wrong = correction(row, valid_from="2026-01-01", valid_to="2025-01-01")
    refused = client.post("/institutions/soe-eskom/correct/", wrong)
    assert refused.status_code == 422 and "valid_to" in refused.context["form"].errors


def test_a_rename_is_dated_and_the_old_name_still_finds_it(world):
    client, row = world.client(world.office), Institution.objects.get(code="nat-dws")
    form = {
        "name": "Department of Water", "short_name": "DW", "valid_from": "2026-10-01", "source": "Proclamation 1",
        "reason": "Reorganisation of the executive.", "revision": row.revision,
    }  # fmt: skip
    same = client.post("/institutions/nat-dws/rename/", form | {"name": row.name})
    assert same.status_code == 422 and "name" in same.context["form"].errors
    assert client.post("/institutions/nat-dws/rename/", form).status_code == 302
    text = client.get("/institutions/nat-dws/").content.decode()
    assert "Department of Water" in text and row.name in text
    found = resolve(row.name).institution
    assert found is not None and found.code == "nat-dws"
    row.refresh_from_db()
    early = client.post(
        "/institutions/nat-dws/rename/", form | {"name": "Water", "valid_from": "2026-09-01", "revision": row.revision}
    )
    assert early.status_code == 422 and "valid_from" in early.context["form"].errors


def test_another_name_is_added_once(world):
    client = world.client(world.office)
    form = {"alias": "Waterboard of the Nation", "source": "An old plan", "reason": "Seen in a file."}
    assert client.post("/institutions/nat-dws/names/", form).status_code == 302
    assert resolve("Waterboard of the Nation").institution == Institution.objects.get(code="nat-dws")
    again = client.post("/institutions/nat-dws/names/", form)
    assert again.status_code == 422 and "alias" in again.context["form"].errors


def test_two_institutions_are_merged_and_the_merger_is_undone(world):
    client, row = world.client(world.office), Institution.objects.get(code="soe-eskom")
    address = "/institutions/soe-eskom/merge/"
    form = {
        "into": "nat-dws", "on": "2026-11-01", "reason": "By proclamation.", "confirm": "soe-eskom",
        "revision": row.revision,
    }  # fmt: skip
    assert "can be undone" in client.get(address).content.decode()
    for field, value in (("confirm", "eskom"), ("into", "soe-eskom"), ("into", "zzzzqqq"), ("reason", "")):
        refused = client.post(address, form | {field: value})
        assert refused.status_code == 422 and field in refused.context["form"].errors
    assert client.post(address, form)["Location"] == "/institutions/nat-dws/"
    assert resolve(row.name).institution == Institution.objects.get(code="nat-dws")
    assert "/institutions/nat-dws/mergers/1/undo/" in client.get("/institutions/nat-dws/").content.decode()
    undo = "/institutions/nat-dws/mergers/1/undo/"
    assert client.get(undo).status_code == 200
    assert client.post(undo, {"reason": "In error."}).status_code == 422
    assert world.client(world.charlie).post(undo, {"reason": "In error.", "confirmed": "on"}).status_code == 403
    assert client.post(undo, {"reason": "In error.", "confirmed": "on"}).status_code == 302
    assert client.post(undo, {"reason": "In error.", "confirmed": "on"}).status_code == 409
    assert client.post("/institutions/nat-dws/mergers/2/undo/", {}).status_code == 404
    assert resolve(row.name).institution == row
    assert InstitutionMerger.objects.get().undone_at is not None


def test_an_institution_whose_posts_are_held_is_not_merged(world):
    assert world.ayanda
    row = world.health
    form = {"into": "nat-dws", "on": "2026-11-01", "reason": "No.", "confirm": row.code, "revision": row.revision}
    answer = world.client(world.office).post(f"/institutions/{row.code}/merge/", form)
    assert answer.status_code == 409 and "Vacate" in answer.content.decode()


def test_a_post_is_added(world):
    client = world.client(world.office)
    form = {"title": "Head of Planning", "kind": "ddm_coordinator", "reason": "The department has two."}
    assert client.post("/institutions/lim-health/posts/", form | {"kind": "king"}).status_code == 422
    assert client.post("/institutions/lim-health/posts/", form).status_code == 302
    assert Post.objects.filter(institution="lim-health", title="Head of Planning").exists()
