"""The published JSON Schema: sealed files satisfy it, broken ones do not, and no member is missing from it."""

import copy
import json

import jsonschema_rs
import pytest

from oneplan.commitments.choices import Acceptance, CommitmentState, FundingStatus, PartyRole, PlaceQuality
from oneplan.institutions.choices import Sphere
from oneplan.joint_planning.choices import SILENT, ContributionState, StageState
from oneplan.joint_planning.exports import bundle, draft_content
from oneplan.publishing.json_schema import DRAFT, SEALED
from oneplan.publishing.json_schema import published as schema_of
from oneplan.publishing.making import make_form
from oneplan.publishing.queries import source_of

PUBLISHED, PUBLISHED_DRAFT = json.loads(schema_of(SEALED)), json.loads(schema_of(DRAFT))
VALIDATOR = jsonschema_rs.Draft202012Validator(PUBLISHED, validate_formats=True)
OF_DRAFTS = jsonschema_rs.Draft202012Validator(PUBLISHED_DRAFT, validate_formats=True)


def test_a_sealed_file_satisfies_it(published):
    file = json.loads(bundle(published.adoption))
    assert [f"{each.instance_path}: {each.message}" for each in VALIDATOR.iter_errors(file)] == []


def test_a_broken_file_does_not(published):
    whole = json.loads(bundle(published.adoption))
    for breaking in (
        lambda file: file.pop("signature"),
        lambda file: file.update(comment="hello"),
        lambda file: file["content"]["copy"]["plan"]["findings"][0].update(value=31),
        lambda file: file["content"]["copy"]["plan"]["findings"][0].pop("source"),
        lambda file: file["content"]["copy"]["commitments"][0]["parties"][0]["pledges"][0].update(amount="12"),
        lambda file: file["content"]["standing"][0].update(state="done"),
        lambda file: file["content"]["edition"].update(adopted_on="yesterday"),
    ):
        broken = copy.deepcopy(whole)
        breaking(broken)
        assert not VALIDATOR.is_valid(broken)


def test_a_draft_is_no_sealed_file(published):
    told = draft_content(published.next_edition())
    sealed = json.loads(bundle(published.adoption))
    assert set(told) == set(sealed["content"])
    assert not VALIDATOR.is_valid({**sealed, "content": told})


def test_a_draft_and_a_signing_copy_satisfy_the_schema_of_drafts_and_a_sealed_content_does_not(published):
    edition = published.next_edition()
    told = json.loads(make_form(source_of(edition, as_draft=True), "json"))
    assert [f"{each.instance_path}: {each.message}" for each in OF_DRAFTS.iter_errors(told)] == []
    frozen = {**told, "copy_sha256": "a" * 64, "frozen_at": "2026-11-20T08:00:00Z"}
    assert OF_DRAFTS.is_valid(frozen)
    sealed = json.loads(bundle(published.adoption))["content"]
    assert not OF_DRAFTS.is_valid(sealed)
    assert not OF_DRAFTS.is_valid({**sealed, "format": told["format"]})
    assert not OF_DRAFTS.is_valid({key: value for key, value in told.items() if key != "standing"})


@pytest.mark.engine_free
def test_every_object_is_closed_and_every_member_required():
    """So that a member that is added to the content fails here until it is published."""

    def objects(part):
        if isinstance(part, dict):
            if part.get("type") == "object":
                yield part
            for each in part.values():
                yield from objects(each)
        elif isinstance(part, list):
            for each in part:
                yield from objects(each)

    for part in [*objects(PUBLISHED), *objects(PUBLISHED_DRAFT)]:
        assert part["additionalProperties"] is False
        assert set(part["required"]) == set(part["properties"])


@pytest.mark.engine_free
@pytest.mark.parametrize(
    ("path", "known"),
    [
        (("funding_status",), FundingStatus.values),
        (("acceptance",), Acceptance.values),
        (("role",), PartyRole.values),
        (("standing", "properties", "state"), CommitmentState.values),
        (("commitment", "properties", "place", "properties", "quality"), PlaceQuality.values),
        (("party_terms", "properties", "sphere"), [*Sphere.values, ""]),
        (("contribution", "properties", "state"), [*ContributionState.values, SILENT]),
        (("stage", "properties", "state"), StageState.values),
    ],
)
def test_its_words_are_those_of_the_rooms(path, known):
    part = PUBLISHED["$defs"]
    for name in path:
        part = part[name]
    assert set(part["enum"]) == set(known)


@pytest.mark.parametrize(("name", "schema"), [(SEALED, PUBLISHED), (DRAFT, PUBLISHED_DRAFT)])
def test_anybody_may_have_it(client, db, name, schema):
    answer = client.get(f"/schemas/{name}.json")
    assert answer["Content-Type"] == "application/schema+json"
    assert json.loads(answer.content) == schema
    assert client.get(answer.request["PATH_INFO"], headers={"If-None-Match": answer["ETag"]}).status_code == 304
