"""The ledger of commitments by cycle, year and party. Entries are derived; those of a closed cycle never change."""

from django.db import models
from django.db.models import Q

from oneplan.alignment.models import Link
from oneplan.budgets.choices import AmountType
from oneplan.commitments.models import Commitment
from oneplan.institutions.models import Institution
from oneplan.ledger.choices import Execution, Funding, Movement
from oneplan.periods.years import Basis, FinancialYear
from oneplan.platform.fields import RandField
from oneplan.platform.models import Revised

_BASES = [(basis.value, basis.value) for basis in Basis]


class Cycle(Revised):
    """One round of the budget cycle, as far as the house knows it. One is open; closing it keeps it for good."""

    ref = models.CharField(max_length=24, unique=True)
    label = models.CharField(max_length=120)
    as_at = models.DateField()
    build = models.CharField(max_length=80, blank=True)  # of the budget warehouse from which it was computed
    opened_at = models.DateTimeField()
    computed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    is_open = models.BooleanField(default=True)
    before = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="after")

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["is_open"], condition=Q(is_open=True), name="one_open_ledger_cycle"),
            models.CheckConstraint(
                condition=Q(is_open=True, closed_at=None) | Q(is_open=False, closed_at__isnull=False),
                name="a_closed_ledger_cycle_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def audit_key(self) -> str:
        return f"ledger_cycle:{self.ref}"

    def scopes(self) -> list[str]:
        return ["national"]


class Entry(models.Model):
    """What one party's part of one commitment came to in one year. Rand that nobody reports is null, never 0."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="entries")
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="ledger_entries")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="ledger_entries")
    year = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=4, choices=_BASES)
    pledged = RandField(default=0)  # not declined, not "unfunded"
    budget = RandField(null=True)  # the newest that was decided, of the shares of its lines
    budget_type = models.CharField(max_length=16, blank=True, choices=AmountType.choices)
    original = RandField(null=True)
    adjusted = RandField(null=True)
    spent = RandField(null=True)
    spent_type = models.CharField(max_length=16, blank=True, choices=AmountType.choices)
    budget_before = RandField(null=True)  # in the cycle before
    funding = models.CharField(max_length=12, choices=Funding.choices, default=Funding.UNKNOWN)
    movement = models.CharField(max_length=12, choices=Movement.choices, default=Movement.UNKNOWN)
    execution = models.CharField(max_length=12, choices=Execution.choices, default=Execution.UNKNOWN)
    line_count = models.PositiveSmallIntegerField(default=0)
    is_government = models.BooleanField(default=False)  # rests on figures that stay inside government
    is_sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["commitment", "year", "basis", "institution"]
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "commitment", "institution", "year", "basis"], name="one_ledger_entry"
            )
        ]
        indexes = [models.Index(fields=["cycle", "institution", "year"], name="ledger_entry_by_party")]

    def __str__(self) -> str:
        return f"{self.cycle_id} {self.commitment_id} {self.institution_id} {self.year}"

    @property
    def financial_year(self) -> FinancialYear:
        return FinancialYear(self.year, Basis(self.basis))


class EntryLine(models.Model):
    """One budget line behind an entry: what the source says of it, and the part that falls to the commitment."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="lines")
    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="+")
    amount_type = models.CharField(max_length=16, choices=AmountType.choices)
    whole = RandField()  # of the line
    amount = RandField()  # of the commitment
    is_counted = models.BooleanField(default=False)  # in the entry's budget or spending: of a line one kind counts

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "link", "amount_type"], name="one_ledger_entry_line")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.amount_type}: {self.amount}"
