"""The published JSON Schema: sealed files satisfy it, broken ones do not, and no member is missing from it."""

import copy
import json

import jsonschema_rs
import pytest

from oneplan.commitments.choices import Acceptance, CommitmentState, FundingStatus, PartyRole, PlaceQuality
from oneplan.institutions.choices import Sphere
from oneplan.joint_planning.choices import SILENT, ContributionState, StageState
from oneplan.joint_planning.exports import bundle, draft_content
from oneplan.publishing.views import SCHEMA

PUBLISHED = json.loads(SCHEMA.read_text(encoding="utf-8"))
VALIDATOR = jsonschema_rs.Draft202012Validator(PUBLISHED, validate_formats=True)


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

    for part in objects(PUBLISHED):
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


def test_anybody_may_have_it(client, db):
    answer = client.get("/schemas/one-plan-sealed-edition-1.json")
    assert answer["Content-Type"] == "application/schema+json"
    assert json.loads(answer.content) == PUBLISHED
    assert client.get(answer.request["PATH_INFO"], headers={"If-None-Match": answer["ETag"]}).status_code == 304
