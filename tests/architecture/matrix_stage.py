"""The small world of the access matrix: everything an address can name, made once through the rooms' own actions.

Waterberg (DC36) has a plan in progress and nothing adopted: whatever of it reaches an outsider is a leak. Its words and
its money are marked (`SECRET`, `SECRET_RAND`), so that a leak can be searched for. eThekwini (ETH) has an edition that
was adopted and sealed, for the pages that are everybody's.
"""

import io
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db.models import Max

from oneplan.access.actions import grant_role, invite_user
from oneplan.access.actors import PUBLIC, Actor, actor_for, system
from oneplan.access.models import RoleAssignment
from oneplan.access.roles import Role
from oneplan.accounts.models import User
from oneplan.alignment.actions.linking import write_link
from oneplan.alignment.choices import LinkKind
from oneplan.alignment.models import Clash, Tie
from oneplan.budgets.actions import set_placement_rule
from oneplan.budgets.actions.amending import amend_calendar
from oneplan.budgets.models import BudgetRelease
from oneplan.commitments.actions import (
    add_party,
    draft_pledge,
    mark_commitment,
    propose_commitment,
    serve_elements,
    sign_commitments,
)
from oneplan.commitments.models import Commitment, Party
from oneplan.committees.actions import constitute_committee, record_resolution, seat_member
from oneplan.committees.choices import Decision, Method
from oneplan.committees.models import Resolution
from oneplan.committees.queries import seats_on
from oneplan.exchange.actions import start_import
from oneplan.exchange.kinds import Hashed, ImportOrder, get_kind
from oneplan.exchange.models import ImportRun
from oneplan.exchange.pipeline import run_import
from oneplan.exchange.readers.guard import sha256_of
from oneplan.frameworks.queries import ruleset
from oneplan.indicators.actions import (
    assign_owner,
    define_indicator,
    define_source,
    define_table,
    set_baseline,
    set_target,
)
from oneplan.indicators.choices import Calculation, Level, OwnerSubject, Unit, Universe
from oneplan.indicators.choices import Direction as Better
from oneplan.indicators.models import ObservationRelease
from oneplan.indicators.registry import Defined, Total
from oneplan.indicators.tables import Source, Table
from oneplan.institutions.actions import delegate_powers, merge_institutions, name_champion
from oneplan.institutions.choices import Power
from oneplan.institutions.models import Institution, Post
from oneplan.institutions.queries import signing_post
from oneplan.joint_planning import actions as joint
from oneplan.joint_planning.gates import gate_report
from oneplan.joint_planning.tests import factories
from oneplan.ledger.actions import compute_ledger, open_cycle
from oneplan.periods import clock
from oneplan.periods.years import Basis, FinancialYear
from oneplan.plans import actions as plans
from oneplan.plans.models import Edition
from oneplan.platform.documents import Document, open_document, store
from oneplan.projects.actions import register_programme, set_milestone
from oneplan.projects.models import Match, Project
from oneplan.projects.tests import factories as projects
from oneplan.publishing.actions import ask_rendition
from oneplan.source_plans.actions import register_plan, write_items
from oneplan.source_plans.models import PlanItem
from oneplan.source_plans.rules import ItemTerms
from oneplan.spaces.models import MunicipalArea, PlanningLayer
from oneplan.workbooks.actions import compare_return, issue_workbook, return_workbook
from oneplan.workbooks.models import Workbook, WorkbookReturn
from tests.world import LONG_AGO, World

SECRET = "Zwartwaterkloof"  # stands in every element and commitment of Waterberg's draft
SECRET_RAND = Decimal("77123456.78")
RAND_AS_SHOWN = ("77123456", "77 123 456", "77\u00a0123\u00a0456", "77\u202f123\u202f456")


@dataclass(frozen=True)
class Draft:
    """What of Waterberg's plan the addresses name."""

    edition: Edition
    finding: str
    resolved: str
    removed: str
    commitment: Commitment
    pledge: int
    rule: str
    excepted: str


def actors(world: World) -> dict[str, Actor]:
    """The cast. Keys are those of access_matrix.yaml."""
    person, sipho, ayanda = world._person, world.sipho, world.ayanda
    return {
        "administrator": world.admin,
        "office": world.office,
        "coordinator": world.coordinator,
        "other_coordinator": person("Andile", Role.PROVINCIAL_COORDINATOR, "province:EC"),
        "hub": world.hub36,
        "other_hub": world.thandi,
        "technical": world.technical,
        "political": person("Dikeledi", Role.POLITICAL_COMMITTEE_MEMBER, "space:DC36"),
        "contributor": person("Refilwe", Role.CONTRIBUTOR, "institution:lim-health"),
        "outsider": person("Oscar", Role.CONTRIBUTOR, "institution:nat-tourism"),
        "signatory": ayanda,
        "other_signatory": sipho,
        "analyst": world.analyst,
        "auditor": world.auditor,
        "charlie": world.charlie,
        "public": PUBLIC,
    }


def paper(by: Actor, name: str = "letter.txt") -> Document:
    return store(io.BytesIO(f"Signed on paper: {name}".encode()), name=name, media_type="text/plain", by=by)


def write_draft(world: World, hub: Actor) -> Draft:
    """Waterberg's plan in progress: one of everything."""
    space = world.dc36
    edition = factories.edition_of(space, by=hub)
    text = factories.long_text(SECRET)
    finding = plans.record_finding(
        edition, area="services", by=hub, statement=f"Most households of {SECRET} lack piped water.",
        evidence="Counted.", source="Stats SA, Census 2022", source_date=date(2023, 10, 10), whole_space=True,
    )  # fmt: skip
    second, third = (
        plans.record_finding(
            edition, area="services", by=hub, statement=f"{SECRET} has no clinic within {km} kilometres.",
            source="Community Survey", source_date=date(2024, 1, 1), whole_space=True,
        )
        for km in (20, 30)
    )  # fmt: skip
    plans.remove_element(third, revision=third.revision, by=hub, reason="It was counted twice in the survey.")
    outcome = plans.set_outcome(
        edition, area="services", by=hub, statement=f"Every household of {SECRET} has water in its yard.",
        indicator="Households with piped water", unit="%", baseline=Decimal("68.5"), baseline_year=2022,
        baseline_source="Census 2022", target=Decimal(100), target_year=clock.today().year + 9,
    )  # fmt: skip
    strategy = plans.formulate_strategy(
        edition, area="services", title=f"Bring bulk water to {SECRET}", findings=[finding.ref], outcomes=[outcome.ref],
        whole_space=True, by=hub,
    )  # fmt: skip
    plans.write_vision(edition, text=f"By 2056 nobody in {SECRET} lacks water.", by=hub)
    chapter = next(each.code for each in ruleset(edition.ruleset).chapters if not each.is_per_area)
    plans.write_section(edition, chapter=chapter, title=f"{SECRET} in brief", body=text, by=hub)
    finding.refresh_from_db()
    plans.mark_element(
        finding, "women", justification=f"Women of {SECRET} fetch the water.", revision=finding.revision, by=hub
    )
    owner = signing_post(world.health)
    assert owner is not None
    for ref in (finding.ref, second.ref):
        plans.raise_immediate_issue(
            edition, ref, kind="basic_service", service=f"Water tankers for {SECRET}", households=4321,
            households_source="Municipal count", owner_post=owner, due_on=clock.today() + timedelta(days=30), by=hub,
        )  # fmt: skip
    commitment = promise(world, hub, [outcome.ref, strategy.ref])
    pledge = Party.objects.get(commitment=commitment, institution=world.health).pledges.get()
    failing = [each.gate.code for each in gate_report(edition).stage("diagnostic").rules if not each.lets_pass]
    joint.grant_exception(edition, "diagnostic", failing[0], reason="The census comes out next month.", by=hub)
    return Draft(edition, finding.ref, second.ref, third.ref, commitment, pledge.pk, failing[1], failing[0])


def promise(world: World, hub: Actor, refs: list[str]) -> Commitment:
    """A commitment of the health department, with the water department as second party, in Waterberg alone."""
    area = MunicipalArea.objects.filter(space="DC36").order_by("code").first()
    assert area is not None
    year = clock.today().year + 3
    commitment = propose_commitment(
        world.dc36, by=hub, title=f"Clinic and borehole at {SECRET}", lead=world.health, area="services",
        objective=f"{SECRET} has a clinic with water", indicator="Clinics open", unit="clinics", baseline=Decimal(0),
        target=Decimal(1), target_on=date(year, 3, 31), outputs="One clinic", start_on=clock.today(),
        finish_on=date(year, 3, 31), responsibility="Builds the clinic", accountable_post=signing_post(world.health),
        municipal_areas=[area],
    )  # fmt: skip
    add_party(commitment, world.dws, responsibility="Drills the borehole", by=hub)
    draft_pledge(
        Party.objects.get(commitment=commitment, institution=world.health), year=FinancialYear(year, Basis.PFMA),
        amount=SECRET_RAND, status="indicative", funding_source="Health Facility Revitalisation Grant", by=hub,
        evidence=paper(hub, "grant.txt"), evidence_reference="Grant framework 2026",
    )  # fmt: skip
    serve_elements(commitment, world.dc36, refs, by=hub)
    mark_commitment(commitment, "women", justification=f"Women of {SECRET} use the clinic most.", by=hub)
    commitment.refresh_from_db()
    return commitment


def ask(draft: Draft, world: World, hub: Actor, contributor: Actor) -> None:
    """One stage answered with a document, one stage asked."""
    diagnostic = joint.request_contribution(draft.edition, "diagnostic", world.health, request="Your figures.", by=hub)
    joint.contribute(
        diagnostic, answer=f"The figures of {SECRET} are attached.", document=paper(contributor, "figures.txt"),
        by=contributor,
    )  # fmt: skip
    joint.request_contribution(draft.edition, "draft", world.health, request="Check your rows.", by=hub)


def adopt_ethekwini(world: World) -> Edition:
    """eThekwini's first edition, from its first finding to its seal, signed by its own municipality."""
    hub = world._person("Zodwa", Role.HUB_MANAGER, "space:ETH")
    metro = Institution.objects.get(space="ETH", sphere="local", merged_into=None)
    signatory = world.signatory("Musa", metro.code)
    edition = factories.fill(factories.edition_of(world.eth, by=hub), by=hub)
    factories.commit(edition, metro, by=hub)
    factories.answer_all(edition, metro, hub=hub, signatory=signatory)
    factories.pass_gates(edition, by=hub)
    copy = joint.freeze_copy(edition, revision=Edition.objects.get(pk=edition.pk).revision, by=hub)
    sign_commitments(metro, copy_hash=copy.sha256, by=signatory)
    made = factories.committees(world.eth, by=hub)
    submitted = seats_on([made["technical"]], clock.today())[made["technical"].pk]
    record_resolution(
        made["technical"], held_on=clock.today(), decision="submit", text="Resolved to submit this signing copy.",
        copy_hash=copy.sha256, present={each.seat: "" for each in submitted}, minutes=paper(hub, "minutes.txt"), by=hub,
    )  # fmt: skip
    factories.resolve(made["political"], "approve", copy, by=hub)
    joint.adopt_edition(edition, by=hub)
    return edition


def seat(world: World, hub: Actor) -> str:
    """Both committees of Waterberg; gives the code of a post that sits on the technical one."""
    technical, _political = (
        constitute_committee(world.dc36, kind, ruleset=factories.RULES, by=hub) for kind in ("technical", "political")
    )
    post = Post.objects.filter(institution=world.health).order_by("code").first()
    assert post is not None
    seat_member(technical, post, "member", by=hub)
    Resolution.objects.create(
        committee=technical, number=1, held_on=clock.today(), decision=Decision.OTHER, method=Method.CONSENSUS,
        text=f"Resolved to visit {SECRET}.", seats_total=3, seats_present=3, quorum_needed=2, recorded_at=clock.now(),
    )  # fmt: skip
    return post.code


def hand_in(hub: Actor) -> ImportRun:
    """A table of commitments for Waterberg that waits for its columns to be matched."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        path.write_text(f"No,Title,Department\n1,Dam at {SECRET},lim-health\n", encoding="utf-8")
        order = ImportOrder(
            kind="commitments", by=hub, source="Hub", space="DC36", file_name="rows.csv", file=Hashed(sha256_of(path))
        )
        return start_import(path, kind=get_kind("commitments"), order=order, by=hub)


def receive_budget(office: Actor) -> str:
    """A budget release that stays inside government, by its reference."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "budget.csv"
        path.write_text(
            "DEMARCATION_CDE,YEARPERIOD,FUNCTION_CDE,INCEXP_CDE,TCOST\nLIM366,2025ORGB,1110,2000,5\n", encoding="utf-8"
        )
        run_import(
            "budget", path, by=office, layout="municipal-income-expenditure", as_at=clock.today(),
            details={"standing": "government", "title": f"Budget of {SECRET}"},
        )  # fmt: skip
    return BudgetRelease.objects.get().ref


def state(hub: Actor) -> tuple[str, str]:
    """A target and a baseline of DC36, as their references in the interface."""
    told: dict[str, Any] = {
        "level": Level.SPACE, "place": "DC36", "reason": "The plan of the space says so", "revision": 0, "by": hub,
    }  # fmt: skip
    set_target("unemployment", year=2030, value=Decimal(20), **told)
    set_baseline("unemployment", year=2016, value=Decimal(25), **told)
    return "unemployment:space:DC36:2030:calendar", "unemployment:space:DC36:2016:calendar"


def receive_observations(office: Actor) -> str:
    """Observations that are held back, since a row of the file was refused, by their reference."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "census.csv"
        path.write_text(
            "table,geo_version,geo_level,geo_code,dimension,category,value\n"
            "gender,2016,municipality,LIM366,gender,Male,5\ngender,2016,municipality,LIM366,gender,Female,-5\n",
            encoding="utf-8",
        )
        run_import("indicators", path, by=office, layout="wazimap", as_at=clock.today(), source=f"Survey of {SECRET}")
    return ObservationRelease.objects.get().ref


def give_workbook_back(world: World, hub: Actor) -> tuple[Workbook, WorkbookReturn]:
    """Waterberg's workbook, returned as it was issued and compared."""
    workbook = issue_workbook(world.dc36, by=hub)
    assert workbook.document is not None
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file, open_document(workbook.document) as issued:
        file.write(issued.read())
        file.flush()
        returned = return_workbook(Path(file.name), file_name="filled.xlsx", space=world.dc36, by=hub)
        return workbook, compare_return(returned, Path(file.name), by=hub)


def define(office: Actor, world: World) -> dict[str, str]:
    """A source, a table and an indicator that users defined, and a post that was asked to answer for figures."""
    told = Defined(
        "own-indicator", "Persons", "All", "To know", Unit.NUMBER, Universe.PERSONS, Better.NONE, Calculation.LATEST,
        "people", None, "We", "Counted", "None", 0, (Total("census-2011-population"),), chapter="demography",
    )  # fmt: skip
    reason = "Asked for by the office"
    define_source(Source("own-source", "Ours", "We", "Here", "Open", LONG_AGO, False), reason=reason, by=office)
    define_table(
        Table("own-table", "Ours", Universe.PERSONS, Unit.NUMBER, "own-table", Level.SPACE, {}, source="census-2011"),
        reason=reason, by=office,
    )  # fmt: skip
    define_indicator(told, reason=reason, by=office)
    post = signing_post(world.health)
    assert post is not None
    assign_owner(OwnerSubject.INDICATOR, "population", post=post, reason=reason, revision=0, by=office)
    return {"$own_source": "own-source", "$own_table": "own-table", "$own_indicator": "own-indicator"}


@dataclass(frozen=True)
class Works:
    """What of Waterberg's projects the addresses name; all of it inside government."""

    project: Project
    milestone: int
    match: Match
    submission: int
    clash: int
    tie: int


def build(world: World, commitment: Commitment) -> Works:
    """A project of the health department in Waterberg, with one of everything that hangs on it."""
    programme = register_programme(title=f"Clinics of {SECRET}", institution=world.health, by=system("tests"))
    fields: dict[str, Any] = {
        "implementing": world.health,
        "is_doubtful": True,
        "programme": programme,
        "total_cost": SECRET_RAND,
    }
    left = projects.project(f"Clinic at {SECRET}", **fields)
    right = projects.project(f"Clinic {SECRET}", implementing=world.health)
    projects.placement(left, areas={"LIM366": 1.0}, doubts=["unknown_name"])
    sent = projects.submission()
    for row in (left, right):
        projects.snapshot(row, sent)
    step = set_milestone(left, title=f"Tender for {SECRET}", due_on=date(2027, 3, 1), by=system("tests"))
    match = Match.objects.create(left=left, right=right, likeness=0.9, proposed_at=clock.now())
    clash = Clash.objects.create(
        kind="same_place", left=left, right=right, rule="near", weight=0.9, found_at=clock.now()
    )
    tie = Tie.objects.create(commitment=commitment, project=left, likeness=0.9, proposed_at=clock.now())
    PlanningLayer.objects.create(
        code="lim-nodes", name="Nodes of Limpopo", kind="node", custodian="Limpopo", sensitivity="public",
        source="Provincial SDF", file_sha256="0" * 64, recorded_at=clock.now(),
    )  # fmt: skip
    return Works(left, step.pk, match, sent.pk, clash.pk, tie.pk)


def delegate(world: World, signatory: Actor) -> Post:
    """The health department's signing post delegates contributing to another post; gives the signing post."""
    giver = signing_post(world.health)
    assert giver is not None
    taker = Post.objects.filter(institution=world.health).exclude(pk=giver.pk).order_by("code").first()
    assert taker is not None
    delegate_powers(
        giver, taker, powers=[Power.CONTRIBUTE], instrument=paper(signatory, "delegation.txt"),
        reference="Letter 7 of 2026",
        valid_from=clock.today(), valid_to=clock.today() + timedelta(days=300), by=signatory,
    )  # fmt: skip
    return giver


def ledger_cycle() -> str:
    """A cycle of the money ledger, computed: its reference."""
    by = system("stage")
    cycle = open_cycle("Cycle of the stage", by=by, reason="What the stage holds")
    compute_ledger(by=by)
    return cycle.ref


def source_plan(world: World, hub: Actor) -> int:
    """A plan of Waterberg with one item; the item's number."""
    plan = register_plan(
        by=hub, code="idp-dc36", kind="idp", title="IDP 2022–2027", reference="Council", space=world.dc36
    )
    write_items(plan, [ItemTerms("1", "goal", "Water for all")], revision=plan.revision, reason="As adopted", by=hub)
    return plan.items.get().pk


def amendment(office: Actor) -> str:
    """An amended day of the budget cycle; its reference."""
    return amend_calendar(
        by=office, duty="mtef_requests", year=2040, opens_on=date(2039, 6, 2), due_on=date(2039, 7, 20),
        source="Circular of the treasury", reason="As it was circulated",
    ).ref  # fmt: skip


def link_with(commitment: Commitment, item: int, hub: Actor) -> int:
    """A proposed link of the commitment with an item of Waterberg's plan; its number."""
    found = PlanItem.objects.select_related("plan").get(pk=item)
    return write_link(LinkKind.COMMITMENT_ITEM, commitment, found, by=hub, reason=f"Both speak of {SECRET}").pk


def set_stage(world: World) -> dict[str, Any]:
    """Build the world. `cast`: its members; `arguments`: what `$name` means in a line of the matrices."""
    cast = actors(world)
    hub, office = cast["hub"], cast["office"]
    draft = write_draft(world, hub)
    ask(draft, world, hub, cast["contributor"])
    post = seat(world, hub)
    signing = delegate(world, cast["signatory"])
    name_champion(
        world.dc36, institution=world.health, level="provincial", person_name="Dr Mokoena", valid_from=LONG_AGO, by=hub
    )
    eskom = Institution.objects.get(code="soe-eskom")
    merge_institutions(eskom, world.dws, on=clock.today(), revision=eskom.revision, by=office, reason="In error")
    managed = User.objects.create_user("mandla@example.org", name="Mandla")
    grant_role(managed, Role.TECHNICAL_COMMITTEE_MEMBER, "space:DC36", by=office, scopes=world.dc36.scopes())
    around = world.dc36.scopes()
    letter, address = invite_user(
        email="new@example.org", name="Newcomer", role=Role.POLITICAL_COMMITTEE_MEMBER, scope_key="space:DC36", by=hub,
        link="/{secret}", scopes=around,
    )  # fmt: skip
    run = hand_in(hub)
    adopted = adopt_ethekwini(world)
    ask_rendition(draft.edition, "json", by=hub)
    workbook, returned = give_workbook_back(world, hub)
    works = build(world, draft.commitment)
    item = source_plan(world, hub)
    placement_rule = set_placement_rule(
        by=office, institution="nat-dws", how="space", places=["DC36"], reason="Its works lie there alone."
    )
    release = receive_budget(office)
    observations = receive_observations(office)
    target, baseline = state(hub)
    return {
        "world": world,
        "cast": {member: actor_for(actor.user) if actor.user else PUBLIC for member, actor in cast.items()},
        "draft": draft,
        "arguments": {
            **define(office, world),
            "$number": draft.edition.number,
            "$placement_rule": placement_rule.ref,
            "$adopted": adopted.number,
            "$finding": draft.finding,
            "$resolved": draft.resolved,
            "$removed": draft.removed,
            "$rule": draft.rule,
            "$excepted": draft.excepted,
            "$ref": draft.commitment.ref,
            "$pledge": draft.pledge,
            "$evidence": sha256(b"Signed on paper: grant.txt").hexdigest(),
            "$post": post,
            "$signing_post": signing.code,
            "$run": run.pk,
            "$release": release,
            "$observations": observations,
            "$target": target,
            "$baseline": baseline,
            "$workbook": workbook.pk,
            "$party_workbook": issue_workbook(world.dc36, institution=world.health, by=hub).pk,
            "$workbook_return": returned.pk,
            "$invitation": letter.pk,
            "$secret": address.removeprefix("/"),
            "$person": managed.pk,
            "$assignment": RoleAssignment.objects.filter(user=managed).aggregate(last=Max("pk"))["last"],
            "$edition_subject": f"edition:DC36:{draft.edition.number}",
            "$hidden_project": projects.project(f"Depot at {SECRET}", longitude=28.4, latitude=-24.7).ref,
            "$commitment_subject": f"commitment:{draft.commitment.ref}",
            "$project": works.project.ref,
            "$programme": works.project.programme.ref if works.project.programme else "",
            "$milestone": works.milestone,
            "$match": works.match.pk,
            "$submission": works.submission,
            "$clash": works.clash,
            "$tie": works.tie,
            "$plan_item": item,
            "$amendment": amendment(office),
            "$link": link_with(draft.commitment, item, hub),
            "$cycle": ledger_cycle(),
            "$person_subject": f"user:{managed.pk}",
        },
    }
