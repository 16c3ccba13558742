"""Verbs of renditions: the only place that writes this room's tables."""

import io
import uuid
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from oneplan.access.actors import Actor, system
from oneplan.joint_planning.models import Adoption
from oneplan.periods import clock
from oneplan.plans.models import Edition
from oneplan.platform.audit import record
from oneplan.platform.documents import Classification, store
from oneplan.publishing import rules
from oneplan.publishing.choices import Event, RenditionState
from oneplan.publishing.models import Rendition
from oneplan.publishing.versions import template_version

PUBLISHER = system("publisher")


@transaction.atomic
def ask_rendition(edition: Edition, form: str, *, by: Actor) -> tuple[Rendition, bool]:
    """Ask for an edition in a form. Gives the rendition, and whether it is now to be made (a task does it).

    Anybody asks for an adopted edition; it is made once for all. Who may read a draft asks for it for themselves.
    Asking again for what is ready or being made changes nothing, save that a draft is made again from today's words.
    Raises NotAllowed, RuleBroken.
    """
    rules.check_may_read(by, edition)
    as_draft = rules.is_draft(edition)
    rules.check_form(form, as_draft=as_draft)
    now = clock.now()
    known: dict[str, Any] = {"form": form, "language": settings.LANGUAGE_CODE, "edition": edition}
    first: dict[str, Any] = {"asked_at": now, "template_version": template_version(form)}
    if as_draft:
        rules.check_for_a_person(by)
        known["asked_by_id"] = by.user_id
        first["expires_at"] = now + rules.KEPT
    else:
        sealed = Adoption.objects.only("content_hash").get(edition=edition)
        known |= {"asked_by": None, "content_hash": sealed.content_hash, "template_version": first["template_version"]}
    rendition, is_new = Rendition.objects.select_for_update().get_or_create(**known, defaults=first)
    if not is_new:
        if not rules.wants_making(rendition):
            return rendition, False
        rules.check_may_ask_again(rendition, by)
        rules.check_can_move(rendition, RenditionState.ASKED)
        _forget_file(rendition)
        rendition.state, rendition.asked_at, rendition.begun_at, rendition.made_at = "asked", now, None, None
        rendition.template_version, rendition.progress, rendition.message = first["template_version"], 0, ""
        rendition.expires_at = first.get("expires_at")
        rendition.save()
    record(Event.RENDITION_ASKED, rendition, by=by, form=form, edition=edition)
    return rendition, True


@transaction.atomic
def begin_rendition(rendition_id: int) -> Rendition | None:
    """Take up the making; None where somebody else did, or it is done, or expired."""
    rendition = Rendition.objects.select_for_update().filter(pk=rendition_id, state=RenditionState.ASKED).first()
    if rendition is None:
        return None
    rendition.state, rendition.begun_at = RenditionState.MAKING, clock.now()
    rendition.save(update_fields=["state", "begun_at"])
    return rendition


def note_progress(rendition_id: int, per_cent: int, words: str) -> None:
    """How far the making is; for the page that waits for it."""
    Rendition.objects.filter(pk=rendition_id, state=RenditionState.MAKING).update(
        progress=min(per_cent, 99), message=words[:400]
    )


@transaction.atomic
def keep_rendition(rendition: Rendition, file: bytes, *, content_hash: str, sha256: str) -> Rendition:
    """Keep what was made: of an adopted edition as a public document for good, of a draft until it expires."""
    rendition = _locked(rendition)
    rules.check_can_move(rendition, RenditionState.READY)
    if rendition.asked_by_id:
        rendition.kept_at = default_storage.save(f"renditions/{uuid.uuid4().hex}.{rendition.form}", ContentFile(file))
    else:
        rendition.document = store(
            io.BytesIO(file), name=rendition.file_name, media_type=rendition.media_type, by=PUBLISHER,
            classification=Classification.PUBLIC,
        )  # fmt: skip
    rendition.state, rendition.progress, rendition.message = RenditionState.READY, 100, ""
    rendition.content_hash, rendition.sha256, rendition.size = content_hash, sha256, len(file)
    rendition.made_at = clock.now()
    rendition.save()
    record(
        Event.RENDITION_MADE, rendition, by=PUBLISHER, form=rendition.form, edition=rendition.edition, sha256=sha256,
        content_sha256=content_hash, bytes=len(file),
    )  # fmt: skip
    return rendition


@transaction.atomic
def fail_rendition(rendition: Rendition, sentence: str) -> Rendition:
    """Remember that it could not be made, and why, so that the page says so and offers to try again."""
    rendition = _locked(rendition)
    rules.check_can_move(rendition, RenditionState.FAILED)
    rendition.state, rendition.message, rendition.made_at = RenditionState.FAILED, sentence[:400], clock.now()
    rendition.save(update_fields=["state", "message", "made_at"])
    record(Event.RENDITION_FAILED, rendition, by=PUBLISHER, reason=rendition.message, form=rendition.form)
    return rendition


@transaction.atomic
def sweep_renditions(*, by: Actor) -> int:
    """Remove the forms of drafts whose day is over. Gives how many."""
    late = Rendition.objects.select_for_update(of=("self",)).filter(expires_at__lte=clock.now()).exclude(asked_by=None)
    swept = 0
    for rendition in late.select_related("edition__plan__space"):
        _forget_file(rendition)
        record(Event.RENDITION_SWEPT, rendition, by=by, form=rendition.form)
        rendition.delete()
        swept += 1
    return swept


def _locked(rendition: Rendition) -> Rendition:
    rows = Rendition.objects.select_for_update(of=("self",)).select_related("edition__plan__space")
    return rows.get(pk=rendition.pk)


def _forget_file(rendition: Rendition) -> None:
    if name := rendition.kept_at:
        rendition.kept_at = ""
        transaction.on_commit(lambda: default_storage.delete(name))
