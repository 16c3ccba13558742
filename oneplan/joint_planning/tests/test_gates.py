"""Every gate rule, passing and failing: a whole edition meets them all; one thing taken away fails the one rule."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from oneplan.commitments.models import Commitment, Party, Pledge, Service
from oneplan.frameworks.queries import gates, rulesets
from oneplan.joint_planning import actions
from oneplan.joint_planning.canonical import canonical_bytes
from oneplan.joint_planning.gates import RULES, gate_report
from oneplan.joint_planning.models import Contribution
from oneplan.joint_planning.tests import factories
from oneplan.periods import clock
from oneplan.plans.exports import plan_content
from oneplan.plans.models import PriorityLink
from oneplan.platform.errors import NotAllowed, RuleBroken


def rule(edition, code):
    """How a rule stands now."""
    return next(each for stage in gate_report(edition).stages for each in stage.rules if each.gate.code == code)


def first(rows):
    row = rows.order_by("ref").first()
    assert row is not None
    return row


def change(row, **fields):
    """Put a row into a state that only an import or an earlier version could have left behind."""
    type(row)._default_manager.filter(pk=row.pk).update(**fields)


def no_place(row):
    change(row, whole_space=False, ward=None)
    row.municipal_areas.clear()


LAZY = "Lorem ipsum dolor sit amet, consectetur adipiscing elit, to be confirmed"

# Each rule, and how to break it in an otherwise whole edition: the reference that must be named ("" where none is).
BREAKS = {
    "finding_has_source_date_place": [
        ("F-001", lambda made: change(first(made.edition.findings), source="tbc")),
        ("F-001", lambda made: change(first(made.edition.findings), source_date=None)),
        ("F-001", lambda made: no_place(first(made.edition.findings))),
        ("F-001", lambda made: change(first(made.edition.findings), statement=LAZY)),
    ],
    "every_area_has_findings": [
        ("", lambda made: made.edition.findings.filter(area="economy").update(removed_at=clock.now())),
        ("", lambda made: made.edition.findings.filter(area="economy").update(statement="xxxx yyyy n/a")),
    ],
    "every_local_municipality_covered": [
        ("", lambda made: [f.municipal_areas.remove("LIM366") for f in made.edition.findings.all()]),
        ("", lambda made: made.edition.findings.update(statement=LAZY)),
    ],
    "findings_not_older_than_limit": [
        ("F-002", lambda made: made.edition.findings.filter(ref="F-002").update(source_date=date(2011, 10, 10))),
    ],
    "vision_statement_written": [
        ("V-001", lambda made: made.edition.visionstatements.update(removed_at=clock.now())),
        ("V-001", lambda made: made.edition.visionstatements.update(text=LAZY)),
    ],
    "impact_statement_per_area": [
        ("I-people", lambda made: made.edition.impactstatements.filter(area="people").update(text="water water water")),
    ],
    "every_area_has_outcome": [
        ("", lambda made: made.edition.outcomes.filter(area="spatial").update(removed_at=clock.now())),
    ],
    "outcome_has_indicator_baseline_target": [
        ("O-001", lambda made: change(first(made.edition.outcomes), indicator="tbd")),
        ("O-001", lambda made: change(first(made.edition.outcomes), baseline=None)),
        ("O-001", lambda made: change(first(made.edition.outcomes), target=None)),
        ("O-001", lambda made: change(first(made.edition.outcomes), target_year=None)),
    ],
    "outcome_linked_to_national_priority": [
        ("O-001", lambda made: PriorityLink.objects.filter(edition=made.edition, ref="O-001").delete()),
    ],
    "strategy_answers_finding": [
        ("S-001", lambda made: first(made.edition.strategys).findings.clear()),
        ("S-001", lambda made: change(first(made.edition.strategys), title="tbc", description="")),
        ("", lambda made: made.edition.strategys.update(removed_at=clock.now())),
    ],
    "strategy_serves_outcome": [("S-001", lambda made: first(made.edition.strategys).outcomes.clear())],
    "strategy_has_place": [("S-001", lambda made: no_place(first(made.edition.strategys)))],
    "outcome_has_strategy": [("O-001", lambda made: first(made.edition.strategys).outcomes.clear())],
    "commitment_has_accountable_office": [
        ("DC36-C-0001", lambda made: change(made.commitment, accountable_post=None)),
        ("", lambda made: change(made.commitment, state="withdrawn")),
    ],
    "commitment_money_tied_or_unfunded": [
        ("DC36-C-0001", lambda made: Pledge.objects.all().delete()),
        ("DC36-C-0001", lambda made: Pledge.objects.update(funding_source="n/a")),
    ],
    "commitment_has_place": [
        ("DC36-C-0001", lambda made: change(made.commitment, place_quality="approximate")),
        ("DC36-C-0001", lambda made: change(made.commitment, place_quality="not_placed")),
    ],
    "commitment_has_dates": [("DC36-C-0001", lambda made: change(made.commitment, finish_on=None))],
    "commitment_has_six_elements": [
        ("DC36-C-0001", lambda made: change(made.commitment, objective="to be confirmed")),
        ("DC36-C-0001", lambda made: change(made.commitment, target=None)),
        ("DC36-C-0001", lambda made: change(made.commitment, outputs="")),
        ("DC36-C-0001", lambda made: Party.objects.update(responsibility="")),
    ],
    "pledges_answered": [
        ("DC36-C-0001", lambda made: Pledge.objects.update(acceptance="asked", answered_at=None)),
    ],
    "parties_answered": [
        ("DC36-C-0001", lambda made: Party.objects.update(acceptance="asked", answered_at=None)),
    ],
    "narrative_chapters_written": [
        ("", lambda made: made.edition.sections.filter(chapter="introduction").update(removed_at=clock.now())),
        ("N-002", lambda made: made.edition.sections.filter(ref="N-002").update(body=f"<p>{LAZY * 9}</p>")),
        ("N-002", lambda made: made.edition.sections.filter(ref="N-002").update(body="<p>Too few words here.</p>")),
    ],
    "no_orphan_elements": [
        ("F-001", lambda made: first(made.edition.strategys).findings.clear()),
        ("O-001", lambda made: first(made.edition.strategys).outcomes.clear()),
        ("S-001", lambda made: Service.objects.filter(element_ref="S-001").delete()),
        ("DC36-C-0001", lambda made: Service.objects.all().delete()),
    ],
    "parties_asked_and_answered": [
        ("", lambda made: Contribution.objects.all().delete()),
        ("", lambda made: Contribution.objects.update(state="opened", due_on=clock.today() - timedelta(days=2))),
    ],
}
LATER = {
    "committees_constituted",
    "copy_signed",
    "quorum_reached",
    "resolutions_cite_copy",
    "progress_reported",
    "review_held",
}


def test_every_rule_that_the_rule_sets_name_is_computed_and_tested():
    named = {code for rules in rulesets() for stage in rules.stages for code in stage.gates}
    assert named == set(RULES) == set(gates()) == set(BREAKS) | LATER


def test_a_whole_edition_meets_every_rule_before_adoption(whole):
    for judged in gate_report(whole.again()).before("adoption"):
        assert [each.sentence for each in judged.missing] == []


def test_an_empty_edition_lacks_something_at_every_stage(world):
    edition = factories.edition_of(world.dc36, by=world.hub36)
    report = gate_report(edition)
    for code in ("diagnostic", "vision", "strategy", "commitments", "draft", "adoption"):
        assert report.stage(code).missing, code
    assert len(rule(edition, "every_area_has_findings").missing) == 6
    assert len(rule(edition, "every_local_municipality_covered").missing) == 5


@pytest.mark.parametrize("stage", factories.BEFORE_ADOPTION)
def test_one_thing_taken_away_fails_its_rule_and_is_named(whole, stage):
    for code in next(each for each in rulesets()[0].stages if each.code == stage).gates:
        assert rule(whole.again(), code).is_met, code
        for number, (ref, spoil) in enumerate(BREAKS[code]):
            before = transaction.savepoint()
            spoil(whole)
            missing = rule(whole.again(), code).missing
            assert ref in {each.ref for each in missing}, (code, number)
            assert all(each.sentence and str(each.owed) for each in missing), (code, number)
            transaction.savepoint_rollback(before)


def test_committees_must_be_constituted_and_every_required_seat_held(whole):
    edition = whole.again()
    assert not rule(edition, "committees_constituted").is_met
    made = factories.committees(edition.plan.space, by=whole.hub)
    assert rule(edition, "committees_constituted").is_met
    seat = made["political"].seats.select_related("post__institution").filter(post__kind="mayor").earliest("pk")
    seat.post.holdings.all().delete()
    [vacant] = rule(edition, "committees_constituted").missing
    assert vacant.owed.institution == seat.post.institution.name


def test_the_rules_of_adoption_follow_the_copy_and_the_resolutions(whole):
    edition = whole.again()
    for code in ("copy_signed", "quorum_reached", "resolutions_cite_copy"):
        assert not rule(edition, code).is_met
    copy = whole.freeze()
    edition = whole.again()
    assert rule(edition, "copy_signed").is_met
    made = factories.committees(edition.plan.space, by=whole.hub)
    factories.resolve(made["technical"], "submit", copy, by=whole.hub)
    assert len(rule(edition, "resolutions_cite_copy").missing) == 1
    factories.resolve(made["political"], "approve", copy, by=whole.hub)
    assert rule(edition, "resolutions_cite_copy").is_met
    assert rule(edition, "quorum_reached").is_met


def test_what_fell_due_must_be_reported_and_the_review_opens_the_next_edition(whole):
    edition = whole.again()
    assert rule(edition, "progress_reported").is_met
    Commitment.objects.update(start_on=date(2024, 1, 1), finish_on=clock.today() - timedelta(days=1))
    assert [each.ref for each in rule(edition, "progress_reported").missing] == [whole.commitment.ref]
    assert not rule(edition, "review_held").is_met
    copy = whole.freeze()
    whole.sign_and_resolve(copy)
    actions.adopt_edition(edition, by=whole.hub)
    actions.start_planning(edition.plan.space, ruleset="framework_2020", start_year=2027, by=whole.hub)
    assert rule(whole.again(), "review_held").is_met


def test_what_is_missing_is_owed_by_the_post_that_owns_it(whole):
    change(whole.commitment, objective="")
    [missing] = rule(whole.again(), "commitment_has_six_elements").missing
    assert missing.owed.institution_code == "nat-dws"
    Pledge.objects.update(acceptance="asked", answered_at=None)
    [missing] = rule(whole.again(), "pledges_answered").missing
    assert missing.owed.institution == whole.lead.name


def test_an_unfunded_need_is_no_promise_that_waits_for_an_answer(whole):
    Pledge.objects.update(acceptance="asked", answered_at=None, status="unfunded", funding_source="", amount=Decimal(5))
    assert rule(whole.again(), "pledges_answered").is_met
    assert rule(whole.again(), "commitment_money_tied_or_unfunded").is_met


def test_gates_are_passed_in_order_and_only_when_nothing_is_missing(whole):
    edition = whole.again()
    with pytest.raises(RuleBroken, match="in order"):
        actions.pass_gate(edition, "vision", by=whole.hub)
    actions.pass_gate(edition, "diagnostic", by=whole.hub)
    with pytest.raises(RuleBroken, match="passed already"):
        actions.pass_gate(edition, "diagnostic", by=whole.hub)
    made = whole.edition.visionstatements
    made.update(text="tbc")
    with pytest.raises(RuleBroken, match="vision is not written"):
        actions.pass_gate(edition, "vision", by=whole.hub)
    with pytest.raises(RuleBroken, match="adoption page"):
        actions.pass_gate(edition, "adoption", by=whole.hub)


def test_a_gate_passes_on_a_named_exception_that_is_remembered(whole, world):
    edition = whole.again()
    edition.findings.filter(ref="F-002").update(source_date=date(2011, 10, 10))
    exception = actions.grant_exception(
        edition,
        "diagnostic",
        "findings_not_older_than_limit",
        reason="Census 2022 has no figure for this ward",
        by=whole.hub,
    )
    assert exception.granted_by_name == "Hendrik"
    assert "2011" in exception.missing[0]
    assert actions.pass_gate(edition, "diagnostic", by=whole.hub).state == "passed_with_exceptions"
    with pytest.raises(RuleBroken, match="Open the stage again"):
        actions.withdraw_exception(exception, by=whole.hub)
    with pytest.raises(NotAllowed):
        actions.withdraw_exception(exception, by=world.thandi)


@pytest.mark.parametrize(
    ("stage", "code", "reason", "match"),
    [
        ("diagnostic", "every_area_has_findings", "There is a good reason for this", "nothing to except"),
        ("diagnostic", "strategy_has_place", "There is a good reason for this", "no rule of this gate"),
        ("adoption", "copy_signed", "There is a good reason for this", "no exception"),
        ("adoption", "committees_constituted", "tbc", "Say why"),
    ],
)
def test_an_exception_needs_a_reason_a_rule_and_something_missing(whole, stage, code, reason, match):
    with pytest.raises(RuleBroken, match=match):
        actions.grant_exception(whole.again(), stage, code, reason=reason, by=whole.hub)


def test_the_rule_set_there_and_back_keeps_content_and_stages(whole):
    actions.pass_gate(whole.again(), "diagnostic", by=whole.hub)
    before = canonical_bytes(plan_content(whole.again()))
    stages = list(whole.edition.stages.order_by("stage").values_list("stage", "state", "due_on"))
    for code in ("regulations_2024", "framework_2020"):
        edition = whole.again()
        actions.change_ruleset(edition, ruleset=code, revision=edition.revision, by=whole.hub)
        assert canonical_bytes(plan_content(whole.again())) == before
        assert list(whole.edition.stages.order_by("stage").values_list("stage", "state", "due_on")) == stages


def test_the_evidence_takes_a_fixed_number_of_queries(whole, django_assert_max_num_queries):
    for number in range(4):
        factories.commit(whole.again(), whole.lead, by=whole.hub, pledged=bool(number))
    with django_assert_max_num_queries(28):
        gate_report(whole.again())


def test_the_gates_read_only_what_they_judge(whole):
    """With 1,500 commitments, whole rows with all that hangs on them took a second."""
    for number in range(3):
        factories.commit(whole.again(), whole.lead, by=whole.hub, pledged=bool(number))
    with CaptureQueriesContext(connection) as queries:
        gate_report(whole.again())
    read = " ".join(each["sql"] for each in queries)
    assert '"commitments_pledge"."status"' in read
    for column in (
        '"commitments_pledge"."amount"',
        '"commitments_party"."answer_reason"',
        '"commitments_commitment"."title"',
    ):
        assert column not in read
