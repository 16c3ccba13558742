"""The three pilots are built through the actions, once for all checks, and stand where the README says."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from oneplan.access.actors import PUBLIC
from oneplan.alignment.models import Tie
from oneplan.budgets.choices import SPENDING, Flow, How
from oneplan.budgets.coverage import coverage
from oneplan.budgets.cube import answer, ask_by
from oneplan.budgets.models import BudgetRelease
from oneplan.commitments.models import Commitment, Party, Pledge, Signature
from oneplan.committees.models import Committee, Resolution
from oneplan.demo.budget_files import written
from oneplan.demo.build import build
from oneplan.demo.projects import source_of
from oneplan.demo.sample import PILOTS, read_sample
from oneplan.indicators.queries import persons_served, values_at
from oneplan.institutions.models import Institution
from oneplan.joint_planning.gates import gate_report
from oneplan.joint_planning.models import Adoption, Contribution, GateException, SigningCopy
from oneplan.plans.models import Edition, Finding, OnePlan, Outcome
from oneplan.platform.audit import verify_chain
from oneplan.platform.errors import RuleBroken
from oneplan.projects.models import Project, Submission
from oneplan.projects.queries.changes import changes_of
from oneplan.spaces.models import PlanningLayer, Space

FIRST_QUARTER = date(2026, 6, 30)
BUDGETED = {"amount_type": "original", "statement": [str(each) for each in SPENDING]}
README = Path(__file__).resolve().parents[1] / "README.md"


def told() -> list[dict[str, str]]:
    """The rows of the README's table, by the words of its head."""
    lines = [line for line in README.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    head, _rule, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.mark.django_db
def test_the_pilots_are_what_the_readme_says(settings, tmp_path, client):
    settings.HOME = tmp_path  # what is built of the sample's money is seen by no other test
    assert len(list(build())) >= 9
    for row in told():
        stands_where_the_readme_says(row)
    for check in (
        each_pilot_has_what_was_promised, everything_is_marked_as_sample, one_edition_is_sealed_without_one_party,
        or_tambo_has_answers_silence_and_a_refusal, ethekwini_is_signed_in_part_and_awaits_its_forums,
        nothing_counts_as_accepted_that_nobody_accepted, projects_show_movement_and_doubt,
        money_is_full_and_marked_as_sample, evidence_is_there_and_marked_as_sample,
        a_grant_through_three_spheres_is_counted_once,
    ):  # fmt: skip
        check()
    for page in ("/budgets/", "/spaces/DC36/budget/", "/spaces/DC36/gap/", "/budgets/facts/", "/budgets/releases/",
                 "/spaces/DC36/profile/", "/indicators/unemployment/"):  # fmt: skip
        assert "sample-banner" in client.get(page).content.decode(), page
    assert verify_chain() == []
    with pytest.raises(RuleBroken, match="already"):
        list(build())


def stands_where_the_readme_says(row):
    code = row["Pilot"].split()[0]
    edition = Edition.objects.get(plan_id=code, number=row["Edition"])
    stages = gate_report(edition).stages
    passed = [each.stage.code for each in stages if each.is_passed]
    excepted = [each.stage.code for each in stages if each.progress and "exceptions" in each.progress.state]
    current = [each.stage.code for each in stages if each.progress and each.progress.state == "current"]
    assert (edition.ruleset, edition.state) == (row["Rule set"], row["State"])
    assert ", ".join(passed) == row["Gates passed"]
    assert (", ".join(excepted) or "none") == row["With exceptions"]
    assert current == [row["Now at"]]
    assert Finding.objects.filter(edition=edition, removed_at=None).count() == int(row["Findings"])
    assert Outcome.objects.filter(edition=edition, removed_at=None).count() == int(row["Outcomes"])
    assert Commitment.objects.filter(home_space=code).count() == int(row["Commitments"])


def each_pilot_has_what_was_promised():
    for pilot in PILOTS:
        space = read_sample(pilot).space
        assert Finding.objects.filter(edition__plan_id=space, edition__number=1).count() >= 40
        assert Outcome.objects.filter(edition__plan_id=space, edition__number=1).count() >= 25
        assert Commitment.objects.filter(home_space=space).count() >= 120


def everything_is_marked_as_sample():
    assert not OnePlan.objects.filter(is_sample=False).exists()
    assert not Edition.objects.filter(is_sample=False).exists()
    assert not Commitment.objects.filter(is_sample=False).exists()
    assert not Committee.objects.filter(is_sample=False).exists()


def projects_show_movement_and_doubt():
    assert not Project.objects.filter(is_sample=False).exists()
    assert not PlanningLayer.objects.filter(is_sample=False).exists()
    for pilot in PILOTS:
        source = source_of(Space.objects.get(pk=read_sample(pilot).space))
        sent = Submission.objects.filter(source=source).order_by("as_at").last()
        assert sent is not None
        own = Project.objects.filter(snapshots__submission__source=source).distinct()
        assert own.filter(snapshots__submission__as_at=FIRST_QUARTER).count() >= 15
        assert own.filter(is_doubtful=True).exists()
        assert own.filter(standing="vanished").exists()
        proposed = Tie.objects.filter(project__latest__submission__source=source)
        assert proposed.count() >= 2
        assert {tie.state for tie in proposed} == {"proposed"}
        assert {"slipped", "cost_up", "new", "vanished"} <= {each.change for each in changes_of(sent)}


def money_is_full_and_marked_as_sample():
    assert {release.standing for release in BudgetRelease.objects.all()} == {"sample"}
    known = coverage(PUBLIC)
    assert known.is_sample and known.has_sample and len(known.years) >= 5
    silent = {each.code for each in Institution.objects.filter(municipality_code__in=written()["silent"])}
    reported = {known.bodies[number]["code"] for line in known.loaded for number in line.institutions}
    assert silent and not silent & reported
    asked = ask_by("how.code", **BUDGETED)
    invented = answer(replace(asked, is_sample=True, years_as_labelled=True), by=PUBLIC)
    hows = {list(How)[cell.key[0]] for cell in invented.cells}
    assert {How.WARD, How.MUNICIPALITY, How.SPACE, How.NOT_PLACED} <= hows
    real = answer(replace(asked, years_as_labelled=True), by=PUBLIC)
    assert real.total is None  # no real figure is in, and no invented one in its place


def evidence_is_there_and_marked_as_sample():
    values = values_at(["DC36", "LIM366", "ETH"], by=PUBLIC)
    assert {value.place for value in values if value.value} == {"DC36", "LIM366", "ETH"}
    assert all(value.is_sample for value in values)
    assert persons_served() == []  # what rand per person is reckoned by holds no sample


def a_grant_through_three_spheres_is_counted_once():
    """What the nation gives for houses through provinces to municipalities, which build them."""
    asked = ask_by("flow.code", **BUDGETED, financial_year__start="2026")
    asked = replace(asked, is_sample=True, years_as_labelled=True)
    given = {list(Flow)[cell.key[0]]: cell.gross for cell in answer(asked, by=PUBLIC).cells}
    whole = answer(replace(asked, by=()), by=PUBLIC).total
    assert whole is not None
    assert given[Flow.TO_PROVINCIAL] > 0 and given[Flow.TO_LOCAL] > 0
    assert whole.passed_on == given[Flow.TO_PROVINCIAL] + given[Flow.TO_LOCAL]
    assert whole.amount == given[Flow.SPENT] + given.get(Flow.NOT_FOLLOWED, 0)


def one_edition_is_sealed_without_one_party():
    assert Adoption.objects.get().edition.plan_id == "DC36"
    unsigned = Commitment.objects.filter(home_space="DC36", parties__signatures=None).distinct()
    assert unsigned.exists()
    assert not unsigned.exclude(parties__institution="nat-treasury").exists()


def or_tambo_has_answers_silence_and_a_refusal():
    asked = Contribution.objects.filter(edition__plan_id="DC15", stage="commitments")
    states = {state: asked.filter(state=state).count() for state in ("asked", "opened", "contributed", "declined")}
    assert states["declined"] == 1 and states["opened"] >= 3 and states["asked"] >= 8
    assert abs(states["contributed"] * 2 - asked.count()) <= 4, states
    assert set(GateException.objects.filter(edition__plan_id="DC15").values_list("rule", flat=True)) == {
        "pledges_answered", "parties_answered",
    }  # fmt: skip
    assert not Signature.objects.filter(party__commitment__home_space="DC15").exists()


def ethekwini_is_signed_in_part_and_awaits_its_forums():
    copy = SigningCopy.objects.get(edition__plan_id="ETH", withdrawn_at=None)
    parties = Party.objects.filter(commitment__home_space="ETH")
    signed = parties.filter(signatures__copy_hash=copy.sha256).values("institution").distinct().count()
    everybody = parties.values("institution").distinct().count()
    assert everybody * 0.3 < signed < everybody * 0.7
    assert not Resolution.objects.filter(committee__space="ETH").exists()
    assert Committee.objects.filter(space="ETH", valid_to=None).count() == 2


def nothing_counts_as_accepted_that_nobody_accepted():
    accepted = Pledge.objects.filter(acceptance="accepted")
    assert not accepted.filter(accepted_digest="").exists()
    assert not accepted.filter(answered_post=None).exists()
    assert not Party.objects.filter(commitment__state="agreed").exclude(acceptance="accepted").exists()
