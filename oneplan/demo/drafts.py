"""The commitments of the large sample, drawn by lot from the pilots' rows and written set by set (see scale.py)."""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256

from oneplan.commitments import rules
from oneplan.commitments.actions import forget_sums
from oneplan.commitments.actions.keeping import search_text
from oneplan.commitments.models import Commitment, Party, Pledge, Service, Share, Signature
from oneplan.commitments.terms import digest, pledge_digest, terms
from oneplan.demo.sample import CommitmentRow, Sample
from oneplan.institutions.establishment import signing_rule
from oneplan.institutions.models import Institution, Post
from oneplan.periods import clock
from oneplan.periods.years import Basis
from oneplan.plans.models import Outcome, Strategy
from oneplan.spaces.models import MunicipalArea, Space

BATCH = 2000
SHARED = 0.02  # of the commitments have a share in a neighbouring space of the province
PROPOSED = datetime(2026, 5, 11, 9, tzinfo=UTC)
ANSWERED = datetime(2026, 7, 6, 9, tzinfo=UTC)
SIGNED = datetime(2026, 9, 7, 9, tzinfo=UTC)
_STATES = ["proposed"] * 55 + ["agreed"] * 38 + ["withdrawn"] * 7
_STATES_SIGNED = ["proposed"] * 30 + ["agreed"] * 25 + ["signed"] * 30 + ["delivered"] * 9 + ["withdrawn"] * 6
# Rows that speak of a pilot's own river, road or harbour are left to the pilot.
_TIED = (
    "N2 ", "N3 ", "Mzimvubu", "Wild Coast", "port ", "Northern", "tea ", "sea ", "coal", "berth", "truck", "cargo",
    "outer west",
)  # fmt: skip
_BOUND = ("agreed", "signed", "delivered")


@dataclass
class Draft:
    """One commitment with its rows, before they are written."""

    row: Commitment
    areas: list[MunicipalArea]
    shares: list[Share]
    services: list[Service]
    people: list[Party] = field(default_factory=list)
    pledges: list[Pledge] = field(default_factory=list)

    def take_up(self) -> None:
        """Give the rows to each other as if they had been read, so that what was agreed to can be digested."""
        for key, party in enumerate(self.people, 1):
            party.pk = party.pk or -key  # stands in until the row has its own
            party._prefetched_objects_cache = {"pledges": [p for p in self.pledges if p.party is party]}  # type: ignore[attr-defined]
        self.row._prefetched_objects_cache = {  # type: ignore[attr-defined]
            "parties": self.people, "shares": self.shares, "services": self.services, "markings": [],
            "municipal_areas": self.areas,
        }  # fmt: skip

    def let_go(self) -> None:
        for party in self.people:
            party.pk = None
            del party._prefetched_objects_cache  # type: ignore[attr-defined]
        del self.row._prefetched_objects_cache  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Written:
    """What the caller needs to know of a commitment that was written."""

    ref: str
    title: str
    total_cost: Decimal | None
    state: str
    parties: tuple[str, ...]


class Drafts:
    """Draws and writes the commitments of one space after another."""

    def __init__(self, samples: list[Sample]) -> None:
        every = [row for sample in samples for row in sample.commitments]
        self.rows = [row for row in every if not any(word in f"{row.title} {row.objective} " for word in _TIED)]
        self.institutions = Institution.objects.in_bulk()
        self.of_province = {
            (each.province_id, code.split("-", 1)[1]): code
            for code, each in self.institutions.items()
            if each.sphere == "provincial" and "-" in code
        }
        self.signing: dict[str, Post] = {}
        posts = Post.objects.filter(kind__in=_signing_kinds()).select_related("institution").order_by("-pk")
        for post in posts:
            rule = signing_rule(post.institution.kind, ANSWERED.date())
            if rule and post.kind in rule.posts:
                self.signing[post.institution_id] = post
        self.neighbours: dict[str, list[str]] = {}
        for code, province in Space.objects.order_by("code").values_list("code", "province_id"):
            self.neighbours.setdefault(province, []).append(code)

    def write(
        self, space: Space, areas: list[MunicipalArea], numbers: range, rng: random.Random, *, has_signed: bool
    ) -> list[Written]:
        """Write the commitments with these numbers; `has_signed` says whether some are signed and delivered."""
        elements: dict[str, dict[str, list[str]]] = {"outcomes": {}, "strategies": {}}
        for name, model in (("outcomes", Outcome), ("strategies", Strategy)):
            for ref, area in model.objects.filter(edition__plan_id=space.pk).order_by("ref").values_list("ref", "area"):
                elements[name].setdefault(area, []).append(ref)
        copy = sha256(f"sample copy of {space.pk}".encode()).hexdigest()
        drafts = []
        for number in numbers:
            state = rng.choice(_STATES_SIGNED if has_signed else _STATES)
            draft = self._draft(space, areas, number, state, rng)
            refs = [rng.choice(found[draft.row.area]) for found in elements.values() if found.get(draft.row.area)]
            draft.services = [Service(space=space, element_ref=ref) for ref in sorted(set(refs))]
            drafts.append(draft)
        return self._write(drafts, copy)

    # --- drawing -----------------------------------------------------------------------------------------------------

    def _draft(
        self, space: Space, areas: list[MunicipalArea], number: int, state: str, rng: random.Random
    ) -> Draft:  # fmt: skip
        given, area = rng.choice(self.rows), rng.choice(areas)
        lead = self._institution(given.lead, space, area)
        start = clock.add_months(date(2026, 4, 1), rng.randint(0, 24))
        finish = clock.add_months(start, rng.choice([6, 12, 18, 24, 36, 48, 60]))
        row = Commitment(
            ref=f"{space.pk}-C-{number:04d}", home_space=space, lead=self.institutions[lead], kind=given.kind,
            area=given.area, novelty=rng.choice(["new", "existing", "accelerated", "redirected"]), state=state,
            title=f"{given.title.format(place=area.name, institution=area.name, n=number)} (sample {number})"[:300],
            objective=given.objective.format(place=area.name), indicator=given.indicator, unit=given.unit,
            target=Decimal(str(given.target)), target_on=finish, outputs=given.outputs, start_on=start,
            finish_on=finish, total_cost=Decimal(rng.randint(*given.cost)) * 1_000_000,
            is_catalytic=given.is_catalytic and rng.random() < 0.3, accountable_post=self.signing.get(lead),
            source="Sample at scale", source_row=f"{space.pk}:{number}", is_sample=True, proposed_at=PROPOSED,
            changed_at=PROPOSED if state == "proposed" else SIGNED if state in ("signed", "delivered") else ANSWERED,
        )  # fmt: skip
        if state == "delivered":
            row.delivered_on, row.delivery_evidence = date(2026, 10, 30), "Sample completion certificate."
        draft = Draft(row, self._place(row, area, rng), self._shares(row, space, rng), [])
        partners = [self._institution(code, space, area) for code in given.partners]
        for place, code in enumerate(dict.fromkeys([lead, *partners])):
            draft.people.append(self._party(row, code, place, state, rng))
        self._pledge(draft, given, rng)
        money = rules.money_standing(row, draft.pledges)
        row.pledged, row.funding = money.pledged, money.funding
        row.search_text = search_text(row, draft.people)
        return draft

    def _institution(self, code: str, space: Space, area: MunicipalArea) -> str:
        """Who it is here that a pilot's row names there: the province's own department, the space's municipality."""
        own = f"mun-{area.code.lower()}"
        if code.startswith("mun-"):
            code = f"mun-{space.pk.lower()}"
        elif code != "mun" and self.institutions[code].sphere == "provincial":
            code = self.of_province.get((space.province_id, code.split("-", 1)[1]), own)
        elif code.startswith("wb-"):
            code = "nat-dws"
        return code if code in self.institutions else own

    def _place(self, row: Commitment, area: MunicipalArea, rng: random.Random) -> list[MunicipalArea]:
        lot, wards = rng.random(), list(area.wards.all())
        if lot < 0.08 and wards:
            row.ward, row.place_quality = rng.choice(wards), "located"
            return []
        if lot < 0.82:
            row.place_quality = "named"
            return [area]
        row.whole_space = lot < 0.9
        row.place_quality = "whole_space" if row.whole_space else "not_placed"
        return []

    def _shares(self, row: Commitment, space: Space, rng: random.Random) -> list[Share]:
        others = [code for code in self.neighbours[space.province_id] if code != space.pk]
        if not others or rng.random() >= SHARED:
            return [Share(space=space, fraction=Decimal(1), valid_from=PROPOSED.date())]
        parts = {space.pk: Decimal("0.6"), rng.choice(others): Decimal("0.4")}
        return [Share(space_id=code, fraction=part, valid_from=PROPOSED.date()) for code, part in sorted(parts.items())]

    def _party(self, row: Commitment, code: str, place: int, state: str, rng: random.Random) -> Party:
        party = Party(
            institution=self.institutions[code], role="partner" if place else "lead",
            responsibility="Contributes money and staff." if place else "Implements and reports.",
        )  # fmt: skip
        party.commitment = row
        lot = rng.random()
        if state in _BOUND or (state == "proposed" and lot < 0.3):
            party.acceptance, party.answered_at = "accepted", ANSWERED
        elif state == "proposed" and place and lot < 0.35:
            party.acceptance, party.answered_at, party.answer_reason = "declined", ANSWERED, "No budget. (Sample)"
        if party.answered_at:
            party.answered_by, party.answered_post = self._hand(code), self.signing.get(code)
        return party

    def _hand(self, code: str) -> str:
        post = self.signing.get(code)
        return f"Sample {post.title if post else 'signatory'}, {self.institutions[code].name}"[:200]

    def _pledge(self, draft: Draft, given: CommitmentRow, rng: random.Random) -> None:
        years, cost = rng.randint(1, 3), draft.row.total_cost or Decimal(0)
        part = (cost / years / len(draft.people)).quantize(Decimal(1000))
        lot = rng.random()
        for place, party in enumerate(draft.people):
            if place and lot < 0.4:
                continue
            basis = Basis.MFMA if party.institution.sphere == "local" else Basis.PFMA
            for offset in range(years):
                is_missing = lot < 0.2 or (lot < 0.45 and offset > 0)
                status = "unfunded" if is_missing else ("committed", "tabled", "indicative")[offset]
                pledge = Pledge(
                    year=2026 + offset, basis=basis, amount=part, status=status,
                    funding_source="" if is_missing else "Equitable share",
                )  # fmt: skip
                pledge.party = party
                if party.acceptance == "accepted" and not is_missing:
                    pledge.acceptance, pledge.answered_at = "accepted", ANSWERED
                    pledge.answered_by, pledge.answered_post = party.answered_by, party.answered_post
                    pledge.accepted_digest = pledge_digest(pledge)
                draft.pledges.append(pledge)

    # --- writing -----------------------------------------------------------------------------------------------------

    def _write(self, drafts: list[Draft], copy_hash: str) -> list[Written]:
        forget_sums({share.space_id for draft in drafts for share in draft.shares})
        Commitment.objects.bulk_create([draft.row for draft in drafts], batch_size=BATCH)
        for draft in drafts:
            for share in draft.shares:
                share.commitment = draft.row
            for service in draft.services:
                service.commitment = draft.row
            draft.take_up()
            agreed = digest(terms(draft.row)) if any(p.acceptance == "accepted" for p in draft.people) else ""
            draft.let_go()
            for party in draft.people:
                party.commitment = draft.row
                party.agreed_digest = agreed if party.acceptance == "accepted" else ""
        Share.objects.bulk_create([each for draft in drafts for each in draft.shares], batch_size=BATCH)
        Service.objects.bulk_create([each for draft in drafts for each in draft.services], batch_size=BATCH)
        Party.objects.bulk_create([each for draft in drafts for each in draft.people], batch_size=BATCH)
        for draft in drafts:
            for pledge in draft.pledges:
                pledge.party = pledge.party  # takes up the key that its party has now
        Pledge.objects.bulk_create([each for draft in drafts for each in draft.pledges], batch_size=BATCH)
        through = Commitment.municipal_areas.through
        through.objects.bulk_create(
            [through(commitment_id=each.row.pk, municipalarea_id=area.pk) for each in drafts for area in each.areas],
            batch_size=BATCH,
        )
        Signature.objects.bulk_create(
            [
                Signature(
                    party=party, copy_hash=copy_hash, digest=party.agreed_digest, signed_at=SIGNED,
                    signed_by=party.answered_by, post=party.answered_post,
                )
                for draft in drafts
                if draft.row.state in ("signed", "delivered")
                for party in draft.people
                if party.answered_post is not None
            ],
            batch_size=BATCH,
        )  # fmt: skip
        return [
            Written(
                draft.row.ref, draft.row.title, draft.row.total_cost, draft.row.state,
                tuple(party.institution_id for party in draft.people),
            )
            for draft in drafts
        ]  # fmt: skip


def _signing_kinds() -> list[str]:
    return [
        "director_general", "head_of_department", "provincial_director_general", "municipal_manager",
        "accounting_authority", "authorised_representative",
    ]  # fmt: skip
