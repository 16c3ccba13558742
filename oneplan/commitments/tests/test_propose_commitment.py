from decimal import Decimal
from types import SimpleNamespace

import pytest

from oneplan.access.actors import system
from oneplan.commitments.actions import add_party, amend_commitment, propose_commitment
from oneplan.commitments.choices import Acceptance, CommitmentState, PartyRole, PlaceQuality, ProjectStage
from oneplan.commitments.tests.factories import day, freeze, propose
from oneplan.institutions.models import Institution
from oneplan.plans.actions import involve_institution, open_edition
from oneplan.plans.models import Involvement
from oneplan.platform.audit import history
from oneplan.platform.errors import NotAllowed, RuleBroken
from oneplan.projects.choices import Stage
from oneplan.spaces.models import MunicipalArea, Ward


def test_a_hub_manager_proposes_and_nothing_is_agreed(world):
    commitment = propose(by=world.thandi, municipal_areas=MunicipalArea.objects.filter(space_id="DC15")[:1])
    assert commitment.ref == "DC15-C-0001"
    assert commitment.state == CommitmentState.PROPOSED
    party = commitment.parties.get()
    assert (party.institution_id, party.role, party.acceptance) == ("nat-dws", PartyRole.LEAD, Acceptance.ASKED)
    assert commitment.place_quality == PlaceQuality.NAMED
    assert commitment.funding == "unfunded"  # a total cost, and no pledge
    share = commitment.shares.get()
    assert (share.space_id, share.fraction, share.valid_to) == ("DC15", Decimal(1), None)
    assert history(commitment).get().event == "commitment.proposed"


@pytest.mark.parametrize("end", [{"valid_to": day("2020-04-01")}, {"merged_into_id": "nat-dws"}])
def test_who_does_not_stand_any_more_is_not_asked(world, end):
    Institution.objects.filter(pk="nat-tourism").update(**end)
    gone = Institution.objects.get(pk="nat-tourism")
    with pytest.raises(RuleBroken, match="not stand any more"):
        propose(lead="nat-tourism", by=world.thandi)
    with pytest.raises(RuleBroken, match="not stand any more"):
        propose(by=world.thandi, partners={gone: ""})
    with pytest.raises(RuleBroken, match="not stand any more"):
        add_party(propose(by=world.thandi), gone, by=world.thandi)


def test_references_count_up_within_a_space(world):
    assert [propose(by=world.thandi).ref for _ in range(2)] == ["DC15-C-0001", "DC15-C-0002"]
    assert propose("DC36", by=world.hub36).ref == "DC36-C-0001"


def test_a_contributor_proposes_for_its_own_institution_where_it_was_asked(world):
    edition = open_edition(world.dc15, ruleset="framework_2020", start_year=2026, by=system("tests"))
    with pytest.raises(NotAllowed, match="not been asked"):
        propose(by=world.planner)
    involve_institution(edition.plan, world.dws, by=world.thandi)
    assert propose(by=world.planner).lead_id == "nat-dws"
    with pytest.raises(NotAllowed):
        propose(lead="lim-health", by=world.planner)


def test_strangers_and_readers_propose_nothing(world):
    for actor in (world.charlie, world.public, world.auditor, world.analyst, world.hub36):
        with pytest.raises(NotAllowed):
            propose(by=actor)


def test_the_lead_may_read_the_drafts_of_the_plan(world):
    open_edition(world.dc15, ruleset="framework_2020", start_year=2026, by=system("tests"))
    propose(by=world.thandi)
    assert Involvement.objects.filter(plan_id="DC15", institution_id="nat-dws").exists()


def test_it_refuses_reversed_dates_and_other_nonsense(world):
    with pytest.raises(RuleBroken, match="before it starts"):
        propose(start_on=day("2027-01-01"), finish_on=day("2026-01-01"))
    with pytest.raises(RuleBroken, match="title"):
        propose(title="  ")
    with pytest.raises(RuleBroken, match="transformation area"):
        propose(area="weather")
    with pytest.raises(RuleBroken, match="negative"):
        propose(total_cost=Decimal(-1))
    with pytest.raises(RuleBroken, match="South Africa"):
        propose(longitude=-31.0, latitude=28.0)
    with pytest.raises(TypeError):
        propose(state="signed")


def test_it_refuses_a_place_in_another_space(world):
    with pytest.raises(RuleBroken, match="does not lie in DC15"):
        propose(municipal_areas=MunicipalArea.objects.filter(space_id="DC36")[:1])


def test_it_refuses_a_ward_in_another_space_when_proposed_and_when_amended(world):
    here = Ward.objects.filter(municipal_area__space_id="DC15")[0]
    there = Ward.objects.filter(municipal_area__space_id="DC36")[0]
    with pytest.raises(RuleBroken, match=f"Ward {there.pk} does not lie in DC15"):
        propose(ward=there)
    commitment = propose(ward=here)
    with pytest.raises(RuleBroken, match="does not lie in DC15"):
        amend_commitment(commitment, revision=1, by=world.thandi, reason="It moved elsewhere", ward=there)
    halves = {"DC15": Decimal("0.5"), "DC36": Decimal("0.5")}
    shared = propose(ward=there, shares=halves, municipal_areas=MunicipalArea.objects.filter(space_id="DC15")[:1])
    assert shared.place_quality == PlaceQuality.LOCATED


def test_a_ward_is_placed_and_an_approximate_point_is_not(world):
    ward = Ward.objects.filter(municipal_area__space_id="DC15").first()
    assert propose(ward=ward).place_quality == PlaceQuality.LOCATED
    assert propose().place_quality == PlaceQuality.NOT_PLACED
    assert propose(whole_space=True).place_quality == PlaceQuality.WHOLE_SPACE


def test_a_point_in_another_space_is_no_evidence_of_place(world, monkeypatch):
    def found(space):
        return lambda *_at: SimpleNamespace(space=space, quality="legal")

    monkeypatch.setattr("oneplan.commitments.actions.keeping.locate_one", found("DC36"))
    elsewhere = propose(longitude=28.0, latitude=-24.0)
    assert elsewhere.place_quality == PlaceQuality.NOT_PLACED
    monkeypatch.setattr("oneplan.commitments.actions.keeping.locate_one", found("DC15"))
    assert propose(longitude=28.8, latitude=-31.6).place_quality == PlaceQuality.LOCATED


def test_nothing_is_proposed_into_a_signing_copy(world):
    freeze()
    with pytest.raises(RuleBroken, match="Withdraw the signing copy"):
        propose(by=world.thandi)
    with pytest.raises(RuleBroken, match="Withdraw the signing copy"):
        propose("DC36", shares={"DC15": Decimal("0.5"), "DC36": Decimal("0.5")})
    assert propose_commitment(world.dc36, by=world.hub36, title="Clinic", lead=world.health, area="services").pk


def test_commitments_and_projects_call_stages_the_same():
    ended = (Stage.TERMINATED, Stage.COMPENSATION)
    assert ProjectStage.choices == [choice for choice in Stage.choices if choice[0] not in ended]
