"""From a whole edition to a sealed one, and every refusal on the way."""

import json
from dataclasses import replace
from datetime import date

import pytest

from oneplan.access.actors import system
from oneplan.commitments.actions import amend_commitment
from oneplan.commitments.models import Commitment, Signature
from oneplan.committees.models import Resolution
from oneplan.committees.queries import standing_committees
from oneplan.frameworks.queries import ruleset
from oneplan.institutions.actions import fill_post
from oneplan.institutions.models import Post
from oneplan.institutions.queries import signing_posts
from oneplan.joint_planning.actions import (
    adopt_edition,
    contribute,
    decline_contribution,
    freeze_copy,
    grant_exception,
    pass_gate,
    request_contribution,
    start_planning,
    withdraw_copy,
)
from oneplan.joint_planning.exports import bundle, export_plan, latest_bundle
from oneplan.joint_planning.gates import evidence as gathered
from oneplan.joint_planning.models import SigningCopy, StageProgress
from oneplan.joint_planning.seal import trusted_keys, verify_bundle, verify_chain
from oneplan.joint_planning.tests import factories
from oneplan.periods import clock
from oneplan.plans.actions import record_finding, write_vision
from oneplan.platform.errors import NotAllowed, RuleBroken, StaleRevision


def adopted(whole):
    copy = whole.freeze()
    whole.sign_and_resolve(copy)
    return adopt_edition(whole.edition, by=whole.hub)


def test_a_whole_edition_is_frozen_signed_adopted_and_sealed(whole):
    adoption = adopted(whole)
    edition = whole.again()
    assert edition.state == "adopted"
    verdict = verify_bundle(bundle(adoption), trusted_keys())
    assert verdict.is_valid
    content = verdict.content
    assert content["copy_sha256"] == adoption.copy.sha256 == edition.copy_hash
    assert [each["ref"] for each in content["copy"]["commitments"]] == [whole.commitment.ref]
    assert content["standing"][0]["parties"][0]["signature"]["of_this_copy"]
    assert content["outstanding"] == []
    assert [each["decision"]["code"] for each in content["resolutions"]] == ["submit", "approve"]
    assert content["seal"]["log_head"] == adoption.log_head != ""
    assert content["participation"][0]["state"] == "contributed"
    assert StageProgress.objects.get(edition=edition, stage="implementation").state == "current"


def test_the_seal_names_offices_and_no_private_person(whole, world):
    edition, on = whole.again(), date(2011, 10, 10)
    edition.findings.filter(ref="F-002").update(source_date=on)
    exception = ("diagnostic", "findings_not_older_than_limit")
    grant_exception(edition, *exception, reason="Census 2022 has no figure for this ward", by=whole.hub)
    asked = request_contribution(edition, "draft", world.health, request="Your rows, please.", by=whole.hub)
    reason = "The clinics of this space are in the plan of last year already"
    decline_contribution(asked, reason=reason, by=world.ayanda)
    content = verify_bundle(bundle(adopted(whole))).content
    [excepted] = content["exceptions"]
    assert excepted["granted_by"] == "Hub manager or secretariat, Waterberg"
    assert excepted["reason"] == "Census 2022 has no figure for this ward"
    told = {each["institution"]: each for each in content["participation"]}
    assert (told["nat-dws"]["answered_post"], told["nat-dws"]["reason"]) == ("Director-General", "")
    assert (told["lim-health"]["state"], told["lim-health"]["reason"]) == ("declined", reason)
    assert told["lim-health"]["answered_post"] == signing_posts(world.health)[0].title
    printed = json.dumps(content)
    assert "Hendrik" not in printed and "Ayanda" not in printed
    assert "Our planners checked the rows." not in printed
    assert "Sipho" in printed  # who signed in office


def test_an_exception_is_printed_with_the_post_of_who_granted_it(whole):
    post = Post.objects.filter(institution="mun-dc36", kind="municipal_manager").get()
    fill_post(
        post, person_name="Hendrik", user=whole.hub.user, valid_from=clock.today(), revision=post.revision,
        by=system("tests"),
    )  # fmt: skip
    whole.again().findings.filter(ref="F-002").update(source_date=date(2011, 10, 10))
    made = grant_exception(
        whole.again(), "diagnostic", "findings_not_older_than_limit", reason="No census covers this ward yet",
        by=whole.hub,
    )  # fmt: skip
    assert made.granted_post == post
    [excepted] = verify_bundle(bundle(adopted(whole))).content["exceptions"]
    assert excepted["granted_by"] == f"{post.title}, {post.institution.name}"


def test_the_public_file_is_the_sealed_one(whole, tmp_path, world):
    adoption = adopted(whole)
    out = tmp_path / "plan.json"
    assert adoption.content_hash in export_plan("dc36", out=out)
    assert out.read_bytes() == bundle(adoption) == latest_bundle(world.dc36) == latest_bundle("DC36", 1)
    assert latest_bundle("DC15") is None
    with pytest.raises(RuleBroken):
        export_plan("DC15", out=out)


def test_the_next_edition_follows_the_first_in_the_chain(whole, world):
    first = adopted(whole)
    edition = start_planning(world.dc36, ruleset="framework_2020", start_year=2027, by=whole.hub)
    assert edition.number == 2
    assert edition.findings.count() == 6
    whole.edition = edition
    asked = request_contribution(edition, "draft", whole.lead, request="Check.", by=whole.hub)
    contribute(asked, answer="The rows are right.", by=whole.signatory)
    copy = whole.freeze()
    made = {each.kind: each for each in standing_committees(world.dc36)}
    factories.resolve(made["technical"], "submit", copy, by=whole.hub)
    factories.resolve(made["political"], "approve", copy, by=whole.hub)
    second = adopt_edition(edition, by=whole.hub)
    assert second.previous_hash == first.content_hash
    assert verify_chain([bundle(first), bundle(second)], trusted_keys()) == []
    first.edition.refresh_from_db()
    assert first.edition.state == "superseded"
    assert json.loads(bundle(second))["content"]["outstanding"] == []


def test_it_is_not_frozen_while_a_gate_is_not_passed(whole):
    with pytest.raises(RuleBroken, match="stage 1"):
        freeze_copy(whole.edition, revision=whole.again().revision, by=whole.hub)


def test_it_is_not_frozen_when_something_went_missing_after_its_gate(whole):
    factories.pass_gates(whole.again(), by=whole.hub)
    record_finding(whole.edition, area="people", statement="A finding without source, date and place", by=whole.hub)
    with pytest.raises(RuleBroken, match="F-007"):
        freeze_copy(whole.edition, revision=whole.again().revision, by=whole.hub)
    assert not SigningCopy.objects.exists()


def test_a_stale_page_freezes_nothing(whole):
    factories.pass_gates(whole.again(), by=whole.hub)
    with pytest.raises(StaleRevision):
        freeze_copy(whole.edition, revision=99, by=whole.hub)


def test_another_space_s_hub_manager_freezes_nothing(whole, world):
    with pytest.raises(NotAllowed):
        freeze_copy(whole.edition, revision=1, by=world.thandi)


def test_nothing_changes_after_the_freeze(whole):
    copy = whole.freeze()
    with pytest.raises(RuleBroken):
        write_vision(whole.edition, text="Another vision altogether for this place", by=whole.hub, revision=1)
    with pytest.raises(RuleBroken):
        amend_commitment(
            whole.commitment, revision=whole.commitment.revision, reason="The dates moved by a year", by=whole.hub,
            title="Another title",
        )  # fmt: skip
    assert whole.again().copy_hash == copy.sha256


def test_it_is_not_adopted_before_it_is_frozen(whole):
    with pytest.raises(RuleBroken, match="signing copy"):
        adopt_edition(whole.edition, by=whole.hub)


def test_it_is_not_adopted_without_resolutions(whole):
    whole.freeze()
    factories.committees(whole.edition.plan.space, by=whole.hub)
    with pytest.raises(RuleBroken, match="has not submitted"):
        adopt_edition(whole.edition, by=whole.hub)
    assert whole.again().state == "frozen"


def test_it_is_not_adopted_without_the_approval(whole):
    copy = whole.freeze()
    made = factories.committees(whole.edition.plan.space, by=whole.hub)
    factories.resolve(made["technical"], "submit", copy, by=whole.hub)
    with pytest.raises(RuleBroken, match="has not approved"):
        adopt_edition(whole.edition, by=whole.hub)


def test_a_party_that_has_not_signed_is_printed_as_outstanding(whole):
    copy = whole.freeze()
    made = factories.committees(whole.edition.plan.space, by=whole.hub)
    factories.resolve(made["technical"], "submit", copy, by=whole.hub)
    factories.resolve(made["political"], "approve", copy, by=whole.hub)
    adoption = adopt_edition(whole.edition, by=whole.hub)
    waiting = [{"institution": "nat-dws", "name": whole.lead.name, "commitments": [whole.commitment.ref]}]
    assert adoption.outstanding == waiting
    assert json.loads(bundle(adoption))["content"]["outstanding"] == waiting


def test_where_the_rule_set_says_so_an_outstanding_party_stops_adoption(whole, monkeypatch):
    rules = ruleset("framework_2020")
    strict = replace(rules, adoption=replace(rules.adoption, may_proceed_with_outstanding=False))
    copy = whole.freeze()
    made = factories.committees(whole.edition.plan.space, by=whole.hub)
    factories.resolve(made["technical"], "submit", copy, by=whole.hub)
    factories.resolve(made["political"], "approve", copy, by=whole.hub)
    monkeypatch.setattr(gathered, "ruleset", lambda code: strict)
    with pytest.raises(RuleBroken, match="has not signed"):
        adopt_edition(whole.edition, by=whole.hub)


def test_withdrawing_the_copy_voids_what_cites_it_and_opens_the_edition(whole):
    copy = whole.freeze()
    whole.sign_and_resolve(copy)
    withdraw_copy(whole.edition, reason="The budget of the department was cut by Parliament", by=whole.hub)
    assert whole.again().state == "open"
    assert not Signature.objects.filter(voided_at=None).exists()
    assert not Resolution.objects.filter(voided_at=None).exists()
    again = freeze_copy(whole.edition, revision=whole.again().revision, by=whole.hub)
    assert again.number == 2
    assert again.sha256 != copy.sha256
    with pytest.raises(RuleBroken):
        adopt_edition(whole.edition, by=whole.hub)


def test_nothing_is_resolved_about_a_withdrawn_copy(whole):
    copy = whole.freeze()
    made = factories.committees(whole.edition.plan.space, by=whole.hub)
    withdraw_copy(whole.edition, reason="The budget of the department was cut by Parliament", by=whole.hub)
    with pytest.raises(RuleBroken, match="withdrawn"):
        factories.resolve(made["technical"], "submit", copy, by=whole.hub)


def test_altered_bytes_of_the_copy_are_found_before_adoption(whole):
    copy = whole.freeze()
    whole.sign_and_resolve(copy)
    SigningCopy.objects.filter(pk=copy.pk).update(content=bytes(copy.content).replace(b"water", b"wafer", 1))
    with pytest.raises(RuleBroken, match="altered"):
        adopt_edition(whole.edition, by=whole.hub)


def test_terms_that_are_not_those_of_the_copy_are_never_sealed(whole):
    copy = whole.freeze()
    whole.sign_and_resolve(copy)
    Commitment.objects.filter(pk=whole.commitment.pk).update(objective="Something else than what everybody signed.")
    with pytest.raises(RuleBroken, match="differ from the signing copy"):
        adopt_edition(whole.edition, by=whole.hub)
    assert whole.again().state == "frozen"


def test_a_sealed_edition_never_changes(whole):
    adoption = adopted(whole)
    for act in (
        lambda: write_vision(whole.edition, text="Another vision altogether for this place", by=whole.hub, revision=1),
        lambda: withdraw_copy(whole.edition, reason="We have changed our minds about this", by=whole.hub),
        lambda: adopt_edition(whole.edition, by=whole.hub),
        lambda: pass_gate(whole.edition, "diagnostic", by=whole.hub),
    ):
        with pytest.raises(RuleBroken):
            act()
    assert verify_bundle(bundle(adoption), trusted_keys()).is_valid


def test_only_the_space_s_own_people_adopt(whole, world):
    copy = whole.freeze()
    whole.sign_and_resolve(copy)
    for actor in (world.thandi, world.sipho, world.analyst, world.auditor, world.charlie, world.public):
        with pytest.raises(NotAllowed):
            adopt_edition(whole.edition, by=actor)
