"""What the room remembers: the renditions of editions."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from oneplan.periods import clock
from oneplan.plans.models import Edition
from oneplan.platform.models import Document
from oneplan.publishing.choices import MEDIA_TYPES, Form, RenditionState

PATIENCE = timedelta(minutes=10)  # no form takes so long: a worker that began it longer ago was stopped


class Rendition(models.Model):
    """An edition in one form: asked, being made, ready, or failed with a sentence.

    Of an adopted edition it is made once, kept for good and open to everybody (`asked_by` empty): what it was made from
    is named by its hash, and a form that is drawn differently since (`template_version`) is made anew. Of a draft it is
    made for one person and kept for a day; that person may have it made again, from the words of then.
    """

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="renditions")
    form = models.CharField(max_length=4, choices=Form.choices)
    language = models.CharField(max_length=10, default="en-za")
    content_hash = models.CharField(max_length=64, blank=True, help_text="Of a draft: known once it is made")
    template_version = models.CharField(max_length=12)
    state = models.CharField(max_length=6, choices=RenditionState.choices, default=RenditionState.ASKED)
    progress = models.PositiveSmallIntegerField(default=0, help_text="Per cent")
    message = models.CharField(max_length=400, blank=True, help_text="What is being done, or why it failed")
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kept_at = models.CharField(max_length=200, blank=True, help_text="Where the file of a draft lies until it expires")
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the file")
    size = models.PositiveBigIntegerField(default=0, help_text="Bytes")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RenditionState.values), name="rendition_state_is_known"),
            models.CheckConstraint(condition=Q(form__in=Form.values), name="rendition_form_is_known"),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(document__isnull=False) | ~Q(kept_at=""), name="ready_has_a_file"
            ),
            models.UniqueConstraint(
                fields=["content_hash", "form", "language", "template_version"], condition=Q(asked_by=None),
                name="adopted_form_made_once",
            ),
            models.UniqueConstraint(
                fields=["edition", "form", "language", "asked_by"], condition=Q(asked_by__isnull=False),
                name="draft_form_once_each",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.edition} as {self.form}"

    def scopes(self) -> list[str]:
        return self.edition.scopes()

    @property
    def audit_key(self) -> str:
        return f"{self.edition.audit_key}:rendition:{self.form}"

    @property
    def is_ready(self) -> bool:
        return self.state == RenditionState.READY

    @property
    def is_at_work(self) -> bool:
        """Whether somebody is, or soon will be, making it."""
        return self.state in (RenditionState.ASKED, RenditionState.MAKING) and not self.is_stuck

    @property
    def is_stuck(self) -> bool:
        """Whether it was taken up, or left lying, so long ago that nobody is making it any more."""
        since = self.begun_at or self.asked_at
        return self.state in (RenditionState.ASKED, RenditionState.MAKING) and clock.now() - since > PATIENCE

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.form]

    @property
    def file_name(self) -> str:
        """What the file is called when it is saved."""
        draft = "-draft" if self.asked_by_id else ""
        return f"one-plan-{self.edition.space_id}-edition-{self.edition.number}{draft}.{self.form}"
