"""Acts about commitments: proposing, pledging, answering, signing, delivering, amending."""

from datetime import date
from decimal import Decimal

from oneplan.commitments import actions as commitments
from oneplan.commitments.actions import PledgeLine
from oneplan.commitments.models import Commitment, Party
from oneplan.demo.rounds.round import Round
from oneplan.demo.sample import CommitmentRow, Place
from oneplan.institutions.models import Institution
from oneplan.periods import clock
from oneplan.periods.years import Basis, FinancialYear

MILLION = Decimal(1_000_000)
_WEIGHTS = [Decimal("0.7"), Decimal("0.2"), Decimal("0.1")]  # of the cost: the lead, the first partner, the second
_ENTITIES = ("state_owned_entity", "public_entity", "water_board")


def propose_commitments(round_: Round) -> None:
    """Every commitment, place by place; a title with {n} is proposed twice in each place."""
    for row in round_.sample.commitments:
        for place in round_.marked(row.places):
            for number in range(1, 3 if "{n}" in row.title else 2):
                _propose(round_, row, place, number)


def _propose(round_: Round, row: CommitmentRow, place: Place, number: int) -> None:
    own, year, hub = f"mun-{place.area.lower()}", round_.year, round_.hub
    lead = round_.institutions[own if row.lead == "mun" else row.lead]
    name = round_.name(place)
    title = row.title.format(place=name, institution=round_.institutions[own].name, n=number)
    start = clock.add_months(date(year, 4, 1), row.months[0])
    finish = clock.add_months(start, row.months[1])
    ward = round_.wards.get(place.ward)
    partners = [round_.institutions[own if code == "mun" else code] for code in row.partners]
    helps = "Contributes money and staff, and removes what stands in the way."
    commitment = commitments.propose_commitment(
        round_.space, by=hub, title=title, lead=lead, area=row.area, kind=row.kind, novelty=row.novelty,
        municipal_areas=[] if ward else [round_.municipal_areas[place.area]], ward=ward, place_text=place.name,
        responsibility="Implements, reports and answers for the result.",
        partners={institution: helps for institution in partners if institution != lead},
        serves=[f"S-{n:03d}" for n in row.strategies] + [f"O-{n:03d}" for n in row.outcomes],
        objective=row.objective.format(place=name),
        indicator=row.indicator, unit=row.unit, target=Decimal(str(row.target)), target_on=finish,
        outputs=row.outputs, start_on=start, finish_on=finish, is_catalytic=row.is_catalytic,
        total_cost=round_.rng.randint(*row.cost) * MILLION, accountable_post=round_.signing_post(lead.pk),
        is_sample=True,
    )  # fmt: skip
    for word, (marker, why) in round_.sample.markers.items():
        if word in title:
            commitments.mark_commitment(commitment, marker, justification=why, by=hub)
    _pledge(round_, commitment, start, finish)


def _pledge(round_: Round, commitment: Commitment, start: date, finish: date) -> None:
    """Split the cost over parties and years; the further away, the less firm. Some of it nobody pays for."""
    rows = Party.objects.filter(commitment=commitment).select_related("institution")
    parties = list(rows.order_by("pk"))
    cost, first = commitment.total_cost or Decimal(0), round_.year
    years = min(4, max(1, round((finish - start).days / 365)))
    lot = round_.rng.random()
    weights = _WEIGHTS[: len(parties)]
    lines = []
    for party, weight in zip(parties, weights, strict=False):
        basis = Basis.MFMA if party.institution.sphere == "local" else Basis.PFMA
        share = (cost * weight / sum(weights) / years).quantize(Decimal("1000"))
        for offset in range(years):
            status = "committed" if offset == 0 else "tabled" if offset <= 2 else "indicative"
            source = _source(round_, party.institution)
            if lot < 0.18 or (lot < 0.42 and offset >= 1 and party is parties[0]):
                status, source = "unfunded", ""
            lines.append((party, PledgeLine(FinancialYear(first + offset, basis), share, status, source)))
    commitments.draft_pledges(commitment, lines, by=round_.hub)


def _source(round_: Round, institution: Institution) -> str:
    kind = "entity" if institution.kind in _ENTITIES else institution.sphere
    return round_.sample.money[kind]


def answer_commitments(round_: Round, *, parties: list[str] | None = None) -> None:
    """These parties (all that speak, unless told) answer for themselves; who declines its later years says why."""
    rows = Party.objects.filter(
        commitment__home_space=round_.space,
        acceptance="asked",
        institution_id__in=parties or round_.speaking(round_.parties()),
    )
    for party in rows.select_related("institution", "commitment").order_by("pk"):
        signatory = round_.cast.signatory(party.institution_id)
        refusal = round_.sample.declines.get(party.institution_id)
        if refusal:
            for pledge in party.pledges.filter(year__gt=refusal["after"]).exclude(status="unfunded").order_by("pk"):
                commitments.decline_pledge(pledge, by=signatory, reason=refusal["reason"])
        commitments.agree_and_accept(party, by=signatory)


def sign_commitments(round_: Round, *, parties: list[str] | None = None) -> None:
    """These parties (all that speak, unless told) put their names on the signing copy."""
    copy_hash = round_.edition.copy_hash
    for code in parties or round_.speaking(round_.parties()):
        commitments.sign_commitments(
            round_.institutions[code], copy_hash=copy_hash, by=round_.cast.signatory(code)
        )  # fmt: skip


def deliver_commitments(round_: Round, *, count: int, due_before: date, delivered: date) -> None:
    """Report the first signed commitments that were due as delivered."""
    done = Commitment.objects.filter(home_space=round_.space, state="signed", finish_on__lte=due_before)
    for commitment in list(done.order_by("ref")[:count]):
        commitments.deliver_commitment(
            commitment, delivered_on=delivered, by=round_.hub, revision=commitment.revision,
            evidence="Sample completion certificate, seen by the technical committee.",
        )  # fmt: skip


def amend_commitments(round_: Round, *, count: int, months: int, reason: str) -> None:
    """Move the finish of the first signed commitments; what was agreed falls with it."""
    rows = Commitment.objects.filter(home_space=round_.space, state="signed").order_by("ref")
    for commitment in rows[:count]:
        finish = clock.add_months(commitment.finish_on or clock.today(), months)
        commitments.amend_commitment(
            commitment, revision=commitment.revision, by=round_.hub, reason=reason, finish_on=finish
        )
