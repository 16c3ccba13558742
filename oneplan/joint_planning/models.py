"""How a One Plan is made together: stages and gates, the participation ledger, signing copies and adoption."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from oneplan.committees.models import Resolution
from oneplan.institutions.models import Institution, Post
from oneplan.joint_planning.choices import SILENT, ContributionState, StageState
from oneplan.plans.models import Edition
from oneplan.platform.documents import Document
from oneplan.platform.models import Revised


class StageProgress(Revised):
    """Where an edition stands in one stage. Kept by the stage's concept code, so that rule sets can change."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="stages")
    stage = models.CharField(max_length=20)
    state = models.CharField(max_length=24, choices=StageState.choices, default=StageState.NOT_STARTED)
    starts_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    passed_at = models.DateTimeField(null=True)
    passed_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "stage"], name="stage_once"),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(due_on=None) | Q(due_on__gte=F("starts_on")),
                name="stage_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition} {self.stage}"

    @property
    def audit_key(self) -> str:
        return f"{self.edition.audit_key}:stage:{self.stage}"

    def scopes(self) -> list[str]:
        return self.edition.scopes()


class Contribution(Revised):
    """One party asked for one stage of one edition: the participation ledger's row."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="contributions")
    stage = models.CharField(max_length=20)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="contributions")
    request = models.TextField(blank=True)
    state = models.CharField(max_length=12, choices=ContributionState.choices, default=ContributionState.ASKED)
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    reminded_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=200, blank=True)
    answered_post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(blank=True)  # what was contributed, or why it was declined
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "stage", "institution"], name="party_asked_once_per_stage"),
            models.CheckConstraint(condition=~Q(state="declined") | ~Q(answer=""), name="declining_has_a_reason"),
        ]
        indexes = [models.Index(fields=["institution", "state"], name="contribution_by_institution")]

    def __str__(self) -> str:
        return f"{self.institution_id} for {self.edition} {self.stage}"

    @property
    def audit_key(self) -> str:
        return f"{self.edition.audit_key}:contribution:{self.stage}:{self.institution_id}"

    @property
    def is_answered(self) -> bool:
        return self.state in (ContributionState.CONTRIBUTED, ContributionState.DECLINED)

    def state_on(self, day: date) -> str:
        """The state as it shows on a day: who was asked and let the due date pass is silent."""
        return str(self.state) if self.is_answered or self.due_on >= day else SILENT

    def scopes(self) -> list[str]:
        return [f"institution:{self.institution_id}", *self.edition.scopes()]


class GateException(models.Model):
    """A gate may be passed although something is missing, if a person says why in their own name."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="gate_exceptions")
    stage = models.CharField(max_length=20)
    rule = models.CharField(max_length=60)
    reason = models.TextField()
    missing: models.JSONField[Any, Any] = models.JSONField(default=list)  # what was missing that day, in sentences
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    granted_by_name = models.CharField(max_length=200)
    granted_post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "stage", "rule"], condition=Q(withdrawn_at=None), name="exception_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="exception_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.edition} {self.rule}"

    @property
    def audit_key(self) -> str:
        return f"{self.edition.audit_key}:exception:{self.rule}"

    def scopes(self) -> list[str]:
        return self.edition.scopes()


class SigningCopy(models.Model):
    """The canonical bytes of an edition at one freeze, and their hash. Every acceptance and signature cites it."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="signing_copies")
    number = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64, unique=True)
    content = models.BinaryField()
    frozen_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdraw_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="copy_number_once"),
            models.UniqueConstraint(fields=["edition"], condition=Q(withdrawn_at=None), name="one_standing_copy"),
        ]

    def __str__(self) -> str:
        return f"{self.edition} copy {self.number}"

    def scopes(self) -> list[str]:
        return self.edition.scopes()


class Adoption(models.Model):
    """The sealed edition: what was adopted, by which resolutions, with whom outstanding, under which key."""

    edition = models.OneToOneField(Edition, on_delete=models.PROTECT, related_name="adoption")
    copy = models.OneToOneField(SigningCopy, on_delete=models.PROTECT, related_name="adoption")
    submitted = models.ForeignKey(Resolution, on_delete=models.PROTECT, related_name="+")
    approved = models.ForeignKey(Resolution, on_delete=models.PROTECT, related_name="+")
    outstanding: models.JSONField[Any, Any] = models.JSONField(default=list)
    content_hash = models.CharField(max_length=64, unique=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    key_id = models.CharField(max_length=64)
    signature = models.CharField(max_length=200)
    bundle = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    log_head = models.CharField(max_length=64, blank=True)
    adopted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.edition} adopted"

    def scopes(self) -> list[str]:
        return self.edition.scopes()
