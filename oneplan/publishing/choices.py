from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Form(TextChoices):
    """The forms in which a plan is handed out. JSON of an adopted edition is its sealed bundle and is not made."""

    PDF = "pdf", _("PDF, for reading and printing")
    WORD = "docx", _("Word, for editing")
    EXCEL = "xlsx", _("Excel, for counting and filtering")
    JSON = "json", _("JSON, for programs")


MEDIA_TYPES: dict[str, str] = {
    Form.PDF: "application/pdf",
    Form.WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Form.EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.JSON: "application/json",
}


class ProfileForm(TextChoices):
    """The forms in which the profile of a space is handed out."""

    ONE_PAGE = "one-page.pdf", _("PDF, one page")
    FULL = "full.pdf", _("PDF, every chapter")
    WORD = "full.docx", _("Word, every chapter")
    EXCEL = "full.xlsx", _("Excel, every figure")

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.value.rpartition(".")[2]]


class RenditionState(TextChoices):
    ASKED = "asked", _("Asked, waiting to be made")
    MAKING = "making", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Could not be made")


# What failed, or was left lying by a worker that stopped, can be asked for again; what is ready only of a draft.
ALLOWED_MOVES: dict[str, tuple[str, ...]] = {
    RenditionState.ASKED: (RenditionState.MAKING, RenditionState.ASKED),
    RenditionState.MAKING: (RenditionState.READY, RenditionState.FAILED, RenditionState.ASKED),
    RenditionState.READY: (RenditionState.ASKED,),
    RenditionState.FAILED: (RenditionState.ASKED,),
}


class Event(TextChoices):
    RENDITION_ASKED = "rendition.asked", _("A form of the plan was asked for")
    RENDITION_MADE = "rendition.made", _("A form of the plan was made")
    RENDITION_FAILED = "rendition.failed", _("A form of the plan could not be made")
    RENDITION_SWEPT = "rendition.swept", _("The form of a draft expired and was removed")
