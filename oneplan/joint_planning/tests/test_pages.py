"""The pages: who sees them, what they say, and a journey through them from freeze to seal."""

import pytest
from django.urls import reverse

from oneplan.commitments.actions import sign_commitments
from oneplan.committees.queries import seats_on, standing_committees
from oneplan.joint_planning.actions import request_contribution, start_planning
from oneplan.joint_planning.models import Contribution
from oneplan.joint_planning.tests import factories
from oneplan.periods import clock

PAGES = ("workspace", "stages", "participation", "adoption", "compare")
CHAPTERS = ("introduction", "diagnostic", "vision", "strategies", "commitments", "implementation")


def at(name, edition, *more):
    return reverse(f"joint_planning:{name}", args=(edition.plan_id, edition.number, *more))


def test_every_page_of_a_whole_edition_shows(whole, world):
    hub = world.client(whole.hub)
    for name in PAGES:
        assert hub.get(at(name, whole.edition)).status_code == 200, name
    for chapter in CHAPTERS:
        assert hub.get(at("chapter", whole.edition, chapter)).status_code == 200, chapter
    assert hub.get(reverse("joint_planning:editions", args=("DC36",))).status_code == 200
    assert hub.get(reverse("joint_planning:our_contributions")).status_code == 200
    assert hub.get(reverse("committees:committees", args=("DC36",))).status_code == 200


def test_every_page_of_an_empty_edition_shows(world):
    edition = factories.edition_of(world.dc15, by=world.thandi)
    client = world.client(world.thandi)
    for name in PAGES:
        assert client.get(at(name, edition)).status_code == 200, name
    for chapter in CHAPTERS:
        assert client.get(at("chapter", edition, chapter)).status_code == 200, chapter


def test_drafts_are_hidden_from_strangers(whole, world):
    for actor in (world.thandi, world.charlie):
        client = world.client(actor)
        for name in PAGES:
            assert client.get(at(name, whole.edition)).status_code == 404, (actor.name, name)
    public = world.client(world.public)
    for name in PAGES:
        assert public.get(at(name, whole.edition)).status_code == 302, name


def test_a_reader_sees_no_button_and_a_sent_form_is_refused(whole, world):
    analyst = world.client(world.analyst)
    page = analyst.get(at("adoption", whole.edition)).content.decode()
    assert "Freeze the signing copy" not in page
    assert analyst.post(at("freeze_copy", whole.edition), {"revision": 1}).status_code == 403
    assert analyst.post(at("pass_gate", whole.edition, "diagnostic")).status_code == 403
    assert analyst.get(at("request_contributions", whole.edition)).status_code == 403
    assert analyst.get(at("withdraw_copy", whole.edition)).status_code == 403


def test_the_gate_names_what_is_missing_and_who_owes_it(world):
    edition = factories.edition_of(world.dc36, by=world.hub36)
    page = world.client(world.hub36).post(at("pass_gate", edition, "diagnostic"))
    assert page.status_code == 409
    told = page.content.decode()
    assert "No finding speaks of Thabazimbi (LIM361)." in told
    assert "IDP manager" in told


def test_an_exception_is_recorded_with_its_reason_and_can_be_withdrawn(world):
    edition = factories.edition_of(world.dc36, by=world.hub36)
    hub = world.client(world.hub36)
    address = at("grant_exception", edition, "diagnostic", "every_area_has_findings")
    assert hub.get(address).status_code == 200
    assert hub.post(address, {"reason": "tbc"}).status_code == 409
    assert hub.post(address, {"reason": "The profile of the space is under way until March"}).status_code == 302
    page = hub.get(at("stages", edition)).content.decode()
    assert "The profile of the space is under way until March" in page
    assert hub.post(at("withdraw_exception", edition, "diagnostic", "every_area_has_findings")).status_code == 302


def test_a_stage_is_dated_and_a_stale_page_is_told(world):
    edition = factories.edition_of(world.dc36, by=world.hub36)
    hub = world.client(world.hub36)
    address = at("schedule_stage", edition, "diagnostic")
    given = {
        "starts_on": clock.today().isoformat(),
        "due_on": clock.add_months(clock.today(), 3).isoformat(),
        "revision": 1,
    }
    assert hub.get(address).status_code == 200
    assert hub.post(address, given).status_code == 302
    assert hub.post(address, given).status_code == 409


def test_a_stage_is_opened_again_with_a_reason(whole, world):
    factories.pass_gates(whole.again(), by=whole.hub, stages=("diagnostic", "vision"))
    hub = world.client(whole.hub)
    assert hub.get(at("reopen_stage", whole.edition, "diagnostic")).status_code == 200
    before = dict(whole.edition.stages.values_list("stage", "revision"))
    given = {"reason": "New census figures were published this week"}
    assert hub.post(at("reopen_stage", whole.edition, "diagnostic"), given).status_code == 302
    assert not whole.edition.stages.filter(state="passed").exists()
    after = dict(whole.edition.stages.values_list("stage", "revision"))
    assert {stage for stage in after if after[stage] != before[stage]} == {"diagnostic", "vision", "strategy"}
    stale = {"starts_on": clock.today().isoformat(), "due_on": "", "revision": before["vision"]}
    assert hub.post(at("schedule_stage", whole.edition, "vision"), stale).status_code == 409


def test_parties_are_asked_answer_and_are_reminded(world):
    edition = factories.edition_of(world.dc36, by=world.hub36)
    hub, planner = world.client(world.hub36), world.client(world.planner)
    ask = {
        "stage": "commitments",
        "national": ["nat-dws"],
        "provincial": ["lim-health"],
        "request": "Say what you will do.",
        "due_on": clock.today(),
    }
    assert hub.get(at("request_contributions", edition)).status_code == 200
    assert hub.post(at("request_contributions", edition), {**ask, "national": ["nat-dvs"]}).status_code == 200
    assert hub.post(at("request_contributions", edition), ask).status_code == 302
    address = at("contribution", edition, "commitments", "nat-dws")
    assert Contribution.objects.get(institution="nat-dws").state == "asked"
    assert "Waterberg" in planner.get(reverse("joint_planning:our_contributions")).content.decode()
    assert planner.get(address).status_code == 200
    seen = Contribution.objects.get(institution="nat-dws")
    assert seen.state == "opened"
    assert hub.post(at("remind_party", edition, "commitments", "nat-dws")).status_code == 302
    stale = {"answer": "Two pump stations by 2030", "revision": 1}
    assert planner.post(at("contribute", edition, "commitments", "nat-dws"), stale).status_code == 409
    fresh = {**stale, "revision": seen.revision}
    assert planner.post(at("contribute", edition, "commitments", "nat-dws"), fresh).status_code == 302
    assert hub.get(address).status_code == 200
    again = {"request": "And the place of each?", "due_on": clock.today()}
    assert hub.post(at("ask_again", edition, "commitments", "nat-dws"), again).status_code == 302
    now = Contribution.objects.get(institution="nat-dws")
    refusal = {"answer": "The sector plan is under review until 2027", "revision": now.revision}
    assert planner.post(at("decline_contribution", edition, "commitments", "nat-dws"), refusal).status_code == 302
    assert planner.get(at("contribution", edition, "commitments", "lim-health")).status_code == 200
    assert planner.post(at("contribute", edition, "commitments", "lim-health"), fresh).status_code == 403
    sheet = b"".join(hub.get(at("participation_csv", edition), {"state": "declined"}).streaming_content).decode()
    assert "nat-dws" in sheet
    assert "lim-health" not in sheet


def test_the_next_edition_is_opened_from_its_page(world):
    hub = world.client(world.hub36)
    address = reverse("joint_planning:start_planning", args=("DC36",))
    assert hub.get(address).status_code == 200
    given = {"ruleset": "regulations_2024", "start_year": 2026, "horizon_years": 30}
    assert hub.post(address, given).status_code == 302
    assert hub.post(address, given).status_code == 409
    assert world.client(world.analyst).get(address).status_code == 403


def test_from_freeze_to_seal_through_the_pages(whole, world, mailoutbox):
    hub, edition = world.client(whole.hub), whole.edition
    factories.committees(edition.plan.space, by=whole.hub)
    for stage in factories.BEFORE_ADOPTION:
        assert hub.post(at("pass_gate", edition, stage)).status_code == 302
    assert hub.post(at("freeze_copy", edition), {"revision": whole.again().revision}).status_code == 302
    copy_hash = whole.again().copy_hash
    assert copy_hash in hub.get(at("adoption", edition)).content.decode()
    assert hub.get(at("signing_copy", edition)).content.startswith(b'{"boundaries"')
    sign_commitments(whole.lead, copy_hash=copy_hash, by=whole.signatory)
    assert hub.post(at("adopt_edition", edition), {"confirm": "DC36"}).status_code == 409
    for committee, decision in zip(reversed(list(standing_committees("DC36"))), ("submit", "approve"), strict=True):
        seats = seats_on([committee], clock.today())[committee.pk]
        given = {
            "held_on": clock.today().isoformat(), "decision": decision, "copy_hash": copy_hash, "method": "consensus",
            "text": "Resolved about this signing copy.", **{f"present_{each.seat.pk}": "on" for each in seats},
        }  # fmt: skip
        address = reverse("committees:record_resolution", args=("DC36", committee.kind))
        assert hub.get(address, {"copy": copy_hash}).status_code == 200
        assert hub.post(address, given).status_code == 302
    assert hub.post(at("adopt_edition", edition), {"confirm": "DC15"}).status_code == 409
    assert hub.post(at("adopt_edition", edition), {"confirm": "dc36"}).status_code == 302
    assert whole.again().state == "adopted"
    assert "none: this is the first of the chain" in hub.get(at("adoption", edition)).content.decode()
    following = start_planning(world.dc36, ruleset="framework_2020", start_year=2027, by=whole.hub)
    assert hub.get(at("compare", following), {"with": 1}).status_code == 200
    assert hub.get(at("compare", following), {"with": 9}).status_code == 404
    assert world.client(world.public).get(at("workspace", edition)).status_code == 302
    assert world.client(world.thandi).get(at("workspace", edition)).status_code == 404


def test_each_sees_only_the_resolution_that_it_may_record(whole, world):
    whole.freeze()
    address = at("adoption", whole.edition)
    assert "Record the" not in world.client(whole.hub).get(address).content.decode()  # no committee stands yet
    factories.committees(whole.edition.plan.space, by=whole.hub)
    for actor, submits, approves in (
        (whole.hub, True, True),
        (world.technical, True, False),
        (world.office, False, False),
    ):
        page = world.client(actor).get(address).content.decode()
        assert ("Record the submission" in page, "Record the approval" in page) == (submits, approves), actor.name


def test_the_rule_set_is_changed_on_its_page_and_stages_stay(whole, world):
    hub, address = world.client(whole.hub), at("change_ruleset", whole.edition)
    factories.pass_gates(whole.again(), by=whole.hub, stages=("diagnostic",))
    whole.edition.stages.filter(stage="implementation").delete()
    assert address in hub.get(at("workspace", whole.edition)).content.decode()
    assert hub.get(address).status_code == 200
    given = {"ruleset": "regulations_2024", "revision": whole.again().revision}
    assert hub.post(address, {**given, "revision": 0}).status_code == 409
    assert hub.post(address, given).status_code == 302
    assert whole.again().ruleset == "regulations_2024"
    assert whole.edition.stages.get(stage="diagnostic").state == "passed"
    assert whole.edition.stages.filter(stage="implementation").exists()
    assert world.client(world.analyst).get(address).status_code == 403
    assert world.client(world.thandi).get(address).status_code == 404


def test_withdrawing_through_the_page_needs_a_reason(whole, world):
    whole.freeze()
    hub = world.client(whole.hub)
    assert hub.post(at("withdraw_copy", whole.edition), {"reason": ""}).status_code == 200
    assert (
        hub.post(at("withdraw_copy", whole.edition), {"reason": "The estimates were cut by Parliament"}).status_code
        == 302
    )
    assert whole.again().state == "open"


@pytest.mark.parametrize("more", [0, 12])
def test_queries_do_not_grow_with_the_plan(world, django_assert_max_num_queries, more):
    edition = factories.fill(factories.edition_of(world.dc36, by=world.hub36), by=world.hub36)
    for _number in range(1 + more):
        factories.commit(edition, world.dws, by=world.hub36, pledged=False)
    request_contribution(edition, "draft", world.dws, request="Check.", by=world.hub36)
    hub = world.client(world.hub36)
    for name in PAGES:
        with django_assert_max_num_queries(36):
            assert hub.get(at(name, edition)).status_code == 200
