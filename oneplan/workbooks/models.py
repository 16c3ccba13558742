"""What the room remembers: the workbooks it issued, what stood in each, and what came back."""

import json
import zlib
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from oneplan.institutions.models import Institution
from oneplan.plans.models import Edition
from oneplan.platform.models import Document
from oneplan.spaces.models import Space
from oneplan.workbooks.choices import ReturnState, WorkbookState
from oneplan.workbooks.languages import LANGUAGES

FORMAT = 1  # of the sheets and columns; a workbook of another format is made anew


class Workbook(models.Model):
    """One Excel file made for a space, or for one party in it, and every cell as it was issued.

    `packed` holds the cells as issued (layout.Issued as JSON, compressed), for the comparison of three: as issued, as
    returned, as the house says now. `digest` is the SHA-256 of that JSON and stands in the file's hidden sheet.
    """

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="workbooks")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="workbooks")
    institution = models.ForeignKey(
        Institution, null=True, blank=True, on_delete=models.PROTECT, related_name="workbooks"
    )
    language = models.CharField(max_length=10)
    format = models.PositiveSmallIntegerField(default=FORMAT)
    state = models.CharField(max_length=8, choices=WorkbookState.choices, default=WorkbookState.ASKED)
    message = models.CharField(max_length=400, blank=True, help_text="Why it could not be made")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    rows = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    packed = models.BinaryField(default=bytes)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["space", "-id"], name="workbook_by_space")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=WorkbookState.values), name="workbook_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state="issued") | (Q(document__isnull=False) & ~Q(digest="")), name="issued_has_a_file"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What people call it: W-12."""
        return f"W-{self.pk}"

    @property
    def language_name(self) -> str:
        """The language by its own name, such as isiZulu."""
        return LANGUAGES.get(self.language, self.language)

    @property
    def is_issued(self) -> bool:
        return self.state == WorkbookState.ISSUED

    @property
    def file_name(self) -> str:
        party = f"-{self.institution_id}" if self.institution_id else ""
        return f"oneplan-{self.space_id}{party}-{self.name}.xlsx"

    @cached_property
    def issued(self) -> dict[str, Any]:
        """The cells as issued: sheets by key, each with its title, columns, headers and rows."""
        found: dict[str, Any] = json.loads(zlib.decompress(bytes(self.packed)))
        return found

    @property
    def audit_key(self) -> str:
        return f"workbook:{self.pk}"

    def scopes(self) -> list[str]:
        own = [f"institution:{self.institution_id}"] if self.institution_id else []
        return [*own, *self.space.scopes()]


class WorkbookReturn(models.Model):
    """A file that came back, what in it differs from what was issued, and what became of it.

    `workbook` is empty until the file was read and says which one it is. `rows` are the rows that differ, as plain
    cells, with the refusals of a rehearsal; `gone` the rows that were deleted; `choices` what was decided for a row,
    and by whom; `taken` what was taken in: (sheet, words of a new row, its reference).
    """

    space = models.ForeignKey(Space, null=True, on_delete=models.PROTECT, related_name="workbook_returns")
    workbook = models.ForeignKey(Workbook, null=True, on_delete=models.PROTECT, related_name="returns")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=ReturnState.choices, default=ReturnState.RETURNED)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    returned_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    at_work_since = models.DateTimeField(null=True, help_text="When the present attempt was asked for")
    attempt = models.PositiveSmallIntegerField(
        default=1, db_default=1, help_text="A job of an earlier attempt changes nothing"
    )
    rows: models.JSONField[Any, Any] = models.JSONField(default=list)
    gone: models.JSONField[Any, Any] = models.JSONField(default=list)
    summary: models.JSONField[Any, Any] = models.JSONField(default=dict)
    errors: models.JSONField[Any, Any] = models.JSONField(default=list)
    choices: models.JSONField[Any, Any] = models.JSONField(default=dict)
    taken: models.JSONField[Any, Any] = models.JSONField(default=list)
    reason = models.CharField(max_length=400, blank=True, help_text="Why a person refused it")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["space", "-id"], name="return_by_space")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ReturnState.values), name="return_state_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.get_state_display()})"

    @property
    def is_at_work(self) -> bool:
        return self.state in (ReturnState.RETURNED, ReturnState.TAKING)

    @property
    def audit_key(self) -> str:
        return self.workbook.audit_key if self.workbook else f"workbook_return:{self.pk}"

    def scopes(self) -> list[str]:
        if self.workbook:
            return self.workbook.scopes()
        return self.space.scopes() if self.space else ["national"]
