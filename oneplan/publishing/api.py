"""The interface to the plan's forms and the one-page briefs: ask, see how far it is, download."""

import hashlib
from datetime import datetime
from typing import Any, Literal, cast

from django.core.files.storage import default_storage
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Status

from oneplan.access.bearers import OPEN, SIGNED_IN
from oneplan.access.middleware import ActorHttpRequest
from oneplan.joint_planning.models import Adoption
from oneplan.periods import clock
from oneplan.plans.api.writing import edition_for
from oneplan.plans.models import Edition
from oneplan.plans.queries import IN_PROGRESS, readable_spaces
from oneplan.platform.rest.files import PRIVATE, FileShown, gives_file, held_already, stored_file, tagged_file
from oneplan.platform.rest.paging import Count
from oneplan.platform.rest.schemas import Code, Shown
from oneplan.platform.web.responses import file_name
from oneplan.publishing import actions, making, queries, rules, tasks
from oneplan.publishing.choices import MEDIA_TYPES, Form, RenditionState
from oneplan.publishing.models import Rendition
from oneplan.spaces.models import Space

router = Router(tags=["Forms"], auth=OPEN)
FORMS = "/plans/{code}/editions/{number}/forms"
ONE = FORMS + "/{form}"
PDF = MEDIA_TYPES[Form.PDF]
_FOR_ALL = "public, max-age=60, must-revalidate"
FormState = Literal["not_asked", "asked", "making", "ready", "failed"]


class FormShown(Shown):
    """An edition in one form, and how far the making of it is."""

    form: Form
    label: str
    state: FormState
    progress: int = Field(description="Per cent.")
    message: str = Field(description="What is being done, or why it failed.")
    can_be_asked: bool = Field(description="Whether asking now has it made, or made anew.")
    is_draft: bool = Field(description="Made for the caller alone, from the words of the moment, and kept for a day.")
    is_sample: bool
    content_hash: str = Field(description="The SHA-256 of what it was made from; empty until it is made.")
    made_at: datetime | None
    expires_at: datetime | None
    file: FileShown | None = Field(description="Null until it is ready.")


class FormsShown(Shown):
    """The forms of an edition."""

    space: str
    edition: int
    items: list[FormShown]


class _Source:
    """An edition that is handed out: by its seal for everybody, or as a draft for one reader."""

    def __init__(self, request: ActorHttpRequest, code: str, number: int) -> None:
        self.edition: Edition = edition_for(request, code, number)
        self.is_draft = self.edition.state in IN_PROGRESS
        self.adoption: Adoption | None = None if self.is_draft else queries.sealed_adoption(code, number)
        if self.is_draft:
            self.made = queries.draft_renditions(self.edition, request.actor)
        elif self.adoption:
            self.made = queries.adopted_renditions(self.edition, self.adoption.content_hash)
        else:
            raise Http404
        self.actor = request.actor

    def shown(self, form: Form) -> FormShown:
        """The form as it stands for the caller."""
        adoption, found = self.adoption, self.made.get(form)
        told: dict[str, Any] = {
            "form": form, "label": str(form.label), "is_draft": self.is_draft, "is_sample": self.edition.is_sample,
        }  # fmt: skip
        if adoption and form == Form.JSON:  # the sealed bundle itself: it is never made
            return FormShown(
                **told, state="ready", progress=100, message="", can_be_asked=False, made_at=adoption.adopted_at,
                content_hash=adoption.content_hash, expires_at=None,
                file=self._file(form, adoption.bundle.name, adoption.bundle.size, adoption.bundle.sha256),
            )  # fmt: skip
        if found is None:
            may_ask = not self.is_draft or self.actor.user_id is not None
            return FormShown(
                **told, state="not_asked", progress=0, message="", can_be_asked=may_ask, made_at=None,
                content_hash="", expires_at=None, file=None,
            )  # fmt: skip
        return FormShown(
            **told, state=cast(FormState, found.state), progress=found.progress, message=found.message,
            can_be_asked=rules.wants_making(found), made_at=found.made_at, expires_at=found.expires_at,
            content_hash=found.content_hash,
            file=self._file(form, found.file_name, found.size, found.sha256) if found.is_ready else None,
        )  # fmt: skip

    def _file(self, form: Form, name: str, size: int, sha256: str) -> FileShown:
        href = f"/api/v1/plans/{self.edition.space_id}/editions/{self.edition.number}/forms/{form.value}/file"
        return FileShown(name=name, media_type=MEDIA_TYPES[form], size=size, sha256=sha256, href=href)


@router.get(FORMS, response=FormsShown, summary="The forms of an edition")
def list_forms(request: ActorHttpRequest, code: Code, number: Count) -> FormsShown:
    """Which are made, and which can be asked for: of an adopted edition everybody's, of a draft the caller's own."""
    source = _Source(request, code, number)
    return FormsShown(
        space=source.edition.space_id, edition=source.edition.number, items=[source.shown(form) for form in Form]
    )


@router.get(ONE, response=FormShown, summary="How far a form is")
def read_form(request: ActorHttpRequest, code: Code, number: Count, form: Form) -> FormShown:
    """Its state, how far the making is, and where its file is."""
    return _Source(request, code, number).shown(form)


@router.post(ONE, response={200: FormShown, 202: FormShown}, summary="Have a form made")
def ask_form(request: ActorHttpRequest, response: HttpResponse, code: Code, number: Count, form: Form) -> Any:
    """Of an adopted edition once for everybody (200: it is there already); of a draft for the caller, from the words of
    now. 202: ask at Location until its state is `ready`.
    """
    edition = edition_for(request, code, number)
    with transaction.atomic():
        rendition, is_new = actions.ask_rendition(edition, form.value, by=request.actor)
        if is_new:
            transaction.on_commit(lambda: tasks.make_rendition.enqueue(rendition.pk))
    now = _Source(request, code, number).shown(form)
    response["Location"] = f"/api/v1/plans/{edition.space_id}/editions/{edition.number}/forms/{form.value}"
    return Status(200 if now.state == RenditionState.READY.value else 202, now)


@router.get(ONE + "/file", response={200: None}, openapi_extra=gives_file(*MEDIA_TYPES.values()), summary="The file")
def download_form(request: ActorHttpRequest, code: Code, number: Count, form: Form) -> HttpResponseBase:
    """The form as it was made. The JSON of an adopted edition is its sealed bundle, byte for byte."""
    source = _Source(request, code, number)
    cache = PRIVATE if request.actor.is_signed_in else _FOR_ALL
    if source.adoption and form == Form.JSON:
        return stored_file(request, source.adoption.bundle, cache=cache)
    rendition: Rendition = rules.made(source.made.get(form))
    if rendition.document:
        return stored_file(request, rendition.document, name=rendition.file_name, cache=cache)
    tag = f'"{rendition.sha256}"'
    file = held_already(request, tag) or FileResponse(
        default_storage.open(rendition.kept_at), as_attachment=True, filename=rendition.file_name,
        content_type=rendition.media_type,
    )  # fmt: skip
    return tagged_file(file, tag)


# --- briefs ----------------------------------------------------------------------------------------------------------


@router.get("/spaces/{code}/brief", response={200: None}, openapi_extra=gives_file(PDF), summary="The district brief")
def district_brief(request: ActorHttpRequest, code: Code) -> HttpResponseBase:
    """One page about a space as PDF. Readers of its drafts see progress; everybody else the adopted content."""
    space: Space = get_object_or_404(Space.objects.select_related("province"), pk=code)
    cache = PRIVATE if request.actor.is_signed_in else _FOR_ALL
    return _brief(request, making.district_brief(request.actor, space), f"brief-{space.pk}", cache)


@router.get(
    "/spaces/{code}/meeting-brief", auth=SIGNED_IN, response={200: None}, openapi_extra=gives_file(PDF),
    summary="The brief for a meeting",
)  # fmt: skip
def meeting_brief(request: ActorHttpRequest, code: Code) -> HttpResponseBase:
    """One page to take into a meeting as PDF, for those who may read the drafts of the space."""
    space: Space = get_object_or_404(readable_spaces(request.actor).select_related("province"), pk=code)
    return _brief(request, making.meeting_brief(request.actor, space), f"meeting-brief-{space.pk}", PRIVATE)


def _brief(request: ActorHttpRequest, pdf: bytes, name: str, cache: str) -> HttpResponseBase:
    tag = f'"{hashlib.sha256(pdf).hexdigest()}"'
    held = held_already(request, tag, cache)
    if held:
        return held
    response = HttpResponse(pdf, content_type=PDF)
    response["Content-Disposition"] = f'attachment; filename="{file_name(f"{name}-{clock.today()}", "pdf")}"'
    return tagged_file(response, tag, cache)
