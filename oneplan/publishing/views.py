"""Pages of forms: what there is of an edition, what is being made, and the files."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.joint_planning.models import Adoption
from oneplan.periods import clock
from oneplan.plans.models import Edition
from oneplan.plans.queries import IN_PROGRESS, readable_spaces
from oneplan.plans.queries import visible_to as editions_visible_to
from oneplan.platform.documents import open_document
from oneplan.platform.errors import RuleBroken
from oneplan.platform.web.numerals import grouped
from oneplan.platform.web.responses import file_name
from oneplan.publishing import actions, making, queries, tasks
from oneplan.publishing.choices import Form, ProfileForm
from oneplan.publishing.json_schema import published
from oneplan.publishing.models import Rendition
from oneplan.spaces.models import Space
from oneplan.spaces.views.frame import place_of
from oneplan.warehouse.connection import NothingBuilt

_SHARED = "public, max-age=60, must-revalidate"


@dataclass(frozen=True)
class Row:
    """A form on the page: what there is of it, and where to get it."""

    form: str
    label: str
    href: str
    ask_href: str = ""
    progress_href: str = ""
    rendition: Rendition | None = None
    size: int = 0
    is_sealed: bool = False

    @property
    def is_ready(self) -> bool:
        return self.is_sealed or bool(self.rendition and self.rendition.is_ready)

    @property
    def size_words(self) -> str:
        """The size of the file as it is written here: 2,6 MB."""
        unit, divisor, places = ("MB", 1_000_000, 1) if self.size > 99_999 else ("kB", 1000, 0)
        return f"{grouped(Decimal(self.size) / divisor, places)}\u00a0{unit}"

    @property
    def is_at_work(self) -> bool:
        return bool(self.rendition and self.rendition.is_at_work)


# --- adopted editions: for everybody ---------------------------------------------------------------------------------


@require_safe
def public_downloads(request: ActorHttpRequest, code: str, number: int | None = None) -> HttpResponse:
    """The forms of an adopted edition: of that number, else of the one in force."""
    return _public_page(request, _adoption(code, number))


def _adoption(code: str, number: int | None) -> Adoption:
    adoption = queries.sealed_adoption(code, number)
    if adoption is None:
        raise Http404
    return adoption


def _public_page(request: ActorHttpRequest, adoption: Adoption, sentence: str = "") -> HttpResponse:
    edition = adoption.edition
    made = queries.adopted_renditions(edition, adoption.content_hash)
    plan_href = f"/plans/{edition.space_id}/" + ("" if edition.state == "adopted" else f"editions/{edition.number}/")
    sealed = Row(
        Form.JSON, str(Form.JSON.label), f"/plans/{edition.space_id}/editions/{edition.number}/bundle.json",
        size=adoption.bundle.size, is_sealed=True,
    )  # fmt: skip
    context = {
        **_frame(edition), "adoption": adoption, "plan_href": plan_href, "sentence": sentence,
        "rows": [*(_row(edition, form, made, "public_") for form in queries.FORMS_MADE), sealed],
        "brief_href": reverse("publishing:district_brief", args=[edition.space_id]),
    }  # fmt: skip
    return render(request, "publishing/public_downloads.html", context, status=409 if sentence else 200)


def _frame(edition: Edition) -> dict[str, Any]:
    space = edition.plan.space
    return {
        "edition": edition, "space": space, "is_sample": edition.is_sample,
        "place": place_of(space),
    }  # fmt: skip


def _row(edition: Edition, form: str, made: dict[str, Rendition], whose: str = "") -> Row:
    where = [edition.space_id, edition.number, form]
    rendition = made.get(form)
    return Row(
        form, str(Form(form).label), reverse(f"publishing:{whose}file", args=where),
        reverse(f"publishing:{whose}ask", args=where), reverse(f"publishing:{whose}progress", args=where), rendition,
        rendition.size if rendition else 0,
    )  # fmt: skip


@require_POST
def public_ask(request: ActorHttpRequest, code: str, number: int, form: str) -> HttpResponse:
    """Have a form of an adopted edition made, for everybody."""
    adoption = _adoption(code, number)
    try:
        _ask(adoption.edition, form, request)
    except RuleBroken as refusal:
        return _public_page(request, adoption, refusal.sentence)
    return redirect("publishing:edition_downloads", adoption.edition.space_id, number)


def _ask(edition: Edition, form: str, request: ActorHttpRequest) -> None:
    with transaction.atomic():
        rendition, is_new = actions.ask_rendition(edition, form, by=request.actor)
        if is_new:
            transaction.on_commit(lambda: tasks.make_rendition.enqueue(rendition.pk))


@require_safe
def public_progress(request: ActorHttpRequest, code: str, number: int, form: str) -> HttpResponse:
    """How far the making of a public form is; when it is over the page is asked for anew."""
    adoption = _adoption(code, number)
    made = queries.adopted_renditions(adoption.edition, adoption.content_hash)
    return _progress(request, _row(adoption.edition, form, made, "public_"))


def _progress(request: HttpRequest, row: Row) -> HttpResponse:
    if not row.is_at_work:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "publishing/_progress.html", {"row": row})


@require_safe
def public_file(request: ActorHttpRequest, code: str, number: int, form: str) -> HttpResponseBase:
    """The file of an adopted edition in a form; where it is not made yet, the page that offers to make it."""
    adoption = _adoption(code, number)
    if form == Form.JSON:
        return redirect(f"/plans/{adoption.edition.space_id}/editions/{number}/bundle.json")
    rendition = queries.adopted_renditions(adoption.edition, adoption.content_hash).get(form)
    if rendition is None or rendition.document is None:
        return redirect("publishing:edition_downloads", adoption.edition.space_id, number)
    document = rendition.document
    return _tagged(request, document.sha256, lambda: FileResponse(
        open_document(document), as_attachment=True, filename=rendition.file_name, content_type=rendition.media_type
    ))  # fmt: skip


def _tagged(request: HttpRequest, sha256: str, answer: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """The answer with its hash as its tag, or 304 where the reader has it already."""
    tag = f'"{sha256}"'
    unchanged = get_conditional_response(request, etag=tag)
    response = unchanged if unchanged and unchanged.status_code == 304 else answer()
    response["ETag"], response["Cache-Control"] = tag, _SHARED
    response["X-Content-Type-Options"] = "nosniff"
    return response


# --- editions in progress: for their readers -------------------------------------------------------------------------


def _draft(request: ActorHttpRequest, code: str, number: int) -> Edition:
    readable = readable_spaces(request.actor).values("pk")
    rows = editions_visible_to(request.actor).filter(plan_id__in=readable)
    return get_object_or_404(rows, plan_id=code, number=number)


@login_required
@require_safe
def downloads(request: ActorHttpRequest, code: str, number: int) -> HttpResponse:
    """The forms of an edition in progress, made for the reader alone; of an adopted one the public page."""
    edition = _draft(request, code, number)
    if edition.state not in IN_PROGRESS:
        return redirect("publishing:edition_downloads", code, number)
    return _draft_page(request, edition)


def _draft_page(request: ActorHttpRequest, edition: Edition, sentence: str = "") -> HttpResponse:
    made = queries.draft_renditions(edition, request.actor)
    context = {
        **_frame(edition), "rows": [_row(edition, form, made) for form in Form.values], "sentence": sentence,
        "brief_href": reverse("publishing:district_brief", args=[edition.space_id]),
        "meeting_href": reverse("publishing:meeting_brief", args=[edition.space_id]),
    }  # fmt: skip
    return render(request, "publishing/downloads.html", context, status=409 if sentence else 200)


@login_required
@require_POST
def ask(request: ActorHttpRequest, code: str, number: int, form: str) -> HttpResponse:
    """Have a form of an edition in progress made for oneself."""
    edition = _draft(request, code, number)
    try:
        _ask(edition, form, request)
    except RuleBroken as refusal:
        return _draft_page(request, edition, refusal.sentence)
    messages.success(request, _("It is being made from the words of now, for you alone; it is kept for a day."))
    return redirect("publishing:downloads", code, number)


@login_required
@require_safe
def progress(request: ActorHttpRequest, code: str, number: int, form: str) -> HttpResponse:
    """How far the making of a draft's form is."""
    edition = _draft(request, code, number)
    return _progress(request, _row(edition, form, queries.draft_renditions(edition, request.actor)))


@login_required
@require_safe
def file(request: ActorHttpRequest, code: str, number: int, form: str) -> HttpResponseBase:
    """The reader's own file of an edition in progress."""
    edition = _draft(request, code, number)
    rendition = queries.draft_renditions(edition, request.actor).get(form)
    if rendition is None or not rendition.kept_at:
        return redirect("publishing:downloads", code, number)
    response = FileResponse(
        default_storage.open(rendition.kept_at), as_attachment=True, filename=rendition.file_name,
        content_type=rendition.media_type,
    )  # fmt: skip
    response["Cache-Control"], response["X-Content-Type-Options"] = "private, no-store", "nosniff"
    return response


# --- briefs and the schema -------------------------------------------------------------------------------------------


@require_safe
def district_brief(request: ActorHttpRequest, code: str) -> HttpResponse:
    """One page about a space. Readers of its drafts see progress; everybody else the adopted content."""
    space = get_object_or_404(Space.objects.select_related("province"), pk=code)
    return _brief(making.district_brief(request.actor, space), f"brief-{code}")


@login_required
@require_safe
def meeting_brief(request: ActorHttpRequest, code: str) -> HttpResponse:
    """One page to take into a meeting, for those who may read the drafts of the space."""
    space = get_object_or_404(readable_spaces(request.actor).select_related("province"), pk=code)
    return _brief(making.meeting_brief(request.actor, space), f"meeting-brief-{code}")


def _brief(pdf: bytes, name: str) -> HttpResponse:
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{file_name(f"{name}-{clock.today()}", "pdf")}"'
    response["Cache-Control"], response["X-Content-Type-Options"] = "private, no-store", "nosniff"
    return response


@require_safe
def profile_file(request: ActorHttpRequest, code: str, form: str) -> HttpResponse:
    """The profile of a space as a file: what the reader's own page shows. That page says why where there is none."""
    space = get_object_or_404(Space.objects.select_related("province"), pk=code)
    chosen = ProfileForm(form)
    try:
        made = making.profile_file(request.actor, space, form)
    except NothingBuilt:
        return redirect("indicators:profile", code)
    stem, _dot, ending = chosen.value.rpartition(".")
    response = HttpResponse(made, content_type=chosen.media_type)
    how = "inline" if ending == "pdf" else "attachment"
    name = file_name(f"profile-{code}-{stem}-{clock.today()}", ending)
    response["Content-Disposition"] = f'{how}; filename="{name}"'
    response["Cache-Control"], response["X-Content-Type-Options"] = "private, no-store", "nosniff"
    return response


@require_safe
def schema(request: ActorHttpRequest, name: str) -> HttpResponseBase:
    """The JSON Schema of a sealed edition, or of a draft."""
    words = published(name)
    return _tagged(
        request, hashlib.sha256(words).hexdigest(), lambda: HttpResponse(words, content_type="application/schema+json")
    )
