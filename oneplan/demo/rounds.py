"""The two rounds of joint planning in the sample's story."""

import random
from datetime import date, timedelta
from decimal import Decimal

from oneplan.access.actors import Actor
from oneplan.commitments.actions import (
    accept_pledge,
    add_party,
    agree_commitment,
    amend_commitment,
    decline_pledge,
    deliver_commitment,
    draft_pledge,
    mark_commitment,
    propose_commitment,
    serve_elements,
    sign_commitments,
)
from oneplan.commitments.models import Commitment, Party
from oneplan.committees.actions import constitute_committee, record_resolution, seat_member
from oneplan.committees.choices import Capacity, CommitteeKind, Decision
from oneplan.committees.models import Committee
from oneplan.demo.people import Cast
from oneplan.demo.sample import CommitmentRow, Sample
from oneplan.frameworks.queries import ruleset
from oneplan.institutions.models import Institution, Post
from oneplan.institutions.queries import signing_post
from oneplan.joint_planning.actions import (
    adopt_edition,
    contribute,
    decline_contribution,
    freeze_copy,
    grant_exception,
    open_contribution,
    pass_gate,
    remind_party,
    request_contribution,
    start_planning,
)
from oneplan.joint_planning.gates import gate_report
from oneplan.joint_planning.models import Contribution
from oneplan.periods import clock
from oneplan.periods.years import Basis, FinancialYear
from oneplan.plans.actions import (
    formulate_strategy,
    link_priorities,
    mark_element,
    raise_immediate_issue,
    record_finding,
    revise_finding,
    revise_outcome,
    set_outcome,
    write_impact,
    write_section,
    write_vision,
)
from oneplan.plans.models import Edition, Finding, Outcome
from oneplan.spaces.models import MunicipalArea, Space

RULES = "framework_2020"
MILLION = Decimal(1_000_000)
SILENT = "nat-treasury"  # asked like all others, and never answers: the sample shows how a plan goes on without a party
EXCEPTED = ("pledges_answered", "parties_answered", "parties_asked_and_answered")
MARKED = {  # which commitments carry which marker, by a word of their title
    "rank": ("gbvf", "Light, cameras and a staffed desk lower the risk for women and children where it is highest."),
    "paving": (
        "labour_intensive",
        "The streets are paved by hand; a kilometre gives thirty people work for four months.",
    ),
    "college": ("youth", "Places are kept for young people who left school without a certificate."),
    "meals": ("hunger", "Meals reach children in the villages where growth charts show stunting."),
    "Supplier": ("local_procurement", "The yard is open only to firms registered in the district."),
    "Solar": ("economic_recovery", "New generation replaces jobs that the coal economy will lose."),
}


class Round:
    """What both rounds share."""

    def __init__(self, space: Space, cast: Cast, sample: Sample, rng: random.Random) -> None:
        self.space, self.cast, self.sample, self.rng = space, cast, sample, rng
        self.municipal_areas = {area.code: area for area in MunicipalArea.objects.filter(space=space)}

    @property
    def hub(self) -> Actor:
        return self.cast["refilwe"]

    @property
    def edition(self) -> Edition:
        return Edition.objects.select_related("plan__space__province").filter(plan_id=self.space.code).latest("number")

    def places(self, written: str | list[str]) -> list[str]:
        if written == "all":
            return list(self.sample.areas.values())
        marks = [written] if isinstance(written, str) else written
        return [self.sample.areas[mark] for mark in marks]

    def manager(self, area: str) -> Post:
        """The municipal manager of one municipal area, who owns what happens there."""
        post = signing_post(Institution.objects.get(code=f"mun-{area.lower()}"))
        if post is None:
            raise LookupError(area)
        return post

    def resolve(self, kind: CommitteeKind, decision: Decision, text: str, copy_hash: str) -> None:
        committee = Committee.objects.get(space=self.space, kind=kind, valid_to=None)
        seats = list(committee.seats.filter(valid_to=None).order_by("pk"))
        absent = 1 if len(seats) > 4 else 0
        record_resolution(
            committee, held_on=clock.today(), decision=decision, text=text, copy_hash=copy_hash,
            present=dict.fromkeys(seats[: len(seats) - absent], ""), by=self.hub,
        )  # fmt: skip


class FirstRound(Round):
    """From an empty space to a sealed edition."""

    def open(self, *, by: Actor) -> None:
        start_planning(self.space, ruleset=RULES, start_year=2025, by=by, is_sample=True)

    def write_diagnostic(self) -> None:
        edition = self.edition
        for row in self.sample.findings:
            areas = self.places(row.place)
            finding = record_finding(
                edition, by=self.hub, area=row.area, statement=row.statement, evidence=row.evidence, source=row.source,
                source_date=row.source_date, value=Decimal(str(row.value)), unit=row.unit, municipal_areas=areas,
                owner_post=self.manager(areas[0]),
            )  # fmt: skip
            if row.statement.startswith("Reported gender-based"):
                mark_element(
                    finding, "gbvf", by=self.hub, revision=finding.revision,
                    justification="The finding is about gender-based violence, and names where and when it happens.",
                )  # fmt: skip
        urgent = Finding.objects.get(edition=edition, statement__startswith="Villages west of Mokopane")
        raise_immediate_issue(
            edition,
            urgent.ref,
            by=self.hub,
            kind="basic_service",
            service="Water by tanker until the scheme is joined",
            households=4200,
            households_source="Sample standpipe diaries",
            owner_post=self.manager("LIM367"),
            due_on=date(2024, 12, 15),
        )
        shared = Finding.objects.get(edition=edition, statement__startswith="Informal settlements near")
        raise_immediate_issue(
            edition, shared.ref, by=self.hub, kind="short_term", service="Chemical toilets in five settlements",
            households=1900, households_source="Sample settlement count", owner_post=self.manager("LIM362"),
            due_on=date(2025, 2, 28),
        )  # fmt: skip

    def write_vision(self) -> None:
        edition = self.edition
        write_vision(edition, text=self.sample.vision, by=self.hub)
        for area, text in self.sample.impacts.items():
            write_impact(edition, area=area, text=text, by=self.hub)
        for row in self.sample.outcomes:
            outcome = set_outcome(
                edition, by=self.hub, area=row.area, statement=row.statement, indicator=row.indicator, unit=row.unit,
                direction=row.direction, baseline=Decimal(str(row.baseline)), baseline_year=row.baseline_year,
                baseline_source="Sample working session", target=Decimal(str(row.target)), target_year=row.target_year,
            )  # fmt: skip
            mtdp = {"economy": "mtdp-1", "people": "mtdp-2", "services": "mtdp-2"}.get(row.area, "mtdp-3")
            link_priorities(outcome, [f"ndp-{row.ndp_chapter}", mtdp], revision=outcome.revision, by=self.hub)

    def write_strategies(self) -> None:
        edition = self.edition
        for row in self.sample.strategies:
            places = self.places(row.places)
            formulate_strategy(
                edition, by=self.hub, area=row.area, title=row.title, description=row.description,
                findings=[f"F-{number:03d}" for number in row.findings],
                outcomes=[f"O-{number:03d}" for number in row.outcomes],
                municipal_areas=places, owner_post=self.manager(places[0]),
            )  # fmt: skip

    def propose_commitments(self) -> None:
        for row in self.sample.commitments:
            copies = 2 if "{n}" in row.title else 1
            for mark in row.places:
                for number in range(1, copies + 1):
                    self._propose(row, self.sample.areas[mark], number)

    def _propose(self, row: CommitmentRow, area: str, number: int) -> Commitment:
        place = self.municipal_areas[area]
        own = f"mun-{area.lower()}"
        lead = Institution.objects.get(code=own if row.lead == "mun" else row.lead)
        title = row.title.format(place=place.name, institution=f"{place.name} Local Municipality", n=number)
        start = clock.add_months(date(2025, 4, 1), row.months[0])
        commitment = propose_commitment(
            self.space, by=self.hub, title=title, lead=lead, area=row.area, kind=row.kind, novelty=row.novelty,
            municipal_areas=[place], responsibility="Implements, reports and answers for the result.",
            objective=row.objective.format(place=place.name), indicator=row.indicator, unit=row.unit,
            target=Decimal(str(row.target)), target_on=clock.add_months(start, row.months[1]), outputs=row.outputs,
            start_on=start, finish_on=clock.add_months(start, row.months[1]), is_catalytic=row.is_catalytic,
            total_cost=self.rng.randint(*row.cost) * MILLION, accountable_post=signing_post(lead), is_sample=True,
        )  # fmt: skip
        serve_elements(
            commitment, self.space, by=self.hub,
            refs=[f"S-{n:03d}" for n in row.strategies] + [f"O-{n:03d}" for n in row.outcomes],
        )  # fmt: skip
        partners = [own if code == "mun" else code for code in row.partners]
        for code in dict.fromkeys(partners):
            if code != lead.code:
                add_party(
                    commitment, Institution.objects.get(code=code), by=self.hub,
                    responsibility="Contributes money and staff, and removes what stands in the way.",
                )  # fmt: skip
        for word, (marker, why) in MARKED.items():
            if word in title:
                mark_commitment(commitment, marker, justification=why, by=self.hub)
        self._pledge(commitment)
        return commitment

    def _pledge(self, commitment: Commitment) -> None:
        """Split the cost over parties and years; the further away, the less firm. Some of it nobody pays for."""
        parties = list(Party.objects.filter(commitment=commitment).select_related("institution").order_by("pk"))
        cost = commitment.total_cost or Decimal(0)
        years = min(4, max(1, round((commitment.finish_on - commitment.start_on).days / 365)))  # type: ignore[operator]
        lot = self.rng.random()
        weights = [Decimal("0.7"), Decimal("0.2"), Decimal("0.1")][: len(parties)]
        for party, weight in zip(parties, weights, strict=False):
            basis = Basis.MFMA if party.institution.sphere == "local" else Basis.PFMA
            share = (cost * weight / sum(weights) / years).quantize(Decimal("1000"))
            for offset in range(years):
                year = FinancialYear(2025 + offset, basis)
                status = "committed" if offset == 0 else "tabled" if offset <= 2 else "indicative"
                source = "Equitable share" if basis == Basis.PFMA else "Municipal Infrastructure Grant"
                if lot < 0.18 or (lot < 0.42 and offset >= 1 and party is parties[0]):
                    status, source = "unfunded", ""
                draft_pledge(party, year=year, amount=share, status=status, funding_source=source, by=self.hub)

    def answer_commitments(self) -> None:
        """Every party answers for itself; one department stays silent, and one entity declines its later years."""
        parties = Party.objects.select_related("institution", "commitment").filter(commitment__home_space=self.space)
        for party in parties.exclude(institution_id=SILENT).order_by("pk"):
            signatory = self.cast.signatory(party.institution_id)
            for pledge in party.pledges.exclude(status="unfunded").order_by("pk"):
                if party.institution_id == "soe-idc" and pledge.year > 2026:
                    decline_pledge(
                        pledge, by=signatory, reason="Our board has approved two years; later years need its decision."
                    )
                else:
                    accept_pledge(pledge, by=signatory)
            agree_commitment(party, by=signatory)

    def write_chapters(self) -> None:
        """The narrative: what is written in the sample, then per area its findings, outcomes and strategies."""
        edition, plan_rules = self.edition, ruleset(RULES)
        told = {
            "diagnostic": {
                a.code: [f.statement for f in self.sample.findings if f.area == a.code] for a in plan_rules.areas
            },
            "vision": {
                a.code: [
                    f"{o.statement} {o.indicator} moves from {o.baseline:g} to {o.target:g} by {o.target_year}."
                    for o in self.sample.outcomes
                    if o.area == a.code
                ]
                for a in plan_rules.areas
            },
            "strategies": {
                a.code: [f"{s.title}: {s.description}" for s in self.sample.strategies if s.area == a.code]
                for a in plan_rules.areas
            },
            "commitments": {
                a.code: [
                    f"{c.outputs}, so as to {c.objective[0].lower()}{c.objective[1:]}".format(place="the places named")
                    for c in self.sample.commitments
                    if c.area == a.code
                ]
                for a in plan_rules.areas
            },
        }
        for chapter in plan_rules.chapters:
            opening = self.sample.sections.get(chapter.code, self.sample.sections["introduction"])
            if not chapter.is_per_area:
                write_section(edition, chapter=chapter.code, title=chapter.label, body=opening, by=self.hub)
                continue
            for area in plan_rules.areas:
                points = "".join(f"<li>{point}</li>" for point in told[chapter.code][area.code])
                write_section(
                    edition, chapter=chapter.code, area=area.code, title=area.label, by=self.hub,
                    body=f"{opening}<p><strong>{area.label}.</strong></p><ul>{points}</ul>",
                )  # fmt: skip

    def constitute_committees(self) -> None:
        for kind in (CommitteeKind.POLITICAL, CommitteeKind.TECHNICAL):
            committee = constitute_committee(self.space, kind, ruleset=RULES, by=self.hub, is_sample=True)
            if kind == CommitteeKind.POLITICAL:
                seat_member(
                    committee, Post.objects.get(institution_id="nat-dws", kind="minister"), Capacity.CHAIR, by=self.hub
                )
                seat_member(
                    committee,
                    Post.objects.get(institution_id="lim-cogta", kind="mec"),
                    Capacity.DEPUTY_CHAIR,
                    by=self.hub,
                )
            else:
                designate = Post.objects.get(kind="dcog_designate", space=self.space)
                head = Post.objects.get(institution_id="lim-cogta", kind="head_of_department")
                seat_member(committee, designate, Capacity.CO_CHAIR, template="dcog_designate", by=self.hub)
                seat_member(committee, head, Capacity.MEMBER, template="provincial_cogta_head", by=self.hub)
            for seat in committee.seats.filter(valid_to=None).select_related("post"):
                self.cast.holder(seat.post)
        self._ask_all()

    def _ask_all(self) -> None:
        """Each party of a commitment was asked for the draft, and answered."""
        edition, due = self.edition, clock.today() + timedelta(days=10)
        codes = Party.objects.filter(commitment__home_space=self.space).values_list("institution_id", flat=True)
        for code in sorted(set(codes)):
            institution = Institution.objects.get(code=code)
            for stage in ("commitments", "draft"):
                asked = request_contribution(
                    edition, stage, institution, due_on=due, by=self.hub,
                    request="Check your rows in the draft, and confirm or correct them.",
                )  # fmt: skip
                if code != SILENT:
                    contribute(
                        asked, answer="Checked with our planners; the rows are right.", by=self.cast.signatory(code)
                    )

    def freeze(self) -> None:
        for stage in ("diagnostic", "vision", "strategy", "commitments", "draft"):
            self._pass(stage)
        edition = self.edition
        freeze_copy(edition, revision=edition.revision, by=self.hub)

    def _pass(self, stage: str) -> None:
        for rule in gate_report(self.edition).stage(stage).rules:
            if not rule.lets_pass and rule.gate.code in EXCEPTED:
                grant_exception(
                    self.edition,
                    stage,
                    rule.gate.code,
                    by=self.hub,
                    reason="National Treasury did not answer in time; the technical committee went on without it.",
                )
        pass_gate(self.edition, stage, by=self.hub)

    def sign(self) -> None:
        copy_hash = self.edition.copy_hash
        codes = Party.objects.filter(commitment__home_space=self.space).values_list("institution_id", flat=True)
        for code in sorted(set(codes) - {SILENT}):
            sign_commitments(Institution.objects.get(code=code), copy_hash=copy_hash, by=self.cast.signatory(code))

    def adopt(self) -> None:
        copy_hash = self.edition.copy_hash
        self.resolve(
            CommitteeKind.TECHNICAL,
            Decision.SUBMIT,
            "The committee submits the signing copy to the political committee and notes the party outstanding.",
            copy_hash,
        )
        self.resolve(
            CommitteeKind.POLITICAL,
            Decision.APPROVE,
            "The committee approves the One Plan of Waterberg for adoption.",
            copy_hash,
        )
        adopt_edition(self.edition, by=self.hub)


class SecondRound(Round):
    """The next edition: what was delivered, what is new, who answers and who is silent."""

    def deliver(self) -> None:
        done = Commitment.objects.filter(
            home_space=self.space, state="signed", finish_on__lte=date(2027, 1, 1)
        ).order_by("ref")
        for commitment in list(done)[:9]:
            deliver_commitment(
                commitment,
                delivered_on=date(2026, 6, 12),
                by=self.hub,
                revision=commitment.revision,
                evidence="Sample completion certificate, seen by the technical committee.",
            )

    def open(self, *, by: Actor) -> None:
        start_planning(self.space, ruleset=RULES, start_year=2026, by=by, is_sample=True)

    def revise(self) -> None:
        edition = self.edition
        for finding in Finding.objects.filter(edition=edition, value__isnull=False).order_by("ref")[:12]:
            change = Decimal(self.rng.randint(92, 106)) / 100
            revise_finding(
                finding,
                revision=finding.revision,
                by=self.hub,
                value=((finding.value or Decimal(0)) * change).quantize(Decimal("0.1")),
                source_date=date(2026, 5, 31),
            )
        for outcome in Outcome.objects.filter(edition=edition).order_by("ref")[:5]:
            revise_outcome(
                outcome, revision=outcome.revision, by=self.hub, target_year=(outcome.target_year or 2030) + 1
            )
        for stage in ("diagnostic", "vision", "strategy"):
            pass_gate(self.edition, stage, by=self.hub)
        for commitment in Commitment.objects.filter(home_space=self.space, state="signed").order_by("ref")[:6]:
            amend_commitment(
                commitment,
                revision=commitment.revision,
                by=self.hub,
                reason="Procurement started late; the technical committee moved the date.",
                finish_on=clock.add_months(commitment.finish_on or clock.today(), 9),
            )

    def ask(self) -> None:
        edition = self.edition
        for code in (
            "nat-dws",
            "nat-dhs",
            "nat-dhet",
            "soe-eskom",
            "ent-sanral",
            "lim-health",
            "lim-education",
            "lim-public-works",
            "lim-agriculture",
            "mun-dc36",
            "mun-lim361",
            "mun-lim362",
            "mun-lim366",
            "mun-lim367",
            "mun-lim368",
        ):
            request_contribution(
                edition, "commitments", Institution.objects.get(code=code), due_on=clock.today() + timedelta(days=40),
                request="Say what you will do in Waterberg from 2026/27 on, with money by year and the place of each.",
                by=self.hub,
            )  # fmt: skip

    def answer(self) -> None:
        edition = self.edition
        asked = {c.institution_id: c for c in Contribution.objects.filter(edition=edition, stage="commitments")}
        for code in ("lim-health", "mun-dc36", "mun-lim361", "mun-lim366", "mun-lim368", "ent-sanral"):
            contribute(
                asked[code], answer="Rows updated with our annual performance plan.", by=self.cast.signatory(code)
            )
        decline_contribution(
            asked["nat-dhet"],
            by=self.cast.signatory("nat-dhet"),
            reason="No new satellite is planned before the review of the sector plan in 2027.",
        )
        open_contribution(asked["nat-dws"], by=self.cast["nomsa"])
        for code in ("soe-eskom", "lim-education"):
            remind_party(asked[code], by=self.hub)
        urgent = Finding.objects.get(edition=edition, statement__startswith="Substations in Bela-Bela")
        raise_immediate_issue(
            edition, urgent.ref, by=self.hub, kind="basic_service", service="Spare transformer before winter",
            households=2600, households_source="Sample outage log", owner_post=self.manager("LIM366"),
            due_on=date(2026, 11, 13),
        )  # fmt: skip
