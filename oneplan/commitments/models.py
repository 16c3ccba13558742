"""What each party promises: the six protocol elements, the parties, their pledges and signatures.

A commitment outlives editions: it is proposed once, appears in the plan of every space it has a share in, and is signed
once. Sealed editions hold their own frozen copy. The six elements (the Framework, 5.2) are: objectives (`objective`),
measurable indicators (`indicator`, `unit`, `baseline`, `target`, `target_on`), outcomes and outputs (`outputs`,
`outcome_refs`), allocated responsibilities (Party), timelines (`start_on`, `finish_on`) and budget (Pledge).
"""

from typing import Any

from django.db import models
from django.db.models import F, Q

from oneplan.commitments.choices import (
    Acceptance,
    CommitmentKind,
    CommitmentState,
    Funding,
    FundingStatus,
    Novelty,
    PartyRole,
    PlaceQuality,
    ProjectStage,
)
from oneplan.exchange.models import ImportRun
from oneplan.institutions.models import Delegation, Institution, Post
from oneplan.periods.years import Basis, FinancialYear
from oneplan.plans.models import Placed
from oneplan.platform.documents import Document
from oneplan.platform.fields import RandField
from oneplan.platform.models import Revised
from oneplan.spaces.models import Space


class Commitment(Revised, Placed):
    """One promise of one or more parties."""

    ref = models.CharField(max_length=24, unique=True)
    home_space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="home_commitments")
    title = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    kind = models.CharField(max_length=12, choices=CommitmentKind.choices)
    area = models.CharField(max_length=20)
    novelty = models.CharField(max_length=12, choices=Novelty.choices)
    is_catalytic = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=CommitmentState.choices, default=CommitmentState.PROPOSED)

    objective = models.TextField(blank=True)
    indicator = models.CharField(max_length=300, blank=True)
    unit = models.CharField(max_length=60, blank=True)
    baseline = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    target = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    target_on = models.DateField(null=True, blank=True)
    outputs = models.TextField(blank=True)
    start_on = models.DateField(null=True, blank=True)
    finish_on = models.DateField(null=True, blank=True)
    total_cost = RandField(null=True, blank=True)
    spent_before = RandField(null=True, blank=True)  # before the first pledged year, as its source states it

    lead = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="led_commitments")
    accountable_post = models.ForeignKey(
        Post, null=True, blank=True, on_delete=models.PROTECT, related_name="accountable_commitments"
    )
    project_stage = models.CharField(max_length=24, choices=ProjectStage.choices, blank=True)
    place_quality = models.CharField(max_length=12, choices=PlaceQuality.choices, default=PlaceQuality.NOT_PLACED)
    place_text = models.CharField(max_length=300, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)

    funding = models.CharField(max_length=12, choices=Funding.choices, blank=True)  # "" unknown; kept by actions
    pledged = RandField(
        default=0
    )  # sum of pledges that are not unfunded; kept by actions, so that ledgers need no join

    delivered_on = models.DateField(null=True, blank=True)
    delivery_evidence = models.TextField(blank=True)
    delivery_document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=200, blank=True)
    source_row = models.CharField(max_length=120, blank=True)
    source_run = models.ForeignKey(ImportRun, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    external_ids: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    search_text = models.TextField(blank=True)  # folded title, reference, lead and place, for the ledger's text filter
    proposed_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    is_sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["ref"]
        indexes = [
            models.Index(fields=["lead", "state"], name="commitment_by_lead"),
            models.Index(fields=["home_space", "state"], name="commitment_by_home"),
            models.Index(fields=["finish_on"], name="commitment_by_finish"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(start_on=None) | Q(finish_on=None) | Q(finish_on__gte=F("start_on")),
                name="commitment_dates_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(state="delivered") | Q(delivered_on__isnull=False), name="delivered_has_a_date"
            ),
            models.UniqueConstraint(
                fields=["source", "source_row"], condition=~Q(source_row=""), name="source_row_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.title}"

    @property
    def audit_key(self) -> str:
        return f"commitment:{self.ref}"

    def scopes(self) -> list[str]:
        """Scope keys, narrow to wide: the leading institution, then the space where it was first proposed."""
        return [f"institution:{self.lead_id}", *self.home_space.scopes()]


class Share(models.Model):
    """A space's dated share in a commitment. At every date the shares of a commitment sum to 1."""

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="shares")
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="commitment_shares")
    fraction = models.DecimalField(max_digits=9, decimal_places=8)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(fraction__gt=0) & Q(fraction__lte=1), name="share_is_a_fraction"),
            models.UniqueConstraint(
                fields=["commitment", "space"], condition=Q(valid_to=None), name="one_open_share_per_space"
            ),
        ]
        indexes = [models.Index(fields=["space", "valid_to"], name="share_by_space")]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.space_id} {self.fraction}"


class Service(models.Model):
    """The commitment serves an outcome or strategy of a space's plan, by reference (kept across editions)."""

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="services")
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="+")
    element_ref = models.CharField(max_length=24)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["commitment", "space", "element_ref"], name="service_once")]

    def __str__(self) -> str:
        return f"{self.commitment_id} → {self.space_id} {self.element_ref}"


class CommitmentMarking(models.Model):
    """A cross-cutting marker on a commitment, with its justification."""

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="markings")
    marker = models.CharField(max_length=40)
    justification = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["commitment", "marker"], name="commitment_marked_once")]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.marker}"


class Party(models.Model):
    """An institution that takes part in a commitment, and what it is responsible for."""

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="parties")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="parties")
    role = models.CharField(max_length=8, choices=PartyRole.choices, default=PartyRole.PARTNER)
    responsibility = models.TextField(blank=True)
    acceptance = models.CharField(max_length=12, choices=Acceptance.choices, default=Acceptance.ASKED)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=200, blank=True)
    answered_post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    delegation = models.ForeignKey(Delegation, null=True, on_delete=models.PROTECT, related_name="+")
    answer_reason = models.TextField(blank=True)
    agreed_digest = models.CharField(max_length=64, blank=True)  # of the commitment's terms as agreed

    class Meta:
        verbose_name_plural = "parties"
        constraints = [
            models.UniqueConstraint(fields=["commitment", "institution"], name="party_once"),
            models.UniqueConstraint(fields=["commitment"], condition=Q(role="lead"), name="one_lead"),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} in {self.commitment_id}"

    def scopes(self) -> list[str]:
        """Only the institution itself: nobody binds it from outside, not even from above."""
        return [f"institution:{self.institution_id}"]


class Pledge(Revised):
    """What one party puts in, in one financial year, from one source. Accepted only by its accounting officer."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="pledges")
    year = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=4, choices=[(basis.value, basis.value) for basis in Basis])
    amount = RandField()
    funding_source = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=12, choices=FundingStatus.choices)
    evidence = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    evidence_reference = models.CharField(max_length=300, blank=True)  # the contract or statute, as cited
    acceptance = models.CharField(max_length=12, choices=Acceptance.choices, default=Acceptance.ASKED)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=200, blank=True)  # the holder's name and post, as they stood that day
    answered_post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    delegation = models.ForeignKey(Delegation, null=True, on_delete=models.PROTECT, related_name="+")
    answer_reason = models.TextField(blank=True)
    accepted_digest = models.CharField(max_length=64, blank=True)  # of the pledge's terms as accepted
    copy_hash = models.CharField(max_length=64, blank=True)  # of the signing copy on which it was confirmed
    source_row = models.CharField(max_length=200, blank=True)  # the key of the imported row that states it

    class Meta:
        ordering = ["year", "basis"]
        constraints = [
            models.UniqueConstraint(
                fields=["party", "year", "basis", "funding_source"], name="one_pledge_per_year_and_source"
            ),
            models.CheckConstraint(
                condition=Q(acceptance="asked", answered_at=None)
                | (~Q(acceptance="asked") & Q(answered_at__isnull=False)),
                name="an_answer_has_a_time",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="a_pledge_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.financial_year.label}"

    @property
    def financial_year(self) -> FinancialYear:
        return FinancialYear(self.year, Basis(self.basis))

    def scopes(self) -> list[str]:
        return [f"institution:{self.party.institution_id}"]


class Signature(models.Model):
    """A party's name under a commitment, on a signing copy named by its hash. Voided, never removed."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="signatures")
    copy_hash = models.CharField(max_length=64, db_index=True)
    digest = models.CharField(max_length=64)  # of the commitment's terms as signed
    signed_at = models.DateTimeField()
    signed_by = models.CharField(max_length=200)  # the holder's name and post, as they stood that day
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    delegation = models.ForeignKey(Delegation, null=True, on_delete=models.PROTECT, related_name="+")
    instrument = models.CharField(max_length=300, blank=True)  # the written delegation, as printed
    voided_at = models.DateTimeField(null=True)
    void_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["party"], condition=Q(voided_at=None), name="one_standing_signature"),
        ]

    def __str__(self) -> str:
        return f"{self.party} signed {self.signed_at:%Y-%m-%d}"


class KeptSums(models.Model):
    """That the pledges of a space were summed, and until which day these sums hold.

    Derived from pledges and shares, and never read once anything of the space was changed (SumsChanged).
    """

    space = models.OneToOneField(Space, primary_key=True, on_delete=models.CASCADE, related_name="+")
    holds_until = models.DateField(null=True)  # the day on which one of the shares begins or ends

    def __str__(self) -> str:
        return f"Sums of {self.space_id}"


class KeptSum(models.Model):
    """What an institution pledges in a space in one year, as firm as `status` and answered; by the space's share."""

    sums = models.ForeignKey(KeptSums, on_delete=models.CASCADE, related_name="rows")
    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=4)
    status = models.CharField(max_length=12)
    acceptance = models.CharField(max_length=12)
    amount = RandField()

    def __str__(self) -> str:
        return f"{self.sums_id} {self.institution_id} {self.year} {self.basis} {self.status}: {self.amount}"


class SumsChanged(models.Model):
    """Somebody changed a commitment of a space since its sums were kept. Written by the act itself, never updated."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return self.space_id
