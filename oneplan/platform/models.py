"""What the house remembers: the log and its seals, and documents."""

from typing import Any

from django.conf import settings
from django.db import models


class Revised(models.Model):
    """A row edited by several people: the revision counts its changes, and every edit states which one it saw."""

    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


class Seal(models.Model):
    """One batch of log entries, chained to the batch before (see platform/audit/sealer.py)."""

    count = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, blank=True)
    sealed_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"seal {self.pk}: {self.count} entries, {self.digest[:12]}"


class LogEntry(models.Model):
    """Who did what to which subject, when and why. Appended by actions, never changed.

    `seal` alone is filled in later, by the sealer; it is not part of what is sealed.
    """

    at = models.DateTimeField(db_index=True)
    event = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    scope = models.CharField(max_length=80, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    actor_kind = models.CharField(max_length=40)
    reason = models.TextField(blank=True)
    before: models.JSONField[Any, Any] = models.JSONField(default=dict)
    after: models.JSONField[Any, Any] = models.JSONField(default=dict)
    facts: models.JSONField[Any, Any] = models.JSONField(default=dict)
    request_id = models.CharField(max_length=36, blank=True)
    seal = models.ForeignKey(Seal, null=True, on_delete=models.PROTECT, related_name="entries")

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject", "-id"], name="log_by_subject"),
            models.Index(fields=["scope", "-id"], name="log_by_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.subject} {self.at:%Y-%m-%d %H:%M}"


class Classification(models.TextChoices):
    """How widely a document may be shown. Confidential and above do not belong in this system (MISS 1996)."""

    PUBLIC = "public", "Public"
    INTERNAL = "internal", "Internal to government"
    RESTRICTED = "restricted", "Restricted"


class Document(models.Model):
    """A file as it was handed in: hashed, immutable, kept under its own hash."""

    sha256 = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    classification = models.CharField(max_length=12, choices=Classification.choices, default=Classification.INTERNAL)
    file_plan_code = models.CharField(max_length=40, blank=True)
    stored_at = models.DateTimeField()
    stored_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.name
