"""What the house remembers of imports: runs, their issues, the rows set aside, stored rows by key, and mappings."""

from typing import Any

from django.conf import settings
from django.db import models

from oneplan.exchange.choices import IssueKind, RunState, Severity
from oneplan.platform.models import Document, Revised


class Mapping(Revised):
    """How the columns of one source become the targets of a kind, remembered under a name."""

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=40)
    source = models.CharField(max_length=200, blank=True)
    columns: models.JSONField[Any, Any] = models.JSONField(default=dict)
    constants: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    value_maps: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    leave_out: models.JSONField[Any, Any] = models.JSONField(default=list, blank=True)
    options: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def as_dict(self) -> dict[str, Any]:
        """The mapping in the plain form that `mapping.spec_of` reads."""
        return {
            **self.options,
            "name": self.name,
            "kind": self.kind,
            "source": self.source,
            "columns": self.columns,
            "constants": self.constants,
            "values": self.value_maps,
            "leave_out": self.leave_out,
        }


class ImportRun(models.Model):
    """One file handed in, and what became of it."""

    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=12, choices=RunState.choices, default=RunState.RECEIVED)
    source = models.CharField(max_length=200, blank=True)
    licence = models.CharField(max_length=200, blank=True)
    as_at = models.DateField(null=True, blank=True)
    level = models.CharField(max_length=40, blank=True)
    space_code = models.CharField(max_length=12, blank=True)
    province_code = models.CharField(max_length=8, blank=True)
    scope_keys = models.CharField(max_length=300, blank=True, help_text="|space:DC36|province:LIM|national|")
    details: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)  # as the kind asks for them
    mapping_name = models.CharField(max_length=80, blank=True)
    mapping: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    staged = models.CharField(max_length=200, blank=True, help_text="Where the file waits until it is accepted")
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    retrieved_at = models.DateTimeField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    rows_seen = models.PositiveIntegerField(default=0, help_text="Progress while the file is read")
    rows_accepted = models.PositiveIntegerField(default=0)
    rows_refused = models.PositiveIntegerField(default=0)
    summary: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    outcomes = models.BinaryField(default=bytes, help_text="One code per row read, packed; for the annotated workbook")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["kind", "-id"], name="run_by_kind")]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=RunState.values), name="run_state_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name}"

    def scopes(self) -> list[str]:
        """The scope keys of the order, narrow to wide."""
        return [key for key in self.scope_keys.split("|") if key]


class Issue(models.Model):
    """One thing wrong at one place of a run's file."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="issues")
    sheet = models.CharField(max_length=100, blank=True)
    row = models.PositiveIntegerField(default=0)
    column = models.CharField(max_length=300, blank=True)
    value = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=30, choices=IssueKind.choices)
    severity = models.CharField(max_length=10, choices=Severity.choices)
    message = models.TextField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["run", "kind"], name="issue_by_kind")]

    def __str__(self) -> str:
        return self.message


class QuarantinedRow(models.Model):
    """A refused row as it stood in the file, set aside for correction."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="quarantined")
    sheet = models.CharField(max_length=100, blank=True)
    row = models.PositiveIntegerField()
    cells: models.JSONField[Any, Any] = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.sheet} {self.row}"


class StoredRow(models.Model):
    """A row that a run stored, by kind, source, version and row key: how a later run knows it again."""

    kind = models.CharField(max_length=40)
    source = models.CharField(max_length=200)
    version = models.CharField(max_length=80, blank=True)
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=32)
    subject = models.CharField(max_length=120, blank=True)
    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "source", "version", "key"], name="row_stored_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source} {self.key}"
