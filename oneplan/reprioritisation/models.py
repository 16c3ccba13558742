"""Asks for money, their replies and how far they came. No row of this room is a budget figure, and none becomes one."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from oneplan.alignment.models import BudgetLine
from oneplan.budgets.models import BudgetRelease
from oneplan.commitments.models import Commitment
from oneplan.institutions.models import Delegation, Institution, Post
from oneplan.periods.years import Basis, FinancialYear
from oneplan.platform.documents import Document
from oneplan.platform.fields import RandField
from oneplan.platform.models import Revised
from oneplan.reprioritisation.choices import FROM_RELEASES_ONLY, AskState, Instrument, ReplyCode
from oneplan.spaces.models import Space


class Ask(Revised):
    """A space asks an institution for rand in one year, for one commitment, by one instrument of the budget cycle."""

    ref = models.CharField(max_length=24, unique=True)
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="asks")
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="asks")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="asks")
    treasury = models.ForeignKey(Institution, null=True, on_delete=models.PROTECT, related_name="+")  # its treasury
    line = models.ForeignKey(BudgetLine, null=True, blank=True, on_delete=models.PROTECT, related_name="asks")
    year = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=4, choices=[(basis.value, basis.value) for basis in Basis])
    amount = RandField()
    instrument = models.CharField(max_length=24, choices=Instrument.choices)
    motivation = models.TextField()
    state = models.CharField(max_length=16, choices=AskState.choices, default=AskState.DRAFT)
    window = models.CharField(max_length=60, blank=True)  # the key of the occurrence in which it was routed
    window_reference = models.CharField(max_length=300, blank=True)  # the rule and its Act, as they stood that day
    closes_on = models.DateField(null=True)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    routed_at = models.DateTimeField(null=True)
    public_from = models.DateField(null=True)  # since a budget was tabled in which it could stand
    is_sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["-drafted_at", "-id"]
        indexes = [
            models.Index(fields=["institution", "state"], name="ask_by_institution"),
            models.Index(fields=["space", "state"], name="ask_by_space"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="an_ask_is_for_money"),
            models.CheckConstraint(
                condition=Q(state__in=(AskState.DRAFT.value, AskState.WITHDRAWN.value))
                | (Q(routed_at__isnull=False, closes_on__isnull=False) & ~Q(window="")),
                name="a_routed_ask_names_its_window",
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def financial_year(self) -> FinancialYear:
        return FinancialYear(self.year, Basis(self.basis))

    @property
    def audit_key(self) -> str:
        return f"ask:{self.ref}"

    def scopes(self) -> list[str]:
        """Scope keys of those who ask and are asked: nobody above them reads it before it is tabled."""
        keys = [f"space:{self.space_id}", f"institution:{self.institution_id}"]
        if self.treasury_id:
            keys.append(f"institution:{self.treasury_id}")
        return keys


class Reply(models.Model):
    """What the accounting officer answered. One stands; earlier ones are kept."""

    ask = models.ForeignKey(Ask, on_delete=models.PROTECT, related_name="replies")
    code = models.CharField(max_length=20, choices=ReplyCode.choices)
    amount = RandField(null=True)  # agreed in part: how much; never budget
    year = models.PositiveSmallIntegerField(null=True)  # in a later year: which
    reason = models.TextField()
    answered_at = models.DateTimeField()
    answered_by = models.CharField(max_length=200)  # name and post, as they stood that day
    answered_post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    delegation = models.ForeignKey(Delegation, null=True, on_delete=models.PROTECT, related_name="+")
    is_standing = models.BooleanField(default=True)

    class Meta:
        ordering = ["-answered_at", "-id"]
        verbose_name_plural = "replies"
        constraints = [
            models.UniqueConstraint(fields=["ask"], condition=Q(is_standing=True), name="one_standing_reply"),
            models.CheckConstraint(
                condition=~Q(code="agreed_in_part") | Q(amount__gt=0), name="agreed_in_part_says_how_much"
            ),
            models.CheckConstraint(
                condition=~Q(code="later_year") | Q(year__isnull=False), name="a_later_year_is_named"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ask_id}: {self.code}"


class Step(models.Model):
    """That an ask came to a state, and what says so. From `allocated` on that is a budget release, and a sum found."""

    ask = models.ForeignKey(Ask, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=16, choices=AskState.choices)
    on = models.DateField()
    source = models.TextField()  # sentence with document, or the release and its line
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+")
    release = models.ForeignKey(BudgetRelease, null=True, on_delete=models.PROTECT, related_name="+")
    before = RandField(null=True)  # in the release before, of the commitment's lines in the year
    found = RandField(null=True)  # in this release
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["recorded_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=[each.value for each in FROM_RELEASES_ONLY])
                | Q(release__isnull=False, found__isnull=False),
                name="only_a_release_sets_allocated_and_later",
            )
        ]

    def __str__(self) -> str:
        return f"{self.ask_id}: {self.state}"
