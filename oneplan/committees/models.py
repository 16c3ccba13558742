"""The political and technical committees of a space, the posts seated on them, and what they resolved."""

from django.db import models
from django.db.models import F, Q

from oneplan.committees.choices import Capacity, CommitteeKind, Decision, Method
from oneplan.institutions.models import Post
from oneplan.platform.documents import Document
from oneplan.spaces.models import Space


class Committee(models.Model):
    """One committee of one space, after the template of a rule set."""

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="committees")
    kind = models.CharField(max_length=12, choices=CommitteeKind.choices)
    name = models.CharField(max_length=160)
    ruleset = models.CharField(max_length=40)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["space", "kind"], condition=Q(valid_to=None), name="one_committee_of_a_kind_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_key(self) -> str:
        return f"committee:{self.space_id}:{self.kind}"

    def scopes(self) -> list[str]:
        return self.space.scopes()


class Seat(models.Model):
    """A seat is held by a post; whoever holds the post sits. A change of person changes nothing here."""

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="seats")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="seats")
    capacity = models.CharField(max_length=12, choices=Capacity.choices, default=Capacity.MEMBER)
    template = models.CharField(max_length=60, blank=True)  # the seat template of the rule set; blank where none fits
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["committee", "post"], condition=Q(valid_to=None), name="a_post_sits_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="seat_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post} ({self.get_capacity_display()})"

    def scopes(self) -> list[str]:
        return self.committee.scopes()


class Resolution(models.Model):
    """What a committee decided, when, how, and about which signing copy (by its hash)."""

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="resolutions")
    number = models.PositiveIntegerField()
    held_on = models.DateField()
    decision = models.CharField(max_length=12, choices=Decision.choices)
    text = models.TextField()
    copy_hash = models.CharField(max_length=64, blank=True, db_index=True)
    method = models.CharField(max_length=12, choices=Method.choices)
    votes_for = models.PositiveSmallIntegerField(null=True)
    votes_against = models.PositiveSmallIntegerField(null=True)
    abstained = models.PositiveSmallIntegerField(null=True)
    dissent = models.TextField(blank=True)
    seats_total = models.PositiveSmallIntegerField()
    seats_present = models.PositiveSmallIntegerField()
    quorum_needed = models.PositiveSmallIntegerField()
    minutes = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    void_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-held_on", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["committee", "number"], name="resolution_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.committee.get_kind_display()} {self.number} of {self.held_on:%Y-%m-%d}"

    @property
    def audit_key(self) -> str:
        return f"resolution:{self.committee.space_id}:{self.committee.kind}:{self.number}"

    @property
    def is_standing(self) -> bool:
        return self.voided_at is None

    def scopes(self) -> list[str]:
        return self.committee.scopes()


class Attendance(models.Model):
    """A seat that was present, and under which name it was held that day (or who stood in for it)."""

    resolution = models.ForeignKey(Resolution, on_delete=models.PROTECT, related_name="attendance")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    held_by = models.CharField(max_length=160, blank=True)
    represented_by = models.CharField(max_length=160, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resolution", "seat"], name="a_seat_attends_once")]

    def __str__(self) -> str:
        return f"{self.seat} at {self.resolution_id}"


class VoidedCopy(models.Model):
    """A signing copy that was withdrawn: whatever was resolved about it fell, and nothing more may be resolved about
    it.

    Copies live higher up, in joint_planning; their hashes alone are known here.
    """

    copy_hash = models.CharField(max_length=64, primary_key=True)
    voided_at = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        verbose_name_plural = "voided copies"

    def __str__(self) -> str:
        return self.copy_hash
